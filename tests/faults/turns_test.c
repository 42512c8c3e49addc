// Changes of one resource side by side: a vault's rules are replaced as one, so each that adds an address
// must be planned on what the one before it left, and on what somebody else changed while a person was asked.
#include "world.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/folder.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/lab.h"
#include "report/view.h"
#include "run/engine.h"
#include "trail/trail.h"

#define VAULT                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-prod"
#define OTHER                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-arch"
#define URL "https://management.azure.com" VAULT "?api-version=2023-07-01"

static const char side_by_side[] =
    "playbook: law\nversion: 1.0.0\nsteps:\n"
    "  - id: open\n    for_each: \"{'198.51.100.1', '198.51.100.2', '198.51.100.3'}\"\n    as: address\n"
    "    parallel: 3\n    do: keyvault.set_firewall\n    with: {vault: " VAULT ", add: [\"${address}\"]}\n";

static const char one[] = "playbook: law\nversion: 1.0.0\nparams: {address: cidr}\n"
                          "steps:\n  - id: open\n    do: keyvault.set_firewall\n"
                          "    with: {vault: " VAULT ", add: [\"${params.address}\"]}\n";

static bool lets_in(struct world *world, const char *address)
{
    const struct value *rules =
        value_at(world_ask(world, "GET", URL, NULL), "properties.networkAcls.ipRules");
    bool found = false;
    for (size_t i = 0; i < value_count(rules); i++)
        found = found || text_starts(value_text_at(value_item(rules, i), "value"), address);
    return found;
}

static void of_one_run(void **state)
{
    (void)state;
    // However often one is looked at again before its turn comes, it is one change.
    struct world *world = world_open(&(struct world_config){
        .settle_ms = 1000, .policy = "approvals: {contain: 0, destroy: 0}\nmax_changes: 3\n"});
    const char *before = world_digest(world);
    assert_int_equal(world_run(world, world_playbook(world, side_by_side), MODE_DRY_RUN, NULL), 0);
    assert_string_equal(world_digest(world), before);
    // A rehearsal shows what each would send after the others: all three addresses come together in one.
    size_t whole = 0;
    for (size_t i = 0; i < value_count(world->records); i++) {
        const char *text = json_text(world->arena, value_item(world->records, i));
        whole += strstr(text, "effect.planned") != NULL && strstr(text, "198.51.100.1\"") != NULL &&
                 strstr(text, "198.51.100.2\"") != NULL && strstr(text, "198.51.100.3\"") != NULL;
    }
    assert_int_equal(whole, 1);
    int status = world_run(world, world_playbook(world, side_by_side), MODE_LIVE, NULL);
    if (status != 0)
        world_print(world);
    assert_int_equal(status, 0);
    assert_true(lets_in(world, "198.51.100.1") && lets_in(world, "198.51.100.2") &&
                lets_in(world, "198.51.100.3"));
    assert_int_equal(world_undo(world, world->run), 0); // each put back what it had found
    assert_string_equal(world_digest(world), before);
    world_close(world);
}

static void begin(struct world *world, const char *address, struct run_person person)
{
    struct value *params = value_map(world->arena);
    value_put_text(world->arena, params, "address", address);
    const struct run_request request = {.playbook = world_playbook(world, one),
                                        .mode = MODE_LIVE,
                                        .params = params,
                                        .person = person,
                                        .unattended = person.approve == NULL,
                                        .approve_all = person.approve == NULL};
    run_start(world->engine, &request);
}

static void take(struct world *world)
{
    struct run *run = run_engine_take(world->engine);
    assert_non_null(run);
    assert_int_equal(run_exit(run), 0);
    run_close(run);
}

static void of_runs_side_by_side(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){.settle_ms = 1000});
    const struct run_person nobody = {0};
    begin(world, "198.51.100.1", nobody);
    begin(world, "198.51.100.2", nobody);
    take(world);
    take(world);
    assert_true(lets_in(world, "198.51.100.1") && lets_in(world, "198.51.100.2"));
    world_close(world);
}

enum { ALIKE = 64, PROCESSES = 4 };

// Of many that want the same one makes the change, and the others see that it is there, ever more at once:
// runs that waited for each other's looking would each end in a commit of its own.
static void of_runs_that_want_the_same(void **state)
{
    (void)state;
    const char *slow = "[{\"match\": \"GET *\", \"do\": \"delay 20\", \"times\": 0}]";
    struct world *world = world_open(&(struct world_config){.faults = slow, .settle_ms = 1000});
    uint64_t before = trail_commit_count(world->trail);
    for (int i = 0; i < ALIKE; i++)
        begin(world, "198.51.100.1", (struct run_person){0});
    for (int i = 0; i < ALIKE; i++)
        take(world);
    assert_true(lets_in(world, "198.51.100.1"));
    print_message("%d runs: %d commits\n", ALIKE, (int)(trail_commit_count(world->trail) - before));
    assert_in_range(trail_commit_count(world->trail) - before, 2, ALIKE / 2);
    world_close(world);
}

static pid_t begin_process(const struct world_config *config, const char *address)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child != 0)
        return child;
    struct world *world = world_open(config);
    begin(world, address, (struct run_person){0});
    struct run *run = run_engine_take(world->engine);
    int status = run == NULL ? 70 : run_exit(run);
    run_close(run);
    trail_close(world->trail);
    _exit(status);
}

static void of_processes(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){.settle_ms = 1000});
    const struct world_config config = {
        .state = world->state,
        .route = arena_printf(world->arena, "http://127.0.0.1:%d", lab_port(world->lab)),
        .settle_ms = 1000};
    int left = PROCESSES, status;
    for (int i = 0; i < PROCESSES; i++)
        begin_process(&config, arena_printf(world->arena, "198.51.100.%d", i));
    while (left > 0) {
        lab_turn(world->lab);
        if (waitpid(-1, &status, WNOHANG) > 0) {
            assert_true(WIFEXITED(status));
            assert_int_equal(WEXITSTATUS(status), 0);
            left--;
        }
        clock_sleep_ms(1);
    }
    for (int i = 0; i < PROCESSES; i++)
        assert_true(lets_in(world, arena_printf(world->arena, "198.51.100.%d", i)));
    assert_true(world_trail_is_whole(world));
    world_close(world);
}

// Is a resource kept from other processes?
static bool is_kept(struct world *world)
{
    char **names = folder_list(world->arena, arena_printf(world->arena, "%s/runs", world->state));
    while (*names != NULL && !text_starts(*names, "resource-"))
        names++;
    return *names != NULL;
}

struct colleague {
    struct world *world;
    int asked;
};

static void let_in(struct world *world)
{
    struct err err = {0};
    static const char patch[] = "{\"properties\":{\"networkAcls\":{\"bypass\":\"AzureServices\","
                                "\"defaultAction\":\"Deny\",\"virtualNetworkRules\":[],"
                                "\"ipRules\":[{\"value\":\"198.51.100.99\"}]}}}";
    const struct value *body = json_parse(world->arena, "patch", patch, strlen(patch), &err);
    world_must(body != NULL, &err);
    world_ask(world, "PATCH", URL, body);
}

// While the first question stands, somebody else lets an address in.
static enum run_consent approve(void *context, const struct run_approval *approval)
{
    struct colleague *colleague = context;
    struct world *world = colleague->world;
    assert_false(is_kept(world)); // however long this takes
    assert_int_equal(value_count(approval->changes), 1);
    bool shows = strstr(json_text(world->arena, approval->changes), "198.51.100.99") != NULL;
    assert_int_equal(shows, colleague->asked > 0);
    if (colleague->asked++ > 0)
        return CONSENT_GIVEN;
    let_in(world);
    return CONSENT_GIVEN;
}

static void after_a_question(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){
        .settle_ms = 1000, .policy = "approvals: {contain: 1, destroy: 1}\nself: {contain: true}\n"});
    struct colleague colleague = {.world = world};
    begin(world, "198.51.100.1", (struct run_person){.context = &colleague, .approve = approve});
    take(world);
    assert_int_equal(colleague.asked, 2); // what was approved first is not what would be done by then
    assert_true(lets_in(world, "198.51.100.1") && lets_in(world, "198.51.100.99"));
    world_close(world);
}

static enum run_consent refuse_to_be_asked(void *context, const struct run_approval *approval)
{
    (void)context, (void)approval;
    fail_msg("the one at the keyboard was asked");
    return CONSENT_GIVEN;
}

// The word of the one at the keyboard would not do, and is not asked for.
static void nobody_is_asked_who_does_not_count(void **state)
{
    (void)state;
    static const char *const policies[] = {
        "approvals: {contain: 1}\nself: {contain: false}\n",
        "approvals: {contain: 2}\nself: {contain: true}\n",
        "approvals: {contain: 1}\nself: {contain: true}\napprovers: [anna+1234+AAAA]\n"};
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world *world = world_open(&(struct world_config){.policy = policies[i]});
        begin(world, "198.51.100.1", (struct run_person){.approve = refuse_to_be_asked});
        struct run *run = run_engine_take(world->engine);
        assert_int_equal(run_exit(run), 3);
        run_close(run);
        assert_int_equal(world_changes(world, NULL), 0);
        world_close(world);
    }
}

// The service puts a change off, and before it is sent again somebody else lets an address in.
static void let_in_meanwhile(void *context, const char *type, const struct value *members)
{
    struct colleague *colleague = context;
    (void)members;
    if (strcmp(type, "effect.intent") == 0 && colleague->asked++ == 0)
        let_in(colleague->world);
}

static void after_a_long_wait(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){
        .settle_ms = 1000,
        .faults = "[{\"match\": \"PATCH *\", \"nth\": 2, \"do\": \"status 429\", \"retry_after\": 11}]"});
    struct colleague colleague = {.world = world};
    struct value *params = value_map(world->arena);
    value_put_text(world->arena, params, "address", "198.51.100.1");
    const struct run_request request = {.playbook = world_playbook(world, one),
                                        .mode = MODE_LIVE,
                                        .params = params,
                                        .unattended = true,
                                        .approve_all = true,
                                        .sink_context = &colleague,
                                        .sink = let_in_meanwhile};
    run_start(world->engine, &request);
    struct run *run = run_engine_take(world->engine);
    assert_non_null(run);
    assert_int_equal(run_exit(run), 0);
    struct view *view = run_view(run);
    assert_int_equal(view->effect_count, 1);
    assert_string_equal(view->effects[0].status, "applied");
    assert_int_equal(view->changes, 1);
    assert_int_equal(view->retried, 1);
    run_close(run);
    assert_int_equal(colleague.asked, 2); // what is sent at last is another change, with an intent of its own
    assert_true(lets_in(world, "198.51.100.1") && lets_in(world, "198.51.100.99"));
    assert_true(world_trail_is_whole(world));
    world_close(world);
}

#define TAG(id, vault)                                                                                       \
    "      - id: " id "\n        do: fx.tag\n        with: {vault: " vault ", value: red}\n"

static size_t count_of(struct world *world, const char *type, const char *path)
{
    size_t count = 0;
    for (size_t i = 0; i < value_count(world->records); i++) {
        const struct value *record = value_item(world->records, i);
        count += strcmp(value_text_at(record, "type"), type) == 0 &&
                 text_is(value_text_at(value_get(record, "members"), "path"), path);
    }
    return count;
}

// What is put off begins anew, and is approved once where nothing has changed. Not what is put off for a
// moment, nor what was made in part, nor an event.
static void only_what_was_not_made(void **state)
{
    static const char text[] =
        "playbook: law\nversion: 1.0.0\nsteps:\n  - id: p\n    parallel:\n" TAG("anew", VAULT)
            TAG("brief", OTHER) "      - id: part\n        do: keyvault.disable_secret\n"
                                "        with: {vault: " VAULT ", name: sql-prod-connection}\n"
                                "      - id: tell\n        do: notify.owner\n        with: {to: "
                                "[dana.levy@contoso.com], about: it, subject: S, text: T}\n";
    static const char faults[] =
        "[{\"match\": \"PATCH *-prod\", \"do\": \"status 429\", \"retry_after\": 11},"
        "{\"match\": \"PATCH *-arch\", \"do\": \"status 429\", \"retry_after\": 1},"
        "{\"match\": \"PATCH */secrets/*\", \"nth\": 2, \"do\": \"status 429\", \"retry_after\": 11},"
        "{\"match\": \"POST *sendMail*\", \"do\": \"status 429\", \"retry_after\": 11}]";
    static const char *const paths[] = {"p/anew", "p/brief", "p/part", "p/tell"};
    (void)state;
    struct world *world = world_open(&(struct world_config){.lib = "fixtures/run", .faults = faults});
    int status = world_run(world, world_playbook(world, text), MODE_LIVE, NULL);
    if (status != 0)
        world_print(world);
    assert_int_equal(status, 0);
    const struct value *requests = value_get(world_record(world, "run.finished", NULL), "requests");
    assert_int_equal(value_int_at(requests, "retried", 0), 4);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const struct value *result = world_record(world, "effect.result", paths[i]);
        assert_int_equal(count_of(world, "effect.intent", paths[i]), i == 0 ? 2 : 1);
        assert_int_equal(count_of(world, "effect.result", paths[i]), i == 0 ? 2 : 1);
        assert_true(count_of(world, "approval.opened", paths[i]) <= 1);
        assert_string_equal(value_text_at(result, "status"), "applied");
        assert_null(value_get(result, "anew"));
    }
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(of_one_run),
                                       cmocka_unit_test(of_runs_side_by_side),
                                       cmocka_unit_test(of_runs_that_want_the_same),
                                       cmocka_unit_test(of_processes),
                                       cmocka_unit_test(after_a_question),
                                       cmocka_unit_test(nobody_is_asked_who_does_not_count),
                                       cmocka_unit_test(after_a_long_wait),
                                       cmocka_unit_test(only_what_was_not_made)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
