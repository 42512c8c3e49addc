// Prints clauses with their evidence. The fold is clauses.c. Invariant: every clause of the fold has its
// line, in the procedure's order, so that a reviewer can lay it beside the procedure.
#include "report/coverage.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/clauses.h"
#include "report/plan.h"
#include "report/screen.h"
#include "report/view.h"
#include "report/wrap.h"

enum { COLUMN = 16, EVIDENCE_MAX = 4 };

static const struct {
    const char *status, *words;
    enum wrap_style style;
} words[] = {
    {"failed", "failed", WRAP_RED},
    {"missing", "missing", WRAP_RED},
    {"needs-person", "needs a person", WRAP_YELLOW},
    {"planned", "planned", WRAP_YELLOW},
    {"done", "done", WRAP_GREEN},
    {"in-place", "in place", WRAP_GREEN},
    {"not-applicable", "not applicable", WRAP_DIM},
};
enum { WORDS = sizeof words / sizeof *words };

static size_t word_of(const char *status)
{
    for (size_t i = 0; i < WORDS; i++)
        if (strcmp(words[i].status, status) == 0)
            return i;
    return 2; // unknown to this version: a person should look
}

const char *coverage_word(const char *status)
{
    return words[word_of(status)].words;
}

static bool is_skipped(const struct view *view, const char *path)
{
    for (size_t i = 0; path != NULL && i < view->step_count; i++)
        if (text_is(view->steps[i].path, path))
            return text_is(view->steps[i].status, "skipped");
    return false;
}

// A step that served a clause, or those of a loop together.
struct served {
    const char *path, *base; // of the first; base without what tells instances apart
    size_t count;
};

static size_t gather(const struct view *view, const struct value *steps, struct served *served)
{
    size_t count = 0;
    for (size_t i = 0; i < value_count(steps); i++) {
        const char *path = value_text(value_item(steps, i)), *base = plan_base(view, path);
        size_t at = count;
        while (at > 0 && strcmp(served[at - 1].base, base) != 0)
            at--;
        if (at > 0 && strchr(base, '[') != NULL)
            served[at - 1].count++;
        else
            served[count++] = (struct served){path == NULL ? "" : path, base, 1};
    }
    return count;
}

// Is it a loop whose instances are told?
static bool is_told(const struct served *loop, const struct served *served, size_t count)
{
    size_t length = strlen(loop->base);
    for (size_t i = 0; i < count; i++)
        if (strncmp(served[i].base, loop->base, length) == 0 && strcmp(served[i].base + length, "[]") == 0)
            return true;
    return false;
}

const char *coverage_steps(const struct view *view, const struct value *steps)
{
    struct text text = text_new(view->arena);
    struct served *served = ARENA_ARRAY(view->arena, struct served, value_count(steps) + 1);
    size_t count = gather(view, steps, served);
    for (size_t i = 0; i < count; i++) {
        if (is_skipped(view, served[i].path) || is_told(&served[i], served, count))
            continue;
        text_add(&text, text.length == 0 ? "" : ", ");
        if (served[i].count > 1)
            text_addf(&text, "%s (%zu)", served[i].base, served[i].count);
        else
            text_add(&text, served[i].path);
    }
    return text.ptr;
}

static void print_head(struct wrap *wrap, const struct screen *screen, const struct clause *clause)
{
    size_t word = word_of(clause->status);
    const char *said = screen->clause_text == NULL ? NULL : screen->clause_text(screen->context, clause->id);
    wrap_begin(wrap, 0, COLUMN);
    wrap_put(wrap, words[word].style, words[word].words);
    wrap_tab(wrap, COLUMN);
    wrap_put(wrap, WRAP_BOLD, clause->id);
    if (said != NULL)
        wrap_put(wrap, WRAP_PLAIN, arena_printf(wrap->out->arena, " %s", said));
    wrap_end(wrap);
    if (clause->reason != NULL)
        wrap_line(wrap, COLUMN, WRAP_PLAIN, clause->reason);
}

static bool has_path(const struct value *steps, const char *path)
{
    for (size_t i = 0; path != NULL && i < value_count(steps); i++)
        if (text_is(value_text(value_item(steps, i)), path))
            return true;
    return false;
}

static void print_evidence(struct wrap *wrap, const struct view *view, const struct clause *clause)
{
    struct arena *arena = wrap->out->arena;
    const char *steps = coverage_steps(view, clause->steps);
    if (steps[0] == '\0')
        return;
    wrap_line(wrap, COLUMN, WRAP_DIM, arena_printf(arena, "evidence: %s", steps));
    int shown = 0;
    for (size_t i = 0; i < view->note_count; i++) {
        const struct view_note *note = &view->notes[i];
        if (note->message == NULL || strcmp(note->severity, "note") != 0 ||
            !has_path(clause->steps, note->path))
            continue;
        if (shown++ == EVIDENCE_MAX) {
            wrap_line(wrap, COLUMN, WRAP_DIM, "… more in the trail");
            return;
        }
        wrap_line(wrap, COLUMN, WRAP_DIM, note->message);
    }
}

struct clause *coverage_in_order(struct arena *arena, const struct screen *screen,
                                 const struct clauses *clauses)
{
    struct clause *sorted = ARENA_ARRAY(arena, struct clause, clauses->count);
    for (size_t i = 0; i < clauses->count; i++) {
        size_t at = i;
        for (; screen->clause_rank != NULL && at > 0 &&
               screen->clause_rank(screen->context, clauses->items[i].id) <
                   screen->clause_rank(screen->context, sorted[at - 1].id);
             at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = clauses->items[i];
    }
    return sorted;
}

void coverage_print(struct wrap *wrap, const struct screen *screen, const struct view *view,
                    const struct clauses *clauses)
{
    struct clause *sorted = coverage_in_order(wrap->out->arena, screen, clauses);
    for (size_t i = 0; i < clauses->count; i++) {
        print_head(wrap, screen, &sorted[i]);
        print_evidence(wrap, view, &sorted[i]);
    }
    if (clauses->count > 0)
        wrap_blank(wrap);
}

void coverage_print_gaps(struct wrap *wrap, const struct screen *screen, const struct view *view,
                         const struct clauses *clauses)
{
    size_t gaps = clauses_count(clauses, "missing") + clauses_count(clauses, "failed");
    if (gaps == 0) {
        if (text_is(view->status, "done"))
            wrap_line(wrap, 0, WRAP_GREEN, "Gaps: none; no clause is missing.");
        else if (text_is(view->status, "gaps"))
            wrap_line(wrap, 0, WRAP_YELLOW, "Gaps: what is missing (below) serves no clause.");
        else
            wrap_line(wrap, 0, WRAP_YELLOW, "Gaps: not known; the audit did not come to its end.");
        wrap_blank(wrap);
        return;
    }
    wrap_line(
        wrap, 0, WRAP_BOLD,
        arena_printf(wrap->out->arena, "Gaps: %zu of %zu clauses are not in place", gaps, clauses->count));
    struct clause *sorted = coverage_in_order(wrap->out->arena, screen, clauses);
    for (size_t i = 0; i < clauses->count; i++)
        if (word_of(sorted[i].status) < 2)
            print_head(wrap, screen, &sorted[i]);
    wrap_blank(wrap);
}

void coverage_add_totals(struct text *out, const struct clauses *clauses)
{
    const char *comma = "";
    for (size_t i = 0; i < WORDS; i++) {
        size_t count = clauses_count(clauses, words[i].status);
        if (count == 0)
            continue;
        bool plural = count > 1 && strcmp(words[i].status, "needs-person") == 0;
        text_addf(out, "%s%zu %s", comma, count, plural ? "need a person" : words[i].words);
        comma = ", ";
    }
}
