// Splits a server-sent event stream into the data of its events.
#pragma once

#include <stddef.h>

/// Receives the data of one event, NUL-terminated. Comments and other fields are skipped.
typedef void (*event_sink)(void *owner, const char *data, size_t length);

struct sse_reader {
    event_sink sink;
    void *owner;
    size_t overflowed; // events that did not fit
    size_t line_length;
    size_t data_length;
    char line[2048];
    char data[2048];
};

void sse_reader_reset(struct sse_reader *reader, event_sink sink, void *owner);
void sse_reader_read(struct sse_reader *reader, const char *bytes, size_t length);
