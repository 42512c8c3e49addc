// Approvals: which changes want one, who gave it, and for exactly what. Not for how people are asked: cli/
// hands in functions. Invariant: an approval stands for the digest of the effects that were shown, and no
// intent is written without the approvals that the policy wants.
#include "run/approve.h"

#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "run/change.h"
#include "run/consent.h"
#include "run/effect.h"
#include "run/flow.h"
#include "run/instance.h"
#include "run/loop.h"
#include "run/recall.h"
#include "run/turn.h"
#include "run/undo.h"

// The items of one loop are approved together; every other change by itself.
static bool together(const struct instance *a, const struct instance *b)
{
    return a == b || (a->is_item && b->is_item && a->parent != NULL && a->parent == b->parent &&
                      a->primitive->risk == b->primitive->risk);
}

// Secrets are made anew each time a change is planned, and nobody is shown them: what is approved is that one
// is made.
static const struct value *without_secrets(struct arena *arena, const struct value *value)
{
    static const struct value secret = {.kind = VALUE_STRING, .text = "(a secret)"};
    if (value_is(value, VALUE_SECRET))
        return &secret;
    if (value_is(value, VALUE_LIST)) {
        struct value *list = value_list(arena);
        for (size_t i = 0; i < value->count; i++)
            value_append(arena, list, without_secrets(arena, value->items[i]));
        return list;
    }
    if (!value_is(value, VALUE_MAP))
        return value;
    struct value *map = value_map(arena);
    for (size_t i = 0; i < value->count; i++)
        value_put(arena, map, value->fields[i].key, without_secrets(arena, value->fields[i].value));
    return map;
}

const char *approve_digest(struct instance *first)
{
    struct run *run = first->run;
    struct value *all = value_list(run->arena);
    for (struct instance *instance = first; instance != NULL; instance = instance->next_parked) {
        if (!together(first, instance))
            continue;
        struct value *one = value_map(run->arena);
        value_put_text(run->arena, one, "path", instance->path);
        value_put(run->arena, one, "before", effect_value(instance, instance->effect->before));
        value_put(run->arena, one, "after", effect_value(instance, instance->effect->desired));
        value_put(run->arena, one, "requests", effect_requests(instance));
        value_append(run->arena, all, one);
    }
    const char *text = json_text(run->arena, without_secrets(run->arena, all));
    return crypto_digest(run->arena, text, strlen(text));
}

// The items of a loop in their order, in whichever they come: it is in what is approved.
void approve_park(struct instance *instance)
{
    struct run *run = instance->run;
    struct instance **at = &run->parked;
    while (*at != NULL && !(together(instance, *at) && (*at)->item > instance->item))
        at = &(*at)->next_parked;
    instance->next_parked = *at;
    *at = instance;
    instance->parked = true;
    flow_part_parked(instance, true);
}

// The changes as they are shown to whoever approves them; `paths` takes where they stand.
static const struct value *changes_of(struct run *run, struct instance *first, struct value *paths)
{
    struct value *changes = value_list(run->arena);
    for (struct instance *i = first; i != NULL; i = i->next_parked)
        if (together(first, i)) {
            value_append(run->arena, changes, effect_as_planned(i));
            value_append(run->arena, paths, value_string(run->arena, i->path));
        }
    return changes;
}

// Whoever decided saw these changes, or said beforehand that all are approved.
static const char how_asked[] = "asked", how_beforehand[] = "approve-all", how_leased[] = "lease",
                  how_applied[] = "plan";

static void record_grants(struct run *run, const struct value *approval, bool granted, const char *how)
{
    int times = how == how_beforehand || how == how_leased ? (int)value_int_at(approval, "need", 1) : 1;
    static const char *const not_granted[] = {"effects", "given", NULL};
    for (int i = 0; i < times; i++) {
        struct value *members = value_map(run->arena);
        for (size_t k = 0; k < approval->count; k++)
            if (!text_is_one_of(approval->fields[k].key, not_granted))
                value_put(run->arena, members, approval->fields[k].key, approval->fields[k].value);
        value_put_text(run->arena, members, "who", run_config(run)->by);
        value_put_text(run->arena, members, "how", how);
        value_put_text(run->arena, members, "at", clock_rfc3339(run->arena, clock_now_ms()));
        if (run->request.approver != NULL)
            consent_sign(run->arena, run->request.approver, run->id, granted, members);
        else
            value_put(run->arena, members, "key", &value_null);
        run_record(run, granted ? "approval.granted" : "approval.refused", members);
    }
}

// How many of the approvals that were given before this run was resumed count, by the policy of now.
static int given_before(struct run *run, const struct value *approval)
{
    bool refused;
    return consent_count(run->recall, run_config(run)->policy, value_text_at(approval, "digest"), &refused);
}

// What people decided about exactly these changes before this run was resumed, or decide with it.
static enum run_consent decided_before(struct run *run, const struct value *approval)
{
    const char *digest = value_text_at(approval, "digest"), *path = value_text_at(approval, "path");
    int64_t need = value_int_at(approval, "need", 1);
    const struct value *opened = recall_newest(run->recall, "approval.opened", path);
    bool refused, shown = text_same(value_text_at(opened, "digest"), digest);
    const struct engine_config *config = run_config(run);
    int granted = consent_count(run->recall, config->policy, digest, &refused);
    bool may =
        shown && (run->request.refuses || consent_bar(run->arena, run->recall, config->policy, approval,
                                                      config->by, run->request.approver) == NULL);
    for (size_t i = 0; may && i < value_count(run->request.approves); i++)
        if (text_same(value_text(value_item(run->request.approves, i)), path)) {
            record_grants(run, approval, !run->request.refuses, how_asked);
            granted++;
            refused = refused || run->request.refuses;
        }
    return refused ? CONSENT_REFUSED : granted >= need ? CONSENT_GIVEN : CONSENT_OPEN;
}

// How it is approved without asking anybody; NULL: somebody has to be asked. `one`: one word of the operator
// is enough.
static const char *unasked(const struct run *run, bool one)
{
    const struct run_request *request = &run->request;
    if (request->approve_all && run_config(run)->policy->approve_all)
        return how_beforehand;
    if (request->undo != NULL && request->undo->leased)
        return how_leased;
    return request->plan != NULL && one ? how_applied : NULL; // who applies a plan has seen it
}

// One question for all parked changes of one group (a loop asks once, showing every target).
static enum run_consent decide(struct run *run, struct instance *first)
{
    const struct policy *policy = run_config(run)->policy;
    enum risk risk = first->primitive->risk;
    int need = policy_needs(policy, risk);
    bool one = policy->self[risk] && need <= 1 && policy->approvers[0] == NULL;
    struct value *members = value_map(run->arena), *paths = value_list(run->arena);
    const struct value *changes = changes_of(run, first, paths);
    value_put_text(run->arena, members, "path",
                   first->is_item && first->parent != NULL ? first->parent->path : first->path);
    value_put_text(run->arena, members, "risk", risk_word(risk));
    value_put(run->arena, members, "need", value_int(run->arena, need));
    value_put_text(run->arena, members, "digest", approve_digest(first));
    if (run->recall != NULL)
        value_put(run->arena, members, "given", value_int(run->arena, given_before(run, members)));
    value_put(run->arena, members, "effects", paths);
    run_record(run, "approval.opened", members);
    enum run_consent earlier = decided_before(run, members);
    if (earlier != CONSENT_OPEN)
        return earlier;
    const char *how = unasked(run, one);
    if (how != NULL) {
        record_grants(run, members, true, how);
        return CONSENT_GIVEN;
    }
    const struct run_person *person = &run->request.person;
    if (run->request.unattended || person->approve == NULL || !one)
        return CONSENT_OPEN; // others than the one at the keyboard must approve, or with a key
    const struct run_approval approval = {
        .path = value_text_at(members, "path"), .risk = risk_word(risk), .need = need, .changes = changes};
    int64_t since = loop_pause(run->engine);
    enum run_consent consent = run_settle(run) ? person->approve(person->context, &approval) : CONSENT_OPEN;
    loop_go_on(run->engine, since);
    turn_paused(run);
    if (consent != CONSENT_OPEN)
        record_grants(run, members, consent == CONSENT_GIVEN, how_asked);
    return consent;
}

// Takes the first one out of a list of parked instances; NULL: it is empty.
static struct instance *unpark(struct instance **list)
{
    struct instance *instance = *list;
    if (instance == NULL)
        return NULL;
    *list = instance->next_parked;
    instance->next_parked = NULL;
    instance->parked = false;
    if (instance->step->timeout_ms > 0)
        loop_deadline(instance->run->engine, instance, instance->step->timeout_ms);
    flow_part_parked(instance, false);
    return instance;
}

// Nothing is asked, and nothing is written, for a run that stops.
static void let_go(struct run *run)
{
    for (struct instance *instance; (instance = unpark(&run->parked)) != NULL;)
        instance_end(instance, STEP_UNDECIDED, "the run stopped before this was approved", NULL);
}

static struct instance *first_complete(struct run *run)
{
    struct instance *first = run->parked;
    while (first != NULL && first->is_item && first->parent != NULL && !flow_all_parked(first->parent))
        first = first->next_parked;
    return first;
}

void approve_settle(struct run *run)
{
    if (run->stopping)
        let_go(run);
    struct instance *first = first_complete(run), *decided = NULL, **last = &decided;
    if (first == NULL)
        return;
    enum run_consent consent = decide(run, first);
    for (struct instance **at = &run->parked, *instance; (instance = *at) != NULL;) {
        if (!together(first, instance)) {
            at = &instance->next_parked;
            continue;
        }
        *at = instance->next_parked;
        *last = instance;
        last = &instance->next_parked;
    }
    *last = NULL;
    for (struct instance *instance; (instance = unpark(&decided)) != NULL;) {
        if (consent == CONSENT_OPEN)
            change_approval_open(instance);
        else
            change_approved(instance, consent == CONSENT_GIVEN);
    }
}
