// Shared libraries that are loaded when they are first needed: a command that speaks to nobody does not pay
// for libcurl and the thirty libraries behind it.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

// Loads `file` (a soname, such as "libcurl.so.4") for the rest of the process and fills `table`, a struct of
// nothing but function pointers, with the functions `names` (NULL-terminated) in their order. False:
// E_LIBRARY.
MUST_CHECK bool library_load(const char *file, const char *const *names, void *table, size_t table_size,
                             struct err *err);
// Begins to load `file` beside what the process does meanwhile. What comes of it is for library_load to find
// out, which waits for it.
void library_load_ahead(const char *file);
