// One request on its way: its token, its turn, its repetitions, its answer. Not for whether it may leave
// (carry.c), nor for when something is repeated (net/retry.c). The only file that sends anything for a run.
// Invariant: a change counts as sent before it leaves, and its target is judged anew each time.
#include "run/flight.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/panic.h"
#include "base/text.h"
#include "net/http.h"
#include "net/pace.h"
#include "net/remark.h"
#include "net/retry.h"
#include "net/token.h"
#include "policy/channel.h"
#include "policy/gate.h"
#include "policy/profile.h"
#include "policy/secret_fields.h"
#include "run/allow.h"
#include "run/anew.h"
#include "run/cache.h"
#include "run/effect.h"
#include "run/loop.h"
#include "run/overlay.h"
#include "run/receipt.h"

static void land(struct flight *flight, const struct response *response);
static void resend_later(struct flight *flight, int64_t delay_ms);

// It will not be sent, nor tried again.
static void give_up(struct flight *flight, const struct err *err)
{
    struct run *run = flight->carry->instance->run;
    struct response failed = {.failure = arena_strdup(run->arena, err->message), .unsent = true};
    flight->attempt = RETRY_MAX_ATTEMPTS;
    run->fatal = run->fatal.code == E_NONE ? *err : run->fatal;
    land(flight, &failed);
}

// True: it leaves later, as the service asks for fewer calls.
static bool wait_its_turn(struct flight *flight)
{
    struct engine *engine = flight->carry->instance->run->engine;
    int64_t wait_ms = flight->paced ? 0 : pace_wait_ms(loop_pace(engine), &flight->request, loop_now_ms());
    flight->paced = wait_ms > 0;
    if (flight->paced)
        resend_later(flight, wait_ms);
    return flight->paced;
}

static void wait_for_token(struct flight *flight)
{
    struct flight **waiters = loop_token_waiters(flight->carry->instance->run->engine);
    flight->waiting = true;
    flight->next_waiting = *waiters;
    *waiters = flight;
}

// Before it leaves: of a change it is known from here on that it may have happened.
static void count(struct flight *flight)
{
    struct run *run = flight->carry->instance->run;
    struct effect *effect = flight->carry->instance->effect;
    if (!flight->counted) {
        flight->counted = true;
        flight->began_us = run_age_us(run);
        *(flight->is_read ? &run->reads : &run->changed) += 1;
    }
    if (!flight->is_read && effect != NULL) {
        effect->sent = true;
        effect->unanswered++;
    }
    flight->attempt++;
    flight->sent_ns = clock_monotonic_ns();
}

void flight_send(struct flight *flight)
{
    struct instance *instance = flight->carry->instance;
    const struct engine_config *config = run_config(instance->run);
    const char *headers[3] = {NULL, NULL, NULL}; // the token's; who asks
    struct err err = {0};
    enum token_state state = TOKEN_READY;
    REQUIRE(instance->run->request.replay == NULL); // there the trail answers, or nobody
    if (wait_its_turn(flight))
        return;
    if (flight->audience != NULL)
        state = token_get(config->tokens, config->http, flight->audience, &headers[0], &err);
    if (state == TOKEN_WAIT) {
        wait_for_token(flight);
        return;
    }
    flight->waiting = false;
    bool changes = !flight->is_read && instance->effect != NULL;
    if (state == TOKEN_FAILED || (changes && !allow_target(instance, &err))) {
        give_up(flight, &err);
        return;
    }
    if (headers[0] != NULL)
        headers[1] = arena_printf(flight->carry->bodies, "x-ms-correlation-request-id: %s",
                                  instance->run->correlation);
    count(flight);
    flight->in_http = true;
    flight->outgoing = flight->request;
    if (config->channel != NULL && strcmp(flight->request.url, config->channel->shown) == 0)
        flight->outgoing.url = config->channel->url; // here, and nowhere else
    http_start(config->http, flight->carry->bodies, &flight->outgoing, headers, NULL, flight);
}

// Again, or at last, unless the run stops: then the last answer is what there is.
static void send_again(struct flight *flight)
{
    struct run *run = flight->carry->instance->run;
    if (run->stopping) {
        const struct response last = *flight->response,
                              unsent = {.failure = "the run stopped before it left", .unsent = true};
        land(flight, flight->attempt > 0 ? &last : &unsent);
        return;
    }
    run->retried += flight->attempt > 0;
    flight_send(flight);
}

static void resend_due(struct instance *instance)
{
    struct carry *carry = instance->carry;
    int64_t now = loop_now_ms(), next = 0;
    for (size_t i = 0; carry != NULL && i < carry->count; i++) {
        struct flight *flight = &carry->flights[i];
        if (flight->resend_ms == 0)
            continue;
        if (flight->resend_ms <= now || instance->run->stopping) {
            flight->resend_ms = 0;
            if (anew_begin(flight))
                return;
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
    flight->resend_ms = loop_now_ms() + delay_ms;
    if (instance->timer.wake == NULL || instance->timer.at_ms > flight->resend_ms)
        loop_timer(engine, instance, delay_ms, resend_due);
}

void flight_end(struct flight *flight)
{
    struct carry *carry = flight->carry;
    void (*go_on)(struct engine *, struct instance *, void (*)(struct instance *)) =
        carry->durably ? loop_when_durable : loop_ready;
    if (--carry->open == 0)
        go_on(carry->instance->run->engine, carry->instance, carry->done);
}

// Lays the predictions over a real answer and stores it.
void flight_settle(struct flight *flight, const struct response *response)
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
    flight_end(flight);
}

// The new token does not hold what is wanted either.
static void tell_claims(const struct flight *flight, const struct response *response)
{
    struct run *run = flight->carry->instance->run;
    const char *claims = remark_claims(run->arena, response);
    struct err err;
    if (claims == NULL)
        return;
    err_set(&err, E_SIGN_IN, "%.200s wants a token with claims that the sign-in does not get: %.120s",
            flight->audience, claims);
    err_hint(&err, "a session was revoked, or Conditional Access stands behind it: sign in by another kind, "
                   "or ask the administrator of the directory");
    run_note(run, flight->carry->instance->path, &err);
}

// 202 is the answer to who asks whether something lasts, and to a POST whose operation is followed. Who asks
// what there is was only put off (Graph, of a user), and asks again.
static bool is_underway(const struct flight *flight, const struct response *response)
{
    return response->status == 202 &&
           (strcmp(flight->request.method, "GET") != 0 || flight->request.underway);
}

static void land(struct flight *flight, const struct response *response)
{
    struct instance *instance = flight->carry->instance;
    struct run *run = instance->run;
    const struct engine_config *config = run_config(flight->carry->instance->run);
    int64_t delay_ms;
    if (response->status == 401 && flight->audience != NULL && !flight->signed_in_again) {
        flight->signed_in_again = true;
        token_drop(config->tokens, flight->audience, flight->sent_ns, response);
        run->retried++;
        flight_send(flight);
        return;
    }
    tell_claims(flight, response);
    if (!run->stopping && flight->attempt < RETRY_MAX_ATTEMPTS && !is_underway(flight, response) &&
        retry_again(flight->is_read, !flight->is_read && instance->primitive->repeatable, response,
                    flight->attempt, &delay_ms)) {
        *flight->response = *response;
        flight->put_off_ms = delay_ms;
        resend_later(flight, delay_ms);
        return;
    }
    if (flight->is_read) {
        run_record_read(instance, &flight->request, response, flight->began_us);
        cache_keep(run, &flight->request, response);
    } else {
        receipt_note(flight, response);
    }
    gate_learn_answer(run->gate, &flight->request, response);
    flight_settle(flight, response);
}

// Once in a run, by the first answer that tells the time.
static void tell_clock(struct run *run, const struct response *response)
{
    struct err err;
    if (run->clock_seen || value_get(response->headers, "date") == NULL)
        return;
    run->clock_seen = true;
    if (!remark_clock(response, &err))
        run_note(run, NULL, &err);
}

void flight_arrived(void *owner, const struct response *response)
{
    struct flight *flight = owner;
    const struct instance *instance = flight->carry->instance;
    struct response shown = *response;
    flight->in_http = false;
    pace_learn(loop_pace(instance->run->engine), &flight->request, response);
    tell_clock(instance->run, response);
    if (!flight->is_read && instance->effect != NULL)
        effect_note_answer(instance->effect, response);
    shown.body =
        secret_fields_hide(flight->carry->bodies, run_config(flight->carry->instance->run)->profile->cloud,
                           flight->request.url, response->body);
    land(flight, &shown);
}

void flight_stop(struct flight *flight)
{
    if (flight->in_http)
        http_cancel(run_config(flight->carry->instance->run)->http, flight);
    struct flight **at = loop_token_waiters(flight->carry->instance->run->engine);
    for (; flight->waiting && *at != NULL; at = &(*at)->next_waiting)
        if (*at == flight) {
            *at = flight->next_waiting;
            break;
        }
    flight->waiting = false;
}

// Somebody's sign-in has ended: all that wait ask again.
void flight_tokens_changed(struct engine *engine)
{
    struct flight **waiters = loop_token_waiters(engine);
    struct flight *flight = *waiters;
    *waiters = NULL;
    for (struct flight *next; flight != NULL; flight = next) {
        next = flight->next_waiting;
        if (flight->waiting)
            flight_send(flight);
    }
}
