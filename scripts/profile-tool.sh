#!/usr/bin/env bash
# Prints the path of the toolchain's own llvm-profdata: the format is the compiler's, and another version does not read it.
set -euo pipefail

resources="$(swift -print-target-info | sed -nE 's|.*"runtimeResourcePath": "(.*)/lib/swift".*|\1|p')"
echo "$resources/bin/llvm-profdata"
