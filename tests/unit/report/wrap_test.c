// Wrapping, widths and cutting of text for terminals.
#include "../test.h"

#include "base/clock.h"
#include "base/text.h"
#include "report/wrap.h"

static void check_width(void **state)
{
    (void)state;
    assert_int_equal(wrap_width(""), 0);
    assert_int_equal(wrap_width("abc"), 3);
    assert_int_equal(wrap_width("né"), 2);
    assert_int_equal(wrap_width("金庫"), 4);
    assert_int_equal(wrap_width("e\xCC\x81"), 1); // e and a combining acute accent
    assert_int_equal(wrap_width("→…"), 2);
}

static void check_words(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, 24, false);
    wrap_begin(&wrap, 2, 4);
    wrap_put(&wrap, WRAP_PLAIN, "one two   three four");
    wrap_put(&wrap, WRAP_BOLD, "teen"); // no blank between: one word, though in two pieces
    wrap_put(&wrap, WRAP_PLAIN, " five six");
    wrap_end(&wrap);
    assert_string_equal(out.ptr, "  one two three fourteen\n    five six\n");
    arena_close(arena);
}

static void check_long_word(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, 20, false);
    wrap_line(&wrap, 0, WRAP_PLAIN, "https://example.org/first/second/third");
    assert_string_equal(out.ptr, "https://example.org/\nfirst/second/third\n");
    arena_close(arena);
}

// A word of a mebibyte, as an alert can have it, is broken in time that grows with its length alone.
static void check_endless_word(void **state)
{
    (void)state;
    enum { LENGTH = 1 << 20, WIDTH = 20 };
    struct arena *arena = arena_open();
    char *word = arena_alloc(arena, LENGTH + 1);
    memset(word, 'a', LENGTH);
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, WIDTH, false);
    int64_t began = clock_processor_ns();
    wrap_line(&wrap, 0, WRAP_PLAIN, word);
    assert_true(clock_processor_ns() - began < 10 * INT64_C(1000000000));
    assert_int_equal(out.length, LENGTH + LENGTH / WIDTH + 1);
    arena_close(arena);
}

static void check_colour_and_tab(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, 40, true);
    wrap_begin(&wrap, 0, 8);
    wrap_put(&wrap, WRAP_RED, "a\x1b[0m");
    wrap_tab(&wrap, 16);
    wrap_put(&wrap, WRAP_PLAIN, "b");
    wrap_end(&wrap);
    assert_string_equal(out.ptr, "\x1b[31ma<U+001B>[0m\x1b[0m    b\n");
    arena_close(arena);
}

// In a narrow terminal a column that is not there, or is too near its edge, neither cuts a word nor leaves
// blanks.
static void check_narrow_tab(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, 20, false);
    wrap_begin(&wrap, 0, 2);
    wrap_put(&wrap, WRAP_PLAIN, "one");
    wrap_tab(&wrap, 14);
    wrap_put(&wrap, WRAP_PLAIN, "interrupted");
    wrap_tab(&wrap, 40);
    wrap_put(&wrap, WRAP_PLAIN, "live");
    wrap_tab(&wrap, 60);
    wrap_end(&wrap);
    assert_string_equal(out.ptr, "one\n  interrupted live\n");
    arena_close(arena);
}

static void check_cut(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    assert_string_equal(wrap_cut(arena, "short", 5, false), "short");
    assert_string_equal(wrap_cut(arena, "longer", 5, false), "long…");
    assert_string_equal(wrap_cut(arena, "abcdefghi", 5, true), "ab…hi");
    assert_string_equal(wrap_cut(arena, "金庫の鍵", 5, false), "金庫…");
    assert_string_equal(wrap_cut(arena, "金庫の鍵", 6, true), "金…鍵");
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_width),
        cmocka_unit_test(check_words),
        cmocka_unit_test(check_long_word),
        cmocka_unit_test(check_endless_word),
        cmocka_unit_test(check_colour_and_tab),
        cmocka_unit_test(check_narrow_tab),
        cmocka_unit_test(check_cut),
    };
    return cmocka_run_group_tests_name("report/wrap", tests, NULL, NULL);
}
