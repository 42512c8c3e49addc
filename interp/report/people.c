// Prints what is open or was assumed. Not for what the machine did. Invariant: a question whose answer was
// only assumed is shown like an open one, with what was assumed.
#include "report/people.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/view.h"
#include "report/wrap.h"

enum { BODY = 4, DEPTH_MAX = 32 };

static void heading(struct wrap *wrap, bool *begun, const char *title)
{
    if (!*begun)
        wrap_line(wrap, 0, WRAP_BOLD, title);
    *begun = true;
}

static void item(struct wrap *wrap, const char *kind, const char *path, const char *text)
{
    struct arena *arena = wrap->out->arena;
    int first = text == NULL ? 0 : (int)strcspn(text, "\n");
    wrap_begin(wrap, 2, BODY);
    wrap_put(wrap, WRAP_YELLOW, kind);
    wrap_put(wrap, WRAP_BOLD, arena_printf(arena, " %s", path == NULL ? "" : path));
    if (text != NULL)
        wrap_put(wrap, WRAP_PLAIN, arena_printf(arena, ": %.*s", first, text));
    wrap_end(wrap);
    if (text != NULL && text[first] == '\n') // what is to be sent on as it stands
        wrap_lines(wrap, BODY + 2, text + first + 1);
}

static void print_ask(struct wrap *wrap, const struct view_ask *ask)
{
    struct arena *arena = wrap->out->arena;
    item(wrap, "question", ask->path, ask->text);
    const char *choices = value_join(arena, ask->choices, " | ");
    if (ask->answer != NULL)
        wrap_line(wrap, BODY, WRAP_PLAIN,
                  arena_printf(arena, "%s; nobody answered, %s is assumed (--answer %s=… decides it)",
                               choices, ask->answer, ask->path));
    else
        wrap_line(wrap, BODY, WRAP_PLAIN, choices);
}

static void print_approval(struct wrap *wrap, const struct view_approval *approval)
{
    struct arena *arena = wrap->out->arena;
    const char *state = text_is(approval->status, "refused")
                            ? "was refused"
                            : arena_printf(arena, "%lld of %lld given", (long long)approval->given,
                                           (long long)approval->need);
    size_t effects = value_count(approval->effects);
    item(wrap, "approval", approval->path,
         arena_printf(arena, "%zu change%s that %s%s; %s", effects, effects == 1 ? "" : "s",
                      text_is(approval->risk, "destroy") ? "destroy" : "contain", effects == 1 ? "s" : "",
                      state));
}

void people_print(struct wrap *wrap, const struct view *view)
{
    bool begun = false;
    const char *title = "What needs a person";
    for (size_t i = 0; i < view->ask_count; i++)
        if (view->asks[i].answer == NULL || text_is(view->asks[i].by, "otherwise")) {
            heading(wrap, &begun, title);
            print_ask(wrap, &view->asks[i]);
        }
    for (size_t i = 0; i < view->approval_count; i++)
        if (!text_is(view->approvals[i].status, "granted")) {
            heading(wrap, &begun, title);
            print_approval(wrap, &view->approvals[i]);
        }
    for (size_t i = 0; i < view->task_count; i++)
        if (view->tasks[i].by == NULL) {
            heading(wrap, &begun, title);
            item(wrap, "task", view->tasks[i].path, view->tasks[i].text);
            if (view->tasks[i].to != NULL)
                wrap_line(wrap, BODY, WRAP_DIM, arena_printf(wrap->out->arena, "for %s", view->tasks[i].to));
        }
    if (begun)
        wrap_blank(wrap);
}

static void decided(struct wrap *wrap, bool *begun, const char *kind, const char *path, const char *what)
{
    heading(wrap, begun, "What people decided");
    item(wrap, kind, path, what);
}

void people_print_decided(struct wrap *wrap, const struct view *view)
{
    struct arena *arena = wrap->out->arena;
    bool begun = false;
    for (size_t i = 0; i < view->ask_count; i++) {
        const struct view_ask *ask = &view->asks[i];
        if (ask->answer != NULL && !text_is(ask->by, "otherwise"))
            decided(wrap, &begun, "question", ask->path,
                    arena_printf(arena, "%s, by %s", ask->answer, ask->by));
    }
    for (size_t i = 0; i < view->approval_count; i++) {
        const struct view_approval *approval = &view->approvals[i];
        struct text who = text_new(arena);
        for (size_t k = 0; k < value_count(approval->by); k++) {
            const struct value *one = value_item(approval->by, k);
            const char *how = value_text_at(one, "how");
            text_addf(&who, "%s%s", k == 0 ? "" : ", ", value_text_at(one, "who"));
            if (how != NULL && !text_is(how, "asked")) // without having been shown just these changes
                text_addf(&who, " (%s)", how);
        }
        if (who.length > 0)
            decided(wrap, &begun, "approval", approval->path,
                    arena_printf(arena, "%s, by %s", approval->status, who.ptr));
    }
    for (size_t i = 0; i < view->task_count; i++) {
        const struct view_task *task = &view->tasks[i];
        if (task->by != NULL)
            decided(wrap, &begun, "task", task->path,
                    arena_printf(arena, "done, by %s%s%s", task->by, task->note == NULL ? "" : ": ",
                                 task->note == NULL ? "" : task->note));
    }
    if (begun)
        wrap_blank(wrap);
}

// Does the step say only what one that it is part of says?
static bool told_above(const struct view *view, const struct view_step *step)
{
    for (size_t i = 0; i < view->step_count; i++) {
        const struct view_step *above = &view->steps[i];
        size_t length = strlen(above->path);
        if (text_is(above->status, step->status) && text_is(above->reason, step->reason) &&
            strncmp(above->path, step->path, length) == 0 && step->path[length] == '/')
            return true;
    }
    return false;
}

// What to do about it, where a diagnostic of the step says so.
static void print_hint(struct wrap *wrap, const struct view *view, const char *path)
{
    for (size_t i = 0; i < view->note_count; i++)
        if (text_is(view->notes[i].path, path) && view->notes[i].hint != NULL &&
            *view->notes[i].hint != '\0') {
            wrap_line(wrap, BODY, WRAP_DIM, arena_printf(wrap->out->arena, "hint: %s", view->notes[i].hint));
            return;
        }
}

static void print_steps(struct wrap *wrap, const struct view *view, const char *status, const char *title)
{
    bool begun = false;
    for (size_t i = 0; i < view->step_count; i++) {
        const struct view_step *step = &view->steps[i];
        if (!text_is(step->status, status) ||
            step->reason == NULL || // without a reason: a group, whose parts are told
            told_above(view, step))
            continue;
        heading(wrap, &begun, title);
        item(wrap, status, step->path, step->reason);
        print_hint(wrap, view, step->path);
    }
    if (begun)
        wrap_blank(wrap);
}

// What an undecided step hangs on in the end: "b failed" of a step whose own reason is "a is undecided",
// where that of a is "b failed".
static const char *root_reason(const struct view *view, const char *reason)
{
    static const char link[] = " is undecided";
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
        const char *end = strstr(reason, link);
        if (end == NULL || strcspn(reason, " ") != (size_t)(end - reason))
            break;
        const char *next = NULL;
        if (strncmp(end + sizeof link - 1, ": ", 2) == 0)
            next = end + sizeof link + 1;
        for (size_t i = 0; next == NULL && end[sizeof link - 1] == '\0' && i < view->step_count; i++)
            if (text_is(view->steps[i].status, "undecided") &&
                strlen(view->steps[i].path) == (size_t)(end - reason) &&
                strncmp(view->steps[i].path, reason, (size_t)(end - reason)) == 0)
                next = view->steps[i].reason;
        if (next == NULL)
            break;
        reason = next;
    }
    return reason;
}

// Does the group around a step hang on the same? Then naming the group is enough.
static bool group_told(const struct view *view, const char *path, const char *root)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    for (size_t i = 0; slash != NULL && i < view->step_count; i++) {
        const struct view_step *step = &view->steps[i];
        if (text_is(step->status, "undecided") && step->reason != NULL &&
            strlen(step->path) == (size_t)(slash - path) &&
            strncmp(step->path, path, (size_t)(slash - path)) == 0 &&
            strcmp(root_reason(view, step->reason), root) == 0)
            return true;
    }
    return false;
}

// The steps that hang on the same, beginning with the i-th; those before it have been told.
static void print_root(struct wrap *wrap, const struct view *view, const char *root, size_t first)
{
    struct text paths = text_new(wrap->out->arena);
    for (size_t i = first; i < view->step_count; i++) {
        const struct view_step *step = &view->steps[i];
        if (text_is(step->status, "undecided") && step->reason != NULL &&
            strcmp(root_reason(view, step->reason), root) == 0 && !group_told(view, step->path, root))
            text_addf(&paths, "%s%s", paths.length == 0 ? "" : ", ", step->path);
    }
    wrap_begin(wrap, 2, BODY);
    wrap_put(wrap, WRAP_YELLOW, root);
    wrap_end(wrap);
    wrap_line(wrap, BODY, WRAP_PLAIN, arena_printf(wrap->out->arena, "undecided: %s", paths.ptr));
}

static void print_undecided(struct wrap *wrap, const struct view *view)
{
    bool begun = false;
    for (size_t i = 0; i < view->step_count; i++) {
        const struct view_step *step = &view->steps[i];
        if (!text_is(step->status, "undecided") || step->reason == NULL)
            continue;
        const char *root = root_reason(view, step->reason);
        bool told = false;
        for (size_t j = 0; !told && j < i; j++)
            told = text_is(view->steps[j].status, "undecided") && view->steps[j].reason != NULL &&
                   strcmp(root_reason(view, view->steps[j].reason), root) == 0;
        if (told)
            continue;
        heading(wrap, &begun, "What could not be decided");
        print_root(wrap, view, root, i);
    }
    if (begun)
        wrap_blank(wrap);
}

void people_print_undecided(struct wrap *wrap, const struct view *view)
{
    print_steps(wrap, view, "failed", "What failed");
    print_steps(wrap, view, "refused", "What was refused");
    print_undecided(wrap, view);
}
