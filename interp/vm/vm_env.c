// The locked environment of all Lua code: what of the standard library stays, and our functions beside it.
// Not for what the functions do. Invariant: nothing reachable from it can be written, and strings have only
// our methods.
#include <string.h>

#include <lualib.h>

#include "base/arena.h"
#include "base/panic.h"
#include "vm/bridge.h"
#include "vm/state.h"

static int refuse_write(lua_State *L)
{
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    return luaL_error(L, "'%s' cannot be set here: nothing shared can be changed (declare it local)", key);
}

void vm_lock_table(lua_State *L)
{
    lua_newtable(L);
    lua_createtable(L, 0, 3);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

// Copies `names` (NULL-terminated) of a standard library into a fresh table of the environment on top of the
// stack.
static void keep_library(lua_State *L, const char *library, const char *const *names)
{
    lua_newtable(L);
    lua_getglobal(L, library);
    for (; *names != NULL; names++) {
        lua_getfield(L, -1, *names);
        REQUIRE(!lua_isnil(L, -1));
        lua_setfield(L, -3, *names);
    }
    lua_pop(L, 1);
    lua_setfield(L, -2, library);
}

// Lua's own function, for the one of lib_base.c that stands before it.
static void keep_real(lua_State *L, const char *library, const char *name)
{
    lua_getglobal(L, library);
    lua_pushfstring(L, "playbook.%s", name);
    lua_getfield(L, -2, name);
    lua_rawset(L, LUA_REGISTRYINDEX);
    lua_pop(L, 1);
}

// Puts "area.name" functions into locked tables, and names without a dot into the environment itself (on
// top).
static void add_functions(lua_State *L, const struct vm_function *rows)
{
    char area[16] = "";
    for (; rows->name != NULL; rows++) {
        const char *dot = strchr(rows->name, '.');
        if (dot == NULL) {
            lua_pushcfunction(L, rows->call);
            lua_setfield(L, -2, rows->name);
            continue;
        }
        size_t length = (size_t)(dot - rows->name);
        REQUIRE(length < sizeof area);
        memcpy(area, rows->name, length);
        area[length] = '\0';
        if (lua_getfield(L, -1, area) == LUA_TNIL) {
            lua_pop(L, 1);
            lua_newtable(L);
            lua_pushvalue(L, -1);
            lua_setfield(L, -3, area);
        }
        lua_pushcfunction(L, rows->call);
        lua_setfield(L, -2, dot + 1);
        lua_pop(L, 1);
    }
}

static void lock_area(lua_State *L, const char *area)
{
    REQUIRE(lua_getfield(L, -1, area) == LUA_TTABLE);
    vm_lock_table(L);
    lua_setfield(L, -2, area);
}

// Strings have methods, but only ours, and no arithmetic.
static void lock_strings(lua_State *L)
{
    lua_pushliteral(L, "");
    REQUIRE(lua_getmetatable(L, -1));
    static const char *const events[] = {"__add", "__sub", "__mul",  "__mod",
                                         "__pow", "__div", "__idiv", "__unm"};
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        lua_pushnil(L);
        lua_setfield(L, -2, events[i]);
    }
    lua_getfield(L, -3, "string"); // the environment's, below the string and its metatable
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}

static void open_environment(struct vm *vm)
{
    static const char *const strings[] = {"byte", "char", "len", "lower", "upper", "reverse", "sub", NULL};
    static const char *const tables[] = {"insert", "remove", "pack", NULL};
    static const char *const maths[] = {"abs",  "ceil",       "floor", "fmod",       "huge",
                                        "max",  "maxinteger", "min",   "mininteger", "modf",
                                        "sqrt", "tointeger",  "type",  "ult",        NULL};
    static const char *const utf8s[] = {"char", "charpattern", "codepoint", "len", "offset", "codes", NULL};
    static const char *const bases[] = {"assert", "error", "ipairs", "select", "tonumber", "_VERSION", NULL};
    lua_State *L = vm->L;
    static const luaL_Reg libraries[] = {{LUA_GNAME, luaopen_base},
                                         {LUA_STRLIBNAME, luaopen_string},
                                         {LUA_TABLIBNAME, luaopen_table},
                                         {LUA_MATHLIBNAME, luaopen_math},
                                         {LUA_UTF8LIBNAME, luaopen_utf8}};
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        luaL_requiref(L, libraries[i].name, libraries[i].func, 1);
        lua_pop(L, 1);
    }
    keep_real(L, "string", "format");
    keep_real(L, "table", "sort");
    lua_newtable(L);
    for (size_t i = 0; bases[i] != NULL; i++) {
        lua_getglobal(L, bases[i]);
        lua_setfield(L, -2, bases[i]);
    }
    keep_library(L, "string", strings);
    keep_library(L, "table", tables);
    keep_library(L, "math", maths);
    keep_library(L, "utf8", utf8s);
    const struct vm_function *const groups[] = {vm_text_functions, vm_list_functions, vm_net_functions,
                                                vm_time_functions, vm_host_functions, vm_quote_functions,
                                                vm_base_functions};
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        add_functions(L, groups[i]);
    static const char *const areas[] = {"text",   "list",  "net",  "time", "id",
                                        "string", "table", "math", "utf8"};
    for (size_t i = 0; i < sizeof areas / sizeof areas[0]; i++)
        lock_area(L, areas[i]);
    lock_strings(L);
    bridge_push_null(L);
    lua_setfield(L, -2, "null");
    bridge_push_gone(L);
    lua_setfield(L, -2, "gone");
}

// `list` is both an area and a constructor: a locked table that can be called.
static int make_list(lua_State *L)
{
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    bridge_mark_list(L);
    return 1;
}

static void make_list_callable(lua_State *L)
{
    lua_getfield(L, -1, "list");
    REQUIRE(lua_getmetatable(L, -1));
    lua_pushcfunction(L, make_list);
    lua_setfield(L, -2, "__call");
    lua_pop(L, 2);
}

void vm_open_environment(struct vm *vm)
{
    open_environment(vm);
    make_list_callable(vm->L);
    lua_pushvalue(vm->L, -1);
    lua_setfield(vm->L, LUA_REGISTRYINDEX, "playbook.globals");
    vm_lock_table(vm->L);
    vm->env = luaL_ref(vm->L, LUA_REGISTRYINDEX);
}

struct found {
    struct arena *arena;
    const char **names;
    size_t count;
};

static void add_name(struct found *found, const char *area, const char *name)
{
    found->names = arena_room(found->arena, found->names, found->count, sizeof *found->names);
    found->names[found->count++] =
        area == NULL || name == NULL ? name : arena_printf(found->arena, "%s.%s", area, name);
}

// The names in the table on top of the stack, and, once, those in locked tables in it. Takes the table off.
static void add_names(struct found *found, lua_State *L, const char *area)
{
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            continue;
        const char *name = arena_strdup(found->arena, lua_tostring(L, -2));
        add_name(found, area, name);
        if (area == NULL && lua_istable(L, -1) && lua_getmetatable(L, -1)) {
            if (lua_getfield(L, -1, "__index") == LUA_TTABLE)
                add_names(found, L, name);
            else
                lua_pop(L, 1);
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 1);
}

const char *const *vm_globals(struct vm *vm, struct arena *arena)
{
    struct found found = {.arena = arena};
    lua_State *L = vm->L;
    lua_getfield(L, LUA_REGISTRYINDEX, "playbook.globals");
    add_names(&found, L, NULL);
    add_name(&found, NULL, NULL);
    return found.names;
}
