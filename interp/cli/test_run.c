// Runs a case: another state, the lab's profile, one run. Not for files (test_file.c) nor for what is
// expected (report/expect.c). Invariant: nothing of a case is left behind, and nothing that it does is seen
// by another.
#include "cli/test_run.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/tmp.h"
#include "base/text.h"
#include "cli/alerts.h"
#include "cli/cli.h"
#include "cli/inputs.h"
#include "cli/open.h"
#include "cli/sample.h"
#include "cli/session.h"
#include "cli/test_file.h"
#include "cli/test_then.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "lab/lab.h"
#include "playbook/playbook.h"
#include "policy/mode.h"
#include "report/expect.h"
#include "run/engine.h"
#include "run/prepare.h"
#include "vm/vm.h"

struct trial {
    struct cli cli; // as the caller's, with a state of its own
    struct session session;
    const char *file;
    const struct value *one; // the case
    struct prepared_playbook playbook;
    struct run_request request;
};

// What is wrong with a member of the case, at its place: also what was written down for the lab.
static bool wrong(const struct trial *trial, const char *member, struct err *err)
{
    const struct value *value = value_get(trial->one, member);
    if (err->pos.file == NULL || text_starts(err->pos.file, trial->cli.state))
        err->pos = value == NULL ? value_pos(trial->one) : value_pos(value);
    return false;
}

// A sample alert as it would come: written in its shape, and read.
static const struct value *sampled(struct trial *trial, const char *type, struct err *err)
{
    struct cli *cli = &trial->cli;
    struct vm *vm = trial->session.vm;
    struct vm_run run = {.arena = cli->arena, .now = clock_rfc3339(cli->arena, clock_now_ms())};
    const struct value *records, *payload = NULL, *alerts = NULL;
    vm_run_open(vm, &run);
    records = sample_records(cli->arena, vm, open_catalog(cli), clock_now_ms(), false, err);
    if (records != NULL)
        payload = sample_payload(vm, &run, sample_shape_for(type, records), type, records, err);
    if (payload != NULL)
        alerts = vm_read_alerts(vm, &run, payload, err_list_new(cli->arena), err);
    vm_run_close(vm, &run);
    return alerts;
}

static bool read_alert(struct trial *trial, struct err *err)
{
    struct cli *cli = &trial->cli;
    const char *type = value_text_at(trial->one, "sample"),
               *name = test_file_beside(cli->arena, trial->file, value_text_at(trial->one, "alert"));
    const char *member = type != NULL ? "sample" : "alert";
    if (type == NULL && name == NULL) {
        trial->request.alert_newest = trial->playbook.playbook->alerts[0] != NULL;
        return true;
    }
    if (type != NULL && name != NULL) {
        err_set(err, E_USAGE, "a case has an alert or a sample, not both");
        return wrong(trial, member, err);
    }
    const struct value *alerts =
        type != NULL ? sampled(trial, type, err)
                     : alerts_read(cli, trial->session.vm, name, err_list_new(cli->arena), err);
    if (alerts != NULL && value_count(alerts) != 1) {
        err_set(err, E_ALERT, "%s is %zu alerts, and a case is about one", type != NULL ? type : name,
                value_count(alerts));
        alerts = NULL;
    }
    if (alerts == NULL)
        return wrong(trial, member, err);
    trial->request.alert_id = inputs_announced(cli->arena, value_item(alerts, 0));
    trial->request.alert = trial->request.alert_id == NULL ? value_item(alerts, 0) : NULL;
    return true;
}

static bool read_answers(struct trial *trial, struct err *err)
{
    struct arena *arena = trial->cli.arena;
    const struct value *answers = value_get(trial->one, "answers");
    const char **texts = ARENA_ARRAY(arena, const char *, value_count(answers) + 1);
    for (size_t i = 0; i < value_count(answers); i++)
        texts[i] = arena_printf(arena, "%s=%s", answers->fields[i].key, value_text(answers->fields[i].value));
    texts[value_count(answers)] = NULL;
    trial->request.answers = inputs_answers(&trial->cli, &trial->playbook.linked, texts, err);
    return trial->request.answers != NULL || wrong(trial, "answers", err);
}

static bool read_params(struct trial *trial, struct err *err)
{
    const struct playbook *playbook = trial->playbook.playbook;
    const struct value *given = value_get(trial->one, "params");
    trial->request.params =
        schema_check(trial->cli.arena, playbook->params, given == NULL ? value_map(trial->cli.arena) : given,
                     playbook->name, err);
    return trial->request.params != NULL || wrong(trial, "params", err);
}

static bool prepare(struct trial *trial, const char *name, struct err_list *errors)
{
    struct cli *cli = &trial->cli;
    bool is_file = text_ends(name, ".yaml") || text_ends(name, ".lua");
    const struct playbook *playbook = open_draft(
        cli, trial->session.vm, is_file ? test_file_beside(cli->arena, trial->file, name) : name, errors);
    return playbook != NULL && prepare_playbook(cli->arena, open_catalog(cli), trial->session.vm, playbook,
                                                &trial->playbook, errors);
}

// What the lab reads from a file: one that the case names, or what it says itself, written down. NULL:
// neither. False with the error filled.
static bool read_own(struct trial *trial, const char *member, enum value_kind kind, const char **file,
                     struct err *err)
{
    struct arena *arena = trial->cli.arena;
    const struct value *value = value_get(trial->one, member);
    struct text text = text_new(arena);
    *file = test_file_beside(arena, trial->file, value_text(value));
    if (value_is_null(value) || *file != NULL)
        return true;
    if (!value_is(value, kind)) {
        err_set(err, E_TYPE, "%s is a file or %s, not %s", member, kind == VALUE_MAP ? "a map" : "a list",
                value_kind_name(value));
        return wrong(trial, member, err);
    }
    if (kind == VALUE_MAP) {
        struct value *seed = value_map(arena);
        value_put_all(arena, seed, value);
        value_put_text(arena, seed, "$base", "built-in");
        value = seed;
    }
    json_write(&text, value);
    *file = arena_printf(arena, "%s/%s.json", trial->cli.state, member);
    return file_replace(*file, text.ptr, text.length, err);
}

static bool start(struct trial *trial, struct err *err)
{
    const struct value *one = trial->one;
    struct run_request *request = &trial->request;
    *request = (struct run_request){.playbook = &trial->playbook,
                                    .unattended = value_flag_at(one, "unattended"),
                                    .approve_all = value_flag_at(one, "approve"),
                                    .simulated = true};
    if (!read_alert(trial, err) || !read_params(trial, err) || !read_answers(trial, err))
        return false;
    if (!value_is_null(value_get(one, "then")) && !mode_word_sends(value_text_at(one, "mode"))) {
        err_set(err, E_USAGE, "what is taken back must have been made: mode: live");
        return wrong(trial, "then", err);
    }
    const struct value *undone = value_get(value_get(one, "expect"), "undone");
    if (!value_is_null(undone) && value_is_null(value_get(one, "then"))) {
        err_set_at(err, E_USAGE, value_pos(undone), "nothing is taken back that could be expected");
        err_hint(err, "say what follows the run: then: undo, or then: end-leases");
        return false;
    }
    if (!read_own(trial, "estate", VALUE_MAP, &trial->session.estate, err) ||
        !read_own(trial, "fault", VALUE_LIST, &trial->session.fault, err))
        return false;
    if (session_connect(&trial->session, err))
        return true;
    const char *place = err->pos.file;
    bool seed = trial->session.fault == NULL || (place != NULL && text_same(place, trial->session.estate));
    return wrong(trial, seed ? "estate" : "fault", err);
}

static struct run *run_in(struct trial *trial, const char *mode)
{
    (void)mode_from_word(mode, &trial->request.mode); // what was read has one of them
    (void)run_start(trial->session.engine, &trial->request);
    return run_engine_take(trial->session.engine);
}

// The estate as it is now: what its digest is made of. NULL: it cannot be read.
static const struct value *look(struct trial *trial, struct err_list *errors)
{
    struct err err;
    const struct lab_config lab = {.dir = session_lab_dir(&trial->cli)};
    const struct value *lines = lab_lines(trial->cli.arena, &lab, &err);
    if (lines == NULL)
        err_list_append(errors, &err);
    return lines;
}

static void compare_entries(struct trial *trial, const struct value *expected, struct err_list *errors)
{
    struct err err;
    const struct lab_config lab = {.dir = session_lab_dir(&trial->cli)};
    for (size_t i = 0; i < value_count(expected); i++) {
        const struct value_field *entry = &expected->fields[i];
        const struct value *is;
        if (lab_find(trial->cli.arena, &lab, entry->key, &is, &err))
            expect_compare_entry(entry->key, is, entry->value, errors);
        else
            err_list_append(errors, &err);
    }
}

static void take_back_and_compare(struct trial *trial, struct run *run, struct err_list *errors)
{
    struct err err = {0};
    const struct value *word = value_get(trial->one, "then");
    struct run **runs;
    size_t count;
    if (value_is_null(word))
        return;
    bool done =
        test_then_run(&trial->session, &trial->request, run_id(run), value_text(word), &runs, &count, &err);
    const struct view **views = ARENA_ARRAY(errors->arena, const struct view *, count + 1);
    for (size_t i = 0; i < count; i++)
        views[i] = run_view(runs[i]);
    if (done) {
        expect_compare_undone(views, count, value_get(trial->one, "expect"), errors);
    } else {
        (void)wrong(trial, "then", &err);
        err_list_append(errors, &err);
    }
    for (size_t i = 0; i < count; i++)
        run_close(runs[i]);
}

static void run_and_compare(struct trial *trial, struct err_list *errors)
{
    const struct value *first = value_get(trial->one, "first"), *expected = value_get(trial->one, "expect");
    const struct value *unchanged = value_get(expected, "unchanged");
    if (!value_is_null(first)) {
        struct run *run = run_in(trial, value_text(first));
        if (run_exit(run) != 0)
            err_list_add(errors, ERR_ERROR, E_EXPECT, value_pos(first),
                         "the run before: expected exit 0, came %d", run_exit(run));
        run_close(run);
    }
    const struct value *before = look(trial, errors);
    struct run *run = run_in(trial, value_text_at(trial->one, "mode"));
    expect_compare(run_view(run), expected, errors);
    take_back_and_compare(trial, run, errors);
    run_close(run);
    bool silent = text_same(value_text_at(trial->one, "then"), "undo") &&
                  value_get(expected, "undone") == NULL && value_get(expected, "estate") == NULL;
    const struct value *after = look(trial, errors);
    if (before != NULL && after != NULL && (!value_is_null(unchanged) || silent))
        expect_compare_estate(before, after, value_is_null(unchanged) || value_flag_at(expected, "unchanged"),
                              value_is_null(unchanged) ? value_get(trial->one, "then") : unchanged, errors);
    compare_entries(trial, value_get(expected, "estate"), errors);
}

bool test_run_case(struct cli *cli, const char *file, const char *playbook, const struct value *one,
                   struct err_list *errors)
{
    static const char *lab[] = {"lab", NULL};
    struct arena *arena = errors->arena;
    struct err err = {0};
    (void)open_catalog(cli); // of the caller's configuration
    struct trial trial = {.cli = *cli, .file = file, .one = one};
    trial.cli.arena = arena;
    trial.cli.options.values[OPT_PROFILE] = lab;
    const char *folder = trial.cli.state = trial.cli.config = tmp_open(arena, &err);
    bool good = folder != NULL && session_open(&trial.cli, &trial.session, &err), able = true;
    if (good && (able = prepare(&trial, playbook, errors)) && (good = start(&trial, &err)))
        run_and_compare(&trial, errors);
    if (!good)
        err_list_append(errors, &err);
    session_close(&trial.session);
    tmp_close(arena, folder);
    return able;
}
