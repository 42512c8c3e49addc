// The table of hosts, and the questions asked of it. Not for what may be sent there (gate.c).
// Invariant: hosts are compared whole and without case; only of vaults the end is compared, with one name
// before it.
#include "policy/cloud.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

static const struct row {
    const char *cloud;
    enum host_kind kind;
    const char *host, *audience;
} rows[] = {
#define X(cloud, kind, host, audience) {cloud, kind, host, audience},
#include "policy/cloud.def"
#undef X
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

struct cloud {
    const char *word;
};

static const struct cloud clouds[] = {{"public"}, {"usgov"}, {"china"}};

const struct cloud *cloud_find(const char *word)
{
    for (size_t i = 0; i < sizeof clouds / sizeof clouds[0]; i++)
        if (strcmp(clouds[i].word, word) == 0)
            return &clouds[i];
    return NULL;
}

const char *cloud_word(const struct cloud *cloud)
{
    return cloud->word;
}

static const struct row *row_of(const struct cloud *cloud, enum host_kind kind)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].kind == kind && strcmp(rows[i].cloud, cloud->word) == 0)
            return &rows[i];
    return NULL;
}

static bool is_vault_of(const char *suffix, const char *host)
{
    size_t length = strlen(host), end = strlen(suffix);
    if (length <= end || !text_same(host + length - end, suffix))
        return false;
    return strcspn(host, ".") == length - end;
}

enum host_kind cloud_host_kind(const struct cloud *cloud, const char *host)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const struct row *row = &rows[i];
        if (strcmp(row->cloud, cloud->word) != 0)
            continue;
        if (row->kind == HOST_VAULT ? is_vault_of(row->host, host) : text_same(row->host, host))
            return row->kind;
    }
    return HOST_NONE;
}

const char *cloud_host(const struct cloud *cloud, enum host_kind kind)
{
    const struct row *row = row_of(cloud, kind);
    return row == NULL ? NULL : row->host;
}

const char *cloud_audience(const struct cloud *cloud, enum host_kind kind)
{
    const struct row *row = kind == HOST_NONE ? NULL : row_of(cloud, kind);
    return row == NULL || row->audience[0] == '\0' ? NULL : row->audience;
}

const char *cloud_url_audience(const struct cloud *cloud, const char *url)
{
    char host[256];
    if (!text_starts(url, "https://"))
        return NULL;
    const char *start = url + strlen("https://");
    size_t length = strcspn(start, "/?#");
    if (length > 4 && strncmp(start + length - 4, ":443", 4) == 0)
        length -= 4;
    if (length >= sizeof host)
        return NULL;
    memcpy(host, start, length);
    host[length] = '\0';
    enum host_kind kind = cloud_host_kind(cloud, host);
    if (kind == HOST_GRAPH && text_starts_nocase(start + strcspn(start, "/?#"), "/beta/security/partner/"))
        kind = HOST_PARTNER_GRAPH;
    return cloud_audience(cloud, kind);
}

char *cloud_authority(struct arena *arena, const struct cloud *cloud)
{
    return arena_printf(arena, "https://%s", cloud_host(cloud, HOST_LOGIN));
}

const char *cloud_url(struct arena *arena, const struct cloud *cloud, const char *url)
{
    static const struct {
        const char *prefix;
        enum host_kind kind;
        const char *base;
    } prefixes[] = {
        {"arm:", HOST_ARM, ""},   {"graph:", HOST_GRAPH, "/v1.0"}, {"graphbeta:", HOST_GRAPH, "/beta"},
        {"logs:", HOST_LOGS, ""}, {"partner:", HOST_PARTNER, ""},  {"endpoint:", HOST_ENDPOINT, "/api"}};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        const char *host = cloud_host(cloud, prefixes[i].kind);
        if (host == NULL || !text_starts(url, prefixes[i].prefix))
            continue;
        const char *rest = url + strlen(prefixes[i].prefix);
        return arena_printf(arena, "https://%s%s%s%s", host, prefixes[i].base, *rest == '/' ? "" : "/", rest);
    }
    return url;
}
