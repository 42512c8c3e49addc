// Prints effects. Which effects there are the view says; what differs diff.c says. Invariant: every effect
// asked for is named with its resource: grouping shortens the repeated words, never the list of what is
// touched.
#include "report/plan.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/diff.h"
#include "report/screen.h"
#include "report/target.h"
#include "report/view.h"
#include "report/wrap.h"

enum { BODY = 4, DETAIL = 6, MEMBER = 10 };

size_t plan_count(const struct view *view, const char *const *statuses)
{
    size_t count = 0;
    for (size_t i = 0; i < view->effect_count; i++)
        count += text_is_one_of(view->effects[i].status, statuses);
    return count;
}

const char *plan_base(const struct view *view, const char *path)
{
    struct text base = text_new(view->arena);
    for (const char *s = path == NULL ? "" : path; *s != '\0'; s++) {
        text_addc(&base, *s);
        if (*s == '[')
            while (s[1] != '\0' && s[1] != ']')
                s++;
    }
    return base.ptr;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && text_is(b, a));
}

// Changes that are told together: of one loop, alike in all but what they touch.
struct group {
    const struct view *view;
    const struct view_effect **members;
    struct diff *diffs; // of each member
    size_t count;
};

// "disable[3]" and "disable[4]"
static bool of_one_loop(const char *a, const char *b)
{
    while (b != NULL && *a != '\0' && *a == *b) {
        bool item = *a == '[';
        a += item ? strcspn(a, "]") : 1;
        b += item ? strcspn(b, "]") : 1;
    }
    return b != NULL && *a == *b;
}

// May `next` be told together with `first`, which is of a loop?
static bool alike(const struct view_effect *first, const struct view_effect *next)
{
    return same(first->primitive, next->primitive) && same(first->risk, next->risk) &&
           first->reversible == next->reversible && same(first->status, next->status) &&
           same(first->reason, next->reason) && value_equal(first->verified, next->verified) &&
           value_equal(first->clauses, next->clauses) &&
           value_is_null(first->before) == value_is_null(next->before) &&
           value_is_null(first->after) == value_is_null(next->after) && of_one_loop(first->path, next->path);
}

bool plan_is_event(const struct view_effect *effect)
{
    return value_is_null(effect->before) && value_is_null(effect->after);
}

bool plan_was_seen(const struct view_effect *effect)
{
    return text_is(effect->status, "in-place") ||
           (text_is(effect->status, "applied") && !value_is_null(effect->verified));
}

struct diff plan_diff(const struct view *view, const struct view_effect *effect)
{
    if (!plan_is_event(effect))
        return diff_new(view->arena, effect->before, effect->after, !plan_was_seen(effect));
    struct diff sent = {0};
    for (size_t i = 0; i < value_count(effect->requests); i++) {
        const struct value *body = value_get(value_item(effect->requests, i), "body");
        struct diff one = diff_new(view->arena, NULL, body, true);
        diff_append(view->arena, &sent, &one);
    }
    return sent;
}

// "disable[10]" after "disable[9]".
static int by_path(const void *a, const void *b)
{
    const char *x = (*(const struct view_effect *const *)a)->path,
               *y = (*(const struct view_effect *const *)b)->path;
    if (x == NULL || y == NULL)
        return (x != NULL) - (y != NULL);
    while (*x != '\0' && *x == *y) {
        if (*x != '[') {
            x++;
            y++;
            continue;
        }
        char *x_end, *y_end;
        long i = strtol(x + 1, &x_end, 10), j = strtol(y + 1, &y_end, 10);
        if (i != j)
            return (i > j) - (i < j);
        x = x_end;
        y = y_end;
    }
    return (unsigned char)*x - (unsigned char)*y;
}

const char *plan_status(const struct view_effect *effect)
{
    bool applied = text_is(effect->status, "applied");
    if (applied && value_is_null(effect->verified))
        return "applied";
    if (applied)
        return value_is(effect->verified, VALUE_BOOL) && effect->verified->flag ? "applied, verified"
                                                                                : "applied, NOT verified";
    return text_is(effect->status, "unknown") ? "sent, result not known" : effect->status;
}

static void print_status(struct wrap *wrap, const struct view_effect *effect)
{
    static const char *const well[] = {"applied", "applied, verified", "in-place", NULL};
    const char *words = plan_status(effect);
    if (text_is(effect->status, "planned"))
        return;
    wrap_put(wrap, WRAP_PLAIN, " · ");
    wrap_put(wrap, text_is_one_of(words, well) ? WRAP_GREEN : WRAP_RED, words);
    if (effect->reason != NULL)
        wrap_put(wrap, WRAP_PLAIN, arena_printf(wrap->out->arena, ": %s", effect->reason));
}

// What a failure of the change would bring with it.
static void print_restores(struct wrap *wrap, const struct view_effect *effect)
{
    if (effect->restores != NULL && text_is(effect->status, "planned"))
        wrap_line(wrap, BODY, WRAP_YELLOW,
                  *effect->restores == '\0'
                      ? "If it fails, what the run has changed is taken back."
                      : arena_printf(wrap->out->arena, "If it fails, what %s has changed is taken back.",
                                     effect->restores));
}

static void print_head(struct wrap *wrap, const struct group *group, size_t number)
{
    struct arena *arena = wrap->out->arena;
    const struct view_effect *effect = group->members[0];
    bool one = group->count == 1, destroys = text_is(effect->risk, "destroy");
    wrap_begin(wrap, 0, BODY);
    wrap_put(wrap, WRAP_BOLD,
             one ? arena_printf(arena, "%zu.", number)
                 : arena_printf(arena, "%zu–%zu.", number, number + group->count - 1));
    wrap_tab(wrap, BODY);
    wrap_put(wrap, WRAP_BOLD, one ? effect->path : plan_base(group->view, effect->path));
    wrap_put(wrap, WRAP_DIM, arena_printf(arena, " %s", effect->primitive == NULL ? "" : effect->primitive));
    wrap_put(wrap, WRAP_PLAIN, " · ");
    wrap_put(wrap, destroys ? WRAP_RED : WRAP_YELLOW, destroys ? "destroys" : "contains");
    wrap_put(wrap, WRAP_PLAIN, effect->reversible ? ", can be undone" : ", cannot be undone");
    print_status(wrap, effect);
    wrap_end(wrap);
    if (effect->summary != NULL)
        wrap_line(wrap, BODY, WRAP_PLAIN, effect->summary);
    if (!effect->reversible && effect->irreversible != NULL)
        wrap_line(wrap, BODY, WRAP_YELLOW, arena_printf(arena, "Cannot be undone: %s", effect->irreversible));
    print_restores(wrap, effect);
    if (effect->lease != NULL && text_is(effect->status, "planned"))
        wrap_line(
            wrap, BODY, WRAP_YELLOW,
            arena_printf(arena, "For %s: then it is taken back, unless that is put off.", effect->lease));
}

static void print_requests(struct wrap *wrap, const struct view_effect *effect, int indent)
{
    for (size_t i = 0; i < value_count(effect->requests); i++)
        wrap_line(wrap, indent, WRAP_DIM,
                  target_request(wrap->out->arena, value_item(effect->requests, i), wrap->width - indent));
}

static void print_clauses(struct wrap *wrap, const struct screen *screen, const struct value *clauses)
{
    for (size_t i = 0; i < value_count(clauses); i++) {
        const char *id = value_text(value_item(clauses, i));
        if (id == NULL)
            continue;
        const char *words = screen->clause_text == NULL ? NULL : screen->clause_text(screen->context, id);
        wrap_begin(wrap, BODY, DETAIL);
        wrap_put(wrap, WRAP_CYAN, id);
        if (words != NULL)
            wrap_put(wrap, WRAP_PLAIN, arena_printf(wrap->out->arena, " %s", words));
        wrap_end(wrap);
    }
}

static void print_rows(struct wrap *wrap, const struct view_effect *effect, const struct diff *diff,
                       int indent)
{
    if (plan_is_event(effect))
        diff_print_values(wrap, diff, indent);
    else
        diff_print(wrap, diff, indent);
}

static void print_members(struct wrap *wrap, const struct group *group)
{
    struct arena *arena = wrap->out->arena;
    struct diff shared = diff_shared(arena, group->diffs, group->count);
    print_rows(wrap, group->members[0], &shared, DETAIL);
    for (size_t i = 0; i < group->count; i++) {
        const struct view_effect *effect = group->members[i];
        const char *instance = effect->path == NULL ? NULL : strchr(effect->path, '[');
        wrap_row(wrap, DETAIL, WRAP_BOLD, instance == NULL ? "·" : instance, MEMBER,
                 target_resource(arena, effect->resource, wrap->width - MEMBER));
        struct diff own = diff_without(arena, &group->diffs[i], &shared);
        print_rows(wrap, effect, &own, MEMBER);
        print_requests(wrap, effect, MEMBER);
    }
}

static void print_group(struct wrap *wrap, const struct screen *screen, const struct group *group,
                        size_t number)
{
    const struct view_effect *first = group->members[0];
    print_head(wrap, group, number);
    if (group->count == 1)
        wrap_line(wrap, BODY, WRAP_PLAIN,
                  target_resource(wrap->out->arena, first->resource, wrap->width - BODY));
    if (value_is_null(first->before) && !value_is_null(first->after))
        wrap_line(wrap, DETAIL, WRAP_GREEN,
                  plan_was_seen(first) ? "was not there; now it is:" : "is not there now; would be:");
    else if (!value_is_null(first->before) && value_is_null(first->after))
        wrap_line(wrap, DETAIL, WRAP_RED,
                  plan_was_seen(first) ? "is removed; it was:" : "would be removed; it is:");
    if (group->count == 1) {
        print_rows(wrap, first, &group->diffs[0], DETAIL);
        print_requests(wrap, first, DETAIL);
    } else {
        print_members(wrap, group);
    }
    print_clauses(wrap, screen, first->clauses);
    wrap_blank(wrap);
}

// All effects from the i-th on that belong together with it; `told` marks them.
static struct group gather(const struct view *view, const char *const *statuses, size_t i, bool *told)
{
    struct group group = {.view = view};
    const struct view_effect *first = &view->effects[i];
    bool loops = first->path != NULL && strchr(first->path, '[') != NULL;
    for (size_t j = i, end = loops ? view->effect_count : i + 1; j < end; j++)
        if (!told[j] && text_is_one_of(view->effects[j].status, statuses) &&
            (j == i || alike(first, &view->effects[j]))) {
            told[j] = true;
            group.members = arena_room(view->arena, group.members, group.count, sizeof *group.members);
            group.members[group.count++] = &view->effects[j];
        }
    group.diffs = ARENA_ARRAY(view->arena, struct diff, group.count);
    qsort(group.members, group.count, sizeof *group.members, by_path);
    for (size_t j = 0; j < group.count; j++)
        group.diffs[j] = plan_diff(view, group.members[j]);
    return group;
}

size_t plan_print(struct wrap *wrap, const struct screen *screen, const struct view *view,
                  const char *const *statuses)
{
    bool *told = ARENA_ARRAY(view->arena, bool, view->effect_count);
    size_t number = 1;
    for (size_t i = 0; i < view->effect_count; i++) {
        if (told[i] || !text_is_one_of(view->effects[i].status, statuses))
            continue;
        struct group group = gather(view, statuses, i, told);
        print_group(wrap, screen, &group, number);
        number += group.count;
    }
    return number - 1;
}
