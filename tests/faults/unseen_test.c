// A change that the service accepts and does not make: it is observed again until `settle` has passed, told
// as applied and not verified, and the run has failed. What judges afterwards does not take it for in place.
#include "world.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "data/value.h"
#include "vm/prim.h"

enum { SETTLE_MS = 900 };

static const struct prepared_playbook *firewall(struct world *world)
{
    struct err err = {0};
    const struct primitive *primitive = primitive_find(world->vm, "keyvault.set_firewall", &err);
    world_must(primitive != NULL, &err);
    return world_step(world, primitive);
}

static void never_shows(void **state)
{
    (void)state;
    static const char faults[] = // answered with 200 in place of being served
        "[{\"match\": \"PATCH management.azure.com/*\", \"times\": 1, \"do\": \"status 200\"}]";
    struct world *world = world_open(&(struct world_config){.faults = faults, .settle_ms = SETTLE_MS});
    const struct prepared_playbook *playbook = firewall(world);
    const char *before = world_digest(world);
    int64_t began = clock_monotonic_ns();
    assert_int_equal(world_run(world, playbook, MODE_LIVE, NULL), 1);
    assert_true((clock_monotonic_ns() - began) / 1000000 >= SETTLE_MS);
    assert_non_null(value_get(world->waited, "for the change to show"));
    const struct value *result = world_record(world, "effect.result", "one");
    assert_string_equal(value_text_at(result, "status"), "applied");
    assert_true(value_equal(value_get(result, "verified"), &value_false));
    assert_string_equal(value_text_at(result, "reason"), "the service does not show the change");
    // What was seen is told, not what was wanted.
    assert_true(value_equal(value_get(result, "after"), value_get(result, "before")));
    assert_string_equal(value_text_at(world_record(world, "step.finished", "one"), "status"), "failed");
    assert_string_equal(value_text_at(world_record(world, "run.finished", NULL), "status"), "failed");
    assert_true(world_count(world, "read", NULL) >= 4); // before, and several times after
    assert_string_equal(world_digest(world), before);

    assert_int_equal(world_run(world, playbook, MODE_AUDIT, NULL), 4);
    assert_string_equal(value_text_at(world_record(world, "step.finished", "one"), "status"), "planned");

    assert_int_equal(world_run(world, playbook, MODE_LIVE, NULL), 0); // this time it is made
    result = world_record(world, "effect.result", "one");
    assert_true(value_equal(value_get(result, "verified"), &value_true));
    assert_int_equal(world_run(world, playbook, MODE_AUDIT, NULL), 0);
    world_close(world);
}

#define VAULT                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-prod"

// Nothing comes behind it unless the step says so, and what its group had changed is taken back where that is
// wanted.
static void ends_the_run(void **state)
{
    (void)state;
    static const char faults[] =
        "[{\"match\": \"PATCH management.azure.com/*\", \"times\": 1, \"do\": \"status 200\"}]";
    static const char *const wanted[] = {"undo", "stop", "continue"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct world *world = world_open(&(struct world_config){.faults = faults, .settle_ms = SETTLE_MS});
        const char *text = arena_printf(world->arena,
                                        "playbook: law\nversion: 1.0.0\nsteps:\n"
                                        "  - {id: off, do: keyvault.disable_secret,\n"
                                        "     with: {vault: " VAULT ", name: smtp-relay-password}}\n"
                                        "  - {id: firewall, do: keyvault.set_firewall, on_error: %s,\n"
                                        "     with: {vault: " VAULT ", default_action: Deny}}\n"
                                        "  - {id: next, do: keyvault.disable_secret,\n"
                                        "     with: {vault: " VAULT ", name: sql-prod-connection}}\n",
                                        wanted[i]);
        const char *before = world_digest(world);
        assert_int_equal(world_run(world, world_playbook(world, text), MODE_LIVE, NULL), 1);
        bool goes_on = world_record(world, "effect.intent", "next") != NULL;
        assert_int_equal(goes_on, strcmp(wanted[i], "continue") == 0);
        bool is_back = strcmp(world_digest(world), before) == 0;
        assert_int_equal(is_back, strcmp(wanted[i], "undo") == 0);
        world_close(world);
    }
}

// An undoing that does not show holds up no other.
static void the_rest_is_undone(void **state)
{
    (void)state;
    static const char faults[] =
        "[{\"match\": \"PATCH management.azure.com/*\", \"nth\": 2, \"do\": \"status 200\"}]";
    static const char text[] = "playbook: law\nversion: 1.0.0\nsteps:\n"
                               "  - {id: off, do: keyvault.disable_secret,\n"
                               "     with: {vault: " VAULT ", name: smtp-relay-password}}\n"
                               "  - {id: firewall, do: keyvault.set_firewall,\n"
                               "     with: {vault: " VAULT ", default_action: Deny}}\n";
    struct world *world = world_open(&(struct world_config){.faults = faults, .settle_ms = SETTLE_MS});
    assert_int_equal(world_run(world, world_playbook(world, text), MODE_LIVE, NULL), 0);
    assert_int_equal(world_undo(world, world->run), 1);
    assert_string_equal(value_text_at(world_record(world, "step.finished", "firewall"), "status"), "failed");
    assert_string_equal(value_text_at(world_record(world, "step.finished", "off"), "status"), "done");
    world_close(world);
}

// Where that does no harm it is made again, as often as the step says.
static void is_made_again(void **state)
{
    (void)state;
    static const char faults[] =
        "[{\"match\": \"PATCH *\", \"do\": \"status 200\"}, {\"match\": \"PUT *\", \"do\": \"status 200\"}]";
    static const char *const steps[] = {
        "do: keyvault.set_firewall, with: {vault: " VAULT ", default_action: Deny}",
        "do: keyvault.rotate_secret, with: {vault: " VAULT ", name: smtp-relay-password}"};
    for (int repeatable = 1; repeatable >= 0; repeatable--) {
        struct world *world = world_open(&(struct world_config){.faults = faults, .settle_ms = SETTLE_MS});
        const char *text = arena_printf(world->arena,
                                        "playbook: law\nversion: 1.0.0\nsteps:\n"
                                        "  - {id: one, retry: {attempts: 2, backoff: 1s}, %s}\n",
                                        steps[!repeatable]);
        assert_int_equal(world_run(world, world_playbook(world, text), MODE_LIVE, NULL), !repeatable);
        assert_int_equal(world_count(world, "effect.intent", NULL), 1 + repeatable);
        assert_int_equal(world_changes(world, NULL), 1 + repeatable);
        world_close(world);
    }
}

// Made all the same where the primitive stumbles over what it sees; tried again, the step finds that it did.
static void cannot_be_told(void **state)
{
    (void)state;
    static const char *const retries[] = {"", ", retry: {attempts: 2, backoff: 1s}"};
    for (int i = 0; i < 2; i++) {
        struct world *world =
            world_open(&(struct world_config){.lib = "fixtures/run", .settle_ms = SETTLE_MS});
        const char *text = arena_printf(world->arena,
                                        "playbook: law\nversion: 1.0.0\nsteps:\n"
                                        "  - {id: doubt, do: fx.doubt, with: {vault: " VAULT "}%s}\n",
                                        retries[i]);
        assert_int_equal(world_run(world, world_playbook(world, text), MODE_LIVE, NULL), i == 0);
        assert_int_equal(world_count(world, "effect.intent", NULL), 1);
        assert_int_equal(world_count(world, "effect.result", "applied"), 1 + i);
        const struct value *verified = value_get(world_record(world, "effect.result", "doubt"), "verified");
        assert_true(i == 0 ? value_is_null(verified) : value_equal(verified, &value_true));
        world_close(world);
    }
}

// What may not be done twice is not done again because it does not show yet.
static void is_not_repeated(void **state)
{
    (void)state;
    static const char faults[] =
        "[{\"match\": \"PUT *.vault.azure.net/secrets/*\", \"times\": 1, \"do\": \"status 200\"}]";
    struct world *world = world_open(&(struct world_config){.faults = faults, .settle_ms = SETTLE_MS});
    const struct prepared_playbook *playbook = world_playbook(
        world, "playbook: law\nversion: 1.0.0\nsteps:\n  - {id: one, do: keyvault.rotate_secret,\n"
               "     with: {vault: " VAULT ", name: smtp-relay-password}}\n");
    assert_int_equal(world_run(world, playbook, MODE_LIVE, NULL), 1);
    assert_int_equal(world_changes(world, NULL), 1);
    assert_int_equal(world_resume(world, playbook), 3);
    assert_int_equal(world_changes(world, NULL), 0);
    assert_string_equal(value_text_at(world_record(world, "step.finished", "one"), "reason"),
                        "it was begun earlier and does not show: it may have happened, and is not repeated");
    world_close(world);
}

// A run that lost the answer ends, and is gone on with at once: what does not show yet is looked for until it
// does, and nobody is asked.
static void shows_later(void **state)
{
    (void)state;
    static const char faults[] =
        "[{\"match\": \"PATCH *\", \"times\": 1, \"do\": \"drop\"},"
        " {\"match\": \"GET *kv-contoso-prod\", \"nth\": 2, \"times\": 3, \"do\": \"status 404\"}]";
    struct world *world = world_open(&(struct world_config){.lib = "fixtures/run", .faults = faults});
    const struct prepared_playbook *playbook =
        world_playbook(world, "playbook: law\nversion: 1.0.0\nsteps:\n  - {id: one, do: fx.mark,\n"
                              "     with: {vault: " VAULT ", value: red}}\n");
    assert_int_equal(world_run(world, playbook, MODE_LIVE, NULL), 1);
    assert_string_equal(value_text_at(world_record(world, "effect.result", "one"), "status"), "unknown");
    assert_int_equal(world_changes(world, NULL), 1);
    assert_int_equal(world_resume(world, playbook), 0);
    assert_int_equal(world_changes(world, NULL), 0);
    assert_int_equal(world_count(world, "read", NULL), 5); // one of them in the run before
    assert_string_equal(value_text_at(world_record(world, "effect.result", "one"), "status"), "applied");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_shows),        cmocka_unit_test(ends_the_run),
        cmocka_unit_test(the_rest_is_undone), cmocka_unit_test(is_made_again),
        cmocka_unit_test(cannot_be_told),     cmocka_unit_test(is_not_repeated),
        cmocka_unit_test(shows_later)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
