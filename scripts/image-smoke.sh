#!/usr/bin/env bash
# Starts the hub from its image as an arbitrary uid, has it answer, stops it and prints the size of the image.
# Usage: HUB_IMAGE_ENGINE=docker|buildah scripts/image-smoke.sh IMAGE
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly image="$1" engine="$HUB_IMAGE_ENGINE" user=1000770000:0
read -r -a buildah <<<"${BUILDAH:-buildah}"
log="$(mktemp)"
container=""
process=""

port="$(scripts/free-port.sh)"
metrics_port="$(scripts/free-port.sh)"
key="smoke-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"

start_docker() {
    container="$(docker run --detach --user "$user" --read-only --tmpfs /tmp --cap-drop ALL \
        --security-opt no-new-privileges --publish "127.0.0.1:$port:8080" --env "HUB_ADMIN_KEY=$key" "$image")"
}

# On the network of this machine: chroot isolation has no other.
run_in_buildah() {
    "${buildah[@]}" run --isolation chroot --user "$user" --env "HUB_ADMIN_KEY=$key" --env HOST=127.0.0.1 \
        --env "PORT=$port" --env "METRICS_PORT=$metrics_port" "$container" -- /usr/bin/connector-hub "$1" </dev/null
}

start_buildah() {
    container="$("${buildah[@]}" from --pull-never "$image")"
    run_in_buildah serve >"$log" 2>&1 &
    process=$!
}

# The command of the image's HEALTHCHECK.
check_health() {
    if [ "$engine" = docker ]; then
        docker exec "$container" /usr/bin/connector-hub health
    else
        run_in_buildah health
    fi
}

# The hub itself: the last in the line of processes below buildah, which does not pass signals on.
hub_process() {
    local parent="$process" child
    while child="$(pgrep --parent "$parent" | head -n 1)" && [ -n "$child" ]; do parent="$child"; done
    echo "$parent"
}

stop_docker() {
    docker stop -t 40 "$container" >/dev/null
    return "$(docker wait "$container")"
}

stop_buildah() {
    kill -TERM "$(hub_process)"
    wait "$process"
}

clean_up() {
    if [ "$engine" = docker ]; then
        docker rm --force "$container" >/dev/null 2>&1 || true
    elif [ -n "$container" ]; then
        [ -z "$process" ] || { kill -KILL "$(hub_process)" && wait "$process"; } 2>/dev/null || true
        "${buildah[@]}" rm "$container" >/dev/null 2>&1 || true
    fi
    rm -f "$log"
}
trap clean_up EXIT

fail() {
    echo "image: $1; the hub said:" >&2
    if [ "$engine" = docker ]; then docker logs "$container" >&2; else cat "$log" >&2; fi
    exit 1
}

image_bytes() {
    if [ "$engine" = docker ]; then
        docker image inspect --format '{{.Size}}' "$image"
    else
        du --summarize --bytes "$("${buildah[@]}" mount "$container")" | cut -f 1
        "${buildah[@]}" umount "$container" >/dev/null
    fi
}

"start_$engine"
scripts/ask-hub.sh "http://127.0.0.1:$port" "$key" || fail "it does not answer as it should"
check_health || fail "its health check failed"
"stop_$engine" || fail "it did not stop with exit code 0"
echo "image: $image answers as uid ${user%:*} and is $(($(image_bytes) / 1000000)) MB"
