// Inside data/: JSON's texts, numbers and words, and where in the document the reader is.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;

struct scan {
    struct arena *arena; // NULL: the text is only checked
    const char *name, *at, *end;
    bool own; // text that this program wrote: deeper, and nothing in it is refused for its meaning
    int line, column;
    struct err *err;
};

void json_scan_space(struct scan *scan);
// A string at scan->at (a quote), left behind it. *text is its content: in the arena, with a NUL behind it,
// where it has escapes; else in the document, with the closing quote behind it. False: scan->err is filled.
bool json_scan_string(struct scan *scan, const char **text, size_t *length);
// The length of the number at scan->at; 0: there is none.
size_t json_scan_number(const struct scan *scan);
bool json_scan_word(struct scan *scan, const char *word); // true, false, null: passed when it is there
bool json_scan_fail(struct scan *scan, enum err_code code,
                    const char *what); // at the place reached; returns false
