#!/usr/bin/env bash
# Starts the release binary, has it answer, and checks that SIGTERM ends it with exit code 0.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
port="$(scripts/free-port.sh)"
key="smoke-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"

folder="$(mktemp -d)"

DATABASE_URL="sqlite:$folder/hub.db" HOST=127.0.0.1 PORT="$port" METRICS_PORT="$(scripts/free-port.sh)" HUB_ADMIN_KEY="$key" \
    .build/release/connector-hub serve --config config/hub.yaml &
hub=$!
trap 'kill -KILL "$hub" 2>/dev/null || true; rm -rf "$folder"' EXIT

scripts/ask-hub.sh "http://127.0.0.1:$port" "$key"
kill -TERM "$hub"
wait "$hub"
