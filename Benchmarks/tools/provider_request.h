// Reads the few things the provider needs from an HTTP/1.1 request.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum request_kind { request_whole, request_stream, request_models };

/// Which form the answer has: by the path.
enum dialect { dialect_openai, dialect_anthropic };

/// What the prompt asks for: `bench id=... events=... interval_us=...`. A whole answer comes one interval later.
struct stream_order {
    uint64_t identifier;
    long events;
    long interval_microseconds;
    int usage_wanted;
    enum dialect dialect;
};

struct provider_request {
    enum request_kind kind;
    enum dialect dialect;
    struct stream_order order;
};

/// Reads one request from NUL-terminated input.
/// Returns the bytes it spans, 0 when more are needed, -1 when it cannot be answered.
long provider_request_read(struct provider_request *request, const char *input, size_t length);
