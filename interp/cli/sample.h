// Fresh sample alerts for the estate that the lab starts with: what `playbook alert sample` prints.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct catalog;
struct value;
struct vm;
struct vm_run;

// Alert records, one for each type of alert that stdlib/lib/alert_samples.lua knows, the last one
// ending at `now_ms` and each a quarter of an hour before the one behind it. `simulated`: marked as the
// portal's own samples are.
MUST_CHECK const struct value *sample_records(struct arena *arena, struct vm *vm, struct catalog *catalog,
                                              int64_t now_ms, bool simulated, struct err *err);
// The shape that a type comes in when none is asked for: the one of the API that has it.
const char *sample_shape_for(const char *type, const struct value *records);
// Adds to an error about an unknown shape which ones there are.
void sample_hint(struct arena *arena, struct catalog *catalog, const char *shape, struct err *err);
// The payloads of those records whose type matches `type` (NULL: all that the shape can carry), as the shape
// writes them: one payload, or a list of payloads where there are several. Shapes that only announce an alert
// bear the id of the lab's own alert of that type. E_UNKNOWN_NAME when nothing fits.
MUST_CHECK const struct value *sample_payload(struct vm *vm, struct vm_run *run, const char *shape,
                                              const char *type, const struct value *records, struct err *err);
