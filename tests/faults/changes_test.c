// Live runs of the shipped playbook in which one change fails: each change of a whole run, by each kind of
// fault (a sample; all with PLAYBOOK_FULL). Every change that the lab made had its intent in the trail, none
// was made twice, each intent has a result, which is "unknown" where an answer was lost, and a second run,
// or the same one gone on with, brings the estate where an undisturbed one brings it.
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "pool.h"
#include "story.h"

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"

enum { TIMEOUT_MS = 1500, SAMPLES = 36 };

static const struct {
    const char *what;
    bool passes; // it is certain that nothing happened, and the next attempt is served
    bool made;   // the service acted, and nobody heard
} kinds[] = {
    {"\"do\": \"status 429\", \"retry_after\": 1", true, false},
    {"\"do\": \"status 503\", \"retry_after\": 1", true, false},
    {"\"do\": \"status 401\"", true, false},
    {"\"do\": \"status 403\"", false, false},
    {"\"do\": \"status 500\"", false, false},
    {"\"do\": \"lose\"", false, false},
    {"\"do\": \"drop\"", false, true},
    {"\"do\": \"truncate\"", false, true},
    {"\"do\": \"garble\"", true, true},
    {"\"do\": \"delay 2500\"", false, true},
    {"\"do\": \"hold 2500\"", false, true},
    {"\"do\": \"redirect https://management.azure.com/subscriptions?api-version=2022-12-01\"", false, false}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

// What an undisturbed run does.
struct whole {
    struct arena *arena;
    const struct value *changes;
    const char *digest;
    size_t mails, stride;
};

static const struct value *change_of(const struct whole *whole, size_t i)
{
    return value_item(whole->changes, i * whole->stride / KINDS);
}

static size_t kind_of(const struct whole *whole, size_t i)
{
    return i * whole->stride % KINDS;
}

static const char *fault_of(struct arena *arena, const struct whole *whole, size_t i)
{
    const struct value *change = change_of(whole, i);
    const char *target = value_text_at(change, "target");
    return arena_printf(arena, "[{\"match\": \"%s %s%.*s\", \"nth\": 1, %s}]",
                        value_text_at(change, "method"), value_text_at(change, "host"),
                        (int)strcspn(target, "?"), target, kinds[kind_of(whole, i)].what);
}

static int complain(struct world *world, const struct whole *whole, size_t i, const char *what)
{
    print_error("case %zu, %s: %s\n", i, fault_of(world->arena, whole, i), what);
    world_print(world);
    return POOL_FAILED;
}

static bool is_mail(const struct value *change)
{
    return strstr(value_text_at(change, "target"), "/sendMail") != NULL;
}

static int check_first(struct world *world, const struct whole *whole, size_t i, int status)
{
    size_t kind = kind_of(whole, i);
    if (kinds[kind].passes && status != 0)
        return complain(world, whole, i, "the run does not wait it out");
    if (status != 0 && status != 1) // 0: the playbook tried the step again
        return complain(world, whole, i, "not an end that is defined");
    if (kinds[kind].made && status == 1 && world_count(world, "effect.result", "unknown") == 0)
        return complain(world, whole, i, "nothing says that an answer was lost");
    if (!story_is_covered(world) || !story_has_ends(world) || !world_trail_is_whole(world))
        return complain(world, whole, i, "the trail does not tell what happened");
    return 0;
}

// All kinds are tried both ways.
static bool goes_on(size_t i)
{
    return i / KINDS % 2 == 1;
}

static int one(void *context, size_t i)
{
    const struct whole *whole = context;
    const struct world_config config = {.faults = fault_of(whole->arena, whole, i), .timeout_ms = TIMEOUT_MS};
    struct world *world = world_open(&config);
    const struct prepared_playbook *playbook = world_shipped(world, "keyvault-alert");
    int result = check_first(world, whole, i, world_run(world, playbook, MODE_LIVE, NULL));
    if (result == 0) {
        int status = goes_on(i) ? world_resume(world, playbook) : world_run(world, playbook, MODE_LIVE, NULL);
        status = status < 0 ? 0 : status; // it had ended well: there is nothing to go on with
        // What may have happened and must not happen twice is not done again before somebody has looked.
        bool asked = is_mail(change_of(whole, i)) ||
                     (goes_on(i) && status == 3 && world_count(world, "step.finished", "undecided") > 0);
        if (status != 0 && !(asked && status == 3))
            result = complain(world, whole, i, "what comes after it does not end well");
        else if (story_mails(world) > whole->mails)
            result = complain(world, whole, i, "a mail was sent twice");
        else if (!asked && strcmp(world_digest(world), whole->digest) != 0)
            result =
                complain(world, whole, i, "what comes after it does not bring the estate where it should be");
        else if (!story_is_covered(world))
            result = complain(world, whole, i, "what came after it did something twice");
    }
    world_close(world);
    return result;
}

static int judge(void *context, size_t i, int status)
{
    const struct whole *whole = context;
    if (WIFSIGNALED(status))
        print_error("case %zu, %s: killed by %d\n", i, fault_of(whole->arena, whole, i), WTERMSIG(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static struct whole undisturbed(void)
{
    struct whole whole = {.arena = arena_open()};
    struct world *world = world_open(&(struct world_config){0});
    assert_int_equal(world_run(world, world_shipped(world, "keyvault-alert"), MODE_LIVE, NULL), 0);
    whole.changes = value_copy(whole.arena, story_changes(world));
    whole.digest = arena_strdup(whole.arena, world_digest(world));
    whole.mails = story_mails(world);
    whole.stride = pool_stride(value_count(whole.changes) * KINDS, SAMPLES);
    if (whole.stride > 1) // every kind comes up
        whole.stride |= 1;
    assert_true(story_is_covered(world) && story_has_ends(world));
    world_close(world);
    return whole;
}

static void changes_are_made_once(void **state)
{
    struct whole *whole = *state;
    size_t all = value_count(whole->changes) * KINDS;
    assert_true(all > KINDS);
    assert_int_equal(pool_run(all / whole->stride, one, judge, whole), 0);
}

int main(int argc, char **argv)
{
    struct whole whole = undisturbed();
    if (argc > 1)
        return one(&whole, (size_t)strtoul(argv[1], NULL, 10));
    const struct CMUnitTest tests[] = {cmocka_unit_test_prestate(changes_are_made_once, &whole)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(whole.arena);
    return failed;
}
