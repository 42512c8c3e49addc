// The one Lua state: its allocator with an account for each run, the hook that ends runaway code, the locked
// environment, and loading of files. Not for values (bridge.c) nor for what primitives are (prim.c).
// Invariant: outside vm_slice_begin/_end no allocation is refused, so no Lua error can escape into C.
#include "vm/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/panic.h"
#include "playbook/catalog.h"
#include "vm/bridge.h"

enum { HOOK_EVERY = 1000 };

struct vm *vm_of(lua_State *L)
{
    return *(struct vm **)lua_getextraspace(L);
}

struct arena *vm_arena(const struct vm *vm)
{
    return vm->current != NULL ? vm->current->arena : vm->arena;
}

struct arena *vm_passing(lua_State *L)
{
    struct arena *arena = vm_of(L)->passing;
    arena_clear(arena);
    return arena;
}

static void *allocate(void *context, void *old, size_t old_size, size_t size)
{
    struct vm *vm = context;
    struct vm_owner *owner = old != NULL                                         ? heap_owner(old, old_size)
                             : vm->current != NULL && vm->current->owner != NULL ? vm->current->owner
                                                                                 : &vm->base;
    size_t had = old == NULL ? 0 : old_size; // of what is new it is the type
    if (size == 0) {
        owner->live -= had;
        if (old != NULL)
            heap_put(old, old_size);
        return NULL;
    }
    if (vm->enforcing && size > had && owner->live + (size - had) > owner->limit) {
        owner->dead = true;
        return NULL;
    }
    void *block = old == NULL ? heap_get(owner, size) : heap_resize(old, old_size, size);
    if (block != NULL)
        owner->live = owner->live - had + size;
    return block;
}

static int at_panic(lua_State *L)
{
    const char *message = lua_tostring(L, -1);
    panic("Lua: %s", message != NULL ? message : "an error outside a protected call");
}

// Ends the code at the line where the hook found it.
static void stop(lua_State *L, lua_Debug *activation, const char *why, int limit)
{
    lua_getinfo(L, "Sl", activation);
    lua_pushfstring(L, "%s:%d: ", activation->short_src, activation->currentline);
    lua_pushfstring(L, why, limit);
    lua_concat(L, 2);
    lua_error(L);
}

static const char late[] = "the script runs longer than %d ms without waiting for anything";

static bool is_late(struct vm *vm)
{
    int64_t now = clock_processor_ns();
    if (vm->slice_start_ns == 0) // asked for here, since most slices end before the first count
        vm->slice_start_ns = now;
    return now - vm->slice_start_ns > VM_MAX_SLICE_MS * INT64_C(1000000);
}

static void hook(lua_State *L, lua_Debug *activation)
{
    struct vm *vm = vm_of(L);
    struct vm_run *run = vm->current;
    if (run != NULL) {
        run->instructions += HOOK_EVERY;
        if (run->owner != NULL && run->owner->dead)
            stop(L, activation, "the script uses more than %d MB of memory", VM_MAX_MEMORY / 1024 / 1024);
        if (run->instructions > VM_MAX_INSTRUCTIONS)
            stop(L, activation, "the script used up its %d million instructions",
                 (int)(VM_MAX_INSTRUCTIONS / 1000000));
    }
    if (is_late(vm))
        stop(L, activation, late, VM_MAX_SLICE_MS);
}

void vm_check_time(lua_State *L)
{
    if (is_late(vm_of(L)))
        luaL_error(L, late, VM_MAX_SLICE_MS);
}

void vm_check_long(lua_State *L, int index)
{
    enum { LONG = 4096 };
    if (lua_type(L, index) == LUA_TSTRING && lua_rawlen(L, index) > LONG)
        vm_check_time(L);
}

void vm_arm(lua_State *thread)
{
    lua_sethook(thread, hook, LUA_MASKCOUNT, HOOK_EVERY);
}

void vm_slice_begin(struct vm *vm)
{
    vm->enforcing = true;
    vm->slice_start_ns = 0;
}

void vm_slice_end(struct vm *vm)
{
    vm->enforcing = false;
}

struct vm_run *vm_charge(struct vm *vm, struct vm_run *run)
{
    struct vm_run *before = vm->current;
    vm->current = run;
    return before;
}

int vm_new_cache(struct vm *vm, struct vm_run *run)
{
    struct vm_run *before = vm_charge(vm, run);
    lua_newtable(vm->L);
    int ref = luaL_ref(vm->L, LUA_REGISTRYINDEX);
    vm_charge(vm, before);
    return ref;
}

void vm_run_open(struct vm *vm, struct vm_run *run)
{
    struct vm_owner *owner = vm->owners;
    while (owner != NULL && !(owner->closed && owner->live == 0))
        owner = owner->next;
    if (owner == NULL) {
        owner = ARENA_NEW(vm->arena, struct vm_owner);
        owner->next = vm->owners;
        vm->owners = owner;
    }
    owner->limit = VM_MAX_MEMORY;
    owner->closed = owner->dead = false;
    run->owner = owner;
    run->instructions = 0;
    run->cache_ref = vm_new_cache(vm, run);
}

void vm_run_close(struct vm *vm, struct vm_run *run)
{
    luaL_unref(vm->L, LUA_REGISTRYINDEX, run->cache_ref);
    for (; run->idle != NULL; run->idle = run->idle->next)
        luaL_unref(vm->L, LUA_REGISTRYINDEX, run->idle->ref);
    run->owner->closed = true;
    run->owner = NULL;
}

// The usages (or names) of all functions of the groups, NULL-terminated.
static const char **function_texts(struct arena *arena, const struct vm_function *const *groups, bool usage)
{
    size_t count = 0;
    for (size_t g = 0; groups[g] != NULL; g++)
        for (const struct vm_function *row = groups[g]; row->name != NULL; row++)
            count++;
    const char **texts = ARENA_ARRAY(arena, const char *, count + 1);
    count = 0;
    for (size_t g = 0; groups[g] != NULL; g++)
        for (const struct vm_function *row = groups[g]; row->name != NULL; row++)
            texts[count++] = usage ? row->usage : row->name;
    return texts;
}

static const struct vm_function *const for_expressions[] = {vm_text_functions, vm_list_functions,
                                                            vm_net_functions, vm_time_functions, NULL};
static const struct vm_function *const for_files[] = {vm_quote_functions, vm_host_functions,
                                                      vm_base_functions, NULL};

const char *const *vm_functions(struct vm *vm)
{
    return vm->function_names;
}

const char *const *vm_usages(struct arena *arena, bool expressions)
{
    return function_texts(arena, expressions ? for_expressions : for_files, true);
}

static const char prelude_path[] = "stdlib/prelude.lua";

bool vm_is_prelude(const char *source)
{
    return strcmp(source + 1, prelude_path) == 0;
}

// The prelude sees the environment and, through its arguments, what only it may use.
static bool open_prelude(struct vm *vm, struct err *err)
{
    const struct catalog_file *file = catalog_find(vm->catalog, prelude_path, err);
    if (file == NULL)
        return err_set(err, E_FILE, "the library has no %s", prelude_path);
    catalog_use(vm->catalog, file);
    if (!vm_run_file(vm, file, err))
        return false;
    vm->prelude = luaL_ref(vm->L, LUA_REGISTRYINDEX);
    return true;
}

struct vm *vm_open(struct arena *arena, struct catalog *catalog, struct err *err)
{
    struct vm *vm = ARENA_NEW(arena, struct vm);
    vm->arena = arena;
    vm->passing = arena_open();
    vm->catalog = catalog;
    vm->base.limit = (size_t)4 * VM_MAX_MEMORY;
    vm->L = lua_newstate(allocate, vm);
    if (vm->L == NULL)
        panic_memory();
    lua_atpanic(vm->L, at_panic);
    *(struct vm **)lua_getextraspace(vm->L) = vm;
    bridge_open(vm->L);
    vm_open_environment(vm);
    lua_newtable(vm->L);
    vm->libraries = luaL_ref(vm->L, LUA_REGISTRYINDEX);
    vm->scratch = lua_newthread(vm->L);
    luaL_ref(vm->L, LUA_REGISTRYINDEX);
    vm_arm(vm->scratch);
    vm->function_names = function_texts(vm->arena, for_expressions, false);
    if (!open_prelude(vm, err)) {
        vm_close(vm);
        return NULL;
    }
    return vm;
}

void vm_close(struct vm *vm)
{
    if (vm == NULL)
        return;
    lua_close(vm->L);
    heap_close(&vm->base.heap);
    for (struct vm_owner *owner = vm->owners; owner != NULL; owner = owner->next)
        heap_close(&owner->heap);
    arena_close(vm->passing);
}

// The chunk on top sees the locked environment and nothing else.
static void lock_in(struct vm *vm, lua_State *L)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, vm->env);
    const char *upvalue = lua_setupvalue(L, -2, 1);
    REQUIRE(upvalue != NULL);
}

bool vm_compile(struct vm *vm, lua_State *L, const char *chunk_name, const char *bytes, size_t length,
                struct err *err)
{
    if (luaL_loadbufferx(L, bytes, length, chunk_name, "t") != LUA_OK) {
        vm_take_error(L, E_SYNTAX, err);
        return false;
    }
    lock_in(vm, L);
    return true;
}

// Bytecode that the build made, where the Lua at hand reads it; else the text. Nobody else's bytecode is
// loaded.
static bool load_file(struct vm *vm, lua_State *L, const struct catalog_file *file, struct err *err)
{
    const char *name = arena_printf(vm->arena, "@%s", file->name);
    if (file->compiled == NULL)
        return vm_compile(vm, L, name, file->bytes, file->length, err);
    if (luaL_loadbufferx(L, file->compiled, file->compiled_length, name, "b") != LUA_OK) {
        lua_pop(L, 1);
        return vm_compile(vm, L, name, file->bytes, file->length, err);
    }
    lock_in(vm, L);
    return true;
}

bool vm_run_file(struct vm *vm, const struct catalog_file *file, struct err *err)
{
    lua_State *L = vm->scratch;
    if (!load_file(vm, L, file, err))
        return false;
    const struct catalog_file *before = vm->loading;
    vm->loading = file;
    bool is_prelude = vm->prelude == 0;
    if (is_prelude)
        vm_push_core(L);
    bool ok = vm_call(L, is_prelude ? 1 : 0, NULL, err);
    vm->loading = before;
    if (ok)
        lua_xmove(L, vm->L, 1);
    return ok;
}

bool vm_call(lua_State *L, int args, const char **unknown, struct err *err)
{
    struct vm *vm = vm_of(L);
    bool outer = !vm->enforcing; // calls nest when a library is loaded while a primitive is
    if (outer)
        vm_slice_begin(vm);
    int status = lua_pcall(L, args, 1, 0);
    if (outer)
        vm_slice_end(vm);
    if (status == LUA_OK)
        return true;
    const char *why = bridge_unknown_reason(L, -1);
    if (unknown != NULL && why != NULL) {
        *unknown = arena_strdup(vm_arena(vm), why);
        lua_pop(L, 1);
        return false;
    }
    vm_take_error(L, E_SCRIPT, err);
    return false;
}

// Splits "file:line: message" as Lua makes it.
static const char *split_position(const char *message, struct src_pos *pos, char *file, size_t size)
{
    const char *colon = strchr(message, ':');
    if (colon == NULL || colon == message)
        return message;
    char *end;
    long line = strtol(colon + 1, &end, 10);
    if (end == colon + 1 || *end != ':' || line < 1 || (size_t)(colon - message) >= size)
        return message;
    memcpy(file, message, (size_t)(colon - message));
    file[colon - message] = '\0';
    pos->line = (int)line;
    pos->column = 1;
    return end + 1 + (end[1] == ' ');
}

void vm_take_error(lua_State *L, enum err_code code, struct err *err)
{
    struct vm *vm = vm_of(L);
    char file[256] = "";
    struct src_pos pos = {0};
    const char *why = bridge_unknown_reason(L, -1);
    const char *message = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    if (why != NULL) {
        err_set(err, code, "a value that is not known yet was read: %s", why);
    } else if (message == NULL) {
        err_set(err, code, "the script raised an error that is no text");
    } else {
        message = split_position(message, &pos, file, sizeof file);
        if (file[0] != '\0')
            pos.file = arena_strdup(vm_arena(vm), file);
        if (strcmp(message, "not enough memory") == 0 || strstr(message, "the script") == message)
            code = code == E_SYNTAX ? code : E_BUDGET;
        err_set_at(err, code, pos, "%s", message);
    }
    lua_pop(L, 1);
}
