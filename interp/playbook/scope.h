// What an expression can see where it stands, and what is known of its type.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "playbook/check.h"
#include "playbook/playbook.h"

// Why a step may be skipped: its own or an enclosing `when`, or a branch of a `choose`.
struct condition {
    const struct step *step; // that has the `when`, or the choose
    const struct expr *when; // NULL: a branch
    const struct condition *outer;
};

// A name that is visible. Loop variables have no step.
struct visible {
    const char *name;
    const struct schema *schema; // NULL: nothing is known
    const struct step *step;
    const struct condition *conditions; // under which the step is done; innermost first
};

// A step anywhere in the playbook, to say why it is not visible.
struct known_step {
    const struct step *step;
    const struct step *loop;                           // the innermost for_each around it, or NULL
    enum { STEP_AHEAD, STEP_OPEN, STEP_PASSED } state; // of the walk through the playbook
};

// A playbook being checked.
struct looked;
struct check {
    struct arena *arena;
    const struct playbook *playbook;
    struct catalog *catalog;
    const struct check_world *world;
    struct err_list *errors;
    const struct schema *run; // the fields of `run`
    struct visible *visible;  // a stack
    size_t visible_count;
    struct known_step *known;
    size_t known_count;
    const struct condition *conditions; // that hold here
    bool *used;                         // by the parameters' order: it is mentioned; NULL: nobody asks
    struct looked **looked;             // what was seen in called playbooks (shape.c)
};

void scope_open(struct check *check); // fills `known` and `run`
void scope_add(struct check *check, const char *name, const struct schema *schema, const struct step *step);
// Adds the fields of the names from `mark` on to a record; how the result of a loop's body looks from
// outside.
const struct schema *scope_record(struct check *check, size_t mark, const struct schema *base);
// The type of a path; NULL when it is not known. Mistakes are reported: unknown names with a suggestion,
// steps that are not visible, fields of lists and of scalars, unknown functions.
const struct schema *scope_resolve(struct check *check, const struct mention *mention);
// The first of the names that an expression or a script reads that is free text, or was made of some: what an
// attacker may have written. NULL: there is none. Reports nothing.
const struct mention *scope_free(struct check *check, const struct expr *expr);
// Is it, or does it hold, such text? NULL: nothing is known.
bool scope_is_free(const struct schema *schema);
extern const struct schema scope_free_type;  // of what was made of it
extern const struct schema scope_alert_type; // of what may hold the alert: its title is one
// Of what an expression that is no path, or a script, makes of what it reads; NULL: neither of these.
const struct schema *scope_made(struct check *check, const struct expr *expr);
// The type of what a called playbook returns, or NULL; what is wrong with its steps goes to `errors`
// (check.c).
const struct schema *check_returns(struct check *check, const struct playbook *called,
                                   struct err_list *errors);
// Notes that a parameter is mentioned; NULL: each may be.
void scope_use(struct check *check, const char *param);
// The visible step that a mention names, or NULL.
const struct visible *scope_find(const struct check *check, const char *root);
// "a list", "a text": what a type's values are called.
const char *scope_type_name(const struct schema *schema);
