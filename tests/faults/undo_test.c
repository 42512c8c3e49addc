// Undoings in which the n-th durable write or record kills the process, and undoings of runs of which an
// answer was lost. Gone on with, or begun again where nothing of it was in the trail, the undoing brings the
// estate back to what it was, and nothing is sent twice. Needs a build with PLAYBOOK_FAULTS for the first. A
// sample of all n; all with PLAYBOOK_FULL.
#include "world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pool.h"
#include "story.h"

#include "base/arena.h"
#include "base/file.h"
#include "data/value.h"
#include "run/recall.h"

enum { SAMPLES = 12, TIMEOUT_MS = 1500 };

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

struct walk {
    char kind; // of file_fault; r: killed at the n-th record
    size_t stride;
    size_t changes;     // that a run and its undoing make
    const char *digest; // of the estate before
};

static int complain(struct world *world, const struct walk *walk, size_t i, const char *what)
{
    print_error("%c at %zu: %s\n", walk->kind, 1 + i * walk->stride, what);
    world_print(world);
    return POOL_FAILED;
}

// In a process of its own: a run, and the undoing that is killed.
static int disturbed(const struct walk *walk, size_t i, const char *folder)
{
    struct world *world = world_open(&(struct world_config){.state = folder});
    if (world_run(world, world_playbook(world, contain), MODE_LIVE, NULL) != 0)
        return POOL_FAILED;
    if (walk->kind == 'r')
        world->kill_at = 1 + i * walk->stride;
    else
        file_fault(walk->kind, (unsigned)(1 + i * walk->stride));
    return world_undo(world, world->run);
}

// The newest run is the undoing, or, where nothing of that came into the trail, what it was to undo.
static int undo_again(struct world *world, const struct walk *walk)
{
    struct err err = {0};
    int status = world_resume(world, world_playbook(world, contain));
    if (status >= 0 || strcmp(world_digest(world), walk->digest) == 0)
        return status < 0 ? 0 : status;
    const char *run = recall_find(world->arena, world->trail, "last", &err);
    world_must(run != NULL, &err);
    return world_undo(world, run);
}

static int judge_rest(const struct walk *walk, size_t i, const char *folder)
{
    struct world *world = world_open(&(struct world_config){.state = folder});
    int result = 0;
    if (!world_trail_is_whole(world) || !story_is_covered(world))
        result = complain(world, walk, i, "the trail does not tell what happened");
    else if (undo_again(world, walk) != 0)
        result = complain(world, walk, i, "gone on with, it does not end well");
    else if (strcmp(world_digest(world), walk->digest) != 0)
        result = complain(world, walk, i, "the estate is not what it was");
    else if (!story_is_covered(world) || value_count(story_changes(world)) != walk->changes)
        result = complain(world, walk, i, "something was done twice");
    world_close(world);
    return result;
}

static int one(void *context, size_t i)
{
    const struct walk *walk = context;
    struct arena *arena = arena_open();
    struct err err = {0};
    const char *folder = arena_printf(arena, "/tmp/playbook-undo-%d-%c-%zu", (int)getpid(), walk->kind, i);
    int status;
    world_must(file_mkdirs(folder, &err), &err);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        _exit(disturbed(walk, i, folder));
    waitpid(pid, &status, 0);
    int result = judge_rest(walk, i, folder);
    if (result == 0 && (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)) {
        print_error("%c at %zu: it was not killed (%d)\n", walk->kind, 1 + i * walk->stride, status);
        result = POOL_FAILED;
    }
    if (result == 0 && system(arena_printf(arena, "rm -rf '%s'", folder)) != 0)
        result = POOL_FAILED;
    arena_close(arena);
    return result;
}

static int judge(void *context, size_t i, int status)
{
    (void)context, (void)i;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// What is not disturbed: how many durable writes and records the undoing has, and that it brings all back.
static struct walk undisturbed(struct arena *arena, char kind, size_t *count)
{
    struct walk walk = {.kind = kind};
    struct world *world = world_open(&(struct world_config){0});
    walk.digest = arena_strdup(arena, world_digest(world));
    assert_int_equal(world_run(world, world_playbook(world, contain), MODE_LIVE, NULL), 0);
    size_t before = file_durable_count();
    assert_int_equal(world_undo(world, world->run), 0);
    *count = kind == 'r' ? value_count(world->records) - 1 : file_durable_count() - before;
    assert_string_equal(world_digest(world), walk.digest);
    walk.changes = value_count(story_changes(world));
    assert_true(walk.changes >= 6);
    world_close(world);
    return walk;
}

static void walk_all(char kind)
{
    struct arena *arena = arena_open();
    size_t count;
    struct walk walk = undisturbed(arena, kind, &count);
    walk.stride = pool_stride(count, SAMPLES);
    assert_true(count > 5);
    assert_int_equal(pool_run(count / walk.stride, one, judge, &walk), 0);
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
        struct world *world =
            world_open(&(struct world_config){.faults = faults[i], .timeout_ms = TIMEOUT_MS});
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

// Who changed it since is told from the activity log that the lab keeps: neither who undoes it, nor who came
// before.
static void somebody_else_is_named(void **state)
{
    static const char open[] = "playbook: law\nversion: 1.0.0\nsteps:\n  - id: firewall\n"
                               "    do: keyvault.set_firewall\n    with: {vault: " VAULT
                               ", default_action: Deny, add: [198.51.100.0/24]}\n";
    static const char pipeline[] = "c973880e-7d5b-4a49-b64c-d6aa8b6271db";
    char folder[] = "/tmp/playbook-who-XXXXXX";
    (void)state;
    assert_non_null(mkdtemp(folder));
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
    assert_int_equal(system(arena_printf(arena, "rm -rf '%s'", folder)), 0);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_undoing_killed_at_a_write_is_gone_on_with),
                                       cmocka_unit_test(an_undoing_killed_between_writes_too),
                                       cmocka_unit_test(what_a_lost_answer_made_is_undone),
                                       cmocka_unit_test(somebody_else_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
