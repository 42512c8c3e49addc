// Inside run/ only: what became of changes that were begun earlier.
#pragma once
#include <stdbool.h>

struct history;
struct instance;

// A change whose intent stands in the trail of this run. True: it is dealt with; false: it is as any other.
bool earlier_change(struct instance *instance, bool as_wanted);
// An event: it is in place, or nobody knows, or it has to happen.
void earlier_event(struct instance *instance, const struct history *history);
