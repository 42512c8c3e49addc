// The webhook of a profile's notify. Its URL is a credential: it is known to whoever sends, and to nobody
// else; Lua says WEBHOOK_NAME, and every record says `shown`.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct arena;
struct cloud;
struct profile;

#define WEBHOOK_NAME "notify:"

struct webhook {
    const char *url;   // the real one
    const char *shown; // "https://HOST/…"
};

// From the value of the profile's variable. Behind a route nothing is real: there the host stays, and what
// makes the URL a credential is left out, so no variable is needed either. NULL without error where the
// profile has no webhook, or the value is NULL; E_CONFIG, which does not tell the value, where it is no URL
// to post to.
MUST_CHECK bool webhook_read(struct arena *arena, const struct profile *profile, const char *value,
                             const struct webhook **webhook, struct err *err);
// Is it of a kind that wants the variable?
bool webhook_wanted(const struct profile *profile);
// What stands for a URL of a request outside of the sender: `shown` for WEBHOOK_NAME, else the URL itself.
const char *webhook_mask(const struct webhook *webhook, const char *url);
