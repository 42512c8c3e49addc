// What goes through all that is in a value: looking for a kind, comparing, patching, copying. Not for making
// or reading one (value.c). Invariant: what it is given stays as it is.
#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "data/value.h"

// Walks a value; returns the first that has the kind.
static const struct value *find_kind(const struct value *value, enum value_kind kind)
{
    if (value == NULL || value->kind == kind)
        return value;
    for (size_t i = 0; i < value->count; i++) {
        const struct value *part = value->kind == VALUE_MAP ? value->fields[i].value : value->items[i];
        const struct value *found = find_kind(part, kind);
        if (found != NULL)
            return found;
    }
    return NULL;
}

const struct value *value_find_unknown(const struct value *value)
{
    return find_kind(value, VALUE_UNKNOWN);
}

bool value_has_secret(const struct value *value)
{
    return find_kind(value, VALUE_SECRET) != NULL;
}

static bool numbers_equal(const struct value *a, const struct value *b)
{
    double x = a->kind == VALUE_INT ? (double)a->integer : a->number;
    double y = b->kind == VALUE_INT ? (double)b->integer : b->number;
    return x >= y && x <= y;
}

static bool maps_equal(const struct value *a, const struct value *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct value *other = value_get(b, a->fields[i].key);
        if (other == NULL || !value_equal(a->fields[i].value, other))
            return false;
    }
    return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (a == NULL)
        a = &value_null;
    if (b == NULL)
        b = &value_null;
    bool a_number = a->kind == VALUE_INT || a->kind == VALUE_NUMBER;
    if (a_number && (b->kind == VALUE_INT || b->kind == VALUE_NUMBER))
        return numbers_equal(a, b);
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VALUE_NULL:
        return true;
    case VALUE_BOOL:
        return a->flag == b->flag;
    case VALUE_STRING:
    case VALUE_SECRET:
    case VALUE_UNKNOWN:
        return strcmp(a->text, b->text) == 0;
    case VALUE_LIST:
        if (a->count != b->count)
            return false;
        for (size_t i = 0; i < a->count; i++)
            if (!value_equal(a->items[i], b->items[i]))
                return false;
        return true;
    case VALUE_MAP:
        return maps_equal(a, b);
    case VALUE_INT:
    case VALUE_NUMBER:
        break;
    }
    panic("numbers were compared above");
}

const struct value *value_merge_patch(struct arena *arena, const struct value *target,
                                      const struct value *patch)
{
    if (!value_is(patch, VALUE_MAP))
        return patch == NULL ? &value_null : patch;
    struct value *result = value_map(arena);
    if (value_is(target, VALUE_MAP))
        for (size_t i = 0; i < target->count; i++) {
            const struct value_field *field = &target->fields[i];
            const struct value *change = value_get(patch, field->key);
            if (change == NULL)
                value_add(arena, result, field->key, field->value);
            else if (!value_is_null(change))
                value_add(arena, result, field->key, value_merge_patch(arena, field->value, change));
        }
    for (size_t i = 0; i < patch->count; i++) {
        const struct value_field *field = &patch->fields[i];
        if (value_get(target, field->key) == NULL && !value_is_null(field->value))
            value_add(arena, result, field->key, value_merge_patch(arena, NULL, field->value));
    }
    return result;
}

const struct value *value_copy(struct arena *arena, const struct value *value)
{
    if (value == NULL || value->kind == VALUE_NULL)
        return &value_null;
    struct value *copy = value_like(arena, value->kind, NULL);
    switch (value->kind) {
    case VALUE_STRING:
    case VALUE_SECRET:
    case VALUE_UNKNOWN:
        copy->text = arena_strdup(arena, value->text);
        break;
    case VALUE_LIST:
        value_reserve(arena, copy, value->count);
        for (size_t i = 0; i < value->count; i++)
            value_append(arena, copy, value_copy(arena, value->items[i]));
        break;
    case VALUE_MAP:
        value_reserve(arena, copy, value->count);
        for (size_t i = 0; i < value->count; i++)
            value_add(arena, copy, value->fields[i].key, value_copy(arena, value->fields[i].value));
        break;
    case VALUE_NULL:
    case VALUE_BOOL:
    case VALUE_INT:
    case VALUE_NUMBER:
        copy->integer = value->integer; // whichever it is
        break;
    }
    return copy;
}
