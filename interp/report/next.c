// Says what a person does next. Invariant: the command printed carries every answer that a person gave in
// this run, so that the next one decides the same.
#include "report/next.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "data/value.h"
#include "policy/mode.h"
#include "report/screen.h"
#include "report/shell.h"
#include "report/view.h"
#include "report/wrap.h"

struct words {
    struct arena *arena;
    const char **items; // NULL-terminated
    size_t count;
};

static void add(struct words *words, const char *word)
{
    if (word == NULL)
        return;
    words->items[words->count++] = word;
    words->items = arena_room(words->arena, words->items, words->count, sizeof *words->items);
    words->items[words->count] = NULL;
}

static struct words begin(struct arena *arena, const char *program)
{
    struct words words = {arena, arena_room(arena, NULL, 0, sizeof *words.items), 0};
    add(&words, program);
    return words;
}

// Does "STEP=VALUE" answer the question at this path? STEP is the path or, for every instance of a step, its
// id.
static bool answers_path(const char *given, const char *path)
{
    size_t length = strcspn(given, "=");
    const char *slash = strrchr(path, '/'), *id = slash == NULL ? path : slash + 1;
    return (strlen(path) == length && strncmp(given, path, length) == 0) ||
           (strcspn(id, "[!?") == length && strncmp(given, id, length) == 0);
}

// Answers to questions that this run did not come to.
static void add_unused(struct words *words, const struct screen *screen, const struct view *view)
{
    for (const char *const *given = screen->answers; given != NULL && *given != NULL; given++) {
        bool used = false;
        for (size_t i = 0; i < view->ask_count && !used; i++)
            used = view->asks[i].answer != NULL && answers_path(*given, view->asks[i].path);
        if (used)
            continue;
        add(words, "--answer");
        add(words, *given);
    }
}

// The run's own command again, with the answers that people gave.
static struct words again(struct arena *arena, const struct screen *screen, const struct view *view)
{
    struct words words = begin(arena, screen->command[0]);
    // Whoever looked at a made-up alert and wants to go on has to say so.
    bool says_simulated = !value_flag_at(view->alert, "simulated");
    for (size_t i = 1; screen->command[i] != NULL; i++) {
        add(&words, screen->command[i]);
        says_simulated = says_simulated || text_is(screen->command[i], "--simulated");
    }
    if (!says_simulated)
        add(&words, "--simulated");
    for (size_t i = 0; i < view->ask_count; i++) {
        const struct view_ask *ask = &view->asks[i];
        bool given = ask->answer != NULL && !text_is(ask->by, "otherwise");
        if (!given)
            continue;
        add(&words, "--answer");
        add(&words, arena_printf(arena, "%s=%s", ask->path, ask->answer));
    }
    add_unused(&words, screen, view);
    return words;
}

// What stood on standard input is gone.
static bool takes_input(const struct words *words)
{
    for (size_t i = 1; i < words->count; i++)
        if (text_is(words->items[i - 1], "--alert") && text_is(words->items[i], "-"))
            return true;
    return false;
}

static void print(struct wrap *wrap, const char *why, const struct words *words)
{
    wrap_blank(wrap);
    wrap_line(wrap, 0, WRAP_BOLD, why);
    if (takes_input(words))
        wrap_line(wrap, 0, WRAP_PLAIN, "(with the same alert on standard input again)");
    shell_add_command(wrap->out, words->items, 2, wrap->width);
}

static bool needs_approval(const struct view *view)
{
    for (size_t i = 0; i < view->approval_count; i++)
        if (text_is(view->approvals[i].status, "open"))
            return true;
    return false;
}

static size_t planned(const struct view *view)
{
    size_t count = 0;
    for (size_t i = 0; i < view->effect_count; i++)
        count += text_is(view->effects[i].status, "planned");
    return count;
}

static bool has_open_ask(const struct view *view)
{
    for (size_t i = 0; i < view->ask_count; i++)
        if (view->asks[i].answer == NULL)
            return true;
    return false;
}

static bool has_clauses(const struct view *view)
{
    for (size_t i = 0; i < view->step_count; i++)
        if (value_count(view->steps[i].clauses) > 0)
            return true;
    return false;
}

// It was stopped before it had seen everything: nothing can be said but how to look again.
static bool look_again(struct wrap *wrap, const struct view *view, struct words *words, const char *flag)
{
    bool stopped = text_is(view->status, "interrupted");
    if (!stopped && !text_is(view->status, "failed"))
        return false;
    add(words, flag);
    print(wrap, stopped ? "To start again, with the answers so far:" : "To try again:", words);
    return true;
}

// After a preview: carry it out.
static void after_preview(struct wrap *wrap, const struct screen *screen, const struct view *view)
{
    struct words words = again(wrap->out->arena, screen, view);
    if (look_again(wrap, view, &words, screen->preview_flag))
        return;
    if (planned(view) == 0 && has_open_ask(view)) {
        for (size_t i = 0; i < view->ask_count; i++)
            if (view->asks[i].answer == NULL) {
                add(&words, "--answer");
                add(&words, arena_printf(wrap->out->arena, "%s=VALUE", view->asks[i].path));
            }
        add(&words, screen->preview_flag);
        print(wrap, "To see what an answer leads to, with one for VALUE:", &words);
        return;
    }
    if (planned(view) == 0) {
        if (!text_is(view->status, "done") || !has_clauses(view) || view->undoes != NULL)
            return;
        add(&words, screen->judge_flag);
        print(wrap, "To see clause by clause what is in place:", &words);
        return;
    }
    if (!screen->asked)
        add(&words, screen->approve_flag);
    print(wrap, "To carry it out:", &words);
}

// A command about this run, whose trail it goes on from.
static struct words about(const struct screen *screen, const struct view *view, const char *verb)
{
    struct words words = begin(view->arena, screen->command[0]);
    add(&words, verb);
    add(&words, view->run);
    return words;
}

static void print_about(struct wrap *wrap, const struct screen *screen, const char *why, struct words *words)
{
    for (const char *const *word = screen->common; word != NULL && *word != NULL; word++)
        add(words, *word);
    print(wrap, why, words);
}

static void offer_answers(struct wrap *wrap, const struct screen *screen, const struct view *view)
{
    struct words words = about(screen, view, "answer");
    for (size_t i = 0; i < view->ask_count; i++)
        if (view->asks[i].answer == NULL)
            add(&words, arena_printf(wrap->out->arena, "%s=VALUE", view->asks[i].path));
    print_about(wrap, screen, "To go on, with an answer for VALUE:", &words);
}

static void offer_approval(struct wrap *wrap, const struct screen *screen, const struct view *view)
{
    struct words words = about(screen, view, "approve");
    print_about(wrap, screen, "To approve what waits for it, and go on:", &words);
    if (screen->approve_flag == NULL || screen->asked)
        return;
    words = about(screen, view, "resume");
    add(&words, screen->approve_flag);
    print_about(wrap, screen, "To go on and approve whatever comes:", &words);
}

static bool has_open_task(const struct view *view)
{
    for (size_t i = 0; i < view->task_count; i++)
        if (view->tasks[i].by == NULL)
            return true;
    return false;
}

static void offer_attestation(struct wrap *wrap, const struct screen *screen, const struct view *view)
{
    struct words words = about(screen, view, "attest");
    const char *only = NULL;
    size_t open = 0;
    for (size_t i = 0; i < view->task_count; i++)
        if (view->tasks[i].by == NULL) {
            only = view->tasks[i].path;
            open++;
        }
    add(&words, open == 1 ? only : "STEP");
    print_about(
        wrap, screen,
        open == 1 ? "When the task was done:" : "When a task was done, with its path for STEP:", &words);
}

// After a run that changes: answer what is open, go on, or see that it holds.
static void after_change(struct wrap *wrap, const struct screen *screen, const struct view *view)
{
    bool waiting = text_is(view->status, "waiting"), tasks = has_open_task(view);
    if (text_is(view->status, "done") && view->undoes != NULL)
        return;
    if (tasks && (waiting || text_is(view->status, "done")))
        offer_attestation(wrap, screen, view);
    if (text_is(view->status, "done")) {
        struct words words = again(wrap->out->arena, screen, view);
        add(&words, screen->judge_flag);
        print(wrap, "To see that it is in place:", &words);
        return;
    }
    if (view->step_count == 0 || view->first < 0) { // it never came to its first step, or none is recorded
        struct words words = again(wrap->out->arena, screen, view);
        print(wrap, "To try again:", &words);
        return;
    }
    if (text_is(view->status, "refused")) { // nobody goes on with that
        struct words words = again(wrap->out->arena, screen, view);
        print(wrap, "To begin again (what is in place is not changed again):", &words);
        return;
    }
    if (waiting && has_open_ask(view))
        offer_answers(wrap, screen, view);
    if (waiting && needs_approval(view))
        offer_approval(wrap, screen, view);
    if (!waiting || (!has_open_ask(view) && !needs_approval(view) && !tasks)) {
        struct words words = about(screen, view, "resume");
        print_about(wrap, screen, "To go on (what is done is not done again):", &words);
    }
}

// After a judgement: what would close the gaps.
static void after_judgement(struct wrap *wrap, const struct screen *screen, const struct view *view)
{
    struct words words = again(wrap->out->arena, screen, view);
    if (look_again(wrap, view, &words, screen->judge_flag) || !text_is(view->status, "gaps"))
        return;
    add(&words, screen->preview_flag);
    print(wrap, "To see what would close the gaps:", &words);
}

// Neither going on nor trying again helps.
static void after_tampering(struct wrap *wrap, const struct screen *screen)
{
    struct words words = begin(wrap->out->arena, screen->command[0]);
    add(&words, "audit");
    add(&words, "verify");
    print_about(wrap, screen, "To see what was done to the trail:", &words);
}

void next_print(struct wrap *wrap, const struct screen *screen, const struct view *view)
{
    enum mode mode;
    if (screen->command == NULL || view->mode == NULL || !mode_from_word(view->mode, &mode))
        return;
    if (view->exit == err_exit_status(E_TAMPERED)) {
        after_tampering(wrap, screen);
        return;
    }
    if (view->step_count == 0 && text_is(view->status, "failed"))
        return; // it came to nothing, and would again: its diagnostics say why
    if (mode_judges(mode))
        after_judgement(wrap, screen, view);
    else if (mode_sends(mode))
        after_change(wrap, screen, view);
    else
        after_preview(wrap, screen, view);
}
