// compile ROOT OUT FILE...: compiles ROOT/FILE to OUT/FILEc, for embed.cmake, so that a run need not
// compile what is built in. A program of the build alone. Invariant: positions stay in it, so errors name the
// same file and line as those of the text.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>

static int write_piece(lua_State *L, const void *bytes, size_t length, void *file)
{
    (void)L;
    return fwrite(bytes, 1, length, file) != length;
}

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "compile: %s: %s\n", what, why);
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    lua_State *L = luaL_newstate();
    if (argc < 3 || L == NULL)
        return fail("usage", "compile ROOT OUT FILE...");
    for (int i = 3; i < argc; i++) {
        char from[4096], to[4096];
        snprintf(from, sizeof from, "%s/%s", argv[1], argv[i]);
        snprintf(to, sizeof to, "%s/%sc", argv[2], argv[i]);
        lua_pushfstring(L, "@%s", argv[i]);
        size_t length = 0;
        char *text = NULL;
        FILE *in = fopen(from, "rb");
        if (in == NULL || getdelim(&text, &length, EOF, in) < 0)
            return fail(from, strerror(errno));
        if (luaL_loadbufferx(L, text, (size_t)ftell(in), lua_tostring(L, -1), "t") != LUA_OK)
            return fail(from, lua_tostring(L, -1));
        FILE *out = fopen(to, "wb");
        if (out == NULL || lua_dump(L, write_piece, out, 0) != 0 || fclose(out) != 0)
            return fail(to, strerror(errno));
        fclose(in);
        free(text);
        lua_settop(L, 0);
    }
    lua_close(L);
    return EXIT_SUCCESS;
}
