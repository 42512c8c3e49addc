// Folders of passing use: empty, a different one each time, and gone with all that was put in.
#include "../test.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/tmp.h"

static void they_go_with_what_is_in_them(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    const char *one = tmp_open(arena, &err), *other = tmp_open(arena, &err);
    assert_non_null(one);
    assert_non_null(other);
    assert_string_not_equal(one, other);
    assert_null(folder_list(arena, one)[0]);
    const char *inner = arena_printf(arena, "%s/a/b", one);
    assert_true(file_mkdirs(inner, &err));
    assert_true(file_replace(arena_printf(arena, "%s/c", inner), "x", 1, &err));
    tmp_close(arena, one);
    assert_false(file_exists(one));
    assert_true(file_is_dir(other));
    tmp_close(arena, other);
    assert_false(file_exists(other));
    tmp_close(arena, NULL);
    arena_close(arena);
}

static void what_cannot_be_made_is_told(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    char *before = getenv("TMPDIR");
    setenv("TMPDIR", "/nowhere/at/all", 1);
    assert_null(tmp_open(arena, &err));
    assert_int_equal(err.code, E_FILE);
    assert_non_null(strstr(err.hint, "TMPDIR"));
    if (before != NULL)
        setenv("TMPDIR", before, 1);
    else
        unsetenv("TMPDIR");
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(they_go_with_what_is_in_them),
                                       cmocka_unit_test(what_cannot_be_made_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
