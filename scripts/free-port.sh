#!/usr/bin/env bash
# Prints a port of 127.0.0.1 on which nothing listens.
set -euo pipefail

while port=$((20000 + RANDOM % 10000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
echo "$port"
