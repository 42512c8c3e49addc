// Step instances: how one begins, what decides whether it runs, how it ends. Kinds of steps are in flow.c,
// people.c, do.c and script.c. Invariant: an instance ends exactly once, and its result is in its frame
// before any later step begins.
#include "run/instance.h"

#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/schema.h"
#include "net/retry.h"
#include "run/call.h"
#include "run/do.h"
#include "run/evaluate.h"
#include "run/flow.h"
#include "run/lease.h"
#include "run/loop.h"
#include "run/people.h"
#include "run/plan.h"
#include "run/recall.h"
#include "run/rollback.h"
#include "run/script.h"
#include "run/turn.h"

struct instance *instance_new(struct run *run, struct instance *parent, const struct step *step,
                              const char *path, struct frame *frame)
{
    struct instance *instance = ARENA_NEW(run->arena, struct instance);
    instance->run = run;
    instance->parent = parent;
    instance->step = step;
    instance->path = path;
    instance->frame = frame;
    instance->worst = STEP_SKIPPED;
    instance->attempt = 1;
    if (parent != NULL) {
        *(parent->last == NULL ? &parent->first : &parent->last->next) = instance;
        parent->last = instance;
    }
    return instance;
}

// One that was called ends, and its caller goes on.
static void end_playbook(struct instance *instance, const char *why)
{
    if (call_end(instance, why))
        return;
    run_stop(instance->run, why);
    instance->run->ended_by_playbook = true;
}

static void start_kind(struct instance *instance)
{
    const struct step *step = instance->step;
    const struct value *value;
    const char *text = NULL;
    switch (step->kind) {
    case STEP_DO:
        do_start(instance);
        return;
    case STEP_ASK:
        people_ask(instance);
        return;
    case STEP_TASK:
        people_task(instance);
        return;
    case STEP_LET:
        if (evaluate_template(instance, step->let, &value))
            instance_end(instance, STEP_DONE, NULL, value);
        return;
    case STEP_GROUP:
        flow_group(instance, &step->steps, 1);
        return;
    case STEP_PARALLEL:
        flow_group(instance, &step->steps, step->steps.count);
        return;
    case STEP_CALL:
        call_start(instance);
        return;
    case STEP_CHOOSE:
        flow_choose(instance);
        return;
    case STEP_LUA:
        script_start(instance);
        return;
    case STEP_END:
        if (step->text != NULL && !evaluate_text(instance, step->text, &text))
            return;
        end_playbook(instance, text != NULL ? text : "the playbook ended here");
        instance_end(instance, STEP_DONE, text, NULL);
        return;
    case STEP_FAIL:
        if (evaluate_text(instance, step->text, &text)) {
            struct err err = {0};
            err_set_at(&err, E_STEP, step->pos, "%s", text);
            instance_fail(instance, &err);
        }
        return;
    }
}

// An explored fork decides an undecidable `when`.
static const struct value *forced_choice(struct instance *instance, const char *path)
{
    return value_get(instance->run->forced, path);
}

static bool passes_when(struct instance *instance)
{
    const struct step *step = instance->step;
    const struct value *value;
    const char *path = arena_printf(instance->run->arena, "%s?", instance->path);
    const struct value *forced = forced_choice(instance, path);
    if (forced != NULL) {
        value = value_bool(value_text(forced) != NULL && strcmp(forced->text, "true") == 0);
    } else {
        instance->fork_path = path;
        if (!evaluate_expr(instance, step->when, &value))
            return false;
        instance->fork_path = NULL;
    }
    if (!value_is_null(value) && !value_equal(value, &value_false))
        return true;
    instance_end(instance, STEP_SKIPPED,
                 step->when->source != NULL
                     ? arena_printf(instance->run->arena, "not when: %s", step->when->source)
                     : "its condition does not hold",
                 NULL);
    return false;
}

void instance_start(struct instance *instance)
{
    const struct step *step = instance->step;
    const struct value *items;
    if (call_stops(instance)) { // it stopped while this stood in the queue
        flow_not_reached(instance);
        return;
    }
    if (step->when != NULL && instance->is_item == step->when_each && !passes_when(instance))
        return;
    if (!instance->is_item && step->for_each != NULL) {
        if (evaluate_expr(instance, step->for_each, &items))
            flow_loop(instance, items);
        return;
    }
    if (step->timeout_ms > 0) // of a loop: for each item
        loop_deadline(instance->run->engine, instance, step->timeout_ms);
    start_kind(instance);
}

// Which ways there are where nothing decides: the branches of a choose, or yes and no.
static const struct value *fork_choices(struct instance *instance)
{
    struct arena *arena = instance->run->arena;
    const struct step *step = instance->step;
    struct value *choices = value_list(arena);
    bool branches = instance->fork_path == instance->path;
    for (size_t i = 0; branches && i < step->case_count; i++)
        value_append(arena, choices,
                     value_string(arena, step->cases[i].value != NULL ? step->cases[i].value : "otherwise"));
    if (!branches) {
        value_append(arena, choices, value_string(arena, "true"));
        value_append(arena, choices, value_string(arena, "false"));
    }
    return choices;
}

void instance_unknown(struct instance *instance, const struct value *unknown)
{
    struct run *run = instance->run;
    bool waits = text_starts(unknown->text, "waits for ");
    if (instance->fork_path != NULL && run->request.explore && !waits) {
        struct value *fork = value_map(run->arena);
        value_put_text(run->arena, fork, "path", instance->fork_path);
        value_put(run->arena, fork, "choices", fork_choices(instance));
        value_append(run->arena, run->open_forks, fork);
    }
    instance_end(instance, waits ? STEP_WAITING : STEP_UNDECIDED, unknown->text, NULL);
}

// Every field that the step would have had is unknown, its status is not.
static struct value *unknown_result(struct instance *instance, const char *why)
{
    struct arena *arena = instance->run->arena;
    const struct step *step = instance->step;
    struct value *result = value_map(arena);
    struct err ignored = {0};
    const struct primitive *primitive = instance->primitive;
    if (primitive == NULL && step->kind == STEP_DO && step->primitive != NULL) // its parameters were unknown
        primitive = primitive_find(run_config(instance->run)->vm, step->primitive, &ignored);
    if (primitive != NULL) {
        const struct schema *returns = primitive->returns;
        for (size_t i = 0; i < returns->field_count; i++)
            value_put(arena, result, returns->fields[i].name, value_unknown(arena, why));
        value_put(arena, result, "changed", value_unknown(arena, why));
    } else if (step->kind == STEP_ASK) {
        value_put(arena, result, "answer", value_unknown(arena, why));
        value_put(arena, result, "by", value_unknown(arena, why));
    } else if (step->kind == STEP_TASK) {
        value_put(arena, result, "done", value_unknown(arena, why));
    } else if (step->kind == STEP_LET || step->kind == STEP_CALL) {
        const struct template *names = step->kind == STEP_LET ? step->let : playbook_returns(step->called);
        for (size_t i = 0; names != NULL && i < names->count; i++)
            value_put(arena, result, names->keys[i], value_unknown(arena, why));
    }
    return result;
}

static bool leaves_unknown(enum step_status status)
{
    return status == STEP_FAILED || status == STEP_REFUSED || status == STEP_WAITING ||
           status == STEP_UNDECIDED;
}

// Short: what hangs on it repeats it, and its own line tells the whole reason.
static const char *why_unknown(const struct instance *instance)
{
    const char *verb = instance->status == STEP_REFUSED     ? "was "
                       : instance->status == STEP_UNDECIDED ? "is "
                                                            : "";
    return arena_printf(instance->run->arena, "%s %s%s", instance->path, verb,
                        step_status_word(instance->status));
}

// What depends on a change that is only planned goes the way that it goes when it is made.
static const char *status_read(enum step_status status)
{
    return step_status_word(status == STEP_PLANNED ? STEP_DONE : status);
}

static const struct value *complete_result(struct instance *instance, const struct value *result)
{
    struct arena *arena = instance->run->arena;
    bool loop = instance->step->for_each != NULL && !instance->is_item;
    bool unknown = leaves_unknown(instance->status);
    if (loop && value_is(result, VALUE_LIST))
        return result;
    if (loop)
        return unknown ? value_unknown(arena, why_unknown(instance)) : value_list(arena);
    if (result == NULL && unknown)
        result = unknown_result(instance,
                                instance->status == STEP_WAITING ? instance->reason : why_unknown(instance));
    struct value *whole = value_map_sized(arena, value_count(result) + 2);
    value_hold_text(arena, whole, "status", status_read(instance->status));
    if (instance->reason != NULL)
        value_hold_text(arena, whole, "reason", instance->reason);
    for (size_t i = 0; i < value_count(result) && value_is(result, VALUE_MAP); i++) {
        const struct value_field *field = &result->fields[i];
        // How it ended is nobody else's to say (a script may try).
        if (!text_is(field->key, "status") && !text_is(field->key, "reason"))
            value_hold(arena, whole, field->key, field->value);
    }
    return whole;
}

void instance_leave_result(struct instance *instance, const struct value *result)
{
    struct value *names = instance->frame->names;
    instance->result = complete_result(instance, result);
    if (instance->is_item)
        return;
    if (instance->named)
        value_put(instance->run->arena, names, instance->step->id, instance->result);
    else // it is the only one of its step there: nothing has to be searched
        value_hold(instance->run->arena, names, instance->step->id, instance->result);
    instance->named = true;
}

// What nobody has attested, and nothing waits for, does not make the run wait.
static void note_outcome(struct instance *instance)
{
    struct run *run = instance->run;
    run->waiting =
        run->waiting || (instance->status == STEP_WAITING && !instance->unattested && !instance->is_group);
    run->missing = run->missing || (mode_judges(run->mode) && instance->status == STEP_PLANNED);
}

void instance_tell(struct instance *instance, const struct value *result)
{
    struct run *run = instance->run;
    struct arena *arena = arena_open(); // what the view keeps of the record lies in the run's
    const struct step *step = instance->step;
    struct value *members = value_map_sized(arena, 12);
    value_hold_text(arena, members, "path", instance->path);
    value_hold_text(arena, members, "step", step->id);
    value_hold_text(arena, members, "kind", step_kind_word(step->kind));
    value_hold_text(arena, members, "status", step_status_word(instance->status));
    value_hold_text(arena, members, "reason", instance->reason);
    value_hold(arena, members, "clauses", value_texts(run->arena, step->clauses));
    if (step->note != NULL)
        value_hold_text(arena, members, "note", step->note);
    if (instance->primitive != NULL) {
        value_hold_text(arena, members, "primitive", instance->primitive->name);
        value_hold_text(arena, members, "summary", instance->primitive->summary);
    }
    if (instance->given != NULL)
        value_hold_text(arena, members, "given", instance->given);
    if (result != NULL && !instance->is_group) {
        value_hold(arena, members, "result", run_bounded(run, result));
        run_mark(run, members, result);
    }
    run->steps_told++;
    run_record(run, "step.finished", members);
    arena_close(arena);
}

void instance_end(struct instance *instance, enum step_status status, const char *reason,
                  const struct value *result)
{
    REQUIRE(instance->status == STEP_OPEN);
    struct run *run = instance->run;
    struct engine *engine = run->engine;
    if (mode_judges(run->mode) && status == STEP_DONE && instance->attests)
        status = STEP_IN_PLACE;
    instance->status = status;
    instance->reason = reason;
    turn_end(instance);
    plan_ended(instance);
    loop_forget(engine, instance);
    if (instance->step == NULL) // the root
        return;
    instance_leave_result(instance, result);
    note_outcome(instance);
    if (instance->on_end != NULL) {
        instance->on_end(instance);
        return;
    }
    lease_begin(instance);
    if (!instance->recalled && !recall_told(instance))
        instance_tell(instance, result);
    flow_tell_parts(instance);
    if (instance->caller != NULL)
        script_called_ended(instance->caller, instance);
    else if (instance->parent != NULL)
        flow_part_ended(instance->parent, instance);
}

static void retry_now(struct instance *instance)
{
    instance->attempt++;
    start_kind(instance);
}

void instance_fail_run(struct instance *instance, const struct err *err)
{
    run_fail(instance->run, err);
    instance_end(instance, STEP_FAILED, arena_strdup(instance->run->arena, err->message), NULL);
}

void instance_fail(struct instance *instance, const struct err *err)
{
    struct run *run = instance->run;
    const struct step *step = instance->step;
    const char *message = arena_strdup(run->arena, err->message);
    bool reads = instance->primitive != NULL && instance->primitive->risk == RISK_READ;
    bool may_repeat = instance->effect == NULL || !instance->effect->sent || instance->primitive->repeatable;
    turn_end(instance); // before a person is asked what to do
    if (!run->stopping && instance->attempt < step->attempts && may_repeat) {
        instance->stage = STAGE_START; // this attempt has been told
        int64_t delay = step->backoff_ms > 0 ? step->backoff_ms : 1000;
        for (int i = 1; i < instance->attempt && delay < 120000; i++)
            delay *= 2;
        loop_timer(run->engine, instance, retry_spread(delay), retry_now);
        return;
    }
    struct err shown = *err;
    bool goes_on = step->on_error == ON_ERROR_CONTINUE || (step->on_error == ON_ERROR_DEFAULT && reads);
    if (step->on_error == ON_ERROR_CONTINUE && instance->effect == NULL)
        shown.severity = ERR_WARNING;
    run_note(run, instance->path, &shown);
    if (instance->effect != NULL)
        run->effect_failed = true;
    else if (step->on_error != ON_ERROR_CONTINUE)
        run->step_failed = true;
    if (step->on_error == ON_ERROR_ASK)
        goes_on = people_goes_on(instance, message);
    if (step->on_error == ON_ERROR_UNDO)
        rollback_want(instance, message);
    if (!goes_on)
        run_stop(run, arena_printf(run->arena, "%s failed", instance->path));
    instance_end(instance, STEP_FAILED, message, NULL);
}
