// Reading a trail back: the whole log is verified against the signed head before the first line is handed
// out.
#pragma once
#include "trail/store.h"
#include "trail/trail.h"

MUST_CHECK bool replay_lines(struct store *store, struct arena *arena, const char *containing,
                             trail_reader *each, void *context, struct err *err);
