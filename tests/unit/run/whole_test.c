// Whole runs of the shipped playbook against the lab in the same process: plan, judge, change, judge, change
// again.
#include "../test.h"

#include <stdlib.h>
#include <stdio.h>
#include <unistd.h>

#include "base/embed.h"
#include "base/file.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "lab/lab.h"
#include "net/http.h"
#include "net/token.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "policy/policy.h"
#include "policy/profile.h"
#include "policy/register.h"
#include "report/leaves.h"
#include "report/view.h"
#include "run/engine.h"
#include "run/prepare.h"
#include "trail/trail.h"
#include "vm/vm.h"

struct world {
    struct arena *arena;
    char *state;
    struct catalog *catalog;
    struct vm *vm;
    struct lab *lab;
    struct http *http;
    struct token_store *tokens;
    struct trail *trail;
    struct engine *engine;
    struct prepared_playbook prepared;
};

static const struct value *embedded_yaml(struct arena *arena, const char *path)
{
    const struct embed_file *file = embed_find(path);
    struct err err = {0};
    assert_non_null(file);
    const struct value *value = yaml_parse(arena, path, file->bytes, file->length, &err);
    if (value == NULL)
        fail_msg("%s:%d: %s", path, err.pos.line, err.message);
    return value;
}

static void turn_lab(void *context)
{
    lab_turn(context);
}

static int64_t lab_wait(void *context)
{
    return lab_timeout_ms(context);
}

static void must(bool ok, const struct err *err)
{
    if (!ok)
        fail_msg("%s:%d: %s (%s)", err->pos.file != NULL ? err->pos.file : "", err->pos.line, err->message,
                 err->hint);
}

static void open_outside(struct world *world)
{
    struct arena *arena = world->arena;
    struct err err = {0};
    const struct lab_config lab = {.dir = arena_printf(arena, "%s/lab", world->state),
                                   .record = arena_printf(arena, "%s/requests.jsonl", world->state)};
    world->lab = lab_open(arena, &lab, &err);
    must(world->lab != NULL, &err);
    const struct http_config http = {.route =
                                         arena_printf(arena, "http://127.0.0.1:%d", lab_port(world->lab))};
    world->http = http_open(arena, &http, &err);
    must(world->http != NULL, &err);
    const struct token_config tokens = {.kind = "client-secret",
                                        .tenant = LAB_TENANT,
                                        .authority = "https://login.microsoftonline.com",
                                        .client_id = LAB_CLIENT_ID,
                                        .client_secret = LAB_CLIENT_SECRET,
                                        .lab = true};
    world->tokens = token_open(arena, &tokens, &err);
    must(world->tokens != NULL, &err);
    const struct trail_config trail = {.state = world->state,
                                       .config_dir = arena_printf(arena, "%s/config", world->state),
                                       .by = "tester",
                                       .host = "here"};
    world->trail = trail_open(arena, &trail, &err);
    must(world->trail != NULL, &err);
}

static void print_errors(const struct err_list *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        print_message("%s:%d:%d: %s (%s)\n", errors->items[i].pos.file, errors->items[i].pos.line,
                      errors->items[i].pos.column, errors->items[i].message, errors->items[i].hint);
}

static int open_world(void **state)
{
    struct arena *arena = arena_open();
    struct world *world = ARENA_NEW(arena, struct world);
    struct err err = {0};
    char folder[SCRATCH_SIZE];
    scratch_open(folder);
    world->arena = arena;
    world->state = arena_strdup(arena, folder);
    static const char *const none[] = {NULL};
    world->catalog = catalog_open(arena, none);
    world->vm = vm_open(arena, world->catalog, &err);
    must(world->vm != NULL, &err);
    open_outside(world);
    struct err_list *errors = err_list_new(arena);
    const struct profile *profile =
        profile_parse(arena, embedded_yaml(arena, "playbooks/lab/profile.yaml"), "lab", errors);
    must(profile != NULL, errors->items);
    struct profile *lab_profile = ARENA_NEW(arena, struct profile);
    *lab_profile = *profile;
    lab_profile->lab = true;
    const struct register_book *book =
        register_parse(arena, embedded_yaml(arena, "playbooks/lab/register.yaml"), errors);
    must(book != NULL, errors->items);
    const struct policy *policy =
        policy_parse(arena, embedded_yaml(arena, "playbooks/lab/policy.yaml"), errors);
    must(policy != NULL, errors->items);
    const struct engine_config config = {.catalog = world->catalog,
                                         .vm = world->vm,
                                         .http = world->http,
                                         .tokens = world->tokens,
                                         .trail = world->trail,
                                         .profile = lab_profile,
                                         .book = book,
                                         .policy = policy,
                                         .peer = {world->lab, lab_fd(world->lab), turn_lab, lab_wait},
                                         .by = "tester"};
    world->engine = run_engine_open(arena, &config);
    const struct catalog_file *file = catalog_playbook(world->catalog, "keyvault-alert", &err);
    must(file != NULL, &err);
    const struct playbook *playbook = playbook_parse_yaml(arena, file, errors);
    if (playbook == NULL ||
        !prepare_playbook(arena, world->catalog, world->vm, playbook, &world->prepared, errors)) {
        print_errors(errors);
        fail();
    }
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    http_close(world->http);
    token_close(world->tokens);
    trail_close(world->trail);
    lab_close(world->lab);
    vm_close(world->vm);
    scratch_close(world->state);
    arena_close(world->arena);
    return 0;
}

static bool verbose;

static void sink(void *context, const char *type, const struct value *members)
{
    struct world *world = context;
    if (verbose && strcmp(type, "read") != 0)
        print_message("%-16s %.1500s\n", type, json_text(world->arena, members));
}

static struct run *run_request(struct world *world, struct run_request request)
{
    request.playbook = &world->prepared;
    request.alert_newest = true;
    request.sink_context = world;
    request.sink = sink;
    run_start(world->engine, &request);
    struct run *run = run_engine_take(world->engine);
    assert_non_null(run);
    return run;
}

static struct run *run_as(struct world *world, enum mode mode, bool unattended)
{
    return run_request(world,
                       (struct run_request){.mode = mode, .unattended = unattended, .approve_all = true});
}

static struct run *run_once(struct world *world, enum mode mode)
{
    return run_as(world, mode, true);
}

static const char *digest(struct world *world)
{
    struct err err = {0};
    const struct lab_config lab = {.dir = arena_printf(world->arena, "%s/lab", world->state)};
    const char *now = lab_digest(world->arena, &lab, &err);
    must(now != NULL, &err);
    return now;
}

static int64_t finish(struct world *world, enum mode mode, int exit_wanted, int64_t *changes)
{
    struct run *run = run_once(world, mode);
    const struct view *view = run_view(run);
    int64_t reads = view->reads;
    *changes = view->changes;
    if (run_exit(run) != exit_wanted) {
        for (size_t i = 0; i < view->note_count; i++)
            print_message("note %s: %s\n", view->notes[i].path, view->notes[i].message);
        fail_msg("%s ended with %d (%s), not %d", mode_word(mode), run_exit(run), view->status, exit_wanted);
    }
    run_close(run);
    return reads;
}

static void whole_story(void **state)
{
    struct world *world = *state;
    int64_t changes;
    const char *before = digest(world);
    assert_true(finish(world, MODE_DRY_RUN, 0, &changes) > 5);
    assert_int_equal(changes, 0);
    assert_string_equal(digest(world), before);
    finish(world, MODE_AUDIT, 4, &changes);
    assert_int_equal(changes, 0);
    assert_string_equal(digest(world), before);
    finish(world, MODE_LIVE, 0, &changes);
    assert_true(changes > 5);
    const char *after = digest(world);
    assert_string_not_equal(after, before);
    finish(world, MODE_AUDIT, 0, &changes);
    assert_int_equal(changes, 0);
    finish(world, MODE_LIVE, 0, &changes);
    assert_int_equal(changes, 0);
    assert_string_equal(digest(world), after);
}

// What a run only supposed is no answer for a later audit; what a live run took is.
static void suppositions_are_no_answers(void **state)
{
    struct world *world = *state;
    static const enum mode first[] = {MODE_DRY_RUN, MODE_AUDIT, MODE_LIVE};
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        run_close(run_once(world, first[i]));
        struct run *audit = run_as(world, MODE_AUDIT, false);
        assert_true(run_view(audit)->ask_count > 0);
        if (first[i] == MODE_LIVE)
            assert_string_equal(run_view(audit)->asks[0].answer, "unknown");
        else
            assert_null(run_view(audit)->asks[0].answer);
        run_close(audit);
    }
}

// Somebody at the keyboard who is told what is asked for, and says to every change the same.
struct somebody {
    enum run_consent consent;
    size_t asked, shown;
};

static const char *assume(void *context, const struct run_question *question)
{
    (void)context;
    return question->otherwise;
}

static enum run_consent consent_to(void *context, const struct run_approval *approval)
{
    struct somebody *somebody = context;
    somebody->asked++;
    for (size_t i = 0; i < value_count(approval->changes); i++, somebody->shown++) {
        const struct value *change = value_item(approval->changes, i);
        assert_non_null(value_text_at(change, "summary"));
        assert_true(value_count(value_get(change, "requests")) > 0);
    }
    return somebody->consent;
}

static size_t count_refused(const struct view *view)
{
    size_t count = 0;
    for (size_t i = 0; i < view->effect_count; i++) {
        const struct view_effect *effect = &view->effects[i];
        if (strcmp(effect->status, "refused") != 0)
            continue;
        // It still says what was wanted; a mail has no state.
        assert_true(value_is(effect->after, VALUE_MAP) || text_starts(effect->primitive, "notify."));
        count++;
    }
    return count;
}

// Everybody who decided did so in this way; NULL: nobody did.
static void assert_all_how(const struct view_approval *approval, const char *how)
{
    assert_int_equal(value_count(approval->by) > 0, how != NULL);
    for (size_t i = 0; i < value_count(approval->by); i++)
        assert_string_equal(value_text_at(value_item(approval->by, i), "how"), how);
}

static void consents_decide(void **state)
{
    struct world *world = *state;
    static const struct {
        enum run_consent consent;
        int exit;
    } rows[] = {{CONSENT_OPEN, 3}, {CONSENT_REFUSED, 6}, {CONSENT_GIVEN, 0}};
    const char *before = digest(world);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct somebody somebody = {.consent = rows[i].consent};
        struct run *run = run_request(
            world, (struct run_request){.mode = MODE_LIVE, .person = {&somebody, assume, consent_to}});
        const struct view *view = run_view(run);
        assert_true(somebody.asked > 0 && somebody.shown >= somebody.asked);
        assert_int_equal(run_exit(run), rows[i].exit);
        assert_int_equal(count_refused(view) > 0, rows[i].consent == CONSENT_REFUSED);
        assert_int_equal(strcmp(digest(world), before) == 0, rows[i].consent != CONSENT_GIVEN);
        assert_true(view->approval_count > 0);
        for (size_t k = 0; k < view->approval_count; k++)
            assert_all_how(&view->approvals[k], rows[i].consent == CONSENT_OPEN ? NULL : "asked");
        run_close(run);
    }
}

// Every combination of answers is in one leaf, and leaves that are equal are one.
static void explored_answers_are_all_told(void **state)
{
    struct world *world = *state;
    static const size_t choices = 2 * 3 * 3 * 2; // origin: unexpected or unknown; entra, used, close
    struct run *run = run_request(world, (struct run_request){.mode = MODE_DRY_RUN, .explore = true});
    const struct value *leaves = run_view(run)->leaves;
    assert_false(run_view(run)->leaves_cut);
    struct value *seen = value_map(world->arena);
    size_t told = 0;
    for (size_t i = 0; i < value_count(leaves); i++) {
        const struct value *leaf = value_item(leaves, i), *also = value_get(leaf, "also");
        told += 1 + value_count(also);
        value_put(world->arena, seen, json_text(world->arena, value_get(leaf, "answers")), &value_true);
        for (size_t k = 0; k < value_count(also); k++)
            value_put(world->arena, seen, json_text(world->arena, value_item(also, k)), &value_true);
        for (size_t k = 0; k < i; k++)
            assert_false(
                value_equal(value_get(leaf, "clauses"), value_get(value_item(leaves, k), "clauses")) &&
                leaves_same_effects(value_get(leaf, "effects"), value_get(value_item(leaves, k), "effects")));
    }
    assert_int_equal(told, 1 + choices); // and origin: expected, where nothing else is asked
    assert_int_equal(value_count(seen), told);
    assert_true(value_count(leaves) < told);
    run_close(run);
}

int main(int argc, char **argv)
{
    verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whole_story, open_world, close_world),
        cmocka_unit_test_setup_teardown(suppositions_are_no_answers, open_world, close_world),
        cmocka_unit_test_setup_teardown(consents_decide, open_world, close_world),
        cmocka_unit_test_setup_teardown(explored_answers_are_all_told, open_world, close_world)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
