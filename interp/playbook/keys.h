// The keys of a step, one reader each.
#pragma once
#include "playbook/form.h"

// A step while it is read.
struct draft {
    struct form *form;
    struct step *step;
    int depth;
};

// Reads one member into the step, whose kind is known.
void keys_read(struct draft *draft, const struct value_field *field);
// A branch of a `choose`; value NULL: otherwise.
void keys_add_case(struct draft *draft, const struct value_field *field, const char *value);
