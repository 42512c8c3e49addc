// Compares playbooks by what they declare, and by what that makes them need. Steps: compare_steps.c. Nothing
// is run, and how it is shown is cmd_diff.c's business. Invariant: what is the same in both gives no
// difference.
#include "cli/compare.h"

#include <string.h>

#include "base/text.h"
#include "cli/outline.h"
#include "cli/types.h"
#include "data/value.h"
#include "playbook/playbook.h"
#include "playbook/procedure.h"
#include "policy/policy.h"
#include "vm/prim.h"

void compare_add(struct comparison *comparison, const char *what, const char *path,
                 const struct value *before, const struct value *after)
{
    struct arena *arena = comparison->arena;
    struct value *one = value_map(arena);
    value_put_text(arena, one, "what", what);
    value_put_text(arena, one, "change", before == NULL ? "added" : after == NULL ? "removed" : "changed");
    value_put_text(arena, one, "path", path);
    value_put(arena, one, "old", before == NULL ? &value_null : before);
    value_put(arena, one, "new", after == NULL ? &value_null : after);
    value_append(arena, comparison->list, one);
}

// Two maps, key by key; with `deep` also what stands there.
static void compare_maps(struct comparison *comparison, const char *what, const struct value *before,
                         const struct value *after, bool deep)
{
    for (size_t i = 0; i < value_count(after); i++) {
        const struct value_field *field = &after->fields[i];
        const struct value *other = value_get(before, field->key);
        if (other == NULL || (deep && !value_equal(other, field->value)))
            compare_add(comparison, what, field->key, other, field->value);
    }
    for (size_t i = 0; i < value_count(before); i++)
        if (value_get(after, before->fields[i].key) == NULL)
            compare_add(comparison, what, before->fields[i].key, before->fields[i].value, NULL);
}

static const struct value *head_of(struct arena *arena, const struct playbook *playbook)
{
    struct value *map = value_map(arena);
    value_put_text(arena, map, "title", playbook->title);
    value_put_text(arena, map, "procedure", playbook->procedure);
    value_put(arena, map, "alerts", value_texts(arena, playbook->alerts));
    return map;
}

static const struct value *params_of(struct arena *arena, const struct playbook *playbook)
{
    const struct value *list = types_value(arena, playbook->params);
    struct value *map = value_map(arena);
    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *one = value_item(list, i);
        struct value *declared = value_map(arena);
        for (size_t k = 0; k < one->count; k++)
            if (strcmp(one->fields[k].key, "name") != 0)
                value_put(arena, declared, one->fields[k].key, one->fields[k].value);
        value_put(arena, map, value_text_at(one, "name"), declared);
    }
    return map;
}

// Id → {text}
static const struct value *clauses_of(struct arena *arena, const struct compared *side)
{
    const struct value *list = outline_clauses(arena, &side->linked);
    struct value *map = value_map(arena);
    for (size_t i = 0; i < value_count(list); i++) {
        const char *id = value_text(value_item(list, i));
        const struct procedure_clause *clause =
            side->procedure == NULL ? NULL : procedure_find(side->procedure, id);
        struct value *one = value_map(arena);
        value_put_text(arena, one, "text", clause == NULL ? NULL : clause->text);
        value_put(arena, map, id, one);
    }
    return map;
}

// Name → {risk, irreversible}; *highest is the highest risk of all.
static const struct value *primitives_of(struct comparison *comparison, const struct compared *side,
                                         enum risk *highest, struct err *err)
{
    struct arena *arena = comparison->arena;
    struct value *map = value_map(arena);
    *highest = RISK_READ;
    for (size_t i = 0; i < value_count(side->needs.primitives); i++) {
        const char *name = value_text(value_item(side->needs.primitives, i));
        const struct primitive *primitive = primitive_find(comparison->vm, name, err);
        if (primitive == NULL)
            return NULL;
        struct value *one = value_map(arena);
        value_put_text(arena, one, "risk", risk_word(primitive->risk));
        value_put_text(arena, one, "irreversible", primitive_why_not(primitive));
        value_put(arena, map, name, one);
        *highest = primitive->risk > *highest ? primitive->risk : *highest;
    }
    return map;
}

// Permission → {api, primitives}
static const struct value *permissions_of(struct arena *arena, const struct compared *side)
{
    struct value *map = value_map(arena);
    for (size_t i = 0; i < side->needs.count; i++) {
        struct value *one = value_map(arena);
        value_put_text(arena, one, "api", need_api_word(side->needs.items[i].api));
        value_put(arena, one, "primitives", side->needs.items[i].primitives);
        value_put(arena, map, side->needs.items[i].permission, one);
    }
    return map;
}

const struct value *compare_playbooks(struct arena *arena, struct vm *vm, const struct compared *before,
                                      const struct compared *after, struct err *err)
{
    struct comparison comparison = {arena, vm, before, after, value_list(arena)};
    const struct playbook *old = before->playbook, *new = after->playbook;
    enum risk old_risk, new_risk;
    const struct value *old_primitives = primitives_of(&comparison, before, &old_risk, err);
    const struct value *new_primitives = primitives_of(&comparison, after, &new_risk, err);
    if (old_primitives == NULL || new_primitives == NULL)
        return NULL;
    compare_maps(&comparison, "head", head_of(arena, old), head_of(arena, new), true);
    compare_maps(&comparison, "param", params_of(arena, old), params_of(arena, new), true);
    compare_steps(&comparison);
    compare_maps(&comparison, "clause", clauses_of(arena, before), clauses_of(arena, after), false);
    compare_maps(&comparison, "primitive", old_primitives, new_primitives, false);
    if (old_risk != new_risk)
        compare_add(&comparison, "risk", "highest", value_string(arena, risk_word(old_risk)),
                    value_string(arena, risk_word(new_risk)));
    compare_maps(&comparison, "permission", permissions_of(arena, before), permissions_of(arena, after),
                 false);
    return comparison.list;
}
