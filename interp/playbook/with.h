// What a `do` step gives to its primitive, against the primitive's parameters.
#pragma once
#include "playbook/scope.h"

// Has a value of the type, or a part of it, a say in which resource, person or address is meant?
bool with_says_which(const struct schema *wanted);
void with_check(struct check *check, const struct step *step, const struct check_primitive *primitive);
// All expressions in a template (a text, the values under `let`), where nil is or is not a value.
void with_check_template(struct check *check, const struct template *template);
