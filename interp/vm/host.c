// Host functions: what every Lua file of ours can call besides the areas. One table of rows. Those that build
// texts for other languages (uri, odata, kql) encode every value, so that what an attacker wrote stays a
// value. Invariant: no function here reads the network, the clock of the machine or its randomness on a
// script's behalf.
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "policy/cloud.h"
#include "vm/bridge.h"
#include "vm/state.h"
#include "vm/task.h"

static struct arena *arena_of(lua_State *L)
{
    struct vm *vm = vm_of(L);
    return vm->current != NULL ? vm->current->arena : vm->arena;
}

// How a language writes one value of a template: appends it to the text. `form` is what stands before or
// behind the name: '+' in "{+id}", "datetime" in "{t:datetime}".
typedef bool quote_value(struct text *out, const char *value, const char *form);

// Fills "{name}" holes of the template at 1 from the table at 2.
static int fill_template(lua_State *L, quote_value *quote)
{
    const char *template = luaL_checkstring(L, 1);
    struct text out = text_new(arena_of(L));
    while (*template != '\0') {
        size_t plain = strcspn(template, "{");
        text_addn(&out, template, plain);
        template += plain;
        if (*template == '\0')
            break;
        size_t length = strcspn(template + 1, "}");
        if (template[1 + length] != '}' || length == 0)
            return luaL_error(L, "the template has a '{' without '}'");
        char *name = arena_strndup(arena_of(L), template + 1, length), *colon = strchr(name, ':');
        const char *form = name[0] == '+' ? "+" : colon != NULL ? colon + 1 : "";
        if (colon != NULL)
            *colon = '\0';
        luaL_checktype(L, 2, LUA_TTABLE);
        lua_getfield(L, 2, name + (name[0] == '+'));
        if (!lua_isstring(L, -1))
            return luaL_error(L, "the template needs '%s', and it is %s", name, luaL_typename(L, -1));
        if (!quote(&out, lua_tostring(L, -1), form))
            return luaL_error(L, "'%s' cannot stand here: '%s'", name, lua_tostring(L, -1));
        lua_pop(L, 1);
        template += length + 2;
    }
    lua_pushlstring(L, out.ptr, out.length);
    return 1;
}

// A path or an https URL whose segments are plain: nothing that would lead elsewhere.
static bool plain_path(const char *value)
{
    if (text_starts(value, "https://"))
        value = strchr(value + 8, '/') == NULL ? "/" : strchr(value + 8, '/');
    for (const char *at = value; *at != '\0';) {
        size_t length = strcspn(at, "/");
        if ((length == 1 && at[0] == '.') || (length == 2 && at[0] == '.' && at[1] == '.'))
            return false;
        at += length + (at[length] == '/');
    }
    return strpbrk(value, "?#\\%") == NULL;
}

static bool quote_uri(struct text *out, const char *value, const char *form)
{
    if (*form != '+') {
        if (*value == '\0' || strcmp(value, ".") == 0 || strcmp(value, "..") == 0)
            return false;
        text_add_percent(out, value);
        return true;
    }
    if (!plain_path(value))
        return false;
    if (text_starts(value, "https://")) { // from an answer: scheme and host stay as they are
        size_t host = 8 + strcspn(value + 8, "/");
        if (out->length != 0 ||
            strspn(value + 8, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:") < host - 8)
            return false;
        text_addn(out, value, host);
        value += host;
    }
    while (*value != '\0') {
        size_t length = strcspn(value, "/");
        text_add_percent(out, arena_strndup(out->arena, value, length));
        value += length;
        if (*value == '/') {
            text_addc(out, '/');
            value++;
        }
    }
    return true;
}

static int uri(lua_State *L)
{
    return fill_template(L, quote_uri);
}

static bool quote_odata(struct text *out, const char *value, const char *form)
{
    int64_t ms;
    if (strcmp(form, "time") == 0) {
        if (!clock_parse(value, &ms))
            return false;
        text_add(out, value);
        return true;
    }
    text_addc(out, '\'');
    for (; *value != '\0'; value++) {
        if ((unsigned char)*value < 0x20)
            return false;
        text_add(out, *value == '\'' ? "''" : (const char[]){*value, '\0'});
    }
    text_addc(out, '\'');
    return true;
}

static int odata(lua_State *L)
{
    return fill_template(L, quote_odata);
}

static bool quote_kql(struct text *out, const char *value, const char *form)
{
    int64_t ms;
    if (strcmp(form, "datetime") == 0) {
        if (!clock_parse(value, &ms))
            return false;
        text_addf(out, "datetime(%s)", value);
        return true;
    }
    text_addc(out, '"');
    for (; *value != '\0'; value++) {
        if ((unsigned char)*value < 0x20)
            return false;
        if (*value == '"' || *value == '\\')
            text_addc(out, '\\');
        text_addc(out, *value);
    }
    text_addc(out, '"');
    return true;
}

static int kql(lua_State *L)
{
    return fill_template(L, quote_kql);
}

static int now(lua_State *L)
{
    struct vm *vm = vm_of(L);
    lua_pushstring(L, vm->current != NULL ? vm->current->now : NULL);
    return 1;
}

static int digest(lua_State *L)
{
    size_t length;
    unsigned char hash[CRYPTO_HASH_SIZE];
    const char *text = luaL_checklstring(L, 1, &length);
    crypto_sha256(text, length, hash);
    lua_pushfstring(L, "sha256:%s", crypto_hex(arena_of(L), hash, sizeof hash));
    return 1;
}

static int new_secret(lua_State *L)
{
    struct vm *vm = vm_of(L);
    lua_Integer length = luaL_optinteger(L, 1, 32);
    luaL_argcheck(L, length >= 16 && length <= 128, 1, "between 16 and 128 characters");
    struct secret_memo *memo = vm->active == NULL ? NULL : vm->active->secrets;
    if (memo == NULL)
        return luaL_error(L, "new_secret is for apply");
    static const size_t most = sizeof memo->items / sizeof memo->items[0];
    if (vm->active->secrets_used == most)
        return luaL_error(L, "an effect makes at most %d secrets", (int)most);
    size_t n = vm->active->secrets_used++;
    if (n == memo->count) {
        unsigned char bytes[96];
        crypto_random(bytes, sizeof bytes);
        char *text = crypto_base64url(vm->current->arena, bytes, sizeof bytes);
        text[length] = '\0';
        memo->items[memo->count++] = value_secret(vm->current->arena, text);
        crypto_wipe(bytes, sizeof bytes);
    }
    bridge_push_secret(L, memo->items[n]);
    return 1;
}

static int make_map(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    bridge_mark_map(L);
    return 1;
}

static int registry(lua_State *L)
{
    bridge_push(L, vm_of(L)->current->registry);
    return 1;
}

static int profile(lua_State *L)
{
    bridge_push(L, vm_of(L)->current->profile);
    return 1;
}

static int self(lua_State *L)
{
    bridge_push(L, vm_of(L)->current->self);
    return 1;
}

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
    double number;
    const char *text; // NULL for numbers
};

static int by_sort_key(const void *a, const void *b)
{
    const struct sort_key *x = a, *y = b;
    if ((x->text == NULL) != (y->text == NULL))
        return x->text == NULL ? -1 : 1;
    if (x->text != NULL)
        return strcmp(x->text, y->text);
    return (x->number > y->number) - (x->number < y->number);
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
    for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1), count++) {
        if (lua_type(L, -2) == LUA_TNUMBER)
            keys[count] = (struct sort_key){lua_tonumber(L, -2), NULL};
        else if (lua_type(L, -2) == LUA_TSTRING)
            keys[count] = (struct sort_key){0, lua_tostring(L, -2)};
        else
            return luaL_error(L, "pairs: a key is %s; keys are texts or numbers", luaL_typename(L, -2));
    }
    qsort(keys, count, sizeof *keys, by_sort_key);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        if (keys[i].text != NULL)
            lua_pushstring(L, keys[i].text);
        else if (keys[i].number >= -9007199254740992.0 && keys[i].number <= 9007199254740992.0 &&
                 (double)(lua_Integer)keys[i].number >= keys[i].number)
            lua_pushinteger(L, (lua_Integer)keys[i].number);
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
    const char *form = luaL_checkstring(L, 1);
    int arg = 1;
    for (const char *at = form; *at != '\0'; at++) {
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
    luaL_argcheck(L, to - from < 250, 3, "at most 250 values");
    luaL_checkstack(L, 250, "too many values");
    for (lua_Integer i = from; i <= to; i++)
        lua_geti(L, 1, i);
    return (int)(to - from + 1);
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

static void check_loading(lua_State *L, const char *name)
{
    if (vm_of(L)->loading == NULL)
        luaL_error(L, "%s stands at the top level of a file", name);
}

static int declare(lua_State *L)
{
    check_loading(L, "primitive");
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    return 1;
}

static int irreversible(lua_State *L)
{
    check_loading(L, "irreversible");
    luaL_checkstring(L, 1);
    lua_settop(L, 1);
    return 1;
}

static int use(lua_State *L)
{
    struct vm *vm = vm_of(L);
    const char *name = luaL_checkstring(L, 1);
    check_loading(L, "use");
    lua_rawgeti(L, LUA_REGISTRYINDEX, vm->libraries);
    if (lua_getfield(L, -1, name) != LUA_TNIL)
        return 1;
    lua_pop(L, 1);
    const char *path = arena_printf(vm->arena, "stdlib/lib/%s.lua", name);
    struct err err = {0};
    const struct catalog_file *file = strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == strlen(name)
                                          ? catalog_find(vm->catalog, path, &err)
                                          : NULL;
    if (file == NULL)
        return luaL_error(L, "there is no library '%s'", name);
    lua_pushliteral(L, "");
    lua_setfield(L, -2, name); // a library that uses itself gets a text, and fails on it
    if (!vm_run_file(vm, file, &err))
        return luaL_error(L, "%s:%d: %s", err.pos.file != NULL ? err.pos.file : path, err.pos.line,
                          err.message);
    catalog_use(vm->catalog, file);
    lua_xmove(vm->L, L, 1);
    if (!lua_istable(L, -1))
        return luaL_error(L, "%s must return a table", path);
    vm_lock_table(L);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, name);
    return 1;
}

static int field(lua_State *L)
{
    int names = lua_gettop(L);
    if (!lua_istable(L, 1)) {
        lua_pushnil(L);
        return 1;
    }
    for (int n = 2; n <= names; n++) {
        const char *name = luaL_checkstring(L, n);
        if (lua_getfield(L, 1, name) != LUA_TNIL)
            return 1;
        lua_pop(L, 1);
        for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1))
            if (lua_type(L, -2) == LUA_TSTRING && text_same(lua_tostring(L, -2), name))
                return 1;
    }
    lua_pushnil(L);
    return 1;
}

static int parse_json(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    const struct value *value = json_parse(arena_of(L), "text", text, length, NULL);
    if (value == NULL)
        lua_pushnil(L);
    else
        bridge_push(L, value);
    return 1;
}

static int wrong(lua_State *L)
{
    const char *path = luaL_checkstring(L, 2), *wanted = luaL_checkstring(L, 3);
    const char *found = lua_isnoneornil(L, 1)       ? "missing"
                        : lua_islightuserdata(L, 1) ? "null"
                        : lua_istable(L, 1)         ? "a list or record"
                        : lua_isboolean(L, 1)       ? "true or false"
                        : lua_isnumber(L, 1)        ? "a number"
                                                    : "a text";
    lua_createtable(L, 0, 2);
    lua_pushstring(L, path);
    lua_setfield(L, -2, "path");
    lua_pushfstring(L, "%s must be %s, and it is %s", path, wanted, found);
    lua_setfield(L, -2, "message");
    return lua_error(L);
}

static int call(lua_State *L)
{
    struct vm *vm = vm_of(L);
    if (vm->active == NULL || !vm->active->script)
        return luaL_error(L, "call is for scripts of playbooks; primitives use their libraries");
    const char *name = luaL_checkstring(L, 1);
    if (strchr(name, '.') == NULL)
        return luaL_error(L, "'%s' is no name of a primitive", name);
    lua_settop(L, 2);
    return lua_yield(L, 2);
}

static int alert_of(lua_State *L)
{
    struct vm *vm = vm_of(L);
    struct err err = {0};
    if (vm->current == NULL)
        return luaL_error(L, "alert_of needs a run");
    const struct value *raw = bridge_value(L, 1, arena_of(L), "the payload", &err);
    const struct value *alerts = raw == NULL ? NULL : vm_read_alerts(vm, vm->current, raw, NULL, &err);
    if (alerts == NULL)
        return luaL_error(L, "%s", err.message);
    bridge_push(L, alerts);
    return 1;
}

const struct vm_function vm_host_functions[] = {
    {"uri", "uri(template, values): {x} one segment or query value, {+x} an id whose slashes stay", uri},
    {"odata", "odata(template, values): {x} as an OData string, {x:time} as a time", odata},
    {"kql", "kql(template, values): {x} as a KQL string, {x:datetime} as datetime(…)", kql},
    {"now", "now(): the run's time", now},
    {"digest", "digest(text): \"sha256:…\"", digest},
    {"new_secret", "new_secret(length): made by the core, cannot be read", new_secret},
    {"map", "map {…}: a record, also when it is empty", make_map},
    {"register", "register(): the organisation's register", registry},
    {"profile", "profile(): tenant, scope, workspace, sender", profile},
    {"self", "self(): object_id and app_id of the run's own identity", self},
    {"pairs", "pairs(t): in sorted order", pairs},
    {"tostring", "tostring(v): of texts, numbers and booleans", to_string},
    {"type", "type(v)", type_of},
    {"string.format", "string.format(form, …)", format},
    {"string.rep", "string.rep(s, n, separator): at most 1 MiB", repeat_text},
    {"table.unpack", "table.unpack(list, from, to): at most 250 values", unpack},
    {"table.concat", "table.concat(list, separator)", join_table},
    {"primitive", "primitive {…}: declares one", declare},
    {"intake", "intake {…}: declares an alert shape", declare},
    {"irreversible", "irreversible \"why\": for undo", irreversible},
    {"use", "use \"arm\": a library of stdlib/lib", use},
    {"field", "field(record, name, …): the first member so named, letters without case", field},
    {"parse_json", "parse_json(text): its value, or nil", parse_json},
    {"wrong", "wrong(value, path, wanted): refuses an alert at that place", wrong},
    {"call", "call(primitive, with): in scripts of playbooks: the step's record", call},
    {"alert_of", "alert_of(payload): list of alerts", alert_of},
    {NULL, NULL, NULL},
};

static int core_yield(lua_State *L)
{
    return lua_yield(L, lua_gettop(L));
}

static int core_lock(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    vm_lock_table(L);
    return 1;
}

static int core_fail(lua_State *L)
{
    struct vm *vm = vm_of(L);
    if (vm->active != NULL)
        vm->active->error_code = E_HTTP;
    lua_settop(L, 1);
    return lua_error(L);
}

// A URL for a message: the real one, without its query.
static int core_shown(lua_State *L)
{
    const struct vm_run *run = vm_of(L)->current;
    const char *url = luaL_checkstring(L, 1);
    if (run != NULL && run->cloud != NULL)
        url = cloud_url(run->arena, run->cloud, url);
    lua_pushlstring(L, url, strcspn(url, "?"));
    return 1;
}

static int core_patch(lua_State *L)
{
    struct vm *vm = vm_of(L);
    struct err err = {0};
    const struct primitive *primitive = vm->active == NULL ? NULL : vm->active->primitive;
    if (primitive == NULL || primitive->state == NULL)
        return luaL_error(L, "only a primitive with a state has differences");
    const struct value *before = bridge_value(L, 1, arena_of(L), "before", &err);
    const struct value *desired = before == NULL ? NULL : bridge_value(L, 2, arena_of(L), "desired", &err);
    if (desired == NULL)
        return luaL_error(L, "%s", err.message);
    bridge_push(L, schema_patch(arena_of(L), primitive->state, before, desired));
    return 1;
}

void vm_push_core(lua_State *L)
{
    static const luaL_Reg functions[] = {{"yield", core_yield}, {"lock", core_lock},   {"fail", core_fail},
                                         {"shown", core_shown}, {"patch", core_patch}, {NULL, NULL}};
    luaL_newlib(L, functions);
}
