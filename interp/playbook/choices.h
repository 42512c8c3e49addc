// The branches of a `choose`.
#pragma once
#include "playbook/scope.h"

// `type` of what is chosen by, or NULL when it is not known. Every value has its case, or there is an
// otherwise.
void choices_check(struct check *check, const struct step *step, const struct schema *type);
