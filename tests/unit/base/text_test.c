// Text: growth, comparison without case, globs in linear time, UTF-8, and what may reach a URL or a terminal.
#include "../test.h"

#include "base/clock.h"
#include "base/text.h"

static void grows(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct text text = text_new(arena);
    assert_string_equal(text.ptr, "");
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(text.length, i);
        text_addc(&text, 'x');
        assert_int_equal(strlen(text.ptr), i + 1);
    }
    text_add(&text, "");
    text_addn(&text, "yz", 1);
    assert_string_equal(text.ptr + 1000, "y");
    static const size_t sizes[] = {0, 1, 63, 64, 65, 255, 256, 257, 4096};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct text other = text_new(arena);
        text_addf(&other, "%*s", (int)sizes[i], "");
        assert_int_equal(other.length, sizes[i]);
        assert_int_equal(strlen(other.ptr), sizes[i]);
    }
    arena_close(arena);
}

static void compares(void **state)
{
    (void)state;
    assert_true(text_same("Vault-A", "vAULT-a"));
    assert_true(text_same(NULL, NULL));
    assert_false(text_same("", NULL));
    assert_false(text_same("a", "ab"));
    assert_false(text_same("Ä", "ä")); // ASCII alone
    assert_true(text_order("abc", "ABD") < 0);
    assert_true(text_order("b", "A") > 0);
    assert_true(text_starts("abc", "ab") && !text_starts("abc", "AB") && text_starts("abc", ""));
    assert_true(text_starts_nocase("ABC", "ab") && !text_starts_nocase("a", "ab"));
    assert_true(text_ends("x.lua", ".lua") && !text_ends("lua", ".lua") && text_ends("x", ""));
    assert_string_equal(text_find_nocase("abCDef", "cd"), "CDef");
    assert_null(text_find_nocase("abc", "abcd"));
    struct arena *arena = arena_open();
    assert_string_equal(text_lower(arena, "ABC-Ä"), "abc-Ä");
    arena_close(arena);
}

static void globs(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
        bool matches;
    } cases[] = {{"*", "", true},
                 {"*", "abc", true},
                 {"?", "", false},
                 {"?", "a", true},
                 {"KV_*", "KV_X", true},
                 {"kv_*", "KV_X", true},
                 {"KV_*", "AKV_X", false},
                 {"*b*", "abc", true},
                 {"a*c", "ac", true},
                 {"a*c", "abd", false},
                 {"a**c", "abc", true},
                 {"*a*b*c*", "xxaxxbxxc", true},
                 {"a?c", "abc", true},
                 {"a?c", "ac", false},
                 {"", "", true},
                 {"", "a", false},
                 {"[a]", "a", false},
                 {"?rzte", "Ärzte", true},
                 {"??rzte", "Ärzte", false},
                 {"*?", "ä", true},
                 {"*??", "ä", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (text_glob(cases[i].pattern, cases[i].text) != cases[i].matches)
            fail_msg("%s on %s", cases[i].pattern, cases[i].text);
    struct arena *arena = arena_open();
    char *many = arena_alloc(arena, 65537);
    memset(many, 'a', 65536);
    int64_t before = clock_monotonic_ns();
    assert_false(text_glob("*a*a*a*a*a*a*a*b", many));
    assert_true(clock_monotonic_ns() - before < 2000000000);
    arena_close(arena);
}

static void nearest(void **state)
{
    (void)state;
    static const char *const names[] = {"name", "actor", "resource", "ip", NULL};
    assert_string_equal(text_nearest("nmae", names), "name");
    assert_string_equal(text_nearest("resuorce", names), "resource");
    assert_string_equal(text_nearest("Actor", names), "actor");
    assert_null(text_nearest("subscription", names));
    assert_null(text_nearest("zzz", names));
    static const char *const letters[] = {"a", NULL};
    assert_null(text_nearest("b", letters));
    assert_string_equal(text_nearest("A", letters), "a");
}

static void utf8(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        unsigned code;
    } cases[] = {{"A", 1, 'A'},
                 {"\x7F", 1, 0x7F},
                 {"\xC2\x80", 2, 0x80},
                 {"\xDF\xBF", 2, 0x7FF},
                 {"\xE0\xA0\x80", 3, 0x800},
                 {"\xED\x9F\xBF", 3, 0xD7FF},
                 {"\xEE\x80\x80", 3, 0xE000},
                 {"\xEF\xBF\xBF", 3, 0xFFFF},
                 {"\xF0\x90\x80\x80", 4, 0x10000},
                 {"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
                 {"\x80", 0, 0},
                 {"\xC0\x80", 0, 0}, // overlong
                 {"\xC1\xBF", 0, 0},
                 {"\xE0\x9F\xBF", 0, 0},
                 {"\xF0\x8F\xBF\xBF", 0, 0},
                 {"\xED\xA0\x80", 0, 0},     // surrogate
                 {"\xF4\x90\x80\x80", 0, 0}, // above the last
                 {"\xF5\x80\x80\x80", 0, 0},
                 {"\xFF", 0, 0},
                 {"\xE2\x82", 0, 0}, // cut
                 {"\xE2\x28\xA1", 0, 0},
                 {"", 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned code = 0;
        assert_int_equal(text_utf8(cases[i].bytes, strlen(cases[i].bytes), &code), cases[i].length);
        assert_int_equal(code, cases[i].code);
        if (cases[i].length > 1) // every cut of a valid one is invalid
            assert_int_equal(text_utf8(cases[i].bytes, cases[i].length - 1, NULL), 0);
    }
}

static void leaves_the_program(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *percent, *terminal;
    } cases[] = {
        {"a-Z_0.9~", "a-Z_0.9~", "a-Z_0.9~"},
        {"a/b?c=d&e f%", "a%2Fb%3Fc%3Dd%26e%20f%25", "a/b?c=d&e f%"},
        {"ü", "%C3%BC", "ü"},
        {"\x1b[2J", "%1B%5B2J", "<U+001B>[2J"},
        {"a\nb\tc", "a%0Ab%09c", "a b c"},
        {"x\xE2\x80\xAEy", "x%E2%80%AEy", "x<U+202E>y"},
        {"\xFF", "%FF", "<FF>"},
        {"\x7F\xC2\x9B", "%7F%C2%9B", "<U+007F><U+009B>"},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text percent = text_new(arena), terminal = text_new(arena);
        text_add_percent(&percent, cases[i].raw);
        text_add_terminal(&terminal, cases[i].raw);
        assert_string_equal(percent.ptr, cases[i].percent);
        assert_string_equal(terminal.ptr, cases[i].terminal);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(grows), cmocka_unit_test(compares),
                                       cmocka_unit_test(globs), cmocka_unit_test(nearest),
                                       cmocka_unit_test(utf8),  cmocka_unit_test(leaves_the_program)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
