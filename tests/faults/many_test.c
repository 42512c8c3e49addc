// Many runs in one process share commits: their intents that are ready together, and their ends. What one run
// waits for holds up no other.
#include "world.h"

#include <string.h>

#include "base/arena.h"
#include "data/value.h"
#include "run/engine.h"
#include "run/prepare.h"
#include "trail/trail.h"

enum { RUNS = 64 };

#define VAULT                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-prod"

static const char text[] = "playbook: law\nversion: 1.0.0\nalerts: [KV_*]\nsteps:\n"
                           "  - id: vault\n    do: keyvault.get_vault\n    with: {vault: " VAULT "}\n"
                           "  - id: tell\n    do: notify.owner\n"
                           "    with: {to: [dana.levy@contoso.com], about: it, subject: S, text: T}\n"
                           "  - id: again\n    do: notify.owner\n"
                           "    with: {to: [dana.levy@contoso.com], about: it, subject: S2, text: T}\n";

static struct run *begin(struct world *world, const struct prepared_playbook *playbook, size_t i)
{
    struct value *alert = value_map(world->arena);
    value_put_text(world->arena, alert, "id", arena_printf(world->arena, "a-%zu", i));
    value_put_text(world->arena, alert, "type", "KV_AccountVolumeAnomaly");
    const struct run_request request = {.playbook = playbook,
                                        .mode = MODE_LIVE,
                                        .alert = alert,
                                        .unattended = true,
                                        .approve_all = true,
                                        .simulated = true};
    return run_start(world->engine, &request);
}

static size_t lines_of(struct world *world)
{
    size_t length, lines = 0;
    const char *bytes =
        world_files(world->arena, arena_printf(world->arena, "%s/trail", world->state), &length);
    for (size_t i = 0; i + 7 < length; i++)
        lines += memcmp(bytes + i, "{\"v\":1,", 7) == 0;
    return lines;
}

static void commits_are_shared(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    const struct prepared_playbook *playbook = world_playbook(world, text);
    uint64_t before = trail_commit_count(world->trail);
    for (size_t i = 0; i < RUNS; i++)
        begin(world, playbook, i);
    for (size_t i = 0; i < RUNS; i++) {
        struct run *run = run_engine_take(world->engine);
        assert_non_null(run);
        assert_int_equal(run_exit(run), 0);
        run_close(run);
    }
    uint64_t commits = trail_commit_count(world->trail) - before;
    size_t lines = lines_of(world);
    print_message("%d runs, %zu lines, %d changes, %d ends: %llu commits\n", RUNS, lines, 2 * RUNS, RUNS,
                  (unsigned long long)commits);
    assert_true(lines > 10 * RUNS);
    assert_true(commits < RUNS / 2); // alone each run makes three: two for its changes, and one for its end
    assert_true(world_trail_is_whole(world));
    world_close(world);
}

// The most that were in flight, where each begins when the engine says so.
static size_t most_in_flight(struct world *world)
{
    const struct prepared_playbook *playbook = world_playbook(world, text);
    size_t begun = 0, ended = 0, most = 0;
    while (ended < RUNS) {
        struct run *run =
            begun < RUNS ? run_engine_take_or_begin(world->engine) : run_engine_take(world->engine);
        if (run == NULL) {
            assert_true(begun < RUNS);
            begin(world, playbook, begun++);
        } else {
            assert_int_equal(run_exit(run), 0);
            run_close(run);
            ended++;
        }
        most = begun - ended > most ? begun - ended : most;
    }
    print_message("%zu of %d at once\n", most, RUNS);
    return most;
}

static void a_busy_process_begins_no_more(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    uint64_t before = trail_commit_count(world->trail);
    size_t most = most_in_flight(world);
    uint64_t commits = trail_commit_count(world->trail) - before;
    print_message("%llu commits\n", (unsigned long long)commits);
    assert_true(most > 1 && most < RUNS / 2);
    assert_true(commits <= RUNS + most); // each lets one more begin, so that those that follow are shared
    world_close(world);
}

static void one_that_waits_begins_all(void **state)
{
    (void)state;
    struct world *world =
        world_open(&(struct world_config){.faults = "[{\"match\":\"*\",\"times\":0,\"do\":\"delay 1000\"}]"});
    assert_int_equal(most_in_flight(world), RUNS);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(commits_are_shared),
                                       cmocka_unit_test(a_busy_process_begins_no_more),
                                       cmocka_unit_test(one_that_waits_begins_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
