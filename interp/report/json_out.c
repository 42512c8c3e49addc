// A view as the JSON object of the contract. Not for people's text. Invariant: every member of the contract
// is present whatever the run came to, and no secret is: records are masked before they are taken, and
// json_write refuses what was forgotten.
#include "report/json_out.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "report/clauses.h"
#include "report/view.h"

static void put_int(struct arena *arena, struct value *map, const char *key, int64_t number)
{
    value_hold(arena, map, key, value_int(arena, number));
}

// The contract has a text where a record may lack one.
static const char *known(const char *text, const char *otherwise)
{
    return text == NULL ? otherwise : text;
}

// The alert as screens and programs see it: what came in raw stays out.
static const struct value *alert_value(struct arena *arena, const struct value *alert)
{
    if (!value_is(alert, VALUE_MAP))
        return &value_null;
    struct value *map = value_map(arena);
    for (size_t i = 0; i < alert->count; i++)
        if (strcmp(alert->fields[i].key, "raw") != 0)
            value_hold(arena, map, alert->fields[i].key, alert->fields[i].value);
    return map;
}

static const struct value *step_list(struct arena *arena, const struct view *view)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < view->step_count; i++) {
        const struct view_step *step = &view->steps[i];
        struct value *map = value_map(arena);
        value_hold_text(arena, map, "path", known(step->path, ""));
        value_hold_text(arena, map, "kind", known(step->kind, ""));
        value_hold_text(arena, map, "status", known(step->status, "undecided"));
        value_hold_text(arena, map, "reason", step->reason);
        value_hold(arena, map, "clauses", step->clauses);
        value_append(arena, list, map);
    }
    return list;
}

static const struct value *request_list(struct arena *arena, const struct value *requests)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < value_count(requests); i++) {
        const struct value *request = value_item(requests, i);
        struct value *map = value_map(arena);
        value_hold_text(arena, map, "method", value_text_at(request, "method"));
        value_hold_text(arena, map, "url", value_text_at(request, "url"));
        value_hold(arena, map, "body", value_get(request, "body"));
        value_append(arena, list, map);
    }
    return list;
}

const struct value *json_out_effects(struct arena *arena, const struct view *view)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < view->effect_count; i++) {
        const struct view_effect *effect = &view->effects[i];
        struct value *map = value_map(arena);
        value_hold_text(arena, map, "path", known(effect->path, ""));
        value_hold_text(arena, map, "primitive", effect->primitive);
        value_hold_text(arena, map, "resource", known(effect->resource, ""));
        value_hold_text(arena, map, "risk", known(effect->risk, "contain"));
        value_hold(arena, map, "reversible", value_bool(effect->reversible));
        value_hold_text(arena, map, "status", known(effect->status, "unknown"));
        value_hold(arena, map, "verified", effect->verified);
        value_hold(arena, map, "before", effect->before);
        value_hold(arena, map, "after", effect->after);
        value_hold(arena, map, "requests", request_list(arena, effect->requests));
        value_hold(arena, map, "clauses", effect->clauses);
        value_append(arena, list, map);
    }
    return list;
}

static const struct value *ask_list(struct arena *arena, const struct view *view)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < view->ask_count; i++) {
        const struct view_ask *ask = &view->asks[i];
        struct value *map = value_map(arena);
        value_hold_text(arena, map, "path", known(ask->path, ""));
        value_hold_text(arena, map, "text", known(ask->text, ""));
        value_hold(arena, map, "choices", ask->choices);
        value_hold_text(arena, map, "answer", ask->answer);
        value_hold_text(arena, map, "by", ask->by);
        value_append(arena, list, map);
    }
    return list;
}

static const struct value *approval_list(struct arena *arena, const struct view *view)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < view->approval_count; i++) {
        const struct view_approval *approval = &view->approvals[i];
        struct value *map = value_map(arena);
        value_hold_text(arena, map, "path", known(approval->path, ""));
        value_hold_text(arena, map, "risk", known(approval->risk, "contain"));
        put_int(arena, map, "need", approval->need);
        value_hold(arena, map, "by", approval->by);
        value_hold_text(arena, map, "status", approval->status);
        value_append(arena, list, map);
    }
    return list;
}

const struct value *json_out_clauses(struct arena *arena, const struct view *view)
{
    struct value *list = value_list(arena);
    struct clauses clauses = clauses_fold(arena, view);
    for (size_t i = 0; i < clauses.count; i++) {
        struct value *map = value_map(arena);
        value_hold_text(arena, map, "id", clauses.items[i].id);
        value_hold_text(arena, map, "status", clauses.items[i].status);
        value_hold(arena, map, "steps", clauses.items[i].steps);
        value_hold_text(arena, map, "reason", clauses.items[i].reason);
        value_append(arena, list, map);
    }
    return list;
}

static const struct value *place(struct arena *arena, int64_t number)
{
    return number > 0 ? value_int(arena, number) : &value_null;
}

static const struct value *diagnostic_list(struct arena *arena, const struct view *view)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < view->note_count; i++) {
        const struct view_note *note = &view->notes[i];
        struct value *map = value_map(arena);
        value_hold_text(arena, map, "severity", note->severity);
        value_hold_text(arena, map, "code", note->code);
        value_hold_text(arena, map, "message", known(note->message, ""));
        value_hold_text(arena, map, "file", note->file);
        value_hold(arena, map, "line", place(arena, note->line));
        value_hold(arena, map, "column", place(arena, note->column));
        value_hold_text(arena, map, "hint", note->hint);
        value_append(arena, list, map);
    }
    return list;
}

static const struct value *totals(struct arena *arena, const struct view *view)
{
    struct value *map = value_map(arena);
    put_int(arena, map, "read", view->reads);
    put_int(arena, map, "changed", view->changes);
    put_int(arena, map, "predicted", view->predicted);
    put_int(arena, map, "retried", view->retried);
    return map;
}

static const struct value *extent(struct arena *arena, const struct view *view)
{
    if (view->first < 0 || view->last < 0 || view->root == NULL)
        return &value_null;
    struct value *map = value_map(arena);
    put_int(arena, map, "first", view->first);
    put_int(arena, map, "last", view->last);
    value_hold_text(arena, map, "root", view->root);
    return map;
}

static const struct value *lease_list(struct arena *arena, const struct view *view)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < view->lease_count; i++) {
        struct value *map = value_map(arena);
        value_hold_text(arena, map, "path", view->leases[i].path);
        value_hold_text(arena, map, "until", view->leases[i].until);
        value_append(arena, list, map);
    }
    return list;
}

const struct value *json_out_run(struct arena *arena, const struct view *view)
{
    struct value *run = value_map(arena);
    value_hold_text(arena, run, "run", view->run);
    value_hold_text(arena, run, "playbook", view->playbook);
    value_hold_text(arena, run, "version", view->version);
    value_hold_text(arena, run, "digest", view->digest);
    value_hold_text(arena, run, "mode", view->mode);
    value_hold_text(arena, run, "profile", view->profile);
    value_hold_text(arena, run, "status", view->status);
    put_int(arena, run, "exit", view->exit);
    value_hold(arena, run, "alert", alert_value(arena, view->alert));
    value_hold(arena, run, "steps", step_list(arena, view));
    value_hold(arena, run, "effects", json_out_effects(arena, view));
    value_hold(arena, run, "asks", ask_list(arena, view));
    value_hold(arena, run, "approvals", approval_list(arena, view));
    value_hold(arena, run, "clauses", json_out_clauses(arena, view));
    value_hold(arena, run, "diagnostics", diagnostic_list(arena, view));
    value_hold(arena, run, "requests", totals(arena, view));
    value_hold(arena, run, "trail", extent(arena, view));
    if (view->lease_count > 0)
        value_hold(arena, run, "leases", lease_list(arena, view));
    if (view->leaves != NULL)
        value_hold(arena, run, "leaves", view->leaves);
    if (view->differences != NULL)
        value_hold(arena, run, "differences", view->differences);
    return run;
}

struct text json_out_text(struct arena *arena, const struct view *view)
{
    const struct value *run = json_out_run(arena, view);
    struct text out =
        text_new_sized(arena, json_length(run) + 2); // a large one that grew would lie there twice
    json_write_line(&out, run);
    return out;
}
