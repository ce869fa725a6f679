#!/usr/bin/env bash
# Builds .build/release/connector-hub, or the PRODUCT named, optimised and with the Swift library inside. Further arguments go
# to swift build.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/require-swift.sh
# Optimising across modules inlines what crosses targets. Exclusivity is checked by the debug build, in which the
# tests run; checking it in the release costs about 3 % of a request.
exec swift build -c release --product "${PRODUCT:-connector-hub}" --static-swift-stdlib \
    -Xswiftc -cross-module-optimization -Xswiftc -enforce-exclusivity=unchecked \
    --explicit-target-dependency-import-check error "$@"
