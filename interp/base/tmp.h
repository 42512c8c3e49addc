// A folder for the time of one task: empty at first, and gone afterwards with all that is in it.
#pragma once
#include "base/err.h"

struct arena;

MUST_CHECK const char *tmp_open(struct arena *arena, struct err *err); // below $TMPDIR, else /tmp
void tmp_close(struct arena *arena, const char *folder);               // NULL is harmless
