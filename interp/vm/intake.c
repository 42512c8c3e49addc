// Alert payloads to alert records: asks the shapes of stdlib/intake/ in their order. Not for fetching alerts.
// Invariant: what is returned has passed the alert schema, so that playbooks may rely on its fields.
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "vm/alert.h"
#include "vm/bridge.h"
#include "vm/state.h"

struct shape {
    int64_t order;
    int ref;
};

static int by_order(const void *a, const void *b)
{
    const struct shape *x = a, *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

// Loads every shape once; a list of them, in order, stays in the registry.
static bool load_shapes(struct vm *vm, struct err *err)
{
    if (vm->intake_shapes != LUA_NOREF)
        return true;
    const char **paths = catalog_list(vm->catalog, vm->arena, "stdlib/intake/", ".lua");
    size_t count = 0;
    while (paths[count] != NULL)
        count++;
    struct shape *shapes = ARENA_ARRAY(vm->arena, struct shape, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct catalog_file *file = catalog_find(vm->catalog, paths[i], err);
        if (file == NULL || !vm_run_file(vm, file, err))
            return false;
        catalog_use(vm->catalog, file);
        lua_getfield(vm->L, -1, "order");
        shapes[i].order = lua_tointeger(vm->L, -1);
        lua_pop(vm->L, 1);
        shapes[i].ref = luaL_ref(vm->L, LUA_REGISTRYINDEX);
    }
    qsort(shapes, count, sizeof *shapes, by_order);
    lua_createtable(vm->L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(vm->L, LUA_REGISTRYINDEX, shapes[i].ref);
        lua_rawseti(vm->L, -2, (lua_Integer)i + 1);
        luaL_unref(vm->L, LUA_REGISTRYINDEX, shapes[i].ref);
    }
    vm->intake_shapes = luaL_ref(vm->L, LUA_REGISTRYINDEX);
    return true;
}

// The place of the longest part of a path "a.b[1].c" that the payload has, names compared without case.
static struct src_pos place_of(const struct value *raw, const char *path)
{
    struct src_pos pos = raw->pos;
    char name[128];
    while (raw != NULL && *path != '\0') {
        size_t length = strcspn(path, ".[");
        if (*path == '[') {
            raw = value_item(raw, (size_t)strtoul(path + 1, NULL, 10));
            path += strcspn(path, "]") + (strchr(path, ']') != NULL);
        } else {
            if (length >= sizeof name)
                break;
            memcpy(name, path, length);
            name[length] = '\0';
            raw = value_get_nocase(raw, name);
            path += length;
        }
        path += *path == '.';
        if (raw != NULL && raw->pos.line > 0)
            pos = raw->pos;
    }
    return pos;
}

// What wrong() raised, as an error at its place. The error value is on top of L and is popped.
static void take_refusal(lua_State *L, const struct value *raw, struct arena *arena, struct err *err)
{
    if (!lua_istable(L, -1)) {
        vm_take_error(L, E_ALERT, err);
        return;
    }
    lua_getfield(L, -1, "path");
    lua_getfield(L, -2, "message");
    const char *path = lua_tostring(L, -2), *message = lua_tostring(L, -1);
    if (err != NULL)
        err_set_at(err, E_ALERT, place_of(raw, path != NULL ? arena_strdup(arena, path) : ""), "%s",
                   message != NULL ? message : "the alert cannot be read");
    lua_pop(L, 3);
}

// Calls member(raw) of the shape on top of L; the result is pushed. False: err filled, nothing pushed.
static bool call_shape(struct vm *vm, const char *member, const struct value *raw, struct err *err)
{
    lua_State *L = vm->L;
    if (lua_getfield(L, -1, member) != LUA_TFUNCTION) {
        lua_pop(L, 1);
        return err_set(err, E_CHECK, "an alert shape lacks '%s'", member);
    }
    bridge_push(L, raw);
    bool outer = !vm->enforcing;
    if (outer)
        vm_slice_begin(vm);
    lua_sethook(L, lua_gethook(vm->scratch), LUA_MASKCOUNT, 1000);
    int status = lua_pcall(L, 1, 1, 0);
    lua_sethook(L, NULL, 0, 0);
    if (outer)
        vm_slice_end(vm);
    if (status == LUA_OK)
        return true;
    take_refusal(L, raw, vm->current->arena, err);
    return false;
}

// Leaves the first shape that knows the payload on the stack. False: none does (or err is filled).
static bool find_shape(struct vm *vm, const struct value *raw, struct err *err)
{
    lua_State *L = vm->L;
    lua_rawgeti(L, LUA_REGISTRYINDEX, vm->intake_shapes);
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) == LUA_TTABLE; i++) {
        if (!call_shape(vm, "matches", raw, err)) {
            lua_pop(L, 2);
            return false;
        }
        bool known = lua_toboolean(L, -1);
        lua_pop(L, 1);
        if (known) {
            lua_remove(L, -2);
            return true;
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
    err_set_at(err, E_ALERT, raw->pos, "this is no alert of a known shape");
    err_hint(err, "known shapes are listed in stdlib/intake/");
    return false;
}

const struct value *vm_read_alerts(struct vm *vm, struct vm_run *run, const struct value *raw,
                                   struct err_list *notes, struct err *err)
{
    struct vm_run *before = vm_charge(vm, run);
    const struct value *alerts = NULL;
    bool was_enforcing = vm->enforcing;
    vm->enforcing = false; // loading and copying are the core's own work
    if (load_shapes(vm, err) && find_shape(vm, raw, err)) {
        if (call_shape(vm, "alerts", raw, err)) {
            const struct value *records = bridge_value(vm->L, -1, run->arena, "an alert", err);
            lua_pop(vm->L, 1);
            if (records != NULL)
                alerts = alert_check_all(run->arena, records, raw, notes, err);
        }
        lua_pop(vm->L, 1);
    }
    vm->enforcing = was_enforcing;
    vm_charge(vm, before);
    return alerts;
}

const struct value *vm_sample_alert(struct vm *vm, struct vm_run *run, const char *shape,
                                    const struct value *alert, struct err *err)
{
    struct vm_run *before = vm_charge(vm, run);
    const struct value *payload = NULL;
    bool found = false;
    if (load_shapes(vm, err)) {
        lua_State *L = vm->L;
        lua_rawgeti(L, LUA_REGISTRYINDEX, vm->intake_shapes);
        for (lua_Integer i = 1; !found && lua_rawgeti(L, -1, i) == LUA_TTABLE; i++) {
            lua_getfield(L, -1, "name");
            found = lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), shape) == 0;
            lua_pop(L, 1);
            if (found && call_shape(vm, "sample", alert, err)) {
                payload = bridge_value(L, -1, run->arena, "the sample", err);
                lua_pop(L, 1);
            }
            lua_pop(L, 1);
        }
        lua_pop(L, found ? 1 : 2);
        if (!found)
            err_set(err, E_UNKNOWN_NAME, "there is no alert shape '%.60s'", shape);
    }
    vm_charge(vm, before);
    return payload;
}
