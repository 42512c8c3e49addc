// Errors as values. Not for bugs (base/panic.h) and not for findings of an audit, which are results.
// Invariant: messages are cut at whole UTF-8 characters when they do not fit.
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"

static const struct {
    const char *name;
    int exit_status;
} codes[] = {
#define X(code, exit_status, text) {#code, exit_status},
#include "base/errors.def"
#undef X
};

// Cuts an unfinished UTF-8 character off the end of a text that filled its buffer.
static void trim_utf8(char *text, size_t size)
{
    size_t length = strlen(text);
    if (length + 1 < size)
        return;
    while (length > 0 && ((unsigned char)text[length - 1] & 0xC0) == 0x80)
        length--;
    if (length > 0 && (unsigned char)text[length - 1] >= 0xC0)
        length--;
    text[length] = '\0';
}

static void format_into(char *text, size_t size, const char *format, va_list args)
{
    vsnprintf(text, size, format, args);
    trim_utf8(text, size);
}

// What is formatted may be the message that stands in `err`.
static void fill(struct err *err, struct err head, const char *format, va_list args)
{
    format_into(head.message, sizeof head.message, format, args);
    *err = head;
}

bool err_set(struct err *err, enum err_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (err != NULL)
        fill(err, (struct err){.code = code}, format, args);
    va_end(args);
    return false;
}

bool err_set_at(struct err *err, enum err_code code, struct src_pos pos, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (err != NULL)
        fill(err, (struct err){.code = code, .pos = pos}, format, args);
    va_end(args);
    return false;
}

void err_hint(struct err *err, const char *format, ...)
{
    if (err == NULL)
        return;
    va_list args;
    va_start(args, format);
    format_into(err->hint, sizeof err->hint, format, args);
    va_end(args);
}

const char *err_suggest(struct err *err, const char *word, const char *const *names)
{
    const char *near = text_nearest(word, names);
    if (near != NULL)
        err_hint(err, "did you mean '%s'?", near);
    return near;
}

void err_note(struct err *err, const char *format, ...)
{
    if (err == NULL)
        return;
    size_t used = strlen(err->notes);
    if (used > 0 && used + 1 < sizeof err->notes) {
        err->notes[used++] = '\n';
        err->notes[used] = '\0';
    }
    va_list args;
    va_start(args, format);
    format_into(err->notes + used, sizeof err->notes - used, format, args);
    va_end(args);
}

const char *err_name(enum err_code code)
{
    REQUIRE((size_t)code < sizeof codes / sizeof codes[0]);
    return codes[code].name;
}

const char *err_severity_word(enum err_severity severity)
{
    static const char *const words[] = {"error", "warning", "note"};
    return words[severity];
}

int err_exit_status(enum err_code code)
{
    REQUIRE((size_t)code < sizeof codes / sizeof codes[0]);
    return codes[code].exit_status;
}

struct err_list *err_list_new(struct arena *arena)
{
    struct err_list *list = ARENA_NEW(arena, struct err_list);
    list->arena = arena;
    return list;
}

static struct err *list_slot(struct err_list *list)
{
    if (list->count == ERR_LIST_MAX)
        return &list->items[ERR_LIST_MAX - 1];
    list->items = arena_room(list->arena, list->items, list->count, sizeof *list->items);
    return &list->items[list->count++];
}

void err_list_append(struct err_list *list, const struct err *err)
{
    *list_slot(list) = *err;
    if (err->severity == ERR_ERROR)
        list->errors++;
}

struct err *err_list_add(struct err_list *list, enum err_severity severity, enum err_code code,
                         struct src_pos pos, const char *format, ...)
{
    struct err *slot = list_slot(list);
    va_list args;
    va_start(args, format);
    fill(slot, (struct err){.code = code, .severity = severity, .pos = pos}, format, args);
    va_end(args);
    if (severity == ERR_ERROR)
        list->errors++;
    return slot;
}
