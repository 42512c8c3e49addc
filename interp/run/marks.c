// Unknowns over the trail: a line holds {"$unknown": why} for each, and the record says beside where they
// are. Not for what an unknown means (run/evaluate.c). Invariant: only what was an unknown becomes one again,
// whatever the data says.
#include "run/marks.h"

#include "base/arena.h"
#include "data/value.h"

// Of a map the key, of a list the place: what a part is called in marks.
static const char *name_of(struct arena *arena, const struct value *whole, size_t i)
{
    return value_is(whole, VALUE_MAP) ? whole->fields[i].key : arena_printf(arena, "%zu", i);
}

static const struct value *part_of(const struct value *whole, size_t i)
{
    return value_is(whole, VALUE_MAP) ? whole->fields[i].value : value_item(whole, i);
}

const struct value *marks_of(struct arena *arena, const struct value *value)
{
    if (value_is(value, VALUE_UNKNOWN))
        return &value_true;
    if (value_find_unknown(value) == NULL)
        return NULL;
    struct value *marks = value_map(arena);
    for (size_t i = 0; i < value_count(value); i++) {
        const struct value *part = marks_of(arena, part_of(value, i));
        if (part != NULL)
            value_put(arena, marks, name_of(arena, value, i), part);
    }
    return marks;
}

const struct value *marks_revive(struct arena *arena, const struct value *value, const struct value *marks)
{
    if (marks == NULL || value == NULL)
        return value;
    const char *why = value_text_at(value, "$unknown");
    if (value_equal(marks, &value_true))
        return value_unknown(arena, why == NULL ? "it was not known" : why);
    if (value_is(value, VALUE_LIST)) {
        struct value *list = value_list_sized(arena, value->count);
        for (size_t i = 0; i < value->count; i++)
            value_append(arena, list,
                         marks_revive(arena, value->items[i], value_get(marks, name_of(arena, value, i))));
        return list;
    }
    if (!value_is(value, VALUE_MAP))
        return value;
    struct value *map = value_map_sized(arena, value->count);
    for (size_t i = 0; i < value->count; i++)
        value_hold(arena, map, value->fields[i].key,
                   marks_revive(arena, value->fields[i].value, value_get(marks, value->fields[i].key)));
    return map;
}
