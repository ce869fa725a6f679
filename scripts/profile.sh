#!/usr/bin/env bash
# Measures again how often each branch of the hub is taken, and writes scripts/profile/hub.profdata, which release builds
# use. Run by hand after larger changes of the way of a request: two builds, ten minutes on two cores.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/install-packages.sh build bench
scripts/require-swift.sh
tool="$(scripts/profile-tool.sh)"
counters="$(find "$(dirname "$tool")/../lib/clang" -name "libclang_rt.profile-$(uname -m).a" -print -quit)"
[ -n "$counters" ] || { echo "this Swift toolchain has no libclang_rt.profile-$(uname -m).a" >&2; exit 1; }
readonly built="$PWD/.build/profile"
work="$(mktemp -d "${TMPDIR:-/tmp}/hub-profile.XXXXXX")"
trap 'rm -rf "$work"' EXIT
mkdir "$work/raw" "$work/servers"

echo "building a hub that counts"
HUB_PROFILE=0 scripts/build-release.sh --scratch-path "$built" -Xswiftc -Xfrontend -Xswiftc -ir-profile-generate \
    -Xlinker -u__llvm_profile_runtime -Xlinker "$counters"
Benchmarks/tools/build.sh load
echo "asking it"
(cd Benchmarks && HUB_BIN="$built/release/connector-hub" python3 -B -m harness.training "$work/servers" "$work/raw")
# Sparse: what never ran has no entry. Functions of one file are named with the path of their object: it says where this was built.
# No other build has that name, so it is overwritten, with as many bytes.
"$tool" merge --sparse -o scripts/profile/hub.profdata "$work"/raw/*.profraw
BUILT="$built" perl -0777 -pi -e 's|\Q$ENV{BUILT}\E/[^/]*/release/|".build" . "/" x (length($&) - 6)|ge' scripts/profile/hub.profdata
"$tool" show scripts/profile/hub.profdata | sed -n 's/^Total functions/functions that ran/p'
