#!/usr/bin/env bash
# Builds .build/release/connector-hub, optimised and with the Swift library inside. Further arguments go to swift build.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/require-swift.sh
# Optimising across modules inlines what crosses targets. Exclusivity is proven by the debug and sanitizer runs of the
# same tests; checking it on every access at run time costs about 3 % of a request.
exec swift build -c release --product connector-hub --static-swift-stdlib \
    -Xswiftc -cross-module-optimization -Xswiftc -enforce-exclusivity=unchecked \
    --explicit-target-dependency-import-check error "$@"
