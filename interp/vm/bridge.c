// Copies between values and Lua tables. Not for functions, which stay in Lua, nor for sharing: what Lua gets
// is its own copy. Invariant: every call here leaves the stack as it was, plus one value where it pushes.
#include "vm/bridge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"

enum { MAX_DEPTH = 64 };

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
        lua_pop(L, 1);
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

bool bridge_is_gone(lua_State *L, int index)
{
    return lua_islightuserdata(L, index) && lua_touserdata(L, index) == (void *)(uintptr_t)&gone_mark;
}

void bridge_mark_list(lua_State *L)
{
    luaL_setmetatable(L, list_name);
}

void bridge_mark_map(lua_State *L)
{
    luaL_setmetatable(L, map_name);
}

void bridge_push_secret(lua_State *L, const struct value *secret)
{
    const struct value **box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = secret;
    luaL_setmetatable(L, secret_name);
}

int bridge_raise_unknown(lua_State *L, const char *why)
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
        return bridge_raise_unknown(L, lua_tostring(L, -1));
    return 0;
}

static int length_unknown(lua_State *L)
{
    lua_pushnil(L);
    if (lua_next(L, lua_upvalueindex(1)) != 0)
        return bridge_raise_unknown(L, lua_tostring(L, -1));
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

static void push_list(lua_State *L, const struct value *value)
{
    size_t unknown = 0;
    lua_createtable(L, (int)value->list.count, 0);
    for (size_t i = 0; i < value->list.count; i++) {
        const struct value *item = value->list.items[i];
        if (item->kind == VALUE_UNKNOWN) {
            unknown++;
            continue;
        }
        if (item->kind == VALUE_NULL)
            bridge_push_null(L);
        else
            bridge_push(L, item);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    if (unknown == 0) {
        bridge_mark_list(L);
        return;
    }
    lua_newtable(L);
    for (size_t i = 0; i < value->list.count; i++)
        if (value->list.items[i]->kind == VALUE_UNKNOWN) {
            lua_pushstring(L, value->list.items[i]->text);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
    mark_unknown(L, true);
}

static void push_map(lua_State *L, const struct value *value)
{
    size_t unknown = 0;
    lua_createtable(L, 0, (int)value->map.count);
    for (size_t i = 0; i < value->map.count; i++) {
        const struct value_field *field = &value->map.fields[i];
        if (field->value->kind == VALUE_UNKNOWN) {
            unknown++;
            continue;
        }
        lua_pushstring(L, field->key);
        bridge_push(L, field->value);
        lua_rawset(L, -3);
    }
    if (unknown == 0) {
        bridge_mark_map(L);
        return;
    }
    lua_newtable(L);
    for (size_t i = 0; i < value->map.count; i++)
        if (value->map.fields[i].value->kind == VALUE_UNKNOWN) {
            lua_pushstring(L, value->map.fields[i].key);
            lua_pushstring(L, value->map.fields[i].value->text);
            lua_rawset(L, -3);
        }
    mark_unknown(L, false);
}

void bridge_push(lua_State *L, const struct value *value)
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
        lua_pushstring(L, value->text);
        return;
    case VALUE_SECRET:
        bridge_push_secret(L, value);
        return;
    case VALUE_LIST:
        push_list(L, value);
        return;
    case VALUE_MAP:
        push_map(L, value);
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

struct taking {
    struct arena *arena;
    const char *what;
    int (*keep)(lua_State *L);
    struct err *err;
};

static const struct value *take(lua_State *L, int index, struct taking *taking, int depth);

static const struct value *refuse(struct taking *taking, const char *why)
{
    err_set(taking->err, E_SCRIPT, "%s %s", taking->what, why);
    return NULL;
}

static const struct value *take_text(lua_State *L, int index, struct taking *taking)
{
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    if (strlen(text) != length)
        return refuse(taking, "holds a NUL character");
    for (size_t at = 0; at < length;) {
        size_t size = text_utf8(text + at, length - at, NULL);
        if (size == 0)
            return refuse(taking, "holds bytes that are not UTF-8");
        at += size;
    }
    return value_string(taking->arena, text);
}

enum shape { SHAPE_PLAIN, SHAPE_LIST, SHAPE_MAP, SHAPE_UNKNOWN_LIST, SHAPE_UNKNOWN_MAP };

// What the table's metatable says of it; with unknowns the table of reasons is pushed.
static enum shape table_shape(lua_State *L, int index)
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
    luaL_getmetatable(L, list_name);
    luaL_getmetatable(L, map_name);
    enum shape shape = lua_rawequal(L, -4, -2)   ? SHAPE_LIST
                       : lua_rawequal(L, -4, -1) ? SHAPE_MAP
                                                 : SHAPE_PLAIN;
    lua_pop(L, 4);
    return shape;
}

// An unmarked table is a list when its keys are 1…n; an empty one is a list as well.
static bool has_list_keys(lua_State *L, int index)
{
    size_t count = lua_rawlen(L, index), keys = 0;
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        if (!lua_isinteger(L, -1)) {
            lua_pop(L, 1);
            return false;
        }
        keys++;
    }
    return keys == count;
}

// `reasons`: stack index of the unknown items' reasons, or 0.
static const struct value *take_list(lua_State *L, int index, int reasons, struct taking *taking, int depth)
{
    struct value *list = value_list(taking->arena);
    for (lua_Integer i = 1;; i++) {
        if (reasons != 0 && lua_rawgeti(L, reasons, i) == LUA_TSTRING) {
            value_append(taking->arena, list, value_unknown(taking->arena, lua_tostring(L, -1)));
            lua_pop(L, 1);
            continue;
        }
        if (reasons != 0)
            lua_pop(L, 1);
        if (lua_rawgeti(L, index, i) == LUA_TNIL)
            return list;
        const struct value *item = take(L, lua_gettop(L), taking, depth + 1);
        lua_pop(L, 1);
        if (item == NULL)
            return NULL;
        value_append(taking->arena, list, item);
    }
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct value_field *)a)->key, ((const struct value_field *)b)->key);
}

static const struct value *take_map(lua_State *L, int index, int reasons, struct taking *taking, int depth)
{
    struct value *map = value_map(taking->arena);
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        if (lua_type(L, -2) != LUA_TSTRING)
            return refuse(taking, "has a key that is no text");
        const char *key = lua_tostring(L, -2);
        const struct value *item = take(L, lua_gettop(L), taking, depth + 1);
        if (item == NULL)
            return NULL;
        value_add(taking->arena, map, key, (struct src_pos){0}, item);
        lua_pop(L, 1);
    }
    if (reasons != 0) {
        lua_pushnil(L);
        while (lua_next(L, reasons) != 0) {
            value_put(taking->arena, map, lua_tostring(L, -2),
                      value_unknown(taking->arena, lua_tostring(L, -1)));
            lua_pop(L, 1);
        }
    }
    if (map->map.count > 1) // Lua's order differs from process to process
        qsort(map->map.fields, map->map.count, sizeof *map->map.fields, by_key);
    return map;
}

static const struct value *take_table(lua_State *L, int index, struct taking *taking, int depth)
{
    if (depth > MAX_DEPTH || !lua_checkstack(L, 12))
        return refuse(taking, "is nested deeper than 64 (or holds itself)");
    enum shape shape = table_shape(L, index);
    int reasons = shape == SHAPE_UNKNOWN_LIST || shape == SHAPE_UNKNOWN_MAP ? lua_gettop(L) : 0;
    if (reasons != 0 && lua_rawgeti(L, reasons, 0) == LUA_TSTRING)
        return value_unknown(taking->arena, lua_tostring(L, -1));
    if (shape == SHAPE_PLAIN)
        shape = has_list_keys(L, index) ? SHAPE_LIST : SHAPE_MAP;
    return shape == SHAPE_LIST || shape == SHAPE_UNKNOWN_LIST ? take_list(L, index, reasons, taking, depth)
                                                              : take_map(L, index, reasons, taking, depth);
}

static const struct value *take_function(lua_State *L, int index, struct taking *taking)
{
    if (taking->keep == NULL || lua_iscfunction(L, index))
        return refuse(taking, "holds a function");
    lua_pushvalue(L, index);
    struct value *map = value_map(taking->arena);
    value_put(taking->arena, map, "$function", value_int(taking->arena, taking->keep(L)));
    return map;
}

static const struct value *take(lua_State *L, int index, struct taking *taking, int depth)
{
    const struct value **box;
    const struct value *value;
    int top = lua_gettop(L);
    switch (lua_type(L, index)) {
    case LUA_TNIL:
    case LUA_TLIGHTUSERDATA: // null and gone
        return &value_null;
    case LUA_TBOOLEAN:
        return value_bool(lua_toboolean(L, index));
    case LUA_TNUMBER:
        if (lua_isinteger(L, index))
            return value_int(taking->arena, lua_tointeger(L, index));
        if (!isfinite(lua_tonumber(L, index)))
            return refuse(taking, "holds a number that is not finite");
        return value_number(taking->arena, lua_tonumber(L, index));
    case LUA_TSTRING:
        return take_text(L, index, taking);
    case LUA_TTABLE:
        value = take_table(L, index, taking, depth);
        lua_settop(L, top);
        return value;
    case LUA_TFUNCTION:
        return take_function(L, index, taking);
    default:
        box = luaL_testudata(L, index, secret_name);
        return box != NULL ? *box : refuse(taking, "holds something that is no value");
    }
}

const struct value *bridge_value_with(lua_State *L, int index, struct arena *arena, const char *what,
                                      int (*keep)(lua_State *L), struct err *err)
{
    struct taking taking = {arena, what, keep, err};
    int top = lua_gettop(L);
    const struct value *value = take(L, lua_absindex(L, index), &taking, 0);
    lua_settop(L, top);
    return value;
}

const struct value *bridge_value(lua_State *L, int index, struct arena *arena, const char *what,
                                 struct err *err)
{
    return bridge_value_with(L, index, arena, what, NULL, err);
}
