// The scope of a profile that names none: the subscriptions of its tenant that the sign-in can see, read once
// before the first step. Not for what the scope means: that is the gate's. Invariant: until it is known
// nothing is read or changed for a step.
#include "run/scope.h"

#include "base/arena.h"
#include "run/carry.h"

enum { MAX_PAGES = 100 };

struct asking {
    struct task task; // makes one request after the other, and no Lua
    struct request request;
    void (*done)(struct instance *instance, bool ok);
    int pages;
};

static struct asking *asking_of(struct instance *instance)
{
    return (struct asking *)instance->task; // its first member
}

static void ask(struct instance *instance, const char *url);

static void failed(struct instance *instance, const struct response *response)
{
    struct err err = {0};
    const char *words = value_text_at(response->body, "error.message");
    if (response->status / 100 == 2)
        err_set(&err, E_NETWORK, "the answer to the question which subscriptions there are is no list");
    else if (response->status == 0)
        err_set(&err, E_NETWORK, "the subscriptions could not be read: %s",
                response->failure != NULL ? response->failure : "no answer");
    else
        err_set(&err, response->status == 401 || response->status == 403 ? E_SIGN_IN : E_NETWORK,
                "the question which subscriptions there are was answered %d%s%.200s", response->status,
                words != NULL ? ": " : "", words != NULL ? words : "");
    err_hint(&err, "a profile without scope acts on the subscriptions that its sign-in can see");
    run_fail(instance->run, &err);
}

static void answered(struct instance *instance)
{
    struct asking *asking = asking_of(instance);
    const struct response *response;
    struct carry *carry = carry_take(instance, &response);
    const char *more = value_text_at(response->body, "nextLink");
    // An answer that says nothing does not say that there is none.
    bool ok = response->status / 100 == 2 && value_is(value_get(response->body, "value"), VALUE_LIST);
    if (ok && more != NULL && *more != '\0' && ++asking->pages < MAX_PAGES) {
        more = arena_strdup(instance->run->arena, more);
        carry_close(carry);
        ask(instance, more);
        return;
    }
    if (!ok)
        failed(instance, response);
    carry_close(carry);
    instance->task = NULL;
    asking->done(instance, ok);
}

static void ask(struct instance *instance, const char *url)
{
    struct asking *asking = asking_of(instance);
    asking->request = (struct request){.method = "GET", .url = url};
    asking->task.requests = &asking->request;
    asking->task.request_count = 1;
    carry_requests(instance, answered);
}

void scope_learn(struct instance *instance, void (*done)(struct instance *instance, bool ok))
{
    struct asking *asking = ARENA_NEW(instance->run->arena, struct asking);
    asking->task = (struct task){.state = TASK_REQUESTS, .phase = PHASE_OBSERVE, .result = &value_null};
    asking->done = done;
    instance->task = &asking->task;
    ask(instance, "arm:/subscriptions?api-version=2022-12-01");
}
