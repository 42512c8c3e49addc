// Long-running operations, and a process that is killed while they are under way (at each record of a run,
// its polls too; a sample, all with PLAYBOOK_FULL): who goes on finds the operation where it is by then, and
// the estate ends where an undisturbed run brings it.
#include "world.h"

#include <string.h>

#include "disturb.h"
#include "story.h"

#include "base/file.h"
#include "data/json.h"
#include "data/value.h"

#define PROD "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/"
#define MACHINES "/providers/Microsoft.Compute/virtualMachines/"

#define GROUP "/networkSecurityGroups/quarantine-vm-web-01" // made by an operation that does not show at once

enum { SAMPLES = 16 };

static const char text[] = "playbook: law\nversion: 1.0.0\nsteps:\n"
                           "  - id: isolate\n    do: network.isolate_machine\n"
                           "    with: {machine: " PROD "rg-contoso-prod" MACHINES "vm-web-01,\n"
                           "           allow_from: [192.0.2.0/24], cut_dns: true}\n"
                           "  - id: stop\n    do: compute.stop_machine\n"
                           "    with: {machine: " PROD "rg-batch" MACHINES "vm-batch-07}\n";

static int run(struct world *world)
{
    return world_run(world, world_playbook(world, text), MODE_LIVE, NULL);
}

static int act(const struct disturb *disturb, struct world *world)
{
    disturb_now(disturb, world);
    return run(world);
}

// Has the trail a receipt for a request with this in its URL?
static bool has_receipt(struct world *world, const char *url)
{
    struct err err = {0};
    size_t length;
    const char *line = file_read(world->arena, world_path(world, "trail/log.jsonl"), 64 << 20, &length, &err);
    world_must(line != NULL, &err);
    for (size_t size; *line != '\0'; line += size + (line[size] != '\0')) {
        size = strcspn(line, "\n");
        if (memmem(line, size, "\"type\":\"effect.receipt\"", 23) != NULL &&
            memmem(line, size, url, strlen(url)) != NULL)
            return true;
    }
    return false;
}

// How often was a change with this in its URL sent?
static size_t sent(struct world *world, const char *url)
{
    const struct value *changes = story_changes(world);
    size_t count = 0;
    for (size_t i = 0; i < value_count(changes); i++)
        count += strstr(value_text_at(value_item(changes, i), "target"), url) != NULL;
    return count;
}

static const char *judge(const struct disturb *disturb, struct world *world)
{
    bool last = has_receipt(world, GROUP) && !has_receipt(world, "/networkInterfaces/");
    if (!world_trail_is_whole(world) || !story_is_covered(world))
        return "the trail does not tell what happened";
    int status = world_resume(world, world_playbook(world, text));
    if (status == -1) // nothing was begun, or all was done
        status = run(world);
    if (status != 0)
        return "gone on with, it does not end well";
    if (strcmp(world_digest(world), disturb->context) != 0)
        return "the estate is not what it should be";
    if (last && sent(world, GROUP) > 1)
        return "with a receipt, it was sent again";
    return story_is_covered(world) && story_has_ends(world) ? NULL
                                                            : "something was done twice, or has no end";
}

static void an_operation_outlives_its_run(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    assert_int_equal(run(world), 0);
    size_t records = value_count(world->records), polls = 0;
    for (size_t i = 0; i < records; i++) {
        const char *url = value_text_at(value_item(world->records, i), "members.url");
        polls += url != NULL && strstr(url, "/operations/") != NULL;
    }
    assert_true(polls > 2); // some of the points are in the middle of it
    assert_non_null(value_get(world->waited, "for the service to finish"));
    const struct disturb disturb = {
        .name = "operation", .act = act, .judge = judge, .context = world_digest(world)};
    assert_int_equal(disturb_all(disturb, 'r', records - 1, SAMPLES), 0);
    world_close(world);
}

// A machine is made anew, which must not happen twice: once the service has said where its progress is read,
// nobody has to be asked what became of it.
static const char anew_and_kept[] = "playbook: law\nversion: 1.0.0\nsteps:\n"
                                    "  - id: anew\n    do: compute.reimage_machine\n"
                                    "    with: {machine: " PROD "rg-batch" MACHINES "vm-batch-07}\n";
static const char anew[] = "playbook: law\nversion: 1.0.0\nsteps:\n"
                           "  - id: anew\n    do: compute.reimage_machine\n"
                           "    with: {machine: " PROD "rg-batch" MACHINES "vm-batch-07, keep_disk: false}\n";

static int act_anew(const struct disturb *disturb, struct world *world)
{
    disturb_now(disturb, world);
    return world_run(world, world_playbook(world, anew), MODE_LIVE, NULL);
}

static const char *judge_anew(const struct disturb *disturb, struct world *world)
{
    (void)disturb;
    bool had = has_receipt(world, "/reimage");
    int status = world_resume(world, world_playbook(world, anew));
    if (had && status != 0 && status != -1)
        return "with a receipt, it does not end well";
    return sent(world, "/reimage") > 1 ? "it was sent twice" : NULL;
}

static void a_receipt_is_asked_on(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    assert_int_equal(world_run(world, world_playbook(world, anew), MODE_LIVE, NULL), 0);
    assert_non_null(world_record(world, "effect.receipt", "anew"));
    const struct disturb disturb = {.name = "receipt", .act = act_anew, .judge = judge_anew};
    assert_int_equal(disturb_all(disturb, 'r', value_count(world->records) - 1, SAMPLES), 0);
    world_close(world);
}

static int act_kept(const struct disturb *disturb, struct world *world)
{
    disturb_now(disturb, world);
    return world_run(world, world_playbook(world, anew_and_kept), MODE_LIVE, NULL);
}

// With the disk kept it is two requests. Once the second has a receipt nobody is asked: observing waits until
// the machine is no longer being changed. (Killed between the two, nobody knows, and a person looks.)
static const char *judge_kept(const struct disturb *disturb, struct world *world)
{
    (void)disturb;
    bool had = has_receipt(world, "/reimage");
    int status = world_resume(world, world_playbook(world, anew_and_kept));
    if (had && status != 0 && status != -1)
        return "with a receipt, it does not end well";
    return sent(world, "/reimage") > 1 ? "it was sent twice" : NULL;
}

static void a_change_of_two_requests_goes_on(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    assert_int_equal(world_run(world, world_playbook(world, anew_and_kept), MODE_LIVE, NULL), 0);
    assert_int_equal(sent(world, "/reimage"), 1);
    const struct disturb disturb = {.name = "last receipt", .act = act_kept, .judge = judge_kept};
    assert_int_equal(disturb_all(disturb, 'r', value_count(world->records) - 1, 40), 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_operation_outlives_its_run),
                                       cmocka_unit_test(a_receipt_is_asked_on),
                                       cmocka_unit_test(a_change_of_two_requests_goes_on)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
