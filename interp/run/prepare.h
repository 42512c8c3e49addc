// Making a playbook ready to run.
#pragma once
#include "base/err.h"
#include "playbook/check.h"
#include "run/link.h"

struct arena;
struct catalog;
struct playbook;
struct vm;

// One playbook, made ready once for many runs: parsed, checked, compiled.
struct prepared_playbook {
    const struct playbook *playbook;
    struct vm_program *program;
    const struct procedure *procedure;  // the clauses of it and of what it calls, or NULL
    struct linked linked;               // it and all that it calls
    const struct signature *signatures; // of each of these (run/signed.h); NULL: nobody has looked
    const char *digest;                 // "sha256:…" of the playbook and all that it uses
};
// What playbooks are checked against: the primitives, functions and fields of alerts that there are.
struct check_world prepare_world(struct arena *arena, struct vm *vm);
// Checks and compiles, and takes no digest: nothing runs, and the first digest of a process is dear. False:
// errors has at least one error.
MUST_CHECK bool prepare_check(struct arena *arena, struct catalog *catalog, struct vm *vm,
                              const struct playbook *playbook, struct prepared_playbook *out,
                              struct err_list *errors);
// The same, ready to run.
MUST_CHECK bool prepare_playbook(struct arena *arena, struct catalog *catalog, struct vm *vm,
                                 const struct playbook *playbook, struct prepared_playbook *out,
                                 struct err_list *errors);
