// Looks for steps behind an `end` or a `fail` that has no condition. Invariant: what is reported is reached
// in no run, whatever the alert and the answers.
#include "playbook/reach.h"

static bool list_ends(const struct step_list *list);

// Of a choose: its branches are all there are, which choices.c sees to.
static bool cases_end(const struct step *step)
{
    for (size_t i = 0; i < step->case_count; i++)
        if (!list_ends(&step->cases[i].steps))
            return false;
    return step->case_count > 0;
}

// Does the run end there, each time that it comes there?
static bool always_ends(const struct step *step)
{
    if (step->when != NULL || step->for_each != NULL)
        return false;
    return step->kind == STEP_END || step->kind == STEP_FAIL ||
           (step->kind == STEP_GROUP && list_ends(&step->steps)) ||
           (step->kind == STEP_CHOOSE && cases_end(step));
}

static bool list_ends(const struct step_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (always_ends(list->items[i]))
            return true;
    return false;
}

void reach_check(struct check *check, const struct step_list *list)
{
    bool told = false;
    for (size_t i = 0; i < list->count; i++) {
        const struct step *step = list->items[i];
        // What goes side by side with it is reached.
        if (!told && i + 1 < list->count && always_ends(step)) {
            err_hint(err_list_add(check->errors, ERR_WARNING, E_CHECK, list->items[i + 1]->pos,
                                  "this step is never reached: the run ends in line %d", step->pos.line),
                     "give what ends the run a 'when', or leave out what stands behind it");
            told = true;
        }
        if (step->kind == STEP_PARALLEL)
            for (size_t j = 0; j < step->steps.count; j++)
                reach_check(check, &(struct step_list){&step->steps.items[j], 1});
        else
            reach_check(check, &step->steps);
        for (size_t j = 0; j < step->case_count; j++)
            reach_check(check, &step->cases[j].steps);
    }
}
