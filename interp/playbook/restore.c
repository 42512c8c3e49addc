// Looks at what may have to be taken back and cannot: changes beside a step with `on_error: undo`, and those
// of a step with a lease. Not for undoing (run/rollback.c). Invariant: of a failure it only warns, since to
// take back what can be is better than nothing; a lease that cannot end is refused.
#include "playbook/restore.h"

#include "playbook/scope.h"

static const struct step *find_undo(const struct step_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i]->on_error == ON_ERROR_UNDO)
            return list->items[i];
    return NULL;
}

static void warn_beneath(struct check *check, const struct step *wants, const struct step_list *list)
{
    const struct check_world *world = check->world;
    for (size_t i = 0; i < list->count; i++) {
        const struct step *step = list->items[i];
        struct err ignored = {0}; // what is wrong with its name is told where it stands
        const struct check_primitive *primitive =
            step->kind == STEP_DO ? world->primitive(world->context, step->primitive, &ignored) : NULL;
        if (primitive != NULL && primitive->changes && primitive->irreversible != NULL)
            err_hint(
                err_list_add(check->errors, ERR_WARNING, E_CHECK, step->pos,
                             "'%s' cannot be taken back, as 'on_error: undo' of '%s' (line %d) would: %s",
                             step->id, wants->id, wants->pos.line, primitive->irreversible),
                "let it stand behind that group, so that it is done when nothing can fail any more");
        warn_beneath(check, wants, &step->steps);
        for (size_t k = 0; k < step->case_count; k++)
            warn_beneath(check, wants, &step->cases[k].steps);
    }
}

// What is said of a step whose changes are to be taken back when their time is over.
struct lease {
    struct check *check;
    const struct step *step;
    bool changes;
};

static void look_at(struct lease *lease, const struct step *step);

static void look_beneath(struct lease *lease, const struct step_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        look_at(lease, list->items[i]);
}

static void look_at(struct lease *lease, const struct step *step)
{
    const struct check_world *world = lease->check->world;
    struct err ignored = {0};
    const struct check_primitive *primitive =
        step->kind == STEP_DO ? world->primitive(world->context, step->primitive, &ignored) : NULL;
    bool unknown = step->kind == STEP_LUA || (step->kind == STEP_DO && primitive == NULL);
    lease->changes = lease->changes || unknown || (primitive != NULL && primitive->changes);
    if (primitive != NULL && primitive->changes && primitive->irreversible != NULL)
        err_hint(err_list_add(lease->check->errors, ERR_ERROR, E_CHECK, lease->step->pos,
                              "a lease ends by taking back, and '%s' (line %d) cannot be taken back: %s",
                              step->id, step->pos.line, primitive->irreversible),
                 "give the lease to the steps whose changes can");
    look_beneath(lease, &step->steps);
    if (step->called != NULL)
        look_beneath(lease, &step->called->steps);
    for (size_t k = 0; k < step->case_count; k++)
        look_beneath(lease, &step->cases[k].steps);
}

void restore_check_lease(struct check *check, const struct step *step)
{
    struct lease lease = {check, step, false};
    look_at(&lease, step);
    if (!lease.changes)
        err_list_add(check->errors, ERR_ERROR, E_CHECK, step->pos,
                     "'%s' changes nothing that a lease could end", step->id);
}

void restore_check(struct check *check, const struct step_list *list)
{
    const struct step *wants = find_undo(list);
    if (wants != NULL)
        warn_beneath(check, wants, list);
}
