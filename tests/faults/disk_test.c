// Live runs of the shipped playbook in which the n-th durable write or record kills the process, the n-th
// write finds the disk full or broken; and such that are asked to stop. The trail opens again and is whole;
// what the lab did was written down before; after a write that failed nothing is sent and the run ends with
// 8; gone on with, the run brings the estate where an undisturbed one brings it. Needs a build with
// PLAYBOOK_FAULTS. A sample of all n; all with PLAYBOOK_FULL.
#include "world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "pool.h"
#include "story.h"

#include "base/arena.h"
#include "base/file.h"
#include "data/value.h"

enum { SAMPLES = 10 };

struct disk {
    char kind;            // of file_fault; 0: a signal at the n-th record, r: killed there
    size_t count, stride; // durable writes (or records) of an undisturbed run
    size_t mails;         // that an undisturbed run sends
    const char *digest;   // what it brings the estate to
};

static size_t records; // of an undisturbed run

static size_t nth_of(const struct disk *disk, size_t i)
{
    return 1 + i * disk->stride;
}

static const char *folder_of(struct arena *arena, const struct disk *disk, size_t i)
{
    return arena_printf(arena, "/tmp/playbook-disk-%d-%c-%zu", (int)getpid(),
                        disk->kind == 0 ? 'i' : disk->kind, i);
}

static int run_live(struct world *world)
{
    return world_run(world, world_shipped(world, "keyvault-alert"), MODE_LIVE, NULL);
}

// A run that had nothing in the trail yet has done nothing: then it begins.
static int go_on(struct world *world)
{
    int status = world_resume(world, world_shipped(world, "keyvault-alert"));
    return status >= 0 ? status : run_live(world);
}

// In a process of its own: the run that is disturbed. Its folder is made by the parent.
static int disturbed(const struct disk *disk, size_t i, const char *folder)
{
    struct world *world = world_open(&(struct world_config){.state = folder});
    size_t n = nth_of(disk, i);
    if (disk->kind == 0)
        world->signal_at = n;
    else if (disk->kind == 'r')
        world->kill_at = n;
    else
        file_fault(disk->kind, (unsigned)n);
    int status = run_live(world);
    file_fault('k', 0);
    world_close(world);
    return status;
}

static bool ended_as_it_must(const struct disk *disk, int status)
{
    if (disk->kind == 'k' || disk->kind == 'r')
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    return WIFEXITED(status) && WEXITSTATUS(status) == (disk->kind == 0 ? 128 + SIGINT : 8);
}

static int complain(const struct disk *disk, size_t i, const char *what)
{
    print_error("%c at %zu: %s\n", disk->kind == 0 ? 'i' : disk->kind, nth_of(disk, i), what);
    return POOL_FAILED;
}

// What is left behind is judged by a new process that opens it.
static int judge_rest(const struct disk *disk, size_t i, const char *folder)
{
    struct world *world = world_open(&(struct world_config){.state = folder});
    int result = 0;
    if (!world_trail_is_whole(world))
        result = complain(disk, i, "the trail cannot be read");
    else if (!story_is_covered(world))
        result = complain(disk, i, "a change was made that the trail does not tell");
    else if (disk->kind == 0 && !story_has_ends(world))
        result = complain(disk, i, "an interrupted change has no result");
    int status = result == 0 ? go_on(world) : 0;
    // 3: a mail may have gone out, and is not sent again before somebody has looked.
    if (status != 0 && (status != 3 || world_count(world, "step.finished", "undecided") == 0))
        result = complain(disk, i, "gone on with, it does not end well");
    else if (result == 0 && (!story_is_covered(world) || story_mails(world) > disk->mails))
        result = complain(disk, i, "gone on with, it did something twice");
    else if (result == 0 && status == 0 && strcmp(world_digest(world), disk->digest) != 0)
        result = complain(disk, i, "gone on with, it does not bring the estate where it should be");
    if (result != 0)
        world_print(world);
    world_close(world);
    return result;
}

static int one(void *context, size_t i)
{
    const struct disk *disk = context;
    struct arena *arena = arena_open();
    struct err err = {0};
    const char *folder = folder_of(arena, disk, i);
    int status;
    world_must(file_mkdirs(folder, &err), &err);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        _exit(disturbed(disk, i, folder));
    waitpid(pid, &status, 0);
    int result = judge_rest(disk, i, folder);
    if (result == 0 && !ended_as_it_must(disk, status))
        result = complain(disk, i,
                          arena_printf(arena, "it ended with %d, signal %d", WEXITSTATUS(status),
                                       WIFSIGNALED(status) ? WTERMSIG(status) : 0));
    if (result == 0 && system(arena_printf(arena, "rm -rf '%s'", folder)) != 0)
        result = complain(disk, i, "the folder stays");
    arena_close(arena);
    return result;
}

static int judge(void *context, size_t i, int status)
{
    (void)context, (void)i;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void try_kind(struct disk *disk, char kind, size_t count)
{
    disk->kind = kind;
    disk->stride = pool_stride(count, SAMPLES);
    assert_true(count > 5);
    assert_int_equal(pool_run(count / disk->stride, one, judge, disk), 0);
}

static void a_killed_run_leaves_a_whole_trail(void **state)
{
    try_kind(*state, 'k', ((struct disk *)*state)->count);
}

static void a_run_killed_between_writes_too(void **state)
{
    try_kind(*state, 'r', records - 1);
}

static void a_full_disk_ends_with_8(void **state)
{
    try_kind(*state, 's', ((struct disk *)*state)->count);
}

static void a_broken_disk_ends_with_8(void **state)
{
    try_kind(*state, 'e', ((struct disk *)*state)->count);
}

static void an_interrupted_run_tells_what_it_did(void **state)
{
    try_kind(*state, 0, records - 1);
}

int main(void)
{
#ifndef PLAYBOOK_FAULTS
    print_message("this build has no faults\n");
    return 77;
#endif
    struct disk disk = {0};
    struct world *world = world_open(&(struct world_config){0});
    size_t before = file_durable_count();
    int status = run_live(world);
    disk.count = file_durable_count() - before;
    disk.mails = story_mails(world);
    records = value_count(world->records);
    struct arena *arena = arena_open();
    disk.digest = arena_strdup(arena, world_digest(world));
    world_close(world);
    if (status != 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(a_killed_run_leaves_a_whole_trail, &disk),
        cmocka_unit_test_prestate(a_run_killed_between_writes_too, &disk),
        cmocka_unit_test_prestate(a_full_disk_ends_with_8, &disk),
        cmocka_unit_test_prestate(a_broken_disk_ends_with_8, &disk),
        cmocka_unit_test_prestate(an_interrupted_run_tells_what_it_did, &disk)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(arena);
    return failed;
}
