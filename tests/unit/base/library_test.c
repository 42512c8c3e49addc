// Loading: what is there is found, what is not is said, and a function that lacks is named.
#include "../test.h"

#include "base/library.h"

struct table {
    size_t (*length)(const char *);
};

static void found(void **state)
{
    (void)state;
    static const char *const names[] = {"strlen", NULL};
    struct table table = {0};
    struct err err;
    assert_true(library_load("libc.so.6", names, &table, sizeof table, &err));
    assert_int_equal(table.length("four"), 4);
}

static void not_there(void **state)
{
    (void)state;
    static const char *const names[] = {"strlen", NULL}, *const wrong[] = {"no_such_function", NULL};
    struct table table = {0};
    struct err err;
    assert_false(library_load("libnothing.so.0", names, &table, sizeof table, &err));
    assert_int_equal(err.code, E_LIBRARY);
    assert_non_null(strstr(err.message, "libnothing.so.0"));
    assert_non_null(strstr(err.notes, "libnothing.so.0")); // the loader's own words
    assert_false(library_load("libc.so.6", wrong, &table, sizeof table, &err));
    assert_non_null(strstr(err.message, "no_such_function"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(found), cmocka_unit_test(not_there)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
