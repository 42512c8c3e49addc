// Looks at what may have to be taken back and cannot: changes beside a step with `on_error: undo`, and those
// of a step with a lease. Not for undoing (run/rollback.c). Invariant: of a failure it only warns, since to
// take back what can be is better than nothing; a lease that cannot end is refused.
#include "playbook/restore.h"

#include "base/arena.h"
#include "playbook/scope.h"

static const struct step *find_undo(const struct step_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i]->on_error == ON_ERROR_UNDO)
            return list->items[i];
    return NULL;
}

// What is looked at beneath a step or a list. Each called playbook once, however many calls lead to it.
struct look {
    struct check *check;
    const struct step *wants; // whose word it is
    void (*tell)(const struct look *look, const struct step *step, const char *irreversible);
    bool changes;
    const struct playbook **called;
    size_t called_count;
};

static void warn(const struct look *look, const struct step *step, const char *irreversible)
{
    err_hint(err_list_add(look->check->errors, ERR_WARNING, E_CHECK, step->pos,
                          "'%s' cannot be taken back, as 'on_error: undo' of '%s' (line %d) would: %s",
                          step->id, look->wants->id, look->wants->pos.line, irreversible),
             "let it stand behind that group, so that it is done when nothing can fail any more");
}

static void refuse(const struct look *look, const struct step *step, const char *irreversible)
{
    err_hint(err_list_add(look->check->errors, ERR_ERROR, E_CHECK, look->wants->pos,
                          "a lease ends by taking back, and '%s' (line %d) cannot be taken back: %s",
                          step->id, step->pos.line, irreversible),
             "give the lease to the steps whose changes can");
}

static bool is_new(struct look *look, const struct playbook *called)
{
    for (size_t i = 0; i < look->called_count; i++)
        if (look->called[i] == called)
            return false;
    look->called = arena_room(look->check->arena, look->called, look->called_count, sizeof *look->called);
    look->called[look->called_count++] = called;
    return true;
}

static void look_at(struct look *look, const struct step *step);

static void look_beneath(struct look *look, const struct step_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        look_at(look, list->items[i]);
}

static void look_at(struct look *look, const struct step *step)
{
    const struct check_world *world = look->check->world;
    struct err ignored = {0}; // what is wrong with its name is told where it stands
    const struct check_primitive *primitive =
        step->kind == STEP_DO ? world->primitive(world->context, step->primitive, &ignored) : NULL;
    bool unknown = step->kind == STEP_LUA || (step->kind == STEP_DO && primitive == NULL);
    look->changes = look->changes || unknown || (primitive != NULL && primitive->changes);
    if (primitive != NULL && primitive->changes && primitive->irreversible != NULL)
        look->tell(look, step, primitive->irreversible);
    look_beneath(look, &step->steps);
    if (step->called != NULL && is_new(look, step->called))
        look_beneath(look, &step->called->steps);
    for (size_t k = 0; k < step->case_count; k++)
        look_beneath(look, &step->cases[k].steps);
}

void restore_check_lease(struct check *check, const struct step *step)
{
    struct look look = {.check = check, .wants = step, .tell = refuse};
    look_at(&look, step);
    if (!look.changes)
        err_list_add(check->errors, ERR_ERROR, E_CHECK, step->pos,
                     "'%s' changes nothing that a lease could end", step->id);
}

void restore_check(struct check *check, const struct step_list *list)
{
    struct look look = {.check = check, .wants = find_undo(list), .tell = warn};
    if (look.wants != NULL)
        look_beneath(&look, list);
}
