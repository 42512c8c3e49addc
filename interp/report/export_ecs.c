// Events in the form of the Elastic Common Schema. Not for what a line means (export.c). Invariant: only
// fields of the schema are written; what is this program's own stands in `labels`.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "report/export.h"

static void put_words(struct arena *arena, struct value *map, const char *key, const char *word)
{
    struct value *list = value_list(arena);
    value_append(arena, list, value_held_text(arena, word));
    value_hold(arena, map, key, list);
}

// A change that was refused, or that was in place already, changed nothing.
static const char *kind_of(const struct export_event *event)
{
    if (strcmp(event->row->type, "effect.result") != 0 || event->status == NULL)
        return event->row->kind;
    return strcmp(event->status, "refused") == 0    ? "denied"
           : strcmp(event->status, "in-place") == 0 ? "info"
                                                    : event->row->kind;
}

static void put_event(struct arena *arena, struct value *map, const struct export_event *event)
{
    static const char *const outcomes[] = {[EXPORT_NONE] = "unknown",
                                           [EXPORT_SUCCESS] = "success",
                                           [EXPORT_FAILURE] = "failure",
                                           [EXPORT_OTHER] = "unknown"};
    const struct value *line = event->line;
    struct value *inner = export_put_map(arena, map, "event");
    value_hold_text(arena, inner, "kind", "event");
    put_words(arena, inner, "category", event->row->category);
    put_words(arena, inner, "type", kind_of(event));
    value_hold_text(arena, inner, "outcome", outcomes[event->outcome]);
    export_put_member(arena, inner, "action", line, "type");
    export_put_member(arena, inner, "id", line, "id");
    export_put_member(arena, inner, "sequence", line, "seq");
    export_put_member(arena, inner, "created", line, "time");
    if (event->reason != NULL)
        value_hold_text(arena, inner, "reason", event->reason);
    value_hold(arena, inner, "severity", value_int(arena, event->severity));
    value_hold_text(arena, inner, "provider", "playbook");
    value_hold_text(arena, inner, "hash", event->digest);
    value_hold_text(arena, inner, "original", arena_strndup(arena, event->bytes, event->length));
}

static void put_read(struct arena *arena, struct value *map, const struct value *line)
{
    struct value *http = export_put_map(arena, map, "http");
    export_put_member(arena, export_put_map(arena, http, "request"), "method", line, "method");
    if (value_get(line, "status") != NULL)
        export_put_member(arena, export_put_map(arena, http, "response"), "status_code", line, "status");
    export_put_member(arena, export_put_map(arena, map, "url"), "full", line, "url");
}

static void put_labels(struct arena *arena, struct value *map, const struct export_event *event)
{
    static const char *const members[] = {"run",       "playbook", "version", "mode", "profile", "path",
                                          "primitive", "resource", "risk",    "kind", "answer",  "who"};
    struct value *labels = export_put_map(arena, map, "labels");
    value_hold_text(arena, labels, "trail", event->log);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (value_text_at(event->line, members[i]) != NULL)
            export_put_member(arena, labels, members[i], event->line, members[i]);
    if (event->status != NULL)
        value_hold_text(arena, labels, "status", event->status);
}

void export_ecs(struct text *out, const struct export_event *event)
{
    struct arena *arena = out->arena;
    const struct value *line = event->line;
    struct value *map = value_map(arena);
    export_put_member(arena, map, "@timestamp", line, "time");
    value_hold_text(arena, export_put_map(arena, map, "ecs"), "version", "8.17.0");
    value_hold_text(arena, map, "message", event->message);
    put_event(arena, map, event);
    value_put_text(arena, export_put_map(arena, map, "user"), "name", event->user);
    export_put_member(arena, export_put_map(arena, map, "host"), "hostname", line, "host");
    if (strcmp(event->row->type, "read") == 0)
        put_read(arena, map, line);
    put_labels(arena, map, event);
    json_write(out, map);
    text_addc(out, '\n');
}
