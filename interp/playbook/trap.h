// What an expression says that its writer can hardly have meant, where Lua itself says nothing.
#pragma once
#include "playbook/scope.h"

// Warns of `not a == b`, and reports a written duration that is none.
void trap_check(struct check *check, const struct expr *expr);
// `schema` is the mention's type, or NULL: reports the name of a field, given to a function of lists together
// with the mention, that its records do not have.
void trap_check_fields(struct check *check, const struct expr *expr, const struct mention *mention,
                       const struct schema *schema);
