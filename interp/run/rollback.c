// Takes back what a group changed, at the end of a run in which a step with `on_error: undo` failed: an
// undoing inside the run. Its steps have paths of their own (PATH~undo, the second time PATH~undo2), so that
// the trail tells the change and its undoing apart. Not for how a change is taken back (undo.c, change.c).
// Invariant: that it is wanted is in the trail before anything is taken back, so that whoever goes on with
// the run takes back the rest and makes nothing anew; each undoing is judged by what is there.
#include "run/rollback.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "run/flow.h"
#include "run/instance.h"
#include "run/recall.h"
#include "run/undo.h"
#include "run/untold.h"
#include "trail/trail.h"

struct rollback {
    struct value *groups; // list of paths; "" is the whole run
    const char *failed;   // the step that wanted it first
    const char *why;      // it failed
    bool begun, over;
    const struct undo_plan *plan;
};

static struct rollback *rollback_of(struct run *run)
{
    if (run->rollback == NULL) {
        run->rollback = ARENA_NEW(run->arena, struct rollback);
        run->rollback->groups = value_list(run->arena);
    }
    return run->rollback;
}

const char *rollback_group(const struct instance *instance)
{
    const struct instance *group = instance->parent;
    while (group != NULL && group->list == NULL)
        group = group->parent;
    return group == NULL ? "" : group->path;
}

void rollback_want(struct instance *failed, const char *why)
{
    struct run *run = failed->run;
    const char *group = rollback_group(failed);
    if (!mode_sends(run->mode)) {
        struct err err = {0};
        err_set(&err, E_STEP, "%s failed: a live run would now take back what %s%s changed", failed->path,
                *group == '\0' ? "it has" : group, *group == '\0' ? "" : " has");
        err.severity = ERR_WARNING;
        run_note(run, failed->path, &err);
        return;
    }
    struct rollback *rollback = rollback_of(run);
    if (rollback->begun)
        return;
    value_append(run->arena, rollback->groups, value_string(run->arena, group));
    if (rollback->failed == NULL) {
        rollback->failed = failed->path;
        rollback->why = why;
    }
    struct value *members = value_map(run->arena);
    value_put_text(run->arena, members, "path", group);
    value_put_text(run->arena, members, "failed", failed->path);
    value_put_text(run->arena, members, "reason", why);
    run_record(run, "step.undo", members);
}

bool rollback_is_at_work(const struct run *run)
{
    return run->rollback != NULL && run->rollback->begun && !run->rollback->over;
}

// The undoings become the run's steps.
static bool begin(struct run *run, const struct recall *of)
{
    struct rollback *rollback = run->rollback;
    const struct engine_config *config = run_config(run);
    struct err err = {0};
    rollback->begun = true;
    rollback->plan = undo_plan_within(run->arena, config->vm, of, rollback->groups, &err);
    if (rollback->plan == NULL) {
        run_fail(run, &err);
        return false;
    }
    if (rollback->plan->count == 0)
        return false;
    run->request.undo = rollback->plan;
    run->stopping = run->waiting = false; // what waited is not wanted any more
    run->root = instance_new(run, NULL, NULL, "", &run->frame);
    flow_group(run->root, &rollback->plan->playbook.playbook->steps, 1);
    return true;
}

static const struct instance *undoing_of(const struct run *run, const char *path)
{
    const struct instance *part = run->root->first;
    while (part != NULL && strcmp(part->path, path) != 0)
        part = part->next;
    return part;
}

// The step is told anew: what it had done is gone.
static void tell_gone(struct run *run, const struct recall *of, const char *path)
{
    static const char *const kept[] = {"step", "kind", "clauses", "note", "primitive", "summary", "given"};
    const struct value *told = recall_newest(of, "step.finished", path);
    told = told != NULL ? told : recall_newest(of, "effect.intent", path);
    // A part of what failed itself is told with why it failed.
    const char *own = strcmp(path, run->rollback->failed) == 0 ? value_text_at(told, "reason") : NULL;
    struct value *members = value_map(run->arena);
    value_put_text(run->arena, members, "path", path);
    value_put_text(run->arena, members, "step", path);
    value_put_text(run->arena, members, "kind", "do");
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (value_get(told, kept[i]) != NULL)
            value_put(run->arena, members, kept[i], value_get(told, kept[i]));
    value_put_text(run->arena, members, "status", step_status_word(STEP_FAILED));
    value_put_text(run->arena, members, "reason",
                   own != NULL
                       ? arena_printf(run->arena, "undone: %s", own)
                       : arena_printf(run->arena, "undone, because %s failed", run->rollback->failed));
    run_record(run, "step.finished", members);
}

static void tell(struct run *run, size_t gone, size_t remain)
{
    struct err err = {0};
    err_set(&err, E_STEP, "%s failed, and %zu change%s taken back", run->rollback->failed, gone,
            gone == 1 ? " was" : "s were");
    if (remain > 0)
        err_note(&err, "%zu change%s", remain, remain == 1 ? " remains" : "s remain");
    err.severity = ERR_WARNING;
    run_note(run, NULL, &err);
}

// What became of it: taken back, or remaining.
static void end(struct run *run)
{
    struct rollback *rollback = run->rollback;
    struct value *members = value_map(run->arena), *gone = value_list(run->arena),
                 *remain = value_list(run->arena);
    for (size_t i = 0; rollback->plan != NULL && i < rollback->plan->count; i++) {
        const struct undo_effect *effect = &rollback->plan->effects[i];
        const struct instance *undoing = undoing_of(run, effect->path);
        bool is_gone = undoing != NULL && (undoing->status == STEP_DONE || undoing->status == STEP_IN_PLACE);
        value_append(run->arena, is_gone ? gone : remain, value_string(run->arena, effect->of));
        if (is_gone)
            tell_gone(run, rollback->plan->of, effect->of);
    }
    value_put_text(run->arena, members, "failed", rollback->failed);
    value_put(run->arena, members, "undone", gone);
    value_put(run->arena, members, "remain", remain);
    run_record(run, "step.undone", members);
    if (value_count(gone) + value_count(remain) > 0)
        tell(run, value_count(gone), value_count(remain));
    rollback->over = true;
    run->stopping = true; // nothing comes after it
}

// Waits for a person, or was stopped: whoever goes on with the run goes on with this.
static bool is_unfinished(const struct run *run)
{
    size_t ended = 0;
    for (const struct instance *part = run->root->first; part != NULL; part = part->next)
        ended += part->status != STEP_WAITING && part->status != STEP_UNDECIDED;
    return ended < run->rollback->plan->count;
}

bool rollback_goes_on(struct run *run)
{
    struct rollback *rollback = run->rollback;
    struct err err = {0};
    if (rollback == NULL || rollback->over || run->signal_number != 0 || run->fatal.code != E_NONE)
        return false;
    if (!rollback->begun) {
        struct trail *trail = run_config(run)->trail;
        const struct recall *of =
            trail_commit(trail, &err) ? recall_open(run->arena, trail, run->id, &err) : NULL;
        if (of == NULL) {
            run_fail(run, &err);
            return false;
        }
        if (begin(run, of))
            return true;
        if (rollback->plan != NULL)
            end(run);
        return false;
    }
    if (!is_unfinished(run))
        end(run);
    return false;
}

bool rollback_resume(struct run *run)
{
    const struct recall *recall = run->recall;
    int64_t begun = 0, since = 0;
    for (size_t i = 0; recall != NULL && i < recall->count; i++) {
        const struct recall_line *line = &recall->lines[i];
        if (strcmp(line->type, "step.undone") == 0)
            run->rollback = NULL;
        if (strcmp(line->type, "run.resumed") == 0)
            begun = value_int_at(line->line, "rseq", 0);
        if (strcmp(line->type, "step.undo") != 0)
            continue;
        struct rollback *rollback = rollback_of(run);
        value_append(run->arena, rollback->groups, value_string(run->arena, line->path));
        if (rollback->failed == NULL) {
            rollback->failed = value_text_at(line->line, "failed");
            rollback->why = value_text_at(line->line, "reason");
            since = begun;
        }
    }
    if (run->rollback == NULL)
        return false;
    run->step_failed = true;
    untold_tell(run, run->rollback->failed, run->rollback->why, since);
    if (begin(run, recall))
        return true;
    if (run->rollback->plan != NULL)
        end(run);
    run->over = true;
    return true;
}
