#!/usr/bin/env bash
# Waits until a hub answers, at most 20 seconds, then asks it for its health and for a completion; fails if it does not.
# Usage: scripts/ask-hub.sh BASE_URL API_KEY
set -euo pipefail

readonly base="$1" key="$2"

await_start() {
    for _ in {1..100}; do
        ! curl --silent --output /dev/null "$base/health/live" || return 0
        sleep 0.2
    done
    echo "nothing answers at $base" >&2
    return 1
}

request() {
    curl --silent --show-error --fail-with-body --max-time 10 --header "Authorization: Bearer $key" \
        "$base$1" "${@:2}"
    echo
}

await_start
request /health/live
request /v1/chat/completions --header 'Content-Type: application/json' \
    --data '{"model":"sim-chat","messages":[{"role":"user","content":"ECHO:ready"}]}'
