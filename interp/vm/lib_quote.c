// uri, odata and kql: texts for other languages, made from a template and values. Every value is encoded for
// the place where it stands, so that what an attacker wrote stays a value. Not for sending anything.
// Invariant: a value that cannot stand in its place is an error, never left out.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "vm/state.h"

// How a language writes one value of a template: appends it to the text. `form` is what stands before or
// behind the name: '+' in "{+id}", "datetime" in "{t:datetime}".
typedef bool quote_value(struct text *out, const char *value, const char *form);

// Fills "{name}" holes of the template at 1 from the table at 2.
static int fill_template(lua_State *L, quote_value *quote)
{
    const char *template = luaL_checkstring(L, 1);
    struct arena *arena = vm_passing(L);
    struct text out = text_new(arena);
    while (*template != '\0') {
        size_t plain = strcspn(template, "{");
        text_addn(&out, template, plain);
        template += plain;
        if (*template == '\0')
            break;
        size_t length = strcspn(template + 1, "}");
        if (template[1 + length] != '}' || length == 0)
            return luaL_error(L, "the template has a '{' without '}'");
        char *name = arena_strndup(arena, template + 1, length), *colon = strchr(name, ':');
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

const struct vm_function vm_quote_functions[] = {
    {"uri", "uri(template, values): {x} one segment or query value, {+x} an id whose slashes stay", uri},
    {"odata", "odata(template, values): {x} as an OData string, {x:time} as a time", odata},
    {"kql", "kql(template, values): {x} as a KQL string, {x:datetime} as datetime(…)", kql},
    {NULL, NULL, NULL},
};
