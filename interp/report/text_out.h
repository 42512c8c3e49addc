// A run for people, on standard output: first what it is about, at the end what it came to.
#pragma once

struct arena;
struct screen;
struct view;

// At run.started: LAB mark, playbook, profile, the alert in three lines.
char *text_out_head(struct arena *arena, const struct screen *screen, const struct view *view);
// At run.finished: plan, result or findings; what needs a person; totals; the command for the next step.
char *text_out_result(struct arena *arena, const struct screen *screen, const struct view *view);
