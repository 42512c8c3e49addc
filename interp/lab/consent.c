// What applications were allowed: delegated grants (OAuth2) and app roles. Not for roles in the directory:
// role.c. Invariants: the same is not granted twice; what is granted again has a new id.

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/graph.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/odata.h"

#define GRANTS "graph/oauth2permissiongrants/"
#define APP_ROLES "graph/approleassignments/"

static char *key_of(struct call *call, const char *folder, const char *id)
{
    return arena_printf(call->arena, "%s%s", folder, text_lower(call->arena, id));
}

// The entries of a folder that fit the call's filter and whose member is this text (NULL: any).
static void list_entries(struct call *call, const char *folder, const char *member, const char *text,
                         const char *context)
{
    struct odata_filter filter;
    if (!odata_filter(call, &filter))
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, folder);
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *entry = estate_at(call->estate, i);
        if ((text == NULL || text_same(value_text_at(entry, member), text)) && odata_fits(&filter, entry) &&
            page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), odata_select(call, entry, NULL));
    }
    graph_close(&page, context);
}

// Is there an entry with these members?
static bool exists(struct call *call, const char *folder, const struct value *wanted,
                   const char *const *members)
{
    struct estate_range range = estate_range(call->estate, folder);
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *now = estate_at(call->estate, i);
        bool same = true;
        for (const char *const *m = members; same && *m != NULL; m++)
            same = value_text_at(now, *m) == value_text_at(wanted, *m) ||
                   text_same(value_text_at(now, *m), value_text_at(wanted, *m));
        if (same)
            return true;
    }
    return false;
}

static void remove_entry(struct call *call, const char *folder, const char *id)
{
    char *key = key_of(call, folder, id);
    if (estate_get(call->estate, key) == NULL) {
        call_missing(call, id);
        return;
    }
    estate_put(call->estate, key, NULL);
    call_ok(call, 204, NULL);
}

void consent_list(struct call *call)
{
    list_entries(call, GRANTS, NULL, NULL, "oauth2PermissionGrants");
}

// Those of one service principal: what it was allowed to do for users.
void consent_list_own(struct call *call)
{
    const struct value *application = graph_find(call, GRAPH_SERVICE);
    if (application != NULL)
        list_entries(call, GRANTS, "clientId", value_text_at(application, "id"), "oauth2PermissionGrants");
}

void consent_add(struct call *call)
{
    static const char *const same[] = {"clientId", "resourceId", "consentType", "principalId", NULL};
    static const struct check checks[] = {{"clientId", CHECK_GUID, NULL},
                                          {"consentType", CHECK_WORD, "AllPrincipals Principal"},
                                          {"principalId", CHECK_GUID, NULL},
                                          {"resourceId", CHECK_GUID, NULL},
                                          {"scope", CHECK_TEXT, NULL}};
    const struct value *body = call_body(call);
    enum graph_kind kind;
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (graph_any(call, value_text_at(body, "clientId"), &kind) == NULL ||
        graph_any(call, value_text_at(body, "resourceId"), &kind) == NULL ||
        value_text_at(body, "consentType") == NULL) {
        call_fail(call, 400, "Request_BadRequest", "clientId, resourceId and consentType are required.");
        return;
    }
    if (exists(call, GRANTS, body, same)) {
        call_fail(call, 409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.");
        return;
    }
    char *id = crypto_base64url(call->arena, crypto_uuid(call->arena), 32);
    struct value *grant = make_value(
        call->arena,
        "{'id': %s, 'clientId': %v, 'consentType': %v, 'principalId': %v, 'resourceId': %v, 'scope': %v}", id,
        value_get(body, "clientId"), value_get(body, "consentType"), value_get(body, "principalId"),
        value_get(body, "resourceId"), value_get(body, "scope"));
    estate_put(call->estate, key_of(call, GRANTS, id), grant);
    graph_answer(call, "oauth2PermissionGrants/$entity", grant);
    call->status = 201;
}

void consent_remove(struct call *call)
{
    remove_entry(call, GRANTS, call->args[0]);
}

// What a service principal was allowed to do by itself.
void consent_list_roles(struct call *call)
{
    const struct value *application = graph_find(call, GRAPH_SERVICE);
    if (application != NULL)
        list_entries(call, APP_ROLES, "principalId", value_text_at(application, "id"), "appRoleAssignments");
}

// The other way round: who was allowed something at this service principal.
void consent_list_assigned(struct call *call)
{
    const struct value *resource = graph_find(call, GRAPH_SERVICE);
    if (resource != NULL)
        list_entries(call, APP_ROLES, "resourceId", value_text_at(resource, "id"), "appRoleAssignments");
}

void consent_add_role(struct call *call)
{
    static const char *const same[] = {"principalId", "resourceId", "appRoleId", NULL};
    static const struct check checks[] = {
        {"principalId", CHECK_GUID, NULL}, {"resourceId", CHECK_GUID, NULL}, {"appRoleId", CHECK_GUID, NULL}};
    static const char *const types[] = {[GRAPH_USER] = "User",
                                        [GRAPH_SERVICE] = "ServicePrincipal",
                                        [GRAPH_APPLICATION] = NULL,
                                        [GRAPH_GROUP] = "Group"};
    const struct value *resource = graph_find(call, GRAPH_SERVICE);
    const struct value *body = resource == NULL ? NULL : call_body(call);
    enum graph_kind kind;
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    const struct value *principal = graph_any(call, value_text_at(body, "principalId"), &kind);
    if (principal == NULL || value_get(body, "appRoleId") == NULL ||
        !text_same(value_text_at(body, "resourceId"), value_text_at(resource, "id"))) {
        call_fail(call, 400, "Request_BadRequest", "principalId, resourceId and appRoleId are required.");
        return;
    }
    if (exists(call, APP_ROLES, body, same)) {
        call_fail(call, 400, "Request_BadRequest", "Permission being assigned already exists on the object.");
        return;
    }
    char *id = crypto_base64url(call->arena, crypto_uuid(call->arena), 32);
    struct value *entry = make_value(
        call->arena,
        "{'id': %s, 'deletedDateTime': null, 'appRoleId': %v, 'createdDateTime': %s, 'principalDisplayName': "
        "%v, 'principalId': %v, 'principalType': %s, 'resourceDisplayName': %v, 'resourceId': %v}",
        id, value_get(body, "appRoleId"), clock_rfc3339(call->arena, clock_now_ms()),
        value_get(principal, "displayName"), value_get(body, "principalId"), types[kind],
        value_get(resource, "displayName"), value_get(resource, "id"));
    estate_put(call->estate, key_of(call, APP_ROLES, id), entry);
    graph_answer(call, "appRoleAssignments/$entity", entry);
    call->status = 201;
}

void consent_remove_role(struct call *call)
{
    const struct value *resource = graph_find(call, GRAPH_SERVICE);
    if (resource != NULL)
        remove_entry(call, APP_ROLES, call->args[1]);
}
