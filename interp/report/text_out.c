// Puts the screens together. The parts are plan.c, people.c, coverage.c and next.c. Invariant: what a screen
// of a run says is in the view, and the view is the trail's; nothing is asked of the estate or of the run
// here.
#include "report/text_out.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "policy/mode.h"
#include "report/alert_out.h"
#include "report/clauses.h"
#include "report/coverage.h"
#include "report/diag_out.h"
#include "report/leaves.h"
#include "report/next.h"
#include "report/people.h"
#include "report/plan.h"
#include "report/screen.h"
#include "report/shell.h"
#include "report/view.h"
#include "report/wrap.h"

static const char *const planned[] = {"planned", NULL};
static const char *const sent[] = {"applied", "unknown", NULL};
static const char *const undone[] = {"undone", NULL};
static const char *const failed[] = {"failed", NULL};
static const char *const refused[] = {"refused", NULL};
static const char *const in_place[] = {"in-place", NULL};

char *text_out_head(struct arena *arena, const struct screen *screen, const struct view *view)
{
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, screen->width, screen->colour);
    wrap_begin(&wrap, 0, view->lab ? 5 : 0);
    if (view->lab) {
        wrap_put(&wrap, WRAP_CYAN, "LAB");
        wrap_tab(&wrap, 5);
    }
    wrap_put(&wrap, WRAP_BOLD,
             arena_printf(arena, "%s%s of %s %s", view->mode == NULL ? "run" : view->mode,
                          view->undoes != NULL          ? " undo"
                          : view->replays != NULL       ? " replay"
                          : mode_word_sends(view->mode) ? " run"
                                                        : "",
                          view->playbook == NULL ? "?" : view->playbook,
                          view->version == NULL ? "" : view->version));
    wrap_put(&wrap, WRAP_PLAIN,
             arena_printf(arena, " · profile %s", view->profile == NULL ? "?" : view->profile));
    if (view->run != NULL)
        wrap_put(&wrap, WRAP_DIM, arena_printf(arena, " · run %s", view->run));
    wrap_end(&wrap);
    if (view->lab)
        wrap_line(&wrap, 5, WRAP_PLAIN,
                  "A simulated Azure estate inside this program: nothing here is real.");
    if (view->undoes != NULL)
        wrap_line(&wrap, view->lab ? 5 : 0, WRAP_PLAIN,
                  arena_printf(arena, "Takes back what %s did.", view->undoes));
    if (view->replays != NULL)
        wrap_line(&wrap, view->lab ? 5 : 0, WRAP_PLAIN,
                  arena_printf(arena, "Answered by what %s had read; nothing is sent.", view->replays));
    if (value_is(view->alert, VALUE_MAP))
        alert_out_brief(&wrap, view->alert);
    wrap_blank(&wrap);
    return out.ptr;
}

static void print_changes(struct wrap *wrap, const struct screen *screen, const struct view *view,
                          const char *const *statuses, const char *title)
{
    struct arena *arena = wrap->out->arena;
    size_t count = plan_count(view, statuses), destroying = 0;
    if (count == 0)
        return;
    for (size_t i = 0; i < view->effect_count; i++)
        destroying +=
            text_is_one_of(view->effects[i].status, statuses) && text_is(view->effects[i].risk, "destroy");
    wrap_line(wrap, 0, WRAP_BOLD,
              arena_printf(arena, "%s: %zu change%s%s", title, count, count == 1 ? "" : "s",
                           destroying == 0 ? ""
                                           : arena_printf(arena, ", %zu that destroy%s", destroying,
                                                          destroying == 1 ? "s" : "")));
    wrap_blank(wrap);
    plan_print(wrap, screen, view, statuses);
}

// How many effects from the i-th on, that are in place, are of the same loop.
static size_t in_place_run(const struct view *view, size_t i, const char *base, size_t *end)
{
    size_t count = 0;
    for (*end = i; *end < view->effect_count; (*end)++) {
        const struct view_effect *effect = &view->effects[*end];
        if (!text_is(effect->status, in_place[0]))
            continue;
        if (strcmp(plan_base(view, effect->path), base) != 0)
            break;
        count++;
    }
    return count;
}

// What was found as it should be, in a few words: nothing was sent for it.
static void print_in_place(struct wrap *wrap, const struct view *view)
{
    struct arena *arena = wrap->out->arena;
    size_t count = plan_count(view, in_place);
    if (count == 0)
        return;
    wrap_line(
        wrap, 0, WRAP_BOLD,
        arena_printf(arena, "Already in place, nothing sent: %zu change%s", count, count == 1 ? "" : "s"));
    wrap_begin(wrap, 2, 2);
    const char *comma = "";
    for (size_t i = 0; i < view->effect_count;) {
        if (!text_is(view->effects[i].status, in_place[0])) {
            i++;
            continue;
        }
        size_t end;
        const char *base = plan_base(view, view->effects[i].path);
        size_t times = in_place_run(view, i, base, &end);
        wrap_put(wrap, WRAP_PLAIN, arena_printf(arena, "%s%s", comma, base));
        if (times > 1)
            wrap_put(wrap, WRAP_PLAIN, arena_printf(arena, " × %zu", times));
        comma = ", ";
        i = end;
    }
    wrap_end(wrap);
    wrap_blank(wrap);
}

static int place_of(char c)
{
    return c == '\0' ? 0 : c == '/' ? 1 : c == '[' ? 2 : 3 + (unsigned char)c;
}

// Paths in order, what stands in a step right behind it.
static int by_nesting(const void *a, const void *b)
{
    const char *x = (*(const struct view_step *const *)a)->path,
               *y = (*(const struct view_step *const *)b)->path;
    while (*x != '\0' && *x == *y) {
        x++;
        y++;
    }
    return place_of(*x) - place_of(*y);
}

// Did a step fail though nothing in it did, as a script whose calls went well? Its parts stand right behind
// it.
static bool failed_itself(const struct view_step *const *steps, size_t count, size_t i)
{
    size_t next = i + 1;
    if (!text_is(steps[i]->status, "failed"))
        return false;
    while (next < count && view_is_within(steps[next]->path, steps[i]->path) &&
           !text_is(steps[next]->status, "failed") && !text_is(steps[next]->status, "refused"))
        next++;
    return next == count || !view_is_within(steps[next]->path, steps[i]->path);
}

// The steps that hold no others: a group and a loop are what is in them, and count as that.
static const struct view_step **innermost(struct arena *arena, const struct view *view, size_t *count)
{
    const struct view_step **steps = ARENA_ARRAY(arena, const struct view_step *, view->step_count);
    size_t all = 0;
    for (size_t i = 0; i < view->step_count; i++)
        if (view->steps[i].path != NULL && view->steps[i].status != NULL)
            steps[all++] = &view->steps[i];
    qsort(steps, all, sizeof *steps, by_nesting);
    *count = 0;
    for (size_t i = 0; i < all; i++)
        if (i + 1 == all || !view_is_within(steps[i + 1]->path, steps[i]->path) ||
            failed_itself(steps, all, i))
            steps[(*count)++] = steps[i];
    return steps;
}

static const char *step_totals(struct arena *arena, const struct view *view)
{
    static const char *const statuses[] = {"failed",  "refused", "undecided", "waiting",
                                           "planned", "done",    "in-place",  "skipped"};
    struct text text = text_new(arena);
    size_t all;
    const struct view_step **steps = innermost(arena, view, &all);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        size_t count = 0;
        for (size_t j = 0; j < all; j++)
            count += strcmp(steps[j]->status, statuses[i]) == 0;
        if (count > 0)
            text_addf(&text, "%s%zu %s", text.length == 0 ? "" : ", ", count, statuses[i]);
    }
    return text.length == 0 ? "none" : text.ptr;
}

// Is it a step of a playbook that the run's own one calls?
static bool is_called(const struct view *view, const struct view_step *step)
{
    for (size_t i = 0; i < view->step_count; i++)
        if (text_is(view->steps[i].kind, "call") && view_is_within(step->path, view->steps[i].path))
            return true;
    return false;
}

// What the run came to, in the words of the step that ended it.
static void print_end(struct wrap *wrap, const struct view *view)
{
    for (size_t i = 0; i < view->step_count; i++) {
        const struct view_step *step = &view->steps[i];
        if (!text_is(step->kind, "end") || !text_is(step->status, "done") || step->reason == NULL ||
            is_called(view, step))
            continue;
        wrap_begin(wrap, 0, 2);
        wrap_put(wrap, WRAP_BOLD, "Ended: ");
        wrap_put(wrap, WRAP_PLAIN, step->reason);
        wrap_end(wrap);
        wrap_blank(wrap);
    }
}

// Of an undoing: what the other run did and is still there.
static void print_remains(struct wrap *wrap, const struct view *view)
{
    static const char *const open[] = {"skipped", "refused", "failed", NULL};
    bool begun = false;
    for (size_t i = 0; view->undoes != NULL && i < view->step_count; i++) {
        const struct view_step *step = &view->steps[i];
        if (step->reason == NULL || !text_is_one_of(step->status, open))
            continue;
        if (!begun)
            wrap_line(wrap, 0, WRAP_BOLD, "What remains");
        begun = true;
        wrap_begin(wrap, 2, 4);
        wrap_put(wrap, WRAP_BOLD, step->path);
        wrap_put(wrap, WRAP_PLAIN, arena_printf(wrap->out->arena, ": %s", step->reason));
        wrap_end(wrap);
    }
    if (begun)
        wrap_blank(wrap);
}

// " --profile NAME": what every command about the run takes.
static const char *common_words(struct arena *arena, const struct screen *screen)
{
    struct text out = text_new(arena);
    for (const char *const *word = screen->common; word != NULL && *word != NULL; word++) {
        text_addc(&out, ' ');
        shell_add_word(&out, *word);
    }
    return out.length == 0 ? "" : out.ptr;
}

// What will be taken back, and when.
static void print_leases(struct wrap *wrap, const struct screen *screen, const struct view *view)
{
    const char *common = common_words(wrap->out->arena, screen);
    for (size_t i = 0; i < view->lease_count; i++) {
        if (i == 0)
            wrap_line(wrap, 0, WRAP_BOLD, "What lasts for a time only");
        wrap_begin(wrap, 2, 4);
        wrap_put(wrap, WRAP_BOLD, view->leases[i].path);
        wrap_put(wrap, WRAP_PLAIN,
                 arena_printf(
                     wrap->out->arena,
                     " until %s; then `playbook resume --due%s` takes it back, unless `playbook extend %s %s "
                     "--by 4h%s` puts that off",
                     view->leases[i].until, common, view->run == NULL ? "RUN" : view->run,
                     view->leases[i].path, common));
        wrap_end(wrap);
    }
    if (view->lease_count > 0)
        wrap_blank(wrap);
}

static void print_totals(struct wrap *wrap, const struct view *view, const struct clauses *clauses,
                         bool sends)
{
    struct arena *arena = wrap->out->arena;
    wrap_line(wrap, 0, WRAP_PLAIN, arena_printf(arena, "Steps: %s", step_totals(arena, view)));
    if (clauses->count > 0) {
        struct text text = text_new(arena);
        text_add(&text, "Clauses: ");
        coverage_add_totals(&text, clauses);
        wrap_line(wrap, 0, WRAP_PLAIN, text.ptr);
    }
    const char *now = view->resumed ? " this time" : "";
    const char *counts =
        arena_printf(arena, "%" PRId64 " read%s, %" PRId64 " change%s sent", view->reads,
                     view->reads == 1 ? "" : "s", view->changes, view->changes == 1 ? "" : "s");
    if (!view->counted && view->first >= 0)
        wrap_line(wrap, 0, WRAP_YELLOW, "It has not ended by itself: its requests are not counted.");
    else if (view->changes == 0)
        wrap_line(wrap, 0, sends ? WRAP_PLAIN : WRAP_GREEN,
                  arena_printf(arena, "Nothing was changed%s: %s.", now, counts));
    else
        wrap_line(wrap, 0, sends ? WRAP_PLAIN : WRAP_RED, arena_printf(arena, "%s%s.", counts, now));
    if (view->run != NULL && view->first >= 0)
        wrap_line(wrap, 0, WRAP_DIM,
                  arena_printf(arena, "Recorded as run %s: lines %" PRId64 " to %" PRId64 " of the trail.",
                               view->run, view->first, view->last));
}

// An error without a place in a file is told where its step is told.
static bool is_told(const struct view *view, const struct view_note *note)
{
    for (size_t i = 0; note->path != NULL && note->line == 0 && i < view->step_count; i++) {
        const struct view_step *step = &view->steps[i];
        if (text_is(step->path, note->path) && step->reason != NULL && text_is(note->message, step->reason))
            return true;
    }
    return false;
}

static void print_diagnostics(struct text *out, const struct screen *screen, const struct view *view)
{
    size_t before = out->length;
    for (size_t i = 0; i < view->note_count; i++)
        if (strcmp(view->notes[i].severity, "note") != 0 && !is_told(view, &view->notes[i]))
            diag_out_note(out, screen, &view->notes[i]);
    if (out->length > before)
        text_addc(out, '\n');
}

char *text_out_result(struct arena *arena, const struct screen *screen, const struct view *view)
{
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, screen->width, screen->colour);
    struct clauses clauses = clauses_fold(arena, view);
    bool judges = mode_word_judges(view->mode), sends = mode_word_sends(view->mode);

    print_diagnostics(&out, screen, view);
    if (judges) {
        coverage_print(&wrap, screen, view, &clauses);
        coverage_print_gaps(&wrap, screen, view, &clauses);
        print_changes(&wrap, screen, view, planned, "What would close them");
    } else if (sends) {
        print_changes(&wrap, screen, view, sent, "Made");
        print_changes(&wrap, screen, view, undone, "Made and undone since");
        print_changes(&wrap, screen, view, failed, "Failed");
        print_changes(&wrap, screen, view, refused, "Refused");
        print_changes(&wrap, screen, view, planned, "Not made yet");
        print_in_place(&wrap, view);
    } else {
        print_changes(&wrap, screen, view, planned, "Plan");
        print_in_place(&wrap, view);
    }
    leaves_print(&wrap, view);
    people_print_undecided(&wrap, view);
    people_print(&wrap, view);
    print_end(&wrap, view);
    print_remains(&wrap, view);
    print_leases(&wrap, screen, view);
    print_totals(&wrap, view, &clauses, sends);
    next_print(&wrap, screen, view);
    return out.ptr;
}
