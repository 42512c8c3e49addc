// Puts the language together: the top (playbook.c), the keys of steps (keys.c), types (data/schema_json.c),
// and what each primitive takes. It knows no key by name but those that make a step's kind, and `with`.
// Invariant: nothing is said here that a table says.
#include "playbook/language.h"

#include <string.h>

#include "base/arena.h"
#include "data/schema.h"
#include "data/schema_json.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/cover.h"
#include "playbook/holds.h"
#include "playbook/keys.h"
#include "playbook/procedure.h"

#define HOLE "expression"

static const struct value *one_text(struct arena *arena, const char *text)
{
    struct value *list = value_list(arena);
    value_append(arena, list, value_string(arena, text));
    return list;
}

// {"properties": {key: schema}}
static struct value *with_property(struct arena *arena, const char *key, const struct value *schema)
{
    struct value *map = value_map(arena), *properties = value_map(arena);
    value_put(arena, properties, key, schema);
    value_put(arena, map, "properties", properties);
    return map;
}

// What tells that a step is of the kind: its key is there. `parallel` may also be a number beside for_each.
static struct value *is_kind(struct arena *arena, enum step_kind kind)
{
    const char *word = step_kind_word(kind);
    struct value *map = kind == STEP_PARALLEL ? with_property(arena, word, schema_json_type(arena, "array"))
                                              : value_map(arena);
    value_put(arena, map, "required", one_text(arena, word));
    return map;
}

static const struct value *if_then(struct arena *arena, const struct value *condition,
                                   const struct value *consequence)
{
    struct value *map = value_map(arena);
    value_put(arena, map, "if", condition);
    value_put(arena, map, "then", consequence);
    return map;
}

// Which keys a step of the kind must have, and which it cannot.
static const struct value *rule_of_kind(struct arena *arena, enum step_kind kind)
{
    struct value *others = value_map(arena), *needed = value_list(arena), *then = value_map(arena);
    for (const struct key *key = keys_of_step; key->name != NULL; key++) {
        if (!keys_belong(key, kind))
            value_put(arena, others, key->name, &value_false);
        if (keys_needed(key, kind))
            value_append(arena, needed, value_string(arena, key->name));
    }
    value_put(arena, then, "properties", others);
    value_put(arena, then, "required", needed);
    return if_then(arena, is_kind(arena, kind), then);
}

// Which parameters a step that calls the primitive gives.
static const struct value *rule_of_primitive(struct arena *arena, const struct check_primitive *primitive)
{
    struct value *name = value_map(arena);
    value_put_text(arena, name, "const", primitive->name);
    struct value *condition = with_property(arena, step_kind_word(STEP_DO), name);
    value_put(arena, condition, "required", one_text(arena, step_kind_word(STEP_DO)));
    struct value *then = with_property(arena, "with", schema_json_record(arena, primitive->params, HOLE));
    for (size_t i = 0; i < primitive->params->field_count; i++)
        if (!primitive->params->fields[i].schema->optional)
            value_put(arena, then, "required", one_text(arena, "with"));
    return if_then(arena, condition, then);
}

static struct value *step_schema(struct arena *arena, struct value *rules)
{
    struct value *properties = value_map(arena), *kinds = value_list(arena);
    for (const struct key *key = keys_of_step; key->name != NULL; key++) {
        struct value *holds = key->holds(arena);
        value_put_text(arena, holds, "description", key->help);
        value_put(arena, properties, key->name, holds);
    }
    for (int kind = 0; kind <= STEP_FAIL; kind++) {
        value_append(arena, kinds, is_kind(arena, (enum step_kind)kind));
        value_append(arena, rules, rule_of_kind(arena, (enum step_kind)kind));
    }
    struct value *step = holds_object(arena, properties);
    value_put(arena, step, "oneOf", kinds);
    value_put(arena, step, "allOf", rules);
    return step;
}

// One of some words, of which there is something to say.
static void add_word(struct arena *arena, struct value *ways, const char *word, const char *help)
{
    struct value *way = value_map(arena);
    value_put_text(arena, way, "const", word);
    if (help != NULL)
        value_put_text(arena, way, "description", help);
    value_append(arena, ways, way);
}

// The names of all catalogues of clauses.
static const char **procedure_names(struct arena *arena, struct catalog *catalog)
{
    static const char folder[] = "playbooks/procedures/", suffix[] = ".yaml";
    const char **paths = catalog_list(catalog, arena, folder, suffix);
    for (size_t i = 0; paths[i] != NULL; i++)
        paths[i] = arena_strndup(arena, paths[i] + strlen(folder),
                                 strlen(paths[i]) - strlen(folder) - strlen(suffix));
    return paths;
}

// Known words for editors to offer; any other text may stand there too.
static const struct value *text_or(struct arena *arena, struct value *words)
{
    struct value *map = value_map(arena);
    value_append(arena, words, holds_text(arena));
    value_put(arena, map, "anyOf", words);
    return map;
}

static const struct value *clauses(struct arena *arena, struct catalog *catalog,
                                   const char *const *procedures)
{
    struct value *words = value_list(arena);
    for (; *procedures != NULL; procedures++) {
        const struct procedure *procedure =
            procedure_load(catalog, *procedures, (struct src_pos){0}, err_list_new(arena));
        for (size_t i = 0; procedure != NULL && i < procedure->clause_count; i++)
            add_word(arena, words, procedure->clauses[i].id, procedure->clauses[i].text);
    }
    return text_or(arena, words);
}

static const struct value *alerts(struct arena *arena)
{
    struct value *words = value_list(arena);
    for (const char *const *word = cover_alerts; *word != NULL; word++)
        add_word(arena, words, *word, NULL);
    return text_or(arena, words);
}

static const struct value *expression(struct arena *arena)
{
    struct value *map = schema_json_type(arena, "string");
    value_put_text(arena, map, "pattern", "[$][{]");
    value_put_text(arena, map, "description", "${…}: an expression");
    return map;
}

const struct value *language_schema(struct arena *arena, struct catalog *catalog,
                                    const struct check_world *world, struct err *err)
{
    struct value *definitions = value_map(arena), *rules = value_list(arena), *words = value_list(arena);
    for (const char *const *name = world->primitives; *name != NULL; name++) {
        const struct check_primitive *primitive = world->primitive(world->context, *name, err);
        if (primitive == NULL)
            return NULL;
        add_word(arena, words, primitive->name, primitive->summary);
        value_append(arena, rules, rule_of_primitive(arena, primitive));
    }
    const char **procedures = procedure_names(arena, catalog);
    struct value *primitive = value_map(arena), *steps = schema_json_type(arena, "array");
    value_put(arena, primitive, "anyOf", words);
    value_put(arena, steps, "items", schema_json_ref(arena, "step"));
    value_put(arena, definitions, "steps", steps);
    value_put(arena, definitions, "step", step_schema(arena, rules));
    value_put(arena, definitions, "primitive", primitive);
    value_put(arena, definitions, "procedure", holds_word(arena, procedures));
    value_put(arena, definitions, "clause", clauses(arena, catalog, procedures));
    value_put(arena, definitions, "alert", alerts(arena));
    value_put(arena, definitions, "type", schema_json_declaration(arena, "type"));
    value_put(arena, definitions, HOLE, expression(arena));
    struct value *root = value_map(arena);
    const struct value *top = playbook_holds(arena);
    value_put_text(arena, root, "$schema", "http://json-schema.org/draft-07/schema#");
    value_put_text(arena, root, "title", "A playbook");
    value_put_all(arena, root, top);
    value_put(arena, root, "definitions", definitions);
    return root;
}
