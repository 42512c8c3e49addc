// Errors: codes, places, notes, hints, cutting at whole characters, and lists that stay bounded.
#include "../test.h"

static void fills(void **state)
{
    (void)state;
    struct err err;
    assert_false(err_set_at(&err, E_SYNTAX, (struct src_pos){"f", 3, 4}, "bad %s", "x"));
    err_hint(&err, "try %d", 1);
    err_note(&err, "while %s", "a");
    err_note(&err, "while %s", "b");
    assert_string_equal(err.message, "bad x");
    assert_string_equal(err.hint, "try 1");
    assert_string_equal(err.notes, "while a\nwhile b");
    assert_int_equal(err.pos.line, 3);
    assert_false(err_set(&err, E_TRAIL, "again: %s", err.message)); // from itself
    assert_string_equal(err.message, "again: bad x");
    assert_string_equal(err.notes, "");
    assert_int_equal(err.pos.line, 0);
    assert_string_equal(err_name(E_TRAIL), "E_TRAIL");
    assert_int_equal(err_exit_status(E_TRAIL), 8);
    assert_int_equal(err_exit_status(E_TAMPERED), 5);
    assert_int_equal(err_exit_status(E_REFUSED), 6);
    assert_false(err_set(NULL, E_FILE, "nobody listens"));
    err_hint(NULL, "x");
    err_note(NULL, "x");
}

static void cuts_whole_characters(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    for (size_t before = 470; before < 482; before++) {
        struct err err;
        char *text = arena_alloc(arena, before + 16);
        memset(text, 'x', before);
        memcpy(text + before, "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC", 9);
        err_set(&err, E_FILE, "%s", text);
        size_t length = strlen(err.message);
        assert_true(length < sizeof err.message && length >= 476);
        assert_true(length < before ? err.message[length - 1] == 'x' : (length - before) % 3 == 0);
        for (int i = 0; i < 100; i++)
            err_note(&err, "%.20s", text);
        assert_true(strlen(err.notes) < sizeof err.notes);
    }
    arena_close(arena);
}

static void lists(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err_list *list = err_list_new(arena);
    struct err err;
    for (int i = 0; i < ERR_LIST_MAX + 50; i++) {
        if (i % 2 == 0) {
            err_set(&err, E_CHECK, "n %d", i);
            err_list_append(list, &err);
        } else {
            err_hint(err_list_add(list, ERR_WARNING, E_CHECK, (struct src_pos){0}, "n %d", i), "h %d", i);
        }
    }
    assert_int_equal(list->count, ERR_LIST_MAX);
    assert_int_equal(list->errors, ERR_LIST_MAX / 2 + 25);
    assert_string_equal(list->items[7].message, "n 7");
    assert_string_equal(list->items[7].hint, "h 7");
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fills), cmocka_unit_test(cuts_whole_characters),
                                       cmocka_unit_test(lists)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
