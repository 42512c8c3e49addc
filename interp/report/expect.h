// What the test of a playbook expects of a run.
#pragma once

struct arena;
struct err_list;
struct value;
struct view;

// The declaration (data/schema.h) of {exit, steps, effects, resources, after, clauses, answers}.
const struct value *expect_declaration(struct arena *arena);
// Compares; every expectation that is not met becomes an error (E_EXPECT) where it was written. `expected` is
// of that type.
void expect_compare(const struct view *view, const struct value *expected, struct err_list *unmet);
