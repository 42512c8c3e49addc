// Leases: a record says when what a step changed is to be taken back. Nothing waits for it here: who takes it
// back then is a run of its own (run/due.c finds it, undo.c does it). Invariant: a lease is in the trail
// before its step is.
#include "run/lease.h"

#include "base/clock.h"
#include "base/text.h"
#include "report/view.h"
#include "run/recall.h"
#include "run/run.h"
#include "run/undo.h"

const char *lease_of(const struct instance *instance)
{
    while (instance != NULL && (instance->step == NULL || instance->step->lease == NULL))
        instance = instance->parent;
    return instance == NULL ? NULL : instance->step->lease;
}

static bool has_changed(const struct view *view, const char *path)
{
    for (size_t i = 0; i < view->effect_count; i++) {
        const struct view_effect *effect = &view->effects[i];
        if (text_same(effect->status, "applied") && undo_includes(path, effect->path))
            return true;
    }
    return false;
}

// Was it opened before, for what has not been taken back since by the run itself?
static bool is_open(const struct recall *recall, const char *path)
{
    const struct value *opened = recall_newest(recall, "lease.opened", path),
                       *undone = recall_newest(recall, "step.undone", "");
    return opened != NULL && value_int_at(opened, "rseq", 0) > value_int_at(undone, "rseq", -1);
}

void lease_begin(struct instance *instance)
{
    struct run *run = instance->run;
    const struct step *step = instance->step;
    if (step->lease == NULL || instance->is_item || !mode_sends(run->mode) || run->request.undo != NULL ||
        !has_changed(run->view, instance->path) || is_open(run->recall, instance->path))
        return;
    struct value *members = value_map(run->arena);
    value_put_text(run->arena, members, "path", instance->path);
    value_put_text(run->arena, members, "lease", step->lease);
    value_put_text(run->arena, members, "until", clock_rfc3339(run->arena, clock_now_ms() + step->lease_ms));
    run_record(run, "lease.opened", members);
}
