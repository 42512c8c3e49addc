// Reading a trail back, verified: no line is handed out before the signed root has come out. What the index
// knows to find (index.h) is read from its groups of lines alone; everything else from the whole log.
#pragma once
#include "trail/store.h"
#include "trail/trail.h"

MUST_CHECK bool replay_lines(struct store *store, struct arena *arena, const char *containing,
                             trail_reader *each, void *context, struct err *err);
// The same from the newest line back.
MUST_CHECK bool replay_newest(struct store *store, struct arena *arena, const char *containing,
                              trail_reader *each, void *context, struct err *err);
