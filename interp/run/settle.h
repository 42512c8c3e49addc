// Inside run/ only: how long a change may take to show.
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct instance;

// The change of the instance was made `ago_ms` ago, or may have been: until its time is over it may still
// show.
void settle_begin(struct instance *instance, int64_t ago_ms);
// It does not show. True: `observe` is called a little later; false: it has had its time, or the run stops.
bool settle_again(struct instance *instance, void (*observe)(struct instance *));
