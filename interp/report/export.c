// What a line of the trail means to other people's systems, before any of their formats: its row, its
// outcome, how grave it is. Not for how a format writes that (export_*.c). Invariant: it is said from the
// line alone, so that any part of a trail can be exported.
#include "report/export.h"

#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "report/trail_out.h"

static const struct export_row rows[] = {
#define X(type, name, type_uid, category, kind) {type, name, type_uid, category, kind},
#include "report/export.def"
#undef X
};

static const struct {
    const char *name;
    export_writer *write;
} formats[] = {{"ocsf", export_ocsf}, {"ecs", export_ecs}, {"cef", export_cef}};

export_writer *export_find(const char *format)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, format) == 0)
            return formats[i].write;
    return NULL;
}

const struct export_row *export_row(const char *type)
{
    for (size_t i = 0; type != NULL && i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].type, type) == 0)
            return &rows[i];
    return NULL;
}

// A change that was sent, and did not bring what was wanted, is no success.
static enum export_outcome of_status(const struct value *line, const char *status)
{
    static const char *const good[] = {"done", "applied", "in-place", "skipped", NULL};
    bool differs = value_is(value_get(line, "verified"), VALUE_BOOL) && !value_flag_at(line, "verified");
    return differs || strcmp(status, "failed") == 0 ? EXPORT_FAILURE
           : text_is_one_of(status, good)           ? EXPORT_SUCCESS
                                                    : EXPORT_OTHER;
}

static enum export_outcome of_read(const struct value *line)
{
    int64_t status = value_int_at(line, "status", 0);
    return status >= 200 && status < 400 ? EXPORT_SUCCESS : EXPORT_FAILURE;
}

static void judge(struct export_event *event, const char *type)
{
    static const char *const begun[] = {"effect.intent", "approval.opened", NULL};
    static const char *const done[] = {"run.started",   "run.resumed", "approval.granted",
                                       "trail.created", "key.rotated", NULL};
    const struct value *line = event->line;
    event->status = value_text_at(line, "status");
    if (strcmp(type, "read") == 0)
        event->outcome = of_read(line);
    else if (event->status != NULL)
        event->outcome = of_status(line, event->status);
    else if (strcmp(type, "approval.refused") == 0)
        event->outcome = EXPORT_FAILURE;
    else if (strcmp(type, "step.undone") == 0)
        event->outcome = value_count(value_get(line, "remain")) > 0 ? EXPORT_FAILURE : EXPORT_SUCCESS;
    else if (text_is_one_of(type, done))
        event->outcome = EXPORT_SUCCESS;
    else if (text_is_one_of(type, begun)) {
        event->outcome = EXPORT_OTHER;
        event->status = "pending";
    }
}

static enum export_severity severity_of(const struct export_event *event, const char *type)
{
    static const char *const grave[] = {"error", NULL}, *const worth[] = {"warning", NULL};
    static const char *const odd[] = {"refused", "unknown", "gaps", "interrupted", "killed", NULL};
    const char *said = value_text_at(event->line, "severity");
    if (text_is_one_of(said, grave))
        return EXPORT_HIGH;
    if (text_is_one_of(said, worth) || text_is_one_of(event->status, odd) ||
        strcmp(type, "approval.refused") == 0 || strcmp(type, "trail.recovered") == 0)
        return EXPORT_MEDIUM;
    // What a read was answered is judged by its step.
    return event->outcome == EXPORT_FAILURE && strcmp(type, "read") != 0 ? EXPORT_HIGH : EXPORT_INFORMATIONAL;
}

struct export_event export_read(struct arena *arena, const struct value *line, const char *bytes,
                                size_t length, const char *log)
{
    static const struct export_row later = {"", "Line of the trail", 99, "process", "info"};
    const char *type = value_text_at(line, "type"), *time = value_text_at(line, "time");
    struct export_event event = {.row = export_row(type), .line = line, .bytes = bytes, .length = length};
    type = type == NULL ? "" : type;
    if (event.row == NULL)
        event.row = &later;
    if (time == NULL || !clock_parse(time, &event.time))
        event.time = 0;
    event.digest = crypto_sha256_hex(arena, bytes, length);
    event.log = log;
    event.reason = value_text_at(line, "reason");
    if (event.reason == NULL)
        event.reason = value_text_at(line, "failure");
    judge(&event, type);
    event.severity = severity_of(&event, type);
    event.user =
        value_text_at(line, text_starts(type, "approval.") && value_get(line, "who") != NULL ? "who" : "by");
    event.message = trail_out_words(arena, line);
    if (strcmp(event.message, "-") == 0)
        event.message = event.row->name;
    return event;
}

struct value *export_put_map(struct arena *arena, struct value *map, const char *key)
{
    struct value *inner = value_map(arena);
    value_hold(arena, map, key, inner);
    return inner;
}

void export_put_member(struct arena *arena, struct value *map, const char *key, const struct value *line,
                       const char *member)
{
    const struct value *value = value_get(line, member);
    if (!value_is_null(value))
        value_hold(arena, map, key, value);
}
