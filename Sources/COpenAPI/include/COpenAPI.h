// openapi.yaml, inside the binary.
#ifndef COPENAPI_H
#define COPENAPI_H

#include <stddef.h>

const unsigned char *copenapi_bytes(void);
size_t copenapi_count(void);

#endif
