// The other names of those whom the policy protects: whoever is protected by the name that he signs in with
// is met by his object id too. Read once, before the first step. Not for judging a target (policy/protect.c).
// Invariant: whom nobody could look up is told, since only the name in the policy protects him then.
#include "run/protected.h"

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "policy/policy.h"
#include "policy/protect.h"
#include "run/carry.h"

struct asking {
    struct task task; // makes its requests at once, and no Lua
    const struct policy_protect **entries;
    void (*done)(struct instance *instance);
};

// Where the directory tells of it.
static const char *address_of(struct arena *arena, const char *what)
{
    struct text url = text_new(arena);
    if (schema_is_guid(what)) {
        text_addf(&url, "graph:/servicePrincipals?$filter=appId%%20eq%%20'%s'&$select=id,appId", what);
        return url.ptr;
    }
    text_add(&url, "graph:/users/");
    text_add_percent(&url, what);
    text_add(&url, "?$select=id,userPrincipalName,mail");
    return url.ptr;
}

static void tell_unknown(struct run *run, const struct policy_protect *entry, const struct response *response)
{
    struct err err = {0};
    err_set_at(&err, E_CONFIG, entry->pos, "%.200s, whom the policy protects, %s", entry->what,
               response->status == 404 ? "is not known to the directory" : "could not be looked up");
    err_hint(&err, "it is protected by this name only: protect its object id, or give both in the register");
    err.severity = ERR_WARNING;
    run_note(run, NULL, &err);
}

static void answered(struct instance *instance)
{
    struct asking *asking = (struct asking *)instance->task; // its first member
    struct run *run = instance->run;
    const struct response *responses;
    struct carry *carry = carry_take(instance, &responses);
    for (size_t i = 0; i < asking->task.request_count; i++) {
        const struct value *body = responses[i].body, *list = value_get(body, "value");
        bool told = value_is(list, VALUE_LIST) || value_text_at(body, "id") != NULL;
        if (responses[i].status != 200 || !told)
            tell_unknown(run, asking->entries[i], &responses[i]);
        else if (list == NULL)
            value_append(run->arena, run->people, value_copy(run->arena, body));
        for (size_t k = 0; k < value_count(list); k++)
            value_append(run->arena, run->people, value_copy(run->arena, value_item(list, k)));
    }
    carry_close(carry);
    instance->task = NULL;
    asking->done(instance);
}

void protected_learn(struct instance *instance, void (*done)(struct instance *instance))
{
    struct arena *arena = instance->run->arena;
    const struct policy *policy = run_config(instance->run)->policy;
    struct request *requests = ARENA_ARRAY(arena, struct request, policy->protect_count);
    struct asking *asking = ARENA_NEW(arena, struct asking);
    asking->entries = ARENA_ARRAY(arena, const struct policy_protect *, policy->protect_count);
    asking->done = done;
    asking->task = (struct task){
        .state = TASK_REQUESTS, .phase = PHASE_OBSERVE, .result = &value_null, .requests = requests};
    instance->run->people = value_list(arena);
    for (size_t i = 0; i < policy->protect_count; i++) {
        const struct policy_protect *entry = &policy->protect[i];
        if (!protect_is_asked(entry, run_config(instance->run)->book))
            continue;
        asking->entries[asking->task.request_count] = entry;
        requests[asking->task.request_count++] =
            (struct request){.method = "GET", .url = address_of(arena, entry->what)};
    }
    if (asking->task.request_count == 0) {
        done(instance);
        return;
    }
    instance->run->opening = instance;
    instance->task = &asking->task;
    carry_requests(instance, answered);
}
