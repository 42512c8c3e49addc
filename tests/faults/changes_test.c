// Live runs of the shipped playbooks in which one change fails: each change of a whole run, by each kind of
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

enum { SAMPLES = 36, FEW = 12 };

// A text in place of a shipped playbook: 25 secrets of three vaults are disabled.
static const char all_secrets[] =
    "playbook: law\nversion: 1.0.0\nsteps:\n  - id: seen\n    do: keyvault.list_objects\n    with:\n      "
    "vaults:\n"
    "        - {id: "
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"
    "Microsoft.KeyVault/vaults/kv-contoso-prod}\n"
    "        - {id: /subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-payments/providers/"
    "Microsoft.KeyVault/vaults/kv-contoso-pay}\n"
    "        - {id: /subscriptions/4bdad6d8-0ca1-4008-be5f-f128e988c706/resourceGroups/rg-dev/providers/"
    "Microsoft.KeyVault/vaults/kv-contoso-dev}\n"
    "  - id: disabled\n    for_each: list.where(seen.objects, 'kind', 'secret')\n    as: secret\n    "
    "parallel: 8\n"
    "    do: keyvault.disable_secret\n"
    "    with: {vault: \"${secret.vault}\", uri: \"${secret.uri}\", name: \"${secret.name}\"}\n";

// One for each category, with the answers that make it change most; of the first the reads fail too.
static const struct {
    const char *playbook, *answers;
    size_t samples;
} stories[] = {
    {all_secrets, "{}", FEW},
    {"keyvault-alert", "{}", SAMPLES},
    {"resource-manager-alert",
     "{\"origin\": \"unexpected\", \"users[8922a246-11dc-4838-b444-ccf303ed1eae]/verdict\": \"renew\", "
     "\"subscriptions[fab42902-0eef-4a4c-9642-6d3213a4a46e]/roles[d7522a3b-bacd-45d3-b075-6e877e430f7e]/"
     "justified\": "
     "\"remove\", \"close\": \"resolve\"}",
     FEW},
    {"dns-alert", "{\"origin\": \"unexpected\"}", FEW},
    {"csp-fraud-alert",
     "{\"finding\": \"fraud\", \"outcome/suspend\": \"resources\", "
     "\"clean/roles[73232195-c39d-483d-8a0c-fb38589c2e6f]/justified\": \"remove\", "
     "\"clean/machines[vm-fc-web1]/whose_machine\": \"stop\"}",
     FEW}};
enum { STORIES = sizeof stories / sizeof stories[0] };

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
    {"\"do\": \"delay 7500\"", false, true},
    {"\"do\": \"hold 7500\"", false, true},
    {"\"do\": \"redirect https://management.azure.com/subscriptions?api-version=2022-12-01\"", false, false}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

// What an undisturbed run does.
struct whole {
    struct arena *arena;
    size_t story;
    const struct value *changes;
    const char *digest;
    size_t mails, stride, begin; // every stride-th case from there
};

static size_t case_of(const struct whole *whole, size_t i)
{
    return i * whole->stride + whole->begin;
}

static bool reads_too(size_t story)
{
    return stories[story].playbook == all_secrets;
}

static const char *name_of(size_t story)
{
    return reads_too(story) ? "25-secrets" : stories[story].playbook;
}

static const struct value *change_of(const struct whole *whole, size_t i)
{
    return value_item(whole->changes, case_of(whole, i) / KINDS);
}

static size_t kind_of(const struct whole *whole, size_t i)
{
    return case_of(whole, i) % KINDS;
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
    print_error("%s %zu, %s: %s\n", name_of(whole->story), case_of(whole, i),
                fault_of(world->arena, whole, i), what);
    world_print(world);
    return POOL_FAILED;
}

static bool is_mail(const struct value *change)
{
    return strstr(value_text_at(change, "target"), "/sendMail") != NULL;
}

// A read that fails changes nothing; one that passes is waited out, but for an answer that no repetition
// mends.
static int check_read(struct world *world, const struct whole *whole, size_t i, int status)
{
    bool stays = strstr(kinds[kind_of(whole, i)].what, "garble") != NULL;
    if (kinds[kind_of(whole, i)].passes && !stays && status != 0)
        return complain(world, whole, i, "the run does not wait it out");
    if (status != 0 && status != 1 && status != 6 && status != 7)
        return complain(world, whole, i, "not an end that is defined");
    return story_is_covered(world) && story_has_ends(world) && world_trail_is_whole(world)
               ? 0
               : complain(world, whole, i, "the trail does not tell what happened");
}

static int check_first(struct world *world, const struct whole *whole, size_t i, int status)
{
    size_t kind = kind_of(whole, i);
    if (!world_could_change(change_of(whole, i)))
        return check_read(world, whole, i, status);
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
static bool goes_on(const struct whole *whole, size_t i)
{
    return case_of(whole, i) / KINDS % 2 == 1;
}

// The run again, gone on with or anew for the same alert: the newest may be another one by now.
static int again(struct world *world, const struct prepared_playbook *playbook, bool resume)
{
    const struct value *started = world_record(world, "run.started", NULL);
    int status = resume ? world_resume(world, playbook)
                        : world_run(world, playbook, MODE_LIVE, value_get(started, "alert"));
    return status < 0 ? 0 : status; // it had ended well: there is nothing to go on with
}

static const struct prepared_playbook *prepare(struct world *world, size_t story)
{
    const char *answers = stories[story].answers;
    struct err err;
    world->answers = json_parse(world->arena, "answers", answers, strlen(answers), &err);
    world_must(world->answers != NULL, &err);
    return reads_too(story) ? world_playbook(world, all_secrets)
                            : world_shipped(world, stories[story].playbook);
}

static int check_second(struct world *world, const struct prepared_playbook *playbook,
                        const struct whole *whole, size_t i)
{
    bool lost = world_count(world, "effect.result", "unknown") > 0;
    int status = again(world, playbook, goes_on(whole, i));
    // What may have happened and must not happen twice is not done again before somebody has looked.
    bool asked = lost && status == 3 &&
                 (is_mail(change_of(whole, i)) || world_count(world, "step.finished", "undecided") > 0);
    if (status != 0 && !asked)
        return complain(world, whole, i, "what comes after it does not end well");
    if (story_mails(world) > whole->mails)
        return complain(world, whole, i, "a mail was sent twice");
    if (!asked && !is_mail(change_of(whole, i)) && strcmp(world_digest(world), whole->digest) != 0)
        return complain(world, whole, i, "what comes after it does not bring the estate where it should be");
    return story_is_covered(world) ? 0 : complain(world, whole, i, "what came after it did something twice");
}

static int one(void *context, size_t i)
{
    const struct whole *whole = context;
    const char *fault = fault_of(whole->arena, whole, i);
    const struct world_config config = {.faults = fault, .timeout_ms = world_patience_ms(fault)};
    struct world *world = world_open(&config);
    const struct prepared_playbook *playbook = prepare(world, whole->story);
    int result = check_first(world, whole, i, world_run(world, playbook, MODE_LIVE, NULL));
    if (result == 0)
        result = check_second(world, playbook, whole, i);
    world_close(world);
    return result;
}

static int judge(void *context, size_t i, int status)
{
    const struct whole *whole = context;
    if (WIFSIGNALED(status))
        print_error("%s %zu, %s: killed by %d\n", name_of(whole->story), case_of(whole, i),
                    fault_of(whole->arena, whole, i), WTERMSIG(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Each method and path but sign-ins.
static const struct value *each_once(struct world *world, const struct value *requests)
{
    struct value *seen = value_map(world->arena), *list = value_list(world->arena);
    for (size_t i = 0; i < value_count(requests); i++) {
        const struct value *request = value_item(requests, i);
        const char *host = value_text_at(request, "host"), *target = value_text_at(request, "target");
        const char *name = arena_printf(world->arena, "%s %s%.*s", value_text_at(request, "method"), host,
                                        (int)strcspn(target, "?"), target);
        if (text_starts(host, "login.") || value_get(seen, name) != NULL)
            continue;
        value_put(world->arena, seen, name, &value_true);
        value_append(world->arena, list, request);
    }
    return list;
}

static struct whole undisturbed(size_t story)
{
    struct whole whole = {.arena = arena_open(), .story = story};
    struct world *world = world_open(&(struct world_config){0});
    assert_int_equal(world_run(world, prepare(world, story), MODE_LIVE, NULL), 0);
    whole.changes = value_copy(whole.arena, reads_too(story) ? each_once(world, story_requests(world))
                                                             : story_changes(world));
    whole.digest = arena_strdup(whole.arena, world_digest(world));
    whole.mails = story_mails(world);
    whole.stride = pool_stride(value_count(whole.changes) * KINDS, stories[story].samples);
    while (whole.stride % 2 == 0 || (whole.stride > 1 && whole.stride % 3 == 0)) // every kind comes up
        whole.stride++;
    whole.begin = pool_begin(whole.stride);
    assert_true(story_is_covered(world) && story_has_ends(world));
    world_close(world);
    return whole;
}

static void changes_are_made_once(void **state)
{
    (void)state;
    for (size_t story = 0; story < STORIES; story++) {
        struct whole whole = undisturbed(story);
        size_t all = value_count(whole.changes) * KINDS;
        print_message("%s: %zu requests, %zu of %zu cases\n", name_of(story), value_count(whole.changes),
                      all / whole.stride, all);
        assert_true(value_count(whole.changes) > 3);
        assert_int_equal(pool_run(all / whole.stride, one, judge, &whole), 0);
        arena_close(whole.arena);
    }
}

// One case by its number among all: changes_test PLAYBOOK CASE.
static int single(const char *playbook, size_t number)
{
    for (size_t story = 0; story < STORIES; story++) {
        if (strcmp(name_of(story), playbook) != 0)
            continue;
        struct whole whole = undisturbed(story);
        whole.stride = 1;
        whole.begin = 0;
        int result = one(&whole, number);
        arena_close(whole.arena);
        return result;
    }
    return 2;
}

int main(int argc, char **argv)
{
    if (argc > 2)
        return single(argv[1], (size_t)strtoul(argv[2], NULL, 10));
    const struct CMUnitTest tests[] = {cmocka_unit_test(changes_are_made_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
