// list.*: pure functions on lists; each returns a new one. Items are read as scripts read them, so an unknown
// item ends the evaluation. Invariant: arguments are never changed.

#include "base/text.h"
#include "data/schema.h"
#include "vm/bridge.h"
#include "vm/state.h"

// Replaces the value on top by what it is compared by: texts exactly, but for ids of resources and GUIDs,
// which Azure writes now in this case and now in that.
static void fold(lua_State *L)
{
    size_t length = 0;
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : "";
    if (!text_starts_nocase(text, "/subscriptions/") && !schema_is_guid(text))
        return;
    luaL_Buffer buffer;
    char *to = luaL_buffinitsize(L, &buffer, length);
    for (size_t i = 0; i < length; i++)
        to[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + ('a' - 'A') : text[i]);
    luaL_pushresultsize(&buffer, length);
    lua_replace(L, -2);
}

// Compares the value on top with the one at an index, which was folded.
static bool same(lua_State *L, int with)
{
    vm_check_long(L, -1);
    lua_pushvalue(L, -1);
    fold(L);
    bool equal = lua_compare(L, -1, with, LUA_OPEQ) == 1;
    lua_pop(L, 1);
    return equal;
}

// Pushes item i of the list at `list`; false at the end (nothing pushed).
static bool item(lua_State *L, int list, lua_Integer i)
{
    if (lua_geti(L, list, i) != LUA_TNIL)
        return true;
    lua_pop(L, 1);
    return false;
}

// Pushes the field named at `field` of the item on top, or the item itself when there is no field name.
static void push_key(lua_State *L, int field)
{
    if (lua_isnoneornil(L, field)) {
        lua_pushvalue(L, -1);
        return;
    }
    if (!lua_istable(L, -1)) {
        lua_pushnil(L);
        return;
    }
    lua_pushvalue(L, field);
    lua_gettable(L, -2);
}

static int check_list(lua_State *L, int index)
{
    if (lua_isnoneornil(L, index)) { // what is not there is empty
        lua_settop(L, lua_gettop(L) < index ? index : lua_gettop(L));
        lua_newtable(L);
        lua_replace(L, index);
    }
    luaL_checktype(L, index, LUA_TTABLE);
    return index;
}

static int where(lua_State *L)
{
    check_list(L, 1);
    luaL_checkstring(L, 2);
    lua_settop(L, 3);
    fold(L);
    lua_newtable(L);
    lua_Integer count = 0;
    for (lua_Integer i = 1; item(L, 1, i); i++) {
        push_key(L, 2);
        bool keep = same(L, 3);
        lua_pop(L, 1);
        if (keep)
            lua_rawseti(L, 4, ++count);
        else
            lua_pop(L, 1);
    }
    bridge_mark_list(L);
    return 1;
}

static int pluck(lua_State *L)
{
    check_list(L, 1);
    luaL_checkstring(L, 2);
    lua_settop(L, 2);
    lua_newtable(L);
    lua_Integer count = 0;
    for (lua_Integer i = 1; item(L, 1, i); i++) {
        push_key(L, 2);
        lua_remove(L, -2);
        if (lua_isnil(L, -1))
            lua_pop(L, 1);
        else
            lua_rawseti(L, 3, ++count);
    }
    bridge_mark_list(L);
    return 1;
}

// Appends the items of the list at `from` to the result at `to` whose key is not seen yet (table at `seen`).
static void add_unseen(lua_State *L, int from, int field, int to, int seen)
{
    lua_Integer count = (lua_Integer)lua_rawlen(L, to);
    for (lua_Integer i = 1; item(L, from, i); i++) {
        push_key(L, field);
        fold(L);
        bool usable = !lua_isnil(L, -1) && !lua_istable(L, -1);
        lua_pushvalue(L, -1);
        if (usable && lua_rawget(L, seen) != LUA_TNIL) {
            lua_pop(L, 3);
            continue;
        }
        lua_pop(L, 1);
        if (usable) {
            lua_pushboolean(L, 1);
            lua_rawset(L, seen);
        } else {
            lua_pop(L, 1);
        }
        lua_rawseti(L, to, ++count);
    }
}

static int unique(lua_State *L)
{
    check_list(L, 1);
    lua_settop(L, 2);
    lua_newtable(L);
    lua_newtable(L);
    add_unseen(L, 1, 2, 3, 4);
    lua_settop(L, 3);
    bridge_mark_list(L);
    return 1;
}

static int unite(lua_State *L)
{
    check_list(L, 1);
    check_list(L, 2);
    lua_settop(L, 3);
    lua_newtable(L);
    lua_newtable(L);
    add_unseen(L, 1, 3, 4, 5);
    add_unseen(L, 2, 3, 4, 5);
    lua_settop(L, 4);
    bridge_mark_list(L);
    return 1;
}

// What the key on top is found by in a table: itself, or, as no table has them for keys, a mark for nil.
// False: it is NaN, which equals nothing and is no key.
static bool push_found_by(lua_State *L)
{
    if (lua_isnil(L, -1))
        lua_pushlightuserdata(L, L);
    else
        lua_pushvalue(L, -1);
    return lua_rawequal(L, -1, -1);
}

static int without(lua_State *L)
{
    check_list(L, 1);
    check_list(L, 2);
    lua_settop(L, 3);
    lua_newtable(L);
    lua_newtable(L);
    for (lua_Integer i = 1; item(L, 2, i); i++) {
        push_key(L, 3);
        fold(L);
        if (push_found_by(L)) {
            lua_pushboolean(L, 1);
            lua_rawset(L, 5);
        }
        lua_settop(L, 5);
    }
    lua_Integer count = 0;
    for (lua_Integer i = 1; item(L, 1, i); i++) {
        push_key(L, 3);
        fold(L);
        push_found_by(L);
        bool drop = lua_rawget(L, 5) != LUA_TNIL;
        lua_settop(L, 6);
        if (drop)
            lua_pop(L, 1);
        else
            lua_rawseti(L, 4, ++count);
    }
    lua_settop(L, 4);
    bridge_mark_list(L);
    return 1;
}

static int contains(lua_State *L)
{
    check_list(L, 1);
    lua_settop(L, 2);
    fold(L);
    bool found = false;
    for (lua_Integer i = 1; !found && item(L, 1, i); i++) {
        found = same(L, 2);
        lua_pop(L, 1);
    }
    lua_pushboolean(L, found);
    return 1;
}

static int concat(lua_State *L)
{
    int lists = lua_gettop(L);
    for (int n = 1; n <= lists; n++)
        check_list(L, n);
    lua_newtable(L);
    lua_Integer count = 0;
    for (int n = 1; n <= lists; n++)
        for (lua_Integer i = 1; item(L, n, i); i++)
            lua_rawseti(L, lists + 1, ++count);
    bridge_mark_list(L);
    return 1;
}

static int flatten(lua_State *L)
{
    check_list(L, 1);
    lua_settop(L, 1);
    lua_newtable(L);
    lua_Integer count = 0;
    for (lua_Integer i = 1; item(L, 1, i); i++) {
        if (!lua_istable(L, -1)) {
            lua_rawseti(L, 2, ++count);
            continue;
        }
        for (lua_Integer k = 1; item(L, 3, k); k++)
            lua_rawseti(L, 2, ++count);
        lua_pop(L, 1);
    }
    bridge_mark_list(L);
    return 1;
}

static int count_items(lua_State *L)
{
    check_list(L, 1);
    lua_len(L, 1);
    return 1;
}

static int first(lua_State *L)
{
    check_list(L, 1);
    if (!item(L, 1, 1))
        lua_pushnil(L);
    return 1;
}

static bool less(lua_State *L, int a, int b)
{
    if (lua_type(L, a) != lua_type(L, b))
        return lua_type(L, a) < lua_type(L, b);
    vm_check_long(L, a);
    return lua_compare(L, a, b, LUA_OPLT) == 1;
}

// Is the key of slot i of the table at 3 less than that of slot k?
static bool slot_less(lua_State *L, lua_Integer i, lua_Integer k)
{
    int top = lua_gettop(L);
    lua_rawgeti(L, 3, i);
    push_key(L, 2);
    lua_rawgeti(L, 3, k);
    push_key(L, 2);
    bool result = less(L, top + 2, top + 4);
    lua_settop(L, top);
    return result;
}

static void swap_slots(lua_State *L, lua_Integer i, lua_Integer k)
{
    lua_rawgeti(L, 3, i);
    lua_rawgeti(L, 3, k);
    lua_rawseti(L, 3, i);
    lua_rawseti(L, 3, k);
}

// Heap order below slot i of n.
static void sift(lua_State *L, lua_Integer i, lua_Integer n)
{
    for (lua_Integer child; (child = 2 * i) <= n; i = child) {
        if (child < n && slot_less(L, child, child + 1))
            child++;
        if (!slot_less(L, i, child))
            return;
        swap_slots(L, i, child);
    }
}

static int sort(lua_State *L)
{
    check_list(L, 1);
    lua_settop(L, 2);
    lua_newtable(L);
    lua_Integer n = 0;
    for (lua_Integer i = 1; item(L, 1, i); i++)
        lua_rawseti(L, 3, ++n);
    for (lua_Integer i = n / 2; i >= 1; i--)
        sift(L, i, n);
    for (lua_Integer last = n; last > 1; last--) {
        swap_slots(L, 1, last);
        sift(L, 1, last - 1);
    }
    bridge_mark_list(L);
    return 1;
}

const struct vm_function vm_list_functions[] = {
    {"list.where",
     "list.where(list, field, value): the records whose field has the value; as in all of list.*, ids of "
     "resources and GUIDs are the same in any case",
     where},
    {"list.pluck", "list.pluck(list, field): that field of every record that has it", pluck},
    {"list.unique", "list.unique(list, [field]): each once (by the field, for records)", unique},
    {"list.union", "list.union(a, b, [field]): items of both, each once", unite},
    {"list.without", "list.without(a, b, [field]): items of a that b does not have", without},
    {"list.contains", "list.contains(list, value)", contains},
    {"list.concat", "list.concat(a, b, …): one list of all items", concat},
    {"list.flatten", "list.flatten(list of lists): one list of their items", flatten},
    {"list.count", "list.count(list): how many items; 0 for nil", count_items},
    {"list.first", "list.first(list): its first item, or nil", first},
    {"list.sort", "list.sort(list, [field]): in rising order", sort},
    {NULL, NULL, NULL},
};
