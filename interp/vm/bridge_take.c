// Lua tables as values. Not for functions, except where a caller keeps them. Invariant: every call leaves the
// stack as it was, and a value that was taken holds no Lua memory.
#include "vm/bridge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

#include "base/text.h"
#include "data/value.h"

// What is taken lives in an arena, outside the script's account: one table that is held many times is many
// values.
enum { MAX_DEPTH = 64, MAX_SIZE = 32 * 1024 * 1024, SIZE_OF_ONE = 64 };

struct taking {
    struct arena *arena;
    const char *what;
    bool keeps_functions;
    struct err *err;
    size_t size; // so far, roughly
};

static const struct value *take(lua_State *L, int index, struct taking *taking, int depth);

static const struct value *refuse(struct taking *taking, const char *why)
{
    err_set(taking->err, E_SCRIPT, "%s %s", taking->what, why);
    return NULL;
}

// A text that a value can hold: of a member's name too, since what is put in for a broken byte could make two
// names the same.
static const char *text_at(lua_State *L, int index, struct taking *taking)
{
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    if (strlen(text) != length) {
        refuse(taking, "holds a NUL character");
        return NULL;
    }
    for (size_t at = 0; at < length;) {
        size_t size = (unsigned char)text[at] < 0x80 ? 1 : text_utf8(text + at, length - at, NULL);
        if (size == 0) {
            refuse(taking, "holds bytes that are not UTF-8");
            return NULL;
        }
        at += size;
    }
    return text;
}

static const struct value *take_text(lua_State *L, int index, struct taking *taking)
{
    const char *text = text_at(L, index, taking);
    return text == NULL ? NULL : value_string(taking->arena, text);
}

// An unmarked table is a list when its keys are 1…n; an empty one is a list as well.
static bool has_list_keys(lua_State *L, int index)
{
    size_t count = (size_t)lua_rawlen(L, index), keys = 0;
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
    struct value *list = value_list_sized(taking->arena, (size_t)lua_rawlen(L, index));
    for (lua_Integer i = 1;; i++) {
        if (reasons != 0 && lua_rawgeti(L, reasons, i) == LUA_TSTRING) {
            value_append(taking->arena, list, value_unknown(taking->arena, lua_tostring(L, -1)));
            lua_pop(L, 1);
            continue;
        }
        if (reasons != 0)
            lua_pop(L, 1);
        if (lua_rawgeti(L, index, i) == LUA_TNIL)
            return reasons != 0 || list->count == (size_t)lua_rawlen(L, index)
                       ? list
                       : refuse(taking, "holds a list in which something is nil");
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

static size_t count_keys(lua_State *L, int index)
{
    size_t count = 0;
    lua_pushnil(L);
    for (; lua_next(L, index) != 0; count++)
        lua_pop(L, 1);
    return count;
}

static const struct value *take_map(lua_State *L, int index, int reasons, struct taking *taking, int depth)
{
    struct value *map = value_map_sized(taking->arena, count_keys(L, index));
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        if (lua_type(L, -2) != LUA_TSTRING)
            return refuse(taking, "has a key that is no text");
        const char *key = text_at(L, -2, taking);
        const struct value *item = key == NULL ? NULL : take(L, lua_gettop(L), taking, depth + 1);
        if (item == NULL)
            return NULL;
        value_add(taking->arena, map, key, item);
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
    if (map->count > 1) // Lua's order differs from process to process
        qsort(map->fields, map->count, sizeof *map->fields, by_key);
    return map;
}

static const struct value *take_table(lua_State *L, int index, struct taking *taking, int depth)
{
    if (depth > MAX_DEPTH || !lua_checkstack(L, 12))
        return refuse(taking, "is nested deeper than 64 (or holds itself)");
    enum bridge_shape shape = bridge_shape_of(L, index);
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
    if (!taking->keeps_functions || lua_iscfunction(L, index))
        return refuse(taking, "holds a function");
    lua_pushvalue(L, index);
    struct value *map = value_map(taking->arena);
    value_put(taking->arena, map, "$function", value_int(taking->arena, luaL_ref(L, LUA_REGISTRYINDEX)));
    return map;
}

static const struct value *take(lua_State *L, int index, struct taking *taking, int depth)
{
    const struct value *value;
    int top = lua_gettop(L);
    taking->size += SIZE_OF_ONE + (lua_type(L, index) == LUA_TSTRING ? (size_t)lua_rawlen(L, index) : 0);
    if (taking->size > MAX_SIZE)
        return refuse(taking, "is larger than 32 MiB");
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
        value = bridge_secret(L, index);
        return value != NULL ? value : refuse(taking, "holds something that is no value");
    }
}

static const struct value *take_whole(lua_State *L, int index, struct taking taking)
{
    int top = lua_gettop(L);
    const struct value *value = take(L, lua_absindex(L, index), &taking, 0);
    lua_settop(L, top);
    return value;
}

const struct value *bridge_value(lua_State *L, int index, struct arena *arena, const char *what,
                                 struct err *err)
{
    return take_whole(L, index, (struct taking){.arena = arena, .what = what, .err = err});
}

const struct value *bridge_value_with_functions(lua_State *L, int index, struct arena *arena,
                                                const char *what, struct err *err)
{
    return take_whole(L, index,
                      (struct taking){.arena = arena, .what = what, .keeps_functions = true, .err = err});
}
