// What a service says with its answers is heeded in a whole run: claims that it wants, calls that run short,
// a clock that differs; and what no new token mends is told.
#include "world.h"

#include "story.h"

#include <string.h>

#include "base/text.h"
#include "data/value.h"

#define VAULTS                                                                                               \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/"

#define MACHINES                                                                                             \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-batch/providers/"                 \
    "Microsoft.Compute/virtualMachines/"

static struct world *world_with(const char *faults)
{
    return world_open(&(struct world_config){.faults = faults});
}

static int dry_run(struct world *world)
{
    return world_run(world, world_shipped(world, "keyvault-alert"), MODE_DRY_RUN, NULL);
}

static size_t notes_with(struct world *world, const char *words)
{
    size_t count = 0;
    for (size_t i = 0; i < value_count(world->records); i++) {
        const struct value *record = value_item(world->records, i);
        const char *message = value_text_at(record, "members.message");
        count += strcmp(value_text_at(record, "type"), "note") == 0 && message != NULL &&
                 strstr(message, words) != NULL;
    }
    return count;
}

static void gets_the_claims(void **state)
{
    (void)state;
    // Of Azure and of the vaults, from the third request on: as if a session had been revoked under way.
    struct world *world =
        world_with("[{\"match\": \"* management.azure.com/*\", \"nth\": 3, \"times\": 0, "
                   "\"do\": \"claims c1\"}, {\"match\": \"* *.vault.azure.net/*\", \"times\": 0, "
                   "\"do\": \"claims c1\"}]");
    assert_int_equal(dry_run(world), 0);
    assert_true(value_int_at(world_record(world, "run.finished", NULL), "requests.retried", 0) >= 2);
    assert_int_equal(notes_with(world, "claims"), 0);
    world_close(world);
}

static void says_when_claims_do_not_help(void **state)
{
    (void)state;
    struct world *world =
        world_with("[{\"match\": \"GET management.azure.com/*\", \"times\": 0, \"do\": \"claims c9\"}]");
    assert_int_not_equal(dry_run(world), 0);
    assert_true(notes_with(world, "wants a token with claims that the sign-in does not get") > 0);
    world_close(world);
}

// One read, and then sixteen side by side.
static const struct prepared_playbook *many_reads(struct world *world)
{
    struct text text = text_new(world->arena);
    text_add(&text, "playbook: law\nversion: 1.0.0\nsteps:\n  - id: first\n    do: keyvault.get_vault\n    "
                    "with: {vault: " VAULTS
                    "kv-contoso-prod}\n  - id: many\n    do: keyvault.list_vaults\n    with:\n      ids:\n");
    for (int i = 0; i < 8; i++)
        text_addf(&text, "        - " VAULTS "kv-nowhere-%d\n", i);
    return world_playbook(world, text.ptr);
}

static bool is_of_many(const struct value *record)
{
    const char *path = value_text_at(record, "members.path");
    return strcmp(value_text_at(record, "type"), "read") == 0 && strcmp(path, "many") == 0;
}

// From when to when the sixteen left.
static int64_t span_ms(const char *faults)
{
    struct world *world = world_with(faults);
    int64_t first = INT64_MAX, last = 0;
    size_t count = 0;
    assert_int_equal(world_run(world, many_reads(world), MODE_DRY_RUN, NULL), 0);
    for (size_t i = 0; i < value_count(world->records); i++) {
        const struct value *record = value_item(world->records, i);
        if (!is_of_many(record))
            continue;
        int64_t at = value_int_at(value_get(record, "members"), "at_us", 0);
        count++;
        first = at < first ? at : first;
        last = at > last ? at : last;
    }
    assert_int_equal(count, 16);
    assert_int_equal(value_get(world->waited, "until the service takes more calls") != NULL, faults != NULL);
    world_close(world);
    return (last - first) / 1000;
}

#define SHORT                                                                                                \
    "[{\"match\": \"GET management.azure.com/subscriptions/*\", \"times\": 0, \"do\": \"remaining 2\"}]"

static void slows_down(void **state)
{
    (void)state;
    assert_true(span_ms(NULL) < 200);
    assert_true(span_ms(SHORT) >= 15 * 40 - 20);
}

// Two reads of machines after one that was told of the last calls: the second waits for its turn.
static void slows_down_compute(void **state)
{
    (void)state;
    struct world *world =
        world_with("[{\"match\": \"GET *virtualMachines/*\", \"times\": 0, \"do\": \"remaining 2\"}]");
    const struct prepared_playbook *playbook = world_playbook(
        world, "playbook: law\nversion: 1.0.0\nsteps:\n  - id: first\n    do: compute.get_machine\n"
               "    with: {machine: " MACHINES "vm-nowhere-0}\n  - id: rest\n"
               "    for_each: \"{'vm-nowhere-1', 'vm-nowhere-2'}\"\n    as: name\n    parallel: 2\n"
               "    do: compute.get_machine\n    with: {machine: \"" MACHINES "${name}\"}\n");
    assert_int_equal(world_run(world, playbook, MODE_DRY_RUN, NULL), 0);
    int64_t at[2];
    for (int i = 0; i < 2; i++)
        at[i] = value_int_at(world_record(world, "read", i == 0 ? "rest[0]" : "rest[1]"), "at_us", 0);
    assert_true(at[1] - at[0] >= 950 * 1000 || at[0] - at[1] >= 950 * 1000);
    world_close(world);
}

// What waits for its turn does not leave any more when the run is interrupted.
static void does_not_wait_when_interrupted(void **state)
{
    (void)state;
    struct world *world = world_with(SHORT);
    const struct prepared_playbook *playbook = many_reads(world);
    assert_int_equal(world_run(world, playbook, MODE_DRY_RUN, NULL), 0);
    while (!is_of_many(value_item(world->records, world->signal_at)))
        world->signal_at++;
    world->signal_at++; // counted from 1
    size_t before = value_count(story_requests(world));
    assert_int_equal(world_run(world, playbook, MODE_DRY_RUN, NULL), 128 + SIGINT);
    assert_true(value_count(story_requests(world)) - before < 8);
    world_close(world);
}

// Azure's log of a change leads back to the run that made it.
static void is_known_by_its_correlation(void **state)
{
    (void)state;
    size_t length;
    struct world *world = world_with(NULL);
    const struct prepared_playbook *playbook = world_playbook(
        world, "playbook: law\nversion: 1.0.0\nsteps:\n  - id: one\n    do: keyvault.set_firewall\n"
               "    with: {vault: /subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/"
               "rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod}\n");
    assert_int_equal(world_run(world, playbook, MODE_LIVE, NULL), 0);
    const char *correlation = value_text_at(world_record(world, "run.started", NULL), "correlation");
    assert_int_equal(strlen(correlation), 36);
    const char *estate = world_files(world->arena, world_path(world, "lab"), &length);
    assert_non_null(memmem(estate, length, correlation, 36));
    world_close(world);
}

static void tells_of_clocks(void **state)
{
    (void)state;
    struct world *world = world_with("[{\"match\": \"*\", \"times\": 0, \"do\": \"clock 900\"}]");
    assert_int_equal(dry_run(world), 0);
    assert_int_equal(notes_with(world, "this machine's clock is 15 minutes behind the service's"), 1);
    world_close(world);
    world = world_with(NULL);
    assert_int_equal(dry_run(world), 0);
    assert_int_equal(notes_with(world, "clock"), 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(gets_the_claims),
                                       cmocka_unit_test(says_when_claims_do_not_help),
                                       cmocka_unit_test(slows_down),
                                       cmocka_unit_test(slows_down_compute),
                                       cmocka_unit_test(does_not_wait_when_interrupted),
                                       cmocka_unit_test(tells_of_clocks),
                                       cmocka_unit_test(is_known_by_its_correlation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
