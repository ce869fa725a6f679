// zlib with the macros that Swift does not import.
#ifndef CZLIB_H
#define CZLIB_H

#include <zlib.h>

/// Prepares for gzip (RFC 1952), not for zlib's own format. `stream` is all zero before.
static inline int czlib_begin_gunzip(z_streamp stream) {
    return inflateInit2(stream, 16 + MAX_WBITS);
}
/// Prepares to write gzip.
static inline int czlib_begin_gzip(z_streamp stream) {
    return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}

#endif
