// Reads --param, --answer and --alert. What they mean in a run is run/'s business. Invariant: what reaches a
// run has been checked against the playbook's declarations, or named a step that it asks.
#include "cli/inputs.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/alerts.h"
#include "cli/cli.h"
#include "data/schema.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "report/view.h"
#include "run/link.h"

enum { MAX_NEAR = 64 }; // questions among which a mistyped one is looked for

// Whoever wants to see what would come of a run wants no change made beforehand.
static bool looks_only(struct cli *cli, enum mode mode, struct err *err)
{
    static const enum option of_dry_runs[] = {OPT_EXPLORE, OPT_PLAN_OUT};
    bool one = mode == MODE_DRY_RUN && !options_has(&cli->options, OPT_ALL);
    for (size_t i = 0; i < sizeof of_dry_runs / sizeof *of_dry_runs; i++)
        if (!one && options_has(&cli->options, of_dry_runs[i])) {
            err_set(err, E_USAGE, "--%s is for a dry-run, of one alert", options_row(of_dry_runs[i])->name);
            err_hint(err, "nothing was done; give it with --dry-run");
            return false;
        }
    return true;
}

bool inputs_mode(struct cli *cli, enum mode *mode, struct err *err)
{
    bool dry_run = options_has(&cli->options, OPT_DRY_RUN), audit = options_has(&cli->options, OPT_AUDIT);
    if (dry_run && audit)
        return err_set(err, E_USAGE, "--dry-run and --audit exclude each other");
    *mode = dry_run ? MODE_DRY_RUN : audit ? MODE_AUDIT : MODE_LIVE;
    return looks_only(cli, *mode, err);
}

// "name=value" → name; NULL with an error when there is no "=".
static const char *left_of(struct cli *cli, const char *text, enum option option, struct err *err)
{
    const char *equals = strchr(text, '=');
    if (equals != NULL && equals > text)
        return arena_strndup(cli->arena, text, (size_t)(equals - text));
    err_set(err, E_USAGE, "%s is written %.*s, not %s", option == OPT_ANSWER ? "an answer" : "a parameter",
            (int)strcspn(options_row(option)->argument, "."), options_row(option)->argument, text);
    return NULL;
}

// What a command calls it: one of the library goes by its name, another by its file.
static const char *word_for(const struct playbook *playbook)
{
    const char *file = playbook->file == NULL ? NULL : playbook->file->name;
    return file == NULL || text_starts(file, "playbooks/") ? playbook->name : file;
}

static struct value *unknown_param(struct cli *cli, const struct playbook *playbook, const char *name,
                                   struct err *err)
{
    err_set(err, E_UNKNOWN_NAME, "%s has no parameter %s", playbook->name, name);
    if (err_suggest(err, name, schema_names(cli->arena, playbook->params)) == NULL)
        err_hint(err, "playbook show %s lists its parameters", word_for(playbook));
    return NULL;
}

// Those of --param; NULL with err filled.
static struct value *given_params(struct cli *cli, const struct playbook *playbook, struct err *err)
{
    struct value *given = value_map(cli->arena);
    for (const char *const *text = options_values(&cli->options, OPT_PARAM); *text != NULL; text++) {
        const char *name = left_of(cli, *text, OPT_PARAM, err);
        if (name == NULL)
            return NULL;
        const struct schema *schema = schema_field(playbook->params, name);
        if (schema == NULL)
            return unknown_param(cli, playbook, name, err);
        if (value_get(given, name) != NULL) {
            err_set(err, E_USAGE, "--param %s is given twice", name);
            if (schema->kind == SCHEMA_LIST || schema->kind == SCHEMA_SET)
                err_hint(err, "the values of a list stand in one: --param %s=A,B", name);
            return NULL;
        }
        const char *what = arena_printf(cli->arena, "--param %s", name);
        const struct value *value = schema_from_text(cli->arena, schema, *text + strlen(name) + 1, what, err);
        if (value == NULL)
            return NULL;
        value_put(cli->arena, given, name, value);
    }
    return given;
}

const struct value *inputs_params(struct cli *cli, const struct playbook *playbook,
                                  const struct value *earlier, struct err *err)
{
    struct value *given = given_params(cli, playbook, err);
    for (size_t i = 0; given != NULL && i < value_count(earlier); i++) {
        const struct value_field *field = &earlier->fields[i];
        if (schema_field(playbook->params, field->key) != NULL && value_get(given, field->key) == NULL)
            value_put(cli->arena, given, field->key, field->value);
    }
    const struct value *params =
        given == NULL ? NULL : schema_check(cli->arena, playbook->params, given, playbook->name, err);
    if (given != NULL && params == NULL && err->code == E_MISSING)
        err_hint(err, "give it with --param NAME=VALUE; `playbook show %s` lists them", word_for(playbook));
    return params;
}

static const struct step *find_ask_in(const struct step_list *steps, const char *id)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct step *step = steps->items[i], *found = NULL;
        if ((step->kind == STEP_ASK || step->on_error == ON_ERROR_ASK) && strcmp(step->id, id) == 0)
            return step;
        found = find_ask_in(&step->steps, id);
        for (size_t j = 0; found == NULL && j < step->case_count; j++)
            found = find_ask_in(&step->cases[j].steps, id);
        if (found != NULL)
            return found;
    }
    return NULL;
}

// The question that a path such as "vaults[0]/origin" means, somewhere in a playbook or in what it calls.
static const struct step *find_ask(const struct linked *linked, const char *id)
{
    const struct step *found = NULL;
    for (size_t i = 0; i < linked->count && found == NULL; i++)
        found = find_ask_in(&linked->playbooks[i]->steps, id);
    return found;
}

// The ids of all questions, behind `count` others.
static size_t list_asks(const struct step_list *steps, const char **ids, size_t count)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct step *step = steps->items[i];
        if (count < MAX_NEAR && (step->kind == STEP_ASK || step->on_error == ON_ERROR_ASK))
            ids[count++] = step->id;
        count = list_asks(&step->steps, ids, count);
        for (size_t j = 0; j < step->case_count; j++)
            count = list_asks(&step->cases[j].steps, ids, count);
    }
    return count;
}

static bool unknown_ask(const struct linked *linked, const char *id, struct err *err)
{
    const struct playbook *playbook = linked->playbooks[0];
    const char *ids[MAX_NEAR + 1];
    size_t count = 0;
    for (size_t i = 0; i < linked->count; i++)
        count = list_asks(&linked->playbooks[i]->steps, ids, count);
    ids[count] = NULL;
    err_set(err, E_UNKNOWN_NAME, "%s asks nothing called %s", playbook->name, id);
    if (err_suggest(err, id, ids) == NULL)
        err_hint(err, "playbook show %s lists its steps", word_for(playbook));
    return false;
}

static bool check_choice(struct arena *arena, const struct step *step, const char *value, struct err *err)
{
    if (step->kind != STEP_ASK || step->choices == NULL || step->choices[0] == NULL ||
        text_is_one_of(value, step->choices))
        return true;
    err_set(err, E_USAGE, "%s cannot be answered with %s", step->id, value);
    err_hint(err, "its choices: %s", text_join(arena, step->choices, ", "));
    return false;
}

static bool one_of(const char *path, const char *value, const char *a, const char *b, struct err *err)
{
    if (strcmp(value, a) == 0 || strcmp(value, b) == 0)
        return true;
    err_set(err, E_USAGE, "%s cannot be answered with %s", path, value);
    err_hint(err, "its choices: %s, %s", a, b);
    return false;
}

// "tell?" answers whether a change that was begun earlier has happened: of which change only the run knows,
// so that the name of its outermost step is all that is checked here.
static bool check_settling(const struct linked *linked, const char *path, const char *value, struct err *err)
{
    const struct step_list *steps = &linked->playbooks[0]->steps;
    bool known = false;
    size_t length = strcspn(path, "/[?");
    for (size_t i = 0; i < steps->count && !known; i++)
        known = strlen(steps->items[i]->id) == length && strncmp(steps->items[i]->id, path, length) == 0;
    if (!known)
        return unknown_ask(linked, path, err);
    return one_of(path, value, "happened", "repeat", err);
}

// `path` is left of the value.
static bool check_answer(struct cli *cli, const struct linked *linked, const char *path, const char *value,
                         struct err *err)
{
    if (text_ends(path, "?"))
        return check_settling(linked, path, value, err);
    bool goes_on = text_ends(path, "!"); // a failure, and whether to go on after it
    const char *last = strrchr(path, '/');
    last = last == NULL ? path : last + 1;
    const char *id = arena_strndup(cli->arena, last, strcspn(last, "[!"));
    const struct step *step = find_ask(linked, id);
    if (step == NULL)
        return unknown_ask(linked, id, err);
    if (!goes_on)
        return check_choice(cli->arena, step, value, err);
    return one_of(path, value, "continue", "stop", err);
}

const struct value *inputs_answers(struct cli *cli, const struct linked *linked, const char *const *text,
                                   struct err *err)
{
    struct value *answers = value_map(cli->arena);
    for (; *text != NULL; text++) {
        const char *path = left_of(cli, *text, OPT_ANSWER, err);
        if (path == NULL)
            return NULL;
        const char *value = *text + strlen(path) + 1;
        if (!check_answer(cli, linked, path, value, err))
            return NULL;
        if (value_get(answers, path) != NULL) {
            err_set(err, E_USAGE, "the answer to %s is given twice", path);
            return NULL;
        }
        value_put_text(cli->arena, answers, path, value);
    }
    return answers;
}

static bool several(const struct value *alerts, const char *name, struct err *err)
{
    bool file = strcmp(name, "-") != 0;
    err_set(err, E_ALERT, "%s holds %zu alerts", file ? name : "standard input", value_count(alerts));
    err_hint(err,
             "choose one with --alert %s#ID (`playbook alert list %s` lists them), or take all with --all",
             name, name);
    return false;
}

// A payload that only announces an alert: no type (Event Grid, activity log; old fraud events have none
// either, and are whole), or a webhook's. A type of which nobody knows the kind is an alert like any other.
const char *inputs_announced(struct arena *arena, const struct value *alert)
{
    const char *kind = value_text_at(alert, "kind"), *subscription = value_text_at(alert, "subscription");
    const char *time = value_text_at(alert, "start");
    if (text_same(value_text_at(alert, "event"), "azure-fraud-event-detected") && subscription != NULL)
        return arena_printf(arena, "fraudEvents/%s%s%s", subscription, time == NULL ? "" : "/",
                            time == NULL ? "" : time);
    bool thin = value_text_at(alert, "type") == NULL && !text_is(kind, "csp-fraud");
    return thin ? value_text_at(alert, "id") : NULL;
}

// The alert itself is fetched by its id.
static void fetch_thin(struct arena *arena, struct inputs *inputs)
{
    const char *id = inputs_announced(arena, value_item(inputs->alerts, 0));
    if (value_count(inputs->alerts) != 1 || id == NULL)
        return;
    inputs->alert_id = id;
    inputs->alert_file = NULL;
    inputs->alerts = NULL;
}

static bool read_alerts(struct cli *cli, struct vm *vm, struct inputs *inputs, struct err *err)
{
    const char *name = options_value(&cli->options, OPT_ALERT);
    bool all = options_has(&cli->options, OPT_ALL);
    if (name == NULL)
        return !all || err_set(err, E_USAGE, "--all wants --alert FILE or a folder of files");
    if (!alerts_is_file(cli->arena, name)) {
        inputs->alert_id = name;
        return !all || err_set(err, E_USAGE, "--all wants a file or a folder, not the id %s", name);
    }
    if (!all && file_is_dir(name)) {
        err_set(err, E_USAGE, "%s is a folder", name);
        err_hint(err, "--all makes a run for every alert in it");
        return false;
    }
    struct err_list *notes = err_list_new(cli->arena);
    const struct alerts read = alerts_take_all(cli, vm, name, notes);
    if (!all && read.refused_count > 0) {
        *err = read.refused[0];
        return false;
    }
    alerts_warn(cli, notes);
    inputs->alerts = all ? alerts_once(cli->arena, read.records) : read.records;
    inputs->refused = read.refused;
    inputs->refused_count = read.refused_count;
    inputs->alert_file = file_is_dir(name) ? NULL : name;
    if (!all && value_count(inputs->alerts) != 1)
        return several(inputs->alerts, name, err);
    if (!all)
        fetch_thin(cli->arena, inputs);
    return true;
}

bool inputs_read(struct cli *cli, struct vm *vm, const struct linked *linked, struct inputs *inputs,
                 struct err *err)
{
    *inputs = (struct inputs){0};
    return inputs_mode(cli, &inputs->mode, err) &&
           (inputs->params = inputs_params(cli, linked->playbooks[0], NULL, err)) != NULL &&
           (inputs->answers = inputs_answers(cli, linked, options_values(&cli->options, OPT_ANSWER), err)) !=
               NULL &&
           read_alerts(cli, vm, inputs, err);
}

bool inputs_settle_alert(const struct playbook *playbook, bool lab, struct inputs *inputs, struct err *err)
{
    if (inputs->alerts != NULL || inputs->alert_id != NULL || playbook->alerts[0] == NULL)
        return true;
    inputs->alert_newest = lab;
    if (lab)
        return true;
    err_set(err, E_USAGE, "%s answers an alert: say which", playbook->name);
    err_hint(err, "--alert FILE, or the id of an alert in Defender for Cloud");
    return false;
}

const struct value *inputs_answered(struct arena *arena, const struct view *view, const struct value *given)
{
    struct value *answers = value_map(arena);
    value_put_all(arena, answers, given);
    for (size_t i = 0; i < view->ask_count; i++)
        if (view->asks[i].answer != NULL && strcmp(view->asks[i].by, "otherwise") != 0)
            value_put_text(arena, answers, view->asks[i].path, view->asks[i].answer);
    return answers;
}
