// Two versions of a playbook, in terms that a reviewer can judge.
#pragma once

#include "base/err.h"
#include "cli/needs.h"
#include "run/link.h"

struct arena;
struct playbook;
struct procedure;
struct value;
struct vm;

struct compared {
    const struct playbook *playbook;
    const struct procedure *procedure; // for its clauses in words, or NULL
    struct linked linked;
    struct needs needs; // of it and of what it calls
};
struct comparison {
    struct arena *arena;
    struct vm *vm; // for what primitives declare
    const struct compared *before, *after;
    struct value *list;
};
// [{what, change: "added" | "removed" | "changed", path, old, new}]; old and new are null where there is
// none. By what: head (path: title, …; a text or list), param (a declaration), step (what stands in it, but
// for the steps inside), place (of a step that is in both: {in, branch, behind}), clause ({text}), primitive
// ({risk, irreversible}), risk (the highest of all primitives), permission ({api, primitives}). A function of
// a Lua playbook is its text; what that calls is not looked into.
MUST_CHECK const struct value *compare_playbooks(struct arena *arena, struct vm *vm,
                                                 const struct compared *before, const struct compared *after,
                                                 struct err *err);

// For compare_*.c: one more difference. NULL where there is none on that side.
void compare_add(struct comparison *comparison, const char *what, const char *path,
                 const struct value *before, const struct value *after);
void compare_steps(struct comparison *comparison);
