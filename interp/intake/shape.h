// Shapes: the forms in which alerts arrive. One record of stdlib/intake says how a payload of that form is
// told, and how it is read:
// - is = LOOKS: what an item of such a payload is (looks.h)
// - wrapper = WORD: the payload is a record with that member, or a "list"; left out: either, or one item
// - alerts = LOOKS: which items (of within or rows: which of those) are alerts; left out: as `is` says
// - within = {NAME…}: an item holds its alerts in this list, member within member
// - rows = NAME: an item holds tables there: columns with names, and rows, each an alert
// - reads = ROWS: where its facts are (reading.h)
// - thin = true: it only says that there is an alert, whose id may be missing
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct shape;
struct value;

// NULL with err filled (E_CHECK) when the record is written otherwise.
MUST_CHECK const struct shape *shape_new(struct arena *arena, const char *name, const struct value *written,
                                         struct err *err);
// What is in a payload, one by one: a list, or one wrapped as services and connectors wrap it (body, value,
// records), or a single thing.
struct items;
const struct items *shape_items(struct arena *arena, const struct value *raw);
// The same with something made of each: make(context, item), NULL when that fails (then this is NULL too).
// The records' `raw` stays what came.
MUST_CHECK const struct items *
shape_items_made(struct arena *arena, const struct items *items,
                 const struct value *(*make)(void *context, const struct value *item), void *context);
size_t shape_items_count(const struct items *items);
// Those that are none of this shape.
const struct items *shape_items_left(struct arena *arena, const struct shape *shape,
                                     const struct items *items);
// The n-th item of the payload is one of this shape.
bool shape_knows(struct arena *arena, const struct shape *shape, const struct value *raw,
                 const struct items *items, size_t n);
// The alerts of this shape among the items, as records (intake/alert.h); what is no alert is skipped.
// Fails with E_ALERT at the place of the first wrong member.
struct shape_words {
    const struct value *terms; // what stdlib/lib/alert_kinds.lua says
    struct err_list *notes;    // gets the warnings; may be NULL
    struct src_pos pos;        // of the payload
};
MUST_CHECK const struct value *shape_read(struct arena *arena, const struct shape *shape,
                                          const struct items *items, const struct shape_words *words,
                                          struct err *err);
// Says that no shape knows the payload; which one is nearest, and what it lacks. Always false.
bool shape_refuse(struct arena *arena, const struct shape *const *shapes, size_t count,
                  const struct value *raw, const struct items *items, struct err *err);
