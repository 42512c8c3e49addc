// The door to libcrypto: SHA-256, HMAC, Ed25519, RSA signatures for sign-in, randomness, strict base64.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;

enum { CRYPTO_HASH_SIZE = 32, CRYPTO_KEY_SIZE = 32, CRYPTO_SIGNATURE_SIZE = 64 };

void crypto_sha256(const void *bytes, size_t length, unsigned char hash[CRYPTO_HASH_SIZE]);
char *crypto_sha256_hex(struct arena *arena, const void *bytes, size_t length); // lower case
char *crypto_digest(struct arena *arena, const void *bytes, size_t length);     // "sha256:" and that
// SHA-256 of a one-byte prefix and up to two parts (RFC 6962 leaves and nodes); part lengths may be 0.
void crypto_sha256_prefixed(unsigned char prefix, const void *a, size_t a_length, const void *b,
                            size_t b_length, unsigned char hash[CRYPTO_HASH_SIZE]);
void crypto_hmac_sha256(const void *key, size_t key_length, const void *bytes, size_t length,
                        unsigned char mac[CRYPTO_HASH_SIZE]);

// Ed25519 (RFC 8032). A seed is the private key.
void crypto_ed25519_public(const unsigned char seed[CRYPTO_KEY_SIZE],
                           unsigned char public_key[CRYPTO_KEY_SIZE]);
// The public key must be that of the seed: a signature made with another tells the seed.
void crypto_ed25519_sign(const unsigned char seed[CRYPTO_KEY_SIZE],
                         const unsigned char public_key[CRYPTO_KEY_SIZE], const void *bytes, size_t length,
                         unsigned char signature[CRYPTO_SIGNATURE_SIZE]);
bool crypto_ed25519_verify(const unsigned char public_key[CRYPTO_KEY_SIZE], const void *bytes, size_t length,
                           const unsigned char signature[CRYPTO_SIGNATURE_SIZE]);

// For sign-in with a certificate: RSA with SHA-256 (RS256) by the private key in a PEM text, and the SHA-1 of
// the first certificate in it. False when the text holds no such thing (a key with a passphrase counts as
// none).
enum { CRYPTO_RSA_MAX = 1024, CRYPTO_THUMBPRINT_SIZE = 20 };
bool crypto_rsa_sha256_sign(const char *pem, size_t pem_length, const void *bytes, size_t length,
                            unsigned char signature[CRYPTO_RSA_MAX], size_t *size);
bool crypto_certificate_thumbprint(const char *pem, size_t pem_length,
                                   unsigned char thumbprint[CRYPTO_THUMBPRINT_SIZE]);

// Certificates (PEM or DER, the first in it) that vouch for somebody's signature. `roots`: PEM of those to be
// trusted (also authorities below a root), or NULL for the system's. What is wrong with it, in words; NULL:
// it is within its time, leads to one of the roots, and is the organisation's.
struct crypto_bytes {
    const void *bytes;
    size_t length;
};
const char *crypto_certificate_fault(const struct crypto_bytes *certificate, const struct crypto_bytes *roots,
                                     const char *organization);
// "CN=…, O=…"; NULL when the bytes are no certificate.
char *crypto_certificate_subject(struct arena *arena, const struct crypto_bytes *certificate);
// Is it an RSA signature (PKCS#1 v1.5, SHA-256) of the bytes by the certificate's key?
bool crypto_rsa_sha256_verify(const struct crypto_bytes *certificate, const struct crypto_bytes *bytes,
                              const struct crypto_bytes *signature);

void crypto_random(void *bytes, size_t length); // from the kernel; never fails
char *crypto_uuid(struct arena *arena);         // random, version 4
enum { CRYPTO_UUID_SIZE = 16 };
// The same of random bytes that the caller has drawn, and uses once.
char *crypto_uuid_from(struct arena *arena, const unsigned char random[CRYPTO_UUID_SIZE]);
void crypto_wipe(void *bytes, size_t length);

char *crypto_hex(struct arena *arena, const void *bytes, size_t length); // lower case
char *crypto_base64(struct arena *arena, const void *bytes, size_t length);
char *crypto_base64url(struct arena *arena, const void *bytes, size_t length); // without padding
// Canonical base64 only (alphabet, padding, last bits); NULL when it is anything else.
unsigned char *crypto_base64_decode(struct arena *arena, const char *text, size_t *length);
unsigned char *crypto_base64url_decode(struct arena *arena, const char *text, size_t *length);
