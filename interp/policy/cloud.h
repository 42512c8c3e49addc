// The hosts of each cloud: one of the four tables of Azure that C knows. Pure.
#pragma once

struct arena;
struct cloud;

enum host_kind {
    HOST_NONE,
    HOST_LOGIN,
    HOST_ARM,
    HOST_GRAPH,
    HOST_LOGS,
    HOST_VAULT,
    HOST_PARTNER,
    HOST_PARTNER_GRAPH,
    HOST_ENDPOINT
};

const struct cloud *cloud_find(const char *word); // "public", "usgov", "china"; NULL: there is none
const char *cloud_word(const struct cloud *cloud);

// What a host (no port) is in this cloud, without case. HOST_VAULT says only that its name is a vault's;
// whether the run may speak to it is the gate's decision.
enum host_kind cloud_host_kind(const struct cloud *cloud, const char *host);
// The host that stands for a kind, NULL where the cloud has none; of HOST_VAULT the suffix,
// ".vault.azure.net".
const char *cloud_host(const struct cloud *cloud, enum host_kind kind);
// Whom tokens for these hosts are made out to, "https://management.azure.com"; NULL where none is sent.
const char *cloud_audience(const struct cloud *cloud, enum host_kind kind);
// The same for a URL: NULL for hosts that are none of the cloud's (channels). What follows a '#' in it says
// whose directory the token comes from, and is no part of its name.
const char *cloud_url_audience(const struct cloud *cloud, const char *url);
char *cloud_authority(struct arena *arena, const struct cloud *cloud); // "https://login.microsoftonline.com"
// "arm:/subscriptions?…", "graph:/users", "logs:/v1/…", "partner:/v1/…", "endpoint:/machines" to absolute
// URLs ("graph:" means …/v1.0, "graphbeta:" …/beta, "endpoint:" …/api); a slash is put where the template has
// none. Others, and those of hosts that the cloud does not have, come back as they are.
const char *cloud_url(struct arena *arena, const struct cloud *cloud, const char *url);
