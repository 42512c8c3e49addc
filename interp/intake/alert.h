// The alert record: its type.
#pragma once

struct arena;
struct schema;
struct value;

// The record type, for checking expressions.
const struct schema *alert_schema(struct arena *arena);
// A copy without raw, for the trail and the run's output.
const struct value *alert_without_raw(struct arena *arena, const struct value *alert);
