#include "CModels.h"

// Part of C23; known to clang before it.
#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char bytes[] = {
#embed "../../config/models.json"
};

const unsigned char *cmodels_bytes(void) { return bytes; }
size_t cmodels_count(void) { return sizeof bytes; }
