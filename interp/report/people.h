// What a run needs a person for: questions, tasks, approvals; and what it could not decide.
#pragma once

struct view;
struct wrap;

// Prints nothing when there is nothing.
void people_print(struct wrap *wrap, const struct view *view);
// Who answered, approved and attested: for readers of a run, not for who just did.
void people_print_decided(struct wrap *wrap, const struct view *view);
void people_print_undecided(struct wrap *wrap, const struct view *view);
