// Undoings in which the n-th durable write or record kills the process, and undoings of runs of which an
// answer was lost. Gone on with, or begun again where nothing of it was in the trail, the undoing brings the
// estate back to what it was, and nothing is sent twice. Needs a build with PLAYBOOK_FAULTS for the first. A
// sample of all n; all with PLAYBOOK_FULL.
#include "world.h"

#include "../scratch.h"

#include <string.h>
#include <unistd.h>

#include "disturb.h"
#include "story.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "data/value.h"
#include "run/due.h"
#include "run/recall.h"

enum { SAMPLES = 12 };

#define VAULT                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-prod"

static const char contain[] = "playbook: law\nversion: 1.0.0\nsteps:\n"
                              "  - id: vault\n    do: keyvault.get_vault\n    with: {vault: " VAULT "}\n"
                              "  - id: firewall\n    do: keyvault.set_firewall\n"
                              "    with: {vault: " VAULT ", default_action: Deny}\n"
                              "    retry: {attempts: 3, backoff: 1s}\n"
                              "  - id: off\n"
                              "    for_each: \"{'smtp-relay-password', 'sql-prod-connection'}\"\n"
                              "    as: name\n    parallel: 2\n    do: keyvault.disable_secret\n"
                              "    with: {vault: \"${vault.id}\", name: \"${name}\"}\n"
                              "    retry: {attempts: 3, backoff: 1s}\n";

// Of an undisturbed run and its undoing.
struct whole {
    size_t changes;         // that both make
    size_t writes, records; // of the undoing
    const char *digest;     // of the estate before
};

static int act(const struct disturb *disturb, struct world *world)
{
    if (world_run(world, world_playbook(world, contain), MODE_LIVE, NULL) != 0)
        return 1;
    disturb_now(disturb, world);
    return world_undo(world, world->run);
}

// The newest run is the undoing, or, where nothing of that came into the trail, what it was to undo.
static int undo_again(struct world *world, const struct whole *whole)
{
    struct err err = {0};
    int status = world_resume(world, world_playbook(world, contain));
    if (status >= 0 || strcmp(world_digest(world), whole->digest) == 0)
        return status < 0 ? 0 : status;
    const char *run = recall_find(world->arena, world->trail, "last", &err);
    world_must(run != NULL, &err);
    return world_undo(world, run);
}

static const char *judge(const struct disturb *disturb, struct world *world)
{
    const struct whole *whole = disturb->context;
    if (!world_trail_is_whole(world) || !story_is_covered(world))
        return "the trail does not tell what happened";
    if (undo_again(world, whole) != 0)
        return "gone on with, it does not end well";
    if (strcmp(world_digest(world), whole->digest) != 0)
        return "the estate is not what it was";
    return story_is_covered(world) && value_count(story_changes(world)) == whole->changes
               ? NULL
               : "something was done twice";
}

// What is not disturbed brings all back.
static struct whole undisturbed(struct arena *arena)
{
    struct world *world = world_open(&(struct world_config){0});
    struct whole whole = {.digest = arena_strdup(arena, world_digest(world))};
    assert_int_equal(world_run(world, world_playbook(world, contain), MODE_LIVE, NULL), 0);
    size_t before = fault_points();
    assert_int_equal(world_undo(world, world->run), 0);
    whole.records = value_count(world->records);
    whole.writes = fault_points() - before;
    assert_string_equal(world_digest(world), whole.digest);
    whole.changes = value_count(story_changes(world));
    assert_true(whole.changes >= 6);
    world_close(world);
    return whole;
}

static void walk_all(char kind)
{
    struct arena *arena = arena_open();
    struct whole whole = undisturbed(arena);
    const struct disturb disturb = {.name = "undo", .act = act, .judge = judge, .context = &whole};
    assert_int_equal(disturb_all(disturb, kind, kind == 'r' ? whole.records - 1 : whole.writes, SAMPLES), 0);
    arena_close(arena);
}

static void an_undoing_killed_at_a_write_is_gone_on_with(void **state)
{
    (void)state;
#ifdef PLAYBOOK_FAULTS
    walk_all('k');
#endif
}

static void an_undoing_killed_between_writes_too(void **state)
{
    (void)state;
    walk_all('r');
}

// The service acted and nobody heard; tried again, the step finds its change made.
static void what_a_lost_answer_made_is_undone(void **state)
{
    static const char *const faults[] = {
        "[{\"match\": \"PATCH *.vault.azure.net/secrets/*\", \"nth\": 1, \"do\": \"drop\"}]",
        "[{\"match\": \"PATCH *.vault.azure.net/secrets/*\", \"nth\": 1, \"do\": \"truncate\"}]",
        "[{\"match\": \"PATCH management.azure.com/*vaults*\", \"nth\": 1, \"do\": \"drop\"}]"};
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct world *world = world_open(&(struct world_config){.faults = faults[i]});
        struct arena *arena = arena_open();
        const char *before = arena_strdup(arena, world_digest(world));
        int status = world_run(world, world_playbook(world, contain), MODE_LIVE, NULL);
        if (status != 0 || world_count(world, "effect.result", "unknown") != 1 ||
            world_count(world, "effect.result", "in-place") != 0)
            world_print(world);
        assert_int_equal(status, 0);
        assert_int_equal(world_count(world, "effect.result", "unknown"), 1);
        assert_int_equal(world_count(world, "effect.result", "in-place"), 0);
        assert_int_equal(world_undo(world, world->run), 0);
        assert_string_equal(world_digest(world), before);
        assert_true(story_is_covered(world));
        arena_close(arena);
        world_close(world);
    }
}

static const char off[] = "playbook: law\nversion: 1.0.0\nsteps:\n"
                          "  - id: off\n    do: keyvault.disable_secret\n"
                          "    with: {vault: " VAULT ", name: sql-prod-connection}\n"
                          "    retry: {attempts: 3, backoff: 10ms}\n";

// Two attempts were lost in a row, the first of which had made a part, and the second the rest; or one of
// which the rest does not show.
static void what_earlier_attempts_made_is_undone(void **state)
{
    static const char *const faults[] = {
        "[{\"match\": \"PATCH */secrets/*\", \"nth\": 2, \"do\": \"lose\"},"
        "{\"match\": \"PATCH */secrets/*\", \"nth\": 3, \"do\": \"drop\"}]",
        "[{\"match\": \"PATCH */secrets/*\", \"nth\": 2, \"do\": \"status 200\"}]"};
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct world *world = world_open(&(struct world_config){.faults = faults[i], .settle_ms = 500});
        const char *before = arena_strdup(world->arena, world_digest(world));
        assert_int_equal(world_run(world, world_playbook(world, off), MODE_LIVE, NULL), 0);
        assert_int_equal(world_count(world, "effect.result", "unknown"), i == 0 ? 2 : 0);
        const struct value *was = value_get(world_record(world, "effect.result", "off"), "before");
        size_t enabled = 0;
        for (size_t k = 0; k < value_count(value_get(was, "enabled")); k++)
            enabled += value_equal(value_get(was, "enabled")->fields[k].value, &value_true);
        assert_int_equal(enabled, i == 0 ? 2 : 1); // who finds it made says what the first had found
        assert_int_equal(world_undo(world, world->run), 0);
        assert_string_equal(world_digest(world), before);
        assert_true(story_is_covered(world));
        world_close(world);
    }
}

// Each attempt to make the rest was lost: what is there is neither what was found nor what was wanted.
static void what_was_made_in_part_is_undone(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){
        .faults = "[{\"match\": \"PATCH */secrets/*\", \"nth\": 2, \"times\": 3, \"do\": \"lose\"}]"});
    const char *before = arena_strdup(world->arena, world_digest(world));
    assert_int_equal(world_run(world, world_playbook(world, off), MODE_LIVE, NULL), 1);
    assert_string_not_equal(world_digest(world), before);
    assert_int_equal(world_undo(world, world->run), 0);
    assert_string_equal(world_digest(world), before);
    world_close(world);
}

static int act_refused(const struct disturb *disturb, struct world *world)
{
    if (world_run(world, world_playbook(world, off), MODE_LIVE, NULL) != 1)
        return 0;
    disturb_now(disturb, world);
    return world_resume(world, world_playbook(world, off));
}

static const char *judge_refused(const struct disturb *disturb, struct world *world)
{
    if (world_resume(world, world_playbook(world, off)) != 0)
        return "gone on with, it does not end well";
    if (!text_is(value_text_at(world_record(world, "step.finished", "off"), "status"), "done"))
        return "what was made is not told";
    return world_undo(world, world->run) == 0 && strcmp(world_digest(world), disturb->context) == 0
               ? NULL
               : "the estate is not what it was";
}

// Attempts were refused, then one is killed with its run, or lost in part: the last finds what it made.
static void what_a_killed_attempt_made_is_undone(void **state)
{
    static const char faults[] = "[{\"match\": \"PATCH */secrets/*\", \"times\": 3, \"do\": \"status 403\"},"
                                 "{\"match\": \"PATCH */secrets/*\", \"nth\": 5, \"do\": \"lose\"}]";
    (void)state;
    struct world *world = world_open(&(struct world_config){.faults = faults});
    const struct disturb disturb = {.name = "killed",
                                    .faults = faults,
                                    .act = act_refused,
                                    .judge = judge_refused,
                                    .context = arena_strdup(world->arena, world_digest(world))};
    assert_int_equal(world_run(world, world_playbook(world, off), MODE_LIVE, NULL), 1);
    assert_int_equal(world_resume(world, world_playbook(world, off)), 0);
    assert_int_equal(disturb_all(disturb, 'r', value_count(world->records) - 1, 100), 0);
    world_close(world);
}

#define OTHER(name) "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-" name
#define PAY OTHER("payments/providers/Microsoft.KeyVault/vaults/kv-contoso-pay")
#define ARCH OTHER("contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-arch")
static const char leased[] = "playbook: law\nversion: 1.0.0\nsteps:\n  - id: g\n    lease: 1ms\n    steps:\n"
                             "      - {id: a, do: fx.tag, with: {vault: " VAULT ", value: red}}\n"
                             "      - {id: b, do: fx.tag, with: {vault: " PAY ", value: red}}\n"
                             "      - {id: c, do: fx.tag, with: {vault: " ARCH ", value: red}}\n";
static const char painted[] = "playbook: law\nversion: 1.0.0\nsteps:\n"
                              "  - {id: t, do: fx.tag, with: {vault: " ARCH ", value: blue}}\n";

static int act_leased(const struct disturb *disturb, struct world *world)
{
    if (world_run(world, world_playbook(world, leased), MODE_LIVE, NULL) != 0)
        return 0;
    const char *run = world->run;
    if (world_run(world, world_playbook(world, painted), MODE_LIVE, NULL) != 0)
        return 0;
    disturb_now(disturb, world);
    return world_end_lease(world, run, "g");
}

static const char *judge_leased(const struct disturb *disturb, struct world *world)
{
    struct due_list due;
    struct err err;
    for (int i = 0; i < 2; i++) {
        world_must(due_find(world->arena, world->trail, clock_now_ms(), &due, &err), &err);
        if (due.count > 0 && (i > 0 || world_end_lease(world, due.items[0].run, due.items[0].path) != 1))
            return "come to again, it is not over";
    }
    if (strcmp(world_digest(world), disturb->context) != 0)
        return "what was not refused was not taken back";
    return story_is_covered(world) ? NULL : "the trail does not tell what happened";
}

// At the end of a lease one change is refused, and then the process is killed: the others are come to again.
static void the_end_of_a_lease_killed_behind_a_refusal(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct world *world = world_open(&(struct world_config){.lib = "fixtures/run"});
    assert_int_equal(world_run(world, world_playbook(world, painted), MODE_LIVE, NULL), 0);
    struct disturb disturb = {.name = "leased",
                              .lib = "fixtures/run",
                              .kind = 'r',
                              .act = act_leased,
                              .judge = judge_leased,
                              .context = arena_strdup(arena, world_digest(world))};
    world_close(world);
    world = world_open(&(struct world_config){.lib = "fixtures/run"});
    assert_int_equal(act_leased(&disturb, world), 1);
    assert_string_equal(world_digest(world), disturb.context);
    size_t records = value_count(world->records);
    world_close(world);
    assert_int_equal(disturb_all(disturb, 'r', records, SAMPLES), 0);
    arena_close(arena);
}

// Who changed it since is told from the activity log that the lab keeps: neither who undoes it, nor who came
// before.
static void somebody_else_is_named(void **state)
{
    static const char open[] = "playbook: law\nversion: 1.0.0\nsteps:\n  - id: firewall\n"
                               "    do: keyvault.set_firewall\n    with: {vault: " VAULT
                               ", default_action: Deny, add: [198.51.100.0/24]}\n";
    static const char pipeline[] = "c973880e-7d5b-4a49-b64c-d6aa8b6271db";
    char folder[SCRATCH_SIZE];
    (void)state;
    scratch_open(folder);
    struct arena *arena = arena_open();
    struct world *world = world_open(&(struct world_config){.state = folder});
    assert_int_equal(world_run(world, world_playbook(world, contain), MODE_LIVE, NULL), 0);
    const char *run = arena_strdup(arena, world->run);
    world_close(world);
    world = world_open(&(struct world_config){
        .state = folder, .client = "d06da648-8d65-41f7-af14-4121b3464643", .secret = "lab-only-pipeline"});
    assert_int_equal(world_run(world, world_playbook(world, open), MODE_LIVE, NULL), 0);
    world_close(world);
    world = world_open(&(struct world_config){.state = folder});
    assert_int_equal(world_undo(world, run), 1);
    const char *reason = value_text_at(world_record(world, "effect.result", "firewall"), "reason");
    assert_non_null(strstr(reason, pipeline));
    assert_non_null(strstr(reason, "(Microsoft.KeyVault/vaults/write)"));
    world_close(world);
    scratch_close(folder);
    arena_close(arena);
}

// A service that goes on with a change elsewhere than Azure is not followed there; the change was made all
// the same.
static void what_was_sent_before_a_refusal_is_taken_back(void **state)
{
    static const char text[] = "playbook: law\nversion: 1.0.0\nsteps:\n"
                               "  - id: stray\n    do: fx.stray\n    with: {vault: " VAULT "}\n";
    (void)state;
    struct world *world = world_open(&(struct world_config){.lib = "fixtures/run"});
    const char *before = arena_strdup(world->arena, world_digest(world));
    assert_int_equal(world_run(world, world_playbook(world, text), MODE_LIVE, NULL), 6);
    assert_string_not_equal(world_digest(world), before);
    const struct value *result = world_record(world, "effect.result", "stray");
    assert_string_equal(value_text_at(result, "status"), "unknown");
    assert_string_equal(value_text_at(world_record(world, "step.finished", "stray"), "status"), "refused");
    assert_int_equal(world_undo(world, world->run), 0);
    assert_string_equal(world_digest(world), before);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_undoing_killed_at_a_write_is_gone_on_with),
                                       cmocka_unit_test(an_undoing_killed_between_writes_too),
                                       cmocka_unit_test(what_a_lost_answer_made_is_undone),
                                       cmocka_unit_test(what_earlier_attempts_made_is_undone),
                                       cmocka_unit_test(what_was_made_in_part_is_undone),
                                       cmocka_unit_test(what_a_killed_attempt_made_is_undone),
                                       cmocka_unit_test(the_end_of_a_lease_killed_behind_a_refusal),
                                       cmocka_unit_test(what_was_sent_before_a_refusal_is_taken_back),
                                       cmocka_unit_test(somebody_else_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
