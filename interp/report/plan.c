// Prints effects. Which effects there are the view says; what differs diff.c says. Invariant: every effect
// asked for is named with its resource: grouping shortens the repeated words, never the list of what is
// touched.
#include "report/plan.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/diff.h"
#include "report/screen.h"
#include "report/view.h"
#include "report/wrap.h"

enum { BODY = 4, DETAIL = 6, BODY_MAX = 400 };

static bool wanted(const struct view_effect *effect, const char *const *statuses)
{
    for (; *statuses != NULL; statuses++)
        if (effect->status != NULL && strcmp(effect->status, *statuses) == 0)
            return true;
    return false;
}

size_t plan_count(const struct view *view, const char *const *statuses)
{
    size_t count = 0;
    for (size_t i = 0; i < view->effect_count; i++)
        count += wanted(&view->effects[i], statuses);
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
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static struct diff diff_of(const struct view *view, const struct view_effect *effect)
{
    return diff_new(view->arena, effect->before, effect->after, same(effect->status, "planned"));
}

// May `next` be told together with `first`? Everything but path, resource and requests must read the same.
static bool alike(const struct view *view, const struct view_effect *first, const struct view_effect *next)
{
    if (!same(plan_base(view, first->path), plan_base(view, next->path)) ||
        !same(first->primitive, next->primitive) || !same(first->risk, next->risk) ||
        first->reversible != next->reversible || !same(first->status, next->status) ||
        !same(first->reason, next->reason) || !value_equal(first->verified, next->verified) ||
        !value_equal(first->clauses, next->clauses))
        return false;
    struct diff a = diff_of(view, first), b = diff_of(view, next);
    return diff_same(&a, &b);
}

static void print_status(struct wrap *wrap, const struct view_effect *effect)
{
    if (same(effect->status, "planned"))
        return;
    bool verified = value_is(effect->verified, VALUE_BOOL) && effect->verified->flag;
    wrap_put(wrap, WRAP_PLAIN, " · ");
    if (same(effect->status, "applied") && value_is_null(effect->verified))
        wrap_put(wrap, WRAP_GREEN, "applied");
    else if (same(effect->status, "applied"))
        wrap_put(wrap, verified ? WRAP_GREEN : WRAP_RED,
                 verified ? "applied, verified" : "applied, NOT verified");
    else if (same(effect->status, "unknown"))
        wrap_put(wrap, WRAP_RED, "sent, result not known");
    else
        wrap_put(wrap, same(effect->status, "in-place") ? WRAP_GREEN : WRAP_RED, effect->status);
    if (effect->reason != NULL)
        wrap_put(wrap, WRAP_PLAIN, arena_printf(wrap->out->arena, ": %s", effect->reason));
}

static void print_head(struct wrap *wrap, size_t number, size_t count, const struct view_effect *effect,
                       const char *path)
{
    struct arena *arena = wrap->out->arena;
    wrap_begin(wrap, 0, BODY);
    wrap_put(wrap, WRAP_BOLD,
             count == 1 ? arena_printf(arena, "%zu.", number)
                        : arena_printf(arena, "%zu–%zu.", number, number + count - 1));
    wrap_tab(wrap, BODY);
    wrap_put(wrap, WRAP_BOLD, path);
    wrap_put(wrap, WRAP_DIM, arena_printf(arena, " %s", effect->primitive == NULL ? "" : effect->primitive));
    wrap_put(wrap, WRAP_PLAIN, " · ");
    bool destroys = same(effect->risk, "destroy");
    wrap_put(wrap, destroys ? WRAP_RED : WRAP_YELLOW, destroys ? "destroys" : "contains");
    wrap_put(wrap, WRAP_PLAIN, effect->reversible ? ", can be undone" : ", cannot be undone");
    print_status(wrap, effect);
    wrap_end(wrap);
    if (effect->summary != NULL)
        wrap_line(wrap, BODY, WRAP_PLAIN, effect->summary);
    if (!effect->reversible && effect->irreversible != NULL)
        wrap_line(wrap, BODY, WRAP_YELLOW, arena_printf(arena, "Cannot be undone: %s", effect->irreversible));
}

static bool is_long_id(const char *segment, size_t length)
{
    size_t digits = 0;
    for (size_t i = 0; i < length; i++) {
        bool hex = strchr("0123456789abcdefABCDEF", segment[i]) != NULL;
        if (!hex && segment[i] != '-')
            return false;
        digits += hex;
    }
    return digits == 32 && (length == 32 || length == 36);
}

// A path or id with GUIDs and versions shortened, so that the names in it are seen; --json has them whole.
static const char *short_path(struct arena *arena, const char *path)
{
    struct text out = text_new(arena);
    for (const char *s = path; *s != '\0';) {
        size_t length = strcspn(s, "/");
        bool cut = is_long_id(s, length);
        text_addn(&out, s, cut ? 8 : length);
        text_add(&out, cut ? "…" : "");
        s += length;
        if (*s == '/')
            text_addc(&out, *s++);
    }
    return out.ptr;
}

// Past "https://", and past Resource Manager's own host, which goes without saying.
static const char *past_host(const char *url)
{
    const char *rest = strstr(url, "://");
    rest = rest == NULL ? url : rest + 3;
    return text_starts_nocase(rest, "management.azure.com/") ? strchr(rest, '/') : rest;
}

// What a request is sent to, in a line, without the query.
static const char *request_text(struct arena *arena, const struct value *request)
{
    const char *method = value_text_at(request, "method"), *url = value_text_at(request, "url");
    if (method == NULL || url == NULL)
        return "";
    const char *rest = past_host(url);
    return arena_printf(arena, "%s %s", method,
                        short_path(arena, arena_strndup(arena, rest, strcspn(rest, "?"))));
}

static void print_requests(struct wrap *wrap, const struct view_effect *effect)
{
    struct arena *arena = wrap->out->arena;
    for (size_t i = 0; i < value_count(effect->requests); i++)
        wrap_line(wrap, DETAIL, WRAP_DIM,
                  wrap_cut(arena, request_text(arena, value_item(effect->requests, i)), wrap->width - DETAIL,
                           true));
}

// An event leaves no state that could be compared: what is sent says what happens.
static void print_bodies(struct wrap *wrap, const struct view_effect *effect)
{
    struct arena *arena = wrap->out->arena;
    for (size_t i = 0; i < value_count(effect->requests); i++) {
        struct diff body = diff_new(arena, NULL, value_get(value_item(effect->requests, i), "body"), true);
        for (size_t j = 0; j < body.count; j++) {
            const char *text = diff_value_text(arena, body.rows[j].after);
            wrap_begin(wrap, DETAIL, DETAIL + 2);
            wrap_put(wrap, WRAP_DIM, arena_printf(arena, "%s ", body.rows[j].field));
            wrap_put(wrap, WRAP_PLAIN, wrap_cut(arena, text, BODY_MAX, false));
            wrap_end(wrap);
        }
    }
}

// "vaults/kv-prod in rg-prod, subscription 4c37d899…"; any other id or URL nearly as it is.
static const char *resource_text(struct arena *arena, const struct view_effect *effect)
{
    const char *id = effect->resource;
    if (id == NULL || id[0] == '\0')
        return "(no resource)";
    const char *group = text_find_nocase(id, "/resourceGroups/"),
               *provider = text_find_nocase(id, "/providers/");
    const char *type = provider == NULL ? NULL : strchr(provider + strlen("/providers/"), '/');
    if (!text_starts_nocase(id, "/subscriptions/") || group == NULL || type == NULL || group > provider)
        return short_path(arena, past_host(id));
    const char *subscription = id + strlen("/subscriptions/");
    group += strlen("/resourceGroups/");
    return arena_printf(arena, "%s in %.*s, subscription %.*s…", short_path(arena, type + 1),
                        (int)strcspn(group, "/"), group,
                        (int)(strcspn(subscription, "/") < 8 ? strcspn(subscription, "/") : 8), subscription);
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

// One line for a member of a loop; its requests too when they are more than one to the resource itself.
static void print_touched(struct wrap *wrap, const struct view_effect *effect)
{
    struct arena *arena = wrap->out->arena;
    const char *instance = effect->path == NULL ? NULL : strchr(effect->path, '[');
    const char *url = value_text_at(value_item(effect->requests, 0), "url");
    bool plain = value_count(effect->requests) == 1 && url != NULL && effect->resource != NULL &&
                 text_starts_nocase(past_host(url), past_host(effect->resource)) &&
                 strchr("?", past_host(url)[strlen(past_host(effect->resource))]) != NULL;
    const char *line = arena_printf(arena, "%s %s%s%s", instance == NULL ? "·" : instance,
                                    plain ? value_text_at(value_item(effect->requests, 0), "method") : "",
                                    plain ? " " : "", resource_text(arena, effect));
    wrap_line(wrap, DETAIL, WRAP_PLAIN, wrap_cut(arena, line, wrap->width - DETAIL, true));
    if (!plain)
        print_requests(wrap, effect);
}

static void print_group(struct wrap *wrap, const struct screen *screen, const struct view *view,
                        const struct view_effect *const *group, size_t count, size_t number)
{
    struct arena *arena = wrap->out->arena;
    const struct view_effect *first = group[0];
    const char *path = first->path == NULL ? "" : first->path;
    print_head(wrap, number, count, first, count == 1 ? path : plan_base(view, path));
    if (count == 1)
        wrap_line(wrap, BODY, WRAP_PLAIN,
                  wrap_cut(arena, resource_text(arena, first), wrap->width - BODY, true));
    struct diff diff = diff_of(view, first);
    if (value_is_null(first->before) && !value_is_null(first->after))
        wrap_line(wrap, DETAIL, WRAP_GREEN, "is not there now; would be:");
    else if (!value_is_null(first->before) && value_is_null(first->after))
        wrap_line(wrap, DETAIL, WRAP_RED, "is removed; it was:");
    diff_print(wrap, &diff, DETAIL);
    if (count == 1)
        print_requests(wrap, first);
    if (count == 1 && value_is_null(first->before) && value_is_null(first->after))
        print_bodies(wrap, first);
    for (size_t i = 0; count > 1 && i < count; i++)
        print_touched(wrap, group[i]);
    print_clauses(wrap, screen, first->clauses);
    wrap_blank(wrap);
}

size_t plan_print(struct wrap *wrap, const struct screen *screen, const struct view *view,
                  const char *const *statuses)
{
    const struct view_effect **group =
        ARENA_ARRAY(wrap->out->arena, const struct view_effect *, view->effect_count);
    size_t number = 1, count = 0;
    for (size_t i = 0; i <= view->effect_count; i++) {
        const struct view_effect *effect = i < view->effect_count ? &view->effects[i] : NULL;
        if (effect != NULL && !wanted(effect, statuses))
            continue;
        if (count > 0 && (effect == NULL || !alike(view, group[0], effect))) {
            print_group(wrap, screen, view, group, count, number);
            number += count;
            count = 0;
        }
        if (effect != NULL)
            group[count++] = effect;
    }
    return number - 1;
}
