// What people decide and do: questions, tasks, approvals. Not for how they are asked: cli/ hands in
// functions. Invariant: an answer is one of the choices, is recorded with who gave it, and is durable before
// it is acted upon.
#include "run/people.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "trail/trail.h"
#include "run/change.h"
#include "run/effect.h"
#include "run/evaluate.h"
#include "run/flow.h"
#include "run/history.h"
#include "run/instance.h"
#include "run/loop.h"

static bool is_choice(const char *const *choices, const char *answer)
{
    for (; *choices != NULL; choices++)
        if (strcmp(*choices, answer) == 0)
            return true;
    return false;
}

static const struct value *texts(struct arena *arena, const char *const *items)
{
    struct value *list = value_list(arena);
    for (; items != NULL && *items != NULL; items++)
        value_append(arena, list, value_string(arena, *items));
    return list;
}

static struct value *question_members(struct instance *instance, const char *text)
{
    struct arena *arena = instance->run->arena;
    const struct step *step = instance->step;
    struct value *members = value_map(arena);
    value_put_text(arena, members, "path", instance->path);
    value_put_text(arena, members, "text", text);
    value_put_text(arena, members, "to", step->to);
    if (step->within_ms > 0)
        value_put(arena, members, "within_ms", value_int(arena, step->within_ms));
    value_put(arena, members, "clauses", texts(arena, step->clauses));
    value_put_text(arena, members, "about", instance->run->about);
    value_put_text(arena, members, "playbook", instance->run->playbook->name);
    return members;
}

static void answered_durably(struct instance *instance)
{
    struct value *result = value_map(instance->run->arena);
    value_put_text(instance->run->arena, result, "answer", instance->answer);
    value_put_text(instance->run->arena, result, "by", instance->answered_by);
    instance->attests = true;
    instance_end(instance, STEP_DONE, NULL, result);
}

static void take_answer(struct instance *instance, const char *text, const char *answer, const char *by)
{
    struct run *run = instance->run;
    struct value *members = question_members(instance, text);
    value_put(run->arena, members, "choices", texts(run->arena, instance->step->choices));
    value_put_text(run->arena, members, "answer", answer);
    value_put_text(run->arena, members, "by", by);
    run_record(run, "ask.answered", members);
    instance->answer = answer;
    instance->answered_by = by;
    if (mode_change_rule(run->mode) == CHANGE_SEND)
        loop_when_durable(run->engine, instance, answered_durably);
    else
        answered_durably(instance);
}

// --answer names a path or, for every instance of a step, its id.
static const char *given_answer(const struct instance *instance)
{
    const struct value *answers = instance->run->request.answers;
    const char *answer = value_text(value_get(answers, instance->path));
    return answer != NULL ? answer : value_text(value_get(answers, instance->step->id));
}

static const char *prompted_answer(struct instance *instance, const char *text)
{
    struct run *run = instance->run;
    const struct run_person *person = &run->request.person;
    if (run->request.unattended || person->answer == NULL || !mode_asks(run->mode) || run->silent)
        return NULL;
    const struct run_question question = {.path = instance->path,
                                          .text = text,
                                          .otherwise = instance->step->otherwise,
                                          .choices = (const char *const *)instance->step->choices};
    return person->answer(person->context, &question);
}

static void stays_open(struct instance *instance)
{
    struct run *run = instance->run;
    bool waits = mode_change_rule(run->mode) == CHANGE_SEND;
    const char *why = arena_printf(run->arena, "waits for an answer to %s", instance->path);
    instance_end(instance, waits ? STEP_WAITING : STEP_UNDECIDED,
                 waits ? why : arena_printf(run->arena, "%s is not answered", instance->path), NULL);
}

static void note_fork(struct instance *instance)
{
    struct run *run = instance->run;
    struct value *fork = value_map(run->arena);
    value_put_text(run->arena, fork, "path", instance->path);
    value_put(run->arena, fork, "choices", texts(run->arena, instance->step->choices));
    value_append(run->arena, run->open_forks, fork);
}

void people_ask(struct instance *instance)
{
    struct run *run = instance->run;
    const struct step *step = instance->step;
    const char *text, *by = NULL, *answer = value_text(value_get(run->forced, instance->path));
    if (!evaluate_text(instance, step->text, &text))
        return;
    struct value *members = question_members(instance, text);
    value_put(run->arena, members, "choices", texts(run->arena, step->choices));
    value_put_text(run->arena, members, "otherwise", step->otherwise);
    run_record(run, "ask.opened", members);
    if (answer != NULL) {
        take_answer(instance, text, answer, "explore");
        return;
    }
    const char *who = loop_config(run->engine)->by;
    answer = given_answer(instance);
    if (answer != NULL && !is_choice((const char *const *)step->choices, answer)) {
        struct err err = {0};
        err_set(&err, E_USAGE, "'%s' is no answer to %s", answer, instance->path);
        err_hint(&err, "its choices: %s", text_join(run->arena, (const char *const *)step->choices, ", "));
        run_fail(run, &err);
        instance_end(instance, STEP_FAILED, arena_strdup(run->arena, err.message), NULL);
        return;
    }
    if (answer == NULL && mode_judges(run->mode)) {
        struct history *history = history_of(run);
        answer = history == NULL ? NULL : history_answer(history, run->playbook->name, instance->path, &by);
        if (answer != NULL && is_choice((const char *const *)step->choices, answer)) {
            take_answer(instance, text, answer, by);
            return;
        }
        answer = NULL;
    }
    if (answer == NULL)
        answer = prompted_answer(instance, text);
    if (answer != NULL) {
        take_answer(instance, text, answer, who);
        return;
    }
    if (run->request.explore)
        note_fork(instance);
    if (step->otherwise != NULL && run_assumes(run))
        take_answer(instance, text, step->otherwise, "otherwise");
    else
        stays_open(instance);
}

void people_task(struct instance *instance)
{
    struct run *run = instance->run;
    struct arena *arena = run->arena;
    const char *text;
    if (!evaluate_text(instance, instance->step->text, &text))
        return;
    struct value *result = value_map(arena);
    if (mode_judges(run->mode)) {
        struct history *history = history_of(run);
        if (history != NULL && history_attested(history, run->playbook->name, instance->path)) {
            value_put(arena, result, "done", &value_true);
            instance->attests = true;
            instance_end(instance, STEP_DONE, NULL, result);
            return;
        }
    }
    run_record(run, "task.opened", question_members(instance, text));
    value_put(arena, result, "done",
              run_assumes(run)
                  ? &value_false
                  : value_unknown(arena, arena_printf(arena, "waits for the task %s", instance->path)));
    instance->open_task = true;
    instance_end(instance, STEP_WAITING, arena_printf(arena, "waits for the task %s", instance->path),
                 result);
}

bool people_goes_on(struct instance *instance, const char *message)
{
    static const char *const choices[] = {"continue", "stop", NULL};
    struct run *run = instance->run;
    const struct run_person *person = &run->request.person;
    char *path = arena_printf(run->arena, "%s!", instance->path);
    const char *answer = value_text(value_get(run->request.answers, path));
    if (answer == NULL && !run->request.unattended && person->answer != NULL && mode_asks(run->mode)) {
        const struct run_question question = {
            .path = path, .text = message, .otherwise = "stop", .choices = choices};
        answer = person->answer(person->context, &question);
    }
    return answer != NULL && strcmp(answer, "continue") == 0;
}

// Does the parked instance belong to what is asked together with `first`?
static bool asked_together(const struct instance *first, const struct instance *instance)
{
    return instance->parent == first->parent && instance->primitive->risk == first->primitive->risk;
}

// Which changes an approval stands for: a digest over their effects.
static const char *effects_digest(struct run *run, struct instance *first)
{
    struct value *all = value_list(run->arena);
    for (struct instance *instance = first; instance != NULL; instance = instance->next_parked) {
        if (!asked_together(first, instance))
            continue;
        struct value *one = value_map(run->arena);
        value_put_text(run->arena, one, "path", instance->path);
        value_put(run->arena, one, "before", effect_value(instance, instance->effect->before));
        value_put(run->arena, one, "after", effect_value(instance, instance->effect->desired));
        value_put(run->arena, one, "requests", effect_requests(instance));
        value_append(run->arena, all, one);
    }
    unsigned char hash[CRYPTO_HASH_SIZE];
    const struct value *masked = trail_mask_value(loop_config(run->engine)->trail, run->arena, all);
    char *text = json_text(run->arena, masked);
    crypto_sha256(text, strlen(text), hash);
    return arena_printf(run->arena, "sha256:%s", crypto_hex(run->arena, hash, sizeof hash));
}

void people_park(struct instance *instance)
{
    struct run *run = instance->run;
    struct instance **last = &run->parked;
    while (*last != NULL)
        last = &(*last)->next_parked;
    *last = instance;
    instance->next_parked = NULL;
    instance->parked = true;
    flow_part_parked(instance, true);
}

static struct run_change *approval_changes(struct run *run, struct instance *first, struct value *paths)
{
    size_t count = 0;
    for (struct instance *i = first; i != NULL; i = i->next_parked)
        count += asked_together(first, i);
    struct run_change *changes = ARENA_ARRAY(run->arena, struct run_change, count);
    count = 0;
    for (struct instance *i = first; i != NULL; i = i->next_parked)
        if (asked_together(first, i)) {
            changes[count++] = (struct run_change){effect_line(i), effect_value(i, i->effect->before),
                                                   effect_value(i, i->effect->desired)};
            value_append(run->arena, paths, value_string(run->arena, i->path));
        }
    return changes;
}

static void record_grants(struct run *run, const struct value *approval, bool granted, int times)
{
    for (int i = 0; i < times; i++) {
        struct value *members = value_map(run->arena);
        for (size_t k = 0; k < approval->map.count; k++)
            if (strcmp(approval->map.fields[k].key, "effects") != 0)
                value_put(run->arena, members, approval->map.fields[k].key, approval->map.fields[k].value);
        value_put_text(run->arena, members, "who", loop_config(run->engine)->by);
        value_put_text(run->arena, members, "at", clock_rfc3339(run->arena, clock_now_ms()));
        value_put(run->arena, members, "key", &value_null);
        run_record(run, granted ? "approval.granted" : "approval.refused", members);
    }
}

enum verdict { OPEN, GRANTED, REFUSED };

// One question for all parked changes of one group (a loop asks once, showing every target).
static enum verdict decide(struct run *run, struct instance *first)
{
    const struct engine_config *config = loop_config(run->engine);
    enum risk risk = first->primitive->risk;
    int need = policy_needs(config->policy, risk);
    struct value *members = value_map(run->arena), *paths = value_list(run->arena);
    const struct run_change *changes = approval_changes(run, first, paths);
    value_put_text(run->arena, members, "path", first->is_item ? first->parent->path : first->path);
    value_put_text(run->arena, members, "risk", risk_word(risk));
    value_put(run->arena, members, "need", value_int(run->arena, need));
    value_put_text(run->arena, members, "digest", effects_digest(run, first));
    value_put(run->arena, members, "effects", paths);
    run_record(run, "approval.opened", members);
    if (run->request.approve_all && config->policy->approve_all) {
        record_grants(run, members, true, need);
        return GRANTED;
    }
    const struct run_person *person = &run->request.person;
    if (run->request.unattended || person->approve == NULL || !config->policy->self[risk] || need > 1)
        return OPEN; // others than the one at the keyboard must approve
    const struct run_approval approval = {.path = value_text_at(members, "path"),
                                          .risk = risk_word(risk),
                                          .need = need,
                                          .changes = changes,
                                          .count = value_count(paths)};
    bool granted = person->approve(person->context, &approval);
    record_grants(run, members, granted, 1);
    return granted ? GRANTED : REFUSED;
}

void people_settle_approvals(struct run *run)
{
    struct instance *first = run->parked;
    if (first == NULL)
        return;
    enum verdict verdict = decide(run, first);
    struct instance *rest = NULL, **rest_last = &rest;
    for (struct instance *instance = first, *next; instance != NULL; instance = next) {
        next = instance->next_parked;
        instance->next_parked = NULL;
        if (!asked_together(first, instance)) {
            *rest_last = instance;
            rest_last = &instance->next_parked;
            continue;
        }
        instance->parked = false;
        flow_part_parked(instance, false);
        if (verdict == OPEN)
            change_approval_open(instance);
        else
            change_approved(instance, verdict == GRANTED);
    }
    run->parked = rest;
}
