#!/usr/bin/env bash
# Builds .build/release/connector-hub, optimised and with the Swift library inside. Further arguments go to swift build.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/require-swift.sh
exec swift build -c release --product connector-hub --static-swift-stdlib \
    --explicit-target-dependency-import-check error "$@"
