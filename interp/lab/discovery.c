// The directory's discovery documents. Not for tokens: token.c. Invariant: the endpoints of a tenant are that
// tenant's own, so that a client that follows them is never given another one's token.
#include "lab/discovery.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/handlers.h"
#include "lab/lab.h"
#include "lab/make.h"
#include "lab/token.h"

#define LOGIN "https://login.microsoftonline.com/"
#define HOSTS "login.microsoftonline.com login.windows.net login.microsoft.com sts.windows.net"

const char *discovery_tenant(const char *name)
{
    static const struct {
        const char *names, *id;
    } tenants[] = {{LAB_TENANT " contoso.com contoso.onmicrosoft.com", LAB_TENANT},
                   {LAB_PARTNER_TENANT, LAB_PARTNER_TENANT},
                   {"common", "common"},
                   {"organizations", "organizations"}};
    for (size_t i = 0; i < sizeof tenants / sizeof tenants[0]; i++)
        if (check_word(name, tenants[i].names))
            return tenants[i].id;
    return NULL;
}

void discovery_refuse(struct call *call, const char *name)
{
    token_refuse(call, 400, "invalid_tenant", 90002,
                 arena_printf(call->arena,
                              "Tenant '%.64s' not found. Check to make sure you have the correct tenant ID.",
                              name));
}

void discovery_configuration(struct call *call)
{
    const char *tenant = discovery_tenant(call->args[0]);
    if (tenant == NULL) {
        discovery_refuse(call, call->args[0]);
        return;
    }
    bool any = strchr(tenant, '-') == NULL; // the directory of whoever signs in
    const char *who = any ? "{tenantid}" : tenant, *base = arena_printf(call->arena, LOGIN "%s", tenant);
    const char *version = text_find_nocase(call->path, "/v2.0/") == NULL ? "" : "v2.0/";
    const char *issuer = *version == '\0' ? arena_printf(call->arena, "https://sts.windows.net/%s/", who)
                                          : arena_printf(call->arena, LOGIN "%s/v2.0", who);
    const char *oauth = arena_printf(call->arena, "%s/oauth2/%s", base, version);
    call_ok(call, 200,
            make_value(call->arena,
                       "{'token_endpoint': %s, 'token_endpoint_auth_methods_supported': "
                       "['client_secret_post', 'private_key_jwt'], 'jwks_uri': %s, "
                       "'response_modes_supported': ['query', 'fragment', 'form_post'], "
                       "'subject_types_supported': ['pairwise'], "
                       "'id_token_signing_alg_values_supported': ['RS256'], "
                       "'response_types_supported': ['code', 'id_token', 'code id_token', 'id_token token'], "
                       "'scopes_supported': ['openid', 'profile', 'email', 'offline_access'], 'issuer': %s, "
                       "'authorization_endpoint': %s, 'device_authorization_endpoint': %s, "
                       "'end_session_endpoint': %s, 'tenant_region_scope': %s, "
                       "'cloud_instance_name': 'microsoftonline.com', "
                       "'cloud_graph_host_name': 'graph.windows.net', 'msgraph_host': 'graph.microsoft.com'}",
                       arena_printf(call->arena, "%stoken", oauth),
                       arena_printf(call->arena, "%s/discovery/%skeys", base, version), issuer,
                       arena_printf(call->arena, "%sauthorize", oauth),
                       arena_printf(call->arena, "%sdevicecode", oauth),
                       arena_printf(call->arena, "%slogout", oauth), any ? NULL : "EU"));
}

// The tenant and host of an address of sign-in: https://HOST/TENANT/…
static bool read_endpoint(struct call *call, const char *at, const char **host, const char **tenant)
{
    static const char scheme[] = "https://";
    if (!text_starts(at, scheme))
        return false;
    at += strlen(scheme);
    size_t length = strcspn(at, "/");
    *host = arena_strndup(call->arena, at, length);
    at += length + (at[length] == '/');
    *tenant = arena_strndup(call->arena, at, strcspn(at, "/"));
    return true;
}

void discovery_instance(struct call *call)
{
    const char *endpoint = call_param(call, "authorization_endpoint"), *host = "", *tenant = LAB_TENANT;
    if (endpoint != NULL && (!read_endpoint(call, endpoint, &host, &tenant) || !check_word(host, HOSTS))) {
        token_refuse(call, 400, "invalid_instance", 50049, "Unknown or invalid instance.");
        return;
    }
    call_ok(
        call, 200,
        make_value(call->arena,
                   "{'tenant_discovery_endpoint': %s, "
                   "'api-version': '1.1', 'metadata': [{'preferred_network': 'login.microsoftonline.com', "
                   "'preferred_cache': 'login.windows.net', 'aliases': ['login.microsoftonline.com', "
                   "'login.windows.net', 'login.microsoft.com', 'sts.windows.net']}]}",
                   arena_printf(call->arena, LOGIN "%s/v2.0/.well-known/openid-configuration", tenant)));
}

void discovery_keys(struct call *call)
{
    call_ok(call, 200, make_value(call->arena, "{'keys': []}"));
}
