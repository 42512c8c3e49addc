// Calls. The steps of the called playbook are a group in the run, beneath the path of the step that calls;
// approvals, the trail and a resume know nothing of the boundary. Invariant: neither playbook sees the
// other's names, and an `end` in the called one ends that alone.
#include "run/call.h"

#include "base/arena.h"
#include "data/schema.h"
#include "run/evaluate.h"
#include "run/flow.h"
#include "run/instance.h"

static bool is_call(const struct instance *instance)
{
    return instance->step != NULL && instance->step->kind == STEP_CALL;
}

bool call_end(struct instance *instance, const char *why)
{
    while (instance != NULL && !is_call(instance))
        instance = instance->parent;
    if (instance != NULL)
        instance->over = why;
    return instance != NULL;
}

const char *call_over(const struct instance *instance)
{
    while (instance != NULL && instance->over == NULL)
        instance = instance->parent;
    return instance == NULL ? NULL : instance->over;
}

bool call_stops(const struct instance *instance)
{
    return instance->run->stopping || call_over(instance) != NULL;
}

void call_open(struct instance *instance, const struct value *params)
{
    struct arena *arena = instance->run->arena;
    instance->inside = ARENA_NEW(arena, struct frame);
    instance->inside->names = value_map(arena);
    value_put(arena, instance->inside->names, "params", params);
}

// What the called playbook returned, without what every step has of its own; NULL: it did not come to that.
const struct value *call_result(const struct instance *call)
{
    const struct template *returns = playbook_returns(call->step->called);
    const struct value *given = value_get(call->inside->names, "returns");
    if (returns == NULL || !value_is(given, VALUE_MAP))
        return NULL;
    struct value *result = value_map(call->run->arena);
    for (size_t i = 0; i < returns->count; i++)
        if (value_get(given, returns->keys[i]) != NULL)
            value_put(call->run->arena, result, returns->keys[i], value_get(given, returns->keys[i]));
    return result;
}

void call_start(struct instance *instance)
{
    const struct step *step = instance->step;
    struct run *run = instance->run;
    const struct value *with = value_map(run->arena);
    struct err err = {0};
    if (step->with != NULL && !evaluate_template(instance, step->with, &with))
        return;
    const struct value *unknown = value_find_unknown(with);
    if (unknown != NULL) {
        instance_unknown(instance, unknown);
        return;
    }
    const struct value *params =
        schema_check(run->arena, step->called->params, with, step->called->name, &err);
    if (params == NULL) {
        if (err.pos.line == 0)
            err.pos = step->callee_pos;
        instance_fail(instance, &err);
        return;
    }
    call_open(instance, params);
    flow_group(instance, &step->called->steps, 1);
}
