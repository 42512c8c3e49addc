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
    struct arena *arena;
    const char *name, *at, *end;
    bool own; // text that this program wrote: deeper, and nothing in it is refused for its meaning
    int line, column;
    struct arena *scratch; // freed when the text has been read; NULL: no places are noted
    struct place *places;  // of every value and of every key, in document order
    size_t count, size;
    struct err *err;
};

// Scans one value at scan->at with the space around it; leaves scan->at behind it. False: scan->err is
// filled.
bool json_scan_value(struct scan *scan, int depth);
bool json_scan_fail(struct scan *scan, enum err_code code,
                    const char *what); // at the place reached; returns false
