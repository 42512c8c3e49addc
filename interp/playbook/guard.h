// Steps that may be skipped: their fields are missing then, so who reads one has to have thought of it.
#pragma once
#include "playbook/scope.h"

// Where an expression stands: what a missing value does there.
enum guard_use {
    GUARD_TEXT,    // in a text: the step fails
    GUARD_NEEDED,  // for a parameter that is needed: the step fails, and says what is missing
    GUARD_ALLOWED, // elsewhere nil is a value
};
// Checks the expression's mentions and reports fields of steps that may have been skipped. Returns the type
// when the expression is one path and its type is known, or what it is made of is free text (scope.h).
const struct schema *guard_check(struct check *check, const struct expr *expr, enum guard_use use);
