// OpenSSL's server side of TLS, as plain functions: its macros and callbacks are not imported by Swift.
#ifndef COPENSSL_H
#define COPENSSL_H

#include <stddef.h>

typedef struct copenssl_context copenssl_context;
typedef struct copenssl_session copenssl_session;

/// What a call came to. Positive values are byte counts.
enum {
    COPENSSL_WANT_READ = -1,
    COPENSSL_WANT_WRITE = -2,
    COPENSSL_CLOSED = 0,
    COPENSSL_FAILED = -3,
};

/// A server context from PEM files: TLS 1.2 and 1.3, ALPN http/1.1. NULL on failure, with the reason
/// in `error`.
copenssl_context *copenssl_server_context(const char *certificate, const char *key, char *error, size_t capacity);
void copenssl_context_free(copenssl_context *context);

/// A server session on a connected, non-blocking socket. NULL on failure.
copenssl_session *copenssl_session_new(copenssl_context *context, int descriptor);
/// 1 when the handshake is done.
int copenssl_handshake(copenssl_session *session);
int copenssl_read(copenssl_session *session, void *buffer, size_t capacity);
int copenssl_write(copenssl_session *session, const void *bytes, size_t count);
/// Sends close_notify if it still can.
void copenssl_shutdown(copenssl_session *session);
void copenssl_session_free(copenssl_session *session);

/// SHA-256 of `count` bytes into 32 bytes. Returns 1, or 0 if OpenSSL has no SHA-256.
int copenssl_sha256(const void *bytes, size_t count, unsigned char *digest);
/// 1 if the two are equal; the time tells nothing about where they differ.
int copenssl_equal(const void *left, const void *right, size_t count);

#endif
