// Permission. Not for sign-in itself: token.c. Invariant: what no assignment, policy or rule allows is
// refused, in the words that Azure uses.
#include "lab/access.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/lab.h"
#include "lab/make.h"

static const char *const wrong_token[] = {
    [TOKEN_GOOD] = "",
    [TOKEN_ABSENT] = "Authentication failed. The 'Authorization' header is missing.",
    [TOKEN_BAD] = "The access token is invalid.",
    [TOKEN_EXPIRED] = "The access token has expired.",
    [TOKEN_WRONG_AUDIENCE] = "The access token has been obtained for wrong audience or resource.",
    [TOKEN_WITHOUT_CONTEXT] = "Continuous access evaluation resulted in challenge.",
};

static char *claims_challenge(struct call *call)
{
    char *claims = json_text(call->arena, make_value(call->arena,
                                                     "{'access_token': {'acrs': {'essential': true, "
                                                     "'value': %s}}}",
                                                     call->context));
    return arena_printf(
        call->arena,
        "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/"
        "authorize\", error=\"insufficient_claims\", claims=\"%s\"",
        crypto_base64(call->arena, claims, strlen(claims)));
}

// What Resource Manager tells of itself, it tells everybody.
static bool is_open(const struct call *call)
{
    return call->host == CALL_ARM && call->segment_count > 0 && text_same(call->segments[0], "metadata");
}

bool access_sign_in(struct token_cache *cache, struct call *call)
{
    if (call->host == CALL_LOGIN || call->host == CALL_METADATA || call->host == CALL_NOWHERE ||
        is_open(call))
        return true;
    enum token_verdict verdict = token_check(cache, call);
    if (verdict == TOKEN_GOOD)
        return true;
    bool audience = verdict == TOKEN_WRONG_AUDIENCE;
    if (verdict == TOKEN_WITHOUT_CONTEXT) { // every API says it so
        call_header(call, "WWW-Authenticate", claims_challenge(call));
        call_fail(call, 401, "InvalidAuthenticationToken", "%s", wrong_token[verdict]);
    } else if (call->host == CALL_VAULT) {
        call_header(call, "WWW-Authenticate",
                    "Bearer authorization=\"https://login.microsoftonline.com/" LAB_TENANT
                    "\", resource=\"https://vault.azure.net\"");
        call_fail(call, 401, "Unauthorized", "%s",
                  verdict == TOKEN_ABSENT ? "AKV10000: Request is missing a Bearer or PoP token."
                  : audience              ? "AKV10022: Invalid audience. Expected https://vault.azure.net."
                                          : "AKV10005: Token is not valid.");
    } else if (call->host == CALL_GRAPH) {
        call_header(call, "WWW-Authenticate",
                    "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/"
                    "authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"");
        call_fail(call, 401, "InvalidAuthenticationToken", "%s",
                  verdict == TOKEN_ABSENT ? "Access token is empty." : wrong_token[verdict]);
    } else if (call->host == CALL_PARTNER) {
        call_header(call, "WWW-Authenticate", "Bearer");
        call_fail(call, 401, "Unauthorized", "%s", wrong_token[verdict]);
    } else if (call->host == CALL_LOGS) {
        if (!audience)
            call_header(call, "WWW-Authenticate",
                        "Bearer authorization_uri=\"https://login.microsoftonline.com/" LAB_TENANT "\"");
        call_fail(call, audience ? 403 : 401,
                  audience ? "InvalidAuthenticationTokenAudience" : "AuthorizationRequiredError", "%s",
                  wrong_token[verdict]);
    } else {
        call_header(call, "WWW-Authenticate",
                    arena_printf(call->arena,
                                 "Bearer authorization_uri=\"https://login.microsoftonline.com/" LAB_TENANT
                                 "\", error=\"invalid_token\", error_description=\"%s\"",
                                 wrong_token[verdict]));
        call_fail(call, 401,
                  audience                   ? "InvalidAuthenticationTokenAudience"
                  : verdict == TOKEN_ABSENT  ? "AuthenticationFailed"
                  : verdict == TOKEN_EXPIRED ? "ExpiredAuthenticationToken"
                                             : "InvalidAuthenticationToken",
                  "%s", wrong_token[verdict]);
    }
    return false;
}

bool access_covers(const char *scope, const char *inner)
{
    if (scope == NULL || inner == NULL)
        return false;
    size_t length = strlen(scope);
    while (length > 0 && scope[length - 1] == '/')
        length--;
    return strncasecmp(scope, inner, length) == 0 && (inner[length] == '\0' || inner[length] == '/');
}

bool access_is_member(struct estate *estate, const char *oid, const char *principal)
{
    if (text_same(oid, principal))
        return true;
    struct estate_range groups = estate_range(estate, "graph/groups/");
    for (size_t i = groups.first; i < groups.end; i++) {
        const struct value *group = estate_at(estate, i), *members = value_get(group, "_members");
        if (!text_same(value_text_at(group, "id"), principal))
            continue;
        for (size_t m = 0; m < value_count(members); m++)
            if (text_same(value_text(value_item(members, m)), oid))
                return true;
    }
    return false;
}

static bool any_glob(const struct value *globs, const char *action)
{
    for (size_t i = 0; i < value_count(globs); i++)
        if (text_glob(value_text(value_item(globs, i)), action))
            return true;
    return false;
}

static bool role_allows(const struct value *role, bool data, const char *action)
{
    const struct value *permissions = value_at(role, "properties.permissions");
    for (size_t i = 0; i < value_count(permissions); i++) {
        const struct value *permission = value_item(permissions, i);
        if (any_glob(value_get(permission, data ? "dataActions" : "actions"), action) &&
            !any_glob(value_get(permission, data ? "notDataActions" : "notActions"), action))
            return true;
    }
    return false;
}

// Does any role of the caller allow the action at the scope?
static bool roles_allow(struct call *call, const char *scope, bool data, const char *action)
{
    struct estate_range range = estate_range(call->estate, "ra/");
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *properties = value_get(estate_at(call->estate, i), "properties");
        const char *at = value_text_at(properties, "scope"),
                   *role = value_text_at(properties, "roleDefinitionId");
        if (at == NULL || role == NULL || !access_covers(at, scope) ||
            !access_is_member(call->estate, call->oid, value_text_at(properties, "principalId")))
            continue;
        char *key = arena_printf(call->arena, "rd/%s", text_lower(call->arena, strrchr(role, '/') + 1));
        if (role_allows(estate_get(call->estate, key), data, action))
            return true;
    }
    return false;
}

// "Microsoft.KeyVault/vaults/write" from the last provider of the path and the method.
static char *action_of(struct call *call)
{
    struct text action = text_new(call->arena);
    size_t provider = call->segment_count, end = call->segment_count;
    for (size_t i = 0; i + 1 < call->segment_count; i++)
        if (text_same(call->segments[i], "providers"))
            provider = i;
    bool post = strcmp(call->method, "POST") == 0;
    if (provider == call->segment_count) {
        text_add(&action, "Microsoft.Resources");
        provider = 0;
    } else {
        text_add(&action, call->segments[++provider]);
        provider++;
    }
    for (size_t i = provider; i < end; i += 2)
        text_addf(&action, "/%s", call->segments[i]);
    text_add(&action, strcmp(call->method, "DELETE") == 0 ? "/delete"
                      : post                              ? "/action"
                      : call_changes(call)                ? "/write"
                                                          : "/read");
    return action.ptr;
}

// Applications have permissions at these APIs, not roles.
static bool permissions_allow(struct call *call)
{
    char *key = arena_printf(call->arena, "lab/clients/%s", call->app_id);
    bool reads =
        text_ends(call->path, "/getByIds") || text_ends(call->path, "/$batch"); // its parts are judged
    if (!call_changes(call) || reads || value_flag_at(estate_get(call->estate, key), "directoryWrite"))
        return true;
    if (call->host == CALL_GRAPH)
        call_fail(call, 403, "Authorization_RequestDenied",
                  "Insufficient privileges to complete the operation.");
    else
        call_fail(call, 403, "Forbidden",
                  "Missing application roles. API required roles: Machine.Isolate, Machine.Scan.");
    return false;
}

// Fraud events and service requests are for people; what changes something is for those who have the role
// Admin agent.
static bool partner_allows(struct call *call)
{
    char *key = arena_printf(call->arena, "lab/clients/%s", call->app_id);
    bool agent = value_text_at(estate_get(call->estate, key), "agent") != NULL;
    bool people = text_find_nocase(call->path, "/fraudEvents") != NULL ||
                  text_find_nocase(call->path, "/servicerequests/") != NULL;
    if (call->person || (!people && (agent || !call_changes(call))))
        return true;
    call_fail(call, people ? 401 : 403, people ? "Unauthorized" : "900420", "%s",
              people ? "This resource takes tokens of an application and a user only."
                     : "The caller has no role that allows this.");
    return false;
}

// A group that is named is there? What is deleted twice was not there the second time, and that is no error.
static bool group_exists(struct call *call)
{
    if (call->segment_count < 5 || !text_same(call->segments[2], "resourceGroups") ||
        strcmp(call->method, "DELETE") == 0)
        return true;
    char *key = arena_printf(call->arena, "/subscriptions/%s/resourcegroups/%s", call->segments[1],
                             call->segments[3]);
    if (estate_get(call->estate, text_lower(call->arena, key)) != NULL)
        return true;
    call_fail(call, 404, "ResourceGroupNotFound", "Resource group '%s' could not be found.",
              call->segments[3]);
    return false;
}

// What is in a subscription that was cancelled can be read and deleted, until it is enabled again.
static bool is_enabled(struct call *call)
{
    char *key = arena_printf(call->arena, "/subscriptions/%s",
                             text_lower(call->arena, call->segment_count > 1 ? call->segments[1] : ""));
    bool disabled = text_same(value_text_at(estate_get(call->estate, key), "state"), "Disabled");
    if (!disabled || !call_changes(call) || strcmp(call->method, "DELETE") == 0 ||
        text_ends(call->action, "/read") || text_starts_nocase(call->action, "Microsoft.Subscription/") ||
        text_starts_nocase(call->action, "Microsoft.Support/"))
        return true;
    call_fail(call, 409, "ReadOnlyDisabledSubscription",
              "The subscription '%s' is disabled and therefore marked as read only. You cannot perform any "
              "write actions on this subscription until it is re-enabled.",
              call->segments[1]);
    return false;
}

bool access_allows(struct call *call)
{
    if (call->host == CALL_GRAPH || call->host == CALL_ENDPOINT)
        return permissions_allow(call);
    if (call->host == CALL_PARTNER)
        return partner_allows(call);
    // What stands at no scope shows only what the caller may see, or what everybody may.
    bool query = text_same(call->path, "/providers/Microsoft.ResourceGraph/resources");
    bool shows = text_same(call->segments[0], "providers") && (query || !call_changes(call));
    if (call->host != CALL_ARM || call->segment_count < 2 || shows || is_open(call))
        return true;
    if (text_same(call->segments[0], "subscriptions")) {
        char *key =
            arena_printf(call->arena, "/subscriptions/%s", text_lower(call->arena, call->segments[1]));
        if (estate_get(call->estate, key) == NULL) {
            call_fail(call, 404, "SubscriptionNotFound", "The subscription '%s' could not be found.",
                      call->segments[1]);
            return false;
        }
    }
    // A query of logs is a POST that reads.
    bool cost = text_find_nocase(call->path, "/providers/Microsoft.CostManagement/query") != NULL;
    char *action = text_ends(call->path, "/api/query") ? "Microsoft.OperationalInsights/workspaces/query/read"
                   : cost                              ? "Microsoft.CostManagement/query/read"
                                                       : action_of(call);
    char *scope = call_id(call);
    call->action = action;
    if (roles_allow(call, scope, false, action))
        return group_exists(call) && is_enabled(call);
    call_fail(call, 403, "AuthorizationFailed",
              "The client '%s' with object id '%s' does not have authorization to perform action '%s' over "
              "scope '%s' "
              "or the scope is invalid. If access was recently granted, please refresh your credentials.",
              call->app_id, call->oid, action, scope);
    return false;
}

bool access_may(struct call *call, const char *scope, const char *action)
{
    return roles_allow(call, scope, false, action);
}

static bool policies_allow(struct call *call, const struct value *vault, const char *kind,
                           const char *permission)
{
    const struct value *policies = value_at(vault, "properties.accessPolicies");
    for (size_t i = 0; i < value_count(policies); i++) {
        const struct value *policy = value_item(policies, i);
        const char *application = value_text_at(policy, "applicationId");
        if (!access_is_member(call->estate, call->oid, value_text_at(policy, "objectId")) ||
            (application != NULL && !text_same(application, call->app_id)))
            continue;
        const struct value *words = value_get(value_get(policy, "permissions"), kind);
        for (size_t w = 0; w < value_count(words); w++)
            if (text_same(value_text(value_item(words, w)), permission) ||
                text_same(value_text(value_item(words, w)), "all"))
                return true;
    }
    return false;
}

static bool firewall_allows(const struct value *vault, const char *address)
{
    const struct value *acls = value_at(vault, "properties.networkAcls"), *rules = value_get(acls, "ipRules");
    struct cidr caller, rule;
    if (!text_same(value_text_at(acls, "defaultAction"), "Deny"))
        return true;
    if (!schema_parse_cidr(address, &caller))
        return false;
    for (size_t i = 0; i < value_count(rules); i++) {
        const char *text = value_text_at(value_item(rules, i), "value");
        if (text != NULL && schema_parse_cidr(text, &rule) && schema_cidr_contains(&rule, &caller))
            return true;
    }
    return false;
}

static const struct value *find_vault(struct call *call)
{
    struct estate_range range = estate_range(call->estate, "/subscriptions/");
    char *tail = arena_printf(call->arena, "/providers/microsoft.keyvault/vaults/%s", call->vault);
    for (size_t i = range.first; i < range.end; i++)
        if (text_ends(estate_key(call->estate, i), tail))
            return estate_at(call->estate, i);
    return NULL;
}

const struct value *access_vault(struct call *call, const char *kind, const char *permission,
                                 const char *action)
{
    const struct value *vault = find_vault(call);
    const char *address = value_text_at(estate_get(call->estate, "lab/caller"), "address");
    if (address == NULL)
        address = LAB_ADDRESS;
    if (vault == NULL) {
        // In Azure the name would not resolve; nothing nearer to it can be said over HTTP.
        call_fail(call, 404, "VaultNotFound", "There is no vault %s.", call->vault);
        return NULL;
    }
    if (text_same(value_text_at(vault, "properties.publicNetworkAccess"), "Disabled")) {
        call_fail_inner(
            call, 403, "Forbidden", "ForbiddenByConnection",
            arena_printf(call->arena,
                         "Public network access is disabled and request is not from a trusted service nor "
                         "via an approved private link.\r\nCaller: appid=%s;oid=%s\r\nVault: %s",
                         call->app_id, call->oid, call->vault));
    } else if (!firewall_allows(vault, address)) {
        call_fail_inner(
            call, 403, "Forbidden", "ForbiddenByFirewall",
            arena_printf(call->arena,
                         "Client address is not authorized and caller is not a trusted service.\r\nClient "
                         "address: %s\r\nCaller: appid=%s;oid=%s\r\nVault: %s;location=%s",
                         address, call->app_id, call->oid, call->vault, value_text_at(vault, "location")));
    } else if (value_flag_at(vault, "properties.enableRbacAuthorization")) {
        if (roles_allow(call, value_text_at(vault, "id"), true, action))
            return vault;
        call_fail_inner(
            call, 403, "Forbidden", "ForbiddenByRbac",
            arena_printf(call->arena,
                         "Caller is not authorized to perform action on resource.\r\nCaller: appid=%s;"
                         "oid=%s\r\nAction: '%s'\r\nResource: '%s'",
                         call->app_id, call->oid, action, value_text_at(vault, "id")));
    } else {
        if (policies_allow(call, vault, kind, permission))
            return vault;
        call_fail_inner(
            call, 403, "Forbidden", "AccessDenied",
            arena_printf(call->arena,
                         "The user, group or application 'appid=%s;oid=%s' does not have %s %s permission "
                         "on key vault '%s;location=%s'.",
                         call->app_id, call->oid, kind, permission, call->vault,
                         value_text_at(vault, "location")));
    }
    return NULL;
}
