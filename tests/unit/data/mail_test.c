// Mail: headers unfolded and decoded, the first text part, and nothing that is not text.
#include "../test.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/mail.h"
#include "data/value.h"

static const struct value *parse(struct arena *arena, const char *text)
{
    struct err err = {0};
    return mail_parse(arena, "it", text, strlen(text), &err);
}

static const char *header(const struct value *mail, size_t index)
{
    return value_text_at(value_item(value_get(mail, "headers"), index), "value");
}

static void headers(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const struct value *mail =
        parse(arena, "From: a@b.example\r\nSubject: =?UTF-8?Q?caf=C3=A9_?= =?utf-8?B?w6k=?= end\r\n"
                     "X-Long: one\r\n two\r\n\tthree\r\n\r\nhello\r\n");
    assert_non_null(mail);
    assert_string_equal(header(mail, 0), "a@b.example");
    assert_string_equal(header(mail, 1), "café é end");
    assert_string_equal(header(mail, 2), "one two three");
    assert_string_equal(value_text_at(mail, "text"), "hello\n");
    assert_string_equal(header(parse(arena, "From: x\nSubject: =?koi8-r?B?w6k=?=\n\n"), 1),
                        "=?koi8-r?B?w6k=?=");
    assert_null(parse(arena, "{\"a\": 1}"));
    assert_null(parse(arena, "Subject: without a sender\n\n"));
    assert_null(parse(arena, "From: a\nno header\n\n"));
    assert_null(parse(arena, ""));
    arena_close(arena);
}

static void parts(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    assert_string_equal(
        value_text_at(parse(arena, "From: a\nContent-Transfer-Encoding: base64\n\naGVs\nbG8=\n"), "text"),
        "hello");
    assert_string_equal(
        value_text_at(parse(arena, "From: a\nContent-Transfer-Encoding: quoted-printable\n\na=3Db=\nc =zz"),
                      "text"),
        "a=bc =zz");
    const char *nested =
        "From: a\nContent-Type: multipart/mixed; boundary=\"x\"\n\npreamble\n--x\nContent-Type: image/png\n"
        "\nPNG\n--x\nContent-Type: multipart/alternative; boundary=y\n\n--y\nContent-Type: text/plain\n\n"
        "inner\n--y--\n--x--\n";
    assert_string_equal(value_text_at(parse(arena, nested), "text"), "inner\n");
    assert_string_equal(value_text_at(parse(arena, "From: a\nContent-Type: multipart/mixed\n\n--\n"), "text"),
                        "");
    assert_string_equal(value_text_at(parse(arena, "From: a\n\nb\x01\xff"
                                                   "c"),
                                      "text"),
                        "b??c");
    arena_close(arena);
}

// No depth and no cut brings it down.
static void hostile(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct text deep = text_new(arena);
    text_add(&deep, "From: a\n");
    for (int i = 0; i < 50; i++)
        text_addf(&deep, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    assert_non_null(parse(arena, deep.ptr));
    struct text many = text_new(arena);
    text_add(&many, "From: a\n");
    for (int i = 0; i < MAIL_MAX_HEADERS + 1; i++)
        text_add(&many, "X: y\n");
    assert_null(parse(arena, many.ptr));
    for (size_t i = 0; i <= deep.length && i < 400; i++) {
        struct err err = {0};
        const struct value *cut = mail_parse(arena, "it", deep.ptr, i, &err);
        assert_true(cut != NULL || err.code == E_SYNTAX);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(headers), cmocka_unit_test(parts),
                                       cmocka_unit_test(hostile)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
