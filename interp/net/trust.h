// Which certificates of authorities are trusted.
#pragma once
#include "base/err.h"

struct arena;

struct trust {
    const char *folder, *file; // exactly one of them is set
    const char *words;         // for people
};
// `own`: the profile's file, or NULL. `folder` and `bundle`: what the library was built with, or NULL.
MUST_CHECK bool trust_find(struct arena *arena, const char *own, const char *folder, const char *bundle,
                           struct trust *trust, struct err *err);
