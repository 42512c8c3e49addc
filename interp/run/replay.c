// The recorded reads of a run as answers to another. Not for what the other run does with them (carry.c), nor
// for what differs (report/differences.c). Invariant: an answer is one that the trail shows for exactly this
// request; what the run had not read has none, and nothing is sent to learn it.
#include "run/replay.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "policy/request.h"
#include "report/view.h"
#include "run/recall.h"
#include "run/run.h"
#include "trail/trail.h"

struct recorded {
    const char *key;
    const struct value *line;
    size_t place; // in the log
    bool late;    // after the run had begun to change something
    bool used;
};
struct replay {
    const struct recall *of;
    struct recorded *reads; // by key, each in the order of the log
    size_t count;
};

static const char *key_of(struct arena *arena, const char *method, const char *url, const struct value *body)
{
    bool none = body == NULL || value_is_null(body);
    return arena_printf(arena, "%s %s%s%s", method, url, none ? "" : "\n",
                        none ? "" : json_text(arena, body));
}

static int by_key_and_place(const void *a, const void *b)
{
    const struct recorded *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

static bool add(struct arena *arena, struct replay *replay, size_t place, bool late, struct err *err)
{
    const struct value *line = replay->of->lines[place].line;
    const char *method = value_text_at(line, "method"), *url = value_text_at(line, "url");
    const struct value *body = recall_value(replay->of, line, "body", err);
    if (body == NULL)
        return false;
    if (method != NULL && url != NULL)
        replay->reads[replay->count++] = (struct recorded){
            .key = key_of(arena, method, url, body), .line = line, .place = place, .late = late};
    return true;
}

struct replay *replay_new(struct arena *arena, const struct recall *of, struct err *err)
{
    struct replay *replay = ARENA_NEW(arena, struct replay);
    bool late = false;
    replay->of = of;
    replay->reads = ARENA_ARRAY(arena, struct recorded, of->count + 1);
    for (size_t i = 0; i < of->count; i++) {
        late = late || strcmp(of->lines[i].type, "effect.intent") == 0;
        if (strcmp(of->lines[i].type, "read") == 0 && !add(arena, replay, i, late, err))
            return NULL;
    }
    qsort(replay->reads, replay->count, sizeof *replay->reads, by_key_and_place);
    return replay;
}

const struct recall *replay_of(const struct replay *replay)
{
    return replay->of;
}

int64_t replay_as_of(const struct replay *replay)
{
    const struct value *started = replay->of->started;
    return value_int_at(started, "as_of", value_int_at(started, "seq", 0));
}

// The estate is what the run found: of several answers those from before its first change count, one after
// the other (who waits for something reads again), the last of them for ever.
static struct recorded *find(struct replay *replay, const char *key)
{
    size_t low = 0, high = replay->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(replay->reads[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct recorded *found = NULL;
    for (size_t i = low; i < replay->count && strcmp(replay->reads[i].key, key) == 0; i++) {
        struct recorded *read = &replay->reads[i];
        if (found != NULL && (!found->used || read->late))
            break;
        found = read;
    }
    return found;
}

const struct response *replay_answer(struct run *run, const struct request *request, struct err *err)
{
    struct replay *replay = run->request.replay;
    struct arena *arena = run->arena;
    const struct value *asked =
        request->body == NULL ? NULL : trail_mask_value(run_config(run)->trail, arena, request->body);
    struct recorded *read = find(replay, key_of(arena, request->method, request->url, asked));
    if (read == NULL) {
        err_set(err, E_UNKNOWN_NAME, "%s had not read this: %s %s", replay->of->run, request->method,
                request->url);
        return NULL;
    }
    const struct value *body = recall_value(replay->of, read->line, "answer", err);
    if (body == NULL)
        return NULL;
    struct response *response = ARENA_NEW(arena, struct response);
    response->status = (int)value_int_at(read->line, "status", 0);
    response->failure = value_text_at(read->line, "failure");
    response->body = value_get(read->line, "answer") == NULL ? NULL : body;
    read->used = true;
    return response;
}

const char *const *replay_scope(struct arena *arena, const struct replay *replay)
{
    const struct value *scope = recall_value(replay->of, replay->of->started, "scope", NULL);
    const char **ids = ARENA_ARRAY(arena, const char *, value_count(scope) + 1);
    for (size_t i = 0; i < value_count(scope); i++)
        ids[i] = value_text(value_item(scope, i));
    return ids;
}

const struct value *replay_answers(struct arena *arena, const struct replay *replay)
{
    const struct recall *of = replay->of;
    struct value *answers = value_map(arena);
    value_put_all(arena, answers, of->answers);
    for (size_t i = 0; i < of->count; i++)
        if (strcmp(of->lines[i].type, "ask.answered") == 0 &&
            !text_same(value_text_at(of->lines[i].line, "by"), "otherwise"))
            value_put(arena, answers, of->lines[i].path, value_get(of->lines[i].line, "answer"));
    return answers;
}

const char *replay_by(const struct replay *replay, const char *path, const char *answer)
{
    const struct value *line = replay == NULL ? NULL : recall_newest(replay->of, "ask.answered", path);
    bool same = line != NULL && text_same(value_text_at(line, "answer"), answer);
    return same && !text_same(value_text_at(line, "by"), "otherwise") ? value_text_at(line, "by") : NULL;
}

const struct value *replay_alert(struct arena *arena, const struct replay *replay)
{
    const struct recall *of = replay->of;
    if (!value_is(of->alert, VALUE_MAP))
        return NULL;
    struct value *alert = value_map(arena);
    value_put_all(arena, alert, of->alert);
    if (value_get(of->started, "alert_raw") == NULL)
        value_put(
            arena, alert, "raw",
            value_unknown(arena, arena_printf(arena, "%s did not record the alert as it came", of->run)));
    return alert;
}

// Is it the result of a change whose intent is told?
static bool repeats_intent(const struct recall *of, const struct recall_line *line)
{
    const char *status = value_text_at(line->line, "status");
    return strcmp(line->type, "effect.result") == 0 && status != NULL &&
           recall_newest(of, "effect.intent", line->path) != NULL && strcmp(status, "refused") != 0 &&
           strcmp(status, "in-place") != 0;
}

struct view *replay_view(struct arena *arena, const struct replay *replay)
{
    struct view *view = view_new(arena);
    view->run = replay->of->run;
    for (size_t i = 0; i < replay->of->count; i++)
        if (!repeats_intent(replay->of, &replay->of->lines[i]))
            view_take(view, replay->of->lines[i].type, replay->of->lines[i].line);
    return view;
}
