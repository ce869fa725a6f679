#!/bin/bash
# Builds each Fuzz/*.swift for libFuzzer and AddressSanitizer and runs it for a while: one with the Wire sources, or, where
# it begins with "// modules: A B" and "// sources: FOLDER...", against these modules and with these folders.
#   scripts/fuzz.sh [NAME...]     FUZZ_SECONDS=60 per target, FUZZ_FLAGS for libFuzzer
# Fuzz/corpus/NAME holds seeds and is only read; what is found goes to .fuzz/NAME/corpus and .fuzz/NAME/crash-*.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds="${FUZZ_SECONDS:-60}"
out=.fuzz
mkdir -p "$out/modules"

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
    for file in Fuzz/*.swift; do names+=("$(basename "$file" .swift)"); done
fi

for module in CSimdJSON CZlib; do
    printf 'module %s { header "%s" export * }\n' "$module" "$PWD/Sources/$module/include/$module.h"
done > "$out/modules/module.modulemap"
clang++ -std=c++17 -O1 -g -fsanitize=address,fuzzer-no-link -ISources/CSimdJSON/include \
    -c Sources/CSimdJSON/CSimdJSON.cpp -o "$out/CSimdJSON.o"

# -Ounchecked would drop the preconditions the targets rely on.
compiler=(swiftc -O -g -parse-as-library "-sanitize=fuzzer,address" -swift-version 6 -I "$out/modules")
for feature in ExistentialAny InternalImportsByDefault MemberImportVisibility NonisolatedNonsendingByDefault; do
    compiler+=(-enable-upcoming-feature "$feature")
done

module() {
    if [ -n "${built[$1]:-}" ]; then return; fi
    local sources
    mapfile -t sources < <(find "Sources/$1" -name '*.swift')
    "${compiler[@]}" -whole-module-optimization -c -module-name "$1" \
        -emit-module-path "$out/modules/$1.swiftmodule" -o "$out/$1.o" "${sources[@]}"
    built[$1]=yes
}
declare -A built

# What a target says of itself: `line modules Fuzz/NAME.swift`.
line() { sed -n "s|^// $1: ||p" "$2"; }

build() {
    local modules folders objects=() sources=() name
    read -ra modules < <(line modules "Fuzz/$1.swift") || true
    read -ra folders < <(line sources "Fuzz/$1.swift") || true
    mkdir -p "$out/$1/corpus" "Fuzz/corpus/$1"
    if [ ${#modules[@]} -eq 0 ]; then folders=(Sources/Wire); fi
    for name in "${modules[@]}"; do
        module "$name"
        objects+=("$out/$name.o")
    done
    mapfile -t sources < <(find "${folders[@]}" -name '*.swift')
    "${compiler[@]}" -use-ld=lld -module-name "$1" "${sources[@]}" "Fuzz/$1.swift" "${objects[@]}" "$out/CSimdJSON.o" \
        -lsimdjson -lz -lstdc++ -o "$out/$1/$1"
}

run() {
    local dictionary=()
    if [ -f "Fuzz/$1.dict" ]; then dictionary=("-dict=Fuzz/$1.dict"); fi
    # shellcheck disable=SC2086
    # Swift's own report of a crash is taken for one by the sanitizer.
    SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=1 "$out/$1/$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="$out/$1/" -print_final_stats=1 "${dictionary[@]}" ${FUZZ_FLAGS:-} \
        "$out/$1/corpus" "Fuzz/corpus/$1"
}

for name in "${names[@]}"; do
    echo "== $name"
    build "$name"
    run "$name"
done
