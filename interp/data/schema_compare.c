// Differences as the service sees them. Not for what is right (schema_check.c).
// Invariant: a patch holds only fields that `desired` has and that differ; a unit in it is whole.
#include "data/schema.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"

static bool scalar_equal(const struct schema *schema, const struct value *a, const struct value *b)
{
    const char *x = value_text(a), *y = value_text(b);
    if (x == NULL || y == NULL)
        return value_find_unknown(a) == NULL && value_find_unknown(b) == NULL && value_equal(a, b);
    int64_t s, t;
    if (schema->kind == SCHEMA_TIME && clock_parse(x, &s) && clock_parse(y, &t))
        return s == t;
    if (schema->kind == SCHEMA_CIDR || schema->kind == SCHEMA_IP) {
        struct cidr p, q;
        return schema_parse_cidr(x, &p) && schema_parse_cidr(y, &q) ? memcmp(&p, &q, sizeof p) == 0
                                                                    : strcmp(x, y) == 0;
    }
    bool nocase = schema->nocase || schema->kind == SCHEMA_ID || schema->kind == SCHEMA_GUID ||
                  schema->kind == SCHEMA_UPN || schema->kind == SCHEMA_EMAIL || schema->kind == SCHEMA_NAME ||
                  schema->kind == SCHEMA_ENUM;
    return nocase ? text_same(x, y) : strcmp(x, y) == 0;
}

// What is not declared further may be anything.
static const struct schema *or_any(const struct schema *schema)
{
    static const struct schema any = {.kind = SCHEMA_ANY};
    return schema == NULL ? &any : schema;
}

// The entry of a set that stands for the same thing as `item`, or NULL.
static const struct value *set_find(const struct schema *set, const struct value *list,
                                    const struct value *item)
{
    const char *key = set->key;
    const struct schema *of = or_any(key == NULL || set->of == NULL ? set->of : schema_field(set->of, key));
    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *other = value_item(list, i);
        if (key == NULL ? schema_equal(of, item, other)
                        : schema_equal(of, value_get(item, key), value_get(other, key)))
            return other;
    }
    return NULL;
}

static bool lists_equal(const struct schema *schema, const struct value *a, const struct value *b)
{
    if (value_count(a) != value_count(b))
        return false;
    for (size_t i = 0; i < value_count(a); i++)
        if (!schema_equal(or_any(schema->of), value_item(a, i), value_item(b, i)))
            return false;
    return true;
}

// Every entry of `a` is in `b`. An entry that stands twice, or in two notations, is one entry.
static bool is_subset(const struct schema *set, const struct value *a, const struct value *b)
{
    for (size_t i = 0; i < value_count(a); i++) {
        const struct value *item = value_item(a, i), *other = set_find(set, b, item);
        if (other == NULL || !schema_equal(or_any(set->of), item, other))
            return false;
    }
    return true;
}

// Free names: absent equals null here too.
static bool maps_equal(const struct schema *of, const struct value *a, const struct value *b)
{
    for (size_t i = 0; i < value_count(a); i++)
        if (!schema_equal(of, a->fields[i].value, value_get(b, a->fields[i].key)))
            return false;
    for (size_t i = 0; i < value_count(b); i++)
        if (value_get(a, b->fields[i].key) == NULL && !schema_equal(of, NULL, b->fields[i].value))
            return false;
    return true;
}

static bool are_null_or(enum value_kind kind, const struct value *a, const struct value *b)
{
    return (value_is_null(a) || value_is(a, kind)) && (value_is_null(b) || value_is(b, kind));
}

bool schema_equal(const struct schema *schema, const struct value *a, const struct value *b)
{
    if (value_is(a, VALUE_UNKNOWN) || value_is(b, VALUE_UNKNOWN))
        return false;
    if (schema->kind == SCHEMA_LIST)
        return are_null_or(VALUE_LIST, a, b) && lists_equal(schema, a, b);
    if (schema->kind == SCHEMA_SET)
        return are_null_or(VALUE_LIST, a, b) && is_subset(schema, a, b) && is_subset(schema, b, a);
    if (schema->kind == SCHEMA_MAP && schema->of != NULL)
        return are_null_or(VALUE_MAP, a, b) && maps_equal(schema->of, a, b);
    if (schema->kind != SCHEMA_RECORD || schema->field_count == 0)
        return scalar_equal(schema, a, b);
    if (!are_null_or(VALUE_MAP, a, b))
        return false;
    for (size_t i = 0; i < schema->field_count; i++)
        if (!schema_equal(schema->fields[i].schema, value_get(a, schema->fields[i].name),
                          value_get(b, schema->fields[i].name)))
            return false;
    return true;
}

const struct value *schema_restore(struct arena *arena, const struct schema *record,
                                   const struct value *before, const struct value *after)
{
    if (!value_is(before, VALUE_MAP) || !value_is(after, VALUE_MAP))
        return before;
    struct value *restored = value_map(arena);
    value_put_all(arena, restored, before);
    for (size_t i = 0; i < record->field_count; i++) {
        const char *name = record->fields[i].name;
        const struct schema *schema = record->fields[i].schema;
        const struct value *was = value_get(before, name), *is = value_get(after, name);
        if (was == NULL && !value_is_null(is))
            value_put(arena, restored, name, &value_null);
        else if (was != NULL && schema->kind == SCHEMA_RECORD)
            value_put(arena, restored, name, schema_restore(arena, schema, was, is));
    }
    return restored;
}

const struct value *schema_patch(struct arena *arena, const struct schema *record, const struct value *before,
                                 const struct value *desired)
{
    struct value *patch = value_map(arena);
    for (size_t i = 0; i < record->field_count; i++) {
        const struct schema_field *field = &record->fields[i];
        const struct value *wanted = value_get(desired, field->name), *had = value_get(before, field->name);
        if (wanted == NULL)
            continue;
        const struct schema *schema = field->schema;
        if (value_is(had, VALUE_UNKNOWN) && schema->unit)
            value_put(arena, patch, field->name, had); // what the whole would be is not known either
        else if (schema->kind == SCHEMA_RECORD && !schema->unit && schema->field_count > 0 &&
                 !value_is_null(wanted)) {
            const struct value *inner = schema_patch(arena, schema, had, wanted);
            if (inner != NULL)
                value_put(arena, patch, field->name, inner);
        } else if (schema->unit && schema->kind == SCHEMA_RECORD && !value_is_null(wanted)) {
            const struct value *whole = value_merge_patch(arena, had, wanted);
            if (!schema_equal(schema, had, whole))
                value_put(arena, patch, field->name, whole);
        } else if (!schema_equal(schema, had, wanted)) {
            value_put(arena, patch, field->name, wanted);
        }
    }
    return patch->count == 0 ? NULL : patch;
}

const struct value *schema_project(struct arena *arena, const struct schema *record,
                                   const struct value *value)
{
    if (value_is_null(value))
        return NULL;
    struct value *out = value_map(arena);
    for (size_t i = 0; i < record->field_count; i++) {
        const struct schema_field *field = &record->fields[i];
        const struct value *item = value_get(value, field->name);
        if (item == NULL)
            continue;
        if (field->schema->kind == SCHEMA_RECORD && field->schema->field_count > 0 &&
            value_is(item, VALUE_MAP))
            item = schema_project(arena, field->schema, item);
        value_put(arena, out, field->name, item);
    }
    return out;
}
