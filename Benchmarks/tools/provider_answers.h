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

/// A chat.completion whose JSON is `body_bytes` long (at least 320, at most 4096).
void write_whole_answer(struct whole_answer *answer, size_t body_bytes);

/// One chunk-framed event: a chat.completion.chunk whose content is
/// `s=<stream> e=<sequence> t=<send time, monotonic ns> `. Returns its length.
size_t write_event(char *buffer, size_t capacity, const struct stream_order *order, long sequence);

/// The finish chunk, the usage chunk when wanted, [DONE] and the end of the body.
size_t write_stream_end(char *buffer, size_t capacity, const struct stream_order *order);
