#!/bin/bash
# Builds each Fuzz/*.swift with the Wire sources for libFuzzer and AddressSanitizer and runs it for a while.
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

mapfile -t sources < <(find Sources/Wire -name '*.swift')

build() {
    mkdir -p "$out/$1/corpus" "Fuzz/corpus/$1"
    # -Ounchecked would drop the preconditions the targets rely on.
    swiftc -O -g -parse-as-library -sanitize=fuzzer,address -use-ld=lld -module-name "$1" -swift-version 6 \
        -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature MemberImportVisibility \
        -I "$out/modules" "${sources[@]}" "Fuzz/$1.swift" "$out/CSimdJSON.o" \
        -lsimdjson -lz -lstdc++ -o "$out/$1/$1"
}

run() {
    local dictionary=()
    if [ -f "Fuzz/$1.dict" ]; then dictionary=("-dict=Fuzz/$1.dict"); fi
    # shellcheck disable=SC2086
    ASAN_OPTIONS=detect_leaks=1 "$out/$1/$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="$out/$1/" -print_final_stats=1 "${dictionary[@]}" ${FUZZ_FLAGS:-} \
        "$out/$1/corpus" "Fuzz/corpus/$1"
}

for name in "${names[@]}"; do
    echo "== $name"
    build "$name"
    run "$name"
done
