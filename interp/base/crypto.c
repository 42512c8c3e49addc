// libcrypto's door. Not for what is signed or why; only bytes in, bytes out.
// Invariant: a failure of libcrypto in these calls is a bug or a broken installation, so it panics; only a
// text that came from outside (PEM, a signature, base64) can be wrong.
#include "base/crypto.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

// The hash of a line costs a third without the search for a provider that EVP makes each time.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"

void crypto_sha256_prefixed(unsigned char prefix, const void *a, size_t a_length, const void *b,
                            size_t b_length, unsigned char hash[CRYPTO_HASH_SIZE])
{
    SHA256_CTX context;
    REQUIRE(SHA256_Init(&context) == 1 && SHA256_Update(&context, &prefix, 1) == 1);
    REQUIRE(SHA256_Update(&context, a, a_length) == 1 && SHA256_Update(&context, b, b_length) == 1);
    REQUIRE(SHA256_Final(hash, &context) == 1);
}

void crypto_sha256(const void *bytes, size_t length, unsigned char hash[CRYPTO_HASH_SIZE])
{
    SHA256_CTX context;
    REQUIRE(SHA256_Init(&context) == 1 && SHA256_Update(&context, bytes, length) == 1);
    REQUIRE(SHA256_Final(hash, &context) == 1);
}

void crypto_hmac_sha256(const void *key, size_t key_length, const void *bytes, size_t length,
                        unsigned char mac[CRYPTO_HASH_SIZE])
{
    unsigned size = CRYPTO_HASH_SIZE;
    REQUIRE(HMAC(EVP_sha256(), key, (int)key_length, bytes, length, mac, &size) != NULL);
}

void crypto_ed25519_public(const unsigned char seed[CRYPTO_KEY_SIZE],
                           unsigned char public_key[CRYPTO_KEY_SIZE])
{
    size_t length = CRYPTO_KEY_SIZE;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, CRYPTO_KEY_SIZE);
    REQUIRE(key != NULL && EVP_PKEY_get_raw_public_key(key, public_key, &length) == 1);
    EVP_PKEY_free(key);
}

// With the public key given, libcrypto need not compute it: that is half of what signing costs.
void crypto_ed25519_sign(const unsigned char seed[CRYPTO_KEY_SIZE],
                         const unsigned char public_key[CRYPTO_KEY_SIZE], const void *bytes, size_t length,
                         unsigned char signature[CRYPTO_SIGNATURE_SIZE])
{
    size_t size = CRYPTO_SIGNATURE_SIZE;
    const OSSL_PARAM parts[] = {
        OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, (unsigned char *)seed, CRYPTO_KEY_SIZE),
        OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (unsigned char *)public_key, CRYPTO_KEY_SIZE),
        OSSL_PARAM_END};
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "ED25519", NULL);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    REQUIRE(maker != NULL && context != NULL && EVP_PKEY_fromdata_init(maker) == 1);
    REQUIRE(EVP_PKEY_fromdata(maker, &key, EVP_PKEY_KEYPAIR, (OSSL_PARAM *)parts) == 1);
    REQUIRE(EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1);
    REQUIRE(EVP_DigestSign(context, signature, &size, bytes, length) == 1);
    EVP_MD_CTX_free(context);
    EVP_PKEY_CTX_free(maker);
    EVP_PKEY_free(key);
}

bool crypto_ed25519_verify(const unsigned char public_key[CRYPTO_KEY_SIZE], const void *bytes, size_t length,
                           const unsigned char signature[CRYPTO_SIGNATURE_SIZE])
{
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, CRYPTO_KEY_SIZE);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    REQUIRE(context != NULL);
    bool valid = key != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
                 EVP_DigestVerify(context, signature, CRYPTO_SIGNATURE_SIZE, bytes, length) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return valid;
}

// A key that is locked is not usable here: nobody is asked for its passphrase.
static int no_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

bool crypto_rsa_sha256_sign(const char *pem, size_t pem_length, const void *bytes, size_t length,
                            unsigned char signature[CRYPTO_RSA_MAX], size_t *size)
{
    BIO *bio = BIO_new_mem_buf(pem, (int)pem_length);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    REQUIRE(bio != NULL && context != NULL);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    *size = CRYPTO_RSA_MAX;
    bool made = key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
                EVP_PKEY_get_size(key) <= CRYPTO_RSA_MAX &&
                EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestSign(context, signature, size, bytes, length) == 1;
    EVP_PKEY_free(key);
    EVP_MD_CTX_free(context);
    BIO_free(bio);
    ERR_clear_error(); // the queue belongs to the thread, and libcurl's TLS reads it
    return made;
}

static X509 *read_certificate(const struct crypto_bytes *certificate)
{
    const unsigned char *der = certificate->bytes;
    X509 *read = d2i_X509(NULL, &der, (long)certificate->length);
    if (read == NULL) {
        BIO *bio = BIO_new_mem_buf(certificate->bytes, (int)certificate->length);
        REQUIRE(bio != NULL);
        read = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
        BIO_free(bio);
    }
    ERR_clear_error();
    return read;
}

bool crypto_certificate_thumbprint(const char *pem, size_t pem_length,
                                   unsigned char thumbprint[CRYPTO_THUMBPRINT_SIZE])
{
    X509 *read = read_certificate(&(struct crypto_bytes){pem, pem_length});
    bool made = read != NULL && X509_digest(read, EVP_sha1(), thumbprint, NULL) == 1;
    X509_free(read);
    return made;
}

// The roots of a PEM text, or the system's. NULL when there is none in it.
static X509_STORE *open_roots(const struct crypto_bytes *roots)
{
    X509_STORE *store = X509_STORE_new();
    size_t count = 0;
    REQUIRE(store != NULL);
    if (roots == NULL) {
        REQUIRE(X509_STORE_set_default_paths(store) == 1);
        return store;
    }
    BIO *bio = BIO_new_mem_buf(roots->bytes, (int)roots->length);
    REQUIRE(bio != NULL);
    for (X509 *root; (root = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL)) != NULL; count++) {
        REQUIRE(X509_STORE_add_cert(store, root) == 1);
        X509_free(root);
    }
    BIO_free(bio);
    ERR_clear_error();
    if (count > 0)
        return store;
    X509_STORE_free(store);
    return NULL;
}

static const char *chain_fault(X509 *certificate, const struct crypto_bytes *roots)
{
    X509_STORE *store = open_roots(roots);
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    const char *fault = "there is no root certificate to trust";
    REQUIRE(context != NULL);
    if (store != NULL) {
        REQUIRE(X509_STORE_CTX_init(context, store, certificate, NULL) == 1);
        X509_STORE_CTX_set_flags(context, X509_V_FLAG_PARTIAL_CHAIN);
        fault = X509_verify_cert(context) == 1
                    ? NULL
                    : X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
    }
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    ERR_clear_error();
    return fault;
}

static bool has_organization(X509 *certificate, const char *organization)
{
    char name[256] = "";
    X509_NAME *subject = X509_get_subject_name(certificate);
    int last = X509_NAME_get_index_by_NID(subject, NID_organizationName, -1);
    bool one = last >= 0 && X509_NAME_get_index_by_NID(subject, NID_organizationName, last) < 0;
    int length = X509_NAME_get_text_by_NID(subject, NID_organizationName, name, sizeof name);
    return one && length == (int)strlen(organization) && strcmp(name, organization) == 0;
}

const char *crypto_certificate_fault(const struct crypto_bytes *certificate, const struct crypto_bytes *roots,
                                     const char *organization)
{
    X509 *read = read_certificate(certificate);
    if (read == NULL)
        return "it is no certificate";
    const char *fault = chain_fault(read, roots);
    if (fault == NULL && !has_organization(read, organization))
        fault = "it is another organisation's";
    X509_free(read);
    return fault;
}

char *crypto_certificate_subject(struct arena *arena, const struct crypto_bytes *certificate)
{
    char line[512] = "";
    X509 *read = read_certificate(certificate);
    if (read == NULL)
        return NULL;
    X509_NAME_oneline(X509_get_subject_name(read), line, sizeof line);
    X509_free(read);
    return arena_strdup(arena, line);
}

bool crypto_rsa_sha256_verify(const struct crypto_bytes *certificate, const struct crypto_bytes *bytes,
                              const struct crypto_bytes *signature)
{
    X509 *read = read_certificate(certificate);
    EVP_PKEY *key = read == NULL ? NULL : X509_get0_pubkey(read);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    REQUIRE(context != NULL);
    bool holds =
        key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= 2048 &&
        EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
        EVP_DigestVerify(context, signature->bytes, signature->length, bytes->bytes, bytes->length) == 1;
    EVP_MD_CTX_free(context);
    X509_free(read);
    ERR_clear_error();
    return holds;
}

void crypto_random(void *bytes, size_t length)
{
    unsigned char *at = bytes;
    while (length > 0) {
        ssize_t got = getrandom(at, length, 0);
        if (got < 0 && errno == EINTR)
            continue;
        REQUIRE(got > 0);
        at += got;
        length -= (size_t)got;
    }
}

char *crypto_uuid(struct arena *arena)
{
    unsigned char random[CRYPTO_UUID_SIZE];
    crypto_random(random, sizeof random);
    return crypto_uuid_from(arena, random);
}

char *crypto_uuid_from(struct arena *arena, const unsigned char random[CRYPTO_UUID_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char r[CRYPTO_UUID_SIZE];
    memcpy(r, random, sizeof r);
    r[6] = (unsigned char)((r[6] & 0x0F) | 0x40);
    r[8] = (unsigned char)((r[8] & 0x3F) | 0x80);
    // 8-4-4-4-12 digits
    static const unsigned char dash_before[sizeof r] = {[4] = 1, [6] = 1, [8] = 1, [10] = 1};
    char *uuid = arena_alloc(arena, 37), *at = uuid;
    for (size_t i = 0; i < sizeof r; i++) {
        if (dash_before[i])
            *at++ = '-';
        *at++ = digits[r[i] >> 4];
        *at++ = digits[r[i] & 15];
    }
    *at = '\0';
    return uuid;
}

void crypto_wipe(void *bytes, size_t length)
{
    OPENSSL_cleanse(bytes, length);
}

char *crypto_hex(struct arena *arena, const void *bytes, size_t length)
{
    struct text text = text_new_sized(arena, length * 2 + 1);
    text_add_hex(&text, bytes, length);
    return text.ptr;
}

char *crypto_sha256_hex(struct arena *arena, const void *bytes, size_t length)
{
    unsigned char hash[CRYPTO_HASH_SIZE];
    crypto_sha256(bytes, length, hash);
    return crypto_hex(arena, hash, sizeof hash);
}

char *crypto_digest(struct arena *arena, const void *bytes, size_t length)
{
    return arena_printf(arena, "sha256:%s", crypto_sha256_hex(arena, bytes, length));
}

char *crypto_base64(struct arena *arena, const void *bytes, size_t length)
{
    char *text = arena_alloc(arena, (length + 2) / 3 * 4 + 1);
    EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
    return text;
}

char *crypto_base64url(struct arena *arena, const void *bytes, size_t length)
{
    char *text = crypto_base64(arena, bytes, length);
    for (char *c = text; *c != '\0'; c++)
        *c = *c == '+' ? '-' : *c == '/' ? '_' : *c == '=' ? '\0' : *c;
    return text;
}

unsigned char *crypto_base64_decode(struct arena *arena, const char *text, size_t *length)
{
    size_t size = strlen(text);
    if (size % 4 != 0)
        return NULL;
    unsigned char *bytes = arena_alloc(arena, size / 4 * 3 + 1);
    if (size == 0) {
        *length = 0;
        return bytes;
    }
    int got = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)size);
    size_t padding = (size_t)(text[size - 1] == '=') + (size_t)(text[size - 2] == '=');
    if (got < 0 || (size_t)got != size / 4 * 3)
        return NULL;
    *length = (size_t)got - padding;
    return strcmp(crypto_base64(arena, bytes, *length), text) == 0 ? bytes : NULL;
}

unsigned char *crypto_base64url_decode(struct arena *arena, const char *text, size_t *length)
{
    size_t size = strlen(text);
    if (strpbrk(text, "+/=") != NULL)
        return NULL;
    char *plain = arena_alloc(arena, size + 4);
    for (size_t i = 0; i < size; i++)
        plain[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
    while (size % 4 != 0)
        plain[size++] = '=';
    return crypto_base64_decode(arena, plain, length);
}
