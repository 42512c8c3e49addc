// What a service says with its answers is heeded in a whole run: claims that it wants, calls that run short,
// a clock that differs; and what no new token mends is told.
#include "world.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "data/value.h"

enum { MOST = 64 };

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

// When the reads of the subscription left, each URL once: of another time the answer is known.
static size_t times_of_reads(struct world *world, int64_t *at_us, size_t most)
{
    size_t count = 0;
    struct value *seen = value_map(world->arena);
    for (size_t i = 0; i < value_count(world->records); i++) {
        const struct value *record = value_item(world->records, i), *read = value_get(record, "members");
        const char *url = value_text_at(read, "url");
        if (strcmp(value_text_at(record, "type"), "read") != 0 || value_get(seen, url) != NULL ||
            strcmp(value_text_at(read, "method"), "GET") != 0 ||
            strstr(url, "management.azure.com/subscriptions/4c37d899") == NULL)
            continue;
        value_put(world->arena, seen, url, &value_true);
        assert_true(count < most);
        at_us[count++] = value_int_at(read, "at_us", 0);
    }
    return count;
}

// How many of them left together with another one.
static size_t together(struct world *world, size_t *all)
{
    int64_t at_us[MOST];
    size_t count = 0;
    *all = times_of_reads(world, at_us, MOST);
    for (size_t i = 0; i < *all; i++)
        for (size_t k = 0; k < *all; k++)
            if (k != i && at_us[k] - at_us[i] >= 0 && at_us[k] - at_us[i] < 35000) {
                count++;
                break;
            }
    return count;
}

static void slows_down(void **state)
{
    (void)state;
    size_t all;
    struct world *world = world_with(NULL);
    assert_int_equal(dry_run(world), 0);
    assert_true(together(world, &all) > all / 2);
    assert_true(all >= 6);
    world_close(world);
    world = world_with(
        "[{\"match\": \"GET management.azure.com/subscriptions/*\", \"times\": 0, \"do\": \"remaining 2\"}]");
    assert_int_equal(dry_run(world), 0);
    size_t pairs = together(world, &all);
    print_message("%zu reads, %zu of them together with another one\n", all, pairs);
    assert_true(pairs <= 1); // the first, before there was an answer
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
                                       cmocka_unit_test(slows_down), cmocka_unit_test(tells_of_clocks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
