// Prints diagnostics. Where source lines come from the screen says; without them the place alone is shown.
// Invariant: the caret stands under the column named, also after wide characters and tabs.
#include "report/diag_out.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "report/screen.h"
#include "report/view.h"
#include "report/wrap.h"

enum { MARGIN = 4 };

struct diag {
    const char *severity, *code, *message, *file, *hint, *notes;
    int64_t line, column;
};

// What stands before the caret, at most some `room` columns of it: lines of an alert have no bound.
static const char *shown_before(struct arena *arena, const char *line, size_t caret, size_t room)
{
    size_t from = caret > 4 * room ? caret - 4 * room : 0;
    while (from > 0 && from < caret && ((unsigned char)line[from] & 0xC0) == 0x80)
        from++;
    struct text before = text_new(arena);
    text_add_terminal(&before, arena_strndup(arena, line + from, caret - from));
    const char *shown = before.ptr;
    int width = wrap_width(shown), most = (int)(room * 2 / 3);
    if (width <= most && from == 0)
        return shown;
    for (; width > (int)(room / 3); width = wrap_width(shown)) {
        size_t step = text_utf8(shown, strlen(shown), NULL);
        shown += step == 0 ? 1 : step;
    }
    return arena_printf(arena, "…%s", shown);
}

// The line in a width: what stands before the window is left out, so that the column is seen.
static void print_source(struct wrap *wrap, const char *line, int64_t column)
{
    struct arena *arena = wrap->out->arena;
    size_t length = strlen(line), caret = 0;
    for (int64_t i = 1; i < column && caret < length; i++) {
        size_t step = text_utf8(line + caret, length - caret, NULL);
        caret += step == 0 ? 1 : step;
    }
    int room = wrap->width - MARGIN;
    const char *shown = shown_before(arena, line, caret, (size_t)room);
    struct text after = text_new(arena);
    text_add_terminal(&after, arena_strndup(arena, line + caret, strnlen(line + caret, 4 * (size_t)room)));
    int at = wrap_width(shown);
    char *whole = wrap_cut(arena, arena_printf(arena, "%s%s", shown, after.ptr), room, false);
    text_addf(wrap->out, "%*s%s\n", MARGIN, "", whole);
    if (column > 0)
        text_addf(wrap->out, "%*s%*s%s^%s\n", MARGIN, "", at, "", wrap->colour ? "\x1b[32m" : "",
                  wrap->colour ? "\x1b[0m" : "");
}

static void print(struct text *out, const struct screen *screen, const struct diag *diag)
{
    struct wrap wrap = wrap_new(out, screen->width, screen->colour);
    struct arena *arena = out->arena;
    enum wrap_style style = strcmp(diag->severity, "error") == 0     ? WRAP_RED
                            : strcmp(diag->severity, "warning") == 0 ? WRAP_YELLOW
                                                                     : WRAP_CYAN;
    wrap_begin(&wrap, 0, MARGIN);
    if (diag->file != NULL && diag->line > 0)
        wrap_put(&wrap, WRAP_BOLD,
                 arena_printf(arena, "%s:%" PRId64 ":%" PRId64 ": ", diag->file, diag->line, diag->column));
    else if (diag->file != NULL)
        wrap_put(&wrap, WRAP_BOLD, arena_printf(arena, "%s: ", diag->file));
    wrap_put(&wrap, style, arena_printf(arena, "%s:", diag->severity));
    wrap_put(&wrap, WRAP_PLAIN, arena_printf(arena, " %s", diag->message == NULL ? "" : diag->message));
    if (diag->code != NULL)
        wrap_put(&wrap, WRAP_DIM, arena_printf(arena, " [%s]", diag->code));
    wrap_end(&wrap);
    const char *line = diag->file == NULL || diag->line <= 0 || screen->source_line == NULL
                           ? NULL
                           : screen->source_line(screen->context, diag->file, (int)diag->line);
    if (line != NULL && line[strspn(line, " \t")] != '\0')
        print_source(&wrap, line, diag->column);
    for (const char *note = diag->notes; note != NULL && *note != '\0';) {
        size_t length = strcspn(note, "\n");
        wrap_begin(&wrap, 2, MARGIN);
        wrap_put(&wrap, WRAP_PLAIN, arena_printf(arena, "note: %.*s", (int)length, note));
        wrap_end(&wrap);
        note += length + (note[length] == '\n');
    }
    if (diag->hint != NULL && diag->hint[0] != '\0') {
        wrap_begin(&wrap, 2, MARGIN);
        wrap_put(&wrap, WRAP_CYAN, "hint:");
        wrap_put(&wrap, WRAP_PLAIN, arena_printf(arena, " %s", diag->hint));
        wrap_end(&wrap);
    }
}

void diag_out_err(struct text *out, const struct screen *screen, const struct err *err)
{
    const struct diag diag = {
        .severity = err_severity_word(err->severity),
        .code = err_name(err->code),
        .message = err->message,
        .file = err->pos.file,
        .hint = err->hint,
        .notes = err->notes,
        .line = err->pos.line,
        .column = err->pos.column,
    };
    print(out, screen, &diag);
}

void diag_out_list(struct text *out, const struct screen *screen, const struct err_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        diag_out_err(out, screen, &list->items[i]);
}

void diag_out_note(struct text *out, const struct screen *screen, const struct view_note *note)
{
    const struct diag diag = {
        .severity = note->severity,
        .code = note->code,
        .message = note->path == NULL ? note->message
                                      : arena_printf(out->arena, "%s: %s", note->path,
                                                     note->message == NULL ? "" : note->message),
        .file = note->file,
        .hint = note->hint,
        .line = note->line,
        .column = note->column,
    };
    print(out, screen, &diag);
}
