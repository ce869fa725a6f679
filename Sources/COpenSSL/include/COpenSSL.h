// OpenSSL's TLS, digests and signatures, as plain functions: its macros and callbacks are not imported by Swift.
#ifndef COPENSSL_H
#define COPENSSL_H

#include <stddef.h>

typedef struct copenssl_context copenssl_context;
typedef struct copenssl_session copenssl_session;
typedef struct copenssl_rsa_key copenssl_rsa_key;

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
/// A client context that verifies servers: TLS 1.2 and 1.3. `authorities` is the path of a PEM file, or NULL for those
/// that the system trusts. NULL on failure, with the reason in `error`.
copenssl_context *copenssl_client_context(const char *authorities, char *error, size_t capacity);
void copenssl_context_free(copenssl_context *context);

/// A server session on a connected, non-blocking socket. NULL on failure.
copenssl_session *copenssl_session_new(copenssl_context *context, int descriptor);
/// A client session, which fails unless the server's certificate is for `host`: a name, or an address if `is_address`.
/// NULL on failure.
copenssl_session *copenssl_client_session_new(copenssl_context *context, int descriptor, const char *host,
                                              int is_address);
/// 1 when the handshake is done.
int copenssl_handshake(copenssl_session *session);
int copenssl_read(copenssl_session *session, void *buffer, size_t capacity);
int copenssl_write(copenssl_session *session, const void *bytes, size_t count);
/// Sends close_notify if it still can.
void copenssl_shutdown(copenssl_session *session);
void copenssl_session_free(copenssl_session *session);

/// SHA-256 of `count` bytes into 32 bytes. Returns 1, or 0 if OpenSSL has no SHA-256.
int copenssl_sha256(const void *bytes, size_t count, unsigned char *digest);
/// SHA-1 of `count` bytes into 20 bytes, as a name and not for security. Returns 1, or 0 if OpenSSL has no SHA-1.
int copenssl_sha1(const void *bytes, size_t count, unsigned char *digest);
/// 1 if the two are equal; the time tells nothing about where they differ.
int copenssl_equal(const void *left, const void *right, size_t count);

/// An RSA private key from PEM text without a password. NULL if there is none, or its size in bits is out of bounds.
copenssl_rsa_key *copenssl_rsa_key_read(const void *pem, size_t count, int fewest_bits, int most_bits);
void copenssl_rsa_key_free(copenssl_rsa_key *key);
/// Signs with PKCS #1 1.5 over SHA-256 (RFC 8017 section 8.2), from any thread. Returns the bytes written to
/// `signature`, or 0 if there is no room or OpenSSL fails.
size_t copenssl_rsa_sign_sha256(copenssl_rsa_key *key, const void *bytes, size_t count, unsigned char *signature,
                                size_t capacity);

/// Fills `count` bytes that nobody can guess. Returns 1, or 0 if there are none.
int copenssl_random(void *bytes, size_t count);

/// AES-256-GCM. `key` has 32 bytes, `nonce` 12, `sealed` is the text with a tag of 16 bytes behind it. `context` is
/// authenticated with it. Returns 1, or 0 if OpenSSL fails; opening also if anything was changed.
int copenssl_aes256gcm_seal(const unsigned char *key, const unsigned char *nonce, const void *context,
                            size_t context_count, const void *text, size_t count, unsigned char *sealed);
int copenssl_aes256gcm_open(const unsigned char *key, const unsigned char *nonce, const void *context,
                            size_t context_count, const unsigned char *sealed, size_t count, void *text);

#endif
