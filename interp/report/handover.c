// Puts the document of a run together. Its inner parts are handover_work.c. Invariant: it is a function of
// the verified lines and of the key that they were verified by; two who make it of the same trail have the
// same bytes.
#include "report/handover.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/alert_out.h"
#include "report/handover_work.h"
#include "report/html.h"
#include "report/plan.h"
#include "report/trail_out.h"
#include "report/view.h"

enum { LINE_CELLS = 5, UNDOING_CELLS = 5 };

static const char *or_none(const char *text)
{
    return text == NULL ? "not said" : text;
}

static const char *what_became(struct arena *arena, const struct view *view)
{
    if (view->undone_by != NULL)
        return arena_printf(arena, "%s, and undone by %s", view->status, view->undone_by);
    if (view->stopped_by != NULL)
        return arena_printf(arena, "stopped by %s: nobody goes on with it", view->stopped_by);
    return view->finished ? arena_printf(arena, "%s (exit %d)", view->status, view->exit)
                          : "no end: it is at work, or was cut off";
}

// "NAME@VERSION: signed by VKEY", of the playbook and of what it calls.
static const char *signatures(struct arena *arena, const struct value *start)
{
    const struct value *all = value_get(start, "signed");
    struct text text = text_new(arena);
    for (size_t i = 0; value_is(all, VALUE_MAP) && i < all->count; i++) {
        const char *key = value_text(all->fields[i].value);
        text_addf(&text, "%s%s: %s%s", i == 0 ? "" : "\n", all->fields[i].key,
                  key == NULL                ? "not signed"
                  : strchr(key, '+') == NULL ? "built in, "
                                             : "signed by ",
                  key == NULL ? "" : key);
    }
    return text.length == 0 ? NULL : text.ptr;
}

static const char *lines_of(struct arena *arena, const struct value *value)
{
    struct text text = text_new(arena);
    if (!value_is(value, VALUE_LIST))
        return value_is_null(value) ? "" : alert_out_item(arena, value);
    for (size_t i = 0; i < value_count(value); i++)
        text_addf(&text, "%s%s", i == 0 ? "" : "\n", alert_out_item(arena, value_item(value, i)));
    return text.ptr;
}

static const char *texts(struct arena *arena, const struct value *value)
{
    const char *text = lines_of(arena, value);
    return *text == '\0' ? NULL : text;
}

static void add_others(struct text *out, const struct handover *handover)
{
    struct arena *arena = out->arena;
    const struct value *lines = handover->lines;
    for (size_t i = 0; i < value_count(lines); i++) {
        const struct value *line = value_item(lines, i);
        const char *type = value_text_at(line, "type"), *time = or_none(value_text_at(line, "time")),
                   *by = or_none(value_text_at(line, "by")), *host = or_none(value_text_at(line, "host"));
        if (text_is(type, "run.resumed"))
            html_pair(out, "Gone on with", arena_printf(arena, "%s by %s on %s", time, by, host));
        else if (text_is(type, "run.finished"))
            html_pair(out, "Ended",
                      arena_printf(arena, "%s, %s", time, or_none(value_text_at(line, "status"))));
        else if (text_is(type, "run.stopped"))
            html_pair(out, "Stopped", arena_printf(arena, "%s by %s on %s", time, by, host));
        else if (text_is(type, "run.undone"))
            html_pair(out, "Undone",
                      arena_printf(arena, "%s by %s, in the run %s", time, by,
                                   or_none(value_text_at(line, "undone_by"))));
    }
}

static const char *identity_of(struct arena *arena, const struct value *lines)
{
    for (size_t i = value_count(lines); i-- > 0;) {
        const struct value *identity = value_get(value_item(lines, i), "identity");
        if (value_is(identity, VALUE_MAP))
            return arena_printf(arena, "object id %s, application id %s",
                                or_none(value_text_at(identity, "object_id")),
                                or_none(value_text_at(identity, "app_id")));
    }
    return NULL;
}

// Of every time that somebody went on with it.
static int64_t requests(const struct value *lines, const char *which)
{
    int64_t count = 0;
    for (size_t i = 0; i < value_count(lines); i++)
        count += value_int_at(value_item(lines, i), which, 0);
    return count;
}

static void add_facts(struct text *out, const struct handover *handover)
{
    struct arena *arena = out->arena;
    const struct view *view = handover->view;
    const struct value *start = value_item(handover->lines, 0);
    html_pairs(out);
    html_pair(out, "Run", view->run);
    html_pair(out, "What became of it", what_became(arena, view));
    html_pair(out, "Playbook", arena_printf(arena, "%s %s", or_none(view->playbook), or_none(view->version)));
    html_pair(out, "Title", view->title);
    html_pair(out, "Digest", view->digest);
    html_pair(out, "Signatures", signatures(arena, start));
    html_pair(out, "Mode", view->mode);
    html_pair(out, "Undoes", view->undoes);
    html_pair(out, "Replays", view->replays);
    html_pair(out, "Begun",
              arena_printf(arena, "%s by %s on %s", or_none(value_text_at(start, "time")),
                           or_none(value_text_at(start, "by")), or_none(value_text_at(start, "host"))));
    add_others(out, handover);
    html_pair(out, "Profile", view->profile);
    html_pair(out, "Cloud, tenant",
              arena_printf(arena, "%s, %s", or_none(view->cloud), or_none(value_text_at(start, "tenant"))));
    html_pair(out, "Signed in", value_text_at(start, "sign_in"));
    html_pair(out, "Client", value_text_at(start, "client_id"));
    html_pair(out, "As", identity_of(arena, handover->lines));
    html_pair(out, "Scope", texts(arena, value_get(start, "scope")));
    html_pair(out, "Parameters", texts(arena, value_get(start, "params")));
    html_pair(out, "Answers given beforehand", texts(arena, value_get(start, "answers")));
    html_pair(out, "Known in Azure's activity log by", value_text_at(start, "correlation"));
    const char *more =
        view->counted ? "" : ", and those of the time that did not end by itself, which are not counted";
    html_pair(out, "Reads",
              arena_printf(arena, "%" PRId64 "%s", requests(handover->lines, "requests.read"), more));
    html_pair(out, "Changes sent",
              arena_printf(arena, "%" PRId64 "%s", requests(handover->lines, "requests.changed"), more));
    html_pair(out, "Program", value_text_at(start, "program"));
    html_pair(out, "Lines of the trail",
              arena_printf(arena, "%" PRId64 " to %" PRId64, view->first, view->last));
    html_table_end(out);
}

// Whatever its fields, each with its name.
static void add_alert(struct text *out, const struct handover *handover)
{
    const struct value *alert = handover->view->alert;
    html_heading(out, 2, "Alert");
    if (!value_is(alert, VALUE_MAP)) {
        html_paragraph(out, "None.");
        return;
    }
    html_paragraph(out, "What it says was written by whoever raised it.");
    html_pairs(out);
    for (size_t i = 0; i < alert->count; i++)
        html_pair(out, alert->fields[i].key, texts(out->arena, alert->fields[i].value));
    html_pair(out, "read from", handover->view->alert_file);
    html_table_end(out);
}

static void add_undoings(struct text *out, const struct handover *handover)
{
    static const char *const columns[] = {"Run",     "Begun", "What became of it", "What it took back",
                                          "Of what", NULL};
    struct arena *arena = out->arena;
    if (handover->undoing_count == 0)
        return;
    html_heading(out, 2, "What was taken back");
    html_table(out, columns);
    for (size_t i = 0; i < handover->undoing_count; i++) {
        const struct view *undoing = handover->undoings[i];
        const struct value *start = handover->undoing_starts[i];
        struct text changes = text_new(arena);
        for (size_t j = 0; j < undoing->effect_count; j++)
            text_addf(&changes, "%s%s: %s", j == 0 ? "" : "\n", or_none(undoing->effects[j].path),
                      plan_status(&undoing->effects[j]));
        const char *const cells[UNDOING_CELLS] = {
            arena_printf(arena, "%s%s", or_none(undoing->run),
                         value_flag_at(start, "leased") ? ", because a lease ended" : ""),
            arena_printf(arena, "%s by %s", or_none(value_text_at(start, "time")),
                         or_none(value_text_at(start, "by"))),
            arena_printf(arena, "%s (%s)", what_became(arena, undoing), or_none(undoing->mode)),
            changes.length == 0 ? "nothing" : changes.ptr,
            undoing->undoes_step == NULL ? "the whole run" : undoing->undoes_step};
        html_row(out, cells, UNDOING_CELLS);
    }
    html_table_end(out);
}

static void add_lines(struct text *out, const struct handover *handover)
{
    static const char *const columns[] = {"Line", "Time", "Type", "By", "What", NULL};
    struct arena *arena = out->arena;
    html_heading(out, 2, "Line by line");
    html_paragraph(out, arena_printf(arena, "`playbook audit show NUMBER` shows all that a line says."));
    html_table(out, columns);
    for (size_t i = 0; i < value_count(handover->lines); i++) {
        const struct value *line = value_item(handover->lines, i);
        const char *const cells[LINE_CELLS] = {
            arena_printf(arena, "%lld", (long long)value_int_at(line, "seq", -1)),
            value_text_at(line, "time"), value_text_at(line, "type"), value_text_at(line, "by"),
            trail_out_words(arena, line)};
        html_row(out, cells, LINE_CELLS);
    }
    html_table_end(out);
}

static void add_verification(struct text *out, const struct handover *handover)
{
    struct arena *arena = out->arena;
    const char *run = handover->view->run;
    html_heading(out, 2, "How to verify it");
    html_paragraph(out, "This page proves nothing by itself: the trail does. Where the trail is:");
    html_verbatim(out,
                  arena_printf(arena,
                               "playbook audit verify\n"
                               "playbook audit report %s --out %s.html    # this page again\n"
                               "playbook audit show %s --bundle %s.jsonl  # the lines, each with its proof",
                               run, run, run, run));
    html_paragraph(out,
                   "Elsewhere, with the last of these files and the verifier key from whoever keeps it, not "
                   "from this page:");
    html_verbatim(out, arena_printf(arena, "playbook audit verify %s.jsonl --key VKEY", run));
    html_paragraph(out, "Whether the trail has only grown since, with the checkpoint below in a file:");
    html_verbatim(out, "playbook audit verify --since checkpoint.txt");
    html_pairs(out);
    html_pair(out, "Trail", handover->origin);
    html_pair(out, "Verifier key", handover->vkey);
    html_pair(out, "Lines that the key has signed", arena_printf(arena, "%" PRIu64, handover->size));
    html_pair(out, "Root", handover->root);
    html_table_end(out);
    html_paragraph(out, "Checkpoint (c2sp.org/tlog-checkpoint):");
    html_verbatim(out, handover->checkpoint);
}

void handover_write(struct text *out, const struct handover *handover)
{
    struct arena *arena = out->arena;
    const struct view *view = handover->view;
    html_begin(out, handover->language, arena_printf(arena, "Run %s", view->run));
    html_paragraph(out,
                   arena_printf(arena,
                                "Made by `playbook audit report` from the trail %s, after all its %" PRIu64
                                " lines were verified. All times are UTC.",
                                handover->origin, handover->size));
    if (view->lab)
        html_paragraph(out, "LAB: a simulated Azure estate inside the program. Nothing here is real.");
    add_facts(out, handover);
    add_alert(out, handover);
    handover_work_open(out, handover);
    handover_work_people(out, handover);
    handover_work_changes(out, handover);
    add_undoings(out, handover);
    handover_work_clauses(out, handover);
    add_lines(out, handover);
    add_verification(out, handover);
    html_end(out);
}
