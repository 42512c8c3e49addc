// The keys of a step, one reader each.
#pragma once
#include "playbook/form.h"

// A step while it is read.
struct draft {
    struct form *form;
    struct step *step;
};

// A key of a step: what reads it, and what it holds, in JSON Schema and in words.
struct key {
    const char *name;
    unsigned kinds;
    void (*read)(struct draft *draft, const struct value_field *field);
    struct value *(*holds)(struct arena *arena);
    const char *help;
};
extern const struct key keys_of_step[]; // ends with name NULL
bool keys_belong(const struct key *key, enum step_kind kind);
bool keys_needed(const struct key *key, enum step_kind kind); // a step of that kind must have it

// A step's mapping with known keys only (form_mend).
const struct value *keys_mend(struct form *form, const struct value *map);
// Reads one member into the step, whose kind is known.
void keys_read(struct draft *draft, const struct value_field *field);
// The needed keys are there, or an error each.
void keys_need(struct draft *draft, const struct value *map);
// A branch of a `choose`; value NULL: otherwise.
void keys_add_case(struct draft *draft, const struct value_field *field, const char *value);
// Adds the step `returns` that computes what a playbook gives to those that call it: a mapping as of `let`.
void keys_add_returns(struct form *form, struct step_list *list, const struct value_field *field);
