// Entities of an alert, which may be links to one another, and tables of evidence. Not for what they say of
// an alert: rows of Lua tell that. Invariant: links are followed a few times at the most, so that a circle
// ends.
#include "intake/entity.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "intake/names.h"
#include "intake/reading_parts.h"

enum { DEEPEST = 8, LONGEST_TYPE = 200 };

struct id {
    const char *key;
    size_t order;
    const struct value *entity;
};

struct ids {
    struct id *items;
    size_t count;
};

// Links are texts in every payload seen; numbers would do.
static const char *link_of(struct arena *arena, const struct value *value, const char *name)
{
    const struct value *link = value_is(value, VALUE_MAP) ? value_get_nocase(value, name) : NULL;
    if (value_is(link, VALUE_INT))
        return arena_printf(arena, "%lld", (long long)link->integer);
    return value_is_null(link) ? NULL : value_is(link, VALUE_STRING) ? link->text : "";
}

// Also of entities that stand inside others.
static void collect(struct arena *arena, struct ids *ids, const struct value *value, int depth)
{
    if (depth > DEEPEST)
        return;
    const char *key = link_of(arena, value, "$id");
    if (key != NULL) {
        ids->items = arena_room(arena, ids->items, ids->count, sizeof *ids->items);
        ids->items[ids->count] = (struct id){key, ids->count, value};
        ids->count++;
    }
    for (size_t i = 0; i < value_count(value); i++)
        collect(arena, ids, value_is(value, VALUE_MAP) ? value->fields[i].value : value_item(value, i),
                depth + 1);
}

static int by_key(const void *a, const void *b)
{
    const struct id *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

static int against_key(const void *key, const void *id)
{
    return strcmp(key, ((const struct id *)id)->key);
}

const struct value *entity_follow(struct pass *pass, const struct value *value)
{
    for (int i = 0; i < DEEPEST; i++) {
        const char *link = link_of(pass->arena, value, "$ref");
        if (link == NULL)
            return value;
        if (pass->ids == NULL) {
            pass->ids = ARENA_NEW(pass->arena, struct ids);
            collect(pass->arena, pass->ids, pass->entities, 1);
            if (pass->ids->count > 0)
                qsort(pass->ids->items, pass->ids->count, sizeof *pass->ids->items, by_key);
        }
        const struct id *found = pass->ids->count == 0 ? NULL
                                                       : bsearch(link, pass->ids->items, pass->ids->count,
                                                                 sizeof *pass->ids->items, against_key);
        value = found == NULL ? NULL : found->entity;
    }
    return NULL;
}

// "#microsoft.graph.security.ipEvidence" and "ip-Evidence" are of the type "ipevidence".
static bool is_of_type(const char *name, const char *type)
{
    const char *dot = strrchr(name, '.');
    name = dot == NULL ? name : dot + 1;
    for (; *name != '\0'; name++) {
        if (*name == '-' || *name == '_')
            continue;
        char c = (char)(*name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name);
        if (c != *type++)
            return false;
    }
    return *type == '\0';
}

static const struct reading *reads_of(const struct kind_rows *kinds, const struct row *row,
                                      const struct value *entity)
{
    const char *name = value_text(names_find(row->by, entity, NULL));
    if (name == NULL || strlen(name) > LONGEST_TYPE)
        return NULL;
    for (; kinds != NULL && kinds->type != NULL; kinds++)
        if (is_of_type(name, kinds->type))
            return kinds->reads;
    return NULL;
}

// An entity whose members stand in one of its members, as one whose type stands beside them. NULL: it has
// none.
static const struct value *unfolded(struct arena *arena, const struct row *row, const struct value *entity)
{
    if (row->unfold == NULL)
        return entity;
    const struct value *inner = value_get_nocase(entity, row->unfold);
    if (!value_is(inner, VALUE_MAP))
        return NULL;
    struct value *whole = value_like(arena, VALUE_MAP, inner);
    value_reserve(arena, whole, value_count(inner) + 1);
    const char *which = NULL;
    const struct value *type = names_find(row->by, entity, &which);
    if (type != NULL && value_get_nocase(inner, which) == NULL)
        value_add(arena, whole, which, type);
    for (size_t i = 0; i < value_count(inner); i++)
        value_hold(arena, whole, inner->fields[i].key, inner->fields[i].value);
    return whole;
}

bool entity_run(struct pass *pass, const struct row *row, const struct spot *at, const struct value *list)
{
    size_t count = value_count(list);
    const struct value **whole = ARENA_ARRAY(pass->arena, const struct value *, count);
    pass->entities = list;
    pass->ids = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct spot spot = {at, NULL, (long)i, value_item(list, i)};
        if (row->before != NULL && value_is(spot.value, VALUE_MAP) &&
            !reading_run_rows(pass, row->before, &spot))
            return false;
        const struct value *entity = entity_follow(pass, spot.value);
        whole[i] = value_is(entity, VALUE_MAP) ? unfolded(pass->arena, row, entity) : NULL;
        if (whole[i] != NULL)
            facts_entity(pass->facts, whole[i]);
    }
    const struct kind_rows *const turns[] = {row->kinds, row->after};
    for (size_t turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < count; i++) {
            const struct spot spot = {at, NULL, (long)i, whole[i]};
            const struct reading *reads = whole[i] == NULL ? NULL : reads_of(turns[turn], row, whole[i]);
            if (reads != NULL && !reading_run_rows(pass, reads, &spot))
                return false;
        }
    return true;
}

static long column_of(const struct value *columns, const char *word)
{
    for (size_t i = 0; i < value_count(columns); i++) {
        const char *name = value_text(value_item(columns, i));
        if (name != NULL && strlen(name) <= LONGEST_TYPE && text_find_nocase(name, word) != NULL)
            return (long)i;
    }
    return -1;
}

static void rows_run(struct pass *pass, const struct row *row, const struct value *columns,
                     const struct value *rows)
{
    long objects = -1, time = column_of(columns, row->time);
    for (size_t i = 0; objects < 0 && i < value_count(row->objects); i++)
        objects = column_of(columns, value_text(value_item(row->objects, i)));
    for (size_t i = 0; objects >= 0 && i < value_count(rows); i++) {
        const struct value *cells = value_item(rows, i);
        const char *text =
            value_is(cells, VALUE_LIST) ? value_text(value_item(cells, (size_t)objects)) : NULL;
        const struct value *when =
            time < 0 ? NULL : reading_moment(pass->arena, value_item(cells, (size_t)time));
        if (text != NULL)
            facts_targets(pass->facts, text, when);
    }
}

void entity_tables(struct pass *pass, const struct row *row, const struct value *value, int depth)
{
    const struct value *columns = value_is(value, VALUE_MAP) ? value_get_nocase(value, "columns") : NULL;
    if (depth > DEEPEST)
        return;
    if (!value_is_null(columns)) {
        const struct value *rows = value_get_nocase(value, "rows");
        if (value_is(columns, VALUE_LIST) && value_is(rows, VALUE_LIST))
            rows_run(pass, row, columns, rows);
        return;
    }
    for (size_t i = 0; i < value_count(value); i++)
        entity_tables(pass, row, value_is(value, VALUE_MAP) ? value->fields[i].value : value_item(value, i),
                      depth + 1);
}
