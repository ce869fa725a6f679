#include "COpenAPI.h"

// Part of C23; known to clang before it.
#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char bytes[] = {
#embed "../../openapi.yaml"
};

const unsigned char *copenapi_bytes(void) { return bytes; }
size_t copenapi_count(void) { return sizeof bytes; }
