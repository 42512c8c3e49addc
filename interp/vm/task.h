// Tasks: Lua functions that can wait. A task runs until it is done or wants something; the wish is data, and
// the task is resumed with the answer. It never sees the network, the clock or a mode.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "policy/mode.h"
#include "vm/prim.h"

struct expr;
struct request;
struct response;
struct value;
struct vm;
struct vm_program;
struct vm_run;
struct vm_scope;

// Secrets of one effect: the n-th of a rehearsal and of the real run are the same. One that a service makes
// stands there, and in the requests that carry it on, before it is told, and takes its text from the answer.
struct secret_memo {
    struct value *items[32];
    size_t count;
};

enum task_state {
    TASK_DONE,     // task->result
    TASK_REQUESTS, // task->requests, side by side; resume with as many responses
    TASK_CALL,     // a script calls task->call_name with task->result as parameters; resume with the step's
                   // record
    TASK_SLEEP,    // task->sleep_ms
    TASK_NOTE,     // task->note: evidence; resume with nothing
    TASK_UNKNOWN,  // task->unknown says which value is not known yet
    TASK_FAILED,   // task->err
};

struct task {
    enum task_state state;
    enum phase phase;
    const struct value *result; // VALUE_NULL: nil
    bool silent;                // it returned nothing at all, not even nil
    const struct request *requests;
    size_t request_count;
    const char *call_name;
    const char *note;
    const char *unknown;
    int64_t sleep_ms;
    const struct err *err;
    struct task_core *core; // vm/'s part
};

// Side by side; in all of one task's life; of one sleep.
enum { TASK_MAX_REQUESTS = 256, TASK_MAX_WAITS = 4096, TASK_MAX_SLEEP_MS = 600000 };

// A primitive's function with its arguments: p first, then what the slot takes (before, desired, after), each
// a value or NULL for nil; phases that read or write get their handle last (for undo and apply) or second
// (observe), as stdlib/README.md says. Slots that the primitive leaves out run the default. Not yet started.
struct task *task_open(struct vm *vm, struct vm_run *run, const struct primitive *primitive,
                       enum primitive_slot slot, const struct value *const *args, size_t count,
                       struct secret_memo *secrets);
// The body of a `lua` step.
struct task *task_open_script(struct vm *vm, struct vm_run *run, struct vm_program *program,
                              const struct expr *expr, const struct vm_scope *scope);
// Starts or resumes. `responses` answers TASK_REQUESTS (as many as were wanted), `value` answers TASK_CALL.
void task_resume(struct task *task, const struct response *responses, const struct value *value);
void task_close(struct task *task); // drops the coroutine, wherever it stands; results stay
