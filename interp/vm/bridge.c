// Copies between values and Lua tables. Not for functions, which stay in Lua, nor for sharing: what Lua gets
// is its own copy. Invariant: every call here leaves the stack as it was, plus one value where it pushes.
#include "vm/bridge.h"

#include <stddef.h>
#include <string.h>

#include <lauxlib.h>

#include "data/value.h"
#include "vm/state.h"

static const char list_name[] = "playbook.list", map_name[] = "playbook.map",
                  secret_name[] = "playbook.secret", unknown_name[] = "playbook.unknown";
// Addresses stand for the sentinels.
static const char null_mark, gone_mark, unknown_key;

static int refuse_secret(lua_State *L)
{
    return luaL_error(L, "a secret cannot be read");
}

void bridge_open(lua_State *L)
{
    static const char *const names[] = {list_name, map_name, secret_name, unknown_name};
    static const char *const events[] = {"__tostring", "__index", "__concat", "__len", "__eq"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        luaL_newmetatable(L, names[i]);
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        for (size_t e = 0; names[i] == secret_name && e < sizeof events / sizeof events[0]; e++) {
            lua_pushcfunction(L, refuse_secret);
            lua_setfield(L, -2, events[e]);
        }
        lua_rawsetp(L, LUA_REGISTRYINDEX, names[i]); // by address too: every table that is made asks for it
    }
}

static void push_mark(lua_State *L, const char *mark)
{
    lua_pushlightuserdata(L, (void *)(uintptr_t)mark);
}

void bridge_push_null(lua_State *L)
{
    push_mark(L, &null_mark);
}

void bridge_push_gone(lua_State *L)
{
    push_mark(L, &gone_mark);
}

void bridge_mark_list(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, list_name);
    lua_setmetatable(L, -2);
}

void bridge_mark_map(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, map_name);
    lua_setmetatable(L, -2);
}

void bridge_push_secret(lua_State *L, const struct value *secret)
{
    const struct value **box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = secret;
    luaL_setmetatable(L, secret_name);
}

static int raise_unknown(lua_State *L, const char *why)
{
    lua_newuserdatauv(L, 1, 1);
    lua_pushstring(L, why);
    lua_setiuservalue(L, -2, 1);
    luaL_setmetatable(L, unknown_name);
    return lua_error(L);
}

const char *bridge_unknown_reason(lua_State *L, int index)
{
    if (luaL_testudata(L, index, unknown_name) == NULL)
        return NULL;
    lua_getiuservalue(L, index, 1);
    const char *why = lua_tostring(L, -1);
    lua_pop(L, 1); // still held by the userdata
    return why;
}

// __index of a table with unknown fields: upvalue 1 maps their names to the reason; key 0: every field.
static int read_unknown(lua_State *L)
{
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL)
        lua_rawgeti(L, lua_upvalueindex(1), 0);
    if (lua_type(L, -1) == LUA_TSTRING)
        return raise_unknown(L, lua_tostring(L, -1));
    return 0;
}

static int length_unknown(lua_State *L)
{
    lua_pushnil(L);
    if (lua_next(L, lua_upvalueindex(1)) != 0)
        return raise_unknown(L, lua_tostring(L, -1));
    return luaL_error(L, "the length is not known");
}

// The table below the top gets a metatable that knows the reasons in the table on top, which is popped.
static void mark_unknown(lua_State *L, bool is_list)
{
    lua_createtable(L, 0, 5);
    lua_pushvalue(L, -2);
    lua_pushcclosure(L, read_unknown, 1);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, -2);
    lua_pushcclosure(L, length_unknown, 1);
    lua_setfield(L, -2, "__len");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushboolean(L, is_list);
    lua_setfield(L, -2, "list");
    lua_pushvalue(L, -2);
    lua_rawsetp(L, -2, &unknown_key);
    lua_setmetatable(L, -3);
    lua_pop(L, 1);
}

// lua_pushstring would look into its cache first, which pays for the same address again, not for what came
// from outside.
static void push_text(lua_State *L, const char *text)
{
    lua_pushlstring(L, text, strlen(text));
}

static void push(lua_State *L, const struct value *value, bool nulls);

static void push_list(lua_State *L, const struct value *value, bool nulls)
{
    size_t unknown = 0;
    lua_createtable(L, (int)value->count, 0);
    for (size_t i = 0; i < value->count; i++) {
        const struct value *item = value->items[i];
        if (item->kind == VALUE_UNKNOWN) {
            unknown++;
            continue;
        }
        if (item->kind == VALUE_NULL)
            bridge_push_null(L);
        else
            push(L, item, nulls);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    if (unknown == 0) {
        bridge_mark_list(L);
        return;
    }
    lua_newtable(L);
    for (size_t i = 0; i < value->count; i++)
        if (value->items[i]->kind == VALUE_UNKNOWN) {
            lua_pushstring(L, value->items[i]->text);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
    mark_unknown(L, true);
}

static void push_map(lua_State *L, const struct value *value, bool nulls)
{
    size_t unknown = 0;
    lua_createtable(L, 0, (int)value->count);
    for (size_t i = 0; i < value->count; i++) {
        const struct value_field *field = &value->fields[i];
        if (field->value->kind == VALUE_UNKNOWN) {
            unknown++;
            continue;
        }
        push_text(L, field->key);
        if (nulls && field->value->kind == VALUE_NULL)
            bridge_push_null(L);
        else
            push(L, field->value, nulls);
        lua_rawset(L, -3);
    }
    if (unknown == 0) {
        bridge_mark_map(L);
        return;
    }
    lua_newtable(L);
    for (size_t i = 0; i < value->count; i++)
        if (value->fields[i].value->kind == VALUE_UNKNOWN) {
            lua_pushstring(L, value->fields[i].key);
            lua_pushstring(L, value->fields[i].value->text);
            lua_rawset(L, -3);
        }
    mark_unknown(L, false);
}

static void push(lua_State *L, const struct value *value, bool nulls)
{
    luaL_checkstack(L, 10, "values are nested too deep");
    if (value == NULL)
        value = &value_null;
    switch (value->kind) {
    case VALUE_NULL:
        lua_pushnil(L);
        return;
    case VALUE_BOOL:
        lua_pushboolean(L, value->flag);
        return;
    case VALUE_INT:
        lua_pushinteger(L, value->integer);
        return;
    case VALUE_NUMBER:
        lua_pushnumber(L, value->number);
        return;
    case VALUE_STRING:
        push_text(L, value->text);
        return;
    case VALUE_SECRET: // whoever gave it may be gone before Lua lets go of it
        bridge_push_secret(L, value_secret(vm_of(L)->current->arena, value->text));
        return;
    case VALUE_LIST:
        push_list(L, value, nulls);
        return;
    case VALUE_MAP:
        push_map(L, value, nulls);
        return;
    case VALUE_UNKNOWN: // as a whole: a table of which nothing can be read
        lua_newtable(L);
        lua_newtable(L);
        lua_pushstring(L, value->text);
        lua_rawseti(L, -2, 0);
        mark_unknown(L, false);
        return;
    }
}

void bridge_push(lua_State *L, const struct value *value)
{
    push(L, value, false);
}

void bridge_push_body(lua_State *L, const struct value *value)
{
    push(L, value, true);
}

// What the table's metatable says of it; with unknowns the table of reasons is pushed.
enum bridge_shape bridge_shape_of(lua_State *L, int index)
{
    if (!lua_getmetatable(L, index))
        return SHAPE_PLAIN;
    if (lua_rawgetp(L, -1, &unknown_key) == LUA_TTABLE) {
        lua_getfield(L, -2, "list");
        bool is_list = lua_toboolean(L, -1);
        lua_pop(L, 1);
        lua_remove(L, -2);
        return is_list ? SHAPE_UNKNOWN_LIST : SHAPE_UNKNOWN_MAP;
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, list_name);
    lua_rawgetp(L, LUA_REGISTRYINDEX, map_name);
    enum bridge_shape shape = lua_rawequal(L, -4, -2)   ? SHAPE_LIST
                              : lua_rawequal(L, -4, -1) ? SHAPE_MAP
                                                        : SHAPE_PLAIN;
    lua_pop(L, 4);
    return shape;
}

const struct value *bridge_secret(lua_State *L, int index)
{
    const struct value **box = luaL_testudata(L, index, secret_name);
    return box != NULL ? *box : NULL;
}
