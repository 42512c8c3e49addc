// JSON: what is read, what is refused and where, and that writing gives back what was read.
#include "../test.h"

#include "data/json.h"
#include "data/value.h"

static void reads_and_writes(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    static const char text[] = "{\"a\":[1,-2.5,true,null,\"\\u00e9\\n\"],\"b\":{},\"c\":[]}";
    const struct value *value = json_parse(arena, "t", text, sizeof text - 1, &err);
    assert_non_null(value);
    assert_string_equal(json_text(arena, value), "{\"a\":[1,-2.5,true,null,\"é\\n\"],\"b\":{},\"c\":[]}");
    assert_int_equal(value_at(value, "b")->pos.column, 40);
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
        {"[\"\\u0000\"]", "a NUL character in a string is refused", 1, 4},
        {"[\"\\ud800\"]", "half of a surrogate pair stands alone", 1, 4},
        {"[\"\xff\"]", "bytes that are not valid UTF-8", 1, 3},
        {"{} x", "text behind the end of the JSON value", 1, 4},
        {"[\"ab", "the text ends inside a string", 1, 5},
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_and_writes), cmocka_unit_test(refuses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
