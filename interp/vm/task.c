// Coroutines that run primitives' functions and scripts. Not for deciding what is sent: wishes are handed to
// run/. Invariant: a task that has failed or is done is never resumed; its coroutine is dropped, not unwound.
#include "vm/task.h"

#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "data/value.h"
#include "playbook/playbook.h"
#include "policy/request.h"
#include "vm/bridge.h"
#include "vm/program.h"
#include "vm/state.h"

enum { AWAITED_LENGTH = 32 };

struct task_core {
    struct vm *vm;
    struct vm_run *run;
    struct vm_thread *thread; // NULL: closed
    lua_State *L;             // its own
    struct err *err;          // of the slice that runs now
    int args;                 // to be passed at the first resume
    bool started, returned;
    bool bodies; // of the answers it waits for nothing else is wanted
    int waits;   // so far
    const struct vm_scope *scope;
    int cache; // a script's own copies of what it reads, which it may change; 0: a primitive's
    struct vm_active active;
    enum primitive_slot slot;  // of a primitive's
    const struct expr *script; // of a script; NULL: a primitive's
};

static const enum phase slot_phases[SLOT_COUNT] = {
    [SLOT_TARGET] = PHASE_PLAN, [SLOT_OBSERVE] = PHASE_OBSERVE, [SLOT_PLAN] = PHASE_PLAN,
    [SLOT_APPLY] = PHASE_APPLY, [SLOT_VERIFY] = PHASE_VERIFY,   [SLOT_UNDO] = PHASE_UNDO,
    [SLOT_ONCE] = PHASE_PLAN,   [SLOT_RESULT] = PHASE_PLAN,
};

// One that has returned serves the next task.
static struct vm_thread *thread_take(struct vm *vm, struct vm_run *run)
{
    struct vm_thread *thread = run->idle;
    if (thread != NULL) {
        run->idle = thread->next;
        return thread;
    }
    struct vm_run *before = vm_charge(vm, run);
    thread = ARENA_NEW(run->arena, struct vm_thread);
    thread->L = lua_newthread(vm->L);
    thread->ref = luaL_ref(vm->L, LUA_REGISTRYINDEX);
    vm_arm(thread->L);
    vm_charge(vm, before);
    return thread;
}

static struct task *task_new(struct vm *vm, struct vm_run *run, enum phase phase)
{
    struct task *task = ARENA_NEW(run->arena, struct task);
    struct task_core *core = ARENA_NEW(run->arena, struct task_core);
    task->phase = phase;
    task->core = core;
    task->result = &value_null;
    core->vm = vm;
    core->run = run;
    core->thread = thread_take(vm, run);
    core->L = core->thread->L;
    return task;
}

// Pushes the declared function, or the prelude's default followed by the declaration.
static int push_function(struct task_core *core, const struct primitive *primitive, enum primitive_slot slot)
{
    lua_State *L = core->L;
    lua_rawgeti(L, LUA_REGISTRYINDEX, primitive->table);
    if (primitive->has[slot]) {
        lua_getfield(L, -1, primitive_slot_member(slot));
        lua_remove(L, -2);
        return 0;
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, core->vm->prelude);
    lua_getfield(L, -1, primitive_slot_member(slot));
    lua_remove(L, -2);
    lua_insert(L, -2);
    return 1;
}

static void push_handle(struct task_core *core, enum phase phase)
{
    lua_rawgeti(core->L, LUA_REGISTRYINDEX, core->vm->prelude);
    lua_getfield(core->L, -1, phase_writes(phase) ? "writer" : "reader");
    lua_remove(core->L, -2);
}

struct task *task_open(struct vm *vm, struct vm_run *run, const struct primitive *primitive,
                       enum primitive_slot slot, const struct value *const *args, size_t count,
                       struct secret_memo *secrets)
{
    enum phase phase = slot_phases[slot];
    struct task *task = task_new(vm, run, phase);
    struct task_core *core = task->core;
    core->active = (struct vm_active){.primitive = primitive, .secrets = secrets};
    core->slot = slot;
    struct vm_run *before = vm_charge(vm, run);
    core->args = push_function(core, primitive, slot);
    for (size_t i = 0; i < count; i++) { // where there is no own apply, what is desired becomes the body
        bool body = slot == SLOT_APPLY && !primitive->has[slot] && i + 1 == count;
        (body ? bridge_push_body : bridge_push)(core->L, args[i]);
    }
    core->args += (int)count;
    if (phase_reads(phase)) {
        push_handle(core, phase);
        core->args++;
    }
    vm_charge(vm, before);
    return task;
}

struct task *task_open_script(struct vm *vm, struct vm_run *run, struct vm_program *program,
                              const struct expr *expr, const struct vm_scope *scope)
{
    struct task *task = task_new(vm, run, PHASE_PLAN);
    struct task_core *core = task->core;
    core->scope = scope;
    core->active.script = true;
    core->script = expr;
    REQUIRE(program->refs[expr->slot] != LUA_NOREF);
    core->cache = vm_new_cache(vm, run);
    lua_rawgeti(core->L, LUA_REGISTRYINDEX, program->refs[expr->slot]);
    if (expr->source == NULL) { // functions of .lua playbooks get the names as one table
        lua_rawgeti(core->L, LUA_REGISTRYINDEX, vm->expr_env);
        core->args = 1;
    }
    return task;
}

// A copy of the text at that name of the table on top of the thread; NULL: there is none.
static const char *text_field(struct task_core *core, const char *name)
{
    bool there = lua_getfield(core->L, -1, name) == LUA_TSTRING;
    const char *text = there ? arena_strdup(core->run->arena, lua_tostring(core->L, -1)) : NULL;
    lua_pop(core->L, 1);
    return text;
}

static bool flag_field(struct task_core *core, const char *name)
{
    lua_getfield(core->L, -1, name);
    bool set = lua_toboolean(core->L, -1);
    lua_pop(core->L, 1);
    return set;
}

static bool value_field(struct task_core *core, const char *name, const struct value **out)
{
    int type = lua_getfield(core->L, -1, name);
    *out = NULL;
    if (type != LUA_TNIL)
        *out = bridge_value(core->L, -1, core->run->arena, name, core->err);
    lua_pop(core->L, 1);
    return type == LUA_TNIL || *out != NULL;
}

// The table on top of the thread as a request.
static bool take_request(struct task_core *core, struct request *request)
{
    request->method = text_field(core, "method");
    request->url = text_field(core, "url");
    request->resource = text_field(core, "resource");
    request->list = text_field(core, "list");
    request->secret = text_field(core, "secret");
    request->underway = flag_field(core, "underway");
    if (request->method == NULL || request->url == NULL)
        return err_set(core->err, E_SCRIPT, "a request needs a method and a URL");
    return value_field(core, "headers", &request->headers) && value_field(core, "body", &request->body) &&
           value_field(core, "becomes", &request->becomes);
}

static bool take_requests(struct task *task)
{
    struct task_core *core = task->core;
    lua_State *L = core->L;
    size_t count = lua_istable(L, -1) ? (size_t)lua_rawlen(L, -1) : 0;
    if (count == 0 || count > TASK_MAX_REQUESTS)
        return err_set(core->err, E_SCRIPT, "between 1 and %d requests can be made side by side, not %zu",
                       TASK_MAX_REQUESTS, count);
    struct request *requests = ARENA_ARRAY(core->run->arena, struct request, count);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        bool ok = lua_istable(L, -1) && take_request(core, &requests[i]);
        lua_pop(L, 1);
        if (!ok && core->err->code == E_NONE)
            err_set(core->err, E_SCRIPT, "a request must be a table");
        if (!ok)
            return false;
    }
    task->requests = requests;
    task->request_count = count;
    return true;
}

// What the coroutine yielded: a kind and its payload on top of the stack.
static void take_wish(struct task *task, int results)
{
    struct task_core *core = task->core;
    lua_State *L = core->L;
    const char *kind = results >= 2 ? lua_tostring(L, -2) : NULL;
    REQUIRE(kind != NULL);
    if (++core->waits > TASK_MAX_WAITS) {
        err_set(core->err, E_LIMIT, "it asked or waited more than %d times", TASK_MAX_WAITS);
        task->state = TASK_FAILED;
    } else if (strcmp(kind, "requests") == 0 || strcmp(kind, "bodies") == 0) {
        core->bodies = strcmp(kind, "bodies") == 0;
        task->state = take_requests(task) ? TASK_REQUESTS : TASK_FAILED;
    } else if (strcmp(kind, "sleep") == 0) {
        double ms = lua_tonumber(L, -1);
        task->sleep_ms = ms > TASK_MAX_SLEEP_MS ? TASK_MAX_SLEEP_MS : ms > 0 ? (int64_t)ms : 0;
        task->state = TASK_SLEEP;
    } else if (strcmp(kind, "note") == 0) {
        const char *note = lua_tostring(L, -1);
        task->note = note == NULL ? NULL : arena_strdup(core->run->arena, note);
        task->state = note == NULL ? TASK_FAILED : TASK_NOTE;
        if (note == NULL)
            err_set(core->err, E_SCRIPT, "a note is a text, not a %s", luaL_typename(L, -1));
    } else {
        task->call_name = arena_strdup(core->run->arena, kind);
        task->result = bridge_value(L, -1, core->run->arena, "the parameters of a call", core->err);
        task->state = task->result == NULL ? TASK_FAILED : TASK_CALL;
    }
    lua_settop(L, 0);
}

// Into the body on top: the secret that the request waits for, from its answer or, in a rehearsal, in place
// of it.
static void push_awaited(struct task_core *core, const struct request *request,
                         const struct response *response)
{
    const struct value *told = value_get(response->body, request->secret);
    bool has_text = value_is(told, VALUE_SECRET) || value_text(told) != NULL;
    if (!response->predicted && !has_text)
        return;
    struct value *secret = vm_next_secret(core->run->arena, &core->active, AWAITED_LENGTH);
    if (secret == NULL)
        return;
    if (has_text)
        secret->text = arena_strdup(core->run->arena, told->text);
    lua_pushstring(core->L, request->secret);
    bridge_push_secret(core->L, secret);
    lua_rawset(core->L, -3);
}

static void push_responses(struct task *task, const struct response *responses)
{
    struct task_core *core = task->core;
    lua_State *L = core->L;
    lua_createtable(L, (int)task->request_count, 0);
    for (size_t i = 0; i < task->request_count; i++) {
        lua_createtable(L, 0, 4);
        lua_pushinteger(L, responses[i].status);
        lua_setfield(L, -2, "status");
        if (!core->bodies) {
            bridge_push(L, responses[i].headers);
            lua_setfield(L, -2, "headers");
        }
        bridge_push(L, responses[i].body);
        if (task->requests[i].secret != NULL && lua_istable(L, -1))
            push_awaited(core, &task->requests[i], &responses[i]);
        lua_setfield(L, -2, "body");
        if (responses[i].failure != NULL) {
            lua_pushstring(L, responses[i].failure);
            lua_setfield(L, -2, "failure");
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void finish(struct task *task, int status, int results)
{
    struct task_core *core = task->core;
    lua_State *L = core->L;
    if (status == LUA_OK) {
        core->returned = true;
        task->state = TASK_DONE;
        task->silent = results == 0;
        if (results > 0)
            task->result = bridge_value(L, -results, core->run->arena, "the result", core->err);
        if (task->result == NULL)
            task->state = TASK_FAILED;
        return;
    }
    const char *why = bridge_unknown_reason(L, -1);
    if (why != NULL) {
        task->unknown = arena_strdup(core->run->arena, why);
        task->state = TASK_UNKNOWN;
        return;
    }
    vm_take_error(L, core->active.error_code != E_NONE ? core->active.error_code : E_SCRIPT, core->err);
    if (core->active.error_code == E_HTTP)
        primitive_hint_needed(core->active.primitive, core->active.status, core->err);
    task->state = TASK_FAILED;
}

// A mistake of the script that names no place is where it was at work, or else where the function begins.
static void place_error(const struct task_core *core)
{
    struct err *err = core->err;
    bool of_script = err->code == E_SCRIPT || err->code == E_BUDGET || err->code == E_LIMIT;
    lua_Debug at;
    for (int level = 0; of_script && err->pos.file == NULL && lua_getstack(core->L, level, &at); level++)
        if (lua_getinfo(core->L, "Sl", &at) != 0 && at.currentline > 0 && !vm_is_prelude(at.source))
            err->pos = (struct src_pos){arena_strdup(core->run->arena, at.short_src), at.currentline, 1};
    if (!of_script || err->pos.file != NULL)
        return;
    err->pos = core->script != NULL
                   ? core->script->pos
                   : primitive_place(core->active.primitive, primitive_slot_member(core->slot));
}

void task_resume(struct task *task, const struct response *responses, const struct value *value)
{
    struct task_core *core = task->core;
    struct vm *vm = core->vm;
    lua_State *L = core->L;
    struct vm_run *before = vm_charge(vm, core->run);
    const struct vm_scope *outer_scope = vm->scope;
    struct vm_active *outer_active = vm->active;
    int args = core->started ? 0 : core->args, results = 0, shared = core->run->cache_ref;
    if (core->started && task->state == TASK_REQUESTS) {
        push_responses(task, responses);
        args = 1;
    } else if (core->started && task->state == TASK_CALL) {
        bridge_push(L, value);
        args = 1;
    }
    struct err err = {0};
    core->started = true;
    core->err = &err;
    vm->scope = core->scope;
    vm->active = &core->active;
    core->run->cache_ref = core->cache;
    task->result = &value_null;
    vm_slice_begin(vm);
    int status = lua_resume(L, vm->L, args, &results);
    vm_slice_end(vm);
    core->run->cache_ref = shared;
    if (status == LUA_YIELD)
        take_wish(task, results);
    else
        finish(task, status, results);
    if (task->state == TASK_FAILED)
        place_error(core);
    core->err = NULL;
    if (task->state == TASK_FAILED)
        task->err = memcpy(ARENA_NEW(core->run->arena, struct err), &err, sizeof err);
    vm->active = outer_active;
    vm->scope = outer_scope;
    vm_charge(vm, before);
}

void task_close(struct task *task)
{
    struct task_core *core = task == NULL ? NULL : task->core;
    struct vm_thread *thread = core == NULL ? NULL : core->thread;
    if (thread == NULL)
        return;
    core->thread = NULL;
    if (core->cache != 0)
        luaL_unref(core->vm->L, LUA_REGISTRYINDEX, core->cache);
    if (core->returned) {
        lua_settop(thread->L, 0);
        thread->next = core->run->idle;
        core->run->idle = thread;
    } else {
        luaL_unref(core->vm->L, LUA_REGISTRYINDEX, thread->ref);
    }
}
