// The estate: every resource of the simulated cloud as key → JSON value, on disk and in memory. Keys are
// lower-case and sorted, so a key prefix is a folder; members beginning with "_" are never shown:
// - /subscriptions/…: ARM resources by their id (settings that extend a resource beneath it)
// - alert/SUB/NAME: Defender alerts
// - ra/GUID, rd/GUID: role assignments and definitions
// - kv/VAULT/secrets|keys|certificates/NAME: {name, versions (oldest first), policy, deleted, …}
// - graph/users|serviceprincipals|applications|groups/ID, graph/roleassignments|roledefinitions/ID,
//   graph/deleted/ID, graph/outbox/ID, graph/methods/USER (a list), graph/riskyusers/ID,
//   graph/oauth2permissiongrants|approleassignments/ID: the directory
// - graph/signins, graph/audits, log/keyvault/VAULT, log/activity/SUB: lists of rows
// - endpoint/machines|actions/ID: Defender for Endpoint
// - lock/ID: locks
// - lab/…: what the lab itself needs: caller (address), clients/APPID (secret), signing,
//   unregistered/SUB (a list of namespaces), types/NAMESPACE/TYPE (known, also where there is none)
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct estate;
struct value;

enum { ESTATE_MAX_FILE = 64 * 1024 * 1024, ESTATE_MAX_JOURNAL = 1024 * 1024 };

// Opens DIR; makes it from the seed (a file, or NULL: the built-in one) when there is no estate in it.
MUST_CHECK struct estate *estate_open(const char *dir, const char *seed, struct err *err);
void estate_close(struct estate *estate);
// Puts the seed in place of what is there; processes that have it open notice.
MUST_CHECK bool estate_reset(const char *dir, const char *seed, struct err *err);

const char *estate_origin(const struct estate *estate); // another one after a reset
int64_t
estate_created(const struct estate *estate); // milliseconds; every time in the seed is counted from it

// One request is one turn: begin takes in what other processes changed, and for a change holds the estate
// until end. end writes the changes of the turn to disk as one append; when it fails, they are not there.
MUST_CHECK bool estate_begin(struct estate *estate, bool change, struct err *err);
MUST_CHECK bool estate_end(struct estate *estate, struct err *err);
void estate_put(struct estate *estate, const char *key, const struct value *value); // copies; NULL removes
bool estate_is_broken(const struct estate *estate); // a value on disk could not be read

const struct value *estate_get(struct estate *estate,
                               const char *key); // NULL when absent; lives until the next begin
// The entries whose keys begin with a prefix: first <= i < end. Puts and removals move them.
struct estate_range {
    size_t first, end;
};
struct estate_range estate_range(const struct estate *estate, const char *prefix);
const char *estate_key(const struct estate *estate, size_t index);
const struct value *estate_at(struct estate *estate, size_t index);
size_t estate_count(const struct estate *estate);
