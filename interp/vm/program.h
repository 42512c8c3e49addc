// Inside vm/ only: the compiled forms of a playbook's expressions.
#pragma once
#include <stdbool.h>

struct expr;
struct mention;
struct vm;

struct vm_program {
    struct vm *vm;
    int slots;
    int *refs;                 // registry references by slot
    const struct expr **exprs; // by slot, NULL where none was added
    bool *is_body;
    const struct mention **paths; // by slot: the path that the expression is; NULL where it is more
};
