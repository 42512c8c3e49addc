// Requests that Partner Center's webhook gets: whatever is there twice or is not understood is refused,
// before anything is fetched. The signed ones of tests/alerts/webhook are the cases; each spoiled in one
// place.
#include "../test.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "policy/callback.h"

static const char *const hosts[] = {"3psostorageacct.blob.core.windows.net", NULL};

static struct crypto_bytes read_file(struct arena *arena, const char *name)
{
    struct err err = {0};
    struct crypto_bytes bytes;
    bytes.bytes =
        file_read(arena, arena_printf(arena, "alerts/webhook/%s", name), 65536, &bytes.length, &err);
    if (bytes.bytes == NULL)
        fail_msg("%s", err.message);
    return bytes;
}

// The request with `from` replaced by `to`; it must be there.
static struct crypto_bytes spoiled(struct arena *arena, const char *from, const char *to)
{
    struct crypto_bytes whole = read_file(arena, "01-ok-authorization.http");
    const char *bytes = whole.bytes, *at = memmem(bytes, whole.length, from, strlen(from));
    struct text text = text_new(arena);
    assert_non_null(at);
    text_addn(&text, bytes, (size_t)(at - bytes));
    text_add(&text, to);
    text_addn(&text, at + strlen(from), whole.length - (size_t)(at - bytes) - strlen(from));
    return (struct crypto_bytes){text.ptr, text.length};
}

static enum err_code judge(struct arena *arena, struct crypto_bytes request, const char *certificate)
{
    struct err err = {0};
    struct callback callback;
    struct crypto_bytes leaf = read_file(arena, certificate), root = read_file(arena, "root.pem");
    if (callback_read(arena, "it", request.bytes, request.length, &callback, &err) &&
        callback_check_address(&callback, hosts, &err) &&
        callback_verify(arena, &callback, &leaf, &root, "Contoso Test Org", &err))
        return E_NONE;
    return err.code;
}

static void as_they_are(void **state)
{
    static const struct {
        const char *name;
        enum err_code code;
    } cases[] = {{"01-ok-authorization.http", E_NONE},          {"02-ok-x-ms-signature.http", E_NONE},
                 {"03-tampered-body.http", E_REFUSED},          {"04-reserialized-body.http", E_REFUSED},
                 {"05-no-signature.http", E_REFUSED},           {"06-no-algorithm.http", E_REFUSED},
                 {"07-other-algorithm.http", E_REFUSED},        {"08-certificate-elsewhere.http", E_REFUSED},
                 {"09-plain-http-certificate.http", E_REFUSED}, {"10-stranger-key.http", E_REFUSED},
                 {"11-broken-base64.http", E_REFUSED}};
    (void)state;
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum err_code code = judge(arena, read_file(arena, cases[i].name), "leaf.pem");
        if (code != cases[i].code)
            fail_msg("%s: %s", cases[i].name, err_name(code));
    }
    assert_int_equal(judge(arena, read_file(arena, "01-ok-authorization.http"), "leaf.cer"), E_NONE);
    assert_int_equal(judge(arena, read_file(arena, "01-ok-authorization.http"), "stranger.pem"), E_REFUSED);
    arena_close(arena);
}

// What its certificate signed counts only when the right root vouches for the right organization.
static void whose_certificate(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    struct callback callback;
    struct crypto_bytes request = read_file(arena, "01-ok-authorization.http");
    struct crypto_bytes leaf = read_file(arena, "leaf.pem"), root = read_file(arena, "root.pem");
    struct crypto_bytes stranger = read_file(arena, "stranger.pem");
    assert_true(callback_read(arena, "it", request.bytes, request.length, &callback, &err));
    assert_true(callback_verify(arena, &callback, &leaf, &root, "Contoso Test Org", &err));
    assert_false(callback_verify(arena, &callback, &leaf, &root, "Fabrikam", &err));
    assert_false(callback_verify(arena, &callback, &leaf, &stranger, "Contoso Test Org", &err));
    assert_false(callback_read(arena, "it", request.bytes, CALLBACK_MAX + 1, &callback, &err));
    assert_int_equal(err.code, E_LIMIT);
    arena_close(arena);
}

static void spoiled_ones(void **state)
{
    static const struct {
        const char *from, *to;
        enum err_code code;
    } cases[] = {
        {"Host: hooks.contoso.com", "Host: other.contoso.com", E_NONE}, // not signed, and not looked at
        {"POST ", "GET ", E_SYNTAX},
        {"HTTP/1.1", "HTTP/1.0", E_SYNTAX},
        {"Content-Length: 286", "Content-Length: 285", E_SYNTAX},
        {"Content-Length: 286", "X-Length: 286", E_SYNTAX},
        {"Content-Length: 286", "Content-Length: 286\r\nContent-Length: 286", E_SYNTAX},
        {"Content-Length: 286", "Content-Length:  286  ", E_NONE},
        {"Content-Length: 286", "Content-Length: +286", E_SYNTAX},
        {"Content-Length: 286", "Content-Length: 286x", E_SYNTAX},
        {"Content-Length: 286", "Content-Length: 0000000286", E_SYNTAX},
        {"POST /", "POST \x01/", E_SYNTAX},
        {"\r\n\r\n", "\r\n", E_SYNTAX},
        {"Content-Type:", "Content Type:", E_SYNTAX},
        {"Content-Type:", "Content-Type", E_SYNTAX},
        {"Content-Type:", ":", E_SYNTAX},
        {"Host: hooks.contoso.com", "Host", E_SYNTAX},
        {"Host: hooks.contoso.com", "Host: hooks.contoso.com\x7f", E_SYNTAX},
        {"Content-Type: application/json\r\n", "Content-Type: a\nb\r\n", E_SYNTAX},
        {"Authorization: Signature", "Authorization: Bearer", E_REFUSED},
        {"Authorization: Signature", "Authorization: Otherwise", E_REFUSED},
        {"Authorization:", "Authorization: Basic a\r\nAuthorization: Basic b\r\nx-ms-signature:", E_REFUSED},
        {"Host:", "x-ms-signature: none\r\nHost:", E_NONE},
        {"rsa-sha256", "rsa-sha1", E_REFUSED},
        {"X-MS-Certificate-Url:", "X-Other:", E_REFUSED},
        {"Host:", "x-ms-signature: Signature AAAA\r\nHost:", E_REFUSED},
        {"Host:", "Authorization: Signature AAAA\r\nHost:", E_REFUSED},
        {"Host:", "X-MS-Signature-Algorithm: rsa-sha256\r\nHost:", E_REFUSED},
        {"Host:", "X-MS-Certificate-Url: https://3psostorageacct.blob.core.windows.net/x\r\nHost:",
         E_REFUSED},
        {"blob.core.windows.net/", "blob.core.windows.net.badhost.example/", E_REFUSED},
        {"https://3psostorageacct", "https://me@3psostorageacct", E_REFUSED},
        {"blob.core.windows.net/", "blob.core.windows.net:8443/", E_REFUSED},
    };
    (void)state;
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum err_code code = judge(arena, spoiled(arena, cases[i].from, cases[i].to), "leaf.pem");
        if (code != cases[i].code)
            fail_msg("'%s' for '%s': %s", cases[i].to, cases[i].from, err_name(code));
    }
    arena_close(arena);
}

// Every byte of body and signature counts.
static void flipped(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct crypto_bytes whole = read_file(arena, "01-ok-authorization.http");
    const char *body = memmem(whole.bytes, whole.length, "\r\n\r\n", 4);
    assert_non_null(body);
    size_t first = (size_t)(body - (const char *)whole.bytes) + 4;
    for (size_t i = first; i < whole.length; i += 7) {
        char *copy = arena_strndup(arena, whole.bytes, whole.length);
        copy[i] = (char)(copy[i] ^ 1);
        assert_int_equal(judge(arena, (struct crypto_bytes){copy, whole.length}, "leaf.pem"), E_REFUSED);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_they_are), cmocka_unit_test(spoiled_ones),
                                       cmocka_unit_test(flipped), cmocka_unit_test(whose_certificate)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
