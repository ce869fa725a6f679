// Reads HTTP/1.1 responses piece by piece: Content-Length and chunked bodies.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Receives body bytes in order, without framing.
typedef void (*body_sink)(void *owner, const char *bytes, size_t length);

enum response_state {
    response_head,
    response_body,
    response_chunk_size,
    response_chunk_body,
    response_chunk_end,
    response_trailer,
    response_complete,
    response_malformed,
};

struct http_response {
    enum response_state state;
    int status;
    uint64_t remaining;
    body_sink sink;
    void *owner;
    size_t line_length;
    char line[4096]; // the head, or one framing line, while it is incomplete
};

/// Starts the next response on a connection.
void http_response_reset(struct http_response *response, body_sink sink, void *owner);

/// Consumes bytes until the response is complete or malformed, or the bytes are used up.
/// Returns the number consumed.
size_t http_response_read(struct http_response *response, const char *bytes, size_t length);
