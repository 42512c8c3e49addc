// Inside run/ and for who ends leases: which later runs count on what a run changed. One that found the same
// in place, or made it anew, took it for its own response.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct instance;
struct schema;
struct trail;
struct undo_effect;
struct undo_plan;
struct value;
struct vm;

struct relied {
    const char *run;   // that counts on it; NULL: none does
    const char *time;  // when it saw to it
    bool made;         // it made the change, and did not only find it in place
    const char *lease; // how long it wants it, from then on, as written; NULL: for good
    int64_t until_ms;  // the same as a moment; INT64_MAX: for good
};

// Which change it is, whoever wants it: a digest of the primitive, the resource and whom it is about.
const char *relied_subject(const struct instance *instance);
// Who counts on an effect longest, of the live runs that came after it and were not taken back themselves.
// `state`: as the primitive declares it.
MUST_CHECK bool relied_find(struct arena *arena, struct trail *trail, const struct undo_plan *plan,
                            const struct undo_effect *effect, const struct schema *state, struct relied *out,
                            struct err *err);
// The same of all effects of an undoing.
MUST_CHECK bool relied_find_any(struct arena *arena, struct trail *trail, struct vm *vm,
                                const struct undo_plan *plan, struct relied *out, struct err *err);
