// Expressions of playbooks: compiled once, evaluated where a step stands.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct expr;
struct value;
struct vm;
struct vm_run;

// Where root names (alert, params, steps, loop variables) get their values. NULL for a name that is not
// there.
struct vm_scope {
    void *context;
    const struct value *(*find)(void *context, const char *root);
};

// The compiled forms of one playbook's expressions, by slot; they live as long as the vm.
struct vm_program;
struct vm_program *vm_program_open(struct vm *vm, int slots);
// One expression (or function body, for `lua` steps) more; NULL is none.
void vm_program_add(struct vm_program *program, const struct expr *expr, bool is_body);
// Compiles what was added. The list gets each mistake with its place.
void vm_program_compile(struct vm_program *program, struct err_list *errors);

enum eval_result { EVAL_VALUE, EVAL_UNKNOWN, EVAL_FAILED };
// VALUE: *result. UNKNOWN: *result is a VALUE_UNKNOWN that says why: a path that the expression mentions is
// unknown, lies under an unknown or (mentioned whole) has one beneath it. FAILED: err.
enum eval_result vm_eval(struct vm *vm, struct vm_run *run, struct vm_program *program,
                         const struct expr *expr, const struct vm_scope *scope, const struct value **result,
                         struct err *err);
