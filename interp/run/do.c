// `do` steps: starts a primitive with its parameters and drives its tasks. What a change goes through is in
// change.c. Invariant: an instance has at most one task, and a task at most one wish under way.
#include "run/do.h"

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "net/token.h"
#include "run/allow.h"
#include "run/carry.h"
#include "run/change.h"
#include "run/evaluate.h"
#include "run/given.h"
#include "run/instance.h"
#include "run/loop.h"
#include "run/turn.h"
#include "run/undo.h"

static void task_moved(struct instance *instance);

// Whom the run acts as: known from the first sign-in on, which may be that of the first step's first request.
static void know_self(struct run *run)
{
    struct token_identity identity = allow_identity(run);
    if (*identity.object_id == '\0' ||
        text_same(value_text_at(run->vm_run.self, "object_id"), identity.object_id))
        return;
    struct value *self = value_map(run->arena);
    value_put_text(run->arena, self, "object_id", identity.object_id);
    value_put_text(run->arena, self, "app_id", identity.app_id);
    run->vm_run.self = self;
}

static void responses_ready(struct instance *instance)
{
    know_self(instance->run);
    const struct response *responses;
    struct carry *carry = carry_take(instance, &responses);
    task_resume(instance->task, responses, NULL);
    carry_close(carry);
    task_moved(instance);
}

static void slept(struct instance *instance)
{
    task_resume(instance->task, NULL, NULL);
    task_moved(instance);
}

void do_open_slot(struct instance *instance, enum stage stage, enum primitive_slot slot,
                  const struct value *const *args, size_t count)
{
    struct run *run = instance->run;
    instance->stage = stage;
    instance->task = task_open(run_config(instance->run)->vm, &run->vm_run, instance->primitive, slot, args,
                               count, instance->effect != NULL ? &instance->effect->secrets : NULL);
    task_resume(instance->task, NULL, NULL);
    task_moved(instance);
}

void do_observe(struct instance *instance, enum stage stage)
{
    if (stage == STAGE_OBSERVE && instance->effect != NULL)
        turn_observes(instance);
    do_open_slot(instance, stage, SLOT_OBSERVE, (const struct value *[]){instance->params}, 1);
}

// Is it what the declaration says? A name that is mistyped would be nil to the playbook, or not be compared,
// and the change pass for in place.
static bool is_declared(struct instance *instance, struct err *err)
{
    struct arena *arena = instance->run->arena;
    const struct primitive *primitive = instance->primitive;
    const struct value *result = instance->task->result;
    bool plan = instance->stage == STAGE_PLAN, fits = true;
    const char *place = plan ? "plan" : "returns";
    if (instance->stage == STAGE_REHEARSE && instance->effect->request_count == 0) {
        place = undo_of(instance) != NULL ? "undo" : "apply";
        fits = err_set(err, E_SCRIPT, "the %s of %s makes no request, and something is to be changed", place,
                       primitive->name);
    } else if (plan && instance->task->silent) { // a forgotten `return` must not delete
        fits = err_set(err, E_SCRIPT, "the plan of %s returns nothing", primitive->name);
        err_hint(err, "`return nil` says that it should not be there afterwards");
    } else if (plan) {
        fits = schema_fits_part(arena, primitive->state, result, instance->effect->before,
                                arena_printf(arena, "the plan of %s", primitive->name), err);
    } else if (primitive->risk == RISK_READ ||
               (instance->stage == STAGE_RESULT &&
                !(instance->outcome == STEP_PLANNED && value_is_null(result)))) {
        fits = schema_fits(arena, primitive->returns, result,
                           arena_printf(arena, "the result of %s", primitive->name), err);
    }
    if (!fits)
        err->pos = primitive_place(primitive, place);
    return fits;
}

static void stage_done(struct instance *instance)
{
    if (instance->primitive->risk != RISK_READ) {
        change_stage_done(instance);
        return;
    }
    instance->attests = true;
    instance_end(instance, STEP_DONE, NULL, instance->task->result);
}

static void stage_failed(struct instance *instance, const struct err *err)
{
    struct effect *effect = instance->effect;
    if (err->code == E_REFUSED && effect != NULL && !effect->sent) {
        run_note(instance->run, instance->path, err);
        if (instance->stage == STAGE_OBSERVE || instance->stage == STAGE_PLAN) // nothing is wanted yet
            effect->desired = effect->before;
        change_refused(instance, arena_strdup(instance->run->arena, err->message));
        return;
    }
    if (effect != NULL)
        change_broken(instance, err->message);
    instance_fail(instance, err);
}

// The task wants something or has ended.
static void task_moved(struct instance *instance)
{
    struct run *run = instance->run;
    struct task *task = instance->task;
    struct err err;
    switch (task->state) {
    case TASK_REQUESTS:
        if (run->stopping && instance->stage != STAGE_APPLY && instance->stage != STAGE_SETTLE) {
            task_close(task);
            instance_end(instance, STEP_UNDECIDED, "the run stopped", NULL);
            return;
        }
        carry_requests(instance, responses_ready);
        return;
    case TASK_SLEEP:
        // Nothing comes of a change that is held back; what is only read may well be under way.
        loop_timer(run->engine, instance,
                   mode_sends(run->mode) || !phase_writes(task->phase) ? task->sleep_ms : 0, slept);
        return;
    case TASK_NOTE:
        err_set(&err, E_NONE, "%s", task->note);
        err.severity = ERR_NOTE;
        run_note(run, instance->path, &err);
        loop_ready(run->engine, instance, slept); // not from here: it may note without end
        return;
    case TASK_DONE:
        task_close(task);
        if (is_declared(instance, &err))
            stage_done(instance);
        else
            stage_failed(instance, &err);
        return;
    case TASK_UNKNOWN:
        task_close(task);
        instance_unknown(instance, value_unknown(run->arena, task->unknown));
        return;
    case TASK_CALL:
        err_set(&err, E_SCRIPT, "a primitive cannot call another one");
        task_close(task);
        stage_failed(instance, &err);
        return;
    case TASK_FAILED:
        task_close(task);
        stage_failed(instance, task->err);
        return;
    }
}

static const struct value *with_since(struct instance *instance, const struct value *with)
{
    struct run *run = instance->run;
    const char *end = value_text_at(run->alert, "end");
    if (!instance->primitive->since_moment || value_get(with, "since") != NULL || end == NULL)
        return with;
    struct value *copy = value_map(run->arena);
    value_put_all(run->arena, copy, with);
    value_put_text(run->arena, copy, "since", end);
    return copy;
}

void do_start_call(struct instance *instance, const char *name, const struct value *with)
{
    struct run *run = instance->run;
    struct err err = {0};
    instance->primitive = primitive_find(run_config(instance->run)->vm, name, &err);
    if (instance->primitive == NULL) {
        instance_fail(instance, &err);
        return;
    }
    if (undo_is_impossible(instance))
        return;
    const struct value *unknown = value_find_unknown(with);
    if (unknown != NULL) {
        instance_unknown(instance, unknown);
        return;
    }
    with = with_since(instance, with);
    instance->given = given_digest(instance, with);
    if (given_ends(instance))
        return;
    instance->params =
        schema_check(run->arena, instance->primitive->params, with, instance->primitive->name, &err);
    if (instance->params == NULL) {
        if (err.pos.line == 0)
            err.pos = instance->step->primitive_pos;
        instance_fail(instance, &err);
        return;
    }
    know_self(run);
    if (instance->primitive->risk != RISK_READ)
        instance->effect = ARENA_NEW(run->arena, struct effect);
    if (instance->primitive->has[SLOT_ONCE])
        do_open_slot(instance, STAGE_ONCE, SLOT_ONCE, (const struct value *[]){instance->params}, 1);
    else
        do_observe(instance, STAGE_OBSERVE);
}

void do_start(struct instance *instance)
{
    const struct value *with = value_map(instance->run->arena);
    instance->effect = NULL;
    if (instance->step->with != NULL && !evaluate_template(instance, instance->step->with, &with))
        return;
    do_start_call(instance, instance->step->primitive, with);
}
