// The bytes the provider sends: a whole completion, the events of a stream, a model list.
#pragma once

#include <stddef.h>

#include "provider_request.h"

struct whole_answer {
    char bytes[8192];
    size_t length;
};

extern const char stream_head[];
extern const char models_answer[];

/// An answer whose JSON is `body_bytes` long (at least 320, at most 4096).
void write_whole_answer(struct whole_answer *answer, size_t body_bytes, enum dialect dialect);

/// One chunk-framed event whose text is `s=<stream> e=<sequence> t=<send time, monotonic ns> `; the first one with what comes
/// before it. Returns its length, at most 1024.
size_t write_event(char *buffer, size_t capacity, const struct stream_order *order, long sequence);

/// The finish, the usage (of OpenAI when wanted), the last event and the end of the body.
size_t write_stream_end(char *buffer, size_t capacity, const struct stream_order *order);
