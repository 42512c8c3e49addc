// What Lua's own base functions become in the sandbox: pairs in sorted order, tostring without addresses,
// string and table functions with bounds. Not for anything that Lua does not have. Invariant: every call ends
// after time and memory linear in what it returns.
#include <stdlib.h>
#include <string.h>

#include "vm/state.h"

// Keys sorted: numbers before texts, so that a run is the same in every process.
static int next_sorted(lua_State *L)
{
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(2)) + 1;
    if (lua_rawgeti(L, lua_upvalueindex(1), at) == LUA_TNIL)
        return 1;
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(2));
    lua_pushvalue(L, -1);
    lua_gettable(L, lua_upvalueindex(3));
    return 2;
}

struct sort_key {
    const char *text; // NULL for numbers
    size_t length;
    lua_Number number;
    lua_Integer integer; // of a whole number, which may be larger than a double tells apart
    bool is_integer;
};

static int by_sort_key(const void *a, const void *b)
{
    const struct sort_key *x = a, *y = b;
    if ((x->text == NULL) != (y->text == NULL))
        return x->text == NULL ? -1 : 1;
    if (x->text != NULL) {
        int order = memcmp(x->text, y->text, x->length < y->length ? x->length : y->length);
        return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
    }
    if (x->is_integer && y->is_integer)
        return (x->integer > y->integer) - (x->integer < y->integer);
    return (x->number > y->number) - (x->number < y->number);
}

static struct sort_key sort_key_at(lua_State *L, int index)
{
    struct sort_key key = {.is_integer = lua_isinteger(L, index)};
    if (lua_type(L, index) == LUA_TSTRING) {
        key.text = lua_tolstring(L, index, &key.length);
    } else {
        if (lua_type(L, index) != LUA_TNUMBER)
            luaL_error(L, "pairs: a key is %s; keys are texts or numbers", luaL_typename(L, index));
        key.number = lua_tonumber(L, index);
        key.integer = lua_tointeger(L, index);
    }
    return key;
}

static int pairs(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    if (luaL_getmetafield(L, 1, "__len") != LUA_TNIL) { // a table with unknowns: reading all of it reads them
        lua_pop(L, 1);
        lua_len(L, 1);
        lua_pop(L, 1);
    }
    size_t count = 0, size = 0;
    for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1))
        size++;
    struct sort_key *keys = lua_newuserdatauv(L, (size + 1) * sizeof *keys, 0);
    for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1))
        keys[count++] = sort_key_at(L, -2);
    qsort(keys, count, sizeof *keys, by_sort_key);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        if (keys[i].text != NULL)
            lua_pushlstring(L, keys[i].text, keys[i].length);
        else if (keys[i].is_integer)
            lua_pushinteger(L, keys[i].integer);
        else
            lua_pushnumber(L, keys[i].number);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pushinteger(L, 0);
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, next_sorted, 3);
    return 1;
}

static int to_string(lua_State *L)
{
    int type = lua_type(L, 1);
    if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA || type == LUA_TTHREAD)
        return luaL_error(L, "a %s has no text", luaL_typename(L, 1));
    luaL_tolstring(L, 1, NULL);
    return 1;
}

static int type_of(lua_State *L)
{
    luaL_checkany(L, 1);
    if (lua_islightuserdata(L, 1))
        lua_pushliteral(L, "null");
    else
        lua_pushstring(L, luaL_typename(L, 1));
    return 1;
}

// string.format without %p; every %s is a text or number.
static int format(lua_State *L)
{
    size_t length;
    const char *form = luaL_checklstring(L, 1, &length);
    int arg = 1;
    for (const char *at = form; at < form + length; at++) {
        if (*at != '%')
            continue;
        at += 1 + strspn(at + 1, "-+ #0123456789.");
        if (*at == '%')
            continue;
        if (*at == 'p' || *at == '\0')
            return luaL_error(L, "string.format has no %%p");
        arg++;
        if (*at == 's' || *at == 'q')
            luaL_checkstring(L, arg);
    }
    lua_getfield(L, LUA_REGISTRYINDEX, "playbook.format");
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

static int repeat_text(lua_State *L)
{
    size_t length, width;
    const char *text = luaL_checklstring(L, 1, &length), *separator = luaL_optlstring(L, 3, "", &width);
    lua_Integer times = luaL_checkinteger(L, 2);
    if (times <= 0 || length + width == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    luaL_argcheck(L, (size_t)times <= 1024 * 1024 / (length + width), 2, "the result is longer than 1 MiB");
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    for (lua_Integer i = 0; i < times; i++) {
        luaL_addlstring(&out, text, length);
        if (i + 1 < times)
            luaL_addlstring(&out, separator, width);
    }
    luaL_pushresult(&out);
    return 1;
}

static int unpack(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer from = luaL_optinteger(L, 2, 1), to = luaL_opt(L, luaL_checkinteger, 3, luaL_len(L, 1));
    if (from > to)
        return 0;
    lua_Unsigned behind = (lua_Unsigned)to - (lua_Unsigned)from; // the first
    luaL_argcheck(L, behind < 250, 3, "at most 250 values");
    luaL_checkstack(L, 250, "too many values");
    for (lua_Unsigned i = 0; i <= behind; i++)
        lua_geti(L, 1, from + (lua_Integer)i);
    return (int)behind + 1;
}

static int join_table(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    size_t width;
    const char *separator = luaL_optlstring(L, 2, "", &width);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    lua_Integer last = luaL_len(L, 1);
    luaL_argcheck(L, last <= 100000, 1, "at most 100,000 items");
    for (lua_Integer i = 1; i <= last; i++) {
        if (lua_geti(L, 1, i) != LUA_TSTRING && lua_type(L, -1) != LUA_TNUMBER)
            return luaL_error(L, "table.concat: item %d is no text", (int)i);
        luaL_addvalue(&out);
        if (i < last)
            luaL_addlstring(&out, separator, width);
    }
    luaL_pushresult(&out);
    return 1;
}

static int is_less(lua_State *L)
{
    vm_check_long(L, 1);
    lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPLT));
    return 1;
}

// Lua's own, with an order that looks at the time where none is given.
static int sort_table(lua_State *L)
{
    lua_settop(L, 2);
    if (lua_isnil(L, 2)) {
        lua_pushcfunction(L, is_less);
        lua_replace(L, 2);
    }
    lua_getfield(L, LUA_REGISTRYINDEX, "playbook.sort");
    lua_insert(L, 1);
    lua_call(L, 2, 0);
    return 0;
}

const struct vm_function vm_base_functions[] = {
    {"pairs", "pairs(t): in sorted order", pairs},
    {"tostring", "tostring(v): of texts, numbers and booleans", to_string},
    {"type", "type(v)", type_of},
    {"string.format", "string.format(form, …)", format},
    {"string.rep", "string.rep(s, n, [separator]): at most 1 MiB", repeat_text},
    {"table.unpack", "table.unpack(list, [from, to]): at most 250 values", unpack},
    {"table.concat", "table.concat(list, [separator])", join_table},
    {"table.sort", "table.sort(list, [less])", sort_table},
    {NULL, NULL, NULL},
};
