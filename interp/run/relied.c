// Finds in the trail who counts on what a run changed. Not for what follows from it (undo.c, cli/cmd_due.c).
// Invariant: a run counts on it only where it saw to the same of the same resource, and saw there what the
// change had made and its undoing would take away.
#include "run/relied.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "data/schema.h"
#include "policy/profile.h"
#include "run/due.h"
#include "run/instance.h"
#include "run/recall.h"
#include "run/undo.h"
#include "trail/trail.h"

// Those that say which person, application or object is meant: the resource alone may be where it is kept.
static bool names_it(const struct schema *param)
{
    return !param->optional &&
           (param->kind == SCHEMA_GUID || param->kind == SCHEMA_ID || param->kind == SCHEMA_NAME);
}

const char *relied_subject(const struct instance *instance)
{
    struct arena *arena = instance->run->arena, *scratch = arena_open();
    const struct profile *profile = run_config(instance->run)->profile;
    const struct schema *params = instance->primitive->params;
    struct text text = text_new(scratch);
    text_addf(&text, "%s\n%s\n%s", profile->lab || profile->tenant == NULL ? "" : profile->tenant,
              instance->primitive->name, instance->effect->resource);
    for (size_t i = 0; i < params->field_count; i++)
        if (names_it(params->fields[i].schema))
            text_addf(&text, "\n%s", value_text_at(instance->params, params->fields[i].name));
    const char *lower = text_lower(scratch, text.ptr), *digest = crypto_digest(arena, lower, strlen(lower));
    arena_close(scratch);
    return digest;
}

static bool has_item(const struct schema *list, const struct value *items, const struct value *item)
{
    for (size_t i = 0; i < value_count(items); i++)
        if (list->of != NULL ? schema_equal(list->of, value_item(items, i), item)
                             : value_equal(value_item(items, i), item))
            return true;
    return false;
}

// Is something there, as it was found, that is among `some` and not among `others`?
static bool keeps(const struct schema *list, const struct value *found, bool there, const struct value *some,
                  const struct value *others)
{
    for (size_t i = 0; i < value_count(some); i++) {
        const struct value *item = value_item(some, i);
        if (!has_item(list, others, item) && has_item(list, found, item) == there)
            return true;
    }
    return false;
}

// Would what was found be gone, or another, if `after` became `before` again? More may have been found than
// that.
static bool rests_on(const struct schema *schema, const struct value *found, const struct value *before,
                     const struct value *after)
{
    enum value_kind kind = found == NULL ? VALUE_NULL : found->kind;
    if (schema_equal(schema, before, after))
        return false;
    if ((!value_is(before, kind) && !value_is_null(before)) || !value_is(after, kind))
        return schema_equal(schema, found, after);
    if (kind == VALUE_LIST)
        return keeps(schema, found, true, after, before) || keeps(schema, found, false, before, after);
    bool record = schema->kind == SCHEMA_RECORD && schema->field_count > 0;
    if (kind != VALUE_MAP || (!record && schema->of == NULL))
        return schema_equal(schema, found, after);
    for (size_t i = 0; record && i < schema->field_count; i++) {
        const char *name = schema->fields[i].name;
        if (rests_on(schema->fields[i].schema, value_get(found, name), value_get(before, name),
                     value_get(after, name)))
            return true;
    }
    for (size_t i = 0; !record && i < found->count; i++) {
        const char *key = found->fields[i].key;
        if (rests_on(schema->of, found->fields[i].value, value_get(before, key), value_get(after, key)))
            return true;
    }
    return false;
}

struct finding {
    struct arena *arena;
    const char *of;
    int64_t since;       // of the change's intent
    struct value *lines; // effect.result of other runs, behind it
};

static bool take(void *context, const struct value *line)
{
    struct finding *finding = context;
    if (text_is(value_text_at(line, "type"), "effect.result") &&
        !text_same(value_text_at(line, "run"), finding->of) && value_int_at(line, "seq", 0) > finding->since)
        value_append(finding->arena, finding->lines, line);
    return true;
}

// Has the run taken it back itself, behind that line?
static bool is_taken_back(const struct value *lines, size_t at)
{
    static const char *const well[] = {"applied", "in-place", NULL};
    const char *run = value_text_at(value_item(lines, at), "run");
    for (size_t i = at + 1; i < value_count(lines); i++) {
        const struct value *line = value_item(lines, i);
        if (value_flag_at(line, "undo") && text_same(value_text_at(line, "run"), run) &&
            text_is_one_of(value_text_at(line, "status"), well))
            return true;
    }
    return false;
}

struct search {
    struct trail *trail;
    const struct undo_effect *effect;
    const struct schema *state;
    int64_t now_ms;
};

// Until when the run of this line wants it. Where it made the change it has a lease of its own (`own`), which
// may have been put off, and which is ended before what lies beneath; else as long as that would have lasted.
static int64_t wanted_until(const struct recall *recall, const struct value *line, bool *own)
{
    const char *lease = value_text_at(line, "lease"), *path = value_text_at(line, "path");
    int64_t lasts, seen, until = INT64_MAX;
    *own = false;
    if (lease == NULL || !clock_parse_duration(lease, &lasts) ||
        !clock_parse(value_text_at(line, "time"), &seen))
        return INT64_MAX;
    for (size_t i = 0; i < recall->count; i++) {
        const struct recall_line *one = &recall->lines[i];
        const char *time = value_text_at(one->line, "until");
        if (text_starts(one->type, "lease.") && undo_includes(one->path, path) && time != NULL)
            *own = clock_parse(time, &until) || *own;
    }
    return *own ? until : seen + lasts;
}

// Does the run of this line count on it still? `lines` are all of them.
static bool counts(const struct search *search, struct arena *scratch, const struct value *lines, size_t at,
                   struct relied *one, struct err *err)
{
    const struct value *line = value_item(lines, at);
    const char *run = value_text_at(line, "run"), *status = value_text_at(line, "status");
    int64_t undone;
    bool own;
    *one = (struct relied){.made = text_is(status, "applied"),
                           .time = value_text_at(line, "time"),
                           .lease = value_text_at(line, "lease")};
    if ((!one->made && !text_is(status, "in-place")) || value_flag_at(line, "undo") ||
        is_taken_back(lines, at))
        return true;
    const struct recall *recall = recall_open(scratch, search->trail, run, err);
    const struct value *found = recall == NULL ? NULL : recall_value(recall, line, "after", err);
    if (found == NULL)
        return false;
    one->until_ms = wanted_until(recall, line, &own);
    if (!own && one->until_ms <= search->now_ms)
        return true;
    if (!due_ended(search->trail, run, value_text_at(line, "path"), &undone, err))
        return false;
    if (undone < value_int_at(line, "seq", 0) &&
        rests_on(search->state, found, search->effect->before, search->effect->after))
        one->run = run;
    return true;
}

static void keep(struct arena *arena, struct relied *out, const struct relied *one)
{
    *out = (struct relied){.run = arena_strdup(arena, one->run),
                           .time = arena_strdup(arena, one->time),
                           .made = one->made,
                           .lease = one->lease == NULL ? NULL : arena_strdup(arena, one->lease),
                           .until_ms = one->until_ms};
}

bool relied_find(struct arena *arena, struct trail *trail, const struct undo_plan *plan,
                 const struct undo_effect *effect, const struct schema *state, struct relied *out,
                 struct err *err)
{
    const struct value *intent = recall_newest(plan->of, "effect.intent", effect->of);
    const char *subject = value_text_at(intent, "subject");
    *out = (struct relied){0};
    if (subject == NULL || state == NULL || effect->again)
        return true;
    const struct search search = {trail, effect, state, clock_now_ms()};
    struct arena *scratch = arena_open();
    struct finding finding = {scratch, plan->of->run, value_int_at(intent, "seq", 0), value_list(scratch)};
    struct relied one;
    bool ok = trail_replay(trail, scratch, trail_needle(scratch, "subject", subject), take, &finding, err);
    // Newest first: one that counts on it for good is not outlasted, and the others need not be read.
    for (size_t i = value_count(finding.lines); ok && i > 0 && out->until_ms != INT64_MAX; i--) {
        ok = counts(&search, scratch, finding.lines, i - 1, &one, err);
        if (ok && one.run != NULL && one.until_ms > out->until_ms)
            keep(arena, out, &one);
    }
    arena_close(scratch);
    return ok;
}

bool relied_find_any(struct arena *arena, struct trail *trail, struct vm *vm, const struct undo_plan *plan,
                     struct relied *out, struct err *err)
{
    const struct step_list *steps = &plan->playbook.playbook->steps;
    *out = (struct relied){0};
    for (size_t i = 0; i < plan->count; i++) {
        struct relied one;
        const struct primitive *primitive = primitive_find(vm, steps->items[i]->primitive, err);
        if (primitive == NULL ||
            !relied_find(arena, trail, plan, &plan->effects[i], primitive->state, &one, err))
            return false;
        if (one.run != NULL && (out->run == NULL || one.until_ms > out->until_ms))
            *out = one;
    }
    return true;
}
