#!/usr/bin/env bash
# Measures the hub beside nginx and writes Benchmarks/results/<date-time>/summary.md.
# With names of sections (simulated cached proxied crossed translation routing shared kept redis streams memory starts allocations) it measures those alone.
# HUB_BIN names another binary than .build/release/connector-hub; BENCH_WORKERS sets reactors and workers.
set -eu
benchmarks=$(cd "$(dirname "$0")" && pwd)
for program in nginx redis-server redis-benchmark cc python3 taskset; do
    command -v "$program" >/dev/null || { echo "$program is needed and not installed" >&2; exit 1; }
done
ulimit -n "$(ulimit -Hn)"
[ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -ge 11000 ] || {
    echo "10,000 connections need 11,000 file descriptors; the limit is $(ulimit -n)" >&2
    exit 1
}
"$benchmarks/tools/build.sh"
results=$benchmarks/results/$(date +%Y-%m-%d-%H%M%S)
mkdir -p "$results"
work=$(mktemp -d "${TMPDIR:-/tmp}/hub-bench.XXXXXX")
harness=
trap 'rm -rf "$work"' EXIT
trap '[ -z "$harness" ] || { kill "$harness" && wait "$harness"; }; exit 1' INT TERM HUP
if [ -n "${HUB_BIN:-}" ]; then
    HUB_BIN=$(realpath "$HUB_BIN")
    export HUB_BIN
fi
cd "$benchmarks"
TMPDIR=$work python3 -B -m harness "$results" "$work" "$@" &
harness=$!
wait "$harness"
