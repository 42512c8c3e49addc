// The channel that a profile's notify names: the webhook of a chat, or a mail server. Its URL is a
// credential: it is known to whoever sends, and to nobody else; Lua says CHANNEL_NAME, and every record says
// `shown`.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct arena;
struct cloud;
struct profile;

#define CHANNEL_NAME "notify:"

struct channel {
    const char *url;    // the real one
    const char *shown;  // "https://HOST/…"; of a mail server "smtp://HOST:PORT"
    const char *sender; // of letters, to a mail server; NULL: a webhook
};

// From what the profile's variable or file holds: https://… of a webhook; of a mail server
// smtp[s]://[USER[:PASSWORD]@]HOST[:PORT], percent-encoded. Behind a route nothing is real: there the host
// stays, and what makes the URL a credential is left out, so neither is needed. NULL without error
// where the profile has no channel, or the value is NULL; E_CONFIG, which does not tell the value, where it
// is no URL to send to.
MUST_CHECK bool channel_read(struct arena *arena, const struct profile *profile, const char *value,
                             const struct channel **channel, struct err *err);
// Is it of a kind that wants the variable or file?
bool channel_wanted(const struct profile *profile);
// "the variable NAME" or "the file NAME", where it is wanted.
const char *channel_place(struct arena *arena, const struct profile *profile);
// What stands for a URL of a request outside of the sender: `shown` for CHANNEL_NAME, else the URL itself.
const char *channel_mask(const struct channel *channel, const char *url);
