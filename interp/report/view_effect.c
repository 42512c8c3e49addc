// Folds the records of effects into a view. Not for any other record (view.c). Invariant: a change is one
// entry, from its plan over its intent to its result, also where the run was gone on with in between.
#include "report/view_effect.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/view.h"
#include "report/view_parts.h"

// Was it sent, and never seen?
static bool is_lost(const struct view_effect *effect)
{
    return text_same(effect->status, "unknown") ||
           (text_same(effect->status, "applied") && value_is_null(effect->verified));
}

// The effect that a record speaks of: the newest unsettled one of that path and primitive (and resource,
// where both name one), or of those that were lost, else a new one.
static struct view_effect *effect_at(struct view *view, const struct value *members, bool lost)
{
    const char *path = value_text_at(members, "path"), *primitive = value_text_at(members, "primitive");
    const char *resource = value_text_at(members, "resource");
    for (size_t i = view->effect_count; i-- > 0;) {
        struct view_effect *effect = &view->effects[i];
        if ((!effect->settled || (lost && is_lost(effect))) && text_same(effect->path, path) &&
            text_same(effect->primitive, primitive) &&
            (resource == NULL || effect->resource == NULL || text_same(effect->resource, resource)))
            return effect;
    }
    view->effects = arena_room(view->arena, view->effects, view->effect_count, sizeof *view->effects);
    struct view_effect *effect = &view->effects[view->effect_count++];
    *effect = (struct view_effect){
        .path = view_text(view, members, "path"),
        .primitive = view_text(view, members, "primitive"),
        .verified = &value_null,
        .before = &value_null,
        .after = &value_null,
        .requests = value_list(view->arena),
        .clauses = value_list(view->arena),
    };
    return effect;
}

// What both plan and result may say; a result leaves out what the intent has said already.
static void take_effect_members(struct view *view, struct view_effect *effect, const struct value *members)
{
    const struct {
        const char *key;
        const char **text;
    } texts[] = {
        {"summary", &effect->summary}, {"resource", &effect->resource},
        {"risk", &effect->risk},       {"irreversible", &effect->irreversible},
        {"reason", &effect->reason},   {"restores", &effect->restores},
        {"lease", &effect->lease},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (value_text_at(members, texts[i].key) != NULL)
            *texts[i].text = view_text(view, members, texts[i].key);
    const struct {
        const char *key;
        const struct value **value;
    } values[] = {
        {"before", &effect->before},
        {"after", &effect->after},
        {"requests", &effect->requests},
        {"clauses", &effect->clauses},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (value_get(members, values[i].key) != NULL)
            *values[i].value =
                i < 2 ? view_any(view, members, values[i].key) : view_list(view, members, values[i].key);
    if (value_get(members, "reversible") != NULL)
        effect->reversible = value_flag_at(members, "reversible");
}

// An intent whose result is not known may or may not have happened.
void view_effect_plan(struct view *view, const struct value *members, bool intent)
{
    struct view_effect *effect = effect_at(view, members, false);
    take_effect_members(view, effect, members);
    effect->status = intent ? "unknown" : "planned";
    effect->reason = NULL;
}

static bool is_at(const char *path, const char *top)
{
    return *top == '\0' || text_same(path, top) || view_is_within(path, top);
}

// Is anything left of what was changed there?
static bool has_left(const struct view *view, const char *top)
{
    for (size_t i = 0; i < view->effect_count; i++) {
        const struct view_effect *effect = &view->effects[i];
        if ((text_same(effect->status, "applied") || text_same(effect->status, "unknown")) &&
            effect->reversible && is_at(effect->path, top))
            return true;
    }
    return false;
}

// A lease is over when nothing is left that it stands for, or when by that record all that is at `top` ("":
// the whole run) was to be taken back.
static void end_leases(struct view *view, const char *top, int64_t seq)
{
    size_t left = 0;
    for (size_t i = 0; i < view->lease_count; i++) {
        const struct view_lease lease = view->leases[i];
        if (has_left(view, lease.path) && (lease.seq > seq || !is_at(lease.path, top)))
            view->leases[left++] = lease;
    }
    view->lease_count = left;
}

// What was changed is as it was.
void view_effect_undone(struct view *view, struct view_effect *effect)
{
    effect->status = "undone";
    end_leases(view, "", -1);
}

static bool is_gone(const struct view_effect *undoing)
{
    return text_same(undoing->status, "in-place") ||
           (text_same(undoing->status, "applied") && value_is(undoing->verified, VALUE_BOOL) &&
            undoing->verified->flag);
}

static void undo_at(struct view *view, const char *path)
{
    for (size_t i = view->effect_count; i-- > 0;)
        if (text_same(view->effects[i].path, path)) {
            view_effect_undone(view, &view->effects[i]);
            return;
        }
}

bool view_take_undoing(struct view *view, const struct view *undoing)
{
    bool some = false;
    for (size_t i = 0; i < undoing->effect_count; i++)
        if (is_gone(&undoing->effects[i])) {
            undo_at(view, undoing->effects[i].path);
            end_leases(view, undoing->undoes_step == NULL ? "" : undoing->undoes_step,
                       undoing->effects[i].seq);
            some = true;
        }
    return some;
}

// PATH~undo is a step that takes back, in the same run, what was done at PATH.
static void take_back(struct view *view, const struct view_effect *undoing)
{
    const char *mark = undoing->path == NULL ? NULL : strstr(undoing->path, "~undo");
    if (mark != NULL && is_gone(undoing))
        undo_at(view, arena_strndup(view->arena, undoing->path, (size_t)(mark - undoing->path)));
}

void view_effect_result(struct view *view, const struct value *members)
{
    struct view_effect *effect =
        effect_at(view, members, text_same(value_text_at(members, "status"), "applied"));
    take_effect_members(view, effect, members);
    effect->status = view_text(view, members, "status");
    effect->seq = value_int_at(members, "seq", INT64_MAX);
    effect->verified = view_any(view, members, "verified");
    effect->settled = !value_flag_at(members, "anew");
    take_back(view, effect);
}
