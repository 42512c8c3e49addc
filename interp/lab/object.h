// What secrets, keys and certificates of a vault have in common. One object is one entry of the estate:
//   {name, versions: [{id, attributes {enabled, created, updated, nbf, exp}, tags, managed, …}, …], deleted:
//   seconds,
//    policy, pending, rotationPolicy}; the last version is the current one.
#pragma once
#include <stdbool.h>

#include "lab/call.h"

struct object_kind {
    const char *word, *deleted;      // path words
    const char *id;                  // what the identifier is called: "id" or "kid"
    const char *missing;             // error code
    const char *provider;            // "Microsoft.KeyVault/vaults/secrets"
    const char *list, *get, *update; // permissions of policies
    const char *list_action, *get_action, *update_action;
};
extern const struct object_kind object_secrets, object_keys, object_certificates;

char *object_key(struct call *call, const struct object_kind *kind, const char *name);
// The object of this name, not deleted; NULL after answering.
const struct value *object_find(struct call *call, const struct object_kind *kind, const char *name);
// May this be done to objects of the kind? NULL after answering.
const struct value *object_allow(struct call *call, const struct object_kind *kind, const char *permission,
                                 const char *action);
// One whole version as the API answers it; the value of a secret only when asked for.
struct value *object_bundle(struct call *call, const struct object_kind *kind, const struct value *object,
                            const struct value *version, bool value);
// One entry of a list: without version when `version_id` is NULL.
struct value *object_item(struct call *call, const struct object_kind *kind, const struct value *object,
                          const struct value *version, const char *version_id);
// Are the members of a body that sets or changes an object of the types that they must have? False after
// answering 400.
bool object_body_fits(struct call *call, const struct value *body);
// Adds a version and stores the object (made when there is none). `members` are those of the version without
// id and attributes; `wanted` holds attributes given by the caller, or NULL. Returns the stored version.
const struct value *object_add_version(struct call *call, const struct object_kind *kind, const char *name,
                                       const struct value *members, const struct value *wanted);
// The name may be used for a new version: not deleted, well formed, not managed. False after answering.
bool object_is_free(struct call *call, const struct object_kind *kind, const char *name);
const struct value *object_current(const struct value *object); // its newest version
char *object_url(struct call *call, const char *word, const char *name,
                 const char *version); // version may be NULL
