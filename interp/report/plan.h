// The changes of a run for people: numbered, each with what it changes, from what to what, for which clause,
// at what risk, and whether it can be undone. Alike changes of a loop are shown once, with every resource
// they touch.
#pragma once
#include <stddef.h>

struct screen;
struct view;
struct wrap;

// Effects whose status is one of `statuses` (NULL-terminated). Returns how many changes that were.
size_t plan_print(struct wrap *wrap, const struct screen *screen, const struct view *view,
                  const char *const *statuses);
size_t plan_count(const struct view *view, const char *const *statuses);
// "keyvault.disable_secret" changes of a loop share "disable[]".
const char *plan_base(const struct view *view, const char *path);
