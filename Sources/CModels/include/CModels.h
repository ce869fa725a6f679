// config/models.json, inside the binary.
#ifndef CMODELS_H
#define CMODELS_H

#include <stddef.h>

const unsigned char *cmodels_bytes(void);
size_t cmodels_count(void);

#endif
