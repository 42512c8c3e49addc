// The changes of a run for people: numbered, each with what it changes, from what to what, for which clause,
// at what risk, and whether it can be undone. Alike changes of a loop are shown once, with every resource
// they touch.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "report/diff.h"

struct screen;
struct view;
struct view_effect;
struct wrap;

// Effects whose status is one of `statuses` (NULL-terminated). Returns how many changes that were.
size_t plan_print(struct wrap *wrap, const struct screen *screen, const struct view *view,
                  const char *const *statuses);
size_t plan_count(const struct view *view, const char *const *statuses);
// "keyvault.disable_secret" changes of a loop share "disable[]".
const char *plan_base(const struct view *view, const char *path);
// What became of a change: "applied, verified".
const char *plan_status(const struct view_effect *effect);
// It leaves no state that could be compared; what is sent says what happens.
bool plan_is_event(const struct view_effect *effect);
// Is `after` all of what was seen then, and not what was wanted?
bool plan_was_seen(const struct view_effect *effect);
struct diff plan_diff(const struct view *view, const struct view_effect *effect);
