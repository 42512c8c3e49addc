// What the test of a playbook expects of a run.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct err_list;
struct value;
struct view;

// The declaration (data/schema.h) of {exit, steps, effects, resources, after, clauses, answers, undone,
// unchanged, estate}.
const struct value *expect_declaration(struct arena *arena);
// Compares; every expectation that is not met becomes an error (E_EXPECT) where it was written. `expected` is
// of that type.
void expect_compare(const struct view *view, const struct value *expected, struct err_list *unmet);
// The same for the runs that took changes back; without `undone` they must end well.
void expect_compare_undone(const struct view *const *views, size_t count, const struct value *expected,
                           struct err_list *unmet);
// An entry of the estate; `is` NULL: there is none.
void expect_compare_entry(const char *key, const struct value *is, const struct value *expected,
                          struct err_list *unmet);
// Two looks at an estate, as sorted lines KEY<TAB>…: are they the same (wanted), or not?
void expect_compare_estate(const struct value *before, const struct value *after, bool wanted,
                           const struct value *where, struct err_list *unmet);
