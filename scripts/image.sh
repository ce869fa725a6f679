#!/usr/bin/env bash
# Builds the container image with Docker, or without a daemon with buildah, then has it answer requests.
# BUILD_IMAGE, RUN_IMAGE: other base images. HUB_IMAGE: the name. HUB_IMAGE_SMOKE=0: build only.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly image="${HUB_IMAGE:-connector-hub:latest}"
readonly work="$PWD/.build/image"

build_with_docker() {
    docker build --tag "$image" ${BUILD_IMAGE:+--build-arg "BUILD_IMAGE=$BUILD_IMAGE"} \
        ${RUN_IMAGE:+--build-arg "RUN_IMAGE=$RUN_IMAGE"} .
}

# The directory that holds bin/swift; a launcher such as swiftly is looked through.
toolchain() {
    swift -print-target-info | sed -nE 's|.*"runtimeResourcePath": "(.*)/lib/swift".*|\1|p'
}

build_with_buildah() {
    local run_image="${RUN_IMAGE:-localhost/debian-bookworm}"
    local build_image="${BUILD_IMAGE:-localhost/swift-bookworm}"
    local volumes=(--volume /etc/apt/apt.conf.d:/etc/apt/apt.conf.d:ro)
    scripts/install-packages.sh image
    scripts/image-bases.sh "$run_image" "$build_image"
    if [ -z "${BUILD_IMAGE:-}" ]; then
        scripts/require-swift.sh
        volumes+=(--volume "$(toolchain):/opt/swift:ro")
    fi
    # --force-rm: a build that failed would leave a mount, and .build could not be removed.
    $BUILDAH build --isolation chroot --format docker --layers --force-rm --tag "$image" "${volumes[@]}" \
        --build-arg "BUILD_IMAGE=$build_image" --build-arg "RUN_IMAGE=$run_image" .
}

if docker info >/dev/null 2>&1; then
    export HUB_IMAGE_ENGINE=docker
    build_with_docker
else
    export HUB_IMAGE_ENGINE=buildah
    export BUILDAH="buildah --root $work/storage --runroot $work/run"
    mkdir -p "$work"
    build_with_buildah
fi
[ "${HUB_IMAGE_SMOKE:-1}" = 0 ] || scripts/image-smoke.sh "$image"
