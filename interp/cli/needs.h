// What a playbook needs to be allowed: the permissions that the primitives in its steps declare, and in those
// of the playbooks that it calls.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct linked;
struct policy;
struct register_book;
struct value;
struct vm;

// X(api, word): who grants such a permission.
#define NEED_APIS                                                                                            \
    X(NEED_ACTION, "action")   /* an Azure role, on resources */                                             \
    X(NEED_DATA, "dataAction") /* an Azure role, on what is in them; or a vault's access policy */           \
    X(NEED_APP, "appRole")     /* an application permission of Microsoft Graph, of Defender for Endpoint */  \
    X(NEED_PARTNER, "partner") /* a role of the person in Partner Center */
enum need_api {
#define X(api, word) api,
    NEED_APIS
#undef X
};
const char *need_api_word(enum need_api api);

struct need {
    const char *permission;
    enum need_api api;
    bool reads;               // it is enough to look
    struct value *primitives; // names
    struct value *steps;      // ids of the steps that use these
    bool protects;            // whom the policy protects is looked up with it
};
struct needs {
    struct need *items; // sorted by permission
    size_t count;
    struct value *primitives; // names of all that the steps use, in the order met
};
MUST_CHECK bool needs_collect(struct arena *arena, struct vm *vm, const struct linked *linked,
                              struct needs *out, struct err *err);
// Adds what every run needs where the policy protects somebody whose other names the register does not tell.
void needs_add_protected(struct arena *arena, struct needs *needs, const struct policy *policy,
                         const struct register_book *book);
// A role definition (Microsoft.Authorization/roleDefinitions) that grants these and nothing else; with
// `reads`, only what looking needs.
const struct value *needs_role(struct arena *arena, const struct needs *needs, const char *playbook,
                               bool reads, const struct value *scopes);
