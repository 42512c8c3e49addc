// The sorts of values of form.h and template.h as JSON Schema. Not for which members there are (keys.c,
// playbook.c). Invariant: whatever the reader of the same name takes, the schema does.
#include "playbook/holds.h"

#include <stddef.h>

#include "data/schema.h"
#include "data/schema_json.h"
#include "data/value.h"
#include "playbook/playbook.h"

struct value *holds_text(struct arena *arena)
{
    struct value *map = schema_json_type(arena, "string");
    value_put(arena, map, "minLength", value_int(arena, 1));
    return map;
}

// One, or a list of them.
static struct value *one_or_more(struct arena *arena, const struct value *one)
{
    struct value *list = schema_json_type(arena, "array");
    value_put(arena, list, "items", one);
    const struct value *ways[] = {one, list, NULL};
    return schema_json_of(arena, "anyOf", ways);
}

struct value *holds_alerts(struct arena *arena)
{
    return one_or_more(arena, schema_json_ref(arena, "alert"));
}

struct value *holds_clauses(struct arena *arena)
{
    return one_or_more(arena, schema_json_ref(arena, "clause"));
}

struct value *holds_name(struct arena *arena)
{
    struct value *map = schema_json_type(arena, "string");
    value_put_text(arena, map, "pattern", "^[A-Za-z_][A-Za-z0-9_]*$");
    return map;
}

struct value *holds_duration(struct arena *arena)
{
    static const struct schema duration = {.kind = SCHEMA_DURATION};
    return schema_json(arena, &duration, NULL);
}

struct value *holds_count(struct arena *arena, int most)
{
    struct value *map = schema_json_type(arena, "integer");
    value_put(arena, map, "minimum", value_int(arena, 1));
    value_put(arena, map, "maximum", value_int(arena, most));
    return map;
}

struct value *holds_word(struct arena *arena, const char *const *words)
{
    struct value *map = value_map(arena);
    value_put(arena, map, "enum", value_texts(arena, words));
    return map;
}

// `when: true` and `choose: 1` are expressions too.
struct value *holds_expr(struct arena *arena)
{
    static const char *const types[] = {"string", "boolean", "number", NULL};
    struct value *map = value_map(arena);
    value_put(arena, map, "type", value_texts(arena, types));
    return map;
}

struct value *holds_map(struct arena *arena)
{
    return schema_json_type(arena, "object");
}

// A reference beside which there is room for a description.
static struct value *defined(struct arena *arena, const char *name)
{
    const struct value *ways[] = {schema_json_ref(arena, name), NULL};
    return schema_json_of(arena, "allOf", ways);
}

struct value *holds_steps(struct arena *arena)
{
    return defined(arena, "steps");
}

struct value *holds_choices(struct arena *arena)
{
    struct value *map = schema_json_type(arena, "array");
    value_put(arena, map, "items", holds_text(arena));
    value_put(arena, map, "minItems", value_int(arena, 2));
    return map;
}

struct value *holds_cases(struct arena *arena)
{
    struct value *map = holds_map(arena);
    value_put(arena, map, "additionalProperties", holds_steps(arena));
    value_put(arena, map, "minProperties", value_int(arena, 1));
    return map;
}

// A list of branches, or with for_each how many at once.
struct value *holds_parallel(struct arena *arena)
{
    const struct value *ways[] = {holds_count(arena, STEP_MAX_AT_ONCE), holds_steps(arena), NULL};
    return schema_json_of(arena, "anyOf", ways);
}

// Of an ask one of its choices, of a choose steps.
struct value *holds_otherwise(struct arena *arena)
{
    const struct value *ways[] = {holds_text(arena), holds_steps(arena), NULL};
    return schema_json_of(arena, "anyOf", ways);
}

struct value *holds_types(struct arena *arena)
{
    struct value *map = holds_map(arena);
    value_put(arena, map, "additionalProperties", schema_json_ref(arena, "type"));
    return map;
}

struct value *holds_primitive(struct arena *arena)
{
    return defined(arena, "primitive");
}

struct value *holds_procedure(struct arena *arena)
{
    return defined(arena, "procedure");
}

struct value *holds_object(struct arena *arena, const struct value *properties)
{
    struct value *map = schema_json_type(arena, "object");
    value_put(arena, map, "properties", properties);
    value_put(arena, map, "additionalProperties", &value_false);
    return map;
}
