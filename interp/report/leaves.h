// What each combination of answers would lead to: the tree of an explored run.
#pragma once

struct view;
struct wrap;

void leaves_print(struct wrap *wrap, const struct view *view);
