// The consent of a person, which signs in at Partner Center: a refresh token that each sign-in may renew.
#pragma once

#include "base/err.h"

struct arena;

// The renewal of `given` that the file holds, or `given` itself: another consent than that of the file counts
// from the beginning. `file` may be NULL or not there.
const char *consent_load(struct arena *arena, const char *file, const char *given);
// Keeps a renewal, for the owner's eyes alone. What cannot be kept is lost, err says why, and the consent
// that was given serves until it expires. `file` may be NULL: then there is nothing to keep it in.
MUST_CHECK bool consent_keep(struct arena *arena, const char *file, const char *given, const char *renewed,
                             struct err *err);
