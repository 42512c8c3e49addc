// Whether `on_error: undo` can keep its word.
#pragma once

struct check;
struct step_list;

// Warns where a list holds a step with `on_error: undo`, and a change that cannot be taken back.
void restore_check(struct check *check, const struct step_list *list);
