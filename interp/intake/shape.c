// Shapes of payloads: which a payload is of, and its alerts. Not for the forms themselves, which are Lua's
// tables, nor for what an item says (reading.c). Invariant: every record that is given out has passed through
// facts.c.
#include "intake/shape.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "intake/facts.h"
#include "intake/looks.h"
#include "intake/reading.h"

enum { DEEPEST = 4 };

struct shape {
    const char *name, *wrapper, *rows;
    const struct look *is, *alerts;
    const struct value *within;
    const struct reading *reads;
    bool thin;
};

struct items {
    const struct spot **spots;
    const struct items *came; // what was made of them; NULL: nothing
    size_t count;
};

// One reading of a payload.
struct take {
    struct arena *arena;
    const struct shape *shape;
    struct facts *facts;     // of the alert that is read
    const struct value *raw; // what came of the item that is read, where something was made of it; else NULL
    struct value *records;
    struct err *err;
};

const struct shape *shape_new(struct arena *arena, const char *name, const struct value *written,
                              struct err *err)
{
    struct shape *shape = ARENA_NEW(arena, struct shape);
    const struct value *alerts = value_get(written, "alerts");
    *shape = (struct shape){.name = name,
                            .wrapper = value_text_at(written, "wrapper"),
                            .rows = value_text_at(written, "rows"),
                            .within = value_get(written, "within"),
                            .thin = value_flag_at(written, "thin")};
    if (value_count(value_get(written, "is")) == 0 || value_count(value_get(written, "reads")) == 0) {
        err_set(err, E_CHECK, "an alert shape has 'is' and 'reads'");
        return NULL;
    }
    shape->is = looks_new(arena, value_get(written, "is"), err);
    shape->alerts = alerts == NULL ? shape->is : looks_new(arena, alerts, err);
    shape->reads = reading_new(arena, value_get(written, "reads"), err);
    return shape->is != NULL && shape->alerts != NULL && shape->reads != NULL ? shape : NULL;
}

// Where a payload keeps what is in it: a wrapper's member, or itself.
static const struct value *inside(const struct value *raw, const char **name)
{
    static const char *const wrappers[] = {"body", "value", "records"};
    *name = NULL;
    for (size_t i = 0; value_is(raw, VALUE_MAP) && i < sizeof wrappers / sizeof wrappers[0]; i++) {
        const struct value *inner = value_get_nocase(raw, wrappers[i]);
        if (value_is(inner, VALUE_LIST) || (i == 0 && value_is(inner, VALUE_MAP))) {
            *name = wrappers[i];
            return inner;
        }
    }
    return raw;
}

static const struct spot *spot_new(struct arena *arena, const struct spot *up, const char *name, long index,
                                   const struct value *value)
{
    struct spot *spot = ARENA_NEW(arena, struct spot);
    *spot = (struct spot){up, name, index, value};
    return spot;
}

static void unwrap(struct arena *arena, struct items *items, const struct spot *at, int depth)
{
    const char *name;
    const struct value *inner = inside(at->value, &name);
    if (depth > DEEPEST)
        return;
    if (name != NULL)
        at = spot_new(arena, at, name, -1, inner);
    if (value_is(inner, VALUE_LIST)) {
        for (size_t i = 0; i < value_count(inner); i++)
            unwrap(arena, items, spot_new(arena, at, NULL, (long)i, value_item(inner, i)), depth + 1);
    } else if (name != NULL) {
        unwrap(arena, items, at, depth + 1);
    } else if (value_is(inner, VALUE_MAP)) {
        items->spots = arena_room(arena, items->spots, items->count, sizeof *items->spots);
        items->spots[items->count++] = at;
    }
}

const struct items *shape_items(struct arena *arena, const struct value *raw)
{
    struct items *items = ARENA_NEW(arena, struct items);
    unwrap(arena, items, spot_new(arena, NULL, NULL, -1, raw), 1);
    return items;
}

const struct items *shape_items_made(struct arena *arena, const struct items *items,
                                     const struct value *(*make)(void *context, const struct value *item),
                                     void *context)
{
    struct items *made = ARENA_NEW(arena, struct items);
    made->spots = ARENA_ARRAY(arena, const struct spot *, items->count);
    made->came = items;
    for (; made->count < items->count; made->count++) {
        const struct spot *spot = items->spots[made->count];
        const struct value *value = make(context, spot->value);
        if (value == NULL)
            return NULL;
        made->spots[made->count] = spot_new(arena, spot->up, spot->name, spot->index, value);
    }
    return made;
}

static bool is_wrapped(const struct shape *shape, const struct value *raw)
{
    if (shape->wrapper == NULL)
        return true;
    return strcmp(shape->wrapper, "list") == 0 ? value_is(raw, VALUE_LIST)
                                               : !value_is_null(value_get_nocase(raw, shape->wrapper));
}

size_t shape_items_count(const struct items *items)
{
    return items->count;
}

// What its alerts are looked for in: itself, or what stands within it.
static bool is_read(struct arena *arena, const struct shape *shape, const struct value *item)
{
    bool inner = shape->within != NULL || shape->rows != NULL;
    return looks_hold(arena, inner ? shape->is : shape->alerts, item);
}

const struct items *shape_items_left(struct arena *arena, const struct shape *shape,
                                     const struct items *items)
{
    struct items *left = ARENA_NEW(arena, struct items);
    left->spots = ARENA_ARRAY(arena, const struct spot *, items->count);
    for (size_t i = 0; i < items->count; i++)
        if (!is_read(arena, shape, items->spots[i]->value) &&
            !looks_hold(arena, shape->is, items->spots[i]->value))
            left->spots[left->count++] = items->spots[i];
    return left;
}

bool shape_knows(struct arena *arena, const struct shape *shape, const struct value *raw,
                 const struct items *items, size_t n)
{
    return is_wrapped(shape, raw) && looks_hold(arena, shape->is, items->spots[n]->value);
}

// Adds the record of one alert; what is none is skipped.
static bool take_alert(struct take *take, const struct spot *at, const struct value *outer, bool alone)
{
    struct arena *arena = take->arena;
    struct facts *facts = take->facts;
    facts_begin(facts, take->shape->thin);
    const struct subject subject = {at, outer, alone};
    if (!reading_run(arena, take->shape->reads, &subject, facts, take->err))
        return false;
    if (!take->shape->thin && !facts_has(facts, FACT_ID))
        return spot_refuse(arena, at, "id", NULL,
                           "a text that names the alert (else name, systemAlertId or alertUri)", take->err);
    value_append(arena, take->records, facts_record(facts, take->raw != NULL ? take->raw : at->value));
    return true;
}

// The list of maps at a spot. False: it is none, and refused.
static bool is_list(struct take *take, const struct spot *at)
{
    if (!value_is(at->value, VALUE_LIST))
        return spot_refuse(take->arena, at, NULL, at->value, "a list", take->err);
    return true;
}

// The alerts that an item holds, member within member.
static bool take_within(struct take *take, const struct spot *item)
{
    const struct spot *at = item;
    const struct shape *shape = take->shape;
    for (size_t i = 0; i < value_count(shape->within); i++) {
        const char *name = value_item(shape->within, i)->text;
        const struct value *inner = value_get_nocase(at->value, name);
        if (value_is_null(inner))
            return true;
        at = spot_new(take->arena, at, name, -1, inner);
        if (i + 1 < value_count(shape->within) && !value_is(inner, VALUE_MAP))
            return spot_refuse(take->arena, at, NULL, inner, "a map", take->err);
    }
    if (!is_list(take, at))
        return false;
    size_t found = 0, count = value_count(at->value);
    for (size_t i = 0; i < count; i++)
        found += looks_hold(take->arena, shape->alerts, value_item(at->value, i));
    for (size_t i = 0; i < count; i++) {
        const struct value *alert = value_item(at->value, i);
        if (looks_hold(take->arena, shape->alerts, alert) &&
            !take_alert(take, spot_new(take->arena, at, NULL, (long)i, alert), item->value, found == 1))
            return false;
    }
    return true;
}

// A row of a table as a record; members have the names of the columns.
static const struct value *row_of(struct arena *arena, const struct value *columns, const struct value *cells)
{
    struct value *row = value_like(arena, VALUE_MAP, cells);
    value_reserve(arena, row, value_count(columns));
    for (size_t i = 0; i < value_count(columns) && i < value_count(cells); i++) {
        const char *name = value_text(value_get_nocase(value_item(columns, i), "name"));
        if (name != NULL && value_get(row, name) == NULL)
            value_hold(arena, row, name, value_item(cells, i));
    }
    return row;
}

static bool take_table(struct take *take, const struct spot *at)
{
    struct arena *arena = take->arena;
    if (!value_is(at->value, VALUE_MAP))
        return spot_refuse(arena, at, NULL, at->value, "a map", take->err);
    const struct value *columns = value_get_nocase(at->value, "columns");
    const struct spot *rows = spot_new(arena, at, "rows", -1, value_get_nocase(at->value, "rows"));
    if (value_is_null(rows->value))
        return true;
    if (!is_list(take, spot_new(arena, at, "columns", -1, columns)) || !is_list(take, rows))
        return false;
    for (size_t i = 0; i < value_count(rows->value); i++) {
        const struct spot *row = spot_new(arena, rows, NULL, (long)i, value_item(rows->value, i));
        if (!is_list(take, row))
            return false;
        const struct value *alert = row_of(arena, columns, row->value);
        if (looks_hold(arena, take->shape->alerts, alert) &&
            !take_alert(take, spot_new(arena, rows, NULL, (long)i, alert), NULL, true))
            return false;
    }
    return true;
}

static bool take_tables(struct take *take, const struct spot *item)
{
    const char *name = take->shape->rows;
    const struct spot *tables = spot_new(take->arena, item, name, -1, value_get_nocase(item->value, name));
    if (!is_list(take, tables))
        return false;
    for (size_t i = 0; i < value_count(tables->value); i++)
        if (!take_table(take, spot_new(take->arena, tables, NULL, (long)i, value_item(tables->value, i))))
            return false;
    return true;
}

const struct value *shape_read(struct arena *arena, const struct shape *shape, const struct items *items,
                               const struct shape_words *words, struct err *err)
{
    struct take take = {
        arena, shape, facts_new(arena, words->terms, words->notes, words->pos), NULL, value_list(arena), err};
    for (size_t i = 0; i < items->count; i++) {
        const struct spot *item = items->spots[i];
        take.raw = items->came == NULL ? NULL : items->came->spots[i]->value;
        if (!is_read(arena, shape, item->value))
            continue;
        if (!(shape->within != NULL ? take_within(&take, item)
              : shape->rows != NULL ? take_tables(&take, item)
                                    : take_alert(&take, item, NULL, true)))
            return NULL;
    }
    return take.records;
}

bool shape_refuse(struct arena *arena, const struct shape *const *shapes, size_t count,
                  const struct value *raw, const struct items *items, struct err *err)
{
    const char *nearest = NULL;
    struct lacking lacking = {0}, missing;
    size_t most = 0;
    const struct value *item = items->count > 0 ? items->spots[0]->value : raw;
    for (size_t i = 0; i < count; i++) {
        size_t held = looks_count(arena, shapes[i]->is, item, &missing);
        if (is_wrapped(shapes[i], raw) && held > most && missing.name != NULL) {
            most = held;
            nearest = shapes[i]->name;
            lacking = missing;
        }
    }
    if (items->count == 0 && (value_is(raw, VALUE_LIST) || value_is(raw, VALUE_MAP)))
        err_set_at(err, E_ALERT, value_pos(item), "there is no alert in it");
    else if (nearest == NULL)
        err_set_at(err, E_ALERT, value_pos(item), "this is no alert of a known shape");
    else
        err_set_at(err, E_ALERT, value_pos(item),
                   "this is no alert of a known shape: the nearest is %s, and %s '%s'", nearest,
                   lacking.there ? "what tells one is not right in" : "it lacks", lacking.name);
    if (err != NULL)
        err_hint(err, "`playbook alert sample` prints alerts as they may look");
    return false;
}
