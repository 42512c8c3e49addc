// What a run says about the documented procedure, clause by clause: the fold of its steps, completed by what
// run.finished says of clauses that no step served.
#pragma once
#include <stddef.h>

struct arena;
struct value;
struct view;

struct clause {
    const char *id, *status,
        *reason;               // status: failed missing needs-person planned done in-place not-applicable
    const struct value *steps; // list of paths that served it
};
struct clauses {
    struct clause *items; // in the order of run.finished, then as the steps met them
    size_t count;
};
struct clauses clauses_fold(struct arena *arena, const struct view *view);
size_t clauses_count(const struct clauses *clauses, const char *status);
