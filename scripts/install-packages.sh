#!/usr/bin/env bash
# Installs the Debian packages of the named groups of packages.txt that are missing; quick when none is.
# Usage: scripts/install-packages.sh GROUP...
set -euo pipefail

list="$(dirname "${BASH_SOURCE[0]}")/packages.txt"

# Prints the packages of the groups given, one per line.
packages_of() {
    local group found
    for group in "$@"; do
        found="$(awk -v group="$group" '$1 == group { print $2 }' "$list")"
        if [ -z "$found" ]; then
            echo "install-packages: no group '$group' in $list" >&2
            return 1
        fi
        printf '%s\n' "$found"
    done
}

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Says what is missing and gives up.
refuse() {
    echo "install-packages: $1. Install these packages, then try again:" >&2
    printf '  %s\n' "${missing[@]}" >&2
    exit 1
}

wanted="$(packages_of "$@" | sort -u)"
missing=()
while read -r package; do
    is_installed "$package" || missing+=("$package")
done <<<"$wanted"
[ "${#missing[@]}" -gt 0 ] || exit 0

command -v apt-get >/dev/null || refuse "this system has no apt-get"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || refuse "not root, and there is no sudo"
    as_root=(sudo)
    sudo --non-interactive true 2>/dev/null || [ -t 0 ] || refuse "sudo would ask for a password, and nobody is here"
fi

echo "Installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq || refuse "apt-get update failed"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null ||
    refuse "apt-get install failed"
