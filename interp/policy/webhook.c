// Reading the webhook's URL. Not for posting to it (run/flight.c), nor for whether that is allowed (gate.c).
// Invariant: neither the URL nor a part of it that is secret gets into an error, a record or Lua.
#include "policy/webhook.h"

#include <string.h>

#include "base/arena.h"
#include "policy/cloud.h"
#include "policy/profile.h"
#include "policy/url.h"

bool webhook_wanted(const struct profile *profile)
{
    return profile->notify.kind != NULL && strcmp(profile->notify.kind, "graph") != 0;
}

static bool refuse(const struct profile *profile, const char *why, struct err *err)
{
    err_set_at(err, E_CONFIG, profile->notify.pos, "the variable %s cannot be the webhook of notify: %s",
               profile->notify.url_env, why);
    err_hint(err, "its value is the whole URL that the chat gave out; it is shown nowhere");
    return false;
}

bool webhook_read(struct arena *arena, const struct profile *profile, const char *value,
                  const struct webhook **webhook, struct err *err)
{
    static const char made_up[] = "https://webhook.invalid/";
    struct url url;
    struct err why;
    *webhook = NULL;
    if (!webhook_wanted(profile))
        return true;
    if (value == NULL && profile->route != NULL)
        value = made_up;
    if (value == NULL)
        return true;
    if (!url_parse(value, &url, &why))
        return refuse(profile, why.message, err);
    if (cloud_host_kind(profile->cloud, url.host) != HOST_NONE)
        return refuse(profile, "its host is Azure's own", err);
    struct webhook *found = ARENA_NEW(arena, struct webhook);
    found->shown = arena_printf(arena, "https://%s/…", url.host);
    found->url = profile->route == NULL ? arena_strdup(arena, value)
                                        : arena_printf(arena, "https://%s/route", url.host);
    *webhook = found;
    return true;
}

const char *webhook_mask(const struct webhook *webhook, const char *url)
{
    return webhook != NULL && strcmp(url, WEBHOOK_NAME) == 0 ? webhook->shown : url;
}
