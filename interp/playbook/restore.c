// Looks at lists of steps in which one says `on_error: undo`: what they change and cannot take back remains.
// Not for undoing (run/rollback.c). Invariant: it warns, and never refuses: to take back what can be is
// better than nothing.
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

void restore_check(struct check *check, const struct step_list *list)
{
    const struct step *wants = find_undo(list);
    if (wants != NULL)
        warn_beneath(check, wants, list);
}
