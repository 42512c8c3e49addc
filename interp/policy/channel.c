// Reading the URL of notify's channel. Not for sending to it (run/flight.c), nor for whether that is allowed
// (gate.c). Invariant: neither the URL nor a part of it that is secret gets into an error, a record or Lua.
#include "policy/channel.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "policy/cloud.h"
#include "policy/profile.h"
#include "policy/url.h"

bool channel_wanted(const struct profile *profile)
{
    return profile->notify.kind != NULL && strcmp(profile->notify.kind, "graph") != 0;
}

const char *channel_place(struct arena *arena, const struct profile *profile)
{
    bool file = profile->notify.url_file != NULL;
    return arena_printf(arena, "the %s %s", file ? "file" : "variable",
                        file ? profile->notify.url_file : profile->notify.url_env);
}

static bool refuse(struct arena *arena, const struct profile *profile, const char *why, struct err *err)
{
    err_set_at(err, E_CONFIG, profile->notify.pos, "%s cannot be the channel of notify: %s",
               channel_place(arena, profile), why);
    if (strcmp(profile->notify.kind, "smtp") == 0)
        err_hint(err,
                 "smtp[s]://USER:PASSWORD@HOST:PORT, percent-encoded; it is shown without user and password");
    else
        err_hint(err, "its value is the whole URL that the chat gave out; it is shown nowhere");
    return false;
}

// A webhook is where https leads, outside of the cloud.
static bool read_webhook(struct arena *arena, const struct profile *profile, const char *value,
                         struct channel *found, struct err *err)
{
    struct url url;
    struct err why;
    if (value == NULL)
        value = "https://webhook.invalid/";
    if (!url_parse(value, &url, &why))
        return refuse(arena, profile, why.message, err);
    if (cloud_host_kind(profile->cloud, url.host) != HOST_NONE)
        return refuse(arena, profile, "its host is Azure's own", err);
    found->shown = arena_printf(arena, "https://%s/…", url.host);
    found->url = profile->route == NULL ? arena_strdup(arena, value)
                                        : arena_printf(arena, "https://%s/route", url.host);
    return true;
}

static bool is_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits >= 1 && digits <= 5 && *text != '0' && text[digits] == '\0';
}

// HOST[:PORT]: a plain name, or this machine.
static bool is_server(struct arena *arena, const char *server)
{
    struct url url;
    struct err why;
    const char *colon = strchr(server, ':');
    if (profile_is_route(arena_printf(arena, "http://%s", server)))
        return true;
    if (colon != NULL && !is_port(colon + 1))
        return false;
    int length = (int)strcspn(server, ":");
    return url_parse(arena_printf(arena, "https://%.*s/", length, server), &url, &why);
}

static bool read_server(struct arena *arena, const struct profile *profile, const char *value,
                        struct channel *found, struct err *err)
{
    if (value == NULL)
        value = "smtp://mail.invalid";
    const char *scheme = text_starts(value, "smtps://") ? "smtps://" : "smtp://";
    if (!text_starts(value, scheme))
        return refuse(arena, profile, "it begins neither with smtp:// nor with smtps://", err);
    const char *rest = value + strlen(scheme), *at = strrchr(rest, '@');
    const char *server = at == NULL ? rest : at + 1;
    for (const char *c = rest; *c != '\0'; c++)
        if (*c < 0x21 || *c > 0x7e || strchr("/?#\\\"<>", *c) != NULL)
            return refuse(arena, profile, "a character stands in it that must be encoded", err);
    if (at == rest || (at != NULL && (rest[0] == ':' || memchr(rest, '@', (size_t)(at - rest)) != NULL)))
        return refuse(arena, profile, "what stands before its host is no user and password", err);
    if (!is_server(arena, server))
        return refuse(arena, profile, "its host is not a plain name, or its port no number", err);
    found->shown = arena_printf(arena, "%s%s", scheme, server);
    found->url = profile->route == NULL ? arena_strdup(arena, value) : found->shown;
    found->sender = profile->sender;
    return true;
}

bool channel_read(struct arena *arena, const struct profile *profile, const char *value,
                  const struct channel **channel, struct err *err)
{
    *channel = NULL;
    if (!channel_wanted(profile) || (value == NULL && profile->route == NULL))
        return true;
    struct channel *found = ARENA_NEW(arena, struct channel);
    bool mails = strcmp(profile->notify.kind, "smtp") == 0;
    if (!(mails ? read_server : read_webhook)(arena, profile, value, found, err))
        return false;
    *channel = found;
    return true;
}

const char *channel_mask(const struct channel *channel, const char *url)
{
    return channel != NULL && strcmp(url, CHANNEL_NAME) == 0 ? channel->shown : url;
}
