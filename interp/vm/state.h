// Inside vm/ only: the state behind struct vm, and the small functions that its files share.
#pragma once
#include <lauxlib.h>
#include <lua.h>

#include "vm/heap.h"
#include "vm/vm.h"

struct vm_owner {
    struct vm_owner *next;
    size_t live; // bytes that Lua holds for this account
    size_t limit;
    bool dead;   // the limit was hit once: nothing more is given, the next hook ends the code
    bool closed; // the run is over; reusable once live is 0
    struct heap heap;
};

struct intake_shape;
struct primitive;
struct secret_memo;
struct vm_primitive;
struct vm_scope;

// What the running task is, for host functions that depend on it.
struct vm_active {
    const struct primitive *primitive; // NULL in scripts
    struct secret_memo *secrets;       // may be NULL
    size_t secrets_used;               // how many of them this task has come upon
    bool script;                       // may call primitives
    enum err_code error_code;          // what a raised error means, when not E_SCRIPT
    int status;                        // of the answer that made it fail, or 0
};

struct vm {
    struct arena *arena;
    struct arena *passing; // vm_passing
    struct catalog *catalog;
    lua_State *L;
    struct vm_owner base; // what belongs to no run
    struct vm_owner *owners;
    struct vm_run *current; // who is charged now, or NULL
    bool enforcing; // Lua code runs (protected): budgets hold. Elsewhere a refusal would end the process
    int64_t slice_start_ns;             // processor time; 0: not counted yet
    const struct catalog_file *loading; // the file whose top level runs now, or NULL
    int env;                            // registry references: the locked environment,
    int libraries;                      // table of loaded libraries by name,
    int prelude;                        // what prelude.lua returned: reader, writer, defaults
    struct intake_shape *intake_shapes; // in their order; NULL before first use
    size_t intake_count;
    const struct value *intake_terms; // what stdlib/lib/alert_kinds.lua says; NULL before first use
    lua_State *scratch;               // thread that evaluates expressions and loads files
    struct vm_primitive *primitives;  // loaded ones, a list
    const char **primitive_names;
    const char **function_names;
    struct vm_active *active;     // of the task that runs now, or NULL
    const struct vm_scope *scope; // where names come from while an expression is evaluated
    int expr_env;
};

struct vm *vm_of(lua_State *L);
// For values that outlive the call: of the run that is charged, or of the machine.
struct arena *vm_arena(const struct vm *vm);
// For what Lua gets a copy of: it is emptied when the next function of the core asks for it.
struct arena *vm_passing(lua_State *L);
// Charges what follows to `run` (NULL: nobody); returns who was charged before.
struct vm_run *vm_charge(struct vm *vm, struct vm_run *run);
int vm_new_cache(struct vm *vm, struct vm_run *run); // for cache_ref of struct vm_run
void vm_arm(lua_State *thread);                      // sets the count hook on a thread
// For a function that takes long for a few instructions: an error where the hook would make one.
void vm_check_time(lua_State *L);
// The same for one that compares many values: long texts are compared letter by letter.
void vm_check_long(lua_State *L, int index);
// Around every protected piece of Lua code: budgets hold between the two.
void vm_slice_begin(struct vm *vm);
void vm_slice_end(struct vm *vm);

// Compiles source text (never bytecode) with the locked environment; the function is pushed on L. False: err
// filled, nothing pushed.
bool vm_compile(struct vm *vm, lua_State *L, const char *chunk_name, const char *bytes, size_t length,
                struct err *err);
// Compiles and runs a file's top level; its one result is on top of vm->L. False: err filled, nothing pushed.
bool vm_run_file(struct vm *vm, const struct catalog_file *file, struct err *err);
// Makes the locked environment; its unlocked table stays in the registry as "playbook.globals".
void vm_open_environment(struct vm *vm);
bool vm_is_prelude(const char *source); // a chunk's name
// The functions that only prelude.lua gets, as a table pushed on L.
void vm_push_core(lua_State *L);
// The error value on top of L as err (message and position), popped.
void vm_take_error(lua_State *L, enum err_code code, struct err *err);
// Calls what lies on the stack (function and arguments) for one result: no yield, budgets on. False: err
// filled, or *unknown set to the reason when an unknown was read.
bool vm_call(lua_State *L, int args, const char **unknown, struct err *err);

// The task's next secret, drawn where its effect does not have it yet; NULL: it may have none, or no more.
struct value *vm_next_secret(struct arena *arena, struct vm_active *active, size_t length);

// An empty table that cannot be written stands in front of the table on top of the stack, which it replaces.
void vm_lock_table(lua_State *L);

struct vm_function {
    const char *name;  // "text.trim"
    const char *usage; // "text.join(list, [separator]): one text"; in brackets what may be left out
    lua_CFunction call;
};
// Tables that end in a NULL name.
extern const struct vm_function vm_text_functions[], vm_list_functions[], vm_net_functions[],
    vm_time_functions[], vm_host_functions[], vm_quote_functions[], vm_base_functions[];
