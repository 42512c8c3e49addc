// The index: lines in any order, replaced, removed; what is no line is said.
#include "../test.h"

#include "lab/entries.h"

static void sorts_replaces_and_removes(void **state)
{
    (void)state;
    struct entries entries = {.arena = arena_open()};
    bool bad = false;
    char lines[] = "b\t1\na\t2\nc\t3\nb\t4\na\tnull\nd\tnull\nx\thalf";
    assert_int_equal(entries_take(&entries, lines, sizeof lines - 1, &bad),
                     sizeof lines - 1 - strlen("x\thalf"));
    assert_false(bad);
    assert_int_equal(entries.count, 2);
    assert_true(entries_has(&entries, entries_lower(&entries, "b"), "b"));
    assert_memory_equal(entries.items[0].json, "4", 1);
    assert_string_equal(entries.items[1].key, "c");
    assert_false(entries_has(&entries, entries_lower(&entries, "a"), "a"));
    char none[] = "no line\nd\t5\n";
    entries_take(&entries, none, sizeof none - 1, &bad);
    assert_true(bad);
    assert_int_equal(entries.count, 3);
    arena_close(entries.arena);
}

static void grows(void **state)
{
    (void)state;
    struct entries entries = {.arena = arena_open()};
    for (int i = 1999; i >= 0; i--) {
        char *key = arena_printf(entries.arena, "%05d", i * 7919 % 2000);
        entries_insert(&entries, entries_lower(&entries, key))->key = key;
    }
    assert_int_equal(entries.count, 2000);
    for (size_t i = 1; i < entries.count; i++)
        assert_true(strcmp(entries.items[i - 1].key, entries.items[i].key) < 0);
    arena_close(entries.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sorts_replaces_and_removes), cmocka_unit_test(grows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
