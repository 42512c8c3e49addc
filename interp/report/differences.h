// What differs between a run and its replay: decisions, changes, clauses.
#pragma once

struct arena;
struct value;
struct view;
struct wrap;

// List of {what: "step" | "answer" | "effect" | "clause", change: "added" | "removed" | "changed", path (of a
// clause its id), recorded, replayed}; the last two are null where there was none. Of an effect: {primitive,
// resource, status, before, after, requests}; of a step {status, reason}; of an answer {answer, by}; of a
// clause {status}. A change that was made and one that would be made are the same, if they are wanted alike.
const struct value *differences_list(struct arena *arena, struct view *recorded, struct view *replayed);
// For comparisons of other things, with a list of the same {what, change, path, …}: begins a line with
// "+ path", "- path" or "~ path"; prints those of one sort under a title, behind an empty line, when there
// are any.
void differences_begin(struct wrap *wrap, const struct value *difference);
void differences_print_sort(struct wrap *wrap, const struct value *differences, const char *title,
                            const char *what,
                            void (*print)(struct wrap *wrap, const struct value *difference));
void differences_print(struct wrap *wrap, const struct value *differences, const struct view *recorded);
