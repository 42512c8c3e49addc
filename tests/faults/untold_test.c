// A run that is killed while it stops, because a step with on_error: undo failed, and gone on with: it begins
// no step again, and each of its steps is told, as it was, or with why nothing came of it.
#include "world.h"

#include <string.h>

#include "disturb.h"
#include "story.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "run/due.h"

enum { SAMPLES = 14 };

#define VAULT                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-prod"
#define BRANCH(id, secret)                                                                                   \
    "      - id: " id "\n        steps:\n          - id: off_" id                                            \
    "\n            do: keyvault.disable_secret\n"                                                            \
    "            with: {vault: " VAULT ", name: " secret "}\n"                                               \
    "          - {id: last_" id ", do: fx.boom, on_error: undo, retry: {attempts: 2, backoff: 2s}}\n"
static const char two[] =
    "playbook: law\nversion: 1.0.0\nsteps:\n  - id: sides\n    parallel:\n" BRANCH("a", "smtp-relay-password")
        BRANCH("b", "sql-prod-connection");
// A person is waited for, and so is told of every step; then one branch fails while the other waits for a
// service that takes its time.
#define MACHINE                                                                                              \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.Compute/virtualMachines/"
static const char sides[] = "playbook: law\nversion: 1.0.0\nsteps:\n  - id: sure\n    ask: Sure?\n"
                            "    choices: [yes, no]\n  - id: contain\n    lease: 1h\n    parallel:\n"
                            "      - id: shut\n        do: keyvault.disable_secret\n"
                            "        with: {vault: " VAULT ", name: sql-prod-connection}\n"
                            "      - id: work\n        steps:\n"
                            "          - id: cut\n            for_each: \"{'vm-web-01'}\"\n"
                            "            as: name\n            steps:\n              - id: one\n"
                            "                do: network.isolate_machine\n"
                            "                with: {machine: \"" MACHINE "${name}\",\n"
                            "                       allow_from: [192.0.2.0/24], cut_dns: true}\n"
                            "          - id: which\n            choose: \"#cut > 1\"\n"
                            "            cases: {\"true\": [{id: much, let: {x: 1}}]}\n"
                            "            otherwise: [{id: little, let: {x: 1}}]\n"
                            "      - id: fails\n        steps:\n"
                            "          - id: keep\n            do: keyvault.disable_secret\n"
                            "            with: {vault: " VAULT ", name: acr-pull-token}\n"
                            "          - id: last\n            do: fx.boom\n            on_error: undo\n"
                            "  - id: after\n    let: {x: 1}\n";

static int run(struct world *world, const char *text)
{
    return world_run(world, world_playbook(world, text), MODE_LIVE, NULL);
}

static const char *status_of(struct world *world, const char *path)
{
    return value_text_at(world_record(world, "step.finished", path), "status");
}

// Is there a record of that type and path before the i-th, with that status (NULL: any)?
static bool stands_before(struct world *world, size_t i, const char *type, const char *path,
                          const char *status)
{
    while (i-- > 0) {
        const struct value *record = value_item(world->records, i), *members = value_get(record, "members");
        if (text_is(value_text_at(record, "type"), type) && text_same(value_text_at(members, "path"), path) &&
            (status == NULL || text_is(value_text_at(members, "status"), status)))
            return true;
    }
    return false;
}

// Does a step's end say what was not so?
static bool is_wrong(struct world *world, size_t i)
{
    const struct value *end = value_get(value_item(world->records, i), "members");
    const char *path = value_text_at(end, "path"), *why = value_text_at(end, "reason");
    bool begun = stands_before(world, i, "effect.intent", path, NULL);
    if (why != NULL && strncmp(why, "undone, ", 8) == 0)
        return value_text_at(end, "primitive") == NULL;
    if (!text_is(value_text_at(end, "status"), "undecided"))
        return false;
    return (begun && why != NULL && strncmp(why, "not reached", 11) == 0) ||
           stands_before(world, i, "step.finished", path, "undecided") ||
           stands_before(world, i, "step.finished", path, "failed") ||
           stands_before(world, i, "step.finished", path, "done");
}

// Everything that a record speaks of was told of, and so was everything around it; each as it was.
static const char *untold(struct world *world)
{
    for (size_t i = 0; i < value_count(world->records); i++) {
        const struct value *record = value_item(world->records, i);
        const char *path = value_text_at(value_get(record, "members"), "path");
        if (text_is(value_text_at(record, "type"), "step.finished") && is_wrong(world, i))
            return path;
        for (size_t at = 1; path != NULL && at <= strcspn(path, "~?!"); at++) {
            const char *part = arena_strndup(world->arena, path, at);
            if (strchr("/[", path[at]) != NULL && status_of(world, part) == NULL)
                return part;
        }
    }
    return NULL;
}

static int go_on_with_sides(struct world *world)
{
    struct value *answers = value_map(world->arena);
    value_put_text(world->arena, answers, "sure", "yes");
    world->answers = answers;
    return world_resume(world, world_playbook(world, sides));
}

static int act_sides(const struct disturb *disturb, struct world *world)
{
    if (run(world, sides) != 3)
        return 0;
    disturb_now(disturb, world);
    return go_on_with_sides(world);
}

// What is known to be made for a time ends with it.
static bool has_lease(struct world *world)
{
    struct due_list due;
    struct err err = {0};
    const char *made = value_text_at(world_record(world, "effect.result", "contain/shut"), "status");
    world_must(due_find(world->arena, world->trail, clock_now_ms() + 24 * 3600 * 1000, &due, &err), &err);
    return !text_is(made, "applied") || (due.count == 1 && text_is(due.items[0].path, "contain"));
}

static const char *judge_sides(const struct disturb *disturb, struct world *world)
{
    static const char *const steps[] = {"contain",
                                        "contain/work",
                                        "contain/shut",
                                        "contain/work/cut",
                                        "contain/work/which",
                                        "contain/work/which/much",
                                        "contain/work/which/little",
                                        "contain/fails",
                                        "contain/fails/keep",
                                        "contain/fails/last",
                                        "after"};
    (void)disturb;
    int status = go_on_with_sides(world);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (status_of(world, steps[i]) == NULL || text_is(status_of(world, steps[i]), "waiting"))
            return steps[i];
    if (status != 1 || !text_is(status_of(world, "contain/fails"), "failed") ||
        !text_is(status_of(world, "contain"), "failed") || !text_is(status_of(world, "after"), "undecided"))
        return "gone on with, it does not end as it should";
    return has_lease(world) ? untold(world) : "what was made for a time has no lease";
}

static void no_step_is_left_out(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){.lib = "fixtures/run"});
    assert_int_equal(run(world, sides), 3);
    assert_int_equal(go_on_with_sides(world), 1);
    size_t points = value_count(world->records) - 1;
    assert_null(untold(world));
    world_close(world);
    const struct disturb disturb = {
        .name = "told", .lib = "fixtures/run", .act = act_sides, .judge = judge_sides};
    assert_int_equal(disturb_all(disturb, 'r', points, SAMPLES), 0);
}

static int act_two(const struct disturb *disturb, struct world *world)
{
    const struct prepared_playbook *playbook = world_playbook(world, two);
    disturb_now(disturb, world);
    return world_run(world, playbook, MODE_LIVE, NULL);
}

static const char *judge_two(const struct disturb *disturb, struct world *world)
{
    static const char *const steps[] = {"sides",         "sides/a",        "sides/b",       "sides/a/off_a",
                                        "sides/b/off_b", "sides/a/last_a", "sides/b/last_b"};
    int status = world_resume(world, world_playbook(world, two));
    if ((status == -1 ? run(world, two) : status) != 1 || strcmp(world_digest(world), disturb->context) != 0)
        return "gone on with, it does not end as it should";
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (!text_is(status_of(world, steps[i]), "failed"))
            return steps[i];
    return untold(world);
}

// The second fails as the run stops for the first: each is taken back.
static void two_groups_fail_at_once(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){.lib = "fixtures/run"});
    const char *before = world_digest(world);
    assert_int_equal(run(world, two), 1);
    assert_int_equal(world_count(world, "step.undo", NULL), 2);
    const struct disturb disturb = {
        .name = "two", .lib = "fixtures/run", .act = act_two, .judge = judge_two, .context = before};
    assert_int_equal(disturb_all(disturb, 'r', value_count(world->records) - 1, SAMPLES / 2), 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_step_is_left_out),
                                       cmocka_unit_test(two_groups_fail_at_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
