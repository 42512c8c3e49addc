// Which names a Lua script takes from outside, and whether they are there.
#pragma once
#include "playbook/place.h"
#include "playbook/playbook.h"
#include "playbook/scope.h"

enum { SCRIPT_MAX_DEPTH = 200, SCRIPT_MAX_TEXT = 64 * 1024 };

// Fills the mentions of a script (playbook.h says how); none where its text is no Lua, its names cannot be
// told from its tokens, or it is longer than SCRIPT_MAX_TEXT.
void script_scan(struct arena *arena, struct place *place, struct expr *expr);
// Reports names, fields and primitives that are not there.
void script_check(struct check *check, const struct expr *script);
