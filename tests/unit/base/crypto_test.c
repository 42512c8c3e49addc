// Cryptography against published vectors (FIPS 180, RFC 4231, RFC 8032), and strict base64.
#include "../test.h"

#include "base/crypto.h"
#include "base/text.h"

static void hashes(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    unsigned char out[CRYPTO_HASH_SIZE];
    crypto_sha256("", 0, out);
    assert_string_equal(crypto_hex(arena, out, sizeof out),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    crypto_sha256("abc", 3, out);
    assert_string_equal(crypto_hex(arena, out, sizeof out),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    unsigned char same[CRYPTO_HASH_SIZE];
    crypto_sha256_prefixed('a', "b", 1, "c", 1, same);
    assert_memory_equal(same, out, sizeof out);
    crypto_sha256_prefixed('a', "bc", 2, NULL, 0, same);
    assert_memory_equal(same, out, sizeof out);
    crypto_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, out);
    assert_string_equal(crypto_hex(arena, out, sizeof out),
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    arena_close(arena);
}

static void signatures(void **state)
{
    (void)state;
    static const unsigned char seed[CRYPTO_KEY_SIZE] = {
        0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11, 0x4e, 0x0f,
        0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb};
    struct arena *arena = arena_open();
    unsigned char key[CRYPTO_KEY_SIZE], signature[CRYPTO_SIGNATURE_SIZE];
    crypto_ed25519_public(seed, key);
    assert_string_equal(crypto_hex(arena, key, sizeof key),
                        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    crypto_ed25519_sign(seed, key, "\x72", 1, signature);
    assert_string_equal(crypto_hex(arena, signature, sizeof signature),
                        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    assert_true(crypto_ed25519_verify(key, "\x72", 1, signature));
    assert_false(crypto_ed25519_verify(key, "\x73", 1, signature));
    for (size_t i = 0; i < sizeof signature; i++) {
        signature[i] ^= 1;
        assert_false(crypto_ed25519_verify(key, "\x72", 1, signature));
        signature[i] ^= 1;
    }
    arena_close(arena);
}

static void base64(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *text, *url;
        size_t length;
    } cases[] = {{"", "", "", 0},
                 {"f", "Zg==", "Zg", 1},
                 {"fo", "Zm8=", "Zm8", 2},
                 {"foo", "Zm9v", "Zm9v", 3},
                 {"foob", "Zm9vYg==", "Zm9vYg", 4},
                 {"\xfb\xff\xbf", "+/+/", "-_-_", 3},
                 {"\0\0", "AAA=", "AAA", 2}};
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length;
        assert_string_equal(crypto_base64(arena, cases[i].bytes, cases[i].length), cases[i].text);
        assert_string_equal(crypto_base64url(arena, cases[i].bytes, cases[i].length), cases[i].url);
        const unsigned char *back = crypto_base64_decode(arena, cases[i].text, &length);
        assert_non_null(back);
        assert_int_equal(length, cases[i].length);
        assert_memory_equal(back, cases[i].bytes, length);
        back = crypto_base64url_decode(arena, cases[i].url, &length);
        assert_non_null(back);
        assert_int_equal(length, cases[i].length);
    }
    static const char *const refused[] = {"Zg",   "Zg=",      "Zh==",   " Zg==",    "Zg== ",  "Zg==\n",
                                          "Z===", "====",     "Zm9=",   "Zm9v====", "Zm9\nv", "Zm-_",
                                          "=Zg=", "Zg==Zg==", "Zm9v\n", "Zm9v="};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        size_t length;
        if (crypto_base64_decode(arena, refused[i], &length) != NULL)
            fail_msg("'%s' was decoded", refused[i]);
    }
    static const char *const refused_url[] = {"Zg==", "+/+/", "Z", "Zh", "Zm9v\n"};
    for (size_t i = 0; i < sizeof refused_url / sizeof refused_url[0]; i++) {
        size_t length;
        if (crypto_base64url_decode(arena, refused_url[i], &length) != NULL)
            fail_msg("'%s' was decoded", refused_url[i]);
    }
    arena_close(arena);
}

static void randomness(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const char *a = crypto_uuid(arena), *b = crypto_uuid(arena);
    assert_int_equal(strlen(a), 36);
    assert_int_equal(a[14], '4');
    assert_non_null(strchr("89ab", a[19]));
    assert_string_not_equal(a, b);
    unsigned char secret[8] = "secret!";
    crypto_wipe(secret, sizeof secret);
    assert_memory_equal(secret, "\0\0\0\0\0\0\0", 8);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(hashes), cmocka_unit_test(signatures),
                                       cmocka_unit_test(base64), cmocka_unit_test(randomness)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
