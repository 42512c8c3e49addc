// Expressions. The mentions of an expression decide first whether it can be evaluated at all (an unknown
// spreads); then Lua evaluates it with names looked up by the scope of the step. Invariant: values that
// expressions see are copies cached for the run; expressions cannot change them, since they have no
// statements and only pure functions. What can change them, a script or a function, sees copies of its own.
#include "vm/expr.h"

#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/value.h"
#include "playbook/mention.h"
#include "playbook/playbook.h"
#include "vm/bridge.h"
#include "vm/program.h"
#include "vm/state.h"

enum { SETTLED_DEPTH = 32 };

// __index of the environment of expressions: areas first, then the scope's names.
static int find_name(lua_State *L)
{
    struct vm *vm = vm_of(L);
    const char *name = luaL_checkstring(L, 2);
    const struct value *value = vm->scope == NULL ? NULL : vm->scope->find(vm->scope->context, name);
    if (value == NULL) {
        lua_getfield(L, LUA_REGISTRYINDEX, "playbook.globals");
        lua_getfield(L, -1, name);
        return 1;
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, vm->current->cache_ref);
    if (lua_rawgetp(L, -1, value) == LUA_TNIL) {
        lua_pop(L, 1);
        bridge_push(L, value);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, -3, value);
    }
    return 1;
}

static int refuse_assignment(lua_State *L)
{
    return luaL_error(L, "'%s' cannot be set: steps share nothing but their results (declare it local)",
                      luaL_tolstring(L, 2, NULL));
}

static void push_expression_environment(struct vm *vm, lua_State *L)
{
    if (vm->expr_env == 0) {
        lua_newtable(L);
        lua_createtable(L, 0, 3);
        lua_pushcfunction(L, find_name);
        lua_setfield(L, -2, "__index");
        lua_pushcfunction(L, refuse_assignment);
        lua_setfield(L, -2, "__newindex");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        lua_setmetatable(L, -2);
        vm->expr_env = luaL_ref(L, LUA_REGISTRYINDEX);
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, vm->expr_env);
}

struct vm_program *vm_program_open(struct vm *vm, int slots)
{
    struct vm_program *program = ARENA_NEW(vm->arena, struct vm_program);
    program->vm = vm;
    program->slots = slots;
    program->refs = ARENA_ARRAY(vm->arena, int, (size_t)slots);
    program->exprs = ARENA_ARRAY(vm->arena, const struct expr *, (size_t)slots);
    program->is_body = ARENA_ARRAY(vm->arena, bool, (size_t)slots);
    program->paths = ARENA_ARRAY(vm->arena, const struct mention *, (size_t)slots);
    for (int i = 0; i < slots; i++)
        program->refs[i] = LUA_NOREF;
    return program;
}

void vm_program_add(struct vm_program *program, const struct expr *expr, bool is_body)
{
    if (expr == NULL)
        return;
    REQUIRE(expr->slot >= 0 && expr->slot < program->slots);
    program->exprs[expr->slot] = expr;
    program->is_body[expr->slot] = is_body;
    program->paths[expr->slot] = is_body ? NULL : mention_path(expr);
}

// On lines of its own, so that a comment in it ends.
static void add_expression(struct text *chunk, const struct expr *expr)
{
    text_add(chunk, "return (\n");
    text_add(chunk, expr->source);
    text_add(chunk, "\n)");
}

static bool compile_one(struct vm_program *program, const struct expr *expr, struct arena *scratch,
                        struct err *err)
{
    struct vm *vm = program->vm;
    lua_State *L = vm->scratch;
    if (expr->source == NULL) { // a function of a .lua playbook
        lua_rawgeti(L, LUA_REGISTRYINDEX, (int)expr->function_ref->integer);
    } else {
        bool is_body = program->is_body[expr->slot];
        struct text chunk = text_new(scratch);
        for (int line = 1; is_body && line < expr->pos.line; line++)
            text_addc(&chunk, '\n'); // so that Lua counts the file's lines
        if (is_body)
            text_addf(&chunk, "%s\n", expr->source);
        else
            add_expression(&chunk, expr);
        const char *name =
            arena_printf(scratch, "=%s", expr->pos.file == NULL ? "expression" : expr->pos.file);
        if (!vm_compile(vm, L, name, chunk.ptr, chunk.length, err)) {
            if (!is_body || err->pos.line == 0)
                err->pos = expr->pos;
            if (strcmp(err->message, "unexpected symbol near <eof>") == 0)
                err_hint(err, "the expression is not complete: was it cut by ' #' or ': '?");
            return false;
        }
    }
    push_expression_environment(vm, L);
    if (expr->source != NULL)
        lua_setupvalue(L, -2, 1);
    else
        lua_pop(L, 1);
    program->refs[expr->slot] = luaL_ref(L, LUA_REGISTRYINDEX);
    return true;
}

// A path is followed in C, nearly always: it becomes Lua when that is first needed.
static bool is_path(const struct vm_program *program, int slot)
{
    return program->paths[slot] != NULL;
}

// All others as the functions of one chunk, which costs a fraction. False: one of them is no Lua. That each
// is a whole by itself, so that none can reach into its neighbour, was seen when it was read (mention.h).
static bool compile_together(struct vm_program *program, struct arena *scratch)
{
    struct vm *vm = program->vm;
    lua_State *L = vm->scratch;
    struct text chunk = text_new_sized(scratch, 4096);
    text_add(&chunk, "return {\n");
    for (int slot = 0; slot < program->slots; slot++) {
        const struct expr *expr = program->exprs[slot];
        bool is_expression =
            expr != NULL && expr->source != NULL && !program->is_body[slot] && !is_path(program, slot);
        text_add(&chunk, is_expression ? "function() " : "false");
        if (is_expression)
            add_expression(&chunk, expr);
        text_add(&chunk, is_expression ? " end,\n" : ",\n");
    }
    text_add(&chunk, "}");
    if (!vm_compile(vm, L, "=expressions", chunk.ptr, chunk.length, NULL))
        return false;
    push_expression_environment(vm, L);
    lua_setupvalue(L, -2, 1);
    if (!vm_call(L, 0, NULL, NULL))
        return false;
    for (int slot = 0; slot < program->slots; slot++)
        if (lua_rawgeti(L, -1, slot + 1) == LUA_TFUNCTION)
            program->refs[slot] = luaL_ref(L, LUA_REGISTRYINDEX);
        else
            lua_pop(L, 1);
    lua_pop(L, 1);
    return true;
}

void vm_program_compile(struct vm_program *program, struct err_list *errors)
{
    struct arena *scratch = arena_open();
    (void)compile_together(program, scratch); // else each says by itself what is wrong with it
    for (int slot = 0; slot < program->slots; slot++) {
        struct err err = {0};
        if (program->exprs[slot] != NULL && program->refs[slot] == LUA_NOREF && !is_path(program, slot) &&
            !compile_one(program, program->exprs[slot], scratch, &err))
            err_list_append(errors, &err);
    }
    arena_close(scratch);
}

static bool compile_path(struct vm_program *program, const struct expr *expr, struct err *err)
{
    struct arena *scratch = arena_open();
    REQUIRE(is_path(program, expr->slot)); // all others were compiled when they were loaded
    bool ok = compile_one(program, expr, scratch, err);
    arena_close(scratch);
    return ok;
}

// What a path leads to; NULL: nothing is there. An unknown on the way is the end of it.
static const struct value *follow(const struct mention *path, const struct vm_scope *scope)
{
    const struct value *at = scope->find(scope->context, path->root);
    for (const char **field = path->fields; at != NULL && *field != NULL; field++) {
        if (at->kind == VALUE_UNKNOWN)
            return at;
        if (**field == '[') {
            size_t index = 0;
            for (const char *digit = *field + 1; *digit >= '0' && *digit <= '9'; digit++)
                index = index * 10 + (size_t)(*digit - '0');
            at = index == 0 ? NULL : value_item(at, index - 1);
        } else {
            at = value_get(at, *field);
        }
    }
    return at;
}

// Would it come back from Lua as it is? There records have their fields in order, and none that is null.
static bool is_settled(const struct value *value, int depth)
{
    bool is_map = value->kind == VALUE_MAP;
    if (!is_map && value->kind != VALUE_LIST)
        return true;
    for (size_t i = 0; i < value->count; i++)
        if (is_map && (value_is_null(value->fields[i].value) ||
                       (i > 0 && strcmp(value->fields[i - 1].key, value->fields[i].key) >= 0)))
            return false;
        else if (depth == 0 || !is_settled(is_map ? value->fields[i].value : value->items[i], depth - 1))
            return false;
    return true;
}

static enum eval_result eval_in_lua(struct vm *vm, struct vm_run *run, const struct vm_program *program,
                                    const struct expr *expr, const struct value **result, struct err *err)
{
    lua_State *L = vm->scratch;
    const char *unknown = NULL;
    enum eval_result outcome = EVAL_FAILED;
    bool is_function = expr->source == NULL; // of a .lua playbook: it gets the names as one table
    int shared = run->cache_ref;
    if (is_function) // it has statements: what it changes is its own copy
        run->cache_ref = vm_new_cache(vm, run);
    lua_rawgeti(L, LUA_REGISTRYINDEX, program->refs[expr->slot]);
    if (is_function)
        push_expression_environment(vm, L);
    if (vm_call(L, is_function ? 1 : 0, &unknown, err)) {
        const struct value *value = bridge_value(L, -1, run->arena, "the expression's value", err);
        lua_pop(L, 1);
        if (value != NULL) {
            *result = value_moved(run->arena, value, expr->pos);
            outcome = EVAL_VALUE;
        }
    } else if (unknown != NULL) {
        *result = value_unknown(run->arena, unknown);
        outcome = EVAL_UNKNOWN;
    }
    if (is_function) {
        luaL_unref(L, LUA_REGISTRYINDEX, run->cache_ref);
        run->cache_ref = shared;
    }
    if (outcome == EVAL_FAILED && err != NULL && (!is_function || err->pos.line == 0))
        err->pos = expr->pos; // a function has lines of its own
    return outcome;
}

enum eval_result vm_eval(struct vm *vm, struct vm_run *run, struct vm_program *program,
                         const struct expr *expr, const struct vm_scope *scope, const struct value **result,
                         struct err *err)
{
    for (size_t i = 0; i < expr->mention_count; i++) {
        const struct mention *mention = &expr->mentions[i];
        const struct value *found = mention->call ? NULL : follow(mention, scope),
                           *unknown = found == NULL ? NULL : value_find_unknown(found);
        if (unknown != NULL) {
            *result = unknown;
            return EVAL_UNKNOWN;
        }
        if (found != NULL && is_path(program, expr->slot) && is_settled(found, SETTLED_DEPTH)) {
            *result = value_moved(run->arena, found, expr->pos); // without Lua, which would copy it twice
            return EVAL_VALUE;
        }
    }
    if (program->refs[expr->slot] == LUA_NOREF && !compile_path(program, expr, err))
        return EVAL_FAILED;
    struct vm_run *before = vm_charge(vm, run);
    const struct vm_scope *outer = vm->scope;
    vm->scope = scope;
    enum eval_result outcome = eval_in_lua(vm, run, program, expr, result, err);
    vm->scope = outer;
    vm_charge(vm, before);
    return outcome;
}
