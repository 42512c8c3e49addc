// A step's conditions are its own and enclosing `when`s and branches. Those that hold where it is mentioned
// are no trouble; for each other one the expression, or a `when` that holds here, must look at a status, be
// the same condition, or test the very field. Not for names (scope.c).
// Invariant: a condition that holds here is never reported.
#include "playbook/guard.h"

#include <string.h>

#include "base/text.h"
#include "data/schema.h"
#include "playbook/mention.h"
#include "playbook/never.h"
#include "playbook/trap.h"

static bool holds_here(const struct check *check, const struct condition *condition)
{
    for (const struct condition *c = check->conditions; c != NULL; c = c->outer) {
        if (c == condition)
            return true;
        // Expressions are pure and results are written once: the same text has the same answer.
        if (c->when != NULL && condition->when != NULL && c->when->source != NULL &&
            text_is(condition->when->source, c->when->source))
            return true;
    }
    return false;
}

static bool looks_at_status(const struct expr *expr, const char *id)
{
    for (size_t i = 0; i < expr->mention_count; i++) {
        const struct mention *mention = &expr->mentions[i];
        if (strcmp(mention->root, id) == 0 && text_is(mention->fields[0], "status"))
            return true;
    }
    return false;
}

static bool tests(struct check *check, const struct expr *expr, const struct mention *mention, bool is_when)
{
    const char *path = mention_text(check->arena, mention);
    for (size_t i = 0; i < expr->mention_count; i++)
        if ((expr->mentions[i].tested || (is_when && expr->mention_count == 1)) &&
            strcmp(mention_text(check->arena, &expr->mentions[i]), path) == 0)
            return true;
    return false;
}

// Does the expression, or a `when` that holds here, say that the condition was met or the field is there?
static bool is_guarded(struct check *check, const struct expr *expr, const struct mention *mention,
                       const struct condition *condition)
{
    if (looks_at_status(expr, mention->root) || looks_at_status(expr, condition->step->id) ||
        tests(check, expr, mention, false))
        return true;
    for (const struct condition *c = check->conditions; c != NULL; c = c->outer)
        if (c->when != NULL &&
            (looks_at_status(c->when, mention->root) || looks_at_status(c->when, condition->step->id) ||
             tests(check, c->when, mention, true)))
            return true;
    return false;
}

static void report(struct check *check, const struct mention *mention, const struct step *step,
                   enum guard_use use)
{
    const char *path = mention_text(check->arena, mention);
    struct err *err = err_list_add(
        check->errors, use == GUARD_ALLOWED ? ERR_WARNING : ERR_ERROR, E_CHECK, mention->pos,
        "'%s' may be missing: the step '%s' (line %d) may have been skipped", path, step->id, step->pos.line);
    if (use != GUARD_ALLOWED)
        err_hint(err, "write %s or 'something else', or make this step depend on %s.status", path, step->id);
    else
        err_hint(err, "look at %s.status in the same expression, or in the step's 'when'", step->id);
}

static void check_skipped(struct check *check, const struct expr *expr, const struct mention *mention,
                          enum guard_use use)
{
    const struct visible *visible = scope_find(check, mention->root);
    const char *field = mention->fields[0];
    if (visible == NULL || visible->step == NULL || visible->step->for_each != NULL || field == NULL ||
        strcmp(field, "reason") == 0)
        return;
    for (const struct condition *c = visible->conditions; c != NULL; c = c->outer)
        if (!holds_here(check, c) && !is_guarded(check, expr, mention, c)) {
            report(check, mention, visible->step, use);
            return;
        }
}

// An alert that lacks the fact, or a parameter that was not given, in a text.
static void check_absent(struct check *check, const struct mention *mention, const struct schema *schema)
{
    bool outside = strcmp(mention->root, "alert") == 0 || strcmp(mention->root, "params") == 0;
    if (!outside || !schema->optional || schema->otherwise != NULL || schema->kind == SCHEMA_LIST ||
        schema->kind == SCHEMA_RECORD)
        return;
    for (const struct condition *c = check->conditions; c != NULL; c = c->outer)
        if (c->when != NULL && tests(check, c->when, mention, true))
            return;
    const char *path = mention_text(check->arena, mention);
    err_hint(err_list_add(check->errors, ERR_WARNING, E_CHECK, mention->pos, "'%s' may be missing", path),
             "write %s or 'an unknown one'", path);
}

const struct schema *guard_check(struct check *check, const struct expr *expr, enum guard_use use)
{
    const struct mention *path = mention_path(expr);
    const struct schema *type = NULL;
    for (size_t i = 0; i < expr->mention_count; i++) {
        const struct mention *mention = &expr->mentions[i];
        size_t before = check->errors->errors;
        const struct schema *schema = scope_resolve(check, mention);
        if (check->errors->errors > before) // what is not there at all needs no guard
            continue;
        check_skipped(check, expr, mention, use);
        never_check(check, expr, mention, schema);
        trap_check_fields(check, expr, mention, schema);
        if (mention == path)
            type = schema;
        if (mention == path && use == GUARD_TEXT && schema != NULL)
            check_absent(check, mention, schema);
    }
    if (expr->source != NULL)
        trap_check(check, expr);
    return path == NULL ? scope_made(check, expr) : type;
}
