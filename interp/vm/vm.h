// The Lua machine: one state a process, a locked environment for all code, memory and instructions charged to
// the run that is being resumed. Only vm/ sees lua.h; others see values.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct catalog;
struct cloud;
struct catalog_file;
struct value;
struct vm;
struct vm_owner;

enum {
    VM_MAX_MEMORY = 16 * 1024 * 1024, // live bytes of one run
    VM_MAX_SLICE_MS = 2000,           // time between two yields
};
#define VM_MAX_INSTRUCTIONS UINT64_C(200000000) // of one run

struct vm_thread {
    struct vm_thread *next;
    struct lua_State *L;
    int ref;
};

// Whom Lua works for. Made by run/ (or by a command that only reads an alert); lives as long as its tasks.
struct vm_run {
    struct arena *arena;          // receives every value that Lua makes for it
    const struct cloud *cloud;    // for messages: what "arm:" stands for; NULL: left as it is
    const struct value *profile;  // what profile(part) gives from
    const struct value *registry; // what register() gives
    const struct value *self;     // what self() gives: object_id, app_id
    const char *now;              // what now() gives: the run's time, RFC 3339
    uint64_t instructions;        // used so far
    struct vm_owner *owner;       // memory account; made by vm_run_open
    int cache_ref;                // Lua copies of values that the code at work saw; made by vm_run_open
    struct vm_thread *idle;       // coroutines that have returned, for its next tasks
};

MUST_CHECK struct vm *vm_open(struct arena *arena, struct catalog *catalog, struct err *err);
void vm_close(struct vm *vm);
void vm_run_open(struct vm *vm, struct vm_run *run);
void vm_run_close(struct vm *vm, struct vm_run *run);

// Names that expressions may call ("net.within", …), NULL-terminated.
const char *const *vm_functions(struct vm *vm);
// What Lua code finds without declaring it: names, and "area.name" for what is in a table; NULL-terminated.
const char *const *vm_globals(struct vm *vm, struct arena *arena);
// What these are, one "net.within(ip, …): …" each, or what only Lua files can call besides; NULL-terminated.
const char *const *vm_usages(struct arena *arena, bool expressions);

// What a .lua playbook returns; functions in it are {"$function": n} (playbook/playbook.h).
MUST_CHECK const struct value *vm_load_value(struct vm *vm, struct arena *arena,
                                             const struct catalog_file *file, struct err *err);
// The lines of that file on which such a function is written; false: it is from elsewhere.
bool vm_function_lines(struct vm *vm, const struct value *function, const struct catalog_file *file,
                       int *first, int *last);

// Reads a payload of any known shape into alert records. Warnings of the shapes are added to
// `notes` (may be NULL). Fails with E_ALERT at the place of the first wrong field, or when no shape knows the
// payload.
MUST_CHECK const struct value *vm_read_alerts(struct vm *vm, struct vm_run *run, const struct value *raw,
                                              struct err_list *notes, struct err *err);
// Calls sample(alert) of an intake shape: a payload in that shape. E_UNKNOWN_NAME when there is no such
// shape.
MUST_CHECK const struct value *vm_sample_alert(struct vm *vm, struct vm_run *run, const char *shape,
                                               const struct value *alert, struct err *err);
