// Writes types as JSON Schema. Not for what they mean (schema_check.c). Invariant: what schema_check accepts,
// the JSON Schema does.
#include "data/schema_json.h"

#include <stdbool.h>
#include <stddef.h>

#include "data/schema.h"
#include "data/schema_text.h"
#include "data/value.h"

struct value *schema_json_type(struct arena *arena, const char *name)
{
    struct value *map = value_map(arena);
    value_put_text(arena, map, "type", name);
    return map;
}

struct value *schema_json_ref(struct arena *arena, const char *name)
{
    struct value *map = value_map(arena);
    value_put(arena, map, "$ref", value_printf(arena, "#/definitions/%s", name));
    return map;
}

struct value *schema_json_of(struct arena *arena, const char *keyword, const struct value *const *schemas)
{
    struct value *map = value_map(arena), *list = value_list(arena);
    for (; *schemas != NULL; schemas++)
        value_append(arena, list, *schemas);
    value_put(arena, map, keyword, list);
    return map;
}

struct value *schema_json_record(struct arena *arena, const struct schema *record, const char *hole)
{
    struct value *map = schema_json_type(arena, "object"), *fields = value_map(arena);
    struct value *needed = value_list(arena);
    for (size_t i = 0; i < record->field_count; i++) {
        const struct schema_field *field = &record->fields[i];
        value_put(arena, fields, field->name, schema_json(arena, field->schema, hole));
        if (!field->schema->optional && field->schema->kind != SCHEMA_ANY)
            value_append(arena, needed, value_string(arena, field->name));
    }
    value_put(arena, map, "properties", fields);
    value_put(arena, map, "required", needed);
    value_put(arena, map, "additionalProperties", &value_false);
    return map;
}

static struct value *shape(struct arena *arena, const struct schema *schema, const char *hole)
{
    struct value *map;
    switch (schema->kind) {
    case SCHEMA_ANY:
        return value_map(arena);
    case SCHEMA_INT:
        return schema_json_type(arena, "integer");
    case SCHEMA_NUMBER:
        return schema_json_type(arena, "number");
    case SCHEMA_BOOL:
        return schema_json_type(arena, "boolean");
    case SCHEMA_LIST:
    case SCHEMA_SET:
        map = schema_json_type(arena, "array");
        if (schema->of != NULL)
            value_put(arena, map, "items", schema_json(arena, schema->of, hole));
        return map;
    case SCHEMA_RECORD:
        return schema->field_count == 0 ? schema_json_type(arena, "object") // of any fields
                                        : schema_json_record(arena, schema, hole);
    case SCHEMA_MAP:
        map = schema_json_type(arena, "object");
        if (schema->of != NULL)
            value_put(arena, map, "additionalProperties", schema_json(arena, schema->of, hole));
        return map;
    case SCHEMA_ENUM:
        map = value_map(arena);
        value_put(arena, map, "enum", value_texts(arena, schema->values));
        return map;
    default:
        map = schema_json_type(arena, "string");
        if (schema_pattern(schema) != NULL) {
            value_put_text(arena, map, "pattern", schema_pattern(schema));
            value_put(arena, map, "patternErrorMessage", // what editors say in place of the expression
                      value_printf(arena, "it must be %s", schema_expectation(schema)));
        }
        return map;
    }
}

struct value *schema_json(struct arena *arena, const struct schema *schema, const char *hole)
{
    struct value *map = shape(arena, schema, hole);
    bool may_be_null = schema->optional && schema->kind != SCHEMA_ANY;
    const struct value *ways[4] = {map};
    size_t count = 1;
    if (hole != NULL && schema->kind != SCHEMA_ANY)
        ways[count++] = schema_json_ref(arena, hole);
    if (may_be_null)
        ways[count++] = schema_json_type(arena, "null");
    if (count > 1)
        map = schema_json_of(arena, "anyOf", ways);
    if (schema->help != NULL)
        value_put(arena, map, "description",
                  value_printf(arena, "%s (%s)", schema->help, schema_expectation(schema)));
    else if (schema->kind != SCHEMA_ANY)
        value_put_text(arena, map, "description", schema_expectation(schema));
    if (schema->otherwise != NULL)
        value_put(arena, map, "default", schema->otherwise);
    return map;
}

// "guid" and "guid?"
static struct value *words(struct arena *arena)
{
    struct value *map = value_map(arena), *list = value_list(arena);
#define X(kind, word, text, pattern)                                                                         \
    value_append(arena, list, value_string(arena, word));                                                    \
    value_append(arena, list, value_string(arena, word "?"));
    SCHEMA_WORDS
#undef X
    value_put(arena, map, "enum", list);
    return map;
}

static struct value *member(struct arena *arena, enum schema_member holds, const char *self)
{
    const struct value *ways[] = {schema_json_ref(arena, self), NULL};
    struct value *map;
    switch (holds) {
    case MEMBER_WORD:
        return words(arena);
    case MEMBER_TEXT:
        return schema_json_type(arena, "string");
    case MEMBER_FLAG:
        return schema_json_type(arena, "boolean");
    case MEMBER_TYPE:
        return schema_json_of(arena, "allOf", ways);
    case MEMBER_TEXTS:
        map = schema_json_type(arena, "array");
        value_put(arena, map, "items", schema_json_type(arena, "string"));
        return map;
    case MEMBER_TYPES:
        map = schema_json_type(arena, "object");
        value_put(arena, map, "additionalProperties", ways[0]);
        return map;
    default:
        return value_map(arena);
    }
}

struct value *schema_json_declaration(struct arena *arena, const char *self)
{
    struct value *map = schema_json_type(arena, "object"), *members = value_map(arena), *one;
#define X(name, holds, help)                                                                                 \
    one = member(arena, holds, self);                                                                        \
    value_put_text(arena, one, "description", help);                                                         \
    value_put(arena, members, name, one);
    SCHEMA_MEMBERS
#undef X
    static const char *const needed[] = {"type", NULL};
    value_put(arena, map, "properties", members);
    value_put(arena, map, "required", value_texts(arena, needed));
    value_put(arena, map, "additionalProperties", &value_false);
    const struct value *ways[] = {words(arena), map, NULL};
    return schema_json_of(arena, "anyOf", ways);
}
