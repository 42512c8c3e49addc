// The JSON object of one run: a contract that other programs rely on (run-output.schema.json beside it, which
// `playbook schema run` prints).
#pragma once
#include "base/text.h"

struct arena;
struct value;
struct view;

// All members are always there, in the order of the contract. Lives as long as the view and the arena.
const struct value *json_out_run(struct arena *arena, const struct view *view);
// Its changes, and its clauses.
const struct value *json_out_effects(struct arena *arena, const struct view *view);
const struct value *json_out_clauses(struct arena *arena, const struct view *view);
// The whole as text: one line and its line feed.
struct text json_out_text(struct arena *arena, const struct view *view);
