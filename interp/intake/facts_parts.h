// Inside intake/: what the files about facts share.
#pragma once
#include <stddef.h>

#include "data/value.h"
#include "intake/facts.h"
#include "intake/resource.h"

enum { FACTS_MOST = 256 };

struct facts {
    struct arena *arena;
    const struct value *terms;
    struct err_list *notes;
    struct src_pos pos;
    bool thin;
    const struct value *single[FACT_COUNT];
    struct value *plural[FACT_COUNT]; // lists of texts; of TARGETS maps; NULL: empty
    struct resource *resources;       // what plural[FACT_RESOURCE] names
    struct facts_actor *actors;
    size_t actor_count;
    struct value *entities, *warned;
};

void facts_append(struct facts *facts, struct value **list, const struct value *item);
// Says it once. `text`, from outside, is shown short between the two.
void facts_warn(struct facts *facts, const char *before, const char *text, const char *behind);
void facts_warn_of(struct facts *facts, enum fact fact, const char *what,
                   const char *text);                    // "ips: not what: text"
bool facts_is_full(struct facts *facts, enum fact fact); // and says so
// The resource that an id names, new or known; NULL when it is none.
const struct resource *facts_add_resource(struct facts *facts, const char *id);
void facts_add_domain(struct facts *facts, const char *name);
