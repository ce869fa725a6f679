#!/usr/bin/env bash
# Runs the Swift tests and the conformance suite and adds up their results. Arguments go to swift build and swift test.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly results="$PWD/.build/test-results"
rm -rf "$results"
mkdir -p "$results"

swift build --build-tests "$@"

# One test after the other: each reactor and scripted provider holds a thread of Dispatch, whose pool ends at 255, and
# deadlines of real sockets are checked best on a quiet machine. In parallel it would save ten seconds.
#
# Known fault: about one run in four stops for ever with an idle process (seen while a call to a scripted provider was
# awaited). Until its cause is found a run is ended after three minutes, eight times what it needs, and said so.
swift_status=0
for attempt in 1 2 3; do
    swift_status=0
    timeout --kill-after=10 180 swift test --no-parallel --xunit-output "$results/swift.xml" "$@" || swift_status=$?
    [ "$swift_status" = 124 ] || [ "$swift_status" = 137 ] || break
    echo "The Swift tests hung in attempt $attempt and were ended." >&2
done

conformance_status=0
HUB_BINARY="$(swift build --show-bin-path)/connector-hub" \
    .venv/bin/python -m pytest --quiet --junitxml "$results/conformance.xml" Tests/conformance || conformance_status=$?

exec .venv/bin/python scripts/test-summary.py \
    "swift:$swift_status:$results/swift.xml" "conformance:$conformance_status:$results/conformance.xml"
