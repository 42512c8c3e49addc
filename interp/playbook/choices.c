// Exhaustive choices: over a question's answer or an enum each value is covered, and no case is for a value
// that cannot be. Over anything else there must be an otherwise. Invariant: a choose that passes has one
// branch to take, whatever the value.
#include "playbook/choices.h"

#include "base/text.h"
#include "data/schema.h"

static bool has_case(const struct step *step, const char *value)
{
    for (size_t i = 0; i < step->case_count; i++)
        if (text_is(step->cases[i].value, value))
            return true;
    return false;
}

static void check_values(struct check *check, const struct step *step, const char *const *values,
                         bool otherwise)
{
    struct text missing = text_new(check->arena);
    for (size_t i = 0; i < step->case_count; i++) {
        const char *value = step->cases[i].value;
        if (value == NULL || text_is_one_of(value, values))
            continue;
        struct err *err = err_list_add(check->errors, ERR_ERROR, E_CHECK, step->cases[i].pos,
                                       "'%s' is never '%.60s'", step->choose->source, value);
        if (text_is(value, "otherwise"))
            err_hint(err, "'otherwise' stands beside 'cases', not among them");
        else
            err_suggest(err, value, values);
    }
    for (size_t i = 0; values[i] != NULL; i++)
        if (!has_case(step, values[i]))
            text_addf(&missing, "%s%s", missing.length > 0 ? ", " : "", values[i]);
    if (missing.length > 0 && !otherwise)
        err_hint(err_list_add(check->errors, ERR_ERROR, E_CHECK, step->pos, "no case for %s", missing.ptr),
                 "add it, or 'otherwise: []'");
}

void choices_check(struct check *check, const struct step *step, const struct schema *type)
{
    static const char *const flags[] = {"true", "false", NULL};
    bool otherwise = step->case_count > 0 && step->cases[step->case_count - 1].value == NULL;
    if (type != NULL && type->kind == SCHEMA_ENUM)
        check_values(check, step, type->values, otherwise);
    else if (type != NULL && type->kind == SCHEMA_BOOL)
        check_values(check, step, flags, otherwise);
    else if (!otherwise)
        err_hint(err_list_add(check->errors, ERR_ERROR, E_CHECK, step->pos, "the choose needs 'otherwise'"),
                 "its values are not known, so the cases cannot cover them all");
}
