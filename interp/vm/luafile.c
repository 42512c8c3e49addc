// .lua playbooks: the same structure as YAML, with functions where YAML has expressions. Only loading;
// playbook/ reads the value. Invariant: functions stay in Lua, numbered by references that live as long as
// the machine.
#include <string.h>

#include "base/arena.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "vm/bridge.h"
#include "vm/state.h"

// A table has no lines: the way to a value, "triage.lua, steps[2].task", is its place in messages.
static const struct value *located(struct arena *arena, const struct value *value, const char *where,
                                   const char *between)
{
    struct value *copy = value_moved(arena, value, (struct src_pos){where, 0, 0});
    if (value->kind == VALUE_LIST) {
        copy->items = ARENA_ARRAY(arena, const struct value *, value->count + 1);
        for (size_t i = 0; i < value->count; i++)
            copy->items[i] =
                located(arena, value->items[i], arena_printf(arena, "%s[%zu]", where, i + 1), ".");
    } else if (value->kind == VALUE_MAP) {
        copy->fields = ARENA_ARRAY(arena, struct value_field, value->count + 1);
        for (size_t i = 0; i < value->count; i++) {
            const struct value_field *field = &value->fields[i];
            const char *place = arena_printf(arena, "%s%s%s", where, between, field->key);
            copy->fields[i] = (struct value_field){field->key, located(arena, field->value, place, ".")};
        }
    }
    return copy;
}

const struct value *vm_load_value(struct vm *vm, struct arena *arena, const struct catalog_file *file,
                                  struct err *err)
{
    if (!vm_run_file(vm, file, err))
        return NULL;
    const struct value *value = bridge_value_with_functions(vm->L, -1, arena, "the playbook", err);
    lua_pop(vm->L, 1);
    if (value == NULL && err != NULL)
        err->pos = (struct src_pos){file->name, 1, 1};
    return value == NULL ? NULL : located(arena, value, file->name, ", ");
}

bool vm_function_lines(struct vm *vm, const struct value *function, const struct catalog_file *file,
                       int *first, int *last)
{
    lua_Debug about;
    lua_rawgeti(vm->L, LUA_REGISTRYINDEX, (int)value_get(function, "$function")->integer);
    lua_getinfo(vm->L, ">S", &about);
    *first = about.linedefined;
    *last = about.lastlinedefined;
    return *about.source == '@' && strcmp(about.source + 1, file->name) == 0;
}
