// Looks at a map: is this member there, has it that value? What tells shapes apart, and when a row of a
// reading counts. Written as a list of records, all of which must hold:
//   {has = NAMES}     (names.h) one of these members is there (null is not); with one of
//       is = {…}      the text is one of these, letters without case
//       starts = "…"  the text begins so
//       holds = {…}   the list has one of these texts
//       a = "list" | "map"
//       behind = "…"  the text is an address with something behind that word
//       exact = true  its last name is spelt exactly so
//       resource = "…" the text is the id of a resource of that type
//   {lacks = NAMES}   the opposite, with the same words
//   {any = {LOOKS, LOOKS}}  all of one of these lists hold
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct look;
struct value;

// NULL with err filled (E_CHECK) when it is written otherwise; `written` may be NULL: nothing to look at.
MUST_CHECK const struct look *looks_new(struct arena *arena, const struct value *written, struct err *err);
bool looks_hold(struct arena *arena, const struct look *looks, const struct value *map);
// How many of the members that are wanted are there as they are wanted; of several lists that may hold, the
// one with the most. *lacking is about the first look that does not hold (no name: all hold).
struct lacking {
    const char *name;
    bool there; // but not as it is wanted
};
size_t looks_count(struct arena *arena, const struct look *looks, const struct value *map,
                   struct lacking *lacking);
