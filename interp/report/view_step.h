// Inside report/: the records of steps, folded into a view.
#pragma once

struct value;
struct view;
struct view_step;

void view_step_take(struct view *view, const struct value *members);       // step.finished
const struct view_step *view_step_of(struct view *view, const char *path); // NULL: none
