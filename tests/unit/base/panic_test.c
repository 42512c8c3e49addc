// What ends the process says so, and says which it is: a bug, or no memory.
#include "../test.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/panic.h"

// The sanitizer would end the process itself.
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void find_a_bug(void)
{
    REQUIRE(1 + 1 == 3);
}

static void want_too_much(void)
{
    struct arena *arena = arena_open();
    for (int i = 0; i < 3; i++) // in 32 bits a sanitizer gives the first
        (void)!arena_alloc(arena, SIZE_MAX / 2 - 1);
}

// Its exit status, and in `said` the end of what it printed.
static int ends(void (*act)(void), char said[512])
{
    int pipe_of[2], status;
    assert_int_equal(pipe(pipe_of), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(pipe_of[1], STDERR_FILENO);
        act();
        _exit(0);
    }
    close(pipe_of[1]);
    size_t length = 0;
    char bytes[4096];
    for (ssize_t got; (got = read(pipe_of[0], bytes + length, sizeof bytes - 1 - length)) > 0;)
        length += (size_t)got;
    bytes[length] = '\0';
    close(pipe_of[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    const char *own = strstr(bytes, "playbook: ");
    snprintf(said, 512, "%s", own == NULL ? "" : own);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_bug_is_70(void **state)
{
    (void)state;
    char said[512];
    assert_int_equal(ends(find_a_bug, said), 70);
    assert_non_null(strstr(said, "bug at "));
    assert_non_null(strstr(said, "1 + 1 == 3"));
}

static void no_memory_is_no_bug(void **state)
{
    (void)state;
    char said[512];
    assert_int_equal(ends(want_too_much, said), 1);
    assert_non_null(strstr(said, "out of memory"));
    assert_null(strstr(said, "fault of the program"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_bug_is_70), cmocka_unit_test(no_memory_is_no_bug)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
