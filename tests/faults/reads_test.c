// Dry-runs of the shipped playbooks in which the n-th request fails, for each kind of fault and many n (all
// of them with PLAYBOOK_FULL): what passes is waited out and leaves no mark; what stays makes the run fail,
// and never does more.
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "pool.h"
#include "story.h"

#include "data/value.h"

static const struct {
    const char *name;
    size_t samples; // of each kind
} playbooks[] = {
    {"keyvault-alert", 4}, {"resource-manager-alert", 1}, {"dns-alert", 1}, {"csp-fraud-alert", 1}};

static const struct {
    const char *match, *what;
    bool passes; // it is over with the next attempt
} kinds[] = {{"*", "\"do\": \"status 429\", \"retry_after\": 1", true},
             {"*", "\"do\": \"status 503\"", true},
             {"*", "\"do\": \"status 500\"", true},
             {"GET *", "\"do\": \"status 401\"", true},
             {"*", "\"do\": \"drop\"", true},
             {"*", "\"do\": \"lose\"", true},
             {"*", "\"do\": \"truncate\"", true},
             {"*", "\"do\": \"garble\"", false},
             {"*", "\"do\": \"delay 7500\"", true},
             {"*", "\"do\": \"hold 7500\"", true},
             {"*", "\"do\": \"status 403\"", false},
             {"*", "\"do\": \"status 404\"", false},
             {"*", "\"do\": \"redirect https://evil.example/\"", false}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

// Which of them is tried.
struct walk {
    size_t playbook, stride, begin;
};

static size_t nth_of(const struct walk *walk, size_t i)
{
    return 1 + i / KINDS * walk->stride + (walk->begin + i % KINDS) % walk->stride; // other n for other kinds
}

static int complain(struct world *world, const struct walk *walk, size_t i, const char *what, int status)
{
    print_error("%s, %s at request %zu: %s (ended with %d)\n", playbooks[walk->playbook].name,
                kinds[i % KINDS].what, nth_of(walk, i), what, status);
    world_print(world);
    return POOL_FAILED;
}

// The first request is the sign-in: it has no resource that could be absent, and nobody else's answer is
// right.
static bool is_fine(size_t i, int status)
{
    if (kinds[i % KINDS].passes)
        return status == 0;
    return status == 0 || status == 1 || status == 6 || status == 7 || status == 2;
}

static int one(void *context, size_t i)
{
    const struct walk *walk = context;
    char faults[200];
    snprintf(faults, sizeof faults, "[{\"match\": \"%s\", \"nth\": %zu, %s}]", kinds[i % KINDS].match,
             nth_of(walk, i), kinds[i % KINDS].what);
    struct world *world =
        world_open(&(struct world_config){.faults = faults, .timeout_ms = world_patience_ms(faults)});
    const char *before = world_digest(world), *request = "";
    int status = world_run(world, world_shipped(world, playbooks[walk->playbook].name), MODE_DRY_RUN, NULL);
    const struct value *end = world_record(world, "run.finished", NULL);
    int result = 0;
    if (!is_fine(i, status))
        result = complain(world, walk, i, "not an end that is defined", status);
    else if (end == NULL || value_int_at(end, "exit", -1) != status)
        result = complain(world, walk, i, "the trail tells another end", status);
    else if (world_changes(world, &request) > 0)
        result = complain(world, walk, i, request, status);
    else if (strcmp(world_digest(world), before) != 0)
        result = complain(world, walk, i, "the estate has changed", status);
    else if (!world_trail_is_whole(world))
        result = complain(world, walk, i, "the trail cannot be read", status);
    world_close(world);
    return result;
}

static int judge(void *context, size_t i, int status)
{
    const struct walk *walk = context;
    if (WIFSIGNALED(status))
        print_error("%s, %s at request %zu: killed by %d\n", playbooks[walk->playbook].name,
                    kinds[i % KINDS].what, nth_of(walk, i), WTERMSIG(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static size_t requests_of(const char *playbook)
{
    struct world *world = world_open(&(struct world_config){0});
    assert_int_equal(world_run(world, world_shipped(world, playbook), MODE_DRY_RUN, NULL), 0);
    size_t count = value_count(story_requests(world));
    world_close(world);
    return count;
}

static void reads_survive(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof playbooks / sizeof playbooks[0]; i++) {
        size_t requests = requests_of(playbooks[i].name);
        struct walk walk = {.playbook = i, .stride = pool_stride(requests, playbooks[i].samples)};
        walk.begin = pool_begin(walk.stride);
        size_t count = requests / walk.stride * KINDS;
        print_message("%s: %zu of %zu cases\n", playbooks[i].name, count, requests * KINDS);
        assert_int_equal(pool_run(count, one, judge, &walk), 0);
    }
}

int main(int argc, char **argv)
{
    if (argc > 2) { // reads_test PLAYBOOK CASE: one by its number among all
        struct walk walk = {.stride = 1};
        while (strcmp(playbooks[walk.playbook].name, argv[1]) != 0)
            if (++walk.playbook == sizeof playbooks / sizeof playbooks[0])
                return 2;
        return one(&walk, (size_t)strtoul(argv[2], NULL, 10));
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_survive)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
