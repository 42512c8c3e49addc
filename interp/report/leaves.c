// Prints the leaves of an explored run. Which leaves there are the run says. Invariant: every leaf shows
// every change that it would make by the step that makes it, every combination of answers is named, and the
// union names every resource.
#include "report/leaves.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/diff.h"
#include "report/plan.h"
#include "report/target.h"
#include "report/view.h"
#include "report/wrap.h"

static bool same_but_secrets(const struct value *a, const struct value *b)
{
    if (value_is(a, VALUE_MAP) && value_is(b, VALUE_MAP)) {
        if (value_get(a, "$secret") != NULL && value_get(b, "$secret") != NULL)
            return true;
        bool same = a->count == b->count;
        for (size_t i = 0; same && i < a->count; i++)
            same = same_but_secrets(a->fields[i].value, value_get(b, a->fields[i].key));
        return same;
    }
    if (value_is(a, VALUE_LIST) && value_is(b, VALUE_LIST)) {
        bool same = value_count(a) == value_count(b);
        for (size_t i = 0; same && i < value_count(a); i++)
            same = same_but_secrets(value_item(a, i), value_item(b, i));
        return same;
    }
    return value_equal(a, b);
}

bool leaves_same_effects(const struct value *a, const struct value *b)
{
    static const char *const members[] = {"path",   "primitive", "resource", "status",
                                          "before", "after",     "requests"};
    if (value_count(a) != value_count(b))
        return false;
    for (size_t i = 0; i < value_count(a); i++)
        for (size_t k = 0; k < sizeof members / sizeof members[0]; k++)
            if (!same_but_secrets(value_get(value_item(a, i), members[k]),
                                  value_get(value_item(b, i), members[k])))
                return false;
    return true;
}

// Answers as a product: path → the values that it may have, all combinations meant.
static struct value *product_of(struct arena *arena, const struct value *answers)
{
    struct value *product = value_map(arena);
    for (size_t i = 0; value_is(answers, VALUE_MAP) && i < answers->count; i++) {
        struct value *values = value_list(arena);
        value_append(arena, values, answers->fields[i].value);
        value_put(arena, product, answers->fields[i].key, values);
    }
    return product;
}

static bool same_values(const struct value *a, const struct value *b)
{
    bool same = value_count(a) == value_count(b);
    for (size_t i = 0; same && i < value_count(a); i++) {
        same = false;
        for (size_t j = 0; !same && j < value_count(b); j++)
            same = value_equal(value_item(a, i), value_item(b, j));
    }
    return same;
}

// Two products that differ in one path alone are one product. NULL: they are not.
static struct value *joined(struct arena *arena, const struct value *a, const struct value *b)
{
    if (a->count != b->count || a->count == 0)
        return NULL;
    size_t different = 0, at = 0;
    for (size_t i = 0; i < a->count; i++) {
        const struct value *other = value_get(b, a->fields[i].key);
        if (other == NULL)
            return NULL;
        if (!same_values(a->fields[i].value, other)) {
            different++;
            at = i;
        }
    }
    if (different != 1)
        return NULL;
    struct value *both = value_map(arena), *values = value_list(arena);
    const struct value *first = a->fields[at].value, *second = value_get(b, a->fields[at].key);
    for (size_t i = 0; i < value_count(first); i++)
        value_append(arena, values, value_item(first, i));
    for (size_t i = 0; i < value_count(second); i++)
        value_append(arena, values, value_item(second, i));
    for (size_t i = 0; i < a->count; i++)
        value_put(arena, both, a->fields[i].key, i == at ? values : a->fields[i].value);
    return both;
}

// As few products as join by twos: ten combinations may be two lines on the screen.
static size_t join_all(struct arena *arena, const struct value **products, size_t count)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < count; i++)
            for (size_t j = i + 1; j < count;) {
                struct value *both = joined(arena, products[i], products[j]);
                if (both == NULL) {
                    j++;
                    continue;
                }
                products[i] = both;
                products[j] = products[--count];
                again = true;
            }
    }
    return count;
}

static const char *product_text(struct arena *arena, const struct value *product)
{
    struct text text = text_new(arena);
    for (size_t i = 0; i < product->count; i++) {
        const struct value *values = product->fields[i].value;
        text_addf(&text, "%s%s = ", i == 0 ? "" : ", ", product->fields[i].key);
        for (size_t k = 0; k < value_count(values); k++)
            text_addf(&text, "%s%s", k == 0 ? "" : " | ", diff_value_text(arena, value_item(values, k)));
    }
    return text.length == 0 ? "no question is open" : text.ptr;
}

// The steps whose changes a leaf would make, instances of a loop counted: "firewall, disable[] × 5".
static const char *changes_text(const struct view *view, const struct value *effects)
{
    struct text text = text_new(view->arena);
    for (size_t i = 0; i < value_count(effects);) {
        const char *base = plan_base(view, value_text_at(value_item(effects, i), "path"));
        size_t end = i + 1;
        while (end < value_count(effects) &&
               strcmp(plan_base(view, value_text_at(value_item(effects, end), "path")), base) == 0)
            end++;
        text_addf(&text, "%s%s", text.length == 0 ? "" : ", ", base);
        if (end - i > 1)
            text_addf(&text, " × %zu", end - i);
        i = end;
    }
    return text.ptr;
}

// What a leaf would change: not what is in place already.
static const struct value *changes_of(struct arena *arena, const struct value *leaf)
{
    const struct value *effects = value_get(leaf, "effects");
    struct value *changes = value_list(arena);
    for (size_t i = 0; i < value_count(effects); i++)
        if (!text_same(value_text_at(value_item(effects, i), "status"), "in-place"))
            value_append(arena, changes, value_item(effects, i));
    return changes;
}

// Whatever any of them would change: the blast radius.
static void print_union(struct wrap *wrap, const struct view *view)
{
    struct arena *arena = wrap->out->arena;
    struct value *seen = value_map(arena);
    for (size_t i = 0; i < value_count(view->leaves); i++) {
        const struct value *effects = changes_of(arena, value_item(view->leaves, i));
        for (size_t j = 0; j < value_count(effects); j++) {
            const char *resource = value_text_at(value_item(effects, j), "resource");
            if (resource != NULL && resource[0] != '\0')
                value_put(arena, seen, resource, &value_null);
        }
    }
    wrap_line(wrap, 2, WRAP_BOLD,
              arena_printf(arena, "Together they could touch %zu resource%s", value_count(seen),
                           value_count(seen) == 0   ? "s."
                           : value_count(seen) == 1 ? ":"
                                                    : "s:"));
    for (size_t i = 0; i < value_count(seen); i++)
        wrap_line(wrap, 4, WRAP_PLAIN, target_resource(arena, seen->fields[i].key, wrap->width - 4));
}

static size_t count_answers(const struct view *view)
{
    size_t count = 0;
    for (size_t i = 0; i < value_count(view->leaves); i++)
        count += 1 + value_count(value_get(value_item(view->leaves, i), "also"));
    return count;
}

// Leaves that make the same changes are told together; `told` marks them.
static void print_together(struct wrap *wrap, const struct view *view, size_t first, bool *told)
{
    struct arena *arena = wrap->out->arena;
    const struct value *effects = value_get(value_item(view->leaves, first), "effects");
    const struct value **products = ARENA_ARRAY(arena, const struct value *, count_answers(view));
    size_t count = 0;
    for (size_t i = first; i < value_count(view->leaves); i++) {
        const struct value *leaf = value_item(view->leaves, i), *also = value_get(leaf, "also");
        if (told[i] || !leaves_same_effects(value_get(leaf, "effects"), effects))
            continue;
        told[i] = true;
        products[count++] = product_of(arena, value_get(leaf, "answers"));
        for (size_t k = 0; k < value_count(also); k++)
            products[count++] = product_of(arena, value_item(also, k));
    }
    count = join_all(arena, products, count);
    for (size_t i = 0; i < count; i++) {
        wrap_begin(wrap, 2, 4);
        wrap_put(wrap, WRAP_PLAIN, i == 0 ? "" : "or ");
        wrap_put(wrap, WRAP_CYAN, product_text(arena, products[i]));
        wrap_end(wrap);
    }
}

void leaves_print(struct wrap *wrap, const struct view *view)
{
    struct arena *arena = wrap->out->arena;
    size_t count = value_count(view->leaves);
    if (view->leaves == NULL)
        return;
    wrap_line(wrap, 0, WRAP_BOLD,
              arena_printf(arena, "What each answer would lead to%s",
                           view->leaves_cut ? " (there are more that were not followed)" : ""));
    bool *told = ARENA_ARRAY(arena, bool, count);
    for (size_t i = 0; i < count; i++) {
        if (told[i])
            continue;
        print_together(wrap, view, i, told);
        const struct value *effects = changes_of(arena, value_item(view->leaves, i));
        size_t number = value_count(effects);
        wrap_line(wrap, 4, WRAP_PLAIN,
                  number == 0 ? "changes nothing"
                              : arena_printf(arena, "%zu change%s: %s", number, number == 1 ? "" : "s",
                                             changes_text(view, effects)));
    }
    print_union(wrap, view);
    wrap_blank(wrap);
}
