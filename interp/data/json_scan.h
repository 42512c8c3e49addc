// Inside data/: the scan that comes before cJSON.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;

struct place {
    int line, column;
};

struct scan {
    const char *name; // NULL: no places are noted
    const char *at, *end;
    int line, column;
    bool own; // text that this program wrote: it may be deeper, and has no holes
    struct err *err;
    struct arena *scratch; // for the places
    struct place *places;  // of every value and of every key, in the order of the text
    size_t count, size;
    const char **holes; // digits of \u that stand for no character, or for NUL: U+FFFD is read in their place
    size_t hole_count, hole_size;
};

// Each leaves scan->at behind what it passed, or fills scan->err and returns false.
bool json_scan_value(struct scan *scan, int depth); // one value with the space around it
bool json_scan_take(struct scan *scan, char wanted, const char *otherwise); // a character that must be there
void json_scan_space(struct scan *scan);
bool json_scan_fail(struct scan *scan, enum err_code code, const char *what); // at the place reached
// How many of the next bytes are ASCII that stands for itself in any string: no quote, escape or control
// character, nor DEL.
size_t json_scan_plain(const char *at, const char *end);
