// The shapes of stdlib/intake/, loaded once and asked in their order. Not for what they say (intake/), nor
// for fetching alerts. Invariant: a payload becomes records in C; Lua sees of it only what a shape prepares.
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "intake/shape.h"
#include "vm/bridge.h"
#include "vm/state.h"

struct intake_shape {
    const struct catalog_file *file;
    const char *name; // as its file: stdlib/intake/arm_list.lua is arm-list
    long order;
    const struct value *written; // what the file returns; NULL before it is first asked
    const struct shape *shape;
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
        if (shapes[i].file == NULL || !read_order(&shapes[i], err))
            return false;
    }
    qsort(shapes, count, sizeof *shapes, by_order);
    vm->intake_shapes = shapes;
    vm->intake_count = count;
    return true;
}

// What a file returns, for good: functions in it are {"$function": reference}.
static const struct value *run_file(struct vm *vm, const struct catalog_file *file, struct err *err)
{
    bool was_enforcing = vm->enforcing;
    vm->enforcing = false; // loading is the core's own work
    const struct value *value = NULL;
    if (vm_run_file(vm, file, err)) {
        value = bridge_value_with_functions(vm->L, -1, vm->arena, "an alert shape", err);
        lua_pop(vm->L, 1);
        catalog_use(vm->catalog, file);
    }
    vm->enforcing = was_enforcing;
    return value;
}

static bool load_terms(struct vm *vm, struct err *err)
{
    static const char path[] = "stdlib/lib/alert_kinds.lua";
    if (vm->intake_terms != NULL)
        return true;
    const struct catalog_file *file = catalog_find(vm->catalog, path, err);
    vm->intake_terms = file == NULL ? NULL : run_file(vm, file, err);
    return vm->intake_terms != NULL;
}

static bool load_shape(struct vm *vm, struct intake_shape *shape, struct err *err)
{
    struct src_pos pos = {shape->file->name, 1, 1};
    if (shape->shape != NULL)
        return true;
    if (!load_terms(vm, err) || (shape->written = run_file(vm, shape->file, err)) == NULL)
        return false;
    if (!text_same(value_text_at(shape->written, "name"), shape->name))
        return err_set_at(err, E_CHECK, pos, "an alert shape is named like its file: name = \"%s\"",
                          shape->name);
    shape->shape = shape_new(vm->arena, shape->name, shape->written, err);
    if (shape->shape == NULL && err != NULL)
        err->pos = pos;
    return shape->shape != NULL;
}

// Calls member(argument) of a shape; the argument is on top of L, and the result takes its place. False: err
// filled, the argument is popped.
static bool call_shape(struct vm *vm, const struct intake_shape *shape, const char *member, struct err *err)
{
    lua_State *L = vm->L;
    const struct value *function = value_get(value_get(shape->written, member), "$function");
    if (function == NULL) {
        lua_pop(L, 1);
        return err_set(err, E_CHECK, "an alert shape lacks '%s'", member);
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, (int)function->integer);
    lua_insert(L, -2);
    vm_arm(L);
    bool ok = vm_call(L, 1, NULL, err);
    lua_sethook(L, NULL, 0, 0);
    if (!ok && err != NULL && err->code == E_SCRIPT)
        err->code = E_ALERT;
    return ok;
}

struct payload {
    const struct value *raw;
    const struct items *items; // that no shape has read yet
    struct err_list *notes;
};

// The shape of the first item that is of one: *found, NULL where none is. False: a shape is written wrongly.
static bool find_shape(struct vm *vm, struct arena *arena, const struct payload *payload,
                       struct intake_shape **found, struct err *err)
{
    *found = NULL;
    for (size_t n = 0; n < shape_items_count(payload->items); n++)
        for (size_t i = 0; i < vm->intake_count; i++) {
            struct intake_shape *shape = &vm->intake_shapes[i];
            if (!load_shape(vm, shape, err))
                return false;
            if (shape_knows(arena, shape->shape, payload->raw, payload->items, n)) {
                *found = shape;
                return true;
            }
        }
    return true;
}

static void refuse(struct vm *vm, struct arena *arena, const struct payload *payload, struct err *err)
{
    const struct shape **asked = ARENA_ARRAY(arena, const struct shape *, vm->intake_count);
    size_t count = shape_items_count(payload->items) == 0 ? 0 : vm->intake_count;
    for (size_t i = 0; i < count; i++)
        asked[i] = vm->intake_shapes[i].shape;
    shape_refuse(arena, asked, count, payload->raw, payload->items, err);
}

struct preparing {
    struct vm *vm;
    const struct intake_shape *shape;
    struct arena *arena;
    struct err *err;
};

// What a shape that is odd makes of an item before it is read.
static const struct value *prepare(void *context, const struct value *item)
{
    const struct preparing *preparing = context;
    lua_State *L = preparing->vm->L;
    bridge_push(L, item);
    if (!call_shape(preparing->vm, preparing->shape, "prepare", preparing->err))
        return NULL;
    const struct value *made = bridge_value(L, -1, preparing->arena, "what is made of it", preparing->err);
    lua_pop(L, 1);
    return made;
}

// The alerts of one shape; NULL: err filled. What is none of that shape stays in the payload.
static const struct value *read_shape(struct vm *vm, struct arena *arena, const struct intake_shape *shape,
                                      struct payload *payload, struct err *err)
{
    const struct shape_words words = {vm->intake_terms, payload->notes, value_pos(payload->raw)};
    const struct items *items = payload->items;
    if (value_get(shape->written, "prepare") != NULL)
        items = shape_items_made(arena, items, prepare, &(struct preparing){vm, shape, arena, err});
    const struct value *alerts = items == NULL ? NULL : shape_read(arena, shape->shape, items, &words, err);
    payload->items = shape_items_left(arena, shape->shape, payload->items);
    return alerts;
}

// Services put alerts of several shapes side by side: whatever some shape knows is read.
static const struct value *read_all(struct vm *vm, struct arena *arena, struct payload *payload,
                                    struct err *err)
{
    struct value *all = NULL;
    struct intake_shape *shape;
    while (find_shape(vm, arena, payload, &shape, err)) {
        if (shape == NULL && all == NULL)
            refuse(vm, arena, payload, err);
        if (shape == NULL)
            return all;
        const struct value *some = read_shape(vm, arena, shape, payload, err);
        if (some == NULL)
            return NULL;
        all = all == NULL ? value_list(arena) : all;
        for (size_t i = 0; i < value_count(some); i++)
            value_append(arena, all, value_item(some, i));
    }
    return NULL;
}

const struct value *vm_read_alerts(struct vm *vm, struct vm_run *run, const struct value *raw,
                                   struct err_list *notes, struct err *err)
{
    struct vm_run *before = vm_charge(vm, run);
    bool was_enforcing = vm->enforcing;
    int64_t since_ns = vm->slice_start_ns; // a shape's function has a time of its own
    vm->enforcing = false;                 // loading and copying are the core's own work
    struct payload payload = {raw, shape_items(run->arena, raw), notes};
    const struct value *alerts = list_shapes(vm, err) ? read_all(vm, run->arena, &payload, err) : NULL;
    vm->enforcing = was_enforcing;
    vm->slice_start_ns = since_ns;
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
    if (shape != NULL && load_shape(vm, shape, err)) {
        const struct catalog_file *outer = vm->loading;
        vm->loading = shape->file; // samples may load what writes them
        bridge_push(vm->L, alert);
        if (call_shape(vm, shape, "sample", err))
            payload = bridge_value(vm->L, -1, run->arena, "the sample", err);
        vm->loading = outer;
    }
    lua_settop(vm->L, top);
    vm_charge(vm, before);
    return payload;
}
