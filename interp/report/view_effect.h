// Inside report/: the records of effects, folded into a view.
#pragma once
#include <stdbool.h>

struct value;
struct view;

void view_effect_plan(struct view *view, const struct value *members, bool intent);
void view_effect_result(struct view *view, const struct value *members);
