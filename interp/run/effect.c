// Effects as the trail tells them: planned, about to be sent, and what became of them. Not for making them
// (do.c). Invariant: an effect's intent is recorded before its permit can be used, and secrets are masked in
// every record.
#include "run/effect.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "policy/channel.h"
#include "policy/cloud.h"
#include "policy/profile.h"
#include "policy/url.h"
#include "trail/trail.h"
#include "run/history.h"
#include "run/lease.h"
#include "run/relied.h"
#include "run/rollback.h"
#include "run/undo.h"

const struct value *effect_value(struct instance *instance, const struct value *state)
{
    if (state == NULL)
        return &value_null;
    if (instance->primitive->state == NULL || state->kind == VALUE_UNKNOWN)
        return state;
    return schema_project(instance->run->arena, instance->primitive->state, state);
}

bool effect_is_same(struct instance *instance, const struct value *a, const struct value *b)
{
    return a == NULL || b == NULL
               ? a == b
               : schema_patch(instance->run->arena, instance->primitive->state, a, b) == NULL;
}

void effect_plan(struct instance *instance, const struct request *request)
{
    struct effect *effect = instance->effect;
    effect->requests =
        arena_room(instance->run->arena, effect->requests, effect->request_count, sizeof *effect->requests);
    effect->requests[effect->request_count++] = *request;
}

const struct value *effect_requests(struct instance *instance)
{
    struct run *run = instance->run;
    struct value *list = value_list(run->arena);
    const struct effect *effect = instance->effect;
    for (size_t i = 0; i < effect->request_count; i++) {
        const struct request *request = &effect->requests[i];
        struct value *one = value_map(run->arena);
        value_hold_text(run->arena, one, "method", request->method);
        value_hold_text(run->arena, one, "url", request->url);
        value_hold(run->arena, one, "body", request->body);
        value_append(run->arena, list, one);
    }
    return list;
}

const char *effect_url(struct instance *instance, const char *url)
{
    const struct engine_config *config = run_config(instance->run);
    return cloud_url(instance->run->arena, config->profile->cloud, channel_mask(config->channel, url));
}

// ARM: the id, as ARM itself writes it; elsewhere the URL without its query.
const char *effect_resource(struct instance *instance, const char *url)
{
    struct arena *arena = instance->run->arena;
    const struct cloud *cloud = run_config(instance->run)->profile->cloud;
    url = effect_url(instance, url);
    const char *arm = arena_printf(arena, "https://%s/", cloud_host(cloud, HOST_ARM));
    char *resource = arena_strndup(arena, url, strcspn(url, "?"));
    if (!text_starts_nocase(url, arm))
        return resource;
    resource += strlen(arm) - 1;
    url_decode(resource, strlen(resource), resource, strlen(resource) + 1);
    return resource;
}

static void add_clauses(struct arena *arena, struct value *list, const struct step *step)
{
    for (const char **clause = step->clauses; clause != NULL && *clause != NULL; clause++)
        value_append_once(arena, list, *clause);
}

// Those of the step, and of the steps that called the playbook in which it stands.
static const struct value *clauses_of(struct instance *instance)
{
    struct value *list = value_list(instance->run->arena);
    add_clauses(instance->run->arena, list, instance->step);
    for (const struct instance *at = instance->parent; at != NULL; at = at->parent)
        if (at->step != NULL && at->step->kind == STEP_CALL)
            add_clauses(instance->run->arena, list, at->step);
    return list;
}

// What is known now of a change that left: without an answer it may have happened, unless it never left.
void effect_note_answer(struct effect *effect, const struct response *response)
{
    if (response->status != 0 || response->unsent)
        effect->unanswered--;
    if (response->status / 100 == 2)
        effect->accepted++;
    if (response->unsent && effect->unanswered == 0 && effect->accepted == 0)
        effect->sent = false;
}

// For a record: what is too long for a line of the trail stands there by its digest. The requests stay a
// list.
static const struct value *bounded_requests(struct run *run, const struct value *requests)
{
    struct value *list = value_list(run->arena);
    for (size_t i = 0; i < value_count(requests); i++) {
        const struct value *request = value_item(requests, i);
        struct value *one = value_map_sized(run->arena, request->count);
        for (size_t k = 0; k < request->count; k++)
            value_hold(run->arena, one, request->fields[k].key, run_bounded(run, request->fields[k].value));
        value_append(run->arena, list, one);
    }
    return list;
}

static void put_states(struct instance *instance, struct value *members, const struct value *after)
{
    struct run *run = instance->run;
    value_put(run->arena, members, "before",
              run_bounded(run, effect_value(instance, instance->effect->before)));
    value_put(run->arena, members, "after", run_bounded(run, effect_value(instance, after)));
    run_mark(run, members, effect_value(instance, after));
    value_put(run->arena, members, "requests", bounded_requests(run, effect_requests(instance)));
}

// What every record of an effect says, but for its states and requests.
static struct value *members_of(struct instance *instance)
{
    struct run *run = instance->run;
    struct arena *arena = run->arena;
    struct effect *effect = instance->effect;
    const struct primitive *primitive = instance->primitive;
    struct value *members = value_map(arena);
    value_hold_text(arena, members, "path", instance->path);
    value_hold_text(arena, members, "primitive", primitive->name);
    value_hold_text(arena, members, "summary", primitive->summary);
    value_hold_text(arena, members, "resource",
                    effect->resource != NULL ? effect->resource : primitive->name);
    value_hold_text(arena, members, "risk", risk_word(primitive->risk));
    const char *why_not = primitive_why_not(primitive);
    value_hold(arena, members, "reversible", value_bool(why_not == NULL));
    value_hold_text(arena, members, "irreversible", why_not);
    value_hold(arena, members, "clauses", clauses_of(instance));
    if (instance->step->on_error == ON_ERROR_UNDO)
        value_hold_text(arena, members, "restores", rollback_group(instance));
    if (run->request.undo == NULL && lease_of(instance) != NULL)
        value_hold_text(arena, members, "lease", lease_of(instance));
    if (effect->once_key != NULL) {
        value_hold_text(arena, members, "once", effect->once_key);
        history_mark(run, members);
    }
    return members;
}

const struct value *effect_as_planned(struct instance *instance)
{
    struct arena *arena = instance->run->arena;
    struct trail *trail = run_config(instance->run)->trail;
    const struct effect *effect = instance->effect;
    struct value *members = members_of(instance);
    value_hold(arena, members, "before",
               trail_mask_value(trail, arena, effect_value(instance, effect->before)));
    value_hold(arena, members, "after",
               trail_mask_value(trail, arena, effect_value(instance, effect->desired)));
    value_hold(arena, members, "requests", trail_mask_value(trail, arena, effect_requests(instance)));
    return members;
}

void effect_record_earlier(struct instance *instance, const struct value *intent)
{
    struct run *run = instance->run;
    struct value *members = members_of(instance);
    put_states(instance, members, instance->effect->after);
    value_put(run->arena, members, "requests", value_get(intent, "requests"));
    value_put_text(run->arena, members, "status", "applied");
    value_put(run->arena, members, "verified", &value_true);
    value_put_text(run->arena, members, "subject", relied_subject(instance));
    value_put_text(run->arena, members, "reason", "it was begun before the run was resumed");
    run_record(run, "effect.result", members);
}

void effect_record(struct instance *instance, const char *type, const char *status,
                   const struct value *verified, const char *reason)
{
    struct run *run = instance->run;
    struct effect *effect = instance->effect;
    bool result = strcmp(type, "effect.result") == 0, intent = strcmp(type, "effect.intent") == 0;
    struct value *members = members_of(instance);
    if (intent) { // whoever undoes it calls the primitive with the same
        value_put(run->arena, members, "params", run_bounded(run, instance->params));
        value_put_text(run->arena, members, "given", instance->given);
    }
    if ((intent || result) && mode_sends(run->mode) && instance->primitive->state != NULL)
        value_put_text(run->arena, members, "subject", relied_subject(instance));
    if ((intent || result) && undo_of(instance) != NULL)
        value_put(run->arena, members, "undo", &value_true);
    // What was seen or, before that, what is wanted.
    put_states(instance, members, result && effect->seen ? effect->after : effect->desired);
    if (result) {
        value_put_text(run->arena, members, "status", status);
        value_put(run->arena, members, "verified", verified);
        if (effect->anew)
            value_put(run->arena, members, "anew", &value_true);
    }
    if (reason != NULL)
        value_put_text(run->arena, members, "reason", reason);
    run_record(run, type, members);
    if (intent)
        effect->ticket = run->last_ticket;
}
