// Values against schemas: is it of the type, and its normal form. Not for declarations (schema.c) nor for
// comparing. Invariant: what passes has every required field, only known fields, and defaults filled in, or
// is UNKNOWN.
#include "data/schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema_text.h"
#include "data/value.h"

// Where mistakes go: the first to `err` alone, with which all ends, or each to the list.
struct check {
    struct arena *arena;
    struct err *err;
    struct err_list *all; // NULL: the first is enough
};

static const struct value *check_value(const struct check *check, const struct schema *schema,
                                       const struct value *value, const char *what);

static bool goes_on(const struct check *check)
{
    return check->all != NULL;
}

static void tell(const struct check *check, const struct err *err)
{
    if (check->all != NULL)
        err_list_append(check->all, err);
    else if (check->err != NULL)
        *check->err = *err;
}

static const struct value *wrong(const struct check *check, const struct schema *schema,
                                 const struct value *value, const char *what)
{
    struct err err;
    struct src_pos pos = value_pos(value);
    const char *text = value_text(value);
    if (text != NULL)
        err_set_at(&err, E_TYPE, pos, "%s must be %s, not '%.60s'", what, schema_expectation(schema), text);
    else
        err_set_at(&err, E_TYPE, pos, "%s must be %s, not %s", what, schema_expectation(schema),
                   value_kind_name(value));
    if (schema->kind == SCHEMA_ENUM)
        err_hint(&err, "its values: %s", text_join(check->arena, schema->values, ", "));
    tell(check, &err);
    return NULL;
}

static const struct value *check_items(const struct check *check, const struct schema *schema,
                                       const struct value *value, const char *what)
{
    struct value *list = value_like(check->arena, VALUE_LIST, value);
    bool fine = true;
    for (size_t i = 0; i < value->count && (fine || goes_on(check)); i++) {
        const struct value *item = value->items[i];
        if (schema->of != NULL)
            item = check_value(check, schema->of, item,
                               arena_printf(check->arena, "item %zu of %s", i + 1, what));
        fine = fine && item != NULL;
        if (fine)
            value_append(check->arena, list, item);
    }
    return fine ? list : NULL;
}

static void unknown_field(const struct check *check, const struct schema *record,
                          const struct value_field *field, const char *what)
{
    struct err err;
    const char **names = schema_names(check->arena, record);
    err_set_at(&err, E_UNKNOWN_NAME, value_key_pos(field->value), "%s takes no '%.60s'", what, field->key);
    if (err_suggest(&err, field->key, names) == NULL)
        err_hint(&err, "it takes %s", text_join(check->arena, names, ", "));
    tell(check, &err);
}

static void missing_field(const struct check *check, const struct schema_field *field,
                          const struct value *record, const char *what)
{
    struct err err;
    err_set_at(&err, E_MISSING, value_pos(record), "%s needs '%s', %s", what, field->name,
               schema_expectation(field->schema));
    tell(check, &err);
}

static const struct value *check_record(const struct check *check, const struct schema *schema,
                                        const struct value *value, const char *what)
{
    if (schema->field_count == 0)
        return value != NULL ? value : value_map(check->arena);
    struct value *record = value_like(check->arena, VALUE_MAP, value);
    bool fine = true;
    for (size_t i = 0; i < value_count(value) && (fine || goes_on(check)); i++)
        if (schema_field(schema, value->fields[i].key) == NULL) {
            unknown_field(check, schema, &value->fields[i], what);
            fine = false;
        }
    for (size_t i = 0; i < schema->field_count && (fine || goes_on(check)); i++) {
        const struct schema_field *field = &schema->fields[i];
        const struct value *item = value_get(value, field->name);
        if (value_is_null(item) && field->schema->otherwise != NULL)
            item = field->schema->otherwise;
        if (value_is_null(item) && field->schema->optional)
            continue;
        if (value_is_null(item))
            missing_field(check, field, value, what);
        else
            item = check_value(check, field->schema, item,
                               arena_printf(check->arena, "'%s' of %s", field->name, what));
        fine = fine && !value_is_null(item);
        if (fine)
            value_put(check->arena, record, field->name, item);
    }
    return fine ? record : NULL;
}

static const struct value *check_map(const struct check *check, const struct schema *schema,
                                     const struct value *value, const char *what)
{
    struct value *map = value_like(check->arena, VALUE_MAP, value);
    bool fine = true;
    for (size_t i = 0; i < value->count && (fine || goes_on(check)); i++) {
        const struct value_field *field = &value->fields[i];
        const struct value *item = field->value;
        if (schema->of != NULL)
            item = check_value(check, schema->of, item,
                               arena_printf(check->arena, "'%s' of %s", field->key, what));
        fine = fine && item != NULL;
        if (fine)
            value_add(check->arena, map, field->key, item);
    }
    return fine ? map : NULL;
}

// Scalars; NULL when the value does not fit.
static const struct value *check_scalar(struct arena *arena, const struct schema *schema,
                                        const struct value *value)
{
    const char *text = value_text(value);
    switch (schema->kind) {
    case SCHEMA_ANY:
        return value;
    case SCHEMA_BOOL:
        return value->kind == VALUE_BOOL ? value : NULL;
    case SCHEMA_INT:
        return value->kind == VALUE_INT ? value : NULL;
    case SCHEMA_NUMBER:
        return value->kind == VALUE_INT || value->kind == VALUE_NUMBER ? value : NULL;
    case SCHEMA_STRING:
        if (value->kind == VALUE_SECRET)
            return value;
        break;
    default:
        break;
    }
    if (text == NULL || !schema_text_fits(schema, text))
        return NULL;
    if (schema->kind != SCHEMA_GUID)
        return value;
    struct value *lower = value_like(arena, VALUE_STRING, value);
    lower->text = text_lower(arena, text);
    return lower;
}

static const struct value *check_value(const struct check *check, const struct schema *schema,
                                       const struct value *value, const char *what)
{
    struct err err;
    if (value_is_null(value)) {
        if (schema->otherwise != NULL)
            return schema->otherwise;
        if (schema->optional || schema->kind == SCHEMA_ANY)
            return &value_null;
        if (schema->kind != SCHEMA_RECORD || schema->field_count == 0) {
            err_set_at(&err, E_MISSING, value_pos(value), "%s is missing: it must be %s", what,
                       schema_expectation(schema));
            tell(check, &err);
            return NULL;
        }
    } else if (value->kind == VALUE_UNKNOWN) {
        return value;
    }
    bool empty = value_is(value, VALUE_LIST) && value->count == 0;
    if (schema->kind == SCHEMA_LIST || schema->kind == SCHEMA_SET)
        return value_is(value, VALUE_LIST) ? check_items(check, schema, value, what)
                                           : wrong(check, schema, value, what);
    if (schema->kind == SCHEMA_RECORD)
        return value_is_null(value) || value_is(value, VALUE_MAP) || empty
                   ? check_record(check, schema, empty ? NULL : value, what)
                   : wrong(check, schema, value, what);
    if (schema->kind == SCHEMA_MAP)
        return value_is(value, VALUE_MAP) ? check_map(check, schema, value, what)
               : empty                    ? value_map(check->arena)
                                          : wrong(check, schema, value, what);
    const struct value *scalar = check_scalar(check->arena, schema, value);
    return scalar != NULL ? scalar : wrong(check, schema, value, what);
}

const struct value *schema_check(struct arena *arena, const struct schema *schema, const struct value *value,
                                 const char *what, struct err *err)
{
    const struct check check = {.arena = arena, .err = err};
    return check_value(&check, schema, value, what);
}

const struct value *schema_check_all(struct arena *arena, const struct schema *schema,
                                     const struct value *value, const char *what, struct err_list *errors)
{
    const struct check check = {.arena = arena, .all = errors};
    return check_value(&check, schema, value, what);
}

// A number as people write it; NULL when it is none.
static const struct value *number_from_text(struct arena *arena, const struct schema *schema,
                                            const char *text)
{
    const char *digits = text + (*text == '-');
    size_t whole = strspn(digits, "0123456789"), used = whole;
    if (whole == 0 || whole > 15)
        return NULL;
    if (schema->kind == SCHEMA_NUMBER && digits[used] == '.')
        used += 1 + strspn(digits + used + 1, "0123456789");
    if (digits[used] != '\0' || digits[used - 1] == '.')
        return NULL;
    double number = strtod(text, NULL);
    return used == whole ? value_int(arena, (int64_t)number) : value_number(arena, number);
}

static const struct value *list_from_text(struct arena *arena, const struct schema *schema, const char *text,
                                          const char *what, struct err *err)
{
    static const struct schema any = {.kind = SCHEMA_ANY};
    struct value *list = value_list(arena);
    while (*text != '\0') {
        size_t length = strcspn(text, ",");
        const struct value *item = schema_from_text(arena, schema->of == NULL ? &any : schema->of,
                                                    arena_strndup(arena, text, length), what, err);
        if (item == NULL)
            return NULL;
        value_append(arena, list, item);
        text += length + (text[length] == ',');
    }
    return list;
}

const struct value *schema_from_text(struct arena *arena, const struct schema *schema, const char *text,
                                     const char *what, struct err *err)
{
    if (schema->kind == SCHEMA_LIST || schema->kind == SCHEMA_SET)
        return list_from_text(arena, schema, text, what, err);
    if (schema->kind == SCHEMA_BOOL && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
        return value_bool(text[0] == 't');
    if (schema->kind == SCHEMA_INT || schema->kind == SCHEMA_NUMBER) {
        const struct value *number = number_from_text(arena, schema, text);
        if (number != NULL)
            return number;
    }
    return schema_check(arena, schema, value_string(arena, text), what, err);
}
