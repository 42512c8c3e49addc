// Folds records into a view. Not for what a clause amounts to (clauses.c) or what it looks like (text_out.c,
// json_out.c). Invariant: a view is a function of the records and their order alone.
#include "report/view.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "data/value.h"
#include "report/view_effect.h"
#include "report/view_parts.h"
#include "report/view_step.h"

const char *view_text(struct view *view, const struct value *members, const char *key)
{
    const char *found = value_text_at(members, key);
    return found == NULL || view->lasting ? found : arena_strdup(view->arena, found);
}

const struct value *view_list(struct view *view, const struct value *members, const char *key)
{
    const struct value *found = value_get(members, key);
    return value_is(found, VALUE_LIST) ? view_any(view, members, key) : value_list(view->arena);
}

const struct value *view_any(struct view *view, const struct value *members, const char *key)
{
    const struct value *found = value_get(members, key);
    return found == NULL ? &value_null : view->lasting ? found : value_copy(view->arena, found);
}

static void take_started(struct view *view, const struct value *members)
{
    view->playbook = view_text(view, members, "playbook");
    view->file = view_text(view, members, "file");
    view->version = view_text(view, members, "version");
    view->title = view_text(view, members, "title");
    view->digest = view_text(view, members, "digest");
    view->mode = view_text(view, members, "mode");
    view->profile = view_text(view, members, "profile");
    view->cloud = view_text(view, members, "cloud");
    view->lab = value_flag_at(members, "lab");
    view->undoes = view_text(view, members, "undoes");
    view->undoes_step = view_text(view, members, "undoes_step");
    view->forced = value_flag_at(members, "forced");
    view->replays = view_text(view, members, "replays");
    view->alert = view_any(view, members, "alert");
    view->alert_file = view_text(view, members, "alert_file");
}

static struct view_ask *ask_at(struct view *view, const struct value *members)
{
    const char *path = value_text_at(members, "path");
    for (size_t i = view->ask_count; i-- > 0;)
        if (text_same(view->asks[i].path, path))
            return &view->asks[i];
    view->asks = arena_room(view->arena, view->asks, view->ask_count, sizeof *view->asks);
    struct view_ask *ask = &view->asks[view->ask_count++];
    *ask = (struct view_ask){
        .path = view_text(view, members, "path"),
        .text = view_text(view, members, "text"),
        .otherwise = view_text(view, members, "otherwise"),
        .to = view_text(view, members, "to"),
        .choices = view_list(view, members, "choices"),
        .clauses = view_list(view, members, "clauses"),
        .within_ms = value_int_at(members, "within_ms", 0),
    };
    return ask;
}

static void take_answer(struct view *view, const struct value *members)
{
    struct view_ask *ask = ask_at(view, members);
    ask->answer = view_text(view, members, "answer");
    ask->by = view_text(view, members, "by");
}

static void take_task(struct view *view, const struct value *members)
{
    view->tasks = arena_room(view->arena, view->tasks, view->task_count, sizeof *view->tasks);
    view->tasks[view->task_count++] = (struct view_task){
        .path = view_text(view, members, "path"),
        .text = view_text(view, members, "text"),
        .to = view_text(view, members, "to"),
        .clauses = view_list(view, members, "clauses"),
    };
}

static void take_attested(struct view *view, const struct value *members)
{
    const char *path = value_text_at(members, "path");
    for (size_t i = view->task_count; i-- > 0;)
        if (text_same(view->tasks[i].path, path)) {
            view->tasks[i].by = view_text(view, members, "by");
            view->tasks[i].note = view_text(view, members, "note");
            return;
        }
}

static struct view_approval *approval_at(struct view *view, const struct value *members)
{
    const char *path = value_text_at(members, "path"), *risk = value_text_at(members, "risk");
    for (size_t i = view->approval_count; i-- > 0;)
        if (text_same(view->approvals[i].path, path) && text_same(view->approvals[i].risk, risk))
            return &view->approvals[i];
    view->approvals = arena_room(view->arena, view->approvals, view->approval_count, sizeof *view->approvals);
    struct view_approval *approval = &view->approvals[view->approval_count++];
    *approval = (struct view_approval){
        .path = view_text(view, members, "path"),
        .risk = view_text(view, members, "risk"),
        .digest = view_text(view, members, "digest"),
        .status = "open",
        .need = value_int_at(members, "need", 0),
        .effects = view_list(view, members, "effects"),
        .by = value_list(view->arena),
    };
    return approval;
}

static void count_approvals(struct view_approval *approval)
{
    if (strcmp(approval->status, "refused") != 0)
        approval->status = approval->given > 0 && approval->given >= approval->need ? "granted" : "open";
}

// What was given stands for the changes that were shown then, and for no others; and what of it counts may be
// another number when it is asked for again.
static void open_approval(struct view *view, const struct value *members)
{
    struct view_approval *approval = approval_at(view, members);
    approval->need = value_int_at(members, "need", 0);
    if (!text_same(approval->digest, value_text_at(members, "digest"))) {
        approval->digest = view_text(view, members, "digest");
        approval->status = "open";
        approval->given = 0;
        approval->effects = view_list(view, members, "effects");
        approval->by = value_list(view->arena);
    }
    approval->given = value_int_at(members, "given", approval->given);
    count_approvals(approval);
}

// Granted once as many people as needed have; refused by one.
static void take_approval(struct view *view, const struct value *members, bool granted)
{
    struct view_approval *approval = approval_at(view, members);
    struct value *who = value_map(view->arena);
    value_put_text(view->arena, who, "who", view_text(view, members, "who"));
    if (view_text(view, members, "how") != NULL)
        value_put_text(view->arena, who, "how", view_text(view, members, "how"));
    value_put_text(view->arena, who, "at", view_text(view, members, "at"));
    value_put_text(view->arena, who, "key", view_text(view, members, "key"));
    value_append(view->arena, approval->by, who);
    approval->given += granted;
    if (!granted)
        approval->status = "refused";
    count_approvals(approval);
}

static void take_lease(struct view *view, const struct value *members)
{
    const char *path = view_text(view, members, "path");
    size_t i = 0;
    while (i < view->lease_count && !text_same(view->leases[i].path, path))
        i++;
    if (i == view->lease_count)
        view->leases = arena_room(view->arena, view->leases, view->lease_count++, sizeof *view->leases);
    view->leases[i] =
        (struct view_lease){path, view_text(view, members, "until"), value_int_at(members, "seq", INT64_MAX)};
}

static struct view_note *note_new(struct view *view)
{
    view->notes = arena_room(view->arena, view->notes, view->note_count, sizeof *view->notes);
    return &view->notes[view->note_count++];
}

static void take_note(struct view *view, const struct value *members)
{
    const char *severity = view_text(view, members, "severity");
    *note_new(view) = (struct view_note){
        .path = view_text(view, members, "path"),
        .severity = severity == NULL ? "note" : severity,
        .code = view_text(view, members, "code"),
        .message = view_text(view, members, "message"),
        .file = view_text(view, members, "file"),
        .hint = view_text(view, members, "hint"),
        .line = value_int_at(members, "line", 0),
        .column = value_int_at(members, "column", 0),
    };
}

static void take_finished(struct view *view, const struct value *members)
{
    view->finished = true;
    view->status = view_text(view, members, "status");
    view->exit = (int)value_int_at(members, "exit", 1);
    view->counted = true;
    view->reads = value_int_at(members, "requests.read", 0);
    view->changes = value_int_at(members, "requests.changed", 0);
    view->predicted = value_int_at(members, "requests.predicted", 0);
    view->retried = value_int_at(members, "requests.retried", 0);
}

// What could be taken back, was: the run that did it closed this one only then.
static void take_undone(struct view *view, const struct value *members)
{
    view->undone_by = view_text(view, members, "undone_by");
    for (size_t i = 0; i < view->effect_count; i++)
        if (view->effects[i].reversible && text_same(view->effects[i].status, "applied"))
            view_effect_undone(view, &view->effects[i]);
}

// As after a signal; nobody goes on with it.
static void take_stopped(struct view *view, const struct value *members)
{
    enum { INTERRUPTED = 130 };
    view->stopped_by = view_text(view, members, "by");
    view->finished = true;
    view->status = "interrupted";
    view->exit = INTERRUPTED;
}

static void take_resumed(struct view *view)
{
    view->resumed = view->retold = true;
    view->finished = view->counted = false; // until it ends again
}

struct view *view_new(struct arena *arena)
{
    struct view *view = ARENA_NEW(arena, struct view);
    view->arena = arena;
    view->alert = &value_null;
    view->status = "failed";
    view->exit = 1;
    view->first = view->last = -1;
    return view;
}

void view_take(struct view *view, const char *type, const struct value *members)
{
    if (view->run == NULL)
        view->run = view_text(view, members, "run");
    if (strcmp(type, "run.started") == 0)
        take_started(view, members);
    else if (strcmp(type, "run.resumed") == 0)
        take_resumed(view);
    else if (strcmp(type, "run.finished") == 0)
        take_finished(view, members);
    else if (strcmp(type, "run.undone") == 0)
        take_undone(view, members);
    else if (strcmp(type, "step.undo") == 0)
        view->retold = true;
    else if (strcmp(type, "run.stopped") == 0)
        take_stopped(view, members);
    else if (strcmp(type, "step.finished") == 0)
        view_step_take(view, members);
    else if (strcmp(type, "effect.planned") == 0 || strcmp(type, "effect.intent") == 0)
        view_effect_plan(view, members, strcmp(type, "effect.intent") == 0);
    else if (strcmp(type, "effect.result") == 0)
        view_effect_result(view, members);
    else if (strcmp(type, "ask.opened") == 0)
        ask_at(view, members);
    else if (strcmp(type, "ask.answered") == 0)
        take_answer(view, members);
    else if (strcmp(type, "task.opened") == 0)
        take_task(view, members);
    else if (strcmp(type, "task.attested") == 0)
        take_attested(view, members);
    else if (strcmp(type, "approval.opened") == 0)
        open_approval(view, members);
    else if (strcmp(type, "approval.granted") == 0 || strcmp(type, "approval.refused") == 0)
        take_approval(view, members, strcmp(type, "approval.granted") == 0);
    else if (strcmp(type, "lease.opened") == 0 || strcmp(type, "lease.extended") == 0)
        take_lease(view, members);
    else if (strcmp(type, "note") == 0)
        take_note(view, members);
}

bool view_is_within(const char *path, const char *outer)
{
    size_t length = strlen(outer);
    return strncmp(path, outer, length) == 0 && (path[length] == '/' || path[length] == '[');
}

void view_diagnose(struct view *view, const struct err *err)
{
    *note_new(view) = (struct view_note){
        .severity = err_severity_word(err->severity),
        .code = err_name(err->code),
        .message = arena_strdup(view->arena, err->message),
        .file = err->pos.file == NULL ? NULL : arena_strdup(view->arena, err->pos.file),
        .hint = err->hint[0] == '\0' ? NULL : arena_strdup(view->arena, err->hint),
        .line = err->pos.line,
        .column = err->pos.column,
    };
}

void view_fail(struct view *view, const struct err *err)
{
    const struct view_note *last = view->note_count == 0 ? NULL : &view->notes[view->note_count - 1];
    if (last == NULL || !text_same(last->message, err->message)) // the run may have told it already
        view_diagnose(view, err);
    view->exit = err_exit_status(err->code);
    view->status = view->exit == 6 ? "refused" : "failed";
}
