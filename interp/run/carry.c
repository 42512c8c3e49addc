// Carries a task's requests across: resolves them, asks the gate, predicts or sends, repeats what may be
// repeated, and hands the answers back when all are there. The only file that sends anything for a run.
// Invariant: a request is sent only after gate_judge said READ or CHANGE for it in this phase.
#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"
#include "net/http.h"
#include "net/retry.h"
#include "net/token.h"
#include "policy/cloud.h"
#include "policy/profile.h"
#include "policy/secret_fields.h"
#include "policy/webhook.h"
#include "run/cache.h"
#include "run/carry.h"
#include "run/allow.h"
#include "run/overlay.h"
#include "trail/trail.h"
#include "run/effect.h"
#include "run/instance.h"
#include "run/loop.h"
#include "run/replay.h"

// One request on its way.
struct flight {
    struct carry *carry;
    struct flight *next_waiting; // for a token
    struct request request;      // resolved, as it is judged and recorded
    struct request outgoing;     // as it is sent: a webhook has its real URL
    struct response *response;   // where the answer belongs
    const char *audience;
    bool is_read, waiting, in_http, counted, signed_in_again;
    int attempt;
    int64_t resend_ms; // 0: no timer
    int64_t began_us;  // of the first attempt, since the run began; -1: never sent
};

struct carry {
    struct instance *instance;
    void (*done)(struct instance *);
    struct flight *flights;
    struct response *responses;
    struct arena *bodies; // of the answers: they live until the task has taken them
    size_t count, open;
};

static const struct engine_config *config_of(const struct instance *instance)
{
    return loop_config(instance->run->engine);
}

static void land(struct flight *flight, const struct response *response);

// It will not be sent, nor tried again.
static void give_up(struct flight *flight, const struct err *err)
{
    struct run *run = flight->carry->instance->run;
    struct response failed = {.failure = arena_strdup(run->arena, err->message), .unsent = true};
    flight->attempt = RETRY_MAX_ATTEMPTS;
    run->fatal = run->fatal.code == E_NONE ? *err : run->fatal;
    land(flight, &failed);
}

static void send_now(struct flight *flight)
{
    struct instance *instance = flight->carry->instance;
    const struct engine_config *config = config_of(instance);
    const char *headers[3] = {NULL, NULL, NULL};
    struct err err = {0};
    enum token_state state = TOKEN_READY;
    REQUIRE(instance->run->request.replay == NULL); // there the trail answers, or nobody
    if (flight->audience != NULL)
        state = token_get(config->tokens, config->http, flight->audience, &headers[0], &err);
    if (state == TOKEN_WAIT) {
        void **waiters = loop_token_waiters(instance->run->engine);
        flight->waiting = true;
        flight->next_waiting = *waiters;
        *waiters = flight;
        return;
    }
    flight->waiting = false;
    if (state == TOKEN_FAILED ||
        (!flight->is_read && instance->effect != NULL && !allow_target(instance, &err))) {
        give_up(flight, &err);
        return;
    }
    if (!flight->counted) {
        flight->counted = true;
        flight->began_us = run_age_us(instance->run);
        *(flight->is_read ? &instance->run->reads : &instance->run->changed) += 1;
    }
    if (!flight->is_read && instance->effect != NULL) {
        instance->effect->sent = true;
        instance->effect->unanswered++;
    }
    flight->attempt++;
    flight->in_http = true;
    flight->outgoing = flight->request;
    if (config->webhook != NULL && strcmp(flight->request.url, config->webhook->shown) == 0)
        flight->outgoing.url = config->webhook->url; // here, and nowhere else
    http_start(config->http, flight->carry->bodies, &flight->outgoing, headers, NULL, flight);
}

// Again, unless the run stops: then the last answer is what there is.
static void send_again(struct flight *flight)
{
    struct run *run = flight->carry->instance->run;
    if (run->stopping) {
        const struct response last = *flight->response;
        land(flight, &last);
        return;
    }
    run->retried++;
    send_now(flight);
}

static void resend_due(struct instance *instance)
{
    struct carry *carry = instance->carry;
    int64_t now = loop_now_ms(instance->run->engine), next = 0;
    for (size_t i = 0; carry != NULL && i < carry->count; i++) {
        struct flight *flight = &carry->flights[i];
        if (flight->resend_ms == 0)
            continue;
        if (flight->resend_ms <= now || instance->run->stopping) {
            flight->resend_ms = 0;
            send_again(flight);
        } else if (next == 0 || flight->resend_ms < next) {
            next = flight->resend_ms;
        }
    }
    if (next != 0 && instance->carry == carry)
        loop_timer(instance->run->engine, instance, next - now, resend_due);
}

static void resend_later(struct flight *flight, int64_t delay_ms)
{
    struct instance *instance = flight->carry->instance;
    struct engine *engine = instance->run->engine;
    flight->resend_ms = loop_now_ms(engine) + delay_ms;
    if (instance->wake == NULL || instance->wake_ms > flight->resend_ms)
        loop_timer(engine, instance, delay_ms, resend_due);
}

static void finish(struct carry *carry)
{
    if (--carry->open == 0)
        loop_ready(carry->instance->run->engine, carry->instance, carry->done);
}

// Lays the predictions over a real answer and stores it.
static void settle(struct flight *flight, const struct response *response)
{
    struct run *run = flight->carry->instance->run;
    bool let_in = response->status != 0 && response->status != 401;
    *(let_in ? &run->reached : &run->shut_out) = true;
    *flight->response = *response;
    bool plain_get = strcmp(flight->request.method, "GET") == 0;
    if (plain_get && (response->status / 100 == 2 || response->status == 404)) {
        const struct value *body = overlay_apply(run->overlay, flight->carry->bodies, flight->request.url,
                                                 response->status == 404 ? NULL : response->body);
        if (body != response->body) {
            flight->response->body = body;
            flight->response->status = body == NULL ? 404 : 200;
            flight->response->predicted = true;
        }
    }
    finish(flight->carry);
}

static void land(struct flight *flight, const struct response *response)
{
    struct instance *instance = flight->carry->instance;
    struct run *run = instance->run;
    const struct engine_config *config = config_of(instance);
    int64_t delay_ms;
    if (response->status == 401 && flight->audience != NULL && !flight->signed_in_again) {
        flight->signed_in_again = true;
        token_drop(config->tokens, flight->audience);
        run->retried++;
        send_now(flight);
        return;
    }
    if (!run->stopping && flight->attempt < RETRY_MAX_ATTEMPTS &&
        retry_again(&flight->request, flight->is_read, response, flight->attempt, &delay_ms)) {
        *flight->response = *response;
        resend_later(flight, delay_ms);
        return;
    }
    if (flight->is_read) {
        run_record_read(instance, &flight->request, response, flight->began_us);
        cache_keep(run, &flight->request, response);
    }
    gate_learn_answer(run->gate, &flight->request, response);
    settle(flight, response);
}

void carry_arrived(void *owner, const struct response *response)
{
    struct flight *flight = owner;
    const struct instance *instance = flight->carry->instance;
    struct response shown = *response;
    flight->in_http = false;
    if (!flight->is_read && instance->effect != NULL)
        effect_note_answer(instance->effect, response);
    shown.body = secret_fields_hide(flight->carry->bodies, config_of(instance)->profile->cloud,
                                    flight->request.url, response->body);
    land(flight, &shown);
}

static void stop_waiting(struct flight *flight)
{
    struct flight **at = (struct flight **)loop_token_waiters(flight->carry->instance->run->engine);
    for (; flight->waiting && *at != NULL; at = &(*at)->next_waiting)
        if (*at == flight) {
            *at = flight->next_waiting;
            break;
        }
    flight->waiting = false;
}

// Somebody's sign-in has ended: all that wait ask again.
void carry_tokens_changed(struct engine *engine)
{
    struct flight **waiters = (struct flight **)loop_token_waiters(engine);
    struct flight *flight = *waiters;
    *waiters = NULL;
    for (struct flight *next; flight != NULL; flight = next) {
        next = flight->next_waiting;
        if (flight->waiting)
            send_now(flight);
    }
}

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
    finish(flight->carry);
}

static enum gate_verdict judge(struct instance *instance, const struct request *request, struct err *err)
{
    struct run *run = instance->run;
    struct effect *effect = instance->effect;
    struct permit permit = {0};
    if (effect != NULL)
        permit = (struct permit){.ticket = effect->ticket,
                                 .durable = trail_durable(config_of(instance)->trail),
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
    task_close(instance->task);
    instance->task = NULL;
    if (instance->effect != NULL && instance->stage != STAGE_OBSERVE)
        effect_record(instance, "effect.result", "refused", NULL, err->message);
    instance_end(instance, STEP_REFUSED, arena_strdup(run->arena, err->message), NULL);
}

// Nobody knows what the answer would have been, so nothing is known of what hangs on it.
static void leave_unknown(struct instance *instance, const struct err *err)
{
    const char *why = arena_strdup(instance->run->arena, err->message);
    carry_drop(instance);
    task_close(instance->task);
    instance->task = NULL;
    instance_unknown(instance, value_unknown(instance->run->arena, why));
}

// False: the instance has been ended.
static bool take_read(struct flight *flight)
{
    struct instance *instance = flight->carry->instance;
    struct run *run = instance->run;
    const struct response *known = cache_find(run, &flight->request);
    struct err err;
    flight->is_read = true;
    if (known == NULL && run->request.replay == NULL) {
        send_now(flight);
        return true;
    }
    if (known == NULL && (known = replay_answer(run, &flight->request, &err)) == NULL) {
        leave_unknown(instance, &err);
        return false;
    }
    run_record_read(instance, &flight->request, known, run_age_us(run));
    gate_learn_answer(run->gate, &flight->request, known);
    settle(flight, known);
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
        send_now(flight);
        return true;
    }
    return false;
}

void carry_requests(struct instance *instance, void (*done)(struct instance *))
{
    struct run *run = instance->run;
    const struct engine_config *config = config_of(instance);
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
    for (size_t i = 0; carry != NULL && i < carry->count; i++) {
        if (carry->flights[i].in_http)
            http_cancel(config_of(instance)->http, &carry->flights[i]);
        stop_waiting(&carry->flights[i]);
    }
    loop_forget(instance->run->engine, instance);
    carry_close(carry);
    instance->carry = NULL;
}
