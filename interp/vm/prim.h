// Primitives as declared in stdlib/<area>/<verb_object>.lua: loaded when first named, checked once, then
// shared.
#pragma once
#include <stdbool.h>

#include "base/err.h"
#include "policy/policy.h"

struct arena;
struct schema;
struct value;
struct vm;

// X(slot, member): the functions that a primitive may have.
#define PRIMITIVE_SLOTS                                                                                      \
    X(SLOT_TARGET, "target")                                                                                 \
    X(SLOT_OBSERVE, "observe")                                                                               \
    X(SLOT_PLAN, "plan")                                                                                     \
    X(SLOT_APPLY, "apply")                                                                                   \
    X(SLOT_VERIFY, "verify")                                                                                 \
    X(SLOT_UNDO, "undo")                                                                                     \
    X(SLOT_ONCE, "once")                                                                                     \
    X(SLOT_RESULT, "result")
enum primitive_slot {
#define X(slot, member) slot,
    PRIMITIVE_SLOTS
#undef X
        SLOT_COUNT
};

const char *primitive_slot_member(enum primitive_slot slot); // its name in a declaration

struct primitive {
    const char *name, *summary, *since;
    const struct schema *params;  // RECORD
    const struct schema *returns; // RECORD; without fields: anything
    const struct schema *state;   // RECORD that is compared; NULL for readers and events
    enum risk risk;
    const struct value *permissions; // list of texts
    bool repeatable;                 // may its requests be sent twice without a second effect
    bool since_moment;               // p.since is filled with the alert's end
    const struct value *example;     // parameters that work in the lab, or null
    const char *irreversible;        // why it cannot be undone, or NULL
    const struct catalog_file *file; // where it is declared
    bool has[SLOT_COUNT];
    int table; // vm/'s reference
};

// NULL with err filled when there is no such primitive (with a suggestion) or its declaration is wrong.
const struct primitive *primitive_find(struct vm *vm, const char *name, struct err *err);
// The comment on top of its file, on one line; "" where there is none.
const char *primitive_doc(struct arena *arena, const struct primitive *primitive);
// Where a member of its declaration is written; the file's start where it is not.
struct src_pos primitive_place(const struct primitive *primitive, const char *member);
// Why a change cannot be taken back, or NULL.
const char *primitive_why_not(const struct primitive *primitive);
// Where a service answered that it is not allowed: as a hint, what it takes, and who can give it.
void primitive_hint_needed(const struct primitive *primitive, int status, struct err *err);
// All names, sorted, NULL-terminated; nothing is loaded.
const char *const *primitive_names(struct vm *vm);
