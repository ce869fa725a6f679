#include "COpenSSL.h"
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <stdio.h>

static SSL_CTX *context_of(copenssl_context *context) { return (SSL_CTX *)context; }
static SSL *session_of(copenssl_session *session) { return (SSL *)session; }

static int select_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_length, const unsigned char *in,
                           unsigned int in_length, void *argument) {
    static const unsigned char offered[] = "\x08http/1.1";
    (void)ssl;
    (void)argument;
    unsigned char *selected;
    if (SSL_select_next_proto(&selected, out_length, offered, sizeof offered - 1, in, in_length) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = selected;
    return SSL_TLSEXT_ERR_OK;
}

static copenssl_context *fail(SSL_CTX *context, const char *what, const char *file, char *error, size_t capacity) {
    unsigned long code = ERR_peek_last_error();
    const char *reason = ERR_reason_error_string(code);
    snprintf(error, capacity, "%s %s: %s", what, file, reason ? reason : "cannot be used");
    ERR_clear_error();
    SSL_CTX_free(context);
    return NULL;
}

copenssl_context *copenssl_server_context(const char *certificate, const char *key, char *error, size_t capacity) {
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (!context) return fail(NULL, "TLS", "context", error, capacity);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(context, select_protocol, NULL);
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
        return fail(context, "certificate", certificate, error, capacity);
    if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        return fail(context, "key", key, error, capacity);
    if (SSL_CTX_check_private_key(context) != 1) return fail(context, "key", key, error, capacity);
    return (copenssl_context *)context;
}

copenssl_context *copenssl_client_context(const char *authorities, char *error, size_t capacity) {
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context) return fail(NULL, "TLS", "context", error, capacity);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    int trusts = authorities ? SSL_CTX_load_verify_file(context, authorities) : SSL_CTX_set_default_verify_paths(context);
    if (trusts != 1) return fail(context, "authorities", authorities ? authorities : "", error, capacity);
    return (copenssl_context *)context;
}

void copenssl_context_free(copenssl_context *context) { SSL_CTX_free(context_of(context)); }

copenssl_session *copenssl_session_new(copenssl_context *context, int descriptor) {
    ERR_clear_error();
    SSL *ssl = SSL_new(context_of(context));
    if (!ssl) return NULL;
    if (SSL_set_fd(ssl, descriptor) != 1) {
        SSL_free(ssl);
        return NULL;
    }
    SSL_set_accept_state(ssl);
    return (copenssl_session *)ssl;
}

copenssl_session *copenssl_client_session_new(copenssl_context *context, int descriptor, const char *host,
                                              int is_address) {
    ERR_clear_error();
    SSL *ssl = SSL_new(context_of(context));
    if (!ssl) return NULL;
    // RFC 6066 section 3 has no addresses in the server's name.
    int named = is_address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host)
                           : SSL_set1_host(ssl, host) && SSL_set_tlsext_host_name(ssl, host);
    if (named != 1 || SSL_set_fd(ssl, descriptor) != 1) {
        ERR_clear_error();
        SSL_free(ssl);
        return NULL;
    }
    SSL_set_connect_state(ssl);
    return (copenssl_session *)ssl;
}

static int outcome(SSL *ssl, int result) {
    if (result > 0) return result;
    switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ: return COPENSSL_WANT_READ;
    case SSL_ERROR_WANT_WRITE: return COPENSSL_WANT_WRITE;
    case SSL_ERROR_ZERO_RETURN: return COPENSSL_CLOSED;
    default:
        // After a fatal error no close_notify may be sent.
        SSL_set_quiet_shutdown(ssl, 1);
        ERR_clear_error();
        return COPENSSL_FAILED;
    }
}

int copenssl_handshake(copenssl_session *session) {
    ERR_clear_error();
    return outcome(session_of(session), SSL_do_handshake(session_of(session)));
}

int copenssl_read(copenssl_session *session, void *buffer, size_t capacity) {
    ERR_clear_error();
    int limit = capacity > INT_MAX ? INT_MAX : (int)capacity;
    return outcome(session_of(session), SSL_read(session_of(session), buffer, limit));
}

int copenssl_write(copenssl_session *session, const void *bytes, size_t count) {
    ERR_clear_error();
    int limit = count > INT_MAX ? INT_MAX : (int)count;
    return outcome(session_of(session), SSL_write(session_of(session), bytes, limit));
}

void copenssl_shutdown(copenssl_session *session) {
    ERR_clear_error();
    if (SSL_is_init_finished(session_of(session))) SSL_shutdown(session_of(session));
    ERR_clear_error();
}

void copenssl_session_free(copenssl_session *session) { SSL_free(session_of(session)); }

int copenssl_sha256(const void *bytes, size_t count, unsigned char *digest) {
    // Fetched once: a fetch per call costs more than a short digest.
    static _Thread_local EVP_MD *algorithm;
    static _Thread_local EVP_MD_CTX *context;
    if (!algorithm) algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (!context) context = EVP_MD_CTX_new();
    if (!algorithm || !context) return 0;
    return EVP_DigestInit_ex(context, algorithm, NULL) && EVP_DigestUpdate(context, bytes, count) &&
           EVP_DigestFinal_ex(context, digest, NULL);
}

int copenssl_sha1(const void *bytes, size_t count, unsigned char *digest) {
    return EVP_Q_digest(NULL, "SHA1", NULL, bytes, count, digest, NULL);
}

int copenssl_equal(const void *left, const void *right, size_t count) { return CRYPTO_memcmp(left, right, count) == 0; }

static EVP_PKEY *key_of(copenssl_rsa_key *key) { return (EVP_PKEY *)key; }

// Without it OpenSSL asks on the terminal.
static int no_password(char *buffer, int capacity, int writes, void *argument) {
    (void)buffer;
    (void)capacity;
    (void)writes;
    (void)argument;
    return -1;
}

copenssl_rsa_key *copenssl_rsa_key_read(const void *pem, size_t count, int fewest_bits, int most_bits) {
    if (count > INT_MAX) return NULL;
    BIO *bytes = BIO_new_mem_buf(pem, (int)count);
    EVP_PKEY *key = bytes ? PEM_read_bio_PrivateKey(bytes, NULL, no_password, NULL) : NULL;
    BIO_free(bytes);
    ERR_clear_error();
    if (key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= fewest_bits &&
        EVP_PKEY_get_bits(key) <= most_bits)
        return (copenssl_rsa_key *)key;
    EVP_PKEY_free(key);
    return NULL;
}

void copenssl_rsa_key_free(copenssl_rsa_key *key) { EVP_PKEY_free(key_of(key)); }

size_t copenssl_rsa_sign_sha256(copenssl_rsa_key *key, const void *bytes, size_t count, unsigned char *signature,
                                size_t capacity) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t length = capacity;
    // RSA's padding is PKCS #1 1.5 unless told otherwise.
    int done = context && EVP_DigestSignInit_ex(context, NULL, "SHA256", NULL, NULL, key_of(key), NULL) == 1 &&
               EVP_DigestSign(context, signature, &length, bytes, count) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return done ? length : 0;
}

int copenssl_random(void *bytes, size_t count) {
    return count <= INT_MAX && RAND_bytes(bytes, (int)count) == 1;
}

enum { GCM_TAG = 16 };

// A cipher with its key and what it authenticates beside the text.
static EVP_CIPHER_CTX *gcm(const unsigned char *key, const unsigned char *nonce, const void *context,
                           size_t context_count, int encrypts) {
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int length = 0;
    if (cipher && EVP_CipherInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce, encrypts) == 1 &&
        context_count <= INT_MAX &&
        (context_count == 0 || EVP_CipherUpdate(cipher, NULL, &length, context, (int)context_count) == 1))
        return cipher;
    EVP_CIPHER_CTX_free(cipher);
    return NULL;
}

int copenssl_aes256gcm_seal(const unsigned char *key, const unsigned char *nonce, const void *context,
                            size_t context_count, const void *text, size_t count, unsigned char *sealed) {
    if (count > INT_MAX) return 0;
    EVP_CIPHER_CTX *cipher = gcm(key, nonce, context, context_count, 1);
    int length = 0, done = cipher != NULL;
    if (done && count > 0) done = EVP_CipherUpdate(cipher, sealed, &length, text, (int)count) == 1;
    if (done) done = EVP_CipherFinal_ex(cipher, sealed + count, &length) == 1;
    if (done) done = EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, GCM_TAG, sealed + count) == 1;
    EVP_CIPHER_CTX_free(cipher);
    ERR_clear_error();
    return done;
}

int copenssl_aes256gcm_open(const unsigned char *key, const unsigned char *nonce, const void *context,
                            size_t context_count, const unsigned char *sealed, size_t count, void *text) {
    if (count < GCM_TAG || count > INT_MAX) return 0;
    size_t text_count = count - GCM_TAG;
    EVP_CIPHER_CTX *cipher = gcm(key, nonce, context, context_count, 0);
    // Setting the tag does not change it.
    unsigned char end[GCM_TAG];
    int length = 0, done = cipher != NULL;
    if (done) done = EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, GCM_TAG, (void *)(sealed + text_count)) == 1;
    if (done && text_count > 0) done = EVP_CipherUpdate(cipher, text, &length, sealed, (int)text_count) == 1;
    if (done) done = EVP_CipherFinal_ex(cipher, end, &length) == 1;
    EVP_CIPHER_CTX_free(cipher);
    ERR_clear_error();
    return done;
}
