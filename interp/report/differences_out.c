// Prints what differs between a run and its replay. What counts as a difference is differences.c's business.
// Invariant: every difference is a line of its own, with what it was and what it would be.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/coverage.h"
#include "report/diff.h"
#include "report/differences.h"
#include "report/target.h"
#include "report/view.h"
#include "report/wrap.h"

static const char *or_nothing(const char *text)
{
    return text == NULL ? "nothing" : text;
}

// "+ path", "- path" or "~ path".
void differences_begin(struct wrap *wrap, const struct value *difference)
{
    const char *change = value_text_at(difference, "change");
    bool added = strcmp(change, "added") == 0, removed = strcmp(change, "removed") == 0;
    wrap_begin(wrap, 2, 6);
    wrap_put(wrap,
             added     ? WRAP_GREEN
             : removed ? WRAP_RED
                       : WRAP_YELLOW,
             added     ? "+ "
             : removed ? "- "
                       : "~ ");
    wrap_put(wrap, WRAP_BOLD, value_text_at(difference, "path"));
}

static void end_line(struct wrap *wrap, const char *words)
{
    wrap_put(wrap, WRAP_PLAIN, words);
    wrap_end(wrap);
}

static const char *with_reason(struct arena *arena, const struct value *step)
{
    const char *status = value_text_at(step, "status"), *reason = value_text_at(step, "reason");
    return reason == NULL ? or_nothing(status) : arena_printf(arena, "%s (%s)", or_nothing(status), reason);
}

static void print_step(struct wrap *wrap, const struct value *difference)
{
    struct arena *arena = wrap->out->arena;
    const struct value *then = value_get(difference, "recorded"), *now = value_get(difference, "replayed");
    differences_begin(wrap, difference);
    if (value_is_null(then))
        end_line(wrap, arena_printf(arena, ": is new: %s", with_reason(arena, now)));
    else if (value_is_null(now))
        end_line(wrap, arena_printf(arena, ": is no more; it was %s", with_reason(arena, then)));
    else
        end_line(wrap, arena_printf(arena, ": was %s, would be %s", with_reason(arena, then),
                                    with_reason(arena, now)));
}

static const char *answered(struct arena *arena, const struct value *answer)
{
    const char *text = value_text_at(answer, "answer"), *by = value_text_at(answer, "by");
    if (text == NULL)
        return "open";
    return text_same(by, "otherwise") ? arena_printf(arena, "%s (assumed)", text)
                                      : arena_printf(arena, "%s (by %s)", text, or_nothing(by));
}

static void print_answer(struct wrap *wrap, const struct value *difference)
{
    struct arena *arena = wrap->out->arena;
    differences_begin(wrap, difference);
    end_line(wrap,
             arena_printf(arena, ": was %s, would be %s", answered(arena, value_get(difference, "recorded")),
                          answered(arena, value_get(difference, "replayed"))));
}

static void print_clause(struct wrap *wrap, const struct value *difference)
{
    struct arena *arena = wrap->out->arena;
    const char *then = value_text_at(difference, "recorded.status"),
               *now = value_text_at(difference, "replayed.status");
    differences_begin(wrap, difference);
    if (then == NULL)
        end_line(wrap, arena_printf(arena, ": no step served it; now: %s", coverage_word(now)));
    else if (now == NULL)
        end_line(wrap, arena_printf(arena, ": no step serves it any more; it was: %s", coverage_word(then)));
    else
        end_line(wrap, arena_printf(arena, ": %s → %s", coverage_word(then), coverage_word(now)));
}

static const char *outcome(const struct value *effect)
{
    const char *status = value_text_at(effect, "status");
    bool kept = status != NULL && (strcmp(status, "in-place") == 0 || strcmp(status, "refused") == 0);
    return kept ? status : "a change";
}

static void print_effect(struct wrap *wrap, const struct value *difference)
{
    struct arena *arena = wrap->out->arena;
    const struct value *then = value_get(difference, "recorded"), *now = value_get(difference, "replayed");
    const struct value *either = value_is_null(now) ? then : now;
    differences_begin(wrap, difference);
    wrap_put(wrap, WRAP_PLAIN, arena_printf(arena, " %s", or_nothing(value_text_at(either, "primitive"))));
    if (value_is_null(then) || value_is_null(now))
        end_line(wrap, arena_printf(arena, value_is_null(then) ? ": is new: %s" : ": is no more; it was %s",
                                    outcome(either)));
    else if (strcmp(outcome(then), outcome(now)) != 0)
        end_line(wrap, arena_printf(arena, ": was %s, would be %s", outcome(then), outcome(now)));
    else
        end_line(wrap, ": would be another change (what was wanted → what would be)");
    const char *resource = value_text_at(either, "resource");
    if (resource != NULL)
        wrap_line(wrap, 4, WRAP_PLAIN, target_resource(arena, resource, wrap->width - 4));
    struct diff diff = {0};
    if (!value_is_null(then) && !value_is_null(now))
        diff = diff_new(arena, value_get(then, "after"), value_get(now, "after"), false);
    else if (value_is_null(then) && strcmp(outcome(now), "a change") == 0)
        diff = diff_new(arena, value_get(now, "before"), value_get(now, "after"), true);
    diff_print(wrap, &diff, 6);
}

void differences_print_sort(struct wrap *wrap, const struct value *differences, const char *title,
                            const char *what,
                            void (*print)(struct wrap *wrap, const struct value *difference))
{
    bool begun = false;
    for (size_t i = 0; i < value_count(differences); i++) {
        const struct value *one = value_item(differences, i);
        if (!text_same(value_text_at(one, "what"), what))
            continue;
        if (!begun) {
            wrap_blank(wrap);
            wrap_line(wrap, 0, WRAP_BOLD, title);
        }
        begun = true;
        print(wrap, one);
    }
}

void differences_print(struct wrap *wrap, const struct value *differences, const struct view *recorded)
{
    struct arena *arena = wrap->out->arena;
    wrap_blank(wrap);
    wrap_line(wrap, 0, WRAP_BOLD,
              arena_printf(arena, "Against %s (%s, %s %s): %s", recorded->run, or_nothing(recorded->mode),
                           or_nothing(recorded->playbook), or_nothing(recorded->version),
                           value_count(differences) == 0 ? "nothing differs" : "what differs"));
    differences_print_sort(wrap, differences, "Answers", "answer", print_answer);
    differences_print_sort(wrap, differences, "Steps", "step", print_step);
    differences_print_sort(wrap, differences, "Changes", "effect", print_effect);
    differences_print_sort(wrap, differences, "Clauses", "clause", print_clause);
}
