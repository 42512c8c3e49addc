// Leases: a record says when what a step changed is to be taken back. Nothing waits for it here: who takes it
// back then is a run of its own (run/due.c finds it, undo.c does it). Invariant: a lease is in the trail
// before its step is.
#include "run/lease.h"

#include "base/clock.h"
#include "base/text.h"
#include "report/view.h"
#include "run/due.h"
#include "run/recall.h"
#include "run/run.h"
#include "run/undo.h"

const char *lease_of(const struct instance *instance)
{
    while (instance != NULL && (instance->step == NULL || instance->step->lease == NULL))
        instance = instance->parent;
    return instance == NULL ? NULL : instance->step->lease;
}

// Was something changed there, or may it have been, behind that line of the trail?
static bool has_changed(const struct view *view, const char *path, int64_t since)
{
    static const char *const made[] = {"applied", "unknown", NULL};
    for (size_t i = 0; i < view->effect_count; i++) {
        const struct view_effect *effect = &view->effects[i];
        if (text_is_one_of(effect->status, made) && undo_includes(path, effect->path) && effect->seq > since)
            return true;
    }
    return false;
}

// Where in the trail what was changed there was taken back last: all of it by the run itself, or by an
// undoing of it.
static bool find_end(const struct run *run, const char *path, int64_t *seq, struct err *err)
{
    int64_t own = undo_has_left(run->recall, path)
                      ? -1
                      : value_int_at(recall_newest(run->recall, "step.undone", ""), "seq", -1);
    if (!due_ended(run_config(run)->trail, run->id, path, seq, err))
        return false;
    *seq = *seq > own ? *seq : own;
    return true;
}

void lease_begin(struct instance *instance)
{
    struct run *run = instance->run;
    const struct step *step = instance->step;
    struct err err;
    int64_t ended = -1;
    if (step->lease == NULL || instance->is_item)
        return;
    const struct value *opened = recall_newest(run->recall, "lease.opened", instance->path);
    if (opened != NULL && !find_end(run, instance->path, &ended, &err)) {
        run_fail(run, &err);
        return;
    }
    if (value_int_at(opened, "seq", -1) > ended || !has_changed(run->view, instance->path, ended))
        return;
    struct value *members = value_map(run->arena);
    value_put_text(run->arena, members, "path", instance->path);
    value_put_text(run->arena, members, "lease", step->lease);
    value_put_text(run->arena, members, "until", clock_rfc3339(run->arena, clock_now_ms() + step->lease_ms));
    run_record(run, "lease.opened", members);
}
