// What a run that is gone on with must not do: repeat what somebody allowed once, take for its own what only
// looks like the trail's, end well over a change that nobody has looked at again.
#include "world.h"

#include "../scratch.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disturb.h"
#include "story.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/value.h"
#include "run/due.h"
#include "vm/prim.h"

enum { SAMPLES = 10 };

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
    char folder[SCRATCH_SIZE];
    (void)state;
    scratch_open(folder);
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
    scratch_close(folder);
}

// A read fails, and what is chosen rests on that; then a person is waited for, and the read works.
#define TURNS                                                                                                \
    "playbook: law\nversion: 1.0.0\nsteps:\n"                                                                \
    "  - id: look\n    do: keyvault.get_vault\n    with: {vault: " VAULT "}\n    on_error: continue\n"       \
    "  - id: pick\n    let: {name: \"${look.status == 'done' and 'smtp-relay-password' or "                  \
    "'sql-prod-connection'}\"}\n"
#define WAITS "  - id: open\n    ask: Well?\n    choices: [good, bad]\n"

static struct world *first_look_fails(const char *text)
{
    struct world *world = world_open(&(struct world_config){
        .lib = "fixtures/run",
        .faults = "[{\"match\": \"GET *vaults/kv-contoso-prod*\", \"nth\": 1, \"do\": \"status 403\"}]"});
    int status = world_run(world, world_playbook(world, text), MODE_LIVE, NULL);
    if (status != 3)
        world_print(world);
    assert_int_equal(status, 3);
    return world;
}

static int answered(struct world *world, const char *text, const char *answer)
{
    struct value *answers = value_map(world->arena);
    value_put_text(world->arena, answers, "open", answer);
    world->answers = answers;
    return world_resume(world, world_playbook(world, text));
}

static void what_was_made_for_another_is_not_taken_over(void **state)
{
    static const char text[] = TURNS "  - id: off\n    do: keyvault.disable_secret\n    with: {vault: " VAULT
                                     ", name: \"${pick.name}\"}\n" WAITS;
    (void)state;
    struct world *world = first_look_fails(text);
    assert_true(sent(world) > 0);
    assert_int_equal(answered(world, text, "good"), 6);
    assert_int_equal(sent(world), 0);
    assert_string_equal(value_text_at(world_record(world, "step.finished", "off"), "status"), "refused");
    assert_int_equal(world_undo(world, world->run), 0); // of what was made
    world_close(world);
}

// Nobody knows whether it was made for that one.
static void what_was_begun_for_another_is_not_made(void **state)
{
    static const char text[] = TURNS "  - id: off\n    do: fx.mark\n    with: {vault: " VAULT
                                     ", value: \"${pick.name}\"}\n  - id: after\n    let: {x: 1}\n";
    (void)state;
    struct world *world = world_open(&(struct world_config){
        .lib = "fixtures/run",
        .faults = "[{\"match\": \"GET *vaults/kv-contoso-prod*\", \"nth\": 1, \"do\": \"status 403\"},"
                  "{\"match\": \"PATCH *vaults/kv-contoso-prod*\", \"nth\": 1, \"do\": \"drop\"}]"});
    assert_int_equal(world_run(world, world_playbook(world, text), MODE_LIVE, NULL), 1);
    assert_int_equal(sent(world), 1);
    assert_int_equal(world_resume(world, world_playbook(world, text)), 6);
    assert_int_equal(sent(world), 0);
    assert_string_equal(value_text_at(world_record(world, "step.finished", "off"), "status"), "refused");
    assert_string_equal(value_text_at(world_record(world, "step.finished", "after"), "status"), "undecided");
    world_close(world);
}

static void what_was_read_of_another_is_read_anew(void **state)
{
    static const char text[] =
        TURNS "  - id: which\n    do: fx.echo\n    with: {key: \"${pick.name}\"}\n" WAITS;
    (void)state;
    struct world *world = first_look_fails(text);
    assert_int_equal(answered(world, text, "good"), 0);
    const struct value *which = world_record(world, "step.finished", "which");
    assert_non_null(value_get(value_get(which, "result"), "smtp-relay-password"));
    world_close(world);
}

// What was asked is not what would be asked: the answer is not to this question.
static void an_answer_is_to_its_question(void **state)
{
    static const char text[] =
        TURNS "  - id: open\n    ask: Is ${pick.name} known?\n    choices: [good, bad]\n"
              "  - id: call\n    task: Call ${pick.name}\n"
              "  - id: wait\n    ask: And now?\n    choices: [good, bad]\n";
    (void)state;
    struct world *world = world_open(&(struct world_config){
        .faults = "[{\"match\": \"GET *vaults/kv-contoso-prod*\", \"times\": 4, \"do\": \"status 403\"}]"});
    assert_int_equal(world_run(world, world_playbook(world, text), MODE_LIVE, NULL), 3);
    assert_int_equal(answered(world, text, "good"), 3); // the read fails once more
    assert_int_equal(world_count(world, "ask.answered", NULL), 1);
    world->answers = NULL;
    assert_int_equal(world_resume(world, world_playbook(world, text)), 3); // and works now
    assert_string_equal(value_text_at(world_record(world, "ask.opened", "open"), "text"),
                        "Is smtp-relay-password known?");
    assert_string_equal(value_text_at(world_record(world, "step.finished", "open"), "status"), "waiting");
    assert_int_equal(answered(world, text, "good"), 3);
    assert_string_equal(value_text_at(world_record(world, "step.finished", "open"), "status"), "done");
    assert_string_equal(value_text_at(world_record(world, "task.opened", "call"), "text"),
                        "Call smtp-relay-password");
    world_close(world);
}

// The branch in which something was made is not taken any more: that it was made stays.
static void what_was_made_stays_made(void **state)
{
    static const char text[] =
        TURNS "  - id: off\n    when: look.status ~= 'done'\n    do: keyvault.disable_secret\n"
              "    with: {vault: " VAULT ", name: sql-prod-connection}\n" WAITS;
    (void)state;
    struct world *world = first_look_fails(text);
    assert_int_equal(answered(world, text, "good"), 0);
    assert_string_equal(value_text_at(world_record(world, "step.finished", "off"), "status"), "done");
    assert_string_equal(value_text_at(world_record(world, "note", "off"), "severity"), "warning");
    world_close(world);
}

// What a service sent stays data, whatever it looks like.
static void data_is_not_the_trails(void **state)
{
    static const char text[] = "playbook: law\nversion: 1.0.0\nsteps:\n"
                               "  - id: inner\n    do: fx.echo\n    with: {key: $unknown, deep: true}\n"
                               "  - id: outer\n    do: fx.echo\n    with: {key: $blob}\n" WAITS
                               "  - id: seen\n    when: inner.data ~= nil\n    let: {x: \"${inner.data}\"}\n";
    (void)state;
    struct world *world = world_open(&(struct world_config){.lib = "fixtures/run"});
    assert_int_equal(world_run(world, world_playbook(world, text), MODE_LIVE, NULL), 3);
    assert_int_equal(answered(world, text, "good"), 0);
    const struct value *seen = world_record(world, "step.finished", "seen");
    assert_string_equal(value_text_at(seen, "status"), "done");
    assert_string_equal(value_text_at(seen, "result.x.$unknown"), "somebody wrote this");
    world_close(world);
}

// The trail has the state that a change found, and no more; its result tells of what else was there.
static void what_stood_beside_a_change_is_seen_again(void **state)
{
    struct err err = {0};
    (void)state;
    struct world *world = world_open(&(struct world_config){
        .faults = "[{\"match\": \"PUT *securityRules*\", \"times\": 99, \"do\": \"drop\"}]"});
    const struct primitive *primitive = primitive_find(world->vm, "network.block_address", &err);
    world_must(primitive != NULL, &err);
    const struct prepared_playbook *playbook = world_step(world, primitive);
    assert_int_equal(world_run(world, playbook, MODE_LIVE, NULL), 1);
    assert_int_equal(world_resume(world, playbook), 0);
    const struct value *result = value_get(world_record(world, "step.finished", "one"), "result");
    assert_true(value_is(value_get(result, "interfaces"), VALUE_LIST));
    world_close(world);
}

// What was made for a time gets its lease also where the run does not come to it again.
static const char leased[] =
    "playbook: law\nversion: 1.0.0\nsteps:\n  - id: both\n    parallel:\n"
    "      - id: work\n        steps:\n          - id: first\n            let: {x: 1}\n"
    "          - id: group\n            lease: 1h\n            steps:\n"
    "              - id: shut\n                do: keyvault.disable_secret\n"
    "                with: {vault: " VAULT ", name: sql-prod-connection}\n"
    "              - id: cut\n                do: network.isolate_machine\n"
    "                with: {machine: /subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/"
    "rg-contoso-prod/providers/Microsoft.Compute/virtualMachines/vm-web-01,\n"
    "                       allow_from: [192.0.2.0/24], cut_dns: true}\n"
    "      - id: open\n        ask: Well?\n        choices: [good, bad]\n";

static int act_leased(const struct disturb *disturb, struct world *world)
{
    const struct prepared_playbook *playbook = world_playbook(world, leased);
    disturb_now(disturb, world);
    return world_run(world, playbook, MODE_LIVE, NULL);
}

static const char *judge_leased(const struct disturb *disturb, struct world *world)
{
    struct value *answers = value_map(world->arena);
    struct due_list due;
    struct err err = {0};
    (void)disturb;
    value_put_text(world->arena, answers, "both/open", "neither");
    world->answers = answers;
    int status = world_resume(world, world_playbook(world, leased));
    const struct value *made = world_record(world, "effect.result", "both/work/group/shut");
    world_must(due_find(world->arena, world->trail, clock_now_ms() + 24 * 3600 * 1000, &due, &err), &err);
    return (status == -1 || status == 2) && (made == NULL || due.count == 1)
               ? NULL
               : "what was made for a time has no lease";
}

static void what_is_not_reached_has_its_lease(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    assert_int_equal(world_run(world, world_playbook(world, leased), MODE_LIVE, NULL), 3);
    size_t points = value_count(world->records) - 1;
    world_close(world);
    const struct disturb disturb = {.name = "leased", .act = act_leased, .judge = judge_leased};
    assert_int_equal(disturb_all(disturb, 'r', points, SAMPLES), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_stood_beside_a_change_is_seen_again),
                                       cmocka_unit_test(what_was_made_for_another_is_not_taken_over),
                                       cmocka_unit_test(what_was_begun_for_another_is_not_made),
                                       cmocka_unit_test(what_was_read_of_another_is_read_anew),
                                       cmocka_unit_test(an_answer_is_to_its_question),
                                       cmocka_unit_test(what_was_made_stays_made),
                                       cmocka_unit_test(data_is_not_the_trails),
                                       cmocka_unit_test(a_repetition_is_allowed_once),
                                       cmocka_unit_test(an_alert_is_not_the_trails),
                                       cmocka_unit_test(an_end_does_not_hide_a_change),
                                       cmocka_unit_test(what_is_not_reached_has_its_lease)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
