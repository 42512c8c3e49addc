// Inside run/ only: one request on its way, from the gate's word until its last answer.
#pragma once
#include "run/run.h"

struct carry {
    struct instance *instance;
    void (*done)(struct instance *);
    struct flight *flights;
    struct response *responses;
    struct arena *bodies; // of the answers: they live until the task has taken them
    size_t count, open;
    bool durably; // the task goes on when what was recorded of the answers is durable
};

struct flight {
    struct carry *carry;
    struct flight *next_waiting; // for a token
    struct request request;      // resolved, as it is judged and recorded
    struct request outgoing;     // as it is sent: a channel has its real URL
    struct response *response;   // where the answer belongs
    const char *audience;
    bool is_read, waiting, in_http, counted, signed_in_again, paced;
    int attempt;
    int64_t sent_ns;    // the last attempt
    int64_t resend_ms;  // 0: no timer
    int64_t put_off_ms; // so long it waits since the last answer
    int64_t began_us;   // of the first attempt, since the run began; -1: never sent
};

void flight_send(struct flight *flight);
// The answer of a request that is not sent; also the end of one that was.
void flight_settle(struct flight *flight, const struct response *response);
// It stays without an answer: it is held, or known.
void flight_end(struct flight *flight);
void flight_stop(struct flight *flight);
void flight_arrived(void *owner, const struct response *response); // a finished request
void flight_tokens_changed(struct engine *engine);
