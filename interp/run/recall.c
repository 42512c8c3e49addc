// Reading a run back for going on with it. Not for deciding what to do with what is found (change.c,
// people.c, approve.c). Invariant: only lines that the signed head covers are used, and what stands beside
// the log only when its bytes give its digest.
#include "run/recall.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "policy/gate.h"
#include "report/view.h"
#include "trail/trail.h"
#include "run/instance.h"
#include "run/marks.h"

struct finding {
    struct arena *arena;
    const char *name, *found;
    bool whole, newest; // by its whole id; the newest of all
    size_t count;
};

static bool consider(void *context, const struct value *line)
{
    struct finding *finding = context;
    const char *run = value_text_at(line, "run"), *type = value_text_at(line, "type");
    if (run == NULL || !text_is(type, "run.started"))
        return true;
    if (!finding->newest &&
        !(finding->whole ? text_same(run, finding->name) : text_starts(run, finding->name)))
        return true;
    finding->found = arena_strdup(finding->arena, run);
    finding->count++;
    return !finding->whole && !finding->newest;
}

// A whole id is looked for first: that costs no more than the run's own lines; then a beginning that has the
// day, which costs what ran on that day.
static bool look(struct trail *trail, struct arena *scratch, struct finding *finding, struct err *err)
{
    enum { DAY = 8 };
    static const char started[] = "\"type\":\"run.started\"";
    const char *needle = trail_needle(scratch, "run", finding->name);
    finding->newest = strcmp(finding->name, "last") == 0;
    if (finding->newest)
        return trail_replay_newest(trail, scratch, started, consider, finding, err);
    finding->whole = true;
    if (!trail_replay(trail, scratch, needle, consider, finding, err))
        return false;
    finding->whole = false;
    const char *beginning =
        strlen(finding->name) < DAY ? started : arena_strndup(scratch, needle, strlen(needle) - 1);
    return finding->count > 0 || trail_replay(trail, scratch, beginning, consider, finding, err);
}

const char *recall_find(struct arena *arena, struct trail *trail, const char *name, struct err *err)
{
    struct finding finding = {.arena = arena, .name = name};
    struct arena *scratch = arena_open();
    bool ok = look(trail, scratch, &finding, err);
    arena_close(scratch);
    if (!ok)
        return NULL;
    if (finding.count == 1)
        return finding.found;
    if (finding.count > 1)
        err_set(err, E_UNKNOWN_NAME, "%zu runs begin with '%.60s'", finding.count, name);
    else if (finding.newest)
        err_set(err, E_UNKNOWN_NAME, "the trail holds no run yet");
    else
        err_set(err, E_UNKNOWN_NAME, "the trail holds no run '%.60s'", name);
    err_hint(err, "give a whole id, the beginning of one, or `last`");
    return NULL;
}

static void take_answers(struct recall *recall, const struct value *answers)
{
    for (size_t i = 0; value_is(answers, VALUE_MAP) && i < answers->count; i++)
        if (!text_ends(answers->fields[i].key, "?")) // what became of a change is asked anew each time
            value_put(recall->arena, recall->answers, answers->fields[i].key, answers->fields[i].value);
}

static bool take_all_answers(struct recall *recall, struct err *err)
{
    const struct value *answers = &value_null;
    for (size_t i = 0; answers != NULL && i < recall->count; i++) {
        answers = recall_value(recall, recall->lines[i].line, "answers", err);
        take_answers(recall, answers);
    }
    return answers != NULL;
}

static bool collect(void *context, const struct value *line)
{
    struct recall *recall = context;
    const char *type = value_text_at(line, "type"), *path = value_text_at(line, "path");
    if (type == NULL || !text_same(value_text_at(line, "run"), recall->run))
        return true;
    if (recall->count == 0 || (recall->count & (recall->count - 1)) == 0)
        recall->lines = arena_grow(recall->arena, recall->lines, recall->count,
                                   recall->count == 0 ? 1 : recall->count * 2, sizeof *recall->lines);
    recall->lines[recall->count++] = (struct recall_line){type, path == NULL ? "" : path, line};
    if (strcmp(type, "run.started") == 0)
        recall->started = line;
    if (strcmp(type, "run.finished") == 0)
        recall->status = value_text_at(line, "status");
    else if (strcmp(type, "run.resumed") == 0)
        recall->status = NULL;
    else if (strcmp(type, "run.undone") == 0)
        recall->status = "undone";
    else if (strcmp(type, "run.stopped") == 0)
        recall->status = "stopped";
    return true;
}

static int by_type_and_path(const void *a, const void *b)
{
    const struct recall_line *x = *(const struct recall_line *const *)a,
                             *y = *(const struct recall_line *const *)b;
    int order = strcmp(x->type, y->type);
    order = order != 0 ? order : strcmp(x->path, y->path);
    return order != 0 ? order : (x > y) - (x < y);
}

// Who looks on is told the alert as it is, also where it stands beside the log.
static void tell_whole(struct recall *recall)
{
    if (recall->alert == value_get(recall->started, "alert"))
        return;
    struct value *whole = value_map_sized(recall->arena, value_count(recall->started));
    value_put_all(recall->arena, whole, recall->started);
    value_put(recall->arena, whole, "alert", recall->alert);
    for (size_t i = 0; i < recall->count; i++)
        if (recall->lines[i].line == recall->started)
            recall->lines[i].line = whole;
    recall->started = whole;
}

struct recall *recall_open(struct arena *arena, struct trail *trail, const char *run, struct err *err)
{
    struct recall *recall = ARENA_NEW(arena, struct recall);
    *recall = (struct recall){.arena = arena, .trail = trail, .run = run, .answers = value_map(arena)};
    if (!trail_replay(trail, arena, trail_needle(arena, "run", run), collect, recall, err))
        return NULL;
    if (recall->started == NULL) {
        err_set(err, E_UNKNOWN_NAME, "the trail holds no run '%.60s'", run);
        return NULL;
    }
    recall->sorted = ARENA_ARRAY(arena, const struct recall_line *, recall->count);
    for (size_t i = 0; i < recall->count; i++)
        recall->sorted[i] = &recall->lines[i];
    qsort(recall->sorted, recall->count, sizeof *recall->sorted, by_type_and_path);
    recall->alert = recall_value(recall, recall->started, "alert", err);
    if (recall->alert != NULL)
        tell_whole(recall);
    recall->params = recall->alert == NULL ? NULL : recall_value(recall, recall->started, "params", err);
    if (recall->params == NULL || !take_all_answers(recall, err))
        return NULL;
    const struct value *raw = recall_value(recall, recall->started, "alert_raw", err);
    if (raw == NULL)
        return NULL;
    if (value_is(recall->alert, VALUE_MAP)) {
        struct value *alert = value_map(arena);
        value_put_all(arena, alert, recall->alert);
        value_put(arena, alert, "raw", raw);
        recall->alert = alert;
    }
    return recall;
}

// How many of `sorted` stand before the end of that type and path.
static size_t end_of(const struct recall *recall, const char *type, const char *path)
{
    size_t low = 0, high = recall == NULL ? 0 : recall->count;
    while (low < high) { // the first that comes behind all of this type and path
        size_t middle = low + (high - low) / 2;
        const struct recall_line *line = recall->sorted[middle];
        int order = strcmp(line->type, type);
        if ((order != 0 ? order : strcmp(line->path, path)) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// The line before that end, where it is of that type and path.
static const struct recall_line *before(const struct recall *recall, size_t end, const char *type,
                                        const char *path)
{
    const struct recall_line *found = end == 0 ? NULL : recall->sorted[end - 1];
    return found != NULL && strcmp(found->type, type) == 0 && strcmp(found->path, path) == 0 ? found : NULL;
}

static const struct recall_line *newest(const struct recall *recall, const char *type, const char *path)
{
    return before(recall, end_of(recall, type, path), type, path);
}

const struct value *recall_newest(const struct recall *recall, const char *type, const char *path)
{
    const struct recall_line *found = newest(recall, type, path);
    return found == NULL ? NULL : found->line;
}

const struct value *recall_pending(const struct recall *recall, const char *path)
{
    const struct recall_line *intent = newest(recall, "effect.intent", path);
    const struct recall_line *result = newest(recall, "effect.result", path);
    bool unknown = result != NULL && text_same(value_text_at(result->line, "status"), "unknown");
    return intent != NULL && (result == NULL || result < intent || unknown) ? intent->line : NULL;
}

// Is it certain what the attempt came to?
static bool is_certain(const struct value *result)
{
    const char *status = value_text_at(result, "status");
    return !text_same(status, "unknown") &&
           (!text_same(status, "applied") || value_flag_at(result, "verified"));
}

const struct value *recall_began(const struct recall *recall, const char *path)
{
    static const char intent[] = "effect.intent", result[] = "effect.result";
    size_t at = end_of(recall, intent, path), told = end_of(recall, result, path);
    const struct recall_line *first = before(recall, at, intent, path), *earlier, *line;
    while (first != NULL && (earlier = before(recall, --at, intent, path)) != NULL) {
        while ((line = before(recall, told, result, path)) != NULL && line > first)
            told--;
        if (line != NULL && line > earlier && is_certain(line->line))
            break;
        first = earlier;
    }
    return first == NULL ? NULL : first->line;
}

const struct value *recall_after(const struct recall *recall, const char *type, const char *path)
{
    const struct recall_line *found = newest(recall, type, path);
    const struct recall_line *intent = newest(recall, "effect.intent", path);
    const struct recall_line *result = newest(recall, "effect.result", path);
    return found == NULL || found < intent || found < result ? NULL : found->line;
}

bool recall_applied(const struct recall *recall, const char *path)
{
    const struct recall_line *intent = newest(recall, "effect.intent", path);
    const struct recall_line *result = newest(recall, "effect.result", path);
    return result != NULL && intent != NULL && result > intent &&
           text_same(value_text_at(result->line, "status"), "applied");
}

bool recall_unseen(const struct recall *recall, const char *path)
{
    return recall_applied(recall, path) &&
           !value_flag_at(recall_newest(recall, "effect.result", path), "verified");
}

const struct value *recall_value(const struct recall *recall, const struct value *line, const char *member,
                                 struct err *err)
{
    const struct value *value = value_get(line, member); // only a whole member is a reference (record.c)
    value = value == NULL ? &value_null : trail_blob_value(recall->trail, recall->arena, value, err);
    bool ours = strcmp(member, "result") == 0 || strcmp(member, "after") == 0; // only these hold unknowns
    return ours ? marks_revive(recall->arena, value, value_get(line, "unknowns")) : value;
}

// The status of a step that need not be done again.
static bool is_finished(const struct value *line, enum step_status *status)
{
    const char *word = value_text_at(line, "status");
    *status = STEP_DONE;
    if (text_same(word, step_status_word(STEP_DONE)))
        return true;
    *status = STEP_IN_PLACE;
    return text_same(word, step_status_word(STEP_IN_PLACE));
}

bool recall_finished(const struct recall *recall, const char *path)
{
    enum step_status status;
    const struct value *line = recall_newest(recall, "step.finished", path);
    return line != NULL && is_finished(line, &status);
}

bool recall_settled(const struct recall *recall, const char *opened, const char *settled, const char *path)
{
    const struct recall_line *open = newest(recall, opened, path), *end = newest(recall, settled, path);
    return end != NULL && (open == NULL || open < end);
}

// The change was made before, and is not called for any more: the trail keeps saying that it was.
static void note_left(struct instance *instance)
{
    struct err err = {0};
    err_set(&err, E_STEP, "%s was made before the run was resumed, and would not be made now: %s",
            instance->path, instance->reason == NULL ? "it is not reached" : instance->reason);
    err.severity = ERR_WARNING;
    err_hint(&err, "`playbook undo %s --step '%s'` takes it back", instance->run->id, instance->path);
    run_note(instance->run, instance->path, &err);
}

bool recall_told(struct instance *instance)
{
    const struct recall *recall = instance->run->recall;
    const struct value *line = recall_newest(recall, "step.finished", instance->path);
    bool idle = instance->status == STEP_WAITING || instance->status == STEP_UNDECIDED ||
                instance->status == STEP_SKIPPED || instance->is_group;
    if (line == NULL || !idle)
        return false;
    if (!instance->is_group && recall_finished(recall, instance->path) &&
        recall_applied(recall, instance->path)) {
        if (instance->status == STEP_SKIPPED)
            note_left(instance);
        return true;
    }
    return text_same(value_text_at(line, "status"), step_status_word(instance->status)) &&
           text_same(value_text_at(line, "reason"), instance->reason);
}

bool recall_ends(struct instance *instance)
{
    const struct recall *recall = instance->run->recall;
    const struct value *line = recall_newest(recall, "step.finished", instance->path);
    enum step_status status;
    struct err err = {0};
    if (line == NULL || !is_finished(line, &status))
        return false;
    const struct value *result = recall_value(recall, line, "result", &err);
    if (result == NULL) {
        instance_fail_run(instance, &err);
        return true;
    }
    instance->recalled = true;
    instance->run->changes += value_flag_at(result, "changed"); // they count in what the policy allows
    instance_end(instance, status, value_text_at(line, "reason"), result);
    return true;
}

// What was read may be spoken to, as it might before.
static void teach_gate(struct run *run, const struct recall *recall, const struct value *line)
{
    struct err err;
    const struct value *body = recall_value(recall, line, "answer", &err);
    if (body == NULL)
        return; // then a step that wants it is refused, and says what
    const struct request request = {.method = value_text_at(line, "method"),
                                    .url = value_text_at(line, "url")};
    const struct response response = {.status = (int)value_int_at(line, "status", 0), .body = body};
    if (request.method != NULL && request.url != NULL)
        gate_learn_answer(run->gate, &request, &response);
}

void recall_teach_gate(struct run *run, const struct recall *recall)
{
    for (size_t i = 0; i < recall->count; i++)
        if (strcmp(recall->lines[i].type, "read") == 0)
            teach_gate(run, recall, recall->lines[i].line);
}

void recall_teach(struct run *run)
{
    const struct recall *recall = run->recall;
    recall_teach_gate(run, recall);
    for (size_t i = 0; i < recall->count; i++) {
        const struct recall_line *line = &recall->lines[i];
        if (strcmp(line->type, "run.finished") == 0)
            continue;
        view_take(run->view, line->type, line->line);
        if (run->request.sink != NULL)
            run->request.sink(run->request.sink_context, line->type, line->line);
    }
}
