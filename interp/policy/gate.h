// The gate: the one place that judges every request before it leaves. Pure: it sends nothing, it says what
// may happen. Opened with a mode and a cloud for life; what it learns (vault hosts, mail addresses, scope)
// only adds.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "policy/mode.h"

struct arena;
struct channel;
struct cloud;
struct gate;
struct request;
struct response;

struct gate_config {
    enum mode mode;
    const struct cloud *cloud;
    const char *tenant;       // with scope NULL: subscriptions of this tenant count
    const char *const *scope; // resource ids, NULL-terminated; NULL: what GET arm:/subscriptions answers
    bool partner;             // the profile has a Partner Center account: its host may be spoken to
    const char *const
        *partner_scope;            // customers' subscriptions that may be changed, NULL-terminated; or NULL
    const struct channel *channel; // of the profile's notify (channel.h), or NULL
};
struct gate *gate_new(struct arena *arena, const struct gate_config *config);

enum gate_verdict {
    GATE_READ,   // send: it only reads
    GATE_CHANGE, // send: a change that the permit covers
    GATE_HOLD,   // do not send: record it and predict
    GATE_REFUSE, // err says why (E_REFUSED)
};

// What allows a change to be sent: an intent that is durable, and exactly its requests.
struct permit {
    uint64_t ticket;                // of the intent (trail_append)
    uint64_t durable;               // trail_durable(): must not be below the ticket
    const struct request *requests; // method, URL and body (secrets as values) of what was planned
    size_t count;
    bool *
        used; // count of them, the caller's: set for the one that was let through, so that each goes out once
    bool
        rehearsal; // nothing may be sent: changes are held, as in a plan. The other members are not looked at
};

// Judges a request made in a phase. `permit` may be NULL. A retry of a request that was let through is the
// same request and is not judged again.
enum gate_verdict gate_judge(const struct gate *gate, enum phase phase, const struct request *request,
                             const struct permit *permit, struct err *err);

// Takes in what an answer names: vault hosts (vaultUri of vaults in scope, read from ARM), mail addresses
// (Graph: mail, userPrincipalName, otherMails), and, where no scope was configured, subscriptions. Only 2xx
// answers to GETs that were really sent count.
void gate_learn_answer(struct gate *gate, const struct request *request, const struct response *response);
// The same for what the core knows from elsewhere: a mail address of the register.
void gate_allow_address(struct gate *gate, const char *address);
// Is a resource id (or what lies beneath) inside the scope?
bool gate_in_scope(const struct gate *gate, const char *id);
// The scope as it is now: configured or learned; NULL-terminated.
const char *const *gate_scope(const struct gate *gate);
