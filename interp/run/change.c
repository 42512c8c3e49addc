// What a change goes through: observed, planned and compared; what differs is rehearsed (its requests are
// made and held), and, where the mode sends, approved, written to the trail as an intent, applied with a
// permit for exactly these requests, and observed again. Invariant: SLOT_APPLY runs outside a rehearsal only
// after the effect's intent is durable.
#include "run/change.h"

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "run/allow.h"
#include "run/do.h"
#include "run/earlier.h"
#include "run/effect.h"
#include "run/history.h"
#include "run/instance.h"
#include "run/plan.h"
#include "run/loop.h"
#include "run/approve.h"
#include "run/settle.h"
#include "run/takeback.h"
#include "run/turn.h"
#include "run/undo.h"

static const struct value *or_null(const struct value *value)
{
    return value == NULL ? &value_null : value;
}

static const struct value *or_absent(const struct value *value)
{
    return value_is_null(value) ? NULL : value;
}

// In place, for there is nothing that could be changed: a name that is mistyped looks the same, so it is
// said.
static const char *why_in_place(const struct instance *instance)
{
    const struct effect *effect = instance->effect;
    bool nothing = instance->outcome == STEP_IN_PLACE && effect->before == NULL && effect->desired == NULL &&
                   !instance->primitive->has[SLOT_ONCE] && undo_of(instance) == NULL;
    return nothing ? "it is not there" : NULL;
}

static void end_change(struct instance *instance, const struct value *result)
{
    struct run *run = instance->run;
    struct value *whole = value_map(run->arena);
    value_put_all(run->arena, whole, result);
    value_put(run->arena, whole, "changed", value_bool(instance->outcome != STEP_IN_PLACE));
    instance_end(instance, instance->outcome, why_in_place(instance), whole);
}

// The step's result: what the primitive's `result` says, else the state that it names.
void change_give_result(struct instance *instance)
{
    struct effect *effect = instance->effect;
    if (instance->primitive->has[SLOT_RESULT] && undo_of(instance) == NULL) {
        do_open_slot(
            instance, STAGE_RESULT, SLOT_RESULT,
            (const struct value *[]){instance->params, or_null(effect->before), or_null(effect->after)}, 3);
        return;
    }
    end_change(instance, effect_value(instance, effect->after));
}

void change_in_place(struct instance *instance)
{
    instance->outcome = STEP_IN_PLACE;
    instance->effect->after = instance->effect->before;
    instance->effect->seen = true;
    effect_record(instance, "effect.result", "in-place", NULL, NULL);
    change_give_result(instance);
}

// What the service would answer, before it was asked.
static const struct value *unanswered(struct instance *instance)
{
    const struct schema *returns = instance->primitive->returns;
    struct arena *arena = instance->run->arena;
    struct value *result = value_map(arena);
    for (size_t i = 0; i < returns->field_count; i++)
        value_put(arena, result, returns->fields[i].name,
                  value_unknown(arena, "what the service would answer to a change"));
    return result;
}

static void planned(struct instance *instance)
{
    instance->outcome = STEP_PLANNED;
    instance->effect->after = instance->effect->desired;
    effect_record(instance, "effect.planned", NULL, NULL, NULL);
    if (instance->run->request.keeps_plan)
        plan_keep(instance);
    if (instance->primitive->has[SLOT_ONCE])
        end_change(instance, unanswered(instance));
    else
        change_give_result(instance);
}

void change_refused(struct instance *instance, const char *why)
{
    struct run *run = instance->run;
    run->refused = true;
    effect_record(instance, "effect.result", "refused", NULL, why);
    instance_end(instance, STEP_REFUSED, why, NULL);
}

// Makes the change, or takes it back.
static void open_apply(struct instance *instance, enum stage stage)
{
    const struct effect *effect = instance->effect;
    const struct undo_effect *undo = undo_of(instance);
    const struct value *from = undo != NULL ? undo->before : effect->before;
    const struct value *to = undo != NULL ? undo->after : effect->desired;
    do_open_slot(instance, stage, undo != NULL ? SLOT_UNDO : SLOT_APPLY,
                 (const struct value *[]){instance->params, or_null(from), or_null(to)}, 3);
}

static void rehearse(struct instance *instance)
{
    instance->effect->request_count = 0;
    open_apply(instance, STAGE_REHEARSE);
}

// Something differs: what happens now is the mode's.
void change_differs(struct instance *instance)
{
    if (!allow_change(instance))
        return;
    switch (mode_change_rule(instance->run->mode)) {
    case CHANGE_REFUSE:
        planned(instance);
        return;
    case CHANGE_HOLD:
        change_comes_on(instance);
        return;
    case CHANGE_SEND:
        if (instance->run->request.plan != NULL)
            change_comes_on(instance);
        else
            rehearse(instance);
        return;
    }
}

// Has this run planned or begun the same event?
static bool already(const struct instance *instance)
{
    return instance->effect->once_key != NULL &&
           value_equal(value_get(instance->run->once, instance->effect->once_key), &value_true);
}

// `happens`: false takes it back; null: nobody knows.
static void keep_once(struct instance *instance, const struct value *happens)
{
    if (instance->effect->once_key != NULL)
        value_put(instance->run->arena, instance->run->once, instance->effect->once_key, happens);
}

static void target_known(struct instance *instance)
{
    struct effect *effect = instance->effect;
    struct run *run = instance->run;
    const char *url = value_text(instance->task->result);
    effect->resource = url == NULL ? instance->primitive->name : effect_resource(instance, url);
    if (instance->primitive->has[SLOT_ONCE]) {
        struct history *history = history_of(run);
        if (history == NULL) {
            instance_end(instance, STEP_FAILED, "the trail cannot be read back", NULL);
            return;
        }
        earlier_event(instance, history);
        return;
    }
    bool same = effect_is_same(instance, effect->before, effect->desired);
    if (earlier_change(instance, same))
        return;
    if (same && !turn_is_others(instance))
        change_in_place(instance);
    else if (!same && takeback_may_begin(instance))
        change_differs(instance);
}

static void find_target(struct instance *instance)
{
    struct effect *effect = instance->effect;
    if (!instance->primitive->has[SLOT_TARGET]) {
        instance->task->result = &value_null;
        target_known(instance);
        return;
    }
    do_open_slot(instance, STAGE_TARGET, SLOT_TARGET,
                 (const struct value *[]){instance->params, or_null(effect->before)}, 2);
}

static void rehearsed(struct instance *instance)
{
    struct run *run = instance->run;
    if (mode_change_rule(run->mode) == CHANGE_HOLD) {
        if (already(instance)) { // planned beside its like
            change_in_place(instance);
            return;
        }
        keep_once(instance, &value_true);
        planned(instance);
        return;
    }
    if (!plan_allows(instance)) {
        plan_differs(instance);
        return;
    }
    const char *agreed = instance->effect->agreed;
    if (policy_needs(run_config(instance->run)->policy, instance->primitive->risk) > 0 &&
        !text_is(agreed, approve_digest(instance))) {
        instance->stage = STAGE_APPROVAL;
        turn_lend(instance);
        approve_park(instance);
        return;
    }
    change_approved(instance, true);
}

static void apply(struct instance *instance)
{
    struct run *run = instance->run;
    struct effect *effect = instance->effect;
    if (run->stopping) { // the intent stands, and nothing was sent for it
        effect_record(instance, "effect.result", "failed", NULL, "nothing was sent: the run stopped first");
        instance_end(instance, STEP_FAILED, "the run stopped before the change was sent", NULL);
        return;
    }
    effect->used = ARENA_ARRAY(run->arena, bool, effect->request_count);
    open_apply(instance, STAGE_APPLY);
}

void change_approval_open(struct instance *instance)
{
    effect_record(instance, "effect.planned", NULL, NULL, NULL);
    instance_end(instance, STEP_WAITING,
                 arena_printf(instance->run->arena, "waits for approval of %s", instance->path), NULL);
}

void change_approved(struct instance *instance, bool granted)
{
    if (!granted) {
        change_refused(instance, "the change was not approved");
        return;
    }
    if (instance->run->stopping) { // nothing begins any more
        instance_end(instance, STEP_UNDECIDED, "the run stopped before the change was made", NULL);
        return;
    }
    if (already(instance)) { // approved together with its like
        change_in_place(instance);
        return;
    }
    if (!turn_take(instance))
        return;
    keep_once(instance, &value_true);
    instance->stage = STAGE_INTENT;
    effect_record(instance, "effect.intent", NULL, NULL, NULL);
    loop_when_durable(instance->run->engine, instance, apply);
}

static void applied(struct instance *instance)
{
    if (instance->primitive->has[SLOT_ONCE]) {
        effect_record(instance, "effect.result", "applied", NULL, NULL);
        instance->outcome = STEP_DONE;
        end_change(instance, instance->task->result);
        return;
    }
    settle_begin(instance, 0);
    do_observe(instance, STAGE_SETTLE);
}

static void observe_again(struct instance *instance)
{
    do_observe(instance, STAGE_SETTLE);
}

static void verified(struct instance *instance, bool as_wanted)
{
    if (!as_wanted && settle_again(instance, observe_again))
        return;
    effect_record(instance, "effect.result", "applied", value_bool(as_wanted),
                  as_wanted ? NULL : "the service does not show the change");
    if (!as_wanted) {
        struct err err;
        instance->lost = instance->lost == NULL ? instance->effect : instance->lost;
        err_set_at(&err, E_STEP, instance->step->pos,
                   "applied, but what is there now is not what was wanted");
        instance_fail(instance, &err);
        return;
    }
    instance->outcome = STEP_DONE;
    change_give_result(instance);
}

void change_broken(struct instance *instance, const char *reason)
{
    const struct effect *effect = instance->effect;
    bool made = instance->stage == STAGE_SETTLE || instance->stage == STAGE_VERIFY; // and not seen
    if (made)
        effect_record(instance, "effect.result", "applied", NULL, reason);
    if (instance->lost == NULL && (made || effect->unanswered > 0 || effect->accepted > 0))
        instance->lost = effect;
    if (instance->stage != STAGE_INTENT && instance->stage != STAGE_APPLY)
        return;
    // One without an answer may have happened, and so has a part of one that was accepted in part.
    bool may_have = effect->unanswered > 0 || effect->accepted > 0;
    keep_once(instance, may_have ? &value_null : &value_false);
    effect_record(instance, "effect.result", may_have ? "unknown" : "failed", NULL, reason);
}

void change_comes_on(struct instance *instance)
{
    // What is held to a plan is rehearsed, as the plan was, behind those that change the same before it.
    bool by_plan = instance->run->request.plan != NULL && instance->stage != STAGE_APPROVAL;
    if (mode_sends(instance->run->mode) && !by_plan)
        change_approved(instance, true);
    else if (turn_take(instance))
        rehearse(instance);
}

static void observed(struct instance *instance)
{
    struct effect *effect = instance->effect;
    effect->before = or_absent(instance->task->result);
    if (undo_of(instance) != NULL) { // what is wanted is what was there
        effect->desired = undo_wanted(instance);
        find_target(instance);
        return;
    }
    do_open_slot(instance, STAGE_PLAN, SLOT_PLAN,
                 (const struct value *[]){instance->params, or_null(effect->before)}, 2);
}

void change_stage_done(struct instance *instance)
{
    struct effect *effect = instance->effect;
    const struct value *result = instance->task->result;
    switch (instance->stage) {
    case STAGE_OBSERVE:
        observed(instance);
        return;
    case STAGE_PLAN:
        effect->desired = or_absent(result);
        find_target(instance);
        return;
    case STAGE_ONCE:
        effect->once_key = value_text(result);
        find_target(instance);
        return;
    case STAGE_TARGET:
        target_known(instance);
        return;
    case STAGE_REHEARSE:
        rehearsed(instance);
        return;
    case STAGE_APPLY:
        applied(instance);
        return;
    case STAGE_SETTLE:
        effect->after = or_absent(result);
        effect->seen = true;
        if (undo_of(instance) != NULL) {
            verified(instance, effect_is_same(instance, effect->after, effect->desired));
            return;
        }
        do_open_slot(instance, STAGE_VERIFY, SLOT_VERIFY,
                     (const struct value *[]){instance->params, or_null(effect->after)}, 2);
        return;
    case STAGE_VERIFY:
        verified(instance, value_equal(result, &value_true));
        return;
    case STAGE_RESULT:
        end_change(instance, instance->outcome == STEP_PLANNED && value_is_null(result) ? unanswered(instance)
                                                                                        : result);
        return;
    case STAGE_START:
    case STAGE_APPROVAL:
    case STAGE_INTENT:
    case STAGE_SCRIPT:
        return;
    }
}
