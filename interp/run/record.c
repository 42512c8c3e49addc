// Records: every one goes to the trail, the view and the sink, in this order. Not for what the records say.
// Invariant: what is told before run.started is held back and told after it.
#include "run/run.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "report/view.h"
#include "run/marks.h"
#include "trail/trail.h"

enum {
    INLINE_VALUE = 24 * 1024,
    MOST_MEMBERS = TRAIL_MAX_LINE - 2048, // beside those that every line has
    MOST_REFERENCE = 128,
    TRAIL_QUEUE = 1024 * 1024,
    MOST_ESCAPE = 6
};

bool run_settle(struct run *run)
{
    struct trail *trail = run_config(run)->trail;
    struct err err = {0};
    if (trail_claim(trail, run->id, &err) && trail_commit(trail, &err))
        return true;
    run_fail(run, &err);
    return false;
}

void run_record(struct run *run, const char *type, const struct value *members)
{
    if (run->silent) {
        view_take(run->view, type, members);
        return;
    }
    if (run->held == NULL) {
        run_tell(run, type, members);
        return;
    }
    struct value *record = value_map(run->arena);
    value_put_text(run->arena, record, "type", type);
    value_put(run->arena, record, "members", value_copy(run->arena, members)); // outlives the answers
    value_append(run->arena, run->held, record);
}

void run_record_read(const struct instance *instance, const struct request *request,
                     const struct response *response, int64_t began_us)
{
    struct run *run = instance->run;
    struct arena *arena = arena_open(); // the view keeps nothing of it
    struct value *members = value_map_sized(arena, 12);
    value_hold_text(arena, members, "path", instance->path);
    value_hold_text(arena, members, "primitive",
                    instance->primitive != NULL ? instance->primitive->name : NULL);
    value_hold_text(arena, members, "method", request->method);
    value_hold_text(arena, members, "url", request->url);
    if (request->body != NULL)
        value_hold(arena, members, "body", run_bounded(run, request->body));
    value_hold(arena, members, "status", value_int(arena, response->status));
    value_hold(arena, members, "at_us", value_int(arena, began_us));
    value_hold(arena, members, "took_us", value_int(arena, run_age_us(run) - began_us));
    if (response->failure != NULL)
        value_hold_text(arena, members, "failure", response->failure);
    if (response->body != NULL)
        value_hold(arena, members, "answer", run_bounded(run, response->body));
    run_record(run, "read", members);
    arena_close(arena);
}

void run_note(struct run *run, const char *path, const struct err *err)
{
    struct value *note = value_map(run->arena);
    value_put_text(run->arena, note, "path", path);
    value_put_text(run->arena, note, "severity", err_severity_word(err->severity));
    if (err->code != E_NONE)
        value_put_text(run->arena, note, "code", err_name(err->code));
    value_put_text(run->arena, note, "message", err->message);
    if (err->pos.file != NULL) {
        value_put_text(run->arena, note, "file", err->pos.file);
        value_put(run->arena, note, "line", value_int(run->arena, err->pos.line));
        value_put(run->arena, note, "column", value_int(run->arena, err->pos.column));
    }
    if (err->hint[0] != '\0')
        value_put_text(run->arena, note, "hint", err->hint);
    run_record(run, "note", note);
}

// No less than the value's bytes as JSON; counted until there are more than `enough`.
static size_t most_bytes(const struct value *value, size_t enough)
{
    size_t sum = 32; // what surrounds it, a number, a masked secret's braces
    switch (value->kind) {
    case VALUE_LIST:
        for (size_t i = 0; i < value->count && sum <= enough; i++)
            sum += most_bytes(value->items[i], enough);
        return sum;
    case VALUE_MAP:
        for (size_t i = 0; i < value->count && sum <= enough; i++)
            sum += MOST_ESCAPE * strlen(value->fields[i].key) + most_bytes(value->fields[i].value, enough);
        return sum;
    case VALUE_STRING:
    case VALUE_SECRET:
    case VALUE_UNKNOWN:
        return sum + MOST_ESCAPE * strlen(value->text);
    default:
        return sum;
    }
}

// Most values are so small that nobody needs to look at each byte to know.
static bool is_within(const struct value *value, size_t length)
{
    return most_bytes(value, length) <= length || json_length(value) <= length;
}

void run_mark(struct run *run, struct value *members, const struct value *value)
{
    const struct value *marks = mode_sends(run->mode) ? marks_of(run->arena, value) : NULL;
    if (marks != NULL) // nobody goes on with any other run
        value_put(run->arena, members, "unknowns", marks);
}

// A map from outside that looks like a reference must not be taken for one when it is read back.
static bool looks_like_reference(const struct value *value)
{
    return value_is(value, VALUE_MAP) && value->count == 1 && value_get(value, "$blob") != NULL;
}

// {"$blob": …}: the value stands beside the log.
static const struct value *put_apart(struct run *run, const char *text)
{
    struct err err = {0};
    struct value *reference = value_map(run->arena);
    const struct value *blob = trail_blob(run_config(run)->trail, run->arena, text, strlen(text), &err);
    if (blob == NULL)
        run_fail(run, &err);
    value_put(run->arena, reference, "$blob", blob);
    return reference;
}

const struct value *run_bounded(struct run *run, const struct value *value)
{
    struct trail *trail = run_config(run)->trail;
    const struct value *masked = trail_mask_value(trail, run->arena, value == NULL ? &value_null : value);
    bool apart = looks_like_reference(masked);
    if (run->silent || (!apart && is_within(masked, INLINE_VALUE)))
        return masked;
    struct arena *scratch = arena_open();
    masked = put_apart(run, json_text(scratch, masked));
    arena_close(scratch);
    return masked;
}

// Members that may stand beside the log, as whoever reads them knows; and requests, in which bodies may.
static bool may_be_apart(const char *member)
{
    static const char *const members[] = {"alert_raw", "scope", "answers", "plan",   "alert",  "params",
                                          "answer",    "body",  "after",   "before", "result", NULL};
    return text_is_one_of(member, members);
}

// The same with every such member apart that is longer than a reference.
static const struct value *smaller(struct run *run, struct arena *scratch, const struct value *members)
{
    struct value *copy = value_map(run->arena);
    for (size_t i = 0; i < value_count(members); i++) {
        const char *name = members->fields[i].key;
        const struct value *value = members->fields[i].value;
        const char *text = may_be_apart(name) ? json_text(scratch, value) : "";
        struct value *list =
            strcmp(name, "requests") == 0 && value_is(value, VALUE_LIST) ? value_list(run->arena) : NULL;
        for (size_t k = 0; list != NULL && k < value_count(value); k++)
            value_append(run->arena, list, smaller(run, scratch, value_item(value, k)));
        value_put(run->arena, copy, name,
                  list != NULL                    ? list
                  : strlen(text) > MOST_REFERENCE ? put_apart(run, text)
                                                  : value);
    }
    return copy;
}

// Who looks on is told the alert as it is; in the trail it is a member like any other.
static const struct value *with_alert_apart(struct run *run, const struct value *members)
{
    const struct value *alert = value_get(members, "alert");
    if (alert == NULL || is_within(alert, INLINE_VALUE))
        return members;
    struct value *copy = value_map_sized(run->arena, value_count(members));
    value_put_all(run->arena, copy, members);
    value_put(run->arena, copy, "alert", run_bounded(run, alert));
    return copy;
}

// Each other member alone is bounded; together they can still be more than a line holds.
static const struct value *fitting(struct run *run, const struct value *members)
{
    members = with_alert_apart(run, members);
    if (is_within(members, MOST_MEMBERS))
        return members;
    struct arena *scratch = arena_open();
    members = smaller(run, scratch, members);
    arena_close(scratch);
    return members;
}

void run_tell(struct run *run, const char *type, const struct value *members)
{
    run->last_ticket = trail_append(run_config(run)->trail, run->id, type, fitting(run, members));
    view_take(run->view, type, members);
    if (run->request.sink != NULL)
        run->request.sink(run->request.sink_context, type, members);
    if (trail_pending_bytes(run_config(run)->trail) > TRAIL_QUEUE)
        (void)run_settle(run);
}
