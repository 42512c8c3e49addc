// Which certificates are trusted: exactly one of folder and file.
#include "../test.h"

#include <fcntl.h>
#include <unistd.h>

#include "net/trust.h"

static void touch(const char *name)
{
    int fd = open(name, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static void chooses_one(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    char folder[SCRATCH_SIZE];
    scratch_open(folder);
    const char *hashed = arena_printf(arena, "%s/1a2b3c4d.0", folder);
    const char *bundle = arena_printf(arena, "%s/bundle.crt", folder);
    struct trust trust;
    struct err err = {0};
    assert_false(trust_find(arena, NULL, folder, bundle, &trust, &err));
    assert_int_equal(err.code, E_NETWORK);
    assert_string_equal(err.hint, "install the package ca-certificates");
    touch(bundle);
    assert_true(trust_find(arena, NULL, folder, bundle, &trust, &err));
    assert_null(trust.folder);
    assert_string_equal(trust.file, bundle);
    touch(hashed);
    assert_true(trust_find(arena, NULL, folder, bundle, &trust, &err));
    assert_string_equal(trust.folder, folder);
    assert_null(trust.file);
    assert_true(trust_find(arena, bundle, folder, bundle, &trust, &err));
    assert_string_equal(trust.file, bundle);
    assert_null(trust.folder);
    assert_false(trust_find(arena, "/nowhere/ca.pem", folder, bundle, &trust, &err));
    assert_int_equal(err.code, E_CONFIG);
    scratch_close(folder);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(chooses_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
