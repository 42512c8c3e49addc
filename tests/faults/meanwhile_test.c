// What comes between two moments of a change: a time-out between its intent and the commit, another process
// between its look and its turn.
#include "world.h"

#include "../scratch.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/lab.h"
#include "run/engine.h"
#include "run/prepare.h"
#include "run/recall.h"
#include "run/undo.h"
#include "trail/trail.h"

#define VAULT                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-prod"
#define OTHER                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-arch"
#define URL "https://management.azure.com" VAULT "?api-version=2023-07-01"

// Who looks on, at each record of a run.
struct eye {
    struct world *world;
    struct trail *other; // of another process
    size_t intents, failed, looks, told;
};

static void follow(struct world *world, struct eye *eye, const char *text, int exit_wanted,
                   void (*sink)(void *, const char *, const struct value *))
{
    const struct run_request request = {.playbook = world_playbook(world, text),
                                        .mode = MODE_LIVE,
                                        .unattended = true,
                                        .approve_all = true,
                                        .sink_context = eye,
                                        .sink = sink};
    eye->world = world;
    run_start(world->engine, &request);
    struct run *run = run_engine_take(world->engine);
    assert_non_null(run);
    assert_int_equal(run_exit(run), exit_wanted);
    run_close(run);
}

enum { TIMEOUT_MS = 2000, THINKS_MS = 2500 };

static const char timed[] = "playbook: law\nversion: 1.0.0\nsteps:\n  - id: tag\n    do: fx.tag\n"
                            "    timeout: 2s\n    with: {vault: " VAULT ", value: red}\n";

// What was approved is about to be sent when its time is over: its intent is not durable yet.
static void dawdle(void *context, const char *type, const struct value *members)
{
    struct eye *eye = context;
    if (text_is(type, "effect.intent") && eye->intents++ == 0)
        clock_sleep_ms(TIMEOUT_MS);
    eye->failed += text_is(type, "effect.result") && text_is(value_text_at(members, "status"), "failed");
}

static void a_time_out_behind_the_intent(void **state)
{
    (void)state;
    struct eye eye = {0};
    struct world *world = world_open(&(struct world_config){.lib = "fixtures/run"});
    const char *before = world_digest(world);
    follow(world, &eye, timed, 1, dawdle);
    assert_int_equal(eye.intents, 1);
    assert_int_equal(eye.failed, 1);
    assert_int_equal(world_changes(world, NULL), 0); // nothing is sent for what was given up
    assert_string_equal(world_digest(world), before);
    assert_true(world_trail_is_whole(world));
    world_close(world);
}

static const char both[] = "playbook: law\nversion: 1.0.0\nsteps:\n  - id: p\n    parallel:\n"
                           "      - id: tag\n        do: fx.tag\n"
                           "        with: {vault: " VAULT ", value: red}\n"
                           "      - id: late\n        do: fx.tag\n"
                           "        with: {vault: " OTHER ", value: red}\n";

static void begin_other(struct eye *eye)
{
    struct arena *arena = eye->world->arena;
    const struct trail_config config = {.state = eye->world->state,
                                        .config_dir = world_path(eye->world, "config"),
                                        .by = "another",
                                        .host = "here"};
    struct err err = {0};
    const char *lower = text_lower(arena, VAULT);
    eye->other = trail_open(arena, &config, &err);
    world_must(eye->other != NULL, &err);
    const char *name =
        arena_printf(arena, "resource-%016llx", (unsigned long long)text_hash(lower, strlen(lower)));
    world_must(trail_claim(eye->other, name, &err), &err);
}

static void end_other(struct eye *eye)
{
    static const char tags[] = "{\"tags\":{\"by\":\"another\"}}";
    struct err err = {0};
    const struct value *body = json_parse(eye->world->arena, "body", tags, sizeof tags - 1, &err);
    world_must(body != NULL, &err);
    world_ask(eye->world, "PATCH", URL, body);
    trail_append(eye->other, "20260101T000000Z-aaaa", "note", &value_null);
    world_must(trail_commit(eye->other, &err), &err);
    trail_close(eye->other);
}

static bool is_busy(const char *type, const struct value *members)
{
    const char *message = value_text_at(members, "message");
    return text_is(type, "note") && message != NULL && text_starts(message, "another process changes ") &&
           text_is(value_text_at(members, "severity"), "note");
}

// Another process has the turn when this one has looked, and has made its change and ended before this one
// hears of it, by a commit for something else.
static void interfere(void *context, const char *type, const struct value *members)
{
    struct eye *eye = context;
    const char *path = value_text_at(members, "path");
    eye->told += is_busy(type, members);
    if (text_is(type, "read") && text_is(path, "p/tag") && eye->looks++ == 0)
        begin_other(eye);
    if (text_is(type, "effect.intent") && text_is(path, "p/late"))
        end_other(eye);
}

static void another_process_between_look_and_turn(void **state)
{
    (void)state;
    struct eye eye = {0};
    struct world *world = world_open(&(struct world_config){
        .lib = "fixtures/run",
        .faults = "[{\"match\": \"GET management.azure.com/*-arch\", \"do\": \"delay 500\"}]"});
    follow(world, &eye, both, 0, interfere);
    assert_int_equal(eye.told, 1); // however often it is looked at again
    const struct value *tags = value_get(world_ask(world, "GET", URL, NULL), "tags");
    assert_string_equal(value_text_at(tags, "by"),
                        "another"); // what is written whole holds what came meanwhile
    assert_string_equal(value_text_at(tags, "fixture"), "red");
    assert_true(world_trail_is_whole(world));
    world_close(world);
}

static const char one[] = "playbook: law\nversion: 1.0.0\nsteps:\n  - id: tag\n    do: fx.tag\n"
                          "    with: {vault: " VAULT ", value: red}\n";

static void make_way(void *context, const char *type, const struct value *members)
{
    struct eye *eye = context;
    if (is_busy(type, members) && eye->told++ == 0)
        end_other(eye);
}

static const char *tag_of(struct world *world)
{
    return value_text_at(value_get(world_ask(world, "GET", URL, NULL), "tags"), "fixture");
}

// What is seen in place, while another process has the turn, may be about to go.
static void another_process_takes_away_what_is_in_place(void **state)
{
    (void)state;
    struct eye eye = {0};
    struct world *world = world_open(&(struct world_config){.lib = "fixtures/run"});
    assert_int_equal(world_run(world, world_playbook(world, one), MODE_LIVE, NULL), 0);
    eye.world = world;
    begin_other(&eye);
    assert_int_equal(world_run(world, world_playbook(world, one), MODE_DRY_RUN, NULL), 0); // waits for nobody
    assert_true(text_is(tag_of(world), "red"));
    follow(world, &eye, one, 0, make_way);
    assert_int_equal(eye.told, 1);
    assert_true(text_is(tag_of(world), "red")); // made anew
    world_close(world);
}

static void take(struct world *world)
{
    struct run *run = run_engine_take(world->engine);
    assert_non_null(run);
    assert_int_equal(run_exit(run), 0);
    run_close(run);
}

static void begin_beside(void *context, const char *type, const struct value *members)
{
    struct eye *eye = context;
    const struct run_request request = {.playbook = world_playbook(eye->world, one),
                                        .mode = MODE_LIVE,
                                        .unattended = true,
                                        .approve_all = true};
    (void)members;
    if (text_is(type, "effect.intent"))
        run_start(eye->world->engine, &request);
}

// The same of what another run of this process is taking back.
static void an_undoing_takes_away_what_is_in_place(void **state)
{
    static const char faults[] = "[{\"match\": \"PATCH *-prod\", \"do\": \"hold 600\"}]";
    (void)state;
    char folder[SCRATCH_SIZE];
    struct err err = {0};
    scratch_open(folder);
    struct world *world = world_open(&(struct world_config){.lib = "fixtures/run", .state = folder});
    assert_int_equal(world_run(world, world_playbook(world, one), MODE_LIVE, NULL), 0);
    world_close(world);
    world = world_open(&(struct world_config){.lib = "fixtures/run", .state = folder, .faults = faults});
    const char *id = recall_find(world->arena, world->trail, "last", &err);
    world_must(id != NULL, &err);
    const struct recall *of = recall_open(world->arena, world->trail, id, &err);
    world_must(of != NULL, &err);
    struct undo_plan *plan = undo_plan_new(world->arena, world->catalog, world->vm, of, NULL, &err);
    world_must(plan != NULL, &err);
    struct eye eye = {.world = world};
    const struct run_request request = {.playbook = &plan->playbook,
                                        .mode = MODE_LIVE,
                                        .undo = plan,
                                        .unattended = true,
                                        .approve_all = true,
                                        .sink_context = &eye,
                                        .sink = begin_beside};
    run_start(world->engine, &request);
    take(world);
    take(world);
    assert_true(text_is(tag_of(world), "red"));
    world_close(world);
    scratch_close(folder);
}

// Somebody takes his time, while the services go on.
static void think(struct world *world)
{
    for (int64_t end = clock_monotonic_ns() + THINKS_MS * 1000000LL; clock_monotonic_ns() < end;
         clock_sleep_ms(10))
        lab_turn(world->lab);
}

static enum run_consent approve_late(void *context, const struct run_approval *approval)
{
    (void)approval;
    think(context);
    return CONSENT_GIVEN;
}

static const char *answer_late(void *context, const struct run_question *question)
{
    think(context);
    return question->choices[0];
}

#define ASIDE(question)                                                                                      \
    "playbook: law\nversion: 1.0.0\nsteps:\n  - id: p\n    parallel:\n      - id: tag\n        do: "         \
    "fx.mark\n"                                                                                              \
    "        with: {vault: " VAULT ", value: red}\n        timeout: 2s\n      - id: s\n        steps:\n"     \
    "          - {id: look, do: fx.get, with: {vault: " OTHER "}}\n          - {id: more, " question "}\n"

// Neither the time of a step nor the patience with a service is over because a person thinks.
static void people_may_take_their_time(void **state)
{
    static const struct {
        const char *text, *policy;
    } rows[] = {{ASIDE("ask: More?, choices: [a, b]"), "approvals: {contain: 0}\n"},
                {ASIDE("do: resource.delete, with: {resource: " OTHER "}"),
                 "approvals: {contain: 1, destroy: 1}\nself: {contain: true, destroy: true}\n"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world *world = world_open(
            &(struct world_config){.lib = "fixtures/run",
                                   .policy = rows[i].policy,
                                   .timeout_ms = TIMEOUT_MS,
                                   .faults = "[{\"match\": \"PATCH *-prod\", \"do\": \"delay 300\"},"
                                             " {\"match\": \"GET *-arch\", \"do\": \"delay 100\"}]"});
        const struct run_request request = {.playbook = world_playbook(world, rows[i].text),
                                            .mode = MODE_LIVE,
                                            .person = {world, answer_late, approve_late}};
        run_start(world->engine, &request);
        take(world);
        assert_true(text_is(tag_of(world), "red"));
        world_close(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_time_out_behind_the_intent),
                                       cmocka_unit_test(another_process_between_look_and_turn),
                                       cmocka_unit_test(another_process_takes_away_what_is_in_place),
                                       cmocka_unit_test(an_undoing_takes_away_what_is_in_place),
                                       cmocka_unit_test(people_may_take_their_time)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
