// Drives the undo of one effect outside a run. It keeps no trail: the ticket of its permit is made up.
// Invariant: every request is judged by a gate of a mode that sends, with what the gate learned from the
// reads before it.
#include "undo.h"

#include <poll.h>
#include <string.h>

#include "world.h"

#include "base/arena.h"
#include "data/value.h"
#include "lab/lab.h"
#include "net/http.h"
#include "net/token.h"
#include "policy/cloud.h"
#include "policy/gate.h"
#include "policy/profile.h"
#include "policy/request.h"
#include "vm/prim.h"
#include "vm/task.h"
#include "vm/vm.h"

enum { MOST_REQUESTS = 32 };

struct undo {
    struct world *world;
    struct arena *arena;
    struct gate *gate;
    struct vm_run run;
    struct permit permit;
    struct request planned[MOST_REQUESTS];
    bool used[MOST_REQUESTS];
    struct secret_memo secrets;
    struct err *err;
};

// Turns the lab and the transport until a request has come back that is not the sign-in's.
static bool turn(struct undo *undo, struct response **response)
{
    struct world *world = undo->world;
    struct pollfd fds[] = {{.fd = http_fd(world->http), .events = POLLIN},
                           {.fd = lab_fd(world->lab), .events = POLLIN}};
    poll(fds, 2, 5);
    lab_turn(world->lab);
    http_turn(world->http);
    void *owner = http_take(world->http, response);
    return owner != NULL && !token_take(world->tokens, world->http, owner, *response);
}

static struct response send_one(struct undo *undo, const struct request *request)
{
    struct world *world = undo->world;
    struct response *response = NULL;
    const char *headers[2] = {NULL, NULL};
    const char *audience = cloud_url_audience(world->profile->cloud, request->url);
    struct err err = {0};
    while (token_get(world->tokens, world->http, audience, &headers[0], &err) == TOKEN_WAIT)
        turn(undo, &response);
    http_start(world->http, undo->arena, request, headers, NULL, undo);
    while (!turn(undo, &response))
        continue;
    gate_learn_answer(undo->gate, request, response);
    return *response;
}

static struct request resolve(struct undo *undo, const struct request *request)
{
    struct request real = *request;
    const struct cloud *cloud = undo->world->profile->cloud;
    real.url = cloud_url(undo->arena, cloud, real.url);
    return real;
}

static bool carry(struct undo *undo, struct task *task)
{
    struct response *responses = ARENA_ARRAY(undo->arena, struct response, task->request_count);
    for (size_t i = 0; i < task->request_count; i++) {
        struct request request = resolve(undo, &task->requests[i]);
        switch (gate_judge(undo->gate, task->phase, &request, &undo->permit, undo->err)) {
        case GATE_REFUSE:
            return false;
        case GATE_HOLD:
            assert_true(undo->permit.count < MOST_REQUESTS);
            undo->planned[undo->permit.count++] = request;
            responses[i] = (struct response){
                .status = 200, .predicted = true, .body = value_unknown(undo->arena, "held")};
            break;
        case GATE_READ:
        case GATE_CHANGE:
            responses[i] = send_one(undo, &request);
            break;
        }
    }
    task_resume(task, responses, NULL);
    return true;
}

static bool drive(struct undo *undo, struct task *task, const struct value **result)
{
    bool ok = true;
    task_resume(task, NULL, NULL);
    while (ok && task->state != TASK_DONE && task->state != TASK_FAILED) {
        if (task->state == TASK_REQUESTS)
            ok = carry(undo, task);
        else if (task->state == TASK_SLEEP || task->state == TASK_NOTE)
            task_resume(task, NULL, NULL);
        else
            ok = err_set(undo->err, E_SCRIPT, "an undo that is not known: %s", task->unknown);
    }
    if (ok && task->state == TASK_FAILED) {
        *undo->err = task->err;
        ok = false;
    }
    if (ok && result != NULL)
        *result = task->result;
    task_close(task);
    return ok;
}

static bool slot(struct undo *undo, const struct primitive *primitive, enum primitive_slot which,
                 const struct value *const *args, size_t count)
{
    return drive(undo, task_open(undo->world->vm, &undo->run, primitive, which, args, count, &undo->secrets),
                 NULL);
}

bool undo_effect(struct world *world, const struct primitive *primitive, const struct value *params,
                 const struct value *before, const struct value *after, struct err *err)
{
    struct arena *arena = world->arena;
    const struct gate_config config = {.mode = MODE_LIVE,
                                       .cloud = world->profile->cloud,
                                       .tenant = world->profile->tenant,
                                       .scope = (const char *const *)world->profile->scope};
    struct undo *undo = ARENA_NEW(arena, struct undo);
    undo->world = world;
    undo->arena = arena;
    undo->gate = gate_new(arena, &config);
    undo->err = err;
    undo->run = (struct vm_run){.arena = arena,
                                .cloud = world->profile->cloud,
                                .now = "2026-11-25T12:00:00.000Z",
                                .profile = profile_value(arena, world->profile, NULL),
                                .registry = value_map(arena),
                                .self = value_map(arena)};
    vm_run_open(world->vm, &undo->run);
    undo->permit = (struct permit){
        .ticket = 1, .durable = 1, .requests = undo->planned, .used = undo->used, .rehearsal = true};
    const struct value *args[] = {params, before == NULL ? &value_null : before,
                                  after == NULL ? &value_null : after};
    bool ok = slot(undo, primitive, SLOT_OBSERVE, args, 1) && slot(undo, primitive, SLOT_UNDO, args, 3);
    undo->permit.rehearsal = false;
    ok = ok && slot(undo, primitive, SLOT_UNDO, args, 3);
    vm_run_close(world->vm, &undo->run);
    return ok;
}
