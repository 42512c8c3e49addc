// Host functions: what every Lua file of ours can call besides the areas. One table of rows. Not for texts in
// other languages (lib_quote.c). Invariant: no function here reads the network or the clock of the machine on
// a script's behalf, and what it draws at random no script can read.
#include <string.h>

#include "base/arena.h"
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

static int now(lua_State *L)
{
    struct vm *vm = vm_of(L);
    lua_pushstring(L, vm->current != NULL ? vm->current->now : NULL);
    return 1;
}

static int digest(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_pushstring(L, crypto_digest(vm_passing(L), text, length));
    return 1;
}

static bool is_mixed(const char *text)
{
    return strpbrk(text, "abcdefghijklmnopqrstuvwxyz") != NULL &&
           strpbrk(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL && strpbrk(text, "0123456789") != NULL;
}

// Drawn anew until it has what services ask of a password: one in 200 has no digit.
static struct value *draw_secret(struct arena *arena, size_t length)
{
    unsigned char bytes[96];
    char *text;
    do {
        crypto_random(bytes, sizeof bytes);
        text = crypto_base64url(arena, bytes, sizeof bytes);
        text[length] = '\0';
    } while (!is_mixed(text));
    crypto_wipe(bytes, sizeof bytes);
    return value_secret(arena, text);
}

struct value *vm_next_secret(struct arena *arena, struct vm_active *active, size_t length)
{
    struct secret_memo *memo = active->secrets;
    if (memo == NULL || active->secrets_used == sizeof memo->items / sizeof memo->items[0])
        return NULL;
    size_t n = active->secrets_used++;
    if (n == memo->count)
        memo->items[memo->count++] = draw_secret(arena, length);
    return memo->items[n];
}

static int new_secret(lua_State *L)
{
    struct vm *vm = vm_of(L);
    lua_Integer length = luaL_optinteger(L, 1, 32);
    luaL_argcheck(L, length >= 16 && length <= 128, 1, "between 16 and 128 characters");
    if (vm->active == NULL || vm->active->secrets == NULL)
        return luaL_error(L, "new_secret is for apply");
    struct value *secret = vm_next_secret(vm->current->arena, vm->active, (size_t)length);
    if (secret == NULL)
        return luaL_error(L, "an effect has too many secrets");
    bridge_push_secret(L, secret);
    return 1;
}

static int make_map(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    bridge_mark_map(L);
    return 1;
}

// Is the text one of those in the list at `index`?
static bool is_among(lua_State *L, int index, const char *text)
{
    lua_Integer count = luaL_len(L, index);
    bool found = false;
    for (lua_Integer i = 1; i <= count && !found; i++) {
        lua_rawgeti(L, index, i);
        found = text_same(text, lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    return found;
}

// The first row in which one of the fields in the list at 2 is one of the texts in the list at 3.
static const struct value *find_row(lua_State *L, const struct value *rows)
{
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    for (size_t i = 0; i < value_count(rows); i++) {
        const struct value *row = value_item(rows, i);
        vm_check_time(L);
        for (size_t f = 0; f < value_count(row); f++) {
            const char *text = value_text(row->fields[f].value);
            if (text != NULL && is_among(L, 2, row->fields[f].key) && is_among(L, 3, text))
                return row;
        }
    }
    return NULL;
}

// One part, since each caller gets a copy of its own.
static int registry(lua_State *L)
{
    static const char *const parts[] = {"applications", "contacts",   "networks", "owners",
                                        "resources",    "responders", "users",    NULL};
    const char *part = parts[luaL_checkoption(L, 1, NULL, parts)];
    const struct value *rows = value_get(vm_of(L)->current->registry, part);
    if (!lua_isnoneornil(L, 2))
        bridge_push(L, find_row(L, rows));
    else if (rows != NULL)
        bridge_push(L, rows);
    else
        lua_newtable(L);
    return 1;
}

static int profile(lua_State *L)
{
    static const char *const parts[] = {"name",   "cloud",  "tenant",  "scope", "workspace",
                                        "sender", "notify", "partner", NULL};
    const char *part = parts[luaL_checkoption(L, 1, NULL, parts)];
    bridge_push(L, value_get(vm_of(L)->current->profile, part));
    return 1;
}

static int self(lua_State *L)
{
    bridge_push(L, vm_of(L)->current->self);
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

static int refuse(lua_State *L)
{
    struct vm *vm = vm_of(L);
    luaL_checkstring(L, 1);
    if (vm->active != NULL)
        vm->active->error_code = E_REFUSED;
    luaL_where(L, 1);
    lua_pushvalue(L, 1);
    lua_concat(L, 2);
    return lua_error(L);
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

static int parse_json(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    vm_check_time(L);
    const struct value *value = json_parse(vm_passing(L), NULL, text, length, NULL);
    if (value == NULL)
        lua_pushnil(L);
    else
        bridge_push(L, value);
    return 1;
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
    const struct value *raw = bridge_value(L, 1, vm_arena(vm), "the payload", &err);
    const struct value *alerts = raw == NULL ? NULL : vm_read_alerts(vm, vm->current, raw, NULL, &err);
    if (alerts == NULL)
        return luaL_error(L, "%s", err.message);
    bridge_push(L, alerts);
    return 1;
}

const struct vm_function vm_host_functions[] = {
    {"now", "now(): the run's time", now},
    {"digest", "digest(text): \"sha256:…\"", digest},
    {"new_secret", "new_secret(length): made by the core, cannot be read", new_secret},
    {"map", "map {…}: a record, also when it is empty", make_map},
    {"register",
     "register(part, fields, texts): the rows that the organisation's register has there, perhaps none; with "
     "lists of fields and texts the first row that has one of these in one of those, or nil",
     registry},
    {"profile", "profile(part): of tenant, scope, workspace, sender, notify, partner, name, cloud; or nil",
     profile},
    {"self", "self(): object_id and app_id of the run's own identity", self},
    {"primitive", "primitive {…}: declares one", declare},
    {"intake", "intake {…}: declares an alert shape", declare},
    {"irreversible", "irreversible \"why\": for undo", irreversible},
    {"refuse", "refuse \"why\": the change must not be made; the step ends as refused", refuse},
    {"use", "use \"arm\": a library of stdlib/lib", use},
    {"parse_json", "parse_json(text): its value, or nil", parse_json},
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
    if (vm->active != NULL) {
        vm->active->error_code = E_HTTP;
        vm->active->status = (int)luaL_optinteger(L, 2, 0);
    }
    lua_settop(L, 1);
    return lua_error(L);
}

// A URL for a message: the real one, without its query; "notify" for the channel's.
static int core_shown(lua_State *L)
{
    const struct vm_run *run = vm_of(L)->current;
    const char *url = luaL_checkstring(L, 1);
    if (run != NULL && run->cloud != NULL)
        url = cloud_url(run->arena, run->cloud, url);
    lua_pushlstring(L, url, strcspn(url, strcmp(url, "notify:") == 0 ? ":" : "?"));
    return 1;
}

// patch(before, desired): what differs. patch(now, before, true): what brings back what was before.
static int core_patch(lua_State *L)
{
    struct vm *vm = vm_of(L);
    struct err err = {0};
    const struct primitive *primitive = vm->active == NULL ? NULL : vm->active->primitive;
    if (primitive == NULL || primitive->state == NULL)
        return luaL_error(L, "only a primitive with a state has differences");
    const struct value *before = bridge_value(L, 1, vm_arena(vm), "before", &err);
    const struct value *desired = before == NULL ? NULL : bridge_value(L, 2, vm_arena(vm), "desired", &err);
    if (desired == NULL)
        return luaL_error(L, "%s", err.message);
    if (lua_toboolean(L, 3))
        desired = schema_restore(vm_arena(vm), primitive->state, desired, before);
    bridge_push_body(L, schema_patch(vm_arena(vm), primitive->state, before, desired));
    return 1;
}

void vm_push_core(lua_State *L)
{
    static const luaL_Reg functions[] = {{"yield", core_yield}, {"lock", core_lock},   {"fail", core_fail},
                                         {"shown", core_shown}, {"patch", core_patch}, {NULL, NULL}};
    luaL_newlib(L, functions);
}
