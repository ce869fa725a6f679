#!/usr/bin/env bash
# Builds .build/release/connector-hub, or the PRODUCT named, optimised and with the Swift library inside. Further arguments go
# to swift build. HUB_PROFILE=0: without the profile of scripts/profile.sh.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/require-swift.sh

# How often each branch is taken, as measured. The compiler lays out the paths of requests by it. Only the compiler's own tool
# tells whether it can read the file: another Swift may not, and builds without. Functions that changed since are built as
# if there were no profile of them.
profiled=()
readonly profile=scripts/profile/hub.profdata
if [ "${HUB_PROFILE:-1}" = 1 ] && "$(scripts/profile-tool.sh)" show "$profile" >/dev/null 2>&1; then
    # Under a name that changes with what is in it: otherwise nothing would be built again.
    used="$PWD/.build/profile-$(cksum <"$profile" | cut -d " " -f 1).profdata"
    mkdir -p .build
    rm -f .build/profile-*.profdata
    cp "$profile" "$used"
    profiled=(-Xswiftc -Xfrontend -Xswiftc "-ir-profile-use=$used" -Xswiftc -Xllvm -Xswiftc -no-pgo-warn-mismatch)
fi

# Optimising across modules inlines what crosses targets. Exclusivity is checked by the debug build, in which the
# tests run; checking it in the release costs about 3 % of a request.
exec swift build -c release --product "${PRODUCT:-connector-hub}" --static-swift-stdlib \
    -Xswiftc -cross-module-optimization -Xswiftc -enforce-exclusivity=unchecked \
    --explicit-target-dependency-import-check error "${profiled[@]}" "$@"
