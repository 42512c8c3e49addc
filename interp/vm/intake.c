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

struct intake_shape {
    const struct catalog_file *file;
    const char *name; // as its file: stdlib/intake/arm_list.lua is arm-list
    long order;
    int ref; // of its table; LUA_NOREF before it is first asked
};

static const char folder[] = "stdlib/intake/", suffix[] = ".lua";

static int by_order(const void *a, const void *b)
{
    const struct intake_shape *x = a, *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

static const char *name_of(struct arena *arena, const char *path)
{
    char *name = arena_strndup(arena, path + strlen(folder), strlen(path) - strlen(folder) - strlen(suffix));
    for (char *c = name; *c != '\0'; c++)
        *c = (char)(*c == '_' ? '-' : *c);
    return name;
}

// The turn of a shape, read off its text, so that a shape that is not asked need not be loaded.
static bool read_order(struct intake_shape *shape, struct err *err)
{
    const char *at = strstr(shape->file->bytes, "return intake {");
    at = at == NULL ? NULL : strstr(at, "order = ");
    if (at != NULL)
        shape->order = strtol(at + strlen("order = "), NULL, 10);
    return shape->order > 0 ||
           err_set_at(err, E_CHECK, (struct src_pos){shape->file->name, 1, 1},
                      "an alert shape ends in `return intake {…}` with `order = N` in it");
}

// Knows every shape once; none is loaded.
static bool list_shapes(struct vm *vm, struct err *err)
{
    if (vm->intake_shapes != NULL)
        return true;
    const char **paths = catalog_list(vm->catalog, vm->arena, folder, suffix);
    size_t count = 0;
    while (paths[count] != NULL)
        count++;
    struct intake_shape *shapes = ARENA_ARRAY(vm->arena, struct intake_shape, count + 1);
    for (size_t i = 0; i < count; i++) {
        shapes[i].file = catalog_find(vm->catalog, paths[i], err);
        shapes[i].name = name_of(vm->arena, paths[i]);
        shapes[i].ref = LUA_NOREF;
        if (shapes[i].file == NULL || !read_order(&shapes[i], err))
            return false;
    }
    qsort(shapes, count, sizeof *shapes, by_order);
    vm->intake_shapes = shapes;
    vm->intake_count = count;
    return true;
}

static bool is_named(lua_State *L, const char *name)
{
    if (!lua_istable(L, -1))
        return false;
    lua_getfield(L, -1, "name");
    bool same = lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), name) == 0;
    lua_pop(L, 1);
    return same;
}

// Pushes a shape's table. False: err filled, nothing pushed.
static bool push_shape(struct vm *vm, struct intake_shape *shape, struct err *err)
{
    lua_State *L = vm->L;
    if (shape->ref == LUA_NOREF) {
        bool was_enforcing = vm->enforcing;
        vm->enforcing = false; // loading is the core's own work
        bool loaded = vm_run_file(vm, shape->file, err);
        vm->enforcing = was_enforcing;
        if (!loaded)
            return false;
        catalog_use(vm->catalog, shape->file);
        if (!is_named(L, shape->name)) {
            lua_pop(L, 1);
            return err_set_at(err, E_CHECK, (struct src_pos){shape->file->name, 1, 1},
                              "an alert shape is named like its file: name = \"%s\"", shape->name);
        }
        shape->ref = luaL_ref(L, LUA_REGISTRYINDEX);
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, shape->ref);
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

// Calls member(argument) of the shape on top of L, the argument lying below it; the result is pushed. False:
// err filled, nothing pushed. `raw` is the argument as a value, for places.
static bool call_shape(struct vm *vm, const char *member, const struct value *raw, struct err *err)
{
    lua_State *L = vm->L;
    if (lua_getfield(L, -1, member) != LUA_TFUNCTION) {
        lua_pop(L, 1);
        return err_set(err, E_CHECK, "an alert shape lacks '%s'", member);
    }
    lua_pushvalue(L, -3);
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

// Pushes the first shape that knows the payload, which is on top of L. False: none does, or err is filled;
// nothing pushed.
static bool find_shape(struct vm *vm, const struct value *raw, struct err *err)
{
    lua_State *L = vm->L;
    for (size_t i = 0; i < vm->intake_count; i++) {
        if (!push_shape(vm, &vm->intake_shapes[i], err))
            return false;
        bool asked = call_shape(vm, "matches", raw, err);
        bool known = asked && lua_toboolean(L, -1);
        lua_pop(L, asked ? 1 : 0);
        if (known)
            return true;
        lua_pop(L, 1);
        if (!asked)
            return false;
    }
    err_set_at(err, E_ALERT, raw->pos, "this is no alert of a known shape");
    err_hint(err, "`playbook alert sample` prints alerts as they may look");
    return false;
}

const struct value *vm_read_alerts(struct vm *vm, struct vm_run *run, const struct value *raw,
                                   struct err_list *notes, struct err *err)
{
    struct vm_run *before = vm_charge(vm, run);
    const struct value *alerts = NULL;
    bool was_enforcing = vm->enforcing;
    int top = lua_gettop(vm->L);
    vm->enforcing = false; // copying is the core's own work
    bridge_push(vm->L, raw);
    if (list_shapes(vm, err) && find_shape(vm, raw, err) && call_shape(vm, "alerts", raw, err)) {
        const struct value *records = bridge_value(vm->L, -1, run->arena, "an alert", err);
        if (records != NULL)
            alerts = alert_check_all(run->arena, records, raw, notes, err);
    }
    lua_settop(vm->L, top);
    vm->enforcing = was_enforcing;
    vm_charge(vm, before);
    return alerts;
}

const struct value *vm_sample_alert(struct vm *vm, struct vm_run *run, const char *name,
                                    const struct value *alert, struct err *err)
{
    struct vm_run *before = vm_charge(vm, run);
    const struct value *payload = NULL;
    int top = lua_gettop(vm->L);
    bool listed = list_shapes(vm, err);
    struct intake_shape *shape = NULL;
    for (size_t i = 0; listed && shape == NULL && i < vm->intake_count; i++)
        if (strcmp(vm->intake_shapes[i].name, name) == 0)
            shape = &vm->intake_shapes[i];
    if (listed && shape == NULL)
        err_set(err, E_UNKNOWN_NAME, "there is no alert shape '%.60s'", name);
    bridge_push(vm->L, alert);
    if (shape != NULL && push_shape(vm, shape, err)) {
        const struct catalog_file *outer = vm->loading;
        vm->loading = shape->file; // samples may load what writes them
        if (call_shape(vm, "sample", alert, err))
            payload = bridge_value(vm->L, -1, run->arena, "the sample", err);
        vm->loading = outer;
    }
    lua_settop(vm->L, top);
    vm_charge(vm, before);
    return payload;
}
