#!/usr/bin/env bash
# Runs the Swift tests and the conformance suite and adds up their results. Arguments go to swift build and swift test.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly results="$PWD/.build/test-results"
rm -rf "$results"
mkdir -p "$results"

swift build --build-tests "$@"

# One test after the other: each reactor and each connection of a scripted provider holds a thread of Dispatch, whose
# pool ends at 255. All tests at once need more, and then wait for each other for ever. In parallel they would save ten
# seconds.
#
# A test that hangs is ended with the whole run after ten minutes, ten times what it needs; lines are written as they
# come, so that the last one names it.
swift_status=0
timeout --kill-after=10 600 stdbuf -oL swift test --no-parallel --xunit-output "$results/swift.xml" "$@" || swift_status=$?
if [ "$swift_status" = 124 ]; then echo "The Swift tests hung in the test named last and were ended." >&2; fi

conformance_status=0
HUB_BINARY="$(swift build --show-bin-path)/connector-hub" \
    .venv/bin/python -m pytest --quiet --junitxml "$results/conformance.xml" Tests/conformance || conformance_status=$?

exec .venv/bin/python scripts/test-summary.py \
    "swift:$swift_status:$results/swift.xml" "conformance:$conformance_status:$results/conformance.xml"
