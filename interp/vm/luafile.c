// .lua playbooks: the same structure as YAML, with functions where YAML has expressions. Only loading;
// playbook/ reads the value. Invariant: functions stay in Lua, numbered by references that live as long as
// the machine.
#include "base/arena.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "vm/bridge.h"
#include "vm/state.h"

static int keep_function(lua_State *L)
{
    return luaL_ref(L, LUA_REGISTRYINDEX);
}

const struct value *vm_load_value(struct vm *vm, struct arena *arena, const struct catalog_file *file,
                                  struct err *err)
{
    if (!vm_run_file(vm, file, err))
        return NULL;
    const struct value *value = bridge_value_with(vm->L, -1, arena, "the playbook", keep_function, err);
    lua_pop(vm->L, 1);
    if (value == NULL && err != NULL)
        err->pos = (struct src_pos){file->name, 1, 1};
    return value;
}
