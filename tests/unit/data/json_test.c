// JSON: what is read, what is refused and where, and that writing gives back what was read.
#include "../test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/json.h"
#include "data/json_scan.h"
#include "data/value.h"

// The value as text, of which json_length knows how long it becomes.
static const char *written(struct arena *arena, const struct value *value)
{
    const char *text = json_text(arena, value);
    assert_int_equal(json_length(value), strlen(text));
    return text;
}

static void reads_and_writes(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    static const char text[] = "{\"a\":[1,-2.5,true,null,\"\\u00e9\\n\"],\"b\":{},\"c\":[]}";
    const struct value *value = json_parse(arena, "t", text, sizeof text - 1, &err);
    assert_non_null(value);
    assert_string_equal(written(arena, value), "{\"a\":[1,-2.5,true,null,\"é\\n\"],\"b\":{},\"c\":[]}");
    assert_int_equal(value_pos(value_at(value, "b")).column, 40);
    // An attacker's name may hold them, and is read; whoever looks at it sees the escape.
    static const char turned[] = "[\"a\\u202eb\",\"\xE2\x81\xA6\"]";
    value = json_parse(arena, "t", turned, sizeof turned - 1, &err);
    assert_non_null(value);
    assert_string_equal(written(arena, value), "[\"a\\u202eb\",\"\\u2066\"]");
    arena_close(arena);
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
        int line, column;
    } cases[] = {
        {"", "the text ends where a value is wanted", 1, 1},
        {"{\"a\":1,\n \"a\":2}", "the key \"a\" stands twice", 2, 2},
        {"[1,]", "a JSON value is wanted here", 1, 4},
        {"[\"a\tb\"]", "a raw control character in a string (it must be escaped)", 1, 4},
        {"[\"\xff\"]", "bytes that are not valid UTF-8", 1, 3},
        {"{} x", "text behind the end of the JSON value", 1, 4},
        {"[\"ab", "the text ends inside a string", 1, 5},
        {"[1, 1e400]", "a number that is too large", 1, 5},
        {"[01]", "a JSON value is wanted here", 1, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_open();
        struct err err = {0};
        assert_null(json_parse(arena, "t", cases[i].text, strlen(cases[i].text), &err));
        assert_string_equal(err.message, cases[i].message);
        assert_int_equal(err.pos.line, cases[i].line);
        assert_int_equal(err.pos.column, cases[i].column);
        arena_close(arena);
    }
}

// What is no character, anywhere, is read as U+FFFD; in what this program has written it cannot stand.
static void reads_what_is_no_character(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"[\"\\ud800\"]", "[\"�\"]"},
        {"{\"name\":\"dana\\uDBFF\",\"next\":\"\\udc00x\"}", "{\"name\":\"dana�\",\"next\":\"�x\"}"},
        {"[\"\\ud800\\ud83d\\ude00\\ude00\"]", "[\"�😀�\"]"},
        {"[\"\\ud800\\u0041\",\"\\\\ud800\",\"\\ud83d\\ude00\"]", "[\"�A\",\"\\\\ud800\",\"😀\"]"},
        {"{\"a\\u0000b\":\"c\\u0000\"}", "{\"a�b\":\"c�\"}"},
        {"{\"\\ud800\":1,\"a\":2,\"\\udfff\":{\"b\":3},\"c\":4}", "{\"�\":1,\"a\":2,\"c\":4}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_open();
        struct err err;
        size_t length = strlen(cases[i][0]);
        const struct value *value = json_parse(arena, "t", cases[i][0], length, &err);
        assert_non_null(value);
        assert_string_equal(written(arena, value), cases[i][1]);
        bool clean = strstr(cases[i][1], "�") == NULL;
        assert_true((json_parse_own(arena, "t", cases[i][0], length, &err) != NULL) == clean);
        assert_true(json_is_own(cases[i][0], length) == clean);
        arena_close(arena);
    }
    struct arena *arena = arena_open();
    struct err err;
    static const char twice[] = "{\"a\\ud800\":1,\"b\":2,\"b\":3}";
    assert_null(json_parse(arena, "t", twice, sizeof twice - 1, &err));
    assert_string_equal(err.message, "the key \"b\" stands twice");
    assert_int_equal(err.pos.column, 20);
    assert_null(json_parse_own(arena, "t", "[\"\\u0000\"]", 10, &err));
    assert_string_equal(err.message, "a NUL character in a string is refused");
    assert_int_equal(err.pos.column, 4);
    assert_null(json_parse_own(arena, "t", "[\"\\ud800\"]", 10, &err));
    assert_string_equal(err.message, "half of a surrogate pair stands alone");
    arena_close(arena);
}

// Places in a line of a file are those of the file.
static void reads_a_line(void **state)
{
    (void)state;
    static const char text[] = "{\"a\": 1, \"b\": 01}";
    struct arena *arena = arena_open();
    struct err err;
    const struct value *whole = json_parse_line(arena, (struct src_pos){"t", 7, 1}, "{\"a\": 1}", 8, &err);
    assert_int_equal(value_pos(value_at(whole, "a")).line, 7);
    assert_int_equal(value_pos(value_at(whole, "a")).column, 7);
    assert_null(json_parse_line(arena, (struct src_pos){"t", 7, 1}, text, sizeof text - 1, &err));
    assert_int_equal(err.pos.line, 7);
    assert_int_equal(err.pos.column, 15);
    arena_close(arena);
}

// 64 levels from outside; what we write ourselves may hold such a value and some more around it.
static void depths(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err;
    for (size_t depth = 1; depth <= 256; depth *= 2)
        for (size_t near = 0; near < 3; near++) {
            size_t count = depth + near - 1;
            char *text = arena_alloc(arena, 2 * count + 3);
            memset(text, '[', count);
            text[count] = '1'; // a scalar inside adds no level
            memset(text + count + 1, ']', count);
            assert_int_equal(json_parse(arena, "t", text, 2 * count + 1, &err) != NULL,
                             count <= JSON_MAX_DEPTH);
            const struct value *own = json_parse_own(arena, "t", text, 2 * count + 1, &err);
            assert_int_equal(own != NULL, count <= JSON_MAX_DEPTH_OWN);
        }
    assert_int_equal(err.code, E_LIMIT);
    arena_close(arena);
}

static void writes_texts(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *json;
    } cases[] = {
        {"", "\"\""},
        {"a\"b\\c/", "\"a\\\"b\\\\c/\""},
        {"\b\t\n\f\r\x01\x1f\x7f", "\"\\b\\t\\n\\f\\r\\u0001\\u001f\\u007f\""},
        {"\xC3\xA9\xF0\x9F\x98\x80", "\"\xC3\xA9\xF0\x9F\x98\x80\""},
        {"a\xFF"
         "b\xE2\x82",
         "\"a\xEF\xBF\xBD"
         "b\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"x\xE2\x80\xAEy", "\"x\\u202ey\""},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *json = written(arena, value_string(arena, cases[i].raw));
        assert_string_equal(json, cases[i].json);
        assert_non_null(json_parse_own(arena, "t", json, strlen(json), NULL));
    }
    assert_string_equal(written(arena, value_unknown(arena, "why")), "{\"$unknown\":\"why\"}");
    arena_close(arena);
}

// At every place of texts shorter and longer than the blocks that are looked at.
static void plain_ends_where_something_stands(void **state)
{
    (void)state;
    static const unsigned char others[] = {'"', '\\', '\0', 0x1F, 0x7F, 0x80, 0xC3, 0xFF};
    enum { MOST = 50 };
    for (size_t length = 0; length <= MOST; length++) {
        char text[MOST]; // of just this length: nothing behind it may be read
        char *own = malloc(length == 0 ? 1 : length);
        assert_non_null(own);
        for (size_t i = 0; i < length; i++)
            text[i] = (char)(' ' + (i * 7 + length) % 0x5F);
        for (size_t i = 0; i < length; i++)
            text[i] = text[i] == '"' || text[i] == '\\' ? '~' : text[i];
        memcpy(own, text, length);
        assert_int_equal(json_scan_plain(own, own + length), length);
        for (size_t at = 0; at < length; at++)
            for (size_t i = 0; i < sizeof others; i++) {
                own[at] = (char)others[i];
                assert_int_equal(json_scan_plain(own, own + length), at);
                own[at] = text[at];
            }
        free(own);
    }
}

static void numbers(void **state)
{
    (void)state;
    static const char *const same[] = {"0",
                                       "-1",
                                       "9007199254740992",
                                       "-9007199254740992",
                                       "0.5",
                                       "0.1",
                                       "1e+300",
                                       "-2.5",
                                       "0.30000000000000004",
                                       "1e-07"};
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        const struct value *value = json_parse(arena, "t", same[i], strlen(same[i]), NULL);
        assert_string_equal(written(arena, value), same[i]);
    }
    assert_string_equal(written(arena, value_number(arena, HUGE_VAL)), "null");
    assert_string_equal(written(arena, value_int(arena, INT64_MIN)), "-9223372036854775808");
    assert_int_equal(json_parse(arena, "t", "1.0", 3, NULL)->kind, VALUE_INT);
    assert_int_equal(json_parse(arena, "t", "9007199254740994", 16, NULL)->kind, VALUE_NUMBER);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_and_writes),
                                       cmocka_unit_test(refuses),
                                       cmocka_unit_test(reads_what_is_no_character),
                                       cmocka_unit_test(reads_a_line),
                                       cmocka_unit_test(depths),
                                       cmocka_unit_test(writes_texts),
                                       cmocka_unit_test(plain_ends_where_something_stands),
                                       cmocka_unit_test(numbers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
