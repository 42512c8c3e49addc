// Whose home is meant where nobody says it: services of a system have no HOME.
#include "../test.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/env.h"

static void homes(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const struct passwd *own = getpwuid(geteuid());
    const char *login = own == NULL ? "" : own->pw_dir;
    assert_int_equal(setenv("HOME", "/somewhere", 1), 0);
    assert_string_equal(env_home(arena), "/somewhere");
    static const char *const none[] = {"", "here", NULL}; // a home is no folder beneath the one where we are
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(none[i] == NULL ? unsetenv("HOME") : setenv("HOME", none[i], 1), 0);
        assert_string_equal(env_home(arena), login);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(homes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
