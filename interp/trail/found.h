// The beginning of a trail: keys, pin, and a whole empty folder.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct arena;
struct trail_config;

// Makes a whole new trail where there is none, or finishes one that a crash left at its last step. E_TAMPERED
// when a trail was there and is gone.
MUST_CHECK bool found_trail(struct arena *arena, const struct trail_config *config, const char *folder,
                            struct err *err);
