// Inside intake/: rows as they are kept, and what reading.c and entity.c share.
#pragma once
#include <stddef.h>

#include "intake/reading.h"

enum row_kind { ROW_FACT, ROW_VALUE, ROW_ACTOR, ROW_HOSTS_OF, ROW_INTO, ROW_EACH, ROW_ENTITIES, ROW_TABLES };

struct kind_rows {
    const char *type;
    const struct reading *reads;
};

struct row {
    enum row_kind kind;
    enum fact fact;
    const struct look *when; // NULL: always
    const struct names *names;
    bool json, outer, alone, linked, loose;
    const char *behind, *parameter;
    const struct value *value;
    const struct names *name, *brief, *suffix, *object_id, *app_id; // of an actor
    const struct reading *reads;                                    // of INTO and EACH
    const struct names *by;                                         // of ENTITIES
    const struct reading *before;
    const struct kind_rows *kinds, *after; // end in a NULL type
    const char *unfold;
    const struct value *objects; // of TABLES
    const char *time;
};

struct reading {
    struct row *rows;
    size_t count;
};

struct ids; // entities by their $id

// What one run of a reading carries along.
struct pass {
    struct arena *arena;
    const struct subject *subject;
    struct facts *facts;
    const struct value *entities; // whose links are followed, or NULL
    struct ids *ids;              // of them; NULL before the first link
    struct src_pos inside;        // of the text that holds what is read now; line 0: it is the payload
    struct err *err;
};

bool reading_run_rows(struct pass *pass, const struct reading *reading, const struct spot *at);
// RFC 3339 of a moment, or NULL. Times without a zone are UTC.
const struct value *reading_moment(struct arena *arena, const struct value *value);
