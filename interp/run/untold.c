// A run that was killed while it stopped is gone on with, and begins no step again: what it had not come to
// tell of its steps is told here, so that its report names each of them, and with them their clauses. Not for
// steps that are started (flow.c). Invariant: what the trail says of a step stands, and nothing is said to
// have happened that is not in the trail.
#include "run/untold.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "run/call.h"
#include "run/flow.h"
#include "run/instance.h"
#include "run/lease.h"
#include "run/recall.h"

struct untold {
    const char *failed, *why;
    int64_t since;         // the number of the record from which on the run was at it
    const char *unreached; // what is said of a step that was not begun
};

static enum step_status tell_list(const struct untold *untold, struct instance *group,
                                  const struct step_list *list);

// How it ended as the trail has it; OPEN: that does not say. What had failed or waited when the run was gone
// on with was to be come to again.
static enum step_status told_status(const struct untold *untold, const struct instance *instance)
{
    const struct value *line = recall_newest(instance->run->recall, "step.finished", instance->path);
    bool old = value_int_at(line, "rseq", 0) < untold->since;
    for (enum step_status status = old ? STEP_PLANNED : STEP_FAILED; line != NULL && status <= STEP_SKIPPED;
         status++)
        if (text_is(value_text_at(line, "status"), step_status_word(status)))
            return status;
    return STEP_OPEN;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// The paths of the loop's items that the trail speaks of, each as often as it does; NULL ends them.
static const char **items_of(const struct instance *loop)
{
    const struct recall *recall = loop->run->recall;
    struct arena *arena = loop->run->arena;
    const char **paths = ARENA_ARRAY(arena, const char *, recall->count + 1);
    size_t count = 0, length = strlen(loop->path);
    for (size_t i = 0; i < recall->count; i++) {
        const char *path = recall->lines[i].path;
        if (text_starts(path, loop->path) && path[length] == '[' && strchr(path + length, ']') != NULL)
            paths[count++] = arena_strndup(arena, path, (size_t)(strchr(path + length, ']') - path) + 1);
    }
    qsort(paths, count, sizeof *paths, by_text);
    return paths;
}

static enum step_status worse(enum step_status a, enum step_status b)
{
    return a < b ? a : b;
}

static enum step_status tell(const struct untold *untold, struct instance *instance);

// SKIPPED: there are none. How many more a loop had, nobody knows.
static enum step_status tell_items(const struct untold *untold, struct instance *loop)
{
    enum step_status worst = STEP_SKIPPED;
    const char **paths = items_of(loop);
    for (size_t i = 0; paths[i] != NULL; i++) {
        if (i > 0 && strcmp(paths[i], paths[i - 1]) == 0)
            continue;
        struct instance *item = instance_new(loop->run, NULL, loop->step, paths[i], loop->frame);
        item->is_item = true;
        worst = worse(worse(worst, STEP_UNDECIDED), tell(untold, item));
    }
    return worst;
}

static enum step_status tell_parts(const struct untold *untold, struct instance *instance)
{
    const struct step *step = instance->step;
    enum step_status worst = STEP_SKIPPED;
    if (step->for_each != NULL && !instance->is_item && (worst = tell_items(untold, instance)) < STEP_SKIPPED)
        return worst;
    if (step->kind == STEP_GROUP || step->kind == STEP_PARALLEL)
        return tell_list(untold, instance, &step->steps);
    if (step->kind == STEP_CALL) {
        call_open(instance, &value_null);
        return tell_list(untold, instance, &step->called->steps);
    }
    for (size_t i = 0; step->kind == STEP_CHOOSE && i < step->case_count; i++)
        worst = worse(worst, tell_list(untold, instance, &step->cases[i].steps));
    return worst;
}

static enum step_status tell(const struct untold *untold, struct instance *instance)
{
    enum step_status told = told_status(untold, instance);
    if (told != STEP_OPEN)
        return told;
    instance->status = tell_parts(untold, instance);
    if (strcmp(instance->path, untold->failed) == 0) {
        instance->status = STEP_FAILED;
        instance->reason = untold->why;
    } else if (recall_pending(instance->run->recall, instance->path) != NULL) {
        instance->status = STEP_UNDECIDED;
        instance->reason = "it was begun, and nobody has looked what became of it";
    } else if (instance->status >= STEP_UNDECIDED) {
        instance->status = STEP_UNDECIDED;
        instance->reason = untold->unreached;
    }
    lease_begin(instance);
    instance_tell(instance, NULL);
    return instance->status;
}

static enum step_status tell_list(const struct untold *untold, struct instance *group,
                                  const struct step_list *list)
{
    enum step_status worst = STEP_SKIPPED;
    for (size_t i = 0; i < list->count; i++)
        worst = worse(worst, tell(untold, flow_part(group, list->items[i], NULL)));
    return worst;
}

void untold_tell(struct run *run, const char *failed, const char *why, int64_t since)
{
    const struct untold untold = {failed, why, since,
                                  arena_printf(run->arena, "not reached: %s failed", failed)};
    tell_list(&untold, instance_new(run, NULL, NULL, "", &run->frame), &run->playbook->steps);
}
