// Undoing a run: its effects backwards, as a run of its own.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "run/prepare.h"

struct arena;
struct catalog;
struct instance;
struct recall;
struct run;
struct trail;
struct value;
struct vm;

// One effect that is to be taken back.
struct undo_effect {
    const char *of;   // the path of the change
    const char *path; // of the step that takes it back: the same, or in the same run one of its own
    const char *resource;
    const struct value *before, *after; // as the effect found and left it; NULL: absent
    bool in_part;                       // nobody knows whether all of it was made
    bool again;                         // it was itself an undoing: the change is made again
    const char *why_not;                // it cannot be taken back
};
struct undo_plan {
    const struct recall *of;
    struct prepared_playbook playbook; // a step for each effect, the newest first
    struct undo_effect *effects;
    size_t count;
    const char *step; // of this step alone; NULL: of all, and the run is closed when nothing of it remains
    bool force;       // also what has changed since
    bool leased;      // its time is over: that was approved when the change was
};

// What there is to undo of a run; `path`: of that step and what lies beneath it only, or NULL. There may be
// no effect, where the run only found something in place: undone, it no longer counts on that. NULL with err
// filled: not even that, or it cannot be read.
struct undo_plan *undo_plan_new(struct arena *arena, struct catalog *catalog, struct vm *vm,
                                const struct recall *of, const char *path, struct err *err);

// The same for what the groups at these paths (a list; "": the whole run) did, inside the run itself. There
// may be nothing.
struct undo_plan *undo_plan_within(struct arena *arena, struct vm *vm, const struct recall *of,
                                   const struct value *groups, struct err *err);

// The live undoings of a run, as their run.started, oldest first; NULL: the trail cannot be read.
const struct value *undo_runs(struct arena *arena, struct trail *trail, const char *run, struct err *err);

// Inside run/: says where there is nothing to take back.
void undo_begin(struct run *run);
// Inside run/: does undoing the step at `top` ("": the whole run) take back what was done at `path`?
bool undo_includes(const char *top, const char *path);
// Inside run/: did the run change something at `path`, or beneath it, that it has not taken back itself?
bool undo_has_left(const struct recall *recall, const char *path);
// Inside run/: the effect that this instance is about, or NULL.
const struct undo_effect *undo_effect_of(const struct instance *instance);
// Inside run/: the effect that this instance takes back, or NULL: it makes a change as any other does.
const struct undo_effect *undo_of(const struct instance *instance);
// What the effect found, as it is to be again; NULL: nothing was there.
const struct value *undo_wanted(const struct instance *instance);
// Ends the step where its effect cannot be taken back. False: it can.
bool undo_is_impossible(struct instance *instance);
