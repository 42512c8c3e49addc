// How to go on: the command for the next step.
#pragma once

struct screen;
struct view;
struct wrap;

void next_print(struct wrap *wrap, const struct screen *screen, const struct view *view);
