// Who may: tokens by API, role assignments by action, vaults by their policies or roles and by their
// firewall.
#pragma once
#include <stdbool.h>

#include "lab/token.h"

// Judges the token. False after answering 401 or 403.
bool access_sign_in(struct token_cache *cache, struct call *call);
// Judges an ARM or Graph call by the caller's roles. False after answering 403 or 404.
bool access_allows(struct call *call);
// May the caller do this at an ARM scope?
bool access_may(struct call *call, const char *scope, const char *action);
// The vault behind a data-plane call, when the caller may do this there: `permission` is the word of access
// policies
// ("list"), `action` the data action of roles ("Microsoft.KeyVault/vaults/secrets/readMetadata/action"). NULL
// after answering 403 or 404.
const struct value *access_vault(struct call *call, const char *kind, const char *permission,
                                 const char *action);
// Does the role assignment's principal stand for this object, itself or through groups?
bool access_is_member(struct estate *estate, const char *oid, const char *principal);
// Is `scope` the same as `inner` or above it? Ids, without case.
bool access_covers(const char *scope, const char *inner);
