// A playbook against what it names: primitives and their parameters, fields of alerts, parameters and steps,
// the clause catalogue, exhaustive choices, guards for steps that may be skipped. Collects all mistakes.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct catalog;
struct playbook;
struct schema;
struct value;

// What check needs to know of primitives; vm/ gives it, so that playbook/ does not know Lua.
struct check_primitive {
    const char *name;
    const struct schema *params;  // RECORD
    const struct schema *returns; // RECORD; NULL fields: anything
    bool changes;                 // risk is not read
    const char *irreversible;     // why a change cannot be taken back, or NULL
    const char *summary;          // what it does, on one line; NULL where nobody asks
};
struct check_world {
    void *context;
    // NULL (with *err filled) when there is no such primitive or its file is broken.
    const struct check_primitive *(*primitive)(void *context, const char *name, struct err *err);
    const char *const *functions; // what expressions may call: "net.within", "text.lower", …, NULL-terminated
    // What Lua code finds without declaring it: names, and "area.name" for what is in a table;
    // NULL-terminated.
    const char *const *(*globals)(void *context);
    const char *const *primitives; // all names, for suggestions, NULL-terminated
    const struct schema *alert;    // RECORD: the fields of an alert
    bool coverage; // warn of clauses that no playbook of the procedure carries out: what writers ask for
    bool idle;     // and of parameters that nothing mentions, and steps that nothing comes to
    const char *const *usages; // of each function: "text.join(list, [separator]): …"; NULL: not known
};
// True when there were no errors (warnings may have been added).
bool check_playbook(const struct playbook *playbook, struct catalog *catalog, const struct check_world *world,
                    struct err_list *errors);
