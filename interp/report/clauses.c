// Folds steps into clauses. Not for evidence inside steps, and not for clauses that no step serves
// (cli/cmd_show.c). Invariant: of the steps that serve a clause, the gravest status decides, in the order of
// the table.
#include "report/clauses.h"

#include <string.h>

#include "base/arena.h"
#include "data/value.h"
#include "policy/mode.h"
#include "report/view.h"

// The statuses of a clause, gravest first.
static const char *const order[] = {"failed", "missing",  "needs-person",  "planned",
                                    "done",   "in-place", "not-applicable"};
enum { ORDERS = sizeof order / sizeof *order };

// Step → clause; in a mode that judges, what would be changed is missing and what could be read is in place.
static const struct {
    const char *step, *clause, *judged;
} becomes[] = {
    {"failed", "failed", "failed"},
    {"refused", "failed", "failed"},
    {"planned", "planned", "missing"},
    {"waiting", "needs-person", "needs-person"},
    {"undecided", "needs-person", "needs-person"},
    {"done", "done", "in-place"},
    {"in-place", "in-place", "in-place"},
    {"skipped", "not-applicable", "not-applicable"},
};

static const char *clause_status(const char *step, bool judges)
{
    for (size_t i = 0; step != NULL && i < sizeof becomes / sizeof *becomes; i++)
        if (strcmp(becomes[i].step, step) == 0)
            return judges ? becomes[i].judged : becomes[i].clause;
    return "needs-person"; // a status that this version does not know: somebody should look
}

static int rank(const char *status)
{
    int i = 0;
    while (i < ORDERS && strcmp(order[i], status) != 0)
        i++;
    return i;
}

static struct clause *clause_at(struct arena *arena, struct clauses *clauses, const char *id)
{
    for (size_t i = 0; i < clauses->count; i++)
        if (strcmp(clauses->items[i].id, id) == 0)
            return &clauses->items[i];
    clauses->items = arena_room(arena, clauses->items, clauses->count, sizeof *clauses->items);
    struct clause *clause = &clauses->items[clauses->count++];
    *clause = (struct clause){.id = id, .steps = value_list(arena)};
    return clause;
}

static void fold_step(struct arena *arena, struct clauses *clauses, const struct view_step *step, bool judges)
{
    const char *status = clause_status(step->status, judges);
    for (size_t i = 0; i < value_count(step->clauses); i++) {
        const char *id = value_text(value_item(step->clauses, i));
        if (id == NULL)
            continue;
        struct clause *clause = clause_at(arena, clauses, id);
        if (clause->status == NULL || rank(status) < rank(clause->status)) {
            clause->status = status;
            clause->reason = step->reason;
        }
        value_append(arena, clause->steps, value_string(arena, step->path == NULL ? "" : step->path));
    }
}

struct clauses clauses_fold(struct arena *arena, const struct view *view)
{
    struct clauses clauses = {0};
    bool judges = mode_word_judges(view->mode);
    for (size_t i = 0; i < view->step_count; i++)
        fold_step(arena, &clauses, &view->steps[i], judges);
    return clauses;
}

size_t clauses_count(const struct clauses *clauses, const char *status)
{
    size_t count = 0;
    for (size_t i = 0; i < clauses->count; i++)
        count += strcmp(clauses->items[i].status, status) == 0;
    return count;
}
