#!/usr/bin/env bash
# Fails when the release binary allocates more per request than Benchmarks/allocations.json allows.
# With --update it writes what it counted as the new thresholds. HUB_BIN names another binary.
set -eu
benchmarks=$(cd "$(dirname "$0")" && pwd)
for program in cc python3 taskset; do
    command -v "$program" >/dev/null || { echo "$program is needed and not installed" >&2; exit 1; }
done
"$benchmarks/tools/build.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/hub-allocations.XXXXXX")
harness=
trap 'rm -rf "$work"' EXIT
trap '[ -z "$harness" ] || { kill "$harness" && wait "$harness"; }; exit 1' INT TERM HUP
if [ -n "${HUB_BIN:-}" ]; then
    HUB_BIN=$(realpath "$HUB_BIN")
    export HUB_BIN
fi
cd "$benchmarks"
TMPDIR=$work python3 -B -m harness.check_allocations "$work" "$@" &
harness=$!
wait "$harness"
