// What was decided, changed and carried out, for a document. Not for what frames it (handover.c). Invariant:
// identifiers stand whole, and each thing is named with the number of the line of the trail that says it.
#include "report/handover_work.h"

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/alert_out.h"
#include "report/clauses.h"
#include "report/coverage.h"
#include "report/diff.h"
#include "report/handover.h"
#include "report/html.h"
#include "report/plan.h"
#include "report/screen.h"
#include "report/view.h"

enum { ASK_CELLS = 7, TASK_CELLS = 7, APPROVAL_CELLS = 7, CLAUSE_CELLS = 5 };

// The newest line of that type at a path; NULL: none.
static const struct value *newest(const struct handover *handover, const char *type, const char *path)
{
    for (size_t i = value_count(handover->lines); i-- > 0;) {
        const struct value *line = value_item(handover->lines, i);
        if (text_is(value_text_at(line, "type"), type) && text_same(value_text_at(line, "path"), path))
            return line;
    }
    return NULL;
}

static const char *number(struct arena *arena, const struct value *line)
{
    return line == NULL ? NULL : arena_printf(arena, "%lld", (long long)value_int_at(line, "seq", -1));
}

static void add_questions(struct text *out, const struct handover *handover)
{
    static const char *const columns[] = {"Step", "Question", "Choices", "Answer",
                                          "By",   "When",     "Line",    NULL};
    const struct view *view = handover->view;
    struct arena *arena = out->arena;
    html_heading(out, 3, "Questions");
    html_table(out, columns);
    for (size_t i = 0; i < view->ask_count; i++) {
        const struct view_ask *ask = &view->asks[i];
        const struct value *line = newest(handover, "ask.answered", ask->path);
        bool assumed = text_is(ask->by, "otherwise");
        const char *const cells[ASK_CELLS] = {ask->path,
                                              ask->text,
                                              value_join(arena, ask->choices, " | "),
                                              ask->answer == NULL ? "not answered" : ask->answer,
                                              assumed ? "nobody: it was assumed" : ask->by,
                                              value_text_at(line, "time"),
                                              number(arena, line)};
        html_row(out, cells, ASK_CELLS);
    }
    html_table_end(out);
}

// "report.pdf sha256:…, 4711 bytes" for each.
static const char *evidence_of(struct arena *arena, const struct value *line)
{
    struct text text = text_new(arena);
    const struct value *files = value_get(line, "evidence");
    for (size_t i = 0; i < value_count(files); i++) {
        const struct value *file = value_item(files, i);
        const char *name = value_text_at(file, "name"), *digest = value_text_at(file, "digest");
        text_addf(&text, "\n%s %s", name == NULL ? "?" : name, digest == NULL ? "?" : digest);
    }
    return text.ptr;
}

static void add_tasks(struct text *out, const struct handover *handover)
{
    static const char *const columns[] = {"Step", "Task",           "For",  "Attested by",
                                          "When", "Note, evidence", "Line", NULL};
    const struct view *view = handover->view;
    struct arena *arena = out->arena;
    html_heading(out, 3, "Tasks");
    html_table(out, columns);
    for (size_t i = 0; i < view->task_count; i++) {
        const struct view_task *task = &view->tasks[i];
        const struct value *line = newest(handover, "task.attested", task->path);
        const char *const cells[TASK_CELLS] = {
            task->path,
            task->text,
            task->to,
            task->by == NULL ? "nobody yet" : task->by,
            value_text_at(line, "time"),
            arena_printf(arena, "%s%s", task->note == NULL ? "" : task->note, evidence_of(arena, line)),
            number(arena, line)};
        html_row(out, cells, TASK_CELLS);
    }
    html_table_end(out);
}

// Who gave it, how, when, and by which key.
static const char *givers(struct arena *arena, const struct view_approval *approval)
{
    struct text text = text_new(arena);
    for (size_t i = 0; i < value_count(approval->by); i++) {
        const struct value *by = value_item(approval->by, i);
        const char *who = value_text_at(by, "who"), *how = value_text_at(by, "how"),
                   *at = value_text_at(by, "at"), *key = value_text_at(by, "key");
        text_addf(&text, "%s%s, %s, %s, %s%s", i == 0 ? "" : "\n", who == NULL ? "?" : who,
                  how == NULL ? "?" : how, at == NULL ? "?" : at, key == NULL ? "not signed" : "signed by ",
                  key == NULL ? "" : key);
    }
    return text.ptr;
}

static void add_approvals(struct text *out, const struct handover *handover)
{
    static const char *const columns[] = {
        "Step", "Risk", "Changes", "Needed", "Status", "Who, how, when, signature", "Digest", NULL};
    const struct view *view = handover->view;
    struct arena *arena = out->arena;
    html_heading(out, 3, "Approvals");
    html_table(out, columns);
    for (size_t i = 0; i < view->approval_count; i++) {
        const struct view_approval *approval = &view->approvals[i];
        const char *const cells[APPROVAL_CELLS] = {approval->path,
                                                   approval->risk,
                                                   value_join(arena, approval->effects, "\n"),
                                                   arena_printf(arena, "%lld", (long long)approval->need),
                                                   approval->status,
                                                   givers(arena, approval),
                                                   approval->digest};
        html_row(out, cells, APPROVAL_CELLS);
    }
    html_table_end(out);
}

void handover_work_people(struct text *out, const struct handover *handover)
{
    const struct view *view = handover->view;
    html_heading(out, 2, "What people decided");
    if (view->ask_count > 0)
        add_questions(out, handover);
    if (view->approval_count > 0)
        add_approvals(out, handover);
    if (view->task_count > 0)
        add_tasks(out, handover);
    if (view->ask_count + view->approval_count + view->task_count == 0)
        html_paragraph(out, "Nobody was asked anything.");
}

static void add_open_row(struct text *out, const char *what, const char *path, const char *why)
{
    const char *const cells[] = {what, path, why};
    html_row(out, cells, sizeof cells / sizeof *cells);
}

static void add_open_steps(struct text *out, const struct view *view)
{
    static const char *const open[] = {"failed", "refused", "undecided", NULL};
    for (size_t i = 0; i < view->step_count; i++)
        if (text_is_one_of(view->steps[i].status, open) && view->steps[i].reason != NULL)
            add_open_row(out, view->steps[i].status, view->steps[i].path, view->steps[i].reason);
}

void handover_work_open(struct text *out, const struct handover *handover)
{
    static const char *const columns[] = {"What", "Step", "Why", NULL};
    const struct view *view = handover->view;
    struct text rows = text_new(out->arena);
    html_heading(out, 2, "What needs a person");
    for (size_t i = 0; i < view->ask_count; i++)
        if (view->asks[i].answer == NULL || text_is(view->asks[i].by, "otherwise"))
            add_open_row(&rows, view->asks[i].answer == NULL ? "question" : "question, assumed",
                         view->asks[i].path, view->asks[i].text);
    for (size_t i = 0; i < view->approval_count; i++)
        if (!text_is(view->approvals[i].status, "granted"))
            add_open_row(&rows, "approval", view->approvals[i].path, view->approvals[i].status);
    for (size_t i = 0; i < view->task_count; i++)
        if (view->tasks[i].by == NULL)
            add_open_row(&rows, "task", view->tasks[i].path, view->tasks[i].text);
    add_open_steps(&rows, view);
    if (rows.length == 0) {
        html_paragraph(out, "Nothing.");
        return;
    }
    html_table(out, columns);
    text_addn(out, rows.ptr, rows.length);
    html_table_end(out);
}

// The whole of it, unlike what a screen has room for: of a list each item on a line.
static const char *value_of(struct arena *arena, const struct value *value)
{
    static const char *const marks[] = {"$secret", "$blob", "$unknown"};
    struct text text = text_new(arena);
    bool marked = value_find_unknown(value) != NULL || value_has_secret(value) || value_is_null(value);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        marked = marked || value_get(value, marks[i]) != NULL;
    if (marked)
        return diff_value_text(arena, value);
    if (!value_is(value, VALUE_LIST))
        return alert_out_item(arena, value);
    for (size_t i = 0; i < value_count(value); i++)
        text_addf(&text, "%s%s", i == 0 ? "" : "\n", alert_out_item(arena, value_item(value, i)));
    return text.length == 0 ? "(none)" : text.ptr;
}

static void add_difference(struct text *out, const struct view *view, const struct view_effect *effect)
{
    static const char *const change[] = {"Field", "Before", "After", NULL},
                             *const plan[] = {"Field", "Before", "Wanted", NULL},
                             *const event[] = {"Field", "Sent", NULL};
    struct arena *arena = out->arena;
    bool is_event = plan_is_event(effect), seen = plan_was_seen(effect) || text_is(effect->status, "undone");
    const struct diff diff = plan_diff(view, effect);
    if (diff.count == 0)
        return;
    html_table(out, is_event ? event : seen ? change : plan);
    for (size_t i = 0; i < diff.count; i++) {
        const struct diff_row *row = &diff.rows[i];
        const char *before = row->before == NULL ? "(not there)" : value_of(arena, row->before),
                   *after = row->after == NULL ? "(not there)" : value_of(arena, row->after);
        const char *const cells[] = {row->field, is_event ? after : before, after};
        html_row(out, cells, is_event ? 2 : 3);
    }
    html_table_end(out);
}

static const char *requests_of(struct arena *arena, const struct view_effect *effect)
{
    struct text text = text_new(arena);
    for (size_t i = 0; i < value_count(effect->requests); i++) {
        const struct value *request = value_item(effect->requests, i);
        const char *method = value_text_at(request, "method"), *url = value_text_at(request, "url");
        text_addf(&text, "%s%s %s", i == 0 ? "" : "\n", method == NULL ? "?" : method,
                  url == NULL ? "?" : url);
    }
    return text.length == 0 ? NULL : text.ptr;
}

static void add_change(struct text *out, const struct handover *handover, size_t i)
{
    struct arena *arena = out->arena;
    const struct view_effect *effect = &handover->view->effects[i];
    const struct value *intent = newest(handover, "effect.intent", effect->path),
                       *result = newest(handover, "effect.result", effect->path);
    html_heading(out, 3, arena_printf(arena, "%zu. %s", i + 1, effect->path == NULL ? "?" : effect->path));
    html_pairs(out);
    html_pair(out, "What", effect->summary);
    html_pair(out, "By the operation", effect->primitive);
    html_pair(out, "Resource", effect->resource);
    html_pair(out, "Risk", effect->risk);
    html_pair(out, "Can be undone",
              effect->reversible             ? "yes"
              : effect->irreversible == NULL ? "no"
                                             : arena_printf(arena, "no: %s", effect->irreversible));
    html_pair(out, "What became of it", plan_status(effect));
    html_pair(out, "Why", effect->reason);
    html_pair(out, "Begun", value_text_at(intent, "time"));
    html_pair(out, "Ended", value_text_at(result, "time"));
    html_pair(out, "Lines of the trail",
              intent != NULL && result != NULL
                  ? arena_printf(arena, "%s, %s", number(arena, intent), number(arena, result))
                  : number(arena, intent != NULL ? intent : result));
    html_pair(out, "Requests", requests_of(arena, effect));
    html_pair(out, "Clauses",
              value_count(effect->clauses) == 0 ? NULL : value_join(arena, effect->clauses, ", "));
    html_pair(out, "Lasts for", effect->lease);
    html_table_end(out);
    add_difference(out, handover->view, effect);
}

void handover_work_changes(struct text *out, const struct handover *handover)
{
    html_heading(out, 2, "Changes");
    if (handover->view->effect_count == 0)
        html_paragraph(out, "None was made, and none was planned.");
    for (size_t i = 0; i < handover->view->effect_count; i++)
        add_change(out, handover, i);
}

// What the steps that serve a clause had to say.
static const char *evidence_text(struct arena *arena, const struct view *view, const struct clause *clause)
{
    struct text text = text_new(arena);
    text_add(&text, coverage_steps(view, clause->steps));
    for (size_t i = 0; i < view->note_count; i++) {
        const struct view_note *note = &view->notes[i];
        if (note->message != NULL && note->path != NULL && text_is(note->severity, "note") &&
            value_has_text(clause->steps, note->path))
            text_addf(&text, "%s%s", text.length == 0 ? "" : "\n", note->message);
    }
    return text.ptr;
}

void handover_work_clauses(struct text *out, const struct handover *handover)
{
    static const char *const columns[] = {"Clause", "What it asks for", "Status", "Why", "Evidence", NULL};
    const struct screen *screen = handover->screen;
    struct arena *arena = out->arena;
    const struct clauses clauses = clauses_fold(arena, handover->view);
    const struct clause *sorted = coverage_in_order(arena, screen, &clauses);
    html_heading(out, 2, "The documented procedure, clause by clause");
    if (clauses.count == 0) {
        html_paragraph(out, "No step names a clause.");
        return;
    }
    html_paragraph(out, handover->procedure != NULL
                            ? arena_printf(arena, "The words of the clauses are those of the catalogue %s.",
                                           handover->procedure)
                            : "The words of the clauses are not shown: this installation does not have the "
                              "playbook as it was then.");
    if (handover->undoing_count > 0)
        html_paragraph(out, "Each is told as the run left it. What was taken back since stands above.");
    html_table(out, columns);
    for (size_t i = 0; i < clauses.count; i++) {
        const char *const cells[CLAUSE_CELLS] = {
            sorted[i].id,
            screen->clause_text == NULL ? NULL : screen->clause_text(screen->context, sorted[i].id),
            coverage_word(sorted[i].status), sorted[i].reason,
            evidence_text(arena, handover->view, &sorted[i])};
        html_row(out, cells, CLAUSE_CELLS);
    }
    html_table_end(out);
    struct text totals = text_new(arena);
    coverage_add_totals(&totals, &clauses);
    html_paragraph(out, arena_printf(arena, "Together: %s.", totals.ptr));
}
