// What a run says about the documented procedure, clause by clause: the fold of its steps.
#pragma once
#include <stddef.h>

struct arena;
struct value;
struct view;

struct clause {
    const char *id, *reason;
    const char *status;  // failed missing needs-person planned done in-place not-applicable
    struct value *steps; // list of paths that serve it
};
struct clauses {
    struct clause *items; // as the steps met them
    size_t count;
};
struct clauses clauses_fold(struct arena *arena, const struct view *view);
size_t clauses_count(const struct clauses *clauses, const char *status);
