// The procedure clause by clause: what a compliance reviewer reads.
#pragma once

struct arena;
struct clause;
struct clauses;
struct screen;
struct text;
struct value;
struct view;
struct wrap;

void coverage_print(struct wrap *wrap, const struct screen *screen, const struct view *view,
                    const struct clauses *clauses);
// Only the clauses that are not in place and should be, with why; or that there are none.
void coverage_print_gaps(struct wrap *wrap, const struct screen *screen, const struct view *view,
                         const struct clauses *clauses);
const char *coverage_word(const char *status); // "needs a person" of needs-person
// "9 planned, 12 done, 3 not applicable"
void coverage_add_totals(struct text *out, const struct clauses *clauses);
// "vault, disable[] (25)" of paths. A step that was not taken is no evidence, and is left out.
const char *coverage_steps(const struct view *view, const struct value *steps);
struct clause *coverage_in_order(struct arena *arena, const struct screen *screen,
                                 const struct clauses *clauses); // the procedure's
