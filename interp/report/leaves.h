// What each combination of answers would lead to: the tree of an explored run.
#pragma once
#include <stdbool.h>

struct value;
struct view;
struct wrap;

void leaves_print(struct wrap *wrap, const struct view *view);
// The same changes of the same things by the same requests, but for secrets: each leaf makes its own.
bool leaves_same_effects(const struct value *a, const struct value *b);
