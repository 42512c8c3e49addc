// What the trail says of one run, read back verified: what a resumed run takes over instead of doing it
// again.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct instance;
struct run;
struct trail;
struct value;

struct recall_line {
    const char *type, *path; // path "" where the record has none
    const struct value *line;
};

struct recall {
    struct arena *arena;
    struct trail *trail;
    const char *run;             // its id
    const struct value *started; // the line run.started
    const struct value *alert, *params;
    struct value *answers; // given beforehand so far: path or step id → text
    const char *status; // "undone", "stopped", or of the newest run.finished; NULL: it never ended, so it was
                        // killed or still runs
    struct recall_line *lines; // as they stand in the log
    size_t count;
    const struct recall_line **sorted; // by type and path, in the log's order where both are the same
};

// The whole id of a run: `name` is an id, the beginning of one, or "last". NULL with err filled: none or
// several.
const char *recall_find(struct arena *arena, struct trail *trail, const char *name, struct err *err);
struct recall *recall_open(struct arena *arena, struct trail *trail, const char *run, struct err *err);

// The newest line of that type and path; NULL: none, or `recall` is NULL.
const struct value *recall_newest(const struct recall *recall, const char *type, const char *path);
// Is what was opened at that path (a question, a task) settled? It may have been opened again.
bool recall_settled(const struct recall *recall, const char *opened, const char *settled, const char *path);
// An intent of which nobody knows what became; NULL: none.
const struct value *recall_pending(const struct recall *recall, const char *path);
// The intent that began it all: of attempts that may each have made the change, the first.
const struct value *recall_began(const struct recall *recall, const char *path);
// The newest line of that type and path, if no attempt has begun or ended since; NULL: none.
const struct value *recall_after(const struct recall *recall, const char *type, const char *path);
// Was the newest effect at that path applied?
bool recall_applied(const struct recall *recall, const char *path);
// Was it, and did the service not show it?
bool recall_unseen(const struct recall *recall, const char *path);
// A member as it was before it was written: large ones from beside the log, unknowns as unknowns. NULL: err
// says why.
const struct value *recall_value(const struct recall *recall, const struct value *line, const char *member,
                                 struct err *err);

// Has the step at that path been told as done or in place?
bool recall_finished(const struct recall *recall, const char *path);
// Does the trail say already of the step that it does not go on, and why, or that its change was made? Then
// nothing is new.
bool recall_told(struct instance *instance);
// Ends the instance as the trail says it ended, if it was done. False: it has to be done.
bool recall_ends(struct instance *instance);
// Teaches the gate what a run had learned; and, of the run that is resumed, also the view what it had told.
void recall_teach_gate(struct run *run, const struct recall *recall);
void recall_teach(struct run *run);
