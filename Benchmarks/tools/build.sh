#!/bin/sh
# Compiles the tools into Benchmarks/build and, unless `load` asks for these alone, translation-cost, routing-cost and redis-cost into .build/release.
set -eu
cd "$(dirname "$0")"
build=../build
mkdir -p "$build"

compile() { # compile OUTPUT SOURCE...
    output=$1
    shift
    "${CC:-cc}" -std=gnu17 -O2 -Wall -Wextra -Wno-missing-field-initializers -Werror -o "$build/$output" "$@" -lm
}

client="chat_request.c http_response.c loopback.c options.c"
# shellcheck disable=SC2086 # the list is meant to split
{
    compile load load.c samples.c sse_reader.c $client
    compile streams streams.c samples.c sse_reader.c $client
    compile idle idle.c $client
    compile first_answer first_answer.c chat_request.c loopback.c options.c
}
compile provider provider.c provider_answers.c provider_request.c stream_schedule.c loopback.c options.c
compile malloc_count.so -shared -fPIC malloc_count.c

[ "${1:-}" != load ] || exit 0

# The product's own translation, routing and Redis client, as the release builds them.
for product in translation-cost routing-cost redis-cost; do
    PRODUCT=$product ../../scripts/build-release.sh --quiet
done
