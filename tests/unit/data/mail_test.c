// Mail: headers unfolded and decoded, the first text part, and nothing that is not text.
#include "../test.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
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

// Encoded words without an end, or in a charset that is not read, take time that grows with their length
// alone.
static void endless(void **state)
{
    (void)state;
    enum { LENGTH = 1 << 20 };
    static const char *const words[] = {"=?utf-8?b?x", "=?latin?b?x"};
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct text mail = text_new(arena);
        text_add(&mail, "From: a\nSubject: ");
        while (mail.length < LENGTH)
            text_add(&mail, words[i]);
        text_add(&mail, i == 0 ? "\n\n" : "?=\n\n");
        int64_t began = clock_processor_ns();
        const char *subject = header(parse(arena, mail.ptr), 1);
        assert_true(clock_processor_ns() - began < 10 * INT64_C(1000000000));
        assert_int_equal(strlen(subject), mail.length - strlen("From: a\nSubject: \n\n"));
    }
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

// What was written is what is read, and nothing of it stands in a header of its own.
static void writes_what_it_reads(void **state)
{
    (void)state;
    static const char *const words[] = {
        "Key Vault alert",
        "",
        "a\r\nBcc: eve@evil.example\r\n\r\nbody",
        "=?utf-8?Q?=0D=0ABcc:_eve@evil.example?=",
        "grüße, 警報 🚨 — with more words than one encoded word can hold, and more than two can",
        "  spaces, and a tab\t at the ends  ",
        ".\r\nQUIT",
        "\n.\n..\nFrom me\n--x\n",
        "================================================================================================",
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct text out = text_new(arena);
        struct err err = {0};
        struct value *letter = value_map(arena), *to = value_list(arena);
        value_append(arena, to, value_string(arena, "dana@contoso.com"));
        value_append(arena, to, value_string(arena, "li@contoso.com"));
        value_put_text(arena, letter, "from", "soc@contoso.com");
        value_put(arena, letter, "to", to);
        value_put_text(arena, letter, "subject", words[i]);
        value_put_text(arena, letter, "text", words[i]);
        mail_write(&out, letter, clock_mail(arena, 1795313730123), "1@contoso.com");
        for (const char *line = out.ptr, *end; *line != '\0'; line = end + 2) {
            end = strstr(line, "\r\n");
            assert_true(end != NULL && end - line <= 76 && memchr(line, '\n', (size_t)(end - line)) == NULL);
        }
        const struct value *mail = mail_parse(arena, "it", out.ptr, out.length, &err);
        assert_non_null(mail);
        assert_int_equal(value_count(value_get(mail, "headers")), 10);
        assert_string_equal(header(mail, 0), "Sun, 22 Nov 2026 02:15:30 +0000");
        assert_string_equal(header(mail, 3), "dana@contoso.com, li@contoso.com");
        // Reading drops carriage returns, and controls in headers.
        const char *text = value_text_at(mail, "text"), *from = words[i];
        for (; *from != '\0'; from++)
            if (*from != '\r')
                assert_int_equal(*text++, *from);
        assert_string_equal(text, "\n");
        if (strchr(words[i], '\n') == NULL)
            assert_string_equal(header(mail, 4), words[i]);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(writes_what_it_reads), cmocka_unit_test(headers),
                                       cmocka_unit_test(parts), cmocka_unit_test(endless),
                                       cmocka_unit_test(hostile)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
