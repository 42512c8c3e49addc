// Readings: rows run over a map. Not for entities and tables (entity.c), nor for what a fact must be
// (facts.c). Invariant: a member of a wrong type is refused with its path; nothing of it becomes a fact.
#include "intake/reading.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "intake/address.h"
#include "intake/entity.h"
#include "intake/looks.h"
#include "intake/names.h"
#include "intake/reading_parts.h"

static void add_path(struct text *text, const struct spot *at)
{
    if (at == NULL)
        return;
    add_path(text, at->up);
    if (at->index >= 0)
        text_addf(text, "[%ld]", at->index);
    else if (at->name != NULL)
        text_addf(text, "%s%s", text->length > 0 ? "." : "", at->name);
}

static const char *path_of(struct arena *arena, const struct spot *at, const char *name)
{
    struct text text = text_new(arena);
    add_path(&text, at);
    if (name != NULL)
        text_addf(&text, "%s%s", text.length > 0 ? "." : "", name);
    for (char *c = text.ptr; *c != '\0'; c++)
        *c = (char)(*c == '/' ? '.' : *c);
    return text.ptr;
}

static const char *what_is(const struct value *value)
{
    switch (value == NULL ? VALUE_NULL : value->kind) {
    case VALUE_LIST:
        return "a list";
    case VALUE_MAP:
        return "a map";
    case VALUE_BOOL:
        return "true or false";
    case VALUE_INT:
    case VALUE_NUMBER:
        return "a number";
    case VALUE_NULL:
        return value == NULL ? "missing" : "null";
    default:
        return "a text";
    }
}

bool spot_refuse(struct arena *arena, const struct spot *at, const char *name, const struct value *value,
                 const char *wanted, struct err *err)
{
    struct src_pos pos = {0};
    if (value != NULL)
        pos = value_pos(value);
    for (const struct spot *spot = at; pos.line == 0 && spot != NULL; spot = spot->up)
        if (spot->value != NULL)
            pos = value_pos(spot->value);
    return err_set_at(err, E_ALERT, pos, "%s must be %s, and it is %s", path_of(arena, at, name), wanted,
                      what_is(value));
}

static bool refuse(struct pass *pass, const struct spot *at, const char *name, const struct value *value,
                   const char *wanted)
{
    spot_refuse(pass->arena, at, name, value, wanted, pass->err);
    if (pass->inside.line > 0 && pass->err != NULL)
        pass->err->pos = pass->inside;
    return false;
}

const struct value *reading_moment(struct arena *arena, const struct value *value)
{
    int64_t ms;
    const char *text = value_text(value);
    size_t length = text == NULL ? 0 : strlen(text);
    if (length < 19 || length > 64 || text[10] != 'T' || !clock_parse(text, &ms))
        return NULL;
    bool zone = text[length - 1] == 'Z' || text[length - 6] == '+' || text[length - 6] == '-';
    return zone ? value : value_printf(arena, "%sZ", text);
}

// true or false, also as the texts that some services write.
static const struct value *flag(const struct value *value)
{
    if (value->kind == VALUE_BOOL)
        return value;
    const char *text = value_text(value);
    return text_same(text, "true") ? &value_true : text_same(text, "false") ? &value_false : NULL;
}

static bool add_fact(struct pass *pass, const struct row *row, const struct spot *at, const char *name,
                     const struct value *value)
{
    const struct value *found = value;
    if (fact_how(row->fact) == FACT_IS_FLAG && (found = flag(value)) == NULL)
        return refuse(pass, at, name, value, "true or false");
    if (fact_how(row->fact) == FACT_IS_TIME && (found = reading_moment(pass->arena, value)) == NULL)
        return refuse(pass, at, name, value, "a time");
    if (fact_how(row->fact) == FACT_IS_NUMBERED && value->kind == VALUE_INT)
        found = value_printf(pass->arena, "%lld", (long long)value->integer);
    if (found->kind != VALUE_STRING && fact_how(row->fact) != FACT_IS_FLAG)
        return row->loose || refuse(pass, at, name, value, "a text");
    const char *part = row->behind != NULL      ? address_behind(pass->arena, found->text, row->behind)
                       : row->parameter != NULL ? address_parameter(pass->arena, found->text, row->parameter)
                                                : NULL;
    if (part != NULL)
        found = value_string(pass->arena, part);
    if (part != NULL || (row->behind == NULL && row->parameter == NULL))
        facts_add(pass->facts, row->fact, found);
    return true;
}

// The address that a value, an entity or a link to one says; nothing else is one.
static void add_linked(struct pass *pass, const struct row *row, const struct value *value)
{
    const struct value *entity = entity_follow(pass, value);
    const struct value *text = value_is(entity, VALUE_MAP) ? value_get_nocase(entity, "address") : entity;
    if (value_is(text, VALUE_STRING) && text->text[0] != '\0')
        facts_add(pass->facts, row->fact, text);
}

static bool run_fact(struct pass *pass, const struct row *row, const struct spot *at, const struct value *map)
{
    const char *which = NULL;
    if (fact_how(row->fact) != FACT_IS_PLURAL && facts_has(pass->facts, row->fact))
        return true;
    const struct value *value = names_find(row->names, map, &which);
    if (value == NULL)
        return true;
    if (!row->linked)
        return add_fact(pass, row, at, which, value);
    if (!value_is(value, VALUE_LIST))
        add_linked(pass, row, value);
    for (size_t i = 0; value_is(value, VALUE_LIST) && i < value_count(value); i++)
        add_linked(pass, row, value_item(value, i));
    return true;
}

// A text of an actor; *text stays NULL where there is none.
static bool text_of(struct pass *pass, const struct names *names, const struct spot *at, bool loose,
                    const struct value **text)
{
    const char *which = NULL;
    const struct value *value = names == NULL ? NULL : names_find(names, at->value, &which);
    *text = value != NULL && value->kind == VALUE_STRING ? value : NULL;
    return value == NULL || *text != NULL || loose || refuse(pass, at, which, value, "a text");
}

static bool run_actor(struct pass *pass, const struct row *row, const struct spot *at)
{
    struct facts_actor actor = {.kind = row->value};
    const struct value *brief, *suffix;
    if (!text_of(pass, row->name, at, row->loose, &actor.name) ||
        !text_of(pass, row->brief, at, row->loose, &brief) ||
        !text_of(pass, row->suffix, at, row->loose, &suffix) ||
        !text_of(pass, row->object_id, at, row->loose, &actor.object_id) ||
        !text_of(pass, row->app_id, at, row->loose, &actor.app_id))
        return false;
    if (actor.name == NULL && brief != NULL)
        actor.name = suffix == NULL ? brief : value_printf(pass->arena, "%s@%s", brief->text, suffix->text);
    facts_actor(pass->facts, &actor);
    return true;
}

// The value of a row's member; JSON in a text where the row allows it. False: refused. *value NULL: nothing
// there.
static bool inner_value(struct pass *pass, const struct row *row, const struct spot *at,
                        const struct value *map, const struct value **value)
{
    const char *which = NULL;
    *value = names_find(row->names, map, &which);
    if (!row->json || !value_is(*value, VALUE_STRING))
        return true;
    const char *text = (*value)->text;
    const struct value *parsed = json_parse(pass->arena, value_pos(*value).file, text, strlen(text), NULL);
    if (parsed == NULL)
        return refuse(pass, at, which, *value, "JSON in a text");
    if (pass->inside.line == 0)
        pass->inside = value_pos(*value);
    *value = value_is_null(parsed) ? NULL : parsed;
    return true;
}

static bool run_each(struct pass *pass, const struct row *row, const struct spot *at,
                     const struct value *list)
{
    for (size_t i = 0; i < value_count(list); i++) {
        const struct spot spot = {at, NULL, (long)i, value_item(list, i)};
        if (!value_is_null(spot.value) && !reading_run_rows(pass, row->reads, &spot))
            return false;
    }
    return true;
}

static bool is_list_of_maps(struct pass *pass, const struct spot *at, const struct value *list)
{
    if (!value_is(list, VALUE_LIST))
        return refuse(pass, at, NULL, list, "a list");
    for (size_t i = 0; i < value_count(list); i++) {
        const struct spot spot = {at, NULL, (long)i, NULL};
        const struct value *item = value_item(list, i);
        if (!value_is(item, VALUE_MAP) && !value_is(item, VALUE_NULL))
            return refuse(pass, &spot, NULL, item, "a map");
    }
    return true;
}

static bool run_inner(struct pass *pass, const struct row *row, const struct spot *at,
                      const struct value *map)
{
    const struct value *value;
    struct src_pos inside = pass->inside;
    bool ok = inner_value(pass, row, at, map, &value);
    const struct spot spot = {at, names_first(row->names), -1, value};
    if (ok && value != NULL && row->kind == ROW_INTO)
        ok = value_is(value, VALUE_MAP) ? reading_run_rows(pass, row->reads, &spot)
                                        : refuse(pass, &spot, NULL, value, "a map");
    else if (ok && value != NULL)
        ok =
            is_list_of_maps(pass, &spot, value) &&
            (row->kind == ROW_EACH ? run_each(pass, row, &spot, value) : entity_run(pass, row, &spot, value));
    pass->inside = inside;
    return ok;
}

static bool run_row(struct pass *pass, const struct row *row, const struct spot *at)
{
    const struct value *map = row->outer ? pass->subject->outer : at->value;
    if (row->alone && !pass->subject->alone)
        return true;
    if (row->when != NULL && !looks_hold(pass->arena, row->when, map))
        return true;
    switch (row->kind) {
    case ROW_FACT:
        return run_fact(pass, row, at, map);
    case ROW_VALUE:
        facts_add(pass->facts, row->fact, row->value);
        return true;
    case ROW_ACTOR:
        return run_actor(pass, row, at);
    case ROW_HOSTS_OF:
        facts_hosts_of(pass->facts, row->value->text);
        return true;
    case ROW_TABLES:
        entity_tables(pass, row, names_find(row->names, map, NULL), 1);
        return true;
    default:
        return run_inner(pass, row, at, map);
    }
}

bool reading_run_rows(struct pass *pass, const struct reading *reading, const struct spot *at)
{
    for (size_t i = 0; i < reading->count; i++)
        if (!run_row(pass, &reading->rows[i], at))
            return false;
    return true;
}

bool reading_run(struct arena *arena, const struct reading *reading, const struct subject *subject,
                 struct facts *facts, struct err *err)
{
    struct pass pass = {.arena = arena, .subject = subject, .facts = facts, .err = err};
    return reading_run_rows(&pass, reading, subject->at);
}
