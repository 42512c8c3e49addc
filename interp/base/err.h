// One type for errors of the user or of the world. Fixed size, the last parameter of every function that can
// fail; such functions return bool or a pointer and are marked MUST_CHECK. Callers add notes, never rewrite.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/src.h"

#define MUST_CHECK __attribute__((warn_unused_result))

enum err_code {
#define X(code, exit_status, text) code,
#include "base/errors.def"
#undef X
};

enum err_severity { ERR_ERROR, ERR_WARNING, ERR_NOTE };

struct err {
    enum err_code code;
    enum err_severity severity;
    struct src_pos pos;
    char message[480]; // one sentence without a final stop: what happened
    char hint[320];    // what to do next, or ""
    char notes[480];   // context added by callers, one a line
};

// Fills err with a message; position, hint and notes are cleared. Always returns false, so that a function
// can `return err_set(…)`. err may be NULL: then only the result counts.
bool err_set(struct err *err, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool err_set_at(struct err *err, enum err_code code, struct src_pos pos, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// Adds to a filled err: what to do next; a line of context.
void err_hint(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
void err_note(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Hints at the one of `names` (NULL-terminated) that is nearest to the word, and returns it; NULL: none is
// near, and there is no hint.
const char *err_suggest(struct err *err, const char *word, const char *const *names);

const char *err_name(enum err_code code); // "E_USAGE"
const char *err_severity_word(enum err_severity severity);
int err_exit_status(enum err_code code); // the process's exit status for it

// A growing list of diagnostics: checking collects all mistakes. At most ERR_LIST_MAX are kept.
enum { ERR_LIST_MAX = 200 };
struct arena;
struct err_list {
    struct arena *arena;
    struct err *items;
    size_t count;
    size_t errors; // how many of them are errors (the rest: warnings, notes)
};
struct err_list *err_list_new(struct arena *arena);
void err_list_append(struct err_list *list, const struct err *err);
// Appends in one call; severity from the argument; returns the stored diagnostic so that a hint can be added.
struct err *err_list_add(struct err_list *list, enum err_severity severity, enum err_code code,
                         struct src_pos pos, const char *format, ...) __attribute__((format(printf, 5, 6)));
