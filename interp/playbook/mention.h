// The static side of expressions: a lexer, no parser. Which paths an expression mentions, and what is not allowed
// in one. Proven to cover every read (findings §3).
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "playbook/playbook.h"

// Fills expr->mentions from expr->source. False with an error at the character when the text breaks a rule.
bool mention_scan(struct arena *arena, struct expr *expr, struct err *err);
// Finds "${…}" holes in a text: splits it into a template. `map` gives the place of the i-th byte of the text.
MUST_CHECK const struct template *mention_template(struct arena *arena, const struct value *value, int *next_slot,
                                                   struct err_list *errors);
