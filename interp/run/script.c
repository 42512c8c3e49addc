// `lua` steps: a script runs as a task and may call primitives; each call is a step instance of its own, with
// the path SCRIPT/1, SCRIPT/2, …, and the script gets its record. Invariant: a script never makes a request
// itself.
#include "run/script.h"

#include "base/arena.h"
#include "run/do.h"
#include "run/evaluate.h"
#include "run/instance.h"
#include "run/loop.h"
#include "run/prepare.h"

static void moved(struct instance *instance);

static void begin_call(struct instance *instance)
{
    struct run *run = instance->run;
    struct step *step = ARENA_NEW(run->arena, struct step);
    *step = *instance->step; // clauses, position and error rule are the script's
    step->kind = STEP_DO;
    step->when = step->for_each = NULL;
    step->attempts = 1;
    step->timeout_ms = 0; // that of the script is for all its calls
    if (step->on_error == ON_ERROR_ASK || step->on_error == ON_ERROR_UNDO)
        step->on_error = ON_ERROR_DEFAULT; // it is the script that is asked about, or whose failure counts
    step->primitive = instance->task->call_name;
    step->primitive_pos = instance->step->pos;
    struct instance *called =
        instance_new(run, NULL, step, arena_printf(run->arena, "%s/%zu", instance->path, ++instance->calls),
                     instance->frame);
    called->is_item = true; // its result goes to the script alone
    called->caller = instance;
    instance->called = called;
    do_start_call(called, step->primitive,
                  value_is_null(instance->task->result) ? value_map(run->arena) : instance->task->result);
}

static void resume(struct instance *instance)
{
    if (instance->run->stopping) {
        task_close(instance->task);
        enum step_status status = instance->worst < STEP_UNDECIDED ? instance->worst : STEP_UNDECIDED;
        instance_end(instance, status, "the run stopped", NULL);
        return;
    }
    task_resume(instance->task, NULL, instance->answer_value);
    moved(instance);
}

void script_called_ended(struct instance *script, struct instance *called)
{
    if (called->status < script->worst)
        script->worst = called->status;
    script->answer_value = called->result;
    loop_ready(script->run->engine, script, resume);
}

// Lua's {} is a list.
static bool is_fields(const struct value *result)
{
    return value_is(result, VALUE_MAP) || value_is_null(result) || value_is(result, VALUE_UNKNOWN) ||
           (value_is(result, VALUE_LIST) && value_count(result) == 0);
}

static void moved(struct instance *instance)
{
    struct task *task = instance->task;
    const struct value *result = task->result;
    struct err err;
    switch (task->state) {
    case TASK_CALL:
        begin_call(instance);
        return;
    case TASK_DONE:
        task_close(task);
        if (!is_fields(result)) {
            err_set_at(&err, E_SCRIPT, instance->step->script->pos,
                       "a script returns a table of fields, not %s", value_kind_name(result));
            instance_fail(instance, &err);
            return;
        }
        instance->attests = true;
        instance_end(instance, instance->worst == STEP_SKIPPED ? STEP_DONE : instance->worst, NULL, result);
        return;
    case TASK_UNKNOWN:
        task_close(task);
        instance_unknown(instance, value_unknown(instance->run->arena, task->unknown));
        return;
    case TASK_REQUESTS:
    case TASK_SLEEP:
    case TASK_NOTE:
        err_set(&err, E_SCRIPT, "a script makes no requests; it calls primitives");
        task_close(task);
        instance_fail(instance, &err);
        return;
    case TASK_FAILED:
        task_close(task);
        instance_fail(instance, task->err);
        return;
    }
}

void script_start(struct instance *instance)
{
    struct run *run = instance->run;
    instance->stage = STAGE_SCRIPT;
    instance->worst = STEP_SKIPPED;
    evaluate_bind(instance);
    instance->task = task_open_script(run_config(run)->vm, &run->vm_run, run->request.playbook->program,
                                      instance->step->script, &instance->scope);
    task_resume(instance->task, NULL, NULL);
    moved(instance);
}
