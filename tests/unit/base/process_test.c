// Other programs: output, status, limits; and signing with an RSA key.
#include "../test.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/process.h"

static void runs_programs(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct process_result result;
    struct err err = {0};
    assert_true(process_run(
        arena, (const char *const[]){"sh", "-c", "echo \"$1\"; echo no >&2; exit 3", "x", "a b;c", NULL},
        5000, &result, &err));
    assert_int_equal(result.status, 3);
    assert_string_equal(result.output, "a b;c\n");
    assert_string_equal(result.errors, "no\n");
    assert_true(process_run(arena, (const char *const[]){"cat", NULL}, 5000, &result, &err));
    assert_string_equal(result.output, "");
    assert_true(
        process_run(arena, (const char *const[]){"sh", "-c", "kill -TERM $$", NULL}, 5000, &result, &err));
    assert_int_equal(result.status, 128 + 15);
    arena_close(arena);
}

static void bounds_programs(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct process_result result;
    struct err err = {0};
    int64_t start = clock_monotonic_ns();
    assert_false(process_run(arena, (const char *const[]){"sleep", "20", NULL}, 100, &result, &err));
    assert_int_equal(err.code, E_LIMIT);
    const char *const mute[] = {"sh", "-c", "exec >&- 2>&-; exec sleep 20", NULL};
    assert_false(process_run(arena, mute, 100, &result, &err));
    assert_int_equal(err.code, E_LIMIT);
    assert_true(clock_monotonic_ns() - start < INT64_C(5000000000));
    assert_false(process_run(arena, (const char *const[]){"yes", NULL}, 5000, &result, &err));
    assert_int_equal(err.code, E_LIMIT);
    assert_false(
        process_run(arena, (const char *const[]){"no-such-program-here", NULL}, 5000, &result, &err));
    assert_int_equal(err.code, E_FILE);
    arena_close(arena);
}

static void signs_with_rsa(void **state)
{
    (void)state;
    EVP_PKEY *key = EVP_RSA_gen(2048);
    BIO *bio = BIO_new(BIO_s_mem());
    assert_int_equal(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
    char *pem;
    size_t length = (size_t)BIO_get_mem_data(bio, &pem), size = 0;
    unsigned char signature[CRYPTO_RSA_MAX], print[CRYPTO_THUMBPRINT_SIZE];
    assert_true(crypto_rsa_sha256_sign(pem, length, "text", 4, signature, &size));
    assert_int_equal(size, 256);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestVerify(context, signature, size, (const unsigned char *)"text", 4), 1);
    assert_false(crypto_certificate_thumbprint(pem, length, print));
    assert_false(crypto_rsa_sha256_sign("x", 1, "text", 4, signature, &size));
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    BIO_free(bio);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(runs_programs), cmocka_unit_test(bounds_programs),
                                       cmocka_unit_test(signs_with_rsa)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
