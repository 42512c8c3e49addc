// Steps from values.
#pragma once
#include "playbook/form.h"

// A list of steps (with the steps in it, as deep as values nest). Mistakes are in the form's list; what
// cannot be read is left out.
struct step_list step_parse_list(struct form *form, const struct value_field *field);
