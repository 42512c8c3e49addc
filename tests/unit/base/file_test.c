// The door to files: limits, whole replacement, folders, locks, faults, and links that are not followed.
#include "../test.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "base/folder.h"

static char folder[SCRATCH_SIZE];
static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    scratch_open(folder);
    arena = arena_open();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_close(folder);
    arena_close(arena);
    return 0;
}

static const char *in(const char *name)
{
    return arena_printf(arena, "%s/%s", folder, name);
}

static void whole_files(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 65535, 65536, 65537};
    char *bytes = arena_alloc(arena, 70000);
    struct err err;
    memset(bytes, 'x', 69999);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t length;
        struct stat info;
        assert_true(file_replace(in("a"), bytes, sizes[i], &err));
        const char *back = file_read(arena, in("a"), sizes[i], &length, &err);
        assert_non_null(back);
        assert_int_equal(length, sizes[i]);
        assert_int_equal(back[length], '\0');
        if (sizes[i] > 0) {
            assert_null(file_read(arena, in("a"), sizes[i] - 1, &length, &err));
            assert_int_equal(err.code, E_LIMIT);
        }
        assert_int_equal(stat(in("a"), &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
        assert_false(file_exists(in("a.new")));
    }
    size_t length;
    assert_null(file_read(arena, in("none"), 10, &length, &err));
    assert_int_equal(err.code, E_FILE);
    assert_null(file_read(arena, folder, 10, &length, &err));
    assert_non_null(strstr(err.message, "it is a folder"));
    assert_non_null(file_read(arena, "/proc/self/status", 1 << 20, &length, &err)); // says size 0
    assert_true(length > 100);
}

static void folders(void **state)
{
    (void)state;
    struct err err;
    struct stat info;
    assert_true(file_mkdirs(in("x/y/z"), &err));
    assert_true(file_mkdirs(in("x/y/z"), &err));
    assert_int_equal(stat(in("x/y"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_true(file_replace(in("x/b"), "1", 1, &err) && file_replace(in("x/a"), "1", 1, &err));
    assert_true(file_replace(in("x/.hidden"), "1", 1, &err));
    assert_false(file_mkdirs(in("x/a/c"), &err));
    assert_false(file_mkdirs(in("x/a"), &err));
    char **names = folder_list(arena, in("x"));
    assert_string_equal(names[0], "a");
    assert_string_equal(names[1], "b");
    assert_string_equal(names[2], "y");
    assert_null(names[3]);
    assert_null(folder_list(arena, in("none"))[0]);
    assert_true(file_rename(in("x/a"), in("x/c"), &err));
    assert_false(file_exists(in("x/a")));
    assert_false(file_rename(in("x/a"), in("x/d"), &err));
    assert_true(file_is_dir(in("x")) && !file_is_dir(in("x/c")));
    file_remove(in("x/c"));
    file_remove(in("x/c"));
}

static void open_files(void **state)
{
    (void)state;
    struct err err;
    struct file file, reader;
    char bytes[16];
    size_t got;
    uint64_t size = 0;
    assert_false(file_open(&reader, in("f"), FILE_READ, &err));
    assert_true(file_open(&file, in("f"), FILE_APPEND, &err));
    assert_true(file_append(&file, "abc", 3, &err) && file_append(&file, "def", 3, &err));
    assert_true(file_sync(&file, &err) && file_size(&file, &size, &err));
    assert_int_equal(size, 6);
    assert_true(file_reserve(&file, 6, 100000, &err) && file_size(&file, &size, &err));
    assert_int_equal(size, 6); // room alone does not lengthen it
    assert_true(file_read_at(&file, 4, bytes, sizeof bytes, &got, &err));
    assert_int_equal(got, 2);
    assert_true(file_truncate(&file, 1, &err) && file_append(&file, "z", 1, &err));
    assert_true(file_read_at(&file, 0, bytes, sizeof bytes, &got, &err));
    assert_memory_equal(bytes, "az", 2);
    assert_true(file_in_place(&file));
    assert_true(file_rename(in("f"), in("g"), &err));
    assert_false(file_in_place(&file));
    file_close(&file);
    file_close(&file);
    file_close(NULL);
    assert_true(file_open(&file, in("g"), FILE_UPDATE, &err) && file_write_at(&file, 4, "q", 1, &err));
    assert_true(file_read_at(&file, 0, bytes, sizeof bytes, &got, &err));
    assert_int_equal(got, 5);
    assert_memory_equal(bytes, "az\0\0q", 5);
    file_close(&file);
    assert_int_equal(symlink(in("g"), in("link")), 0);
    assert_false(file_open(&file, in("link"), FILE_UPDATE, &err));
    assert_false(file_open(&file, in("link"), FILE_APPEND, &err));
    assert_true(file_open(&file, in("link"), FILE_READ, &err));
    file_close(&file);
}

static void locks(void **state)
{
    (void)state;
    struct err err;
    struct file a, b;
    bool had;
    assert_true(file_open(&a, in("l"), FILE_UPDATE, &err) && file_open(&b, in("l"), FILE_UPDATE, &err));
    assert_true(file_lock(&a, true, &had, &err) && had);
    assert_true(file_lock(&b, false, &had, &err));
    assert_false(had);
    file_unlock(&a);
    assert_true(file_lock(&b, false, &had, &err) && had);
    file_close(&b); // closing gives it back
    assert_true(file_lock(&a, false, &had, &err) && had);
    file_close(&a);
}

// What stands in the place of a file of ours is said at once, and nobody waits for it.
static void what_is_no_file_is_not_opened(void **state)
{
    (void)state;
    static const enum file_mode modes[] = {FILE_READ, FILE_APPEND, FILE_UPDATE, FILE_NEW, FILE_PUBLIC};
    struct err err;
    struct file file;
    size_t length;
    assert_int_equal(mkfifo(in("nobody"), 0600), 0);
    const char *const names[] = {in("nobody"), "/dev/zero", in(".")};
    alarm(20); // it failed by waiting
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (size_t k = 0; k < sizeof modes / sizeof *modes; k++) {
            assert_false(file_open(&file, names[i], modes[k], &err));
            assert_int_equal(err.code, E_FILE);
            assert_int_equal(file.fd, -1);
        }
        assert_null(file_load(arena, names[i], 10, &length, &err));
        assert_int_equal(err.code, E_FILE);
    }
    alarm(0);
    assert_true(file_replace(in("ours"), "kept", 4, &err));
    assert_string_equal(file_load(arena, in("ours"), 4, &length, &err), "kept");
    assert_null(file_load(arena, in("ours"), 3, &length, &err));
    assert_int_equal(err.code, E_LIMIT);
    assert_int_equal(unlink(in("nobody")), 0); // whoever looks through the folder would wait for it
    assert_false(file_open(&file, in("ours"), FILE_NEW, &err));
    assert_false(file_open(&file, in("ours"), FILE_PUBLIC, &err));
}

// A pipe, a device, a link to one: they stay, and nothing is left beside them.
static void what_is_no_file_stays(void **state)
{
    (void)state;
    struct err err;
    struct stat stat;
    size_t length;
    assert_int_equal(mkfifo(in("pipe"), 0600), 0);
    assert_int_equal(symlink("pipe", in("to-pipe")), 0);
    const char *const names[] = {in("pipe"), in("to-pipe"), "/dev/null", "/dev/stdout"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_false(file_replace(names[i], "x", 1, &err));
        assert_int_equal(err.code, E_FILE);
        assert_non_null(strstr(err.message, "is no file"));
        assert_int_equal(lstat(names[i], &stat), 0);
        assert_false(S_ISREG(stat.st_mode));
        assert_false(file_exists(arena_printf(arena, "%s.new", names[i])));
    }
    assert_int_equal(unlink(in("pipe")), 0); // whoever looks through the folder would wait for it
    assert_true(file_mkdirs(in("folder"), &err));
    assert_false(file_replace(in("folder"), "x", 1, &err));
    assert_true(file_is_dir(in("folder")) && !file_exists(in("folder.new")));
    assert_true(file_replace(in("v"), "old", 3, &err));
    assert_int_equal(symlink("v", in("to-v")), 0);
    assert_int_equal(symlink("nothing", in("to-nothing")), 0);
    assert_true(file_replace(in("to-v"), "new", 3, &err) && file_replace(in("to-nothing"), "new", 3, &err));
    assert_string_equal(file_read(arena, in("to-v"), 10, &length, &err), "new");
    assert_string_equal(file_read(arena, in("v"), 10, &length, &err), "old");
}

// A standard stream that somebody else has made non-blocking, and that has no room, or nothing yet.
static void streams_are_awaited(void **state)
{
    (void)state;
    enum { LENGTH = 1024 * 1024 };
    int ends[2];
    struct err err;
    size_t length = 0;
    char *bytes = memset(arena_alloc(arena, LENGTH), 'x', LENGTH);
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    pid_t child = fork();
    if (child == 0) { // prints what the other one reads, and is not waited for
        close(ends[0]);
        usleep(50000);
        _exit(file_print(ends[1], bytes, LENGTH) ? 0 : 1);
    }
    close(ends[1]);
    int kept = dup(STDIN_FILENO), status = 0;
    dup2(ends[0], STDIN_FILENO);
    const char *read = file_read(arena, "-", LENGTH, &length, &err);
    dup2(kept, STDIN_FILENO);
    close(kept);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_non_null(read);
    assert_int_equal(length, LENGTH);
    assert_int_equal(status, 0);
}

enum { SOMEBODY = 65534 };

static uid_t owner_of(const char *name)
{
    struct stat info;
    assert_int_equal(lstat(name, &info), 0);
    return info.st_uid;
}

// In a folder of somebody else, whom one command of root's would lock out of their own state.
static void what_root_makes_there_is_theirs(void **state)
{
    (void)state;
    static const char *const made[] = {"x/y", "x/y/z", "x/y/kept", "x/log", "x/lock"};
    struct err err;
    struct file file;
    if (geteuid() != 0)
        skip();
    assert_true(file_mkdirs(in("x"), &err));
    assert_int_equal(owner_of(in("x")), 0);
    assert_int_equal(chown(in("x"), SOMEBODY, SOMEBODY), 0);
    assert_true(file_replace(in("linked"), "1", 1, &err));
    assert_int_equal(link(in("linked"), in("x/linked")), 0);
    assert_true(file_mkdirs(in("x/y/z"), &err) && file_replace(in("x/y/kept"), "1", 1, &err));
    assert_true(file_replace_as(in("x/given"), FILE_PUBLIC, "1", 1, &err));
    static const char *const opened[] = {"x/log", "x/lock", "x/linked"};
    for (size_t i = 0; i < 3; i++) {
        assert_true(file_open(&file, in(opened[i]), i == 0 ? FILE_APPEND : FILE_UPDATE, &err));
        file_close(&file);
    }
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        assert_int_equal(owner_of(in(made[i])), SOMEBODY);
    assert_int_equal(owner_of(in("x/given")), 0);  // what is written for people stays the writer's
    assert_int_equal(owner_of(in("x/linked")), 0); // somebody may have laid it there
}

// What may not be looked at is not gone.
static void what_is_out_of_sight(void **state)
{
    (void)state;
    struct err err;
    assert_true(file_mkdirs(in("x"), &err) && file_replace(in("x/a"), "1", 1, &err));
    assert_false(file_is_gone(in("x/a")));
    assert_true(file_is_gone(in("x/b")) && file_is_gone(in("x/a/b")) && file_is_gone(in("y/a")));
    assert_true(chmod(folder, 0755) == 0 && chmod(in("x"), 0) == 0);
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        bool other = geteuid() != 0 || setuid(SOMEBODY) == 0;
        size_t length;
        bool told =
            file_read(arena, in("x/a"), 10, &length, &err) == NULL && strstr(err.hint, "owner") != NULL;
        _exit(other && told && !file_exists(in("x/a")) && !file_is_gone(in("x/a")) ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(chmod(in("x"), 0700), 0);
}

#ifdef PLAYBOOK_FAULTS
static void faults(void **state)
{
    (void)state;
    struct err err;
    size_t length;
    assert_true(file_replace(in("v"), "old", 3, &err));
    unsigned before = fault_points();
    assert_true(file_replace(in("v"), "old", 3, &err));
    unsigned points = fault_points() - before;
    assert_int_equal(points, 3); // the file, the rename, the folder
    for (unsigned n = 1; n <= points; n++) {
        fault_set(n == 2 ? 's' : 'e', n);
        assert_false(file_replace(in("v"), "new", 3, &err));
        assert_non_null(strstr(err.message, n == 2 ? "No space" : "Input/output"));
        assert_false(file_exists(in("v.new")));
        fault_set('e', 0);
        const char *back = file_read(arena, in("v"), 10, &length, &err); // the whole old or the whole new one
        assert_string_equal(back, n < 3 ? "old" : "new");
        assert_true(file_replace(in("v"), "old", 3, &err));
    }
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whole_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(folders, set_up, tear_down),
        cmocka_unit_test_setup_teardown(open_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(locks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_not_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_file_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(streams_are_awaited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_root_makes_there_is_theirs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_out_of_sight, set_up, tear_down),
#ifdef PLAYBOOK_FAULTS
        cmocka_unit_test_setup_teardown(faults, set_up, tear_down),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
