// The procedure clause by clause: what a compliance reviewer reads.
#pragma once

struct clauses;
struct screen;
struct text;
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
