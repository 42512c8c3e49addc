// Whether `on_error: undo` and leases can keep their word.
#pragma once

struct check;
struct step;
struct step_list;

// Warns where a list holds a step with `on_error: undo`, and a change that cannot be taken back.
void restore_check(struct check *check, const struct step_list *list);
// A step with a lease changes something, and all that it changes can be taken back.
void restore_check_lease(struct check *check, const struct step *step);
