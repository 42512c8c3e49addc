// Walks the whole lines of a log file, in order, with bounded memory.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct file;

struct lines {
    struct file *file;
    uint64_t offset;  // of the byte behind the current line's LF
    uint64_t end_at;  // no byte from here on is read
    const char *line; // without its LF; valid until the next call; NULL: no whole line is left
    size_t length;
    char *buffer;
    size_t start, end;
};

struct lines lines_new(struct arena *arena, struct file *file, uint64_t offset);
// Moves to the next line. A torn or overlong one counts as none. False: the file cannot be read.
MUST_CHECK bool lines_next(struct lines *lines, struct err *err);
// Where the line begins that says it is number `seq`, looked for from `end` backwards; E_TAMPERED: nowhere.
MUST_CHECK bool lines_find(struct file *file, uint64_t end, uint64_t seq, uint64_t *offset, struct err *err);
