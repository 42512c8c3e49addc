// Values to Lua and back. An unknown is never a Lua value: a record lacks the field and reading it raises, so
// that nothing can be computed from it by accident. Inside vm/ only.
#pragma once
#include <lua.h>

#include "base/err.h"

struct arena;
struct value;

void bridge_open(lua_State *L); // registers the metatables

// Pushes a copy. Null in a map is left out, in a list it is the `null` sentinel. Secrets are opaque.
void bridge_push(lua_State *L, const struct value *value);
// The same of what will be sent: null in a map is the sentinel, too.
void bridge_push_body(lua_State *L, const struct value *value);
// The value at an index as a struct value in the arena. Fails on functions, threads, cycles, depth over 64,
// texts that are not UTF-8 or hold NUL, keys that are no texts; `what` names it in the message.
MUST_CHECK const struct value *bridge_value(lua_State *L, int index, struct arena *arena, const char *what,
                                            struct err *err);
// As bridge_value, but functions become {"$function": n}, where n is a reference in the registry that is
// never given back.
MUST_CHECK const struct value *bridge_value_with_functions(lua_State *L, int index, struct arena *arena,
                                                           const char *what, struct err *err);

void bridge_push_secret(lua_State *L, const struct value *secret);
void bridge_push_null(lua_State *L);
void bridge_push_gone(lua_State *L);
void bridge_mark_list(lua_State *L); // the table on top: an empty one stays a list
void bridge_mark_map(lua_State *L);
// What a table's metatable says of it; with unknown members the table of their reasons is pushed.
enum bridge_shape { SHAPE_PLAIN, SHAPE_LIST, SHAPE_MAP, SHAPE_UNKNOWN_LIST, SHAPE_UNKNOWN_MAP };
enum bridge_shape bridge_shape_of(lua_State *L, int index);
const struct value *bridge_secret(lua_State *L, int index); // the secret at index, or NULL
// The reason when the value at index is the error that ends an evaluation as unknown, else NULL.
const char *bridge_unknown_reason(lua_State *L, int index);
