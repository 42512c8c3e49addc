// Loads and checks declarations of primitives. Not for running them (task.c).
// Invariant: a primitive that is found has passed every check; its Lua table is never handed to Lua code of
// others.
#include "vm/prim.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "vm/bridge.h"
#include "vm/state.h"

struct vm_primitive {
    struct vm_primitive *next;
    struct primitive public;
};

const char *primitive_slot_member(enum primitive_slot slot)
{
    static const char *const members[] = {
#define X(slot, member) member,
        PRIMITIVE_SLOTS
#undef X
    };
    return members[slot];
}

// The declaration lies on top of L.
struct loading {
    struct vm *vm;
    lua_State *L;
    const struct catalog_file *file;
    struct primitive *primitive;
    struct err *err;
};

// Where the word is written as a member's name or in quotes; the file's start where it is not.
static struct src_pos place_of(const struct catalog_file *file, const char *word)
{
    const char *at = file->bytes, *line = at;
    size_t length = strlen(word);
    int number = 1;
    for (; length > 0 && (at = strstr(at, word)) != NULL; at++) {
        char before = at > file->bytes ? at[-1] : ' ', behind = at[length];
        bool quoted = (before == '"' || before == '\'') && behind == before;
        bool key = strchr(" \t\n{,;", before) != NULL && at[length + strspn(at + length, " ")] == '=';
        if (!quoted && !key)
            continue;
        for (const char *end; (end = strchr(line, '\n')) != NULL && end < at; line = end + 1)
            number++;
        return (struct src_pos){file->name, number, (int)(at - line) + 1};
    }
    return (struct src_pos){file->name, 1, 1};
}

struct src_pos primitive_place(const struct primitive *primitive, const char *member)
{
    return place_of(primitive->file, member);
}

static bool mistake(struct loading *loading, const char *format, const char *what)
{
    struct src_pos pos = place_of(loading->file, what);
    char message[300];
    snprintf(message, sizeof message, format, what);
    return err_set_at(loading->err, E_CHECK, pos, "%s: %s", loading->primitive->name, message);
}

static bool check_members(struct loading *loading)
{
    static const char *const members[] = {"name",
                                          "summary",
                                          "since",
                                          "params",
                                          "returns",
                                          "risk",
                                          "permissions",
                                          "repeatable",
                                          "example",
                                          "state",
                                          "since_moment",
#define X(slot, member) member,
                                          PRIMITIVE_SLOTS
#undef X
                                              NULL};
    lua_State *L = loading->L;
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        lua_pop(L, 1);
        const char *key = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?";
        if (!text_is_one_of(key, members)) {
            mistake(loading, "a primitive has no member '%s'", key);
            err_suggest(loading->err, key, members);
            lua_pop(L, 1);
            return false;
        }
    }
    return true;
}

// A member as a value; NULL with err filled on failure.
static const struct value *member(struct loading *loading, const char *name)
{
    lua_getfield(loading->L, -1, name);
    const char *what = arena_printf(loading->vm->arena, "'%s' of %s", name, loading->primitive->name);
    const struct value *value = bridge_value(loading->L, -1, loading->vm->arena, what, loading->err);
    lua_pop(loading->L, 1);
    return value;
}

static bool text_member(struct loading *loading, const char *name, const char **out)
{
    const struct value *value = member(loading, name);
    *out = value_text(value);
    return *out != NULL || mistake(loading, "'%s' must be a text", name);
}

// nil, or a list of texts.
static bool texts_member(struct loading *loading, const char *name, const struct value **out)
{
    *out = member(loading, name);
    bool fits = value_is_null(*out) ? *out != NULL : value_is(*out, VALUE_LIST);
    for (size_t i = 0; fits && i < value_count(*out); i++)
        fits = value_text(value_item(*out, i)) != NULL;
    return fits || mistake(loading, "'%s' must be a list of texts", name);
}

static bool schema_member(struct loading *loading, const char *name, const struct schema **out)
{
    const struct value *value = member(loading, name);
    if (value == NULL)
        return false;
    if (value_is_null(value))
        return true;
    *out = schema_parse_fields(loading->vm->arena, value, loading->err);
    if (*out != NULL)
        return true;
    if (loading->err != NULL) {
        loading->err->pos = (struct src_pos){loading->file->name, 1, 1};
        err_note(loading->err, "in '%s' of %s", name, loading->primitive->name);
    }
    return false;
}

static bool read_risk(struct loading *loading)
{
    const char *word;
    if (!text_member(loading, "risk", &word))
        return false;
    return risk_from_word(word, &loading->primitive->risk) ||
           mistake(loading, "'risk' is read, contain or destroy, not '%s'", word);
}

static bool read_slots(struct loading *loading)
{
    for (int i = 0; i < SLOT_COUNT; i++) {
        const char *member = primitive_slot_member((enum primitive_slot)i);
        int type = lua_getfield(loading->L, -1, member);
        if (i == SLOT_UNDO && type == LUA_TSTRING) { // what irreversible "why" gives
            loading->primitive->irreversible = arena_strdup(loading->vm->arena, lua_tostring(loading->L, -1));
            type = LUA_TNIL;
        }
        lua_pop(loading->L, 1);
        if (type != LUA_TNIL && type != LUA_TFUNCTION)
            return mistake(loading, "'%s' must be a function", member);
        loading->primitive->has[i] = type == LUA_TFUNCTION;
    }
    return true;
}

// A name that the step has besides would mean two things.
static bool check_returns(struct loading *loading)
{
    static const char *const own[] = {"changed", "status", "reason", NULL}; // a read has not the first
    const struct primitive *primitive = loading->primitive;
    for (size_t i = primitive->risk == RISK_READ ? 1 : 0; own[i] != NULL; i++)
        if (schema_field(primitive->returns, own[i]) != NULL)
            return mistake(loading, "'returns' names '%s', which every such step has of its own", own[i]);
    return true;
}

static bool check_shape(struct loading *loading)
{
    const struct primitive *primitive = loading->primitive;
    const bool *has = primitive->has;
    if (!check_returns(loading))
        return false;
    for (size_t i = 0; i < primitive->params->field_count; i++)
        if (primitive->params->fields[i].schema->help == NULL)
            return mistake(loading, "the parameter '%s' has no help", primitive->params->fields[i].name);
    if (primitive->risk == RISK_READ) {
        if (!has[SLOT_OBSERVE] && !has[SLOT_TARGET])
            return mistake(loading, "a reading primitive needs '%s'", "observe");
        if (has[SLOT_PLAN] || has[SLOT_APPLY] || has[SLOT_UNDO] || has[SLOT_ONCE] || primitive->state != NULL)
            return mistake(loading, "a reading primitive has no %s", "plan, apply, undo, once or state");
        return true;
    }
    if (has[SLOT_ONCE]) {
        if (!has[SLOT_APPLY] || has[SLOT_PLAN] || primitive->state != NULL)
            return mistake(loading, "an event (%s) has apply, and neither plan nor state", "once");
        return true;
    }
    if (!has[SLOT_PLAN] || primitive->state == NULL)
        return mistake(loading, "a changing primitive needs '%s' and 'state'", "plan");
    if (!has[SLOT_TARGET])
        return mistake(loading, "a changing primitive needs '%s': the resource that it changes", "target");
    return true;
}

static bool read_declaration(struct loading *loading, const char *name)
{
    struct primitive *primitive = loading->primitive;
    const char *declared;
    if (!text_member(loading, "name", &declared))
        return false;
    if (strcmp(declared, name) != 0)
        return mistake(loading, "its name is '%s', but its path says otherwise", declared);
    if (!check_members(loading) || !text_member(loading, "summary", &primitive->summary) ||
        !text_member(loading, "since", &primitive->since) || !read_risk(loading) ||
        !schema_member(loading, "params", &primitive->params) ||
        !schema_member(loading, "returns", &primitive->returns) ||
        !schema_member(loading, "state", &primitive->state) ||
        !texts_member(loading, "permissions", &primitive->permissions) || !read_slots(loading))
        return false;
    static const struct schema nothing = {.kind = SCHEMA_RECORD};
    if (primitive->params == NULL)
        primitive->params = &nothing;
    if (primitive->returns == NULL)
        primitive->returns = &nothing;
    primitive->example = member(loading, "example");
    const struct value *repeatable = member(loading, "repeatable"), *moment = member(loading, "since_moment");
    if (primitive->example == NULL || repeatable == NULL || moment == NULL)
        return false;
    primitive->repeatable = value_equal(repeatable, &value_true);
    primitive->since_moment = value_equal(moment, &value_true);
    return check_shape(loading);
}

static const char *path_of(struct arena *arena, const char *name)
{
    char *path = arena_printf(arena, "stdlib/%s.lua", name);
    for (char *c = path + 7; *c != '\0'; c++)
        if (*c == '.' && strcmp(c, ".lua") != 0)
            *c = '/';
    return path;
}

static bool is_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789.");
    const char *dot = strchr(name, '.');
    return name[length] == '\0' && dot != NULL && dot != name && dot[1] != '\0' &&
           strstr(name, "..") == NULL && !text_starts(name, "lib.") && !text_starts(name, "intake.");
}

// The file that declares it; NULL: there is none, or it cannot be read.
static const struct catalog_file *find_file(struct vm *vm, const char *name, struct err *err)
{
    struct err why = {0};
    const struct catalog_file *file =
        is_name(name) ? catalog_find(vm->catalog, path_of(vm->arena, name), &why) : NULL;
    if (file == NULL && why.code != E_NONE && err != NULL) {
        *err = why;
    } else if (file == NULL) {
        err_set(err, E_UNKNOWN_NAME, "there is no primitive '%.80s'", name);
        err_suggest(err, name, primitive_names(vm));
    }
    return file;
}

const struct primitive *primitive_find(struct vm *vm, const char *name, struct err *err)
{
    for (struct vm_primitive *known = vm->primitives; known != NULL; known = known->next)
        if (strcmp(known->public.name, name) == 0)
            return &known->public;
    const struct catalog_file *file = find_file(vm, name, err);
    if (file == NULL)
        return NULL;
    struct vm_run *before = vm_charge(vm, NULL);
    struct vm_primitive *entry = ARENA_NEW(vm->arena, struct vm_primitive);
    entry->public.name = arena_strdup(vm->arena, name);
    struct loading loading = {vm, vm->L, file, &entry->public, err};
    bool ok = vm_run_file(vm, file, err);
    if (ok && !lua_istable(vm->L, -1)) {
        ok = mistake(&loading, "the file must return %s", "primitive {…}");
        lua_pop(vm->L, 1);
    } else if (ok) {
        ok = read_declaration(&loading, name);
        if (ok)
            entry->public.table = luaL_ref(vm->L, LUA_REGISTRYINDEX);
        else
            lua_pop(vm->L, 1);
    }
    vm_charge(vm, before);
    if (!ok)
        return NULL;
    entry->public.file = file;
    catalog_use(vm->catalog, file);
    entry->next = vm->primitives;
    vm->primitives = entry;
    return &entry->public;
}

const char *primitive_doc(struct arena *arena, const struct primitive *primitive)
{
    struct text doc = text_new(arena);
    for (const char *line = primitive->file->bytes; strncmp(line, "--", 2) == 0;) {
        size_t length = strcspn(line, "\n");
        const char *start = line + 2 + (line[2] == ' ');
        if (start < line + length) {
            if (doc.length > 0)
                text_addc(&doc, ' ');
            text_addn(&doc, start, (size_t)(line + length - start));
        }
        line += length + (line[length] == '\n');
    }
    return doc.ptr;
}

const char *primitive_why_not(const struct primitive *primitive)
{
    if (primitive->irreversible != NULL || !primitive->has[SLOT_ONCE])
        return primitive->irreversible;
    return "what was sent cannot be taken back";
}

// Partner Center answers 401 to whom it knows and does not let in.
void primitive_hint_needed(const struct primitive *primitive, int status, struct err *err)
{
    bool roles = false, apps = false, partner = false, cut = false;
    char names[160] = "";
    size_t used = 0;
    for (size_t i = 0; primitive != NULL && i < value_count(primitive->permissions); i++) {
        const char *name = value_text(value_item(primitive->permissions, i));
        bool path = strchr(name, '/') != NULL, role = text_starts(name, "Partner Center: ");
        roles = roles || path;
        partner = partner || role;
        apps = apps || !(path || role);
        if (used + strlen(name) + 2 < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used == 0 ? "" : ", ", name);
        else
            cut = true;
    }
    if (used > 0 && (status == 403 || (status == 401 && partner)))
        err_hint(err, "it needs %s%s; %s%s%s", names, cut ? " and more (playbook permissions)" : "",
                 roles ? "an Owner or User Access Administrator grants Azure roles" : "",
                 roles && (apps || partner) ? ", " : "",
                 apps      ? "a Privileged Role Administrator grants application permissions"
                 : partner ? "who has that role consents once, and the profile names the token "
                             "(partner.refresh_token_env)"
                           : "");
}

const char *const *primitive_names(struct vm *vm)
{
    if (vm->primitive_names == NULL)
        vm->primitive_names = catalog_primitives(vm->catalog, vm->arena);
    return vm->primitive_names;
}
