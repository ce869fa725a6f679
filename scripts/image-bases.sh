#!/usr/bin/env bash
# Makes the two base images of the Dockerfile where no registry can be reached: Debian through debootstrap, and the same
# with a C toolchain for the build, which gets this machine's Swift mounted at /opt/swift. Does nothing if both exist.
# Usage: scripts/image-bases.sh RUN_IMAGE BUILD_IMAGE, in the storage that BUILDAH (a command with options) names.
set -euo pipefail

readonly run_image="$1" build_image="$2" suite=bookworm
readonly mirror="${DEBIAN_MIRROR:-http://deb.debian.org/debian}"
read -r -a buildah <<<"${BUILDAH:-buildah}"

# What a Swift toolchain needs of Debian, as in the official image.
readonly swift_needs=(
    binutils ca-certificates git libc6-dev libcurl4-openssl-dev libedit2 libgcc-12-dev libncurses6 libsqlite3-0
    libstdc++-12-dev libxml2-dev libz3-dev pkg-config tzdata zlib1g-dev
)

exists() {
    "${buildah[@]}" inspect --type image "$1" >/dev/null 2>&1
}

# The Debian sources of this machine, or its mirror's where it is not a Debian of the suite wanted.
write_sources() {
    local own=/etc/apt/sources.list.d/debian.sources
    rm -f "$1/etc/apt/sources.list"
    if grep -qs "$suite" "$own"; then
        cp "$own" "$1/etc/apt/sources.list.d/"
    else
        printf 'deb %s %s main\n' "$mirror" "$suite" "$mirror" "$suite-updates" >"$1/etc/apt/sources.list"
    fi
}

make_run_image() {
    local directory container
    directory="$(mktemp -d)"
    debootstrap --variant=minbase "$suite" "$directory" "$mirror" >/dev/null
    write_sources "$directory"
    container="$("${buildah[@]}" from scratch)"
    "${buildah[@]}" add --quiet "$container" "$directory" / >/dev/null
    "${buildah[@]}" commit --quiet --rm "$container" "$run_image" >/dev/null
    rm -rf "$directory"
}

make_build_image() {
    local container
    container="$("${buildah[@]}" from "$run_image")"
    "${buildah[@]}" run --isolation chroot --volume /etc/apt/apt.conf.d:/etc/apt/apt.conf.d:ro "$container" -- \
        sh -euc 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive
            apt-get install --yes -qq --no-install-recommends "$@" >/dev/null' sh "${swift_needs[@]}"
    "${buildah[@]}" config --env PATH=/opt/swift/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
    "${buildah[@]}" commit --quiet --rm "$container" "$build_image" >/dev/null
}

exists "$run_image" || make_run_image
exists "$build_image" || make_build_image
