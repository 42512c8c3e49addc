// Compares what a step was given with what it would be given now. A read that had failed and works as the run
// is gone on with may turn a branch or a list, and then another step, or the same one for another target,
// stands at a path where something was done. Not for what becomes of a step whose inputs are the same
// (recall.c, earlier.c). Invariant: what was done for one target is never taken for what should be done for
// another.
#include "run/given.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "run/instance.h"
#include "run/recall.h"
#include "trail/trail.h"

const char *given_digest(struct instance *instance, const struct value *with)
{
    struct run *run = instance->run;
    if (!mode_sends(run->mode))
        return NULL;
    struct arena *scratch = arena_open();
    struct text text = text_new(scratch);
    text_add(&text, instance->primitive->name);
    text_addc(&text, '\n');
    json_write(&text, trail_mask_value(run_config(run)->trail, scratch, with));
    const char *digest = crypto_digest(run->arena, text.ptr, text.length);
    arena_close(scratch);
    return digest;
}

// Nothing may be made of what rests on it now: the run stops, and is over.
static void refuse(struct instance *instance)
{
    struct run *run = instance->run;
    struct err err = {0};
    err_set(&err, E_REFUSED, "%s was made or begun with other parameters before the run was resumed",
            instance->path);
    err_note(&err, "something that it rests on was read anew, and is not what it was");
    err_hint(&err, "`playbook undo %s` takes back what was done; a new run changes nothing that is in place",
             run->id);
    run_note(run, instance->path, &err);
    run->refused = true;
    run_stop(run, arena_printf(run->arena, "%s has other parameters than before", instance->path));
    instance_end(instance, STEP_REFUSED, arena_strdup(run->arena, err.message), NULL);
}

static bool is_same(const struct instance *instance, const struct value *line)
{
    return line == NULL || text_same(value_text_at(line, "given"), instance->given);
}

bool given_ends(struct instance *instance)
{
    const struct recall *recall = instance->run->recall;
    const char *path = instance->path;
    bool finished = recall_finished(recall, path);
    bool begun = recall_pending(recall, path) != NULL || recall_applied(recall, path);
    if (is_same(instance, finished ? recall_newest(recall, "step.finished", path) : NULL) &&
        is_same(instance, begun ? recall_newest(recall, "effect.intent", path) : NULL))
        return recall_ends(instance);
    if (begun)
        refuse(instance);
    return begun;
}
