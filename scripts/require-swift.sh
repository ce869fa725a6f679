#!/usr/bin/env bash
# Fails with a clear message unless a Swift toolchain new enough for the hub is on the path.
set -euo pipefail

readonly needed=6.3
readonly where="https://www.swift.org/install/linux"

if ! command -v swift >/dev/null; then
    echo "Swift $needed or newer is needed and no swift is on the PATH: $where" >&2
    exit 1
fi

found="$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+(\.[0-9]+)*).*/\1/p' | head -n 1)"
oldest="$(printf '%s\n' "$needed" "${found:-0}" | sort --version-sort | head -n 1)"
if [ "$oldest" != "$needed" ]; then
    echo "Swift $needed or newer is needed; $(command -v swift) is version ${found:-unknown}: $where" >&2
    exit 1
fi
