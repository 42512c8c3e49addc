// Live runs of the shipped playbook in which the n-th durable write or record kills the process, the n-th
// write finds the disk full or broken; and such that are asked to stop. The trail opens again and is whole;
// what the lab did was written down before; after a write that failed nothing is sent and the run ends with
// 8; gone on with, the run brings the estate where an undisturbed one brings it. Needs a build with
// PLAYBOOK_FAULTS. A sample of all n; all with PLAYBOOK_FULL.
#include "world.h"

#include <string.h>

#include "disturb.h"
#include "story.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/file.h"
#include "data/value.h"

enum { SAMPLES = 10 };

// Of an undisturbed run.
struct disk {
    size_t writes, records;
    size_t mails;       // that it sends
    const char *digest; // what it brings the estate to
};

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

static int act(const struct disturb *disturb, struct world *world)
{
    disturb_now(disturb, world);
    return run_live(world);
}

static const char *judge(const struct disturb *disturb, struct world *world)
{
    const struct disk *disk = disturb->context;
    if (!world_trail_is_whole(world))
        return "the trail cannot be read";
    if (!story_is_covered(world))
        return "a change was made that the trail does not tell";
    if (disturb->kind == 'i' && !story_has_ends(world))
        return "an interrupted change has no result";
    int status = go_on(world);
    // 3: a mail may have gone out, and is not sent again before somebody has looked.
    if (status != 0 && (status != 3 || world_count(world, "step.finished", "undecided") == 0))
        return "gone on with, it does not end well";
    if (!story_is_covered(world) || story_mails(world) > disk->mails)
        return "gone on with, it did something twice";
    return status != 0 || strcmp(world_digest(world), disk->digest) == 0
               ? NULL
               : "gone on with, it does not bring the estate where it should be";
}

static void try_kind(const struct disk *disk, char kind, size_t points)
{
    const struct disturb disturb = {.name = "disk", .act = act, .judge = judge, .context = disk};
    assert_int_equal(disturb_all(disturb, kind, points, SAMPLES), 0);
}

static void a_killed_run_leaves_a_whole_trail(void **state)
{
    try_kind(*state, 'k', ((struct disk *)*state)->writes);
}

static void a_run_killed_between_writes_too(void **state)
{
    try_kind(*state, 'r', ((struct disk *)*state)->records - 1);
}

static void a_full_disk_ends_with_8(void **state)
{
    try_kind(*state, 's', ((struct disk *)*state)->writes);
}

static void a_broken_disk_ends_with_8(void **state)
{
    try_kind(*state, 'e', ((struct disk *)*state)->writes);
}

static void an_interrupted_run_tells_what_it_did(void **state)
{
    try_kind(*state, 'i', ((struct disk *)*state)->records - 1);
}

int main(void)
{
#ifndef PLAYBOOK_FAULTS
    print_message("this build has no faults\n");
    return 77;
#endif
    struct disk disk = {0};
    struct world *world = world_open(&(struct world_config){0});
    size_t before = fault_points();
    int status = run_live(world);
    disk.writes = fault_points() - before;
    disk.mails = story_mails(world);
    disk.records = value_count(world->records);
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
