// Which names a Lua script takes from outside, and whether they are there.
#pragma once
#include "playbook/place.h"
#include "playbook/playbook.h"
#include "playbook/scope.h"

enum { SCRIPT_MAX_DEPTH = 200 };

// Fills the mentions of a script (playbook.h says how); none where its text is no Lua, or its names cannot be
// told from its tokens.
void script_scan(struct arena *arena, struct place *place, struct expr *expr);
// Reports names, fields and primitives that are not there.
void script_check(struct check *check, const struct expr *script);
