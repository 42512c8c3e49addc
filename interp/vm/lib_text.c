// text.*: what scripts do with texts, in place of Lua patterns: every function is linear in its subject.
// Not for encoding to other languages (lib_quote.c). Invariant: subjects are at most 1 MiB, so that no call
// takes long.
#include <string.h>

#include "base/text.h"
#include "vm/bridge.h"
#include "vm/state.h"

enum { MAX_SUBJECT = 1024 * 1024, MAX_PATTERN = 256 };

static const char *subject(lua_State *L, int index, size_t *length)
{
    const char *text = luaL_checklstring(L, index, length);
    luaL_argcheck(L, *length <= MAX_SUBJECT, index, "the text is longer than 1 MiB");
    return text;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int trim(lua_State *L)
{
    size_t length;
    const char *text = subject(L, 1, &length);
    while (length > 0 && is_blank(*text)) {
        text++;
        length--;
    }
    while (length > 0 && is_blank(text[length - 1]))
        length--;
    lua_pushlstring(L, text, length);
    return 1;
}

// Pushes a list of the pieces of `text` between separators.
static int split_by(lua_State *L, const char *text, size_t length, const char *separator, size_t width)
{
    lua_newtable(L);
    lua_Integer count = 0;
    for (;;) {
        const char *next = memmem(text, length, separator, width);
        size_t piece = next == NULL ? length : (size_t)(next - text);
        lua_pushlstring(L, text, piece);
        lua_rawseti(L, -2, ++count);
        if (next == NULL)
            break;
        text += piece + width;
        length -= piece + width;
    }
    bridge_mark_list(L);
    return 1;
}

static int split(lua_State *L)
{
    size_t length, width;
    const char *text = subject(L, 1, &length), *separator = subject(L, 2, &width);
    luaL_argcheck(L, width > 0, 2, "the separator is empty");
    return split_by(L, text, length, separator, width);
}

static int lines(lua_State *L)
{
    size_t length;
    const char *text = subject(L, 1, &length);
    return split_by(L, text, length, "\n", 1);
}

static int fields(lua_State *L)
{
    size_t length;
    const char *text = subject(L, 1, &length), *end = text + length;
    lua_newtable(L);
    for (lua_Integer count = 0; text < end;) {
        while (text < end && is_blank(*text))
            text++;
        const char *start = text;
        while (text < end && !is_blank(*text))
            text++;
        if (text > start) {
            lua_pushlstring(L, start, (size_t)(text - start));
            lua_rawseti(L, -2, ++count);
        }
    }
    bridge_mark_list(L);
    return 1;
}

static int starts(lua_State *L)
{
    size_t length, width;
    const char *text = subject(L, 1, &length), *prefix = subject(L, 2, &width);
    lua_pushboolean(L, width <= length && memcmp(text, prefix, width) == 0);
    return 1;
}

static int ends(lua_State *L)
{
    size_t length, width;
    const char *text = subject(L, 1, &length), *suffix = subject(L, 2, &width);
    lua_pushboolean(L, width <= length && memcmp(text + length - width, suffix, width) == 0);
    return 1;
}

static int contains(lua_State *L)
{
    size_t length, width;
    const char *text = subject(L, 1, &length), *needle = subject(L, 2, &width);
    lua_pushboolean(L, memmem(text, length, needle, width) != NULL);
    return 1;
}

static int replace(lua_State *L)
{
    size_t length, width, put;
    const char *text = subject(L, 1, &length), *from = subject(L, 2, &width), *to = subject(L, 3, &put);
    luaL_argcheck(L, width > 0, 2, "what is replaced is empty");
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    for (const char *next; (next = memmem(text, length, from, width)) != NULL;) {
        luaL_addlstring(&out, text, (size_t)(next - text));
        luaL_addlstring(&out, to, put);
        length -= (size_t)(next - text) + width;
        text = next + width;
    }
    luaL_addlstring(&out, text, length);
    luaL_pushresult(&out);
    return 1;
}

static int glob(lua_State *L)
{
    size_t length, width;
    const char *pattern = luaL_checklstring(L, 1, &width);
    luaL_argcheck(L, width <= MAX_PATTERN, 1, "the pattern is longer than 256 bytes"); // tried at every place
    lua_pushboolean(L, text_glob(pattern, subject(L, 2, &length)));
    return 1;
}

static int change_case(lua_State *L, char first, char last, int shift)
{
    size_t length;
    const char *text = subject(L, 1, &length);
    luaL_Buffer out;
    char *to = luaL_buffinitsize(L, &out, length);
    for (size_t i = 0; i < length; i++)
        to[i] = (char)(text[i] >= first && text[i] <= last ? text[i] + shift : text[i]);
    luaL_pushresultsize(&out, length);
    return 1;
}

static int lower(lua_State *L)
{
    return change_case(L, 'A', 'Z', 'a' - 'A');
}

static int upper(lua_State *L)
{
    return change_case(L, 'a', 'z', 'A' - 'a');
}

static int same(lua_State *L)
{
    const char *a = luaL_optstring(L, 1, NULL), *b = luaL_optstring(L, 2, NULL);
    lua_pushboolean(L, text_same(a, b));
    return 1;
}

static int join(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    size_t width;
    const char *separator = luaL_optlstring(L, 2, ", ", &width);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    for (lua_Integer i = 1; lua_geti(L, 1, i) != LUA_TNIL; i++) {
        if (!lua_isstring(L, -1))
            return luaL_error(L, "text.join: item %d is no text", (int)i);
        if (i > 1) {
            lua_pushlstring(L, separator, width);
            lua_insert(L, -2);
            lua_concat(L, 2);
        }
        luaL_addvalue(&out);
    }
    lua_pop(L, 1);
    luaL_pushresult(&out);
    return 1;
}

const struct vm_function vm_text_functions[] = {
    {"text.trim", "text.trim(s): s without blanks at both ends", trim},
    {"text.split", "text.split(s, separator): list of the pieces", split},
    {"text.lines", "text.lines(s): list of lines", lines},
    {"text.fields", "text.fields(s): list of the words between blanks", fields},
    {"text.starts", "text.starts(s, prefix)", starts},
    {"text.ends", "text.ends(s, suffix)", ends},
    {"text.contains", "text.contains(s, part)", contains},
    {"text.replace", "text.replace(s, from, to): every occurrence, literally", replace},
    {"text.glob",
     "text.glob(pattern, s): * and ? match, letters without case; a pattern has at most 256 bytes", glob},
    {"text.lower", "text.lower(s): ASCII letters in lower case", lower},
    {"text.upper", "text.upper(s): ASCII letters in upper case", upper},
    {"text.same", "text.same(a, b): equal but for the case of ASCII letters; nil equals nil", same},
    {"text.join", "text.join(list, [separator]): one text; the separator is \", \" when left out", join},
    {NULL, NULL, NULL},
};
