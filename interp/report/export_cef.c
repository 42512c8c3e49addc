// Events in the Common Event Format: a header with bars, then key=value. Not for what a line means
// (export.c). Invariant: whatever a text holds, it stays in its field, on its line, and reaches no terminal.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/export.h"

enum { LONGEST = 1023 }; // bytes of a value: what the shortest of the fields may hold

// One character, harmless where the line is shown.
static void add_shown(struct text *out, const char *at, size_t length)
{
    text_add_terminal(out, arena_strndup(out->arena, at, length));
}

// Text with a backslash before each of `special`. In a value line ends are written; a header has none.
static void add_escaped(struct text *out, const char *raw, const char *special, bool header)
{
    size_t left = strlen(raw);
    while (left > 0) {
        size_t length = text_utf8(raw, left, NULL);
        length = length == 0 ? 1 : length;
        if (*raw == '\n' && !header)
            text_add(out, "\\n");
        else if (*raw == '\r' && !header)
            text_add(out, "\\r");
        else if (strchr(special, *raw) != NULL)
            text_addf(out, "\\%c", *raw);
        else
            add_shown(out, raw, length);
        raw += length;
        left -= length;
    }
}

static void add_field(struct text *out, const char *key, const char *value)
{
    if (value == NULL)
        return;
    size_t length = strnlen(value, LONGEST);
    while (value[length] != '\0' && ((unsigned char)value[length] & 0xC0) == 0x80)
        length--; // not within a character
    text_addf(out, " %s=", key);
    add_escaped(out, arena_strndup(out->arena, value, length), "\\=", false);
}

static void add_custom(struct text *out, int number, const char *label, const char *value)
{
    if (value == NULL)
        return;
    add_field(out, arena_printf(out->arena, "cs%dLabel", number), label);
    add_field(out, arena_printf(out->arena, "cs%d", number), value);
}

static const char *outcome_of(const struct export_event *event)
{
    return event->outcome == EXPORT_SUCCESS   ? "success"
           : event->outcome == EXPORT_FAILURE ? "failure"
                                              : event->status;
}

void export_cef(struct text *out, const struct export_event *event)
{
    const struct value *line = event->line;
    const char *type = value_text_at(line, "type");
    text_add(out, "CEF:0|playbook|playbook|" PLAYBOOK_VERSION "|");
    add_escaped(out, type == NULL ? "" : type, "\\|", true);
    text_addf(out, "|%s|%d|rt=%lld", event->row->name, 2 * (int)event->severity - 1, (long long)event->time);
    add_field(out, "externalId", value_text_at(line, "id"));
    add_field(out, "cn1Label", "sequence");
    add_field(out, "cn1", arena_printf(out->arena, "%lld", (long long)value_int_at(line, "seq", -1)));
    add_field(out, "dvchost", value_text_at(line, "host"));
    add_field(out, "suser", event->user);
    add_field(out, "outcome", outcome_of(event));
    add_field(out, "reason", event->reason);
    add_field(out, "requestMethod", value_text_at(line, "method"));
    add_field(out, "request", value_text_at(line, "url"));
    add_custom(out, 1, "run", value_text_at(line, "run"));
    add_custom(out, 2, "step", value_text_at(line, "path"));
    add_custom(out, 3, "primitive", value_text_at(line, "primitive"));
    add_custom(out, 4, "resource", value_text_at(line, "resource"));
    add_custom(out, 5, "sha256", event->digest);
    add_custom(out, 6, "trail", event->log);
    add_field(out, "msg", event->message);
    text_addc(out, '\n');
}
