// Prints the leaves of an explored run. Which leaves there are the run says. Invariant: every leaf shows
// every change that it would make, by path and resource, so that two leaves can be told apart.
#include "report/leaves.h"

#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/diff.h"
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

static void print_effect(struct wrap *wrap, const struct value *effect)
{
    const char *path = value_text_at(effect, "path"), *primitive = value_text_at(effect, "primitive");
    const char *resource = value_text_at(effect, "resource");
    wrap_begin(wrap, 4, 6);
    wrap_put(wrap, WRAP_PLAIN, path == NULL ? "" : path);
    wrap_put(wrap, WRAP_DIM, arena_printf(wrap->out->arena, " %s", primitive == NULL ? "" : primitive));
    if (resource != NULL)
        wrap_put(wrap, WRAP_PLAIN, arena_printf(wrap->out->arena, " %s", resource));
    wrap_end(wrap);
}

void leaves_print(struct wrap *wrap, const struct view *view)
{
    struct arena *arena = wrap->out->arena;
    size_t count = value_count(view->leaves);
    if (view->leaves == NULL)
        return;
    wrap_line(wrap, 0, WRAP_BOLD,
              arena_printf(arena, "What each answer would lead to: %zu outcome%s%s", count,
                           count == 1 ? "" : "s",
                           view->leaves_cut ? ", and more that were not followed" : ""));
    for (size_t i = 0; i < count; i++) {
        const struct value *leaf = value_item(view->leaves, i), *effects = value_get(leaf, "effects");
        wrap_begin(wrap, 2, 4);
        wrap_put(wrap, WRAP_CYAN, answers_text(arena, value_get(leaf, "answers")));
        size_t changes = value_count(effects);
        wrap_put(wrap, WRAP_PLAIN, arena_printf(arena, ": %zu change%s", changes, changes == 1 ? "" : "s"));
        wrap_end(wrap);
        for (size_t j = 0; j < changes; j++)
            print_effect(wrap, value_item(effects, j));
    }
    wrap_blank(wrap);
}
