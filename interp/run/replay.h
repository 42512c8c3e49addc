// Replaying: a dry-run whose reads are answered by what an earlier run read, and by nothing else.
#pragma once
#include <stdint.h>

#include "base/err.h"

struct arena;
struct recall;
struct replay;
struct request;
struct response;
struct run;
struct value;
struct view;

// The recorded reads of a run, of whatever mode. NULL with err filled: they cannot be read.
struct replay *replay_new(struct arena *arena, const struct recall *of, struct err *err);
const struct recall *replay_of(const struct replay *replay);
// The answers that people gave to that run, by path: what was given beforehand, and what was asked.
const struct value *replay_answers(struct arena *arena, const struct replay *replay);
// Who gave that answer there; NULL: nobody did.
const char *replay_by(const struct replay *replay, const char *path, const char *answer);
// The alert of that run; what was not recorded of it is unknown. NULL: it had none.
const struct value *replay_alert(struct arena *arena, const struct replay *replay);
// What that run decided and wanted to change: of a change that was made the state that was wanted, not the
// one that was seen.
struct view *replay_view(struct arena *arena, const struct replay *replay);

// Inside run/: the recorded answer to a read; NULL with err filled: it was not recorded, or cannot be read.
const struct response *replay_answer(struct run *run, const struct request *request, struct err *err);
// What the trail held before this record is what is known: the beginning of that run, and of a replay that is
// replayed, of the first one.
int64_t replay_as_of(const struct replay *replay);
// The scope that the run had, NULL-terminated.
const char *const *replay_scope(struct arena *arena, const struct replay *replay);
