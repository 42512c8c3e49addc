// Plans an undoing: the effects of a run become steps, newest first. Not for carrying them out: a step goes
// through change.c as any other, with the primitive's `undo` where `apply` would be. Invariant: only what the
// trail shows as done by that run is taken back, and only while it is as the run left it, unless told
// otherwise.
#include "run/undo.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "policy/mode.h"
#include "run/instance.h"
#include "run/recall.h"
#include "trail/trail.h"
#include "vm/expr.h"

bool undo_includes(const char *top, const char *path)
{
    size_t length = strlen(top);
    return length == 0 || (strncmp(path, top, length) == 0 &&
                           strchr("/[", path[length]) != NULL); // the end of a text counts too
}

// What a run has taken back itself (rollback.c) stands at a path of its own, one for each time.
static const char undo_mark[] = "~undo";

static const char *path_of_undoing(struct arena *arena, const char *path, size_t time)
{
    return time == 1 ? arena_printf(arena, "%s%s", path, undo_mark)
                     : arena_printf(arena, "%s%s%zu", path, undo_mark, time);
}

// How often the run has ended taking something back.
static size_t times_of(const struct recall *recall)
{
    size_t times = 0;
    for (size_t i = 0; i < recall->count; i++)
        times += strcmp(recall->lines[i].type, "step.undone") == 0;
    return times;
}

// Has the run itself taken it back, the last of these times?
static bool is_taken_back(struct arena *arena, const struct recall *recall, const struct recall_line *intent,
                          size_t times)
{
    for (size_t time = 1; time <= times; time++) {
        const struct value *result =
            recall_newest(recall, "effect.result", path_of_undoing(arena, intent->path, time));
        bool later = value_int_at(result, "rseq", -1) > value_int_at(intent->line, "rseq", 0);
        const char *status = value_text_at(result, "status");
        if (later && (text_same(status, "in-place") ||
                      (text_same(status, "applied") && value_flag_at(result, "verified"))))
            return true;
    }
    return false;
}

// Did it happen, or may it have?
static bool is_made(const struct recall *recall, const struct recall_line *intent)
{
    return strcmp(intent->type, "effect.intent") == 0 && strstr(intent->path, undo_mark) == NULL &&
           recall_newest(recall, "effect.intent", intent->path) == intent->line &&
           (recall_applied(recall, intent->path) || recall_pending(recall, intent->path) != NULL);
}

bool undo_has_left(const struct recall *recall, const char *path)
{
    size_t times = times_of(recall);
    for (size_t i = 0; i < recall->count; i++)
        if (undo_includes(path, recall->lines[i].path) && is_made(recall, &recall->lines[i]) &&
            !is_taken_back(recall->arena, recall, &recall->lines[i], times))
            return true;
    return false;
}

static bool read_effect(const struct recall *recall, const struct recall_line *intent,
                        struct undo_effect *effect, struct err *err)
{
    const struct value *result = recall_newest(recall, "effect.result", intent->path);
    const struct value *began = recall_began(recall, intent->path);
    bool seen = recall_applied(recall, intent->path);
    effect->of = effect->path = intent->path;
    effect->resource = value_text_at(intent->line, "resource");
    effect->in_part = !seen;
    effect->before = recall_value(recall, began, "before", err);
    effect->after =
        effect->before == NULL ? NULL : recall_value(recall, seen ? result : intent->line, "after", err);
    if (effect->after == NULL)
        return false;
    effect->before = value_is_null(effect->before) ? NULL : effect->before;
    effect->after = value_is_null(effect->after) ? NULL : effect->after;
    effect->again = value_flag_at(intent->line, "undo");
    if (!effect->again && !value_flag_at(intent->line, "reversible"))
        effect->why_not = value_text_at(intent->line, "irreversible");
    else if (value_get(intent->line, "params") == NULL)
        effect->why_not = "it was recorded without its parameters";
    return true;
}

static struct step *step_of(struct arena *arena, const struct recall *recall,
                            const struct recall_line *intent, struct err *err)
{
    static const char *no_clauses[] = {NULL};
    struct step *step = ARENA_NEW(arena, struct step);
    struct template *with = ARENA_NEW(arena, struct template);
    const struct value *params = recall_value(recall, intent->line, "params", err);
    if (params == NULL)
        return NULL;
    *with = (struct template){.kind = TEMPLATE_CONSTANT,
                              .constant = value_is(params, VALUE_MAP) ? params : value_map(arena)};
    *step = (struct step){.kind = STEP_DO,
                          .id = intent->path,
                          .attempts = 1,
                          .at_once = 1,
                          .on_error = ON_ERROR_CONTINUE,
                          .clauses = no_clauses,
                          .primitive = value_text_at(intent->line, "primitive"),
                          .with = with};
    return step;
}

static void name_playbook(struct arena *arena, const struct recall *of, struct playbook *playbook)
{
    static const char *no_alerts[] = {NULL};
    static const struct schema no_params = {.kind = SCHEMA_RECORD};
    static const struct catalog_file no_file = {.path = "", .name = "", .bytes = ""};
    playbook->name = value_text_at(of->started, "playbook");
    playbook->version = value_text_at(of->started, "version");
    playbook->title = arena_printf(arena, "Undo %s", of->run);
    playbook->file = &no_file;
    playbook->alerts = no_alerts;
    playbook->params = &no_params;
}

// Did it find there what it would have changed? Then it counts on that (relied.c).
static bool found_any(const struct recall *of, const char *path)
{
    for (size_t i = 0; i < of->count; i++) {
        const struct recall_line *line = &of->lines[i];
        if (strcmp(line->type, "effect.result") == 0 &&
            text_is(value_text_at(line->line, "status"), "in-place") && !value_flag_at(line->line, "undo") &&
            undo_includes(path == NULL ? "" : path, line->path))
            return true;
    }
    return false;
}

static bool lies_under_one(const char *path, const struct value *groups)
{
    for (size_t i = 0; i < value_count(groups); i++)
        if (undo_includes(value_text(value_item(groups, i)), path))
            return true;
    return false;
}

// The changes that were made under one of these paths as steps, the newest first. `time` 0: an undoing that
// is a run of its own, for which what the run took back itself is over.
static bool add_steps(struct arena *arena, struct undo_plan *plan, const struct value *groups, size_t time,
                      struct err *err)
{
    const struct recall *of = plan->of;
    struct step **steps = ARENA_ARRAY(arena, struct step *, of->count + 1);
    struct playbook *playbook = ARENA_NEW(arena, struct playbook);
    size_t times = time > 0 ? time - 1 : times_of(of) + 1;
    plan->effects = ARENA_ARRAY(arena, struct undo_effect, of->count + 1);
    for (size_t i = of->count; i-- > 0;) {
        const struct recall_line *line = &of->lines[i];
        if (!is_made(of, line) || !lies_under_one(line->path, groups) ||
            is_taken_back(arena, of, line, times))
            continue;
        struct step *step = step_of(arena, of, line, err);
        struct undo_effect *effect = &plan->effects[plan->count];
        if (step == NULL || !read_effect(of, line, effect, err))
            return false;
        if (time > 0)
            step->id = effect->path = path_of_undoing(arena, line->path, time);
        steps[plan->count++] = step;
    }
    name_playbook(arena, of, playbook);
    playbook->steps = (struct step_list){(const struct step **)steps, plan->count};
    playbook->step_count = plan->count;
    plan->playbook.playbook = playbook;
    return true;
}

static bool find_primitives(struct vm *vm, const struct undo_plan *plan, struct err *err)
{
    const struct step_list *steps = &plan->playbook.playbook->steps;
    for (size_t i = 0; i < steps->count; i++)
        if (primitive_find(vm, steps->items[i]->primitive, err) == NULL)
            return false;
    return true;
}

struct undo_plan *undo_plan_new(struct arena *arena, struct catalog *catalog, struct vm *vm,
                                const struct recall *of, const char *path, struct err *err)
{
    struct undo_plan *plan = ARENA_NEW(arena, struct undo_plan);
    struct value *groups = value_list(arena);
    value_append(arena, groups, value_string(arena, path == NULL ? "" : path));
    plan->of = of;
    plan->step = path;
    if (!add_steps(arena, plan, groups, 0, err) || !find_primitives(vm, plan, err))
        return NULL;
    if (plan->count == 0 && !found_any(of, path)) {
        err_set(err, E_USAGE, "%s made no change%s%s", of->run, path == NULL ? "" : " at ",
                path == NULL ? "" : path);
        err_hint(err, "`playbook runs show %s` lists its changes", of->run);
        return NULL;
    }
    plan->playbook.program = vm_program_open(vm, 0);
    plan->playbook.digest = catalog_digest(catalog, arena);
    return plan;
}

void undo_begin(struct run *run)
{
    const struct undo_plan *plan = run->request.undo;
    struct err err;
    if (plan == NULL || plan->count > 0)
        return;
    err_set(&err, E_NONE, "%s made no change%s%s: undone, it no longer counts on what it found in place",
            plan->of->run, plan->step == NULL ? "" : " at ", plan->step == NULL ? "" : plan->step);
    err.severity = ERR_WARNING;
    run_note(run, NULL, &err);
}

struct undo_plan *undo_plan_within(struct arena *arena, struct vm *vm, const struct recall *of,
                                   const struct value *groups, struct err *err)
{
    struct undo_plan *plan = ARENA_NEW(arena, struct undo_plan);
    plan->of = of;
    plan->step = ""; // the run is not closed by it
    return add_steps(arena, plan, groups, times_of(of) + 1, err) && find_primitives(vm, plan, err) ? plan
                                                                                                   : NULL;
}

const struct undo_effect *undo_effect_of(const struct instance *instance)
{
    const struct undo_plan *plan = instance->run->request.undo;
    for (size_t i = 0; plan != NULL && i < plan->count; i++)
        if (strcmp(plan->effects[i].path, instance->path) == 0)
            return &plan->effects[i];
    return NULL;
}

struct undoings {
    struct arena *arena;
    const char *of;
    struct value *lines;
};

static bool take_undoing(void *context, const struct value *line)
{
    struct undoings *undoings = context;
    if (text_same(value_text_at(line, "undoes"), undoings->of) &&
        mode_word_sends(value_text_at(line, "mode")))
        value_append(undoings->arena, undoings->lines, line);
    return true;
}

const struct value *undo_runs(struct arena *arena, struct trail *trail, const char *run, struct err *err)
{
    struct undoings undoings = {.arena = arena, .of = run, .lines = value_list(arena)};
    return trail_replay(trail, arena, trail_needle(arena, "undoes", run), take_undoing, &undoings, err)
               ? undoings.lines
               : NULL;
}

const struct undo_effect *undo_of(const struct instance *instance)
{
    const struct undo_effect *effect = undo_effect_of(instance);
    return effect == NULL || effect->again ? NULL : effect;
}

const struct value *undo_wanted(const struct instance *instance)
{
    const struct undo_effect *undo = undo_of(instance);
    const struct primitive *primitive = instance->primitive;
    return primitive->has[SLOT_UNDO] || primitive->state == NULL
               ? undo->before // how the service is told what was not there, the primitive says
               : schema_restore(instance->run->arena, primitive->state, undo->before, undo->after);
}

bool undo_is_impossible(struct instance *instance)
{
    const struct undo_effect *undo = undo_of(instance);
    if (undo == NULL || undo->why_not == NULL)
        return false;
    instance_end(instance, STEP_SKIPPED,
                 arena_printf(instance->run->arena, "cannot be undone: %s", undo->why_not), NULL);
    return true;
}
