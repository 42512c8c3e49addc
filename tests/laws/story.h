// What must hold of every live run, however it ended: each change that the lab made was written down before.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct value;
struct world;

// All requests of the world's record; those of them that could have changed something: list of {method, host,
// target, status, …}.
const struct value *story_requests(struct world *world);
const struct value *story_changes(struct world *world);
// Each of them is one of an intent in the trail as it is on disk, at most as often as planned there. False:
// says which.
bool story_is_covered(struct world *world);
// Each intent of the trail of `run` has a result. False: says which has none.
bool story_has_ends(struct world *world);
// How many mails the lab sent.
size_t story_mails(struct world *world);
