// The alert record (DESIGN §5): its schema, and the check that every reading passes.
#pragma once
#include "base/err.h"

struct arena;
struct schema;
struct value;

// The record type, for checking expressions.
const struct schema *alert_schema(struct arena *arena);
// Checks and completes each record of a list (plurals are lists, resource, actor, partner and customer are
// records), adds `raw` where a record lacks it, and moves `warnings` into notes. Fails with E_ALERT.
MUST_CHECK const struct value *alert_check_all(struct arena *arena, const struct value *records,
                                               const struct value *raw, struct err_list *notes,
                                               struct err *err);
// A copy without raw, for the trail and the run's output.
const struct value *alert_without_raw(struct arena *arena, const struct value *alert);
