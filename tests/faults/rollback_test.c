// on_error: undo. What a group changed before one of its steps failed is taken back, and nothing else; a run
// that is killed at any record or durable write of it and gone on with ends with the same estate, and what
// was taken back can be done again and is not undone a second time.
#include "world.h"

#include <string.h>

#include "disturb.h"
#include "story.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "data/value.h"
#include "run/due.h"

enum { SAMPLES = 14 };

#define VAULT                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-prod"
#define KEEP                                                                                                 \
    "playbook: law\nversion: 1.0.0\nsteps:\n"                                                                \
    "  - id: keep\n    do: keyvault.disable_secret\n    with: {vault: " VAULT ", name: acr-pull-token}\n"
#define CONTAIN                                                                                              \
    KEEP "  - id: contain\n    steps:\n"                                                                     \
         "      - id: firewall\n        do: keyvault.set_firewall\n"                                         \
         "        with: {vault: " VAULT ", default_action: Deny}\n"                                          \
         "      - id: off\n        for_each: \"{'smtp-relay-password', 'sql-prod-connection'}\"\n"           \
         "        as: name\n        parallel: 2\n        do: keyvault.disable_secret\n"                      \
         "        with: {vault: " VAULT ", name: \"${name}\"}\n"
static const char keep[] = KEEP, contain[] = CONTAIN "      - id: last\n        do: fx.boom\n"
                                                     "        on_error: undo\n"
                                                     "  - id: after\n    let: {x: 1}\n";
static const char look[] = KEEP "  - id: look\n    steps:\n      - {id: last, do: fx.boom, on_error: undo}\n";
static struct world *open_in(const char *folder)
{
    return world_open(&(struct world_config){.state = folder, .lib = "fixtures/run"});
}

static int run(struct world *world, const char *text)
{
    return world_run(world, world_playbook(world, text), MODE_LIVE, NULL);
}

static const char *kept_digest(struct arena *arena)
{
    struct world *world = open_in(NULL);
    assert_int_equal(run(world, keep), 0);
    const char *digest = arena_strdup(arena, world_digest(world));
    world_close(world);
    return digest;
}

static const char *status_of(struct world *world, const char *path)
{
    return value_text_at(world_record(world, "step.finished", path), "status");
}

static void a_group_is_taken_back(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const char *kept = kept_digest(arena);
    struct world *world = open_in(NULL);
    const char *before = arena_strdup(arena, world_digest(world));
    int status = run(world, contain);
    if (status != 1)
        world_print(world);
    assert_int_equal(status, 1);
    assert_string_equal(world_digest(world), kept);
    assert_string_equal(status_of(world, "keep"), "done");
    assert_string_equal(status_of(world, "contain/firewall"), "failed");
    assert_string_equal(status_of(world, "contain/firewall~undo"), "done");
    assert_string_equal(status_of(world, "after"), "undecided");
    assert_int_equal(value_count(value_get(world_record(world, "step.undone", NULL), "undone")), 3);
    assert_int_equal(value_count(value_get(world_record(world, "step.undone", NULL), "remain")), 0);
    // Gone on with it is tried again, fails again, and is taken back again.
    assert_int_equal(world_resume(world, world_playbook(world, contain)), 1);
    assert_string_equal(status_of(world, "contain/firewall~undo2"), "done");
    assert_string_equal(world_digest(world), kept);
    // What is left to undo is what was kept.
    assert_int_equal(world_undo(world, world->run), 0);
    assert_string_equal(world_digest(world), before);
    assert_true(story_is_covered(world) && story_has_ends(world) && world_trail_is_whole(world));
    world_close(world);
    arena_close(arena);
}

// A lease of what was taken back is over; of what is kept it is not.
static void no_lease_remains(void **state)
{
    static const char text[] = KEEP "    lease: 1h\n  - id: contain\n    steps:\n      - id: firewall\n"
                                    "        do: keyvault.set_firewall\n        lease: 2h\n"
                                    "        with: {vault: " VAULT ", default_action: Deny}\n"
                                    "      - id: last\n        do: fx.boom\n        on_error: undo\n";
    (void)state;
    struct world *world = open_in(NULL);
    struct due_list due;
    struct err err = {0};
    int64_t later = clock_now_ms() + 24 * 3600 * 1000;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(i == 0 ? run(world, text) : world_resume(world, world_playbook(world, text)), 1);
        world_must(due_find(world->arena, world->trail, later, &due, &err), &err);
        assert_int_equal(due.count, 1);
        assert_string_equal(due.items[0].path, "keep");
        assert_string_equal(status_of(world, "contain/firewall"), "failed");
        assert_int_equal(world_count(world, "lease.opened", NULL), 2 + i); // made anew, leased anew
    }
    world_close(world);
}

// Where a part of what the lease covers was taken back, it stands for the rest.
static void the_lease_of_the_rest_remains(void **state)
{
    static const char text[] =
        "playbook: law\nversion: 1.0.0\nsteps:\n  - id: all\n    lease: 1h\n    steps:\n"
        "      - id: keep\n        do: keyvault.disable_secret\n"
        "        with: {vault: " VAULT ", name: acr-pull-token}\n"
        "      - id: contain\n        steps:\n          - id: firewall\n"
        "            do: keyvault.set_firewall\n"
        "            with: {vault: " VAULT ", default_action: Deny}\n"
        "          - id: last\n            do: fx.boom\n            on_error: undo\n";
    (void)state;
    struct world *world = open_in(NULL);
    struct due_list due;
    struct err err = {0};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(i == 0 ? run(world, text) : world_resume(world, world_playbook(world, text)), 1);
        world_must(due_find(world->arena, world->trail, clock_now_ms() + 24 * 3600 * 1000, &due, &err), &err);
        assert_int_equal(due.count, 1);
        assert_string_equal(due.items[0].path, "all");
        assert_int_equal(world_count(world, "lease.opened", NULL), 1);
    }
    world_close(world);
}

// The step that failed may have changed something, and nobody heard of it: that is looked at too.
static void a_lost_change_is_taken_back(void **state)
{
    static const char *const faults[] = {
        "[{\"match\": \"PATCH *.vault.azure.net/secrets/*\", \"nth\": 2, \"do\": \"drop\"}]",
        "[{\"match\": \"PATCH *.vault.azure.net/secrets/*\", \"nth\": 2, \"do\": \"lose\"}]",
        "[{\"match\": \"PATCH *.vault.azure.net/secrets/*\", \"nth\": 2, \"do\": \"status 403\"}]"};
    static const char text[] = KEEP "  - id: contain\n    steps:\n"
                                    "      - id: off\n        do: keyvault.disable_secret\n"
                                    "        with: {vault: " VAULT ", name: smtp-relay-password}\n"
                                    "        on_error: undo\n";
    (void)state;
    struct arena *arena = arena_open();
    const char *kept = kept_digest(arena);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct world *world = world_open(&(struct world_config){.faults = faults[i]});
        assert_int_equal(run(world, text), 1);
        assert_string_equal(world_digest(world), kept);
        const struct value *undone = world_record(world, "step.undone", NULL);
        assert_int_equal(value_count(value_get(undone, "undone")), i < 2);
        assert_int_equal(value_count(value_get(undone, "remain")), 0);
        const char *why = value_text_at(world_record(world, "step.finished", "contain/off"), "reason");
        assert_int_equal(text_starts(why, "undone: "), i < 2);
        world_close(world);
    }
    arena_close(arena);
}

// A rehearsal says what a failure would bring, and changes nothing.
static void a_rehearsal_only_says_so(void **state)
{
    (void)state;
    struct world *world = open_in(NULL);
    struct arena *arena = arena_open();
    const char *before = arena_strdup(arena, world_digest(world));
    assert_int_equal(world_run(world, world_playbook(world, contain), MODE_DRY_RUN, NULL), 1);
    assert_string_equal(world_digest(world), before);
    assert_non_null(strstr(value_text_at(world_record(world, "note", "contain/last"), "message"), "contain"));
    assert_null(world_record(world, "step.undo", NULL));
    world_close(world);
    arena_close(arena);
}

// A run that fails, and the estate that it leaves.
struct failing {
    const char *text, *kept;
};

static int act(const struct disturb *disturb, struct world *world)
{
    const struct failing *failing = disturb->context;
    const struct prepared_playbook *playbook = world_playbook(world, failing->text);
    disturb_now(disturb, world);
    return world_run(world, playbook, MODE_LIVE, NULL);
}

static const char *judge(const struct disturb *disturb, struct world *world)
{
    const struct failing *failing = disturb->context;
    int status;
    if (!world_trail_is_whole(world) || !story_is_covered(world))
        return "the trail does not tell what happened";
    if ((status = world_resume(world, world_playbook(world, failing->text))) != 1 &&
        (status != -1 || run(world, failing->text) != 1))
        return "gone on with, it does not end as it should";
    if (strcmp(world_digest(world), failing->kept) != 0)
        return "the estate is not what it should be";
    return story_is_covered(world) ? NULL : "something was done twice";
}

static void walk_all(const char *text, char kind, size_t samples)
{
    struct arena *arena = arena_open();
    // The estate in which only what is kept was changed.
    const struct failing failing = {text, kept_digest(arena)};
    const struct disturb disturb = {
        .name = "back", .lib = "fixtures/run", .act = act, .judge = judge, .context = &failing};
    struct world *world = open_in(NULL);
    const struct prepared_playbook *playbook = world_playbook(world, text);
    size_t before = fault_points();
    assert_int_equal(world_run(world, playbook, MODE_LIVE, NULL), 1);
    size_t end = kind == 'i' ? 8 : 1; // a run that tells its end does not stop any more
    size_t points = kind == 'k' ? fault_points() - before : value_count(world->records) - end;
    world_close(world);
    assert_int_equal(disturb_all(disturb, kind, points, samples), 0);
    arena_close(arena);
}

static void killed_at_a_write_it_is_gone_on_with(void **state)
{
    (void)state;
#ifdef PLAYBOOK_FAULTS
    walk_all(contain, 'k', SAMPLES);
#endif
}

static void killed_between_writes_too(void **state)
{
    (void)state;
    walk_all(contain, 'r', SAMPLES);
}

static void stopped_it_is_gone_on_with(void **state)
{
    (void)state;
    walk_all(contain, 'i', SAMPLES);
}

// Killed as it came to take back what there is not.
static void nothing_is_taken_back(void **state)
{
    (void)state;
    walk_all(look, 'r', 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_group_is_taken_back),
                                       cmocka_unit_test(no_lease_remains),
                                       cmocka_unit_test(the_lease_of_the_rest_remains),
                                       cmocka_unit_test(a_lost_change_is_taken_back),
                                       cmocka_unit_test(a_rehearsal_only_says_so),
                                       cmocka_unit_test(killed_at_a_write_it_is_gone_on_with),
                                       cmocka_unit_test(killed_between_writes_too),
                                       cmocka_unit_test(stopped_it_is_gone_on_with),
                                       cmocka_unit_test(nothing_is_taken_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
