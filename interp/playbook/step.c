// One step's mapping to a struct step: its kind, its keys (keys.c), and what is missing. Names of primitives,
// fields and clauses are not looked at here (check.c). Invariant: every step has a kind and an id.
#include "playbook/step.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "playbook/keys.h"

const char *step_kind_word(enum step_kind kind)
{
    static const char *const names[] = {
#define X(name, key) key,
        STEP_KINDS
#undef X
    };
    return names[kind];
}

static void not_a_list(struct form *form, const char *key, const struct value *value)
{
    struct err *err = form_error(form, E_TYPE, value_pos(value), "'%.60s' must be a list of steps, not %s",
                                 key, value_kind_name(value));
    if (value_is(value, VALUE_MAP))
        err_hint(err, "each step begins with '- '; what it is called is its id");
}

// Which kind of step: exactly one key tells. `parallel` with a number belongs to for_each.
static bool find_kind(struct form *form, const struct value *value, enum step_kind *kind)
{
    const struct value_field *found = NULL;
    for (size_t i = 0; i < value->count; i++) {
        const struct value_field *field = &value->fields[i];
        for (int k = 0; k <= STEP_FAIL; k++) {
            if (!text_is(step_kind_word((enum step_kind)k), field->key) ||
                (k == STEP_PARALLEL && !value_is(field->value, VALUE_LIST)))
                continue;
            if (found != NULL) {
                form_error(form, E_CHECK, value_key_pos(field->value),
                           "'%s' beside '%s': a step does one thing", field->key, found->key);
                return false;
            }
            found = field;
            *kind = (enum step_kind)k;
        }
    }
    const struct value *side = value_get(value, "parallel");
    if (found == NULL && value_is(side, VALUE_MAP))
        not_a_list(form, "parallel", side);
    else if (found == NULL)
        err_hint(form_error(form, E_MISSING, value_pos(value), "the step does nothing"),
                 "it needs one of do, ask, task, let, steps, choose, parallel, call, lua, end, fail");
    return found != NULL;
}

static void finish_ask(struct draft *draft, const struct value *value)
{
    const struct step *step = draft->step;
    if (step->otherwise == NULL || step->choices == NULL || text_is_one_of(step->otherwise, step->choices))
        return;
    struct err *err = form_error(draft->form, E_CHECK, value_pos(value_get(value, "otherwise")),
                                 "'otherwise' must be one of the choices, not '%.60s'", step->otherwise);
    draft->form->mended++; // nobody mentions it
    if (err_suggest(err, step->otherwise, step->choices) == NULL)
        err_hint(err, "the choices: %s", text_join(draft->form->arena, step->choices, ", "));
}

static void finish_choose(struct draft *draft, const struct value *value)
{
    for (size_t i = 0; i < value->count; i++)
        if (strcmp(value->fields[i].key, "otherwise") == 0)
            keys_add_case(draft, &value->fields[i], NULL);
}

static void finish(struct draft *draft, const struct value *value)
{
    struct step *step = draft->step;
    static const char *const loop_only[] = {"as", "parallel", "key", NULL};
    keys_need(draft, value);
    if (step->kind == STEP_ASK)
        finish_ask(draft, value);
    if (step->kind == STEP_CHOOSE)
        finish_choose(draft, value);
    for (size_t i = 0; loop_only[i] != NULL; i++)
        if (value_get(value, "for_each") == NULL && value_get(value, loop_only[i]) != NULL &&
            !(i == 1 && step->kind == STEP_PARALLEL))
            form_error(draft->form, E_CHECK, value_pos(value_get(value, loop_only[i])),
                       "'%s' belongs to 'for_each'", loop_only[i]);
    if (step->for_each != NULL && step->as == NULL)
        step->as = "item";
    for (size_t i = 0; step->for_each != NULL && step->when != NULL && i < step->when->mention_count; i++)
        if (strcmp(step->when->mentions[i].root, step->as) == 0)
            step->when_each = true;
}

static bool add_step(struct form *form, struct step *step)
{
    if (form->step_count == PLAYBOOK_MAX_STEPS) {
        if (!form->full)
            form_error(form, E_LIMIT, step->pos, "more than %d steps", PLAYBOOK_MAX_STEPS);
        form->full = true;
        return false;
    }
    form->steps = arena_room(form->arena, form->steps, form->step_count, sizeof *form->steps);
    form->steps[form->step_count++] = step;
    return true;
}

static const struct step *parse_step(struct form *form, const struct value *value)
{
    struct step *step = ARENA_NEW(form->arena, struct step);
    static const char *no_clauses[] = {NULL};
    *step = (struct step){.pos = value_pos(value), .at_once = 1, .attempts = 1, .clauses = no_clauses};
    struct draft draft = {form, step};
    if (!value_is(value, VALUE_MAP)) {
        form_error(form, E_TYPE, value_pos(value), "a step is a mapping, not %s", value_kind_name(value));
        return NULL;
    }
    value = keys_mend(form, value);
    step->written = value;
    if (!find_kind(form, value, &step->kind) || !add_step(form, step))
        return NULL;
    size_t number = form->step_count;
    for (size_t i = 0; i < value->count; i++)
        keys_read(&draft, &value->fields[i]);
    finish(&draft, value);
    if (step->id == NULL)
        step->id = arena_printf(form->arena, "step-%zu", number);
    return step;
}

struct step_list step_parse_list(struct form *form, const struct value_field *field)
{
    struct step_list list = {0};
    const struct value *value = field->value;
    if (!value_is(value, VALUE_LIST)) {
        not_a_list(form, field->key, value);
        return list;
    }
    const struct step **items = ARENA_ARRAY(form->arena, const struct step *, value->count);
    for (size_t i = 0; i < value->count; i++) {
        const struct step *step = parse_step(form, value->items[i]);
        if (step != NULL)
            items[list.count++] = step;
    }
    list.items = items;
    return list;
}
