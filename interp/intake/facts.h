// The facts of one alert, collected from wherever a shape keeps them, and the record that is made of them.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct arena;
struct facts;
struct value;

enum fact {
#define X(id, how, name) FACT_##id,
#include "intake/facts.def"
#undef X
    FACT_COUNT
};
enum fact_how { FACT_IS_SINGLE, FACT_IS_NUMBERED, FACT_IS_TIME, FACT_IS_FLAG, FACT_IS_PLURAL };

// FACT_COUNT when there is none of that name.
enum fact fact_find(const char *name);
enum fact_how fact_how(enum fact fact);

struct facts_actor {
    const struct value *name, *object_id, *app_id, *kind; // texts; NULL: not known
};

// `terms` is what stdlib/lib/alert_kinds.lua says. Warnings are added to `notes` (may be NULL) at `pos`.
struct facts *facts_new(struct arena *arena, const struct value *terms, struct err_list *notes,
                        struct src_pos pos);
// Another alert: nothing is known of it. `thin`: what is read only says that there is one, and may name no
// alert type.
void facts_begin(struct facts *facts, bool thin);
// Adds a text (of FLAG: a bool). A single fact is what was found first; what should be an address, a GUID or
// an id and is none is left out with a warning, for an attacker may have written it.
void facts_add(struct facts *facts, enum fact fact, const struct value *value);
bool facts_has(const struct facts *facts, enum fact fact);
void facts_actor(struct facts *facts, const struct facts_actor *actor); // completes one that is the same
void facts_targets(struct facts *facts, const char *addresses, const struct value *time); // time may be NULL
void facts_hosts_of(struct facts *facts, const char *type); // every resource of that type is a host
void facts_entity(struct facts *facts, const struct value *entity);
// The alert record (intake/alert.h) of an alert that stands at `raw`.
const struct value *facts_record(struct facts *facts, const struct value *raw);
