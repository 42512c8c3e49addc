// What people decide and do: questions and tasks. Not for approvals (approve.c), nor for how they are asked:
// cli/ hands in functions. Invariant: an answer is one of the choices, is recorded with who gave it, and that
// of a person is durable before it is acted upon.
#include "run/people.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "run/evaluate.h"
#include "run/history.h"
#include "run/instance.h"
#include "run/loop.h"
#include "run/recall.h"
#include "run/replay.h"
#include "run/turn.h"

static struct value *question_members(struct instance *instance, const char *text)
{
    struct arena *arena = instance->run->arena;
    const struct step *step = instance->step;
    struct value *members = value_map(arena);
    value_hold_text(arena, members, "path", instance->path);
    value_hold_text(arena, members, "text", text);
    value_hold_text(arena, members, "to", step->to);
    if (step->within_ms > 0)
        value_hold(arena, members, "within_ms", value_int(arena, step->within_ms));
    value_hold(arena, members, "clauses", value_texts(arena, step->clauses));
    history_mark(instance->run, members);
    value_hold_text(arena, members, "playbook", instance->run->playbook->name);
    return members;
}

static bool is_assumed(const char *by)
{
    return strcmp(by, "otherwise") == 0;
}

static void answered_durably(struct instance *instance)
{
    struct value *result = value_map(instance->run->arena);
    value_hold_text(instance->run->arena, result, "answer", instance->answer);
    value_hold_text(instance->run->arena, result, "by", instance->answered_by);
    instance->attests = true;
    instance->unattested = mode_judges(instance->run->mode) && is_assumed(instance->answered_by);
    if (!instance->unattested)
        instance_end(instance, STEP_DONE, NULL, result);
    else // what was done on it is judged by what is there; the decision itself still wants somebody
        instance_end(instance, STEP_WAITING,
                     arena_printf(instance->run->arena, "nobody decided %s: '%s' was assumed", instance->path,
                                  instance->answer),
                     result);
}

static void take_answer(struct instance *instance, const char *text, const char *answer, const char *by)
{
    struct run *run = instance->run;
    struct value *members = question_members(instance, text);
    value_hold(run->arena, members, "choices", value_texts(run->arena, instance->step->choices));
    value_hold_text(run->arena, members, "answer", answer);
    value_hold_text(run->arena, members, "by", by);
    run_record(run, "ask.answered", members);
    instance->answer = answer;
    instance->answered_by = by;
    // An answer that is only assumed is nobody's word: what is done on it has its intent behind it in the
    // log.
    if (mode_sends(run->mode) && !is_assumed(by))
        loop_when_durable(run->engine, instance, answered_durably);
    else
        answered_durably(instance);
}

// Is the newest line of that type of another question than this text?
static bool is_of_another(const struct instance *instance, const char *type, const char *text)
{
    const struct value *line = recall_newest(instance->run->recall, type, instance->path);
    return line != NULL && !text_same(value_text_at(line, "text"), text);
}

// What was given under that name. An answer that was given before the run was resumed is the trail's, not the
// request's own; where the question is another one now, it answered that one.
static const char *given_as(const struct instance *instance, const char *name, const char *text)
{
    const struct recall *recall = instance->run->recall;
    const struct value *answer = value_get(instance->run->request.answers, name);
    bool old = recall != NULL && answer == value_get(recall->answers, name);
    return old && is_of_another(instance, "ask.answered", text) ? NULL : value_text(answer);
}

// --answer names a path or, for every instance of a step, its id.
static const char *given_answer(const struct instance *instance, const char *text)
{
    const char *answer = given_as(instance, instance->path, text);
    return answer != NULL ? answer : given_as(instance, instance->step->id, text);
}

// NULL: nobody answers.
static const char *prompted(struct instance *instance, const struct run_question *question)
{
    struct run *run = instance->run;
    const struct run_person *person = &run->request.person;
    if (run->request.unattended || person->answer == NULL || !mode_asks(run->mode) || run->silent)
        return NULL;
    int64_t since = loop_pause(run->engine);
    const char *answer = run_settle(run) ? person->answer(person->context, question) : NULL;
    loop_go_on(run->engine, since);
    turn_paused(run); // it may have taken long
    return answer;
}

static const char *prompted_answer(struct instance *instance, const char *text)
{
    const struct run_question question = {.path = instance->path,
                                          .text = text,
                                          .otherwise = instance->step->otherwise,
                                          .choices = instance->step->choices};
    return prompted(instance, &question);
}

// The run fails; gives back why.
static const char *no_answer(struct run *run, const char *answer, const char *path,
                             const char *const *choices)
{
    struct err err;
    err_set(&err, E_USAGE, "'%s' is no answer to %s", answer, path);
    err_hint(&err, "its choices: %s", text_join(run->arena, choices, ", "));
    run_fail(run, &err);
    return arena_strdup(run->arena, err.message);
}

static struct value *members_of(struct instance *instance, const struct run_question *question)
{
    struct arena *arena = instance->run->arena;
    struct value *members = question_members(instance, question->text);
    value_put_text(arena, members, "path", question->path);
    value_put(arena, members, "choices", value_texts(arena, question->choices));
    return members;
}

// A question that no step is: recorded under a path of its own. `otherwise` NULL: it stays open without an
// answer.
static void record_question(struct instance *instance, const struct run_question *question,
                            const char *answer)
{
    struct run *run = instance->run;
    struct value *opened = members_of(instance, question);
    value_put_text(run->arena, opened, "otherwise", question->otherwise);
    run_record(run, "ask.opened", opened);
    if (answer == NULL && question->otherwise == NULL)
        return;
    struct value *answered = members_of(instance, question);
    value_put_text(run->arena, answered, "answer", answer != NULL ? answer : question->otherwise);
    value_put_text(run->arena, answered, "by", answer != NULL ? run_config(run)->by : "otherwise");
    run_record(run, "ask.answered", answered);
}

const char *people_decide(struct instance *instance, const char *text, const char *const *choices)
{
    struct run *run = instance->run;
    const struct run_question question = {
        .path = arena_printf(run->arena, "%s?", instance->path), .text = text, .choices = choices};
    const char *answer = value_text(value_get(run->request.answers, question.path));
    if (answer != NULL && !text_is_one_of(answer, choices)) {
        (void)no_answer(run, answer, question.path, choices);
        answer = NULL;
    } else if (answer == NULL) {
        answer = prompted(instance, &question);
    }
    record_question(instance, &question, answer);
    return answer;
}

static void stays_open(struct instance *instance)
{
    struct run *run = instance->run;
    bool waits = mode_sends(run->mode);
    const char *why = arena_printf(run->arena, "waits for an answer to %s", instance->path);
    instance_end(instance, waits ? STEP_WAITING : STEP_UNDECIDED,
                 waits ? why : arena_printf(run->arena, "%s is not answered", instance->path), NULL);
}

static void note_fork(struct instance *instance)
{
    struct run *run = instance->run;
    struct value *fork = value_map(run->arena);
    value_put_text(run->arena, fork, "path", instance->path);
    value_put(run->arena, fork, "choices", value_texts(run->arena, instance->step->choices));
    value_append(run->arena, run->open_forks, fork);
}

// An answer stands: a resumed run does not ask again, unless what it asks is not what was answered.
static bool answered_before(struct instance *instance, const char *text)
{
    const struct value *line = recall_newest(instance->run->recall, "ask.answered", instance->path);
    const char *answer = value_text_at(line, "answer"), *by = value_text_at(line, "by");
    if (answer == NULL || by == NULL || is_of_another(instance, "ask.answered", text) ||
        !text_is_one_of(answer, instance->step->choices))
        return false;
    instance->answer = answer;
    instance->answered_by = by;
    instance->recalled = recall_finished(instance->run->recall, instance->path);
    answered_durably(instance);
    return true;
}

// Has the time in which somebody could answer gone by since the question was put?
static bool is_late(const struct instance *instance)
{
    const struct value *opened = recall_newest(instance->run->recall, "ask.opened", instance->path);
    int64_t asked, within = value_int_at(opened, "within_ms", 0);
    return opened != NULL && within > 0 && clock_parse(value_text_at(opened, "time"), &asked) &&
           asked + within <= clock_now_ms();
}

// Has the trail no such line of this path yet, or only that of another text?
static bool is_new(const struct instance *instance, const char *type, const char *text)
{
    return recall_newest(instance->run->recall, type, instance->path) == NULL ||
           is_of_another(instance, type, text);
}

static void open_question(struct instance *instance, const char *text)
{
    struct arena *arena = instance->run->arena;
    struct value *members = question_members(instance, text);
    value_put(arena, members, "choices", value_texts(arena, instance->step->choices));
    value_put_text(arena, members, "otherwise", instance->step->otherwise);
    run_record(instance->run, "ask.opened", members);
}

// Is there an answer without asking anybody: one that an exploration tries, that came with the run or, where
// a mode judges, that the trail has? True: the step goes on with it, or has failed on one that is no choice.
static bool answered_beforehand(struct instance *instance, const char *text)
{
    struct run *run = instance->run;
    const char *const *choices = instance->step->choices;
    const char *answer = value_text(value_get(run->forced, instance->path)), *by = "explore";
    if (answer == NULL) {
        answer = given_answer(instance, text);
        by = replay_by(run->request.replay, instance->path, answer);
        by = by != NULL ? by : run_config(run)->by;
        // What another version of the playbook was given may be none of the choices of this one.
        if (answer != NULL && run->request.replay == NULL && !text_is_one_of(answer, choices)) {
            instance_end(instance, STEP_FAILED, no_answer(run, answer, instance->path, choices), NULL);
            return true;
        }
    }
    if (!text_is_one_of(answer, choices) && mode_judges(run->mode)) {
        const struct history *history = history_of(run);
        answer = history == NULL ? NULL : history_answer(history, run->playbook->name, instance->path, &by);
    }
    if (!text_is_one_of(answer, choices))
        return false;
    take_answer(instance, text, answer, by);
    return true;
}

void people_ask(struct instance *instance)
{
    struct run *run = instance->run;
    const struct step *step = instance->step;
    const char *text;
    if (!evaluate_text(instance, step->text, &text) || answered_before(instance, text))
        return;
    if (is_new(instance, "ask.opened", text))
        open_question(instance, text);
    if (answered_beforehand(instance, text))
        return;
    const char *answer = prompted_answer(instance, text);
    if (answer != NULL) {
        take_answer(instance, text, answer, run_config(run)->by);
        return;
    }
    if (run->request.explore)
        note_fork(instance);
    if (step->otherwise != NULL && (run_assumes(run) || is_late(instance)))
        take_answer(instance, text, step->otherwise, "otherwise");
    else
        stays_open(instance);
}

static void end_attested(struct instance *instance)
{
    struct value *result = value_map(instance->run->arena);
    value_put(instance->run->arena, result, "done", &value_true);
    instance->attests = true;
    instance_end(instance, STEP_DONE, NULL, result);
}

// Has a person said that the task is done: to any run about the same, where a mode judges?
static bool attested_ever(const struct instance *instance)
{
    struct run *run = instance->run;
    const struct history *history = mode_judges(run->mode) ? history_of(run) : NULL;
    return history != NULL && history_attested(history, run->playbook->name, instance->path);
}

// Or to this run before it was resumed, or to the one that is replayed?
static bool attested_before(struct instance *instance, const char *text)
{
    const struct run *run = instance->run;
    const struct replay *replay = run->request.replay;
    if (replay != NULL && recall_newest(replay_of(replay), "task.attested", instance->path) != NULL)
        return true;
    if (is_of_another(instance, "task.opened", text) ||
        !recall_settled(run->recall, "task.opened", "task.attested", instance->path))
        return false;
    instance->recalled = recall_finished(run->recall, instance->path);
    return true;
}

// Does somebody say so as the run is gone on with? Then that is recorded.
static bool attested_now(struct instance *instance)
{
    struct run *run = instance->run;
    const struct value *given = value_get(run->request.attests, instance->path);
    given = given != NULL ? given : value_get(run->request.attests, instance->step->id);
    if (given == NULL)
        return false;
    struct value *members = question_members(instance, NULL);
    value_put_text(run->arena, members, "by", run_config(run)->by);
    value_put(run->arena, members, "note", value_get(given, "note"));
    value_put(run->arena, members, "evidence", value_get(given, "evidence"));
    run_record(run, "task.attested", members);
    return true;
}

void people_task(struct instance *instance)
{
    struct run *run = instance->run;
    struct arena *arena = run->arena;
    const char *text;
    if (!evaluate_text(instance, instance->step->text, &text))
        return;
    if (attested_ever(instance)) {
        end_attested(instance);
        return;
    }
    if (is_new(instance, "task.opened", text))
        run_record(run, "task.opened", question_members(instance, text));
    if (attested_before(instance, text)) {
        end_attested(instance);
        return;
    }
    if (attested_now(instance)) {
        loop_when_durable(run->engine, instance, end_attested);
        return;
    }
    const char *why = arena_printf(arena, "waits for the task %s", instance->path);
    struct value *result = value_map(arena);
    value_put(arena, result, "done", run_assumes(run) ? &value_false : value_unknown(arena, why));
    instance->unattested = true;
    instance_end(instance, STEP_WAITING, why, result);
}

// A step failed whose on_error asks: answered by --answer PATH! (or PATH, or ID), or at the keyboard.
bool people_goes_on(struct instance *instance, const char *message)
{
    static const char *const choices[] = {"continue", "stop", NULL};
    struct run *run = instance->run;
    const struct run_question question = {.path = arena_printf(run->arena, "%s!", instance->path),
                                          .text = message,
                                          .otherwise = "stop",
                                          .choices = choices};
    const char *answer = value_text(value_get(run->request.answers, question.path));
    if (answer == NULL && instance->step->kind != STEP_ASK)
        answer = given_answer(instance, message);
    if (answer == NULL)
        answer = prompted(instance, &question);
    bool goes_on = text_is(answer, "continue");
    record_question(instance, &question, answer == NULL ? NULL : goes_on ? "continue" : "stop");
    return goes_on;
}
