// Before → after of one resource, field by field: only what differs.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct value;
struct wrap;

struct diff_row {
    const char *field;                  // "networkAcls.defaultAction"
    const struct value *before, *after; // NULL: not there
};
struct diff {
    struct diff_row *rows;
    size_t count;
};
// Fields that `after` does not have are left alone when `partial` (a plan names only what it wants), else
// gone.
struct diff diff_new(struct arena *arena, const struct value *before, const struct value *after,
                     bool partial);
void diff_append(struct arena *arena, struct diff *diff, const struct diff *more);
// One line a scalar (before → after); of lists what comes and what goes, one line each.
void diff_print(struct wrap *wrap, const struct diff *diff, int indent);
// Only what comes, one field a line and whole, texts of several lines as they are: of what is sent rather
// than of a state.
void diff_print_values(struct wrap *wrap, const struct diff *diff, int indent);
// The rows that all have alike; and a diff without such rows.
struct diff diff_shared(struct arena *arena, const struct diff *diffs, size_t count);
struct diff diff_without(struct arena *arena, const struct diff *diff, const struct diff *shared);
// A value in a few words: texts without quotes, records as JSON, unknown with its reason.
const char *diff_value_text(struct arena *arena, const struct value *value);
