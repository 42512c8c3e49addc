// Prints the leaves of an explored run. Which leaves there are the run says. Invariant: every leaf shows
// every change that it would make by the step that makes it, and the union names every resource.
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

static const char *answers_text(struct arena *arena, const struct value *answers)
{
    struct text text = text_new(arena);
    for (size_t i = 0; value_is(answers, VALUE_MAP) && i < answers->map.count; i++)
        text_addf(&text, "%s%s = %s", i == 0 ? "" : ", ", answers->map.fields[i].key,
                  diff_value_text(arena, answers->map.fields[i].value));
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

// Whatever any of them would change: the blast radius.
static void print_union(struct wrap *wrap, const struct view *view)
{
    struct arena *arena = wrap->out->arena;
    struct value *seen = value_map(arena);
    for (size_t i = 0; i < value_count(view->leaves); i++) {
        const struct value *effects = value_get(value_item(view->leaves, i), "effects");
        for (size_t j = 0; j < value_count(effects); j++) {
            const char *resource = value_text_at(value_item(effects, j), "resource");
            if (resource != NULL && resource[0] != '\0')
                value_put(arena, seen, resource, &value_null);
        }
    }
    wrap_line(wrap, 2, WRAP_BOLD,
              arena_printf(arena, "Together they could touch %zu resources:", value_count(seen)));
    for (size_t i = 0; i < value_count(seen); i++)
        wrap_line(wrap, 4, WRAP_PLAIN, target_resource(arena, seen->map.fields[i].key, wrap->width - 4));
}

static void print_answers(struct wrap *wrap, const struct value *leaf, const char *first_word)
{
    wrap_begin(wrap, 2, 4);
    wrap_put(wrap, WRAP_PLAIN, first_word);
    wrap_put(wrap, WRAP_CYAN, answers_text(wrap->out->arena, value_get(leaf, "answers")));
    wrap_end(wrap);
}

// Answers that lead to the same changes are told together.
void leaves_print(struct wrap *wrap, const struct view *view)
{
    struct arena *arena = wrap->out->arena;
    size_t count = value_count(view->leaves);
    if (view->leaves == NULL)
        return;
    wrap_line(wrap, 0, WRAP_BOLD,
              arena_printf(arena, "What each answer would lead to%s",
                           view->leaves_cut ? " (there are more that were not followed)" : ""));
    const char **changes = ARENA_ARRAY(arena, const char *, count);
    for (size_t i = 0; i < count; i++)
        changes[i] = changes_text(view, value_get(value_item(view->leaves, i), "effects"));
    for (size_t i = 0; i < count; i++) {
        if (changes[i] == NULL)
            continue;
        print_answers(wrap, value_item(view->leaves, i), "");
        for (size_t j = i + 1; j < count; j++)
            if (changes[j] != NULL && strcmp(changes[j], changes[i]) == 0) {
                print_answers(wrap, value_item(view->leaves, j), "or ");
                changes[j] = NULL;
            }
        size_t number = value_count(value_get(value_item(view->leaves, i), "effects"));
        wrap_line(wrap, 4, WRAP_PLAIN,
                  number == 0
                      ? "changes nothing"
                      : arena_printf(arena, "%zu change%s: %s", number, number == 1 ? "" : "s", changes[i]));
    }
    print_union(wrap, view);
    wrap_blank(wrap);
}
