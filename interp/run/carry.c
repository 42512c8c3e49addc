// Carries a task's requests across: resolves them, asks the gate, predicts or lets them fly (flight.c), and
// hands the answers back when all are there. Invariant: a request is sent only after gate_judge said READ or
// CHANGE for it in this phase.
#include "run/carry.h"

#include "base/arena.h"
#include "policy/cloud.h"
#include "policy/gate.h"
#include "policy/profile.h"
#include "run/cache.h"
#include "run/change.h"
#include "run/effect.h"
#include "run/flight.h"
#include "run/instance.h"
#include "run/loop.h"
#include "run/overlay.h"
#include "run/receipt.h"
#include "run/replay.h"
#include "trail/trail.h"

// A held change: kept as the effect would send it, and predicted.
static void hold(struct flight *flight, bool keep)
{
    struct instance *instance = flight->carry->instance;
    struct run *run = instance->run;
    if (keep) {
        run->predicted++;
        overlay_predict(run->overlay, &flight->request);
    }
    flight->response->status = 200;
    flight->response->predicted = true;
    flight->response->body = value_unknown(run->arena, "what the service would answer to a change");
    flight_end(flight);
}

static enum gate_verdict judge(struct instance *instance, const struct request *request, struct err *err)
{
    struct run *run = instance->run;
    struct effect *effect = instance->effect;
    struct permit permit = {0};
    if (effect != NULL)
        permit = (struct permit){.ticket = effect->ticket,
                                 .durable = trail_durable(run_config(instance->run)->trail),
                                 .requests = effect->requests,
                                 .count = effect->request_count,
                                 .used = effect->used,
                                 .rehearsal = instance->stage == STAGE_REHEARSE};
    return gate_judge(run->gate, instance->task->phase, request, effect != NULL ? &permit : NULL, err);
}

static void refuse(struct instance *instance, const struct err *err)
{
    struct run *run = instance->run;
    run->refused = true;
    run_note(run, instance->path, err);
    carry_drop(instance);
    if (instance->effect != NULL && instance->effect->sent) // what was sent before stays sent
        change_broken(instance, arena_strdup(run->arena, err->message));
    else if (instance->effect != NULL && instance->stage != STAGE_OBSERVE)
        effect_record(instance, "effect.result", "refused", NULL, err->message);
    instance_end(instance, STEP_REFUSED, arena_strdup(run->arena, err->message), NULL);
}

// Nobody knows what the answer would have been, so nothing is known of what hangs on it.
static void leave_unknown(struct instance *instance, const struct err *err)
{
    const char *why = arena_strdup(instance->run->arena, err->message);
    carry_drop(instance);
    instance_unknown(instance, value_unknown(instance->run->arena, why));
}

// False: the instance has been ended.
static bool take_read(struct flight *flight)
{
    struct instance *instance = flight->carry->instance;
    struct run *run = instance->run;
    bool waited = instance->task->sleep_ms > 0; // for what was under way: it is asked anew
    const struct response *known = waited ? NULL : cache_find(run, &flight->request);
    struct err err;
    flight->is_read = true;
    if (known == NULL && run->request.replay == NULL) {
        flight_send(flight);
        return true;
    }
    if (known == NULL && (known = replay_answer(run, &flight->request, &err)) == NULL) {
        leave_unknown(instance, &err);
        return false;
    }
    run_record_read(instance, &flight->request, known, run_age_us(run));
    gate_learn_answer(run->gate, &flight->request, known);
    flight_settle(flight, known);
    return true;
}

static bool launch(struct flight *flight)
{
    struct instance *instance = flight->carry->instance;
    struct err err = {0};
    switch (judge(instance, &flight->request, &err)) {
    case GATE_REFUSE:
        refuse(instance, &err);
        return false;
    case GATE_HOLD:
        effect_plan(instance, &flight->request);
        hold(flight, mode_change_rule(instance->run->mode) == CHANGE_HOLD);
        return true;
    case GATE_READ:
        return take_read(flight);
    case GATE_CHANGE:
        flight->attempt = instance->effect == NULL ? 0 : instance->effect->attempts;
        if (!receipt_take(flight))
            flight_send(flight);
        return true;
    }
    return false;
}

void carry_requests(struct instance *instance, void (*done)(struct instance *))
{
    struct run *run = instance->run;
    const struct engine_config *config = run_config(instance->run);
    struct task *task = instance->task;
    struct carry *carry = ARENA_NEW(run->arena, struct carry);
    carry->instance = instance;
    carry->done = done;
    carry->bodies = arena_open();
    carry->count = carry->open = task->request_count;
    carry->flights = ARENA_ARRAY(run->arena, struct flight, carry->count);
    carry->responses = ARENA_ARRAY(run->arena, struct response, carry->count);
    instance->carry = carry;
    for (size_t i = 0; i < carry->count; i++) {
        struct flight *flight = &carry->flights[i];
        flight->carry = carry;
        flight->request = task->requests[i];
        flight->request.url = effect_url(instance, flight->request.url);
        if (flight->request.list != NULL)
            flight->request.list = effect_url(instance, flight->request.list);
        if (flight->request.resource != NULL)
            flight->request.resource = effect_url(instance, flight->request.resource);
        flight->response = &carry->responses[i];
        flight->audience = cloud_url_audience(config->profile->cloud, flight->request.url);
    }
    for (size_t i = 0; i < carry->count; i++)
        if (!launch(&carry->flights[i]))
            return;
}

struct carry *carry_take(struct instance *instance, const struct response **responses)
{
    struct carry *carry = instance->carry;
    *responses = carry->responses;
    instance->carry = NULL;
    return carry;
}

void carry_close(struct carry *carry)
{
    if (carry != NULL)
        arena_close(carry->bodies);
}

void carry_drop(struct instance *instance)
{
    struct carry *carry = instance->carry;
    for (size_t i = 0; carry != NULL && i < carry->count; i++)
        flight_stop(&carry->flights[i]);
    loop_forget(instance->run->engine, instance);
    carry_close(carry);
    instance->carry = NULL;
    task_close(instance->task);
    instance->task = NULL;
}
