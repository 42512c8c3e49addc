// Alerts for people. Reading payloads is vm/'s business. Invariant: what an alert does not say is not made
// up, and the brief form is three lines whatever an attacker wrote into it.
#include "report/alert_out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "report/wrap.h"

enum { ALERT_COLUMN = 7, FIELD_COLUMN = 16 };

static void join(struct text *line, const char *separator, const char *more)
{
    if (more != NULL && more[0] != '\0')
        text_addf(line, "%s%s", line->length == 0 ? "" : separator, more);
}

static void alert_line(struct wrap *wrap, const char *name, const char *line)
{
    wrap_row(wrap, 0, WRAP_BOLD, name, ALERT_COLUMN,
             wrap_cut(wrap->out->arena, line, wrap->width - ALERT_COLUMN, false));
}

// "2026-11-22 02:11:07" of RFC 3339; a text that is no time stays as it is.
static const char *time_text(struct arena *arena, const char *time)
{
    int64_t ms;
    if (time == NULL || !clock_parse(time, &ms))
        return time;
    char *text = clock_rfc3339(arena, ms);
    text[10] = ' ';
    text[19] = '\0';
    return text;
}

static const char *when_text(struct arena *arena, const struct value *alert)
{
    const char *start = time_text(arena, value_text_at(alert, "start"));
    const char *end = time_text(arena, value_text_at(alert, "end"));
    if (start == NULL)
        return end == NULL ? "time not known" : arena_printf(arena, "until %s UTC", end);
    if (end == NULL || strcmp(start, end) == 0)
        return arena_printf(arena, "%s UTC", start);
    if (strlen(start) == 19 && strlen(end) == 19 && strncmp(start, end, 10) == 0)
        return arena_printf(arena, "%s – %s UTC", start, end + 11);
    return arena_printf(arena, "%s – %s UTC", start, end);
}

static const char *who_text(struct arena *arena, const struct value *alert)
{
    const char *name = value_text_at(alert, "actor.name"), *object = value_text_at(alert, "actor.object_id");
    const char *app = value_text_at(alert, "actor.app_id"), *ip = value_text_at(alert, "ip");
    const char *resource = value_text_at(alert, "resource.name");
    const char *who = name != NULL ? name : object != NULL ? object : app;
    struct text line = text_new(arena);
    join(&line, "", resource == NULL ? value_text_at(alert, "resource.id") : resource);
    if (who != NULL || ip != NULL) // else the resource stands for itself
        text_addf(&line, "%sby %s from %s", line.length > 0 ? " · " : "",
                  who == NULL ? "unknown caller" : who, ip == NULL ? "an unknown address" : ip);
    return line.ptr;
}

void alert_out_brief(struct wrap *wrap, const struct value *alert)
{
    struct arena *arena = wrap->out->arena;
    struct text what = text_new(arena);
    join(&what, " · ", value_flag_at(alert, "simulated") ? "SIMULATED" : NULL);
    join(&what, " · ", value_text_at(alert, "severity"));
    join(&what, " · ", value_text_at(alert, "type"));
    join(&what, " · ", value_text_at(alert, "title"));
    join(&what, " · ", what.length > 0 ? NULL : value_text_at(alert, "event"));
    alert_line(wrap, "Alert",
               what.length > 0                     ? what.ptr
               : value_get(alert, "$blob") != NULL ? "too long for the log, and gone from beside it"
                                                   : "all that it says is its id");
    const char *where = who_text(arena, alert);
    if (*where != '\0')
        alert_line(wrap, "Where", where);
    struct text when = text_new(arena);
    join(&when, "", when_text(arena, alert));
    join(&when, " · ", value_text_at(alert, "id"));
    alert_line(wrap, "When", when.ptr);
}

const char *alert_out_item(struct arena *arena, const struct value *item)
{
    if (!value_is(item, VALUE_MAP))
        return value_text(item) != NULL ? value_text(item) : json_text(arena, item);
    struct text text = text_new(arena);
    for (size_t i = 0; i < item->count; i++) {
        const struct value *field = item->fields[i].value;
        if (value_is_null(field))
            continue;
        join(&text, " ",
             arena_printf(arena, "%s=%s", item->fields[i].key,
                          value_text(field) != NULL ? value_text(field) : json_text(arena, field)));
    }
    return text.ptr;
}

static void field_line(struct wrap *wrap, const char *name, const char *text)
{
    wrap_begin(wrap, 2, FIELD_COLUMN + 2);
    wrap_put(wrap, WRAP_DIM, name);
    wrap_tab(wrap, FIELD_COLUMN);
    wrap_put(wrap, WRAP_PLAIN, text);
    wrap_end(wrap);
}

void alert_out_full(struct wrap *wrap, const struct value *alert, const char *answered_by)
{
    struct arena *arena = wrap->out->arena;
    alert_out_brief(wrap, alert);
    for (size_t i = 0; value_is(alert, VALUE_MAP) && i < alert->count; i++) {
        const char *key = alert->fields[i].key;
        const struct value *field = alert->fields[i].value;
        if (strcmp(key, "raw") == 0 || strcmp(key, "title") == 0 || value_is_null(field))
            continue;
        if (!value_is(field, VALUE_LIST)) {
            const char *text = alert_out_item(arena, field);
            if (text[0] != '\0')
                field_line(wrap, key, text);
            continue;
        }
        for (size_t j = 0; j < value_count(field); j++)
            field_line(wrap, j == 0 ? key : "", alert_out_item(arena, value_item(field, j)));
    }
    field_line(wrap, "answered by", answered_by);
}
