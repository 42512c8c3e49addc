// Inside report/: the records of effects, folded into a view.
#pragma once
#include <stdbool.h>

struct view_effect;
struct value;
struct view;

void view_effect_plan(struct view *view, const struct value *members, bool intent);
void view_effect_result(struct view *view, const struct value *members);
void view_effect_undone(struct view *view, struct view_effect *effect);
