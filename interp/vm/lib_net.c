// net.*, time.* and id.*: addresses, moments and resource ids. Not for looking anything up.
// Invariant: all are pure; what does not parse is an error, never false.
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "data/schema.h"
#include "vm/state.h"

static void check_cidr(lua_State *L, const char *text, struct cidr *out)
{
    if (text == NULL || !schema_parse_cidr(text, out))
        luaL_error(L, "'%s' is no address or network", text == NULL ? "nil" : text);
}

static int within(lua_State *L)
{
    struct cidr inner, network;
    check_cidr(L, luaL_checkstring(L, 1), &inner);
    if (lua_isnoneornil(L, 2)) {
        lua_pushboolean(L, 0);
        return 1;
    }
    if (lua_type(L, 2) == LUA_TSTRING) {
        check_cidr(L, lua_tostring(L, 2), &network);
        lua_pushboolean(L, schema_cidr_contains(&network, &inner));
        return 1;
    }
    luaL_checktype(L, 2, LUA_TTABLE);
    bool found = false;
    for (lua_Integer i = 1; !found && lua_geti(L, 2, i) != LUA_TNIL; i++) {
        check_cidr(L, lua_tostring(L, -1), &network);
        found = schema_cidr_contains(&network, &inner);
        lua_pop(L, 1);
    }
    lua_pushboolean(L, found);
    return 1;
}

static int is_ip(lua_State *L)
{
    lua_pushboolean(L, lua_type(L, 1) == LUA_TSTRING && schema_is_ip(lua_tostring(L, 1)));
    return 1;
}

static int is_private(lua_State *L)
{
    static const char *const networks[] = {"10.0.0.0/8",  "172.16.0.0/12",  "192.168.0.0/16",
                                           "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10",
                                           "fc00::/7",    "fe80::/10",      "::1/128"};
    struct cidr inner, network;
    check_cidr(L, luaL_checkstring(L, 1), &inner);
    bool found = false;
    for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++)
        found = found || (schema_parse_cidr(networks[i], &network) &&
                          (schema_cidr_contains(&network, &inner) || schema_cidr_contains(&inner, &network)));
    lua_pushboolean(L, found);
    return 1;
}

const struct vm_function vm_net_functions[] = {
    {"net.within", "net.within(ip, network or list of networks): false for no networks", within},
    {"net.is_ip", "net.is_ip(value): is it the text of an address", is_ip},
    {"net.is_private", "net.is_private(ip): not routed on the Internet; of a network, any of it", is_private},
    {NULL, NULL, NULL},
};

static int64_t check_time(lua_State *L, int index)
{
    int64_t ms;
    const char *text = luaL_checkstring(L, index);
    if (!clock_parse(text, &ms))
        luaL_error(L, "'%s' is no time (RFC 3339)", text);
    return ms;
}

// Without touching any arena that outlives the call.
static char *written(lua_State *L, int64_t ms)
{
    return clock_rfc3339(vm_passing(L), ms);
}

static void push_time(lua_State *L, int64_t ms)
{
    lua_pushstring(L, written(L, ms));
}

static int time_shown(lua_State *L)
{
    lua_settop(L, 1);
    if (lua_isnil(L, 1))
        return 1;
    char *text = written(L, check_time(L, 1)); // 2026-11-22T02:15:30.123Z
    text[strlen(text) - strlen(".123Z")] = '\0';
    lua_pushfstring(L, "%sZ", text);
    return 1;
}

static int time_add(lua_State *L)
{
    int64_t ms = check_time(L, 1), span;
    const char *text = luaL_checkstring(L, 2);
    bool back = *text == '-';
    if (!clock_parse_duration(text + back, &span))
        return luaL_error(L, "'%s' is no duration (90s, 15m, 4h, 2d, -1h)", text);
    push_time(L, back ? ms - span : ms + span);
    return 1;
}

static int time_before(lua_State *L)
{
    lua_pushboolean(L, check_time(L, 1) < check_time(L, 2));
    return 1;
}

static int time_after(lua_State *L)
{
    lua_pushboolean(L, check_time(L, 1) > check_time(L, 2));
    return 1;
}

static int time_between(lua_State *L)
{
    lua_pushinteger(L, (check_time(L, 2) - check_time(L, 1)) / 1000);
    return 1;
}

// The latest (sign 1) or earliest (-1) of the arguments that are not nil.
static int time_extreme(lua_State *L, int sign)
{
    int best = 0;
    for (int i = 1; i <= lua_gettop(L); i++)
        if (!lua_isnil(L, i) && (best == 0 || sign * check_time(L, i) > sign * check_time(L, best)))
            best = i;
    if (best == 0)
        lua_pushnil(L);
    else
        lua_pushvalue(L, best);
    return 1;
}

static int time_max(lua_State *L)
{
    return time_extreme(L, 1);
}

static int time_min(lua_State *L)
{
    return time_extreme(L, -1);
}

static int time_of(lua_State *L)
{
    static const lua_Integer most = 253402300799; // the end of the year 9999
    lua_Integer seconds = lua_tointeger(L, 1);
    if (!lua_isinteger(L, 1) || seconds < -most || seconds > most)
        return luaL_argerror(L, 1, "seconds since 1970, a whole number of four-digit years");
    push_time(L, seconds * 1000);
    return 1;
}

// The segment behind the one called `name`, or NULL.
static const char *segment_after(const char *id, const char *name, size_t *length)
{
    size_t width = strlen(name);
    for (const char *at = id; *at == '/';) {
        size_t size = strcspn(at + 1, "/");
        const char *next = at + 1 + size;
        if (size == width && text_starts_nocase(at + 1, name) && *next == '/') {
            *length = strcspn(next + 1, "/");
            return next + 1;
        }
        at = next;
    }
    return NULL;
}

static int push_segment(lua_State *L, const char *id, const char *name)
{
    size_t length;
    const char *segment = id == NULL ? NULL : segment_after(id, name, &length);
    if (segment == NULL)
        lua_pushnil(L);
    else
        lua_pushlstring(L, segment, length);
    return 1;
}

static int id_part(lua_State *L)
{
    return push_segment(L, luaL_optstring(L, 1, NULL), luaL_checkstring(L, 2));
}

static int id_subscription(lua_State *L)
{
    return push_segment(L, luaL_optstring(L, 1, NULL), "subscriptions");
}

static int id_group(lua_State *L)
{
    return push_segment(L, luaL_optstring(L, 1, NULL), "resourceGroups");
}

static int id_name(lua_State *L)
{
    const char *id = luaL_optstring(L, 1, NULL);
    const char *slash = id == NULL ? NULL : strrchr(id, '/');
    lua_pushstring(L, slash == NULL ? id : slash + 1);
    return 1;
}

static int id_parent(lua_State *L)
{
    const char *id = luaL_checkstring(L, 1);
    lua_Integer segments = luaL_optinteger(L, 2, 2);
    size_t length = strlen(id);
    for (; segments > 0 && length > 0; segments--)
        while (length > 0 && id[--length] != '/')
            continue;
    lua_pushlstring(L, id, length);
    return 1;
}

static int id_same(lua_State *L)
{
    lua_pushboolean(L, text_same(luaL_optstring(L, 1, NULL), luaL_optstring(L, 2, NULL)));
    return 1;
}

const struct vm_function vm_time_functions[] = {
    {"time.add", "time.add(time, duration): \"1h\" later, \"-1h\" earlier", time_add},
    {"time.before", "time.before(a, b)", time_before},
    {"time.after", "time.after(a, b)", time_after},
    {"time.between", "time.between(a, b): the seconds from a to b", time_between},
    {"time.max", "time.max(…): the latest; nil counts as not given", time_max},
    {"time.min", "time.min(…): the earliest", time_min},
    {"time.of", "time.of(seconds): the time that many seconds after 1970 began", time_of},
    {"time.shown", "time.shown(time): to the second, as people read it; nil of nil", time_shown},
    {"id.part", "id.part(id, \"resourceGroups\"): the segment behind that one, or nil", id_part},
    {"id.subscription", "id.subscription(id)", id_subscription},
    {"id.group", "id.group(id): its resource group, or nil", id_group},
    {"id.name", "id.name(id): the last segment", id_name},
    {"id.parent", "id.parent(id, [n]): the id without its last n segments (2 when left out)", id_parent},
    {"id.same", "id.same(a, b): equal but for case", id_same},
    {NULL, NULL, NULL},
};
