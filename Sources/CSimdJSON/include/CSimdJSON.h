// A C face over simdjson's DOM parser: bytes in, one block with tape and strings out.
#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum csimdjson_status {
    CSIMDJSON_OK = 0,
    CSIMDJSON_EMPTY,
    CSIMDJSON_TOO_DEEP,
    CSIMDJSON_TOO_LARGE,
    CSIMDJSON_INVALID_UTF8,
    CSIMDJSON_BAD_NUMBER, // malformed, or does not fit in 64 bits
    CSIMDJSON_BAD_STRING, // unterminated, bad escape or raw control character
    CSIMDJSON_BAD_LITERAL, // starts like true, false or null and is not
    CSIMDJSON_BAD_STRUCTURE,
    CSIMDJSON_OUT_OF_MEMORY,
};

// Bytes that can be read behind the last string of a document, so that strings can be copied by vectors.
enum { CSIMDJSON_PADDING = 16 };

// The deepest nesting any caller can ask for.
enum { CSIMDJSON_DEEPEST_NESTING = 1024 };

// A parsed document in one allocation: `tape` starts the block, `strings` follows inside it, then padding.
// The format of both is simdjson's, described in its doc/tape.md.
struct csimdjson_document {
    const uint64_t *tape;
    const uint8_t *strings;
};

// Parses `length` bytes, which need no padding. At most `maximum_depth` objects and arrays may be open at once, and
// never more than CSIMDJSON_DEEPEST_NESTING.
// On CSIMDJSON_OK the caller owns `*document` and gives it back with csimdjson_free(document->tape).
enum csimdjson_status csimdjson_parse(
    const void *bytes, size_t length, size_t maximum_depth, struct csimdjson_document *document);

void csimdjson_free(const uint64_t *tape);

#ifdef __cplusplus
}
#endif

#endif
