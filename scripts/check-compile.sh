#!/usr/bin/env bash
# Compiles programs that use the library, against the modules of the debug build: those of Tests/compile/accepted have to
# compile, those of Tests/compile/refused must not, with the error that their first line names.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
build="$(swift build --show-bin-path)"
readonly build

flags=(-typecheck -swift-version 6 -parse-as-library -module-cache-path "$build/ModuleCache" -I "$build/Modules")
for map in "$build"/C*.build/module.modulemap; do flags+=(-Xcc "-fmodule-map-file=$map"); done

fail() {
    echo "check-compile: $1" >&2
    exit 1
}

count=0
for program in Tests/compile/accepted/*.swift; do
    swiftc "${flags[@]}" "$program" || fail "$program does not compile"
    count=$((count + 1))
done
for program in Tests/compile/refused/*.swift; do
    expected="$(sed -n '1s|^// error: ||p' "$program")"
    [ -n "$expected" ] || fail "$program does not begin with the error that is expected"
    if output="$(swiftc "${flags[@]}" "$program" 2>&1)"; then fail "$program compiles"; fi
    # Nothing else may be wrong with it.
    errors="$(grep ': error: ' <<<"$output")"
    if grep --quiet --invert-match --fixed-strings "$expected" <<<"$errors"; then
        fail "$program fails in another way: $errors"
    fi
    count=$((count + 1))
done
echo "$count programs compile or are refused as they should"
