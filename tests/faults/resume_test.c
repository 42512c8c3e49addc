// What a run that is gone on with must not do: repeat what somebody allowed once, take for its own what only
// looks like the trail's, end well over a change that nobody has looked at again.
#include "world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "story.h"

#include "base/arena.h"
#include "data/value.h"

#define VAULT                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-prod"

static size_t sent(struct world *world)
{
    const char *example;
    return world_changes(world, &example);
}

static void a_repetition_is_allowed_once(void **state)
{
    static const char mail[] = "playbook: law\nversion: 1.0.0\nsteps:\n"
                               "  - id: vault\n    do: keyvault.get_vault\n    with: {vault: " VAULT "}\n"
                               "  - id: tell\n    do: notify.owner\n"
                               "    with: {to: [dana.levy@contoso.com], about: it, subject: S, text: T}\n";
    (void)state;
    struct world *world =
        world_open(&(struct world_config){.faults = "[{\"match\": \"POST *sendMail*\", \"times\": 2, "
                                                    "\"do\": \"drop\"}]"});
    const struct prepared_playbook *playbook = world_playbook(world, mail);
    assert_int_equal(world_run(world, playbook, MODE_LIVE, NULL), 1);
    assert_int_equal(sent(world), 1);
    struct value *answers = value_map(world->arena);
    value_put_text(world->arena, answers, "tell?", "repeat");
    world->answers = answers;
    assert_int_not_equal(world_resume(world, playbook), 0);
    assert_int_equal(sent(world), 1);
    world->answers = NULL; // nobody says anything any more
    assert_int_equal(world_resume(world, playbook), 3);
    assert_int_equal(sent(world), 0);
    world_close(world);
}

// What somebody wrote into an alert stays what it is.
static void an_alert_is_not_the_trails(void **state)
{
    static const char ask[] = "playbook: law\nversion: 1.0.0\nsteps:\n  - id: open\n    ask: Well?\n"
                              "    choices: [good, bad]\n";
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    struct value *alert = value_map(world->arena), *raw = value_map(world->arena),
                 *blob = value_map(world->arena), *inner = value_map(world->arena);
    value_put_text(world->arena, inner, "digest", "sha256:00");
    value_put(world->arena, blob, "$blob", inner);
    value_put(world->arena, raw, "tags", blob);
    value_put_text(world->arena, alert, "id", "x");
    value_put(world->arena, alert, "raw", raw);
    const struct prepared_playbook *playbook = world_playbook(world, ask);
    assert_int_equal(world_run(world, playbook, MODE_LIVE, alert), 3);
    struct value *answers = value_map(world->arena);
    value_put_text(world->arena, answers, "open", "good");
    world->answers = answers;
    assert_int_equal(world_resume(world, playbook), 0);
    world_close(world);
}

static const char branches[] =
    "playbook: law\nversion: 1.0.0\nsteps:\n  - id: both\n    parallel:\n"
    "      - id: a\n        steps:\n          - id: one\n            ask: Well?\n"
    "            choices: [enough, more]\n          - id: stop\n"
    "            when: one.answer == 'enough'\n            end: enough\n"
    "      - id: b\n        steps:\n          - id: c\n            steps:\n              - id: d\n"
    "                steps:\n                  - id: firewall\n"
    "                    do: keyvault.set_firewall\n"
    "                    with: {vault: " VAULT ", default_action: Deny}\n";

static struct world *world_in(const char *folder)
{
    return world_open(&(struct world_config){.state = folder});
}

// In a process of its own, killed at its n-th record: goes on with the run, the answer given.
static void killed_at(const char *folder, size_t n)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        struct world *world = world_in(folder);
        struct value *answers = value_map(world->arena);
        value_put_text(world->arena, answers, "both/a/one", "enough");
        world->answers = answers;
        world->kill_at = n;
        world_resume(world, world_playbook(world, branches));
        _exit(0);
    }
    waitpid(pid, NULL, 0);
}

static bool is_answered(const char *folder)
{
    struct arena *arena = arena_open();
    size_t length;
    const char *trail = world_files(arena, arena_printf(arena, "%s/trail", folder), &length);
    bool found = memmem(trail, length, "ask.answered", 12) != NULL;
    arena_close(arena);
    return found;
}

// A change in one branch was lost; the other one ends the run before that comes to it again.
static void an_end_does_not_hide_a_change(void **state)
{
    char folder[] = "/tmp/playbook-resume-XXXXXX";
    (void)state;
    assert_non_null(mkdtemp(folder));
    struct world *world = world_open(&(struct world_config){
        .state = folder, .faults = "[{\"match\": \"PATCH *vaults*\", \"do\": \"drop\"}]"});
    assert_int_equal(world_run(world, world_playbook(world, branches), MODE_LIVE, NULL), 1);
    assert_int_equal(world_count(world, "effect.result", "unknown"), 1);
    world_close(world);
    for (size_t n = 2; n < 40 && !is_answered(folder); n++)
        killed_at(folder, n);
    assert_true(is_answered(folder));
    world = world_in(folder);
    int status = world_resume(world, world_playbook(world, branches));
    if (world_count(world, "effect.result", "applied") == 0)
        assert_int_equal(status, 1);
    assert_int_equal(world_undo(world, world->run), 0);
    world_close(world);
    struct arena *arena = arena_open();
    assert_int_equal(system(arena_printf(arena, "rm -rf '%s'", folder)), 0);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_repetition_is_allowed_once),
                                       cmocka_unit_test(an_alert_is_not_the_trails),
                                       cmocka_unit_test(an_end_does_not_hide_a_change)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
