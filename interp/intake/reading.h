// A reading: rows that say where the facts of one alert stand, run in their order over one map.
// - {FACT = NAMES}: a fact of facts.def; with behind = WORD what stands behind that word of an address, with
//   parameter = NAME the value of a parameter of an address, with linked = true a text, an entity's address
//   or a link to one, or a list of these, and with loose = true what is no text is passed over, not refused
// - {FACT = NAMES…, value = V}: V, where the row counts
// - {actor = {name, short, suffix, object_id, app_id = NAMES, kind = TEXT}}: short and suffix: short@suffix
// - {hosts_of = TYPE}: every resource of that type is a host
// - {into = NAMES, reads = ROWS}: a map
// - {each = NAMES, reads = ROWS}: a list of maps
// - {entities = NAMES, by = NAMES, before = ROWS, kinds = {TYPE = ROWS}, after = {TYPE = ROWS},
//   unfold = NAME}: a list of maps that may be links ($ref) to others ($id); type without case, - and _, and
//   what stands before its last dot; unfold: its members stand in that member
// - {tables = NAMES, objects = {…}, time = TEXT}: objects in a column so called, wherever there are columns
//   and rows
//
// And with each: when = LOOKS, json = true (the member may be JSON in a text), outer = true (of what the
// alert stands in, not of itself), alone = true (only of an alert that stands there alone).
#pragma once
#include <stdbool.h>

#include "base/err.h"
#include "intake/facts.h"

struct arena;
struct reading;
struct value;

// Where something stands in a payload, for messages; index -1: a member.
struct spot {
    const struct spot *up;
    const char *name;
    long index;
    const struct value *value;
};

// NULL with err filled (E_CHECK) when the rows are written otherwise.
MUST_CHECK const struct reading *reading_new(struct arena *arena, const struct value *rows, struct err *err);
// The alert that is read.
struct subject {
    const struct spot *at;
    const struct value *outer; // what it stands in; NULL: nothing
    bool alone;                // there
};
// Fails with E_ALERT at the place of a member of a wrong type.
MUST_CHECK bool reading_run(struct arena *arena, const struct reading *reading, const struct subject *subject,
                            struct facts *facts, struct err *err);
// "value[0].properties must be a list, and it is a text"; always false. The place is that of `value` (NULL:
// it is missing), else of the spot.
bool spot_refuse(struct arena *arena, const struct spot *at, const char *name, const struct value *value,
                 const char *wanted, struct err *err);
