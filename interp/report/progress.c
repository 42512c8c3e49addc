// Lines of progress: a help for the eye, not a record; the record is the trail. Invariant: instances of a
// loop are held back only while the next record is one more of the same loop with the same outcome.
#include "report/progress.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/wrap.h"

enum { STATUS_COLUMN = 2, PATH_COLUMN = 13, REASON_COLUMN = 32, KEPT = 160, LEAST_REASON = 12 };

// What is held back: fixed size, so that a run of many steps takes no more memory than one of few.
struct progress {
    int width;
    bool colour;
    char base[KEPT], path[KEPT], status[24], reason[320];
    size_t count;
    bool beneath; // what is held back lies beneath the path
};

struct progress *progress_new(struct arena *arena, int width, bool colour)
{
    struct progress *progress = ARENA_NEW(arena, struct progress);
    progress->width = width;
    progress->colour = colour;
    return progress;
}

static enum wrap_style style_of(const char *status)
{
    static const struct {
        const char *status;
        enum wrap_style style;
    } styles[] = {
        {"done", WRAP_GREEN},     {"in-place", WRAP_GREEN}, {"planned", WRAP_YELLOW},   {"failed", WRAP_RED},
        {"waiting", WRAP_YELLOW}, {"refused", WRAP_RED},    {"undecided", WRAP_YELLOW}, {"skipped", WRAP_DIM},
    };
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
        if (strcmp(styles[i].status, status) == 0)
            return styles[i].style;
    return WRAP_PLAIN;
}

// Behind the path, in what room is left: it is whole in the result.
static void put_behind(struct wrap *wrap, const char *text)
{
    int at = wrap->column < REASON_COLUMN ? REASON_COLUMN : wrap->column + 2;
    if (text == NULL || *text == '\0' || wrap->width - at < LEAST_REASON)
        return;
    wrap_tab(wrap, at);
    wrap_put(wrap, WRAP_DIM, wrap_cut(wrap->out->arena, text, wrap->width - at, false));
}

static void print(const struct progress *progress, struct text *out, enum wrap_style style,
                  const char *status, const char *path, const char *reason)
{
    struct wrap wrap = wrap_new(out, progress->width, progress->colour);
    wrap_begin(&wrap, STATUS_COLUMN, REASON_COLUMN);
    wrap_put(&wrap, style, status);
    wrap_tab(&wrap, PATH_COLUMN);
    wrap_put(&wrap, WRAP_PLAIN, wrap_cut(out->arena, path, progress->width - PATH_COLUMN, true));
    put_behind(&wrap, reason);
    wrap_end(&wrap);
}

static void print_kept(const struct progress *progress, struct text *out)
{
    const char *path = progress->path;
    if (progress->count > 1 && (progress->beneath || strcmp(progress->base, progress->path) == 0))
        path = arena_printf(out->arena, "%s +%zu", progress->path, progress->count - 1);
    else if (progress->count > 1)
        path = arena_printf(out->arena, "%s × %zu", progress->base, progress->count);
    print(progress, out, style_of(progress->status), progress->status, path, progress->reason);
}

// Keeps as much of a text as there is room for. Cuts inside a character show as an escape, never as a
// control.
static void keep(char *kept, size_t size, const char *text)
{
    snprintf(kept, size, "%s", text == NULL ? "" : text);
}

// The path of all instances of a loop: "disable[3]" and "disable[4]" are "disable[]".
static void keep_base(char *kept, size_t size, const char *path)
{
    size_t used = 0;
    bool inside = false;
    for (const char *s = path; *s != '\0' && used + 1 < size; s++) {
        if (*s == ']')
            inside = false;
        if (!inside)
            kept[used++] = *s;
        if (*s == '[')
            inside = true;
    }
    kept[used] = '\0';
}

static bool is_beneath(const char *above, const char *path)
{
    size_t length = strlen(above);
    return strncmp(above, path, length) == 0 && path[length] == '/';
}

static void take_step(struct progress *progress, struct text *out, const struct value *members)
{
    const char *path = value_text_at(members, "path"), *status = value_text_at(members, "status");
    const char *reason = value_text_at(members, "reason");
    if (path == NULL || status == NULL)
        return;
    char base[KEPT], kept_reason[sizeof progress->reason];
    keep_base(base, sizeof base, path);
    keep(kept_reason, sizeof kept_reason, reason);
    // What is not reached, waits or does not apply is no news: told once while the reason stays the same.
    bool quiet =
        strcmp(status, "skipped") == 0 || strcmp(status, "undecided") == 0 || strcmp(status, "waiting") == 0;
    bool same = progress->count > 0 && strcmp(status, progress->status) == 0 &&
                strcmp(kept_reason, progress->reason) == 0;
    bool beneath = same && quiet && is_beneath(progress->path, path);
    bool more = same && (strchr(base, '[') != NULL ? !progress->beneath && strcmp(base, progress->base) == 0
                                                   : quiet && strchr(progress->base, '[') == NULL);
    if (beneath || more) {
        progress->beneath = progress->beneath || (beneath && !more);
        progress->count++;
        return;
    }
    progress_end(progress, out);
    memcpy(progress->base, base, sizeof base);
    memcpy(progress->reason, kept_reason, sizeof kept_reason);
    keep(progress->path, sizeof progress->path, path);
    keep(progress->status, sizeof progress->status, status);
    progress->count = 1;
    progress->beneath = false;
    if (strchr(base, '[') == NULL && !quiet)
        progress_end(progress, out); // shown as it happens
}

// A change on its way is worth a line at once: it may take its time.
static void take_intent(struct progress *progress, struct text *out, const struct value *members)
{
    const char *path = value_text_at(members, "path");
    if (path == NULL || strchr(path, '[') != NULL)
        return;
    progress_end(progress, out);
    print(progress, out, WRAP_CYAN, "changing", path, value_text_at(members, "summary"));
}

void progress_wait(struct progress *progress, struct text *out, const char *path, int64_t seconds,
                   const char *what)
{
    progress_end(progress, out);
    print(progress, out, WRAP_DIM, "waits", path,
          arena_printf(out->arena, "%" PRId64 " s, %s", seconds, what));
}

void progress_take(struct progress *progress, struct text *out, const char *type, const struct value *members)
{
    if (strcmp(type, "step.finished") == 0)
        take_step(progress, out, members);
    else if (strcmp(type, "effect.intent") == 0)
        take_intent(progress, out, members);
    else if (strcmp(type, "run.finished") == 0)
        progress_end(progress, out);
}

void progress_end(struct progress *progress, struct text *out)
{
    if (progress->count > 0)
        print_kept(progress, out);
    progress->count = 0;
}
