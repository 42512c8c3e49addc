// Entra's token endpoint and what its tokens say. Not for what a caller may do: access.c. Invariant: no token
// is given without the secret of a client that the estate knows, except to the machine itself (managed
// identity).
#include "lab/token.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "lab/discovery.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/lab.h"
#include "lab/make.h"

#define LOGIN "https://login.microsoftonline.com/"
#define CONTEXT "c1"
enum { LIFE_S = 3599 };

// What a token may be asked for, and which API takes it.
static const struct {
    const char *resource;
    enum call_host host;
} resources[] = {
    {"https://management.azure.com", CALL_ARM},
    {"https://management.core.windows.net", CALL_ARM},
    {"https://vault.azure.net", CALL_VAULT},
    {"https://graph.microsoft.com", CALL_GRAPH},
    {"https://api.loganalytics.io", CALL_LOGS},
    {"https://api.loganalytics.azure.com", CALL_LOGS},
    {"https://api.partnercenter.microsoft.com", CALL_PARTNER},
    {"https://api.securitycenter.microsoft.com", CALL_ENDPOINT},
};
enum { RESOURCES = sizeof resources / sizeof resources[0] };

static void signing_key(struct estate *estate, unsigned char key[CRYPTO_HASH_SIZE])
{
    const char *text = estate_origin(estate);
    crypto_sha256(text, strlen(text), key);
}

static char *sign(struct call *call, const char *text)
{
    unsigned char key[CRYPTO_HASH_SIZE], mac[CRYPTO_HASH_SIZE];
    signing_key(call->estate, key);
    crypto_hmac_sha256(key, sizeof key, text, strlen(text), mac);
    return crypto_base64url(call->arena, mac, sizeof mac);
}

static char *encode(struct call *call, const struct value *value)
{
    char *json = json_text(call->arena, value);
    return crypto_base64url(call->arena, json, strlen(json));
}

// For whom a token speaks.
struct speaker {
    const char *app_id, *oid, *tenant;
    bool person;
    const struct value *roles; // permissions by resource, or NULL
};

// The authentication context that is asked for, if the directory has it; else NULL.
static const struct value *contexts_of(struct call *call)
{
    const char *claims = call_param(call, "claims");
    const struct value *wanted =
        claims == NULL ? NULL : json_parse(call->arena, NULL, claims, strlen(claims), NULL);
    const struct value *context = value_at(wanted, "access_token.acrs.value");
    return text_same(value_text(context), CONTEXT) ? make_value(call->arena, "['" CONTEXT "']") : NULL;
}

static char *make_token(struct call *call, const char *resource, const struct speaker *who)
{
    char *issuer = arena_printf(call->arena, "https://sts.windows.net/%s/", who->tenant);
    int64_t now = clock_now_ms() / 1000;
    const struct value *head = make_value(call->arena, "{'typ': 'JWT', 'alg': 'HS256', 'kid': 'lab'}");
    const struct value *claims = make_value(
        call->arena,
        "{'aud': %s, 'iss': %s, 'iat': %d, 'nbf': %d, 'exp': %d, "
        "'appid': %s, 'appidacr': '1', 'idp': %s, 'idtyp': %s, "
        "'oid': %s, 'sub': %s, 'tid': %s, 'ver': '1.0', 'roles': %v, "
        "'scp': %s, 'acrs': %v}",
        resource, issuer, now, now, now + LIFE_S, who->app_id, issuer, who->person ? "user" : "app", who->oid,
        who->oid, who->tenant, who->person ? NULL : value_get(who->roles, resource),
        who->person ? value_text_at(who->roles, "scp") : NULL, contexts_of(call));
    char *text = arena_printf(call->arena, "%s.%s", encode(call, head), encode(call, claims));
    return arena_printf(call->arena, "%s.%s", text, sign(call, text));
}

static const struct value *read_claims(struct call *call, const char *token)
{
    const char *first = strchr(token, '.'), *last = strrchr(token, '.');
    size_t length;
    if (first == NULL || last == first)
        return NULL;
    char *signed_part = arena_strndup(call->arena, token, (size_t)(last - token));
    if (strcmp(sign(call, signed_part), last + 1) != 0)
        return NULL;
    char *middle = arena_strndup(call->arena, first + 1, (size_t)(last - first - 1));
    unsigned char *json = crypto_base64url_decode(call->arena, middle, &length);
    return json == NULL ? NULL : json_parse(call->arena, NULL, (const char *)json, length, NULL);
}

static bool audience_fits(enum call_host host, const char *audience)
{
    for (size_t i = 0; i < RESOURCES; i++)
        if (resources[i].host == host && text_same(resources[i].resource, audience))
            return true;
    return false;
}

static struct token_slot *remember(struct token_cache *cache, const char *token, const struct value *claims)
{
    struct token_slot *slot = &cache->slots[cache->next++ % TOKEN_SLOTS];
    const char *audience = value_text_at(claims, "aud"), *oid = value_text_at(claims, "oid");
    const char *app_id = value_text_at(claims, "appid");
    slot->text[0] = '\0';
    if (audience == NULL || oid == NULL || app_id == NULL || strlen(token) >= TOKEN_MAX)
        return NULL;
    snprintf(slot->text, sizeof slot->text, "%s", token);
    snprintf(slot->audience, sizeof slot->audience, "%s", audience);
    snprintf(slot->oid, sizeof slot->oid, "%s", oid);
    snprintf(slot->app_id, sizeof slot->app_id, "%s", app_id);
    const char *tenant = value_text_at(claims, "tid");
    snprintf(slot->tenant, sizeof slot->tenant, "%s", tenant == NULL ? "" : tenant);
    slot->expires = value_int_at(claims, "exp", 0);
    slot->person = text_same(value_text_at(claims, "idtyp"), "user");
    slot->context = value_count(value_get(claims, "acrs")) > 0;
    return slot;
}

enum token_verdict token_check(struct token_cache *cache, struct call *call)
{
    if (call->authorization == NULL || !text_starts_nocase(call->authorization, "Bearer "))
        return TOKEN_ABSENT;
    const char *token = call->authorization + strlen("Bearer ");
    const char *origin = estate_origin(call->estate);
    if (strcmp(cache->origin, origin) != 0) {
        memset(cache, 0, sizeof *cache);
        snprintf(cache->origin, sizeof cache->origin, "%s", origin);
    }
    struct token_slot *slot = NULL;
    for (size_t i = 0; i < TOKEN_SLOTS && slot == NULL; i++)
        if (cache->slots[i].text[0] != '\0' && strcmp(cache->slots[i].text, token) == 0)
            slot = &cache->slots[i];
    if (slot == NULL) {
        const struct value *claims = read_claims(call, token);
        slot = claims == NULL ? NULL : remember(cache, token, claims);
        if (slot == NULL)
            return TOKEN_BAD;
    }
    if (clock_now_ms() / 1000 >= slot->expires)
        return TOKEN_EXPIRED;
    if (!audience_fits(call->host, slot->audience))
        return TOKEN_WRONG_AUDIENCE;
    call->oid = arena_strdup(call->arena, slot->oid);
    call->app_id = arena_strdup(call->arena, slot->app_id);
    call->tenant = arena_strdup(call->arena, slot->tenant);
    call->person = slot->person;
    return call->context == NULL || (slot->context && text_same(call->context, CONTEXT))
               ? TOKEN_GOOD
               : TOKEN_WITHOUT_CONTEXT;
}

void token_refuse(struct call *call, int status, const char *error, int code, const char *text)
{
    char *trace = crypto_uuid(call->arena), *now = clock_rfc3339(call->arena, clock_now_ms());
    char *correlation = crypto_uuid(call->arena);
    char *description =
        arena_printf(call->arena, "AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s", code, text,
                     trace, correlation, now);
    call_ok(
        call, status,
        make_value(
            call->arena,
            "{'error': %s, 'error_description': %s, 'error_codes': [%d], 'timestamp': %s, 'trace_id': %s, "
            "'correlation_id': %s, 'error_uri': %s}",
            error, description, (int64_t)code, now, trace, correlation,
            arena_printf(call->arena, LOGIN "error?code=%d", code)));
}

// The id of the directory that is named so; NULL after answering 400.
static const char *find_tenant(struct call *call)
{
    const char *tenant = discovery_tenant(call->args[0]);
    if (tenant == NULL)
        discovery_refuse(call, call->args[0]);
    else if (!schema_is_guid(tenant))
        token_refuse(call, 400, "invalid_request", 50059,
                     "No tenant-identifying information found in either the request or implied by any "
                     "provided credentials.");
    return tenant != NULL && schema_is_guid(tenant) ? tenant : NULL;
}

// Form fields come as a query does; route.c has decoded them into params behind the target's own.
static bool client_proved(struct call *call, const struct value *client, const char *id)
{
    const char *secret = call_param(call, "client_secret"), *assertion = call_param(call, "client_assertion");
    if (secret != NULL)
        return value_text_at(client, "secret") != NULL &&
               strcmp(secret, value_text_at(client, "secret")) == 0;
    // An assertion's signature is not checked (the lab holds no certificates), but whom it speaks for is.
    const char *first = assertion == NULL ? NULL : strchr(assertion, '.');
    const char *last = assertion == NULL ? NULL : strrchr(assertion, '.');
    size_t length;
    if (first == NULL || last <= first)
        return false;
    char *middle = arena_strndup(call->arena, first + 1, (size_t)(last - first - 1));
    unsigned char *json = crypto_base64url_decode(call->arena, middle, &length);
    const struct value *claims =
        json == NULL ? NULL : json_parse(call->arena, NULL, (const char *)json, length, NULL);
    return text_same(value_text_at(claims, "sub"), id);
}

// Of an older request the resource itself, else a scope of it: all that was consented to, or where somebody
// has consented a permission by its name.
static const char *resource_of(const char *text, bool older, bool person)
{
    for (size_t i = 0; i < RESOURCES; i++) {
        if (!text_starts_nocase(text, resources[i].resource))
            continue;
        const char *rest = text + strlen(resources[i].resource);
        if (*rest != '/' && *rest != '\0')
            continue;
        rest += strspn(rest, "/");
        if (older ? *rest == '\0' : text_same(rest, ".default") || (person && *rest != '\0'))
            return resources[i].resource;
    }
    return NULL;
}

// Whose token is asked for, without its last slash; NULL when the lab has none such. Clients ask for who
// somebody is (openid) in the same breath.
static const char *find_resource(struct call *call)
{
    const char *resource = call_param(call, "resource"), *scope = call_param(call, "scope"), *found = NULL;
    bool person = text_same(call_param(call, "grant_type"), "refresh_token");
    if (resource != NULL)
        return resource_of(resource, true, person);
    char *scopes = scope == NULL ? NULL : arena_strdup(call->arena, scope);
    for (char *word; found == NULL && (word = strsep(&scopes, " ")) != NULL;)
        found = resource_of(word, false, person);
    return found;
}

static const struct value *find_client(struct call *call, const char *id)
{
    return id == NULL ? NULL
                      : estate_get(call->estate,
                                   arena_printf(call->arena, "lab/clients/%s", text_lower(call->arena, id)));
}

// For whom: the application, in the directory that was asked, or the person whose consent the refresh token
// is. NULL after answering 400.
static const struct speaker *find_speaker(struct call *call, const struct value *client, const char *grant,
                                          const char *tenant)
{
    struct speaker *who = ARENA_NEW(call->arena, struct speaker);
    *who = (struct speaker){.app_id = text_lower(call->arena, call_param(call, "client_id")),
                            .oid = value_text_at(client, "oid"),
                            .tenant = tenant,
                            .roles = value_get(client, "roles"),
                            .person = strcmp(grant, "refresh_token") == 0};
    if (!who->person)
        return who;
    const char *given = call_param(call, "refresh_token"), *known = value_text_at(client, "refresh");
    who->oid = value_text_at(client, "agent");
    if (strcmp(tenant, LAB_PARTNER_TENANT) == 0 && who->oid != NULL && given != NULL && known != NULL &&
        strcmp(given, known) == 0)
        return who;
    token_refuse(call, 400, "invalid_grant", 70000,
                 "The provided value for the input parameter 'refresh_token' is not valid.");
    return NULL;
}

static void issue(struct call *call, const struct speaker *who)
{
    const struct value *answer = make_value(
        call->arena, "{'token_type': 'Bearer', 'expires_in': %d, 'ext_expires_in': %d, 'access_token': %s}",
        (int64_t)LIFE_S, (int64_t)LIFE_S, make_token(call, find_resource(call), who));
    call_ok(call, 200, answer);
}

void token_issue(struct call *call)
{
    const char *grant = call_param(call, "grant_type"), *id = call_param(call, "client_id");
    const struct value *client = find_client(call, id);
    const char *tenant = find_tenant(call);
    if (tenant == NULL)
        return;
    if (grant == NULL || (strcmp(grant, "client_credentials") != 0 && strcmp(grant, "refresh_token") != 0)) {
        token_refuse(call, 400, grant == NULL ? "invalid_request" : "unsupported_grant_type",
                     grant == NULL ? 900144 : 70003,
                     grant == NULL ? "The request body must contain the following parameter: 'grant_type'."
                                   : "The app requested an unsupported grant type.");
    } else if (client == NULL) {
        token_refuse(
            call, 400, "unauthorized_client", 700016,
            arena_printf(call->arena,
                         "Application with identifier '%.64s' was not found in the directory 'Contoso'.",
                         id == NULL ? "" : id));
    } else if (!client_proved(call, client, id)) {
        token_refuse(
            call, 401, "invalid_client", 7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client "
            "secret "
            "value, not the client secret ID.");
    } else if (find_resource(call) == NULL) {
        token_refuse(
            call, 400, "invalid_resource", 500011,
            "The resource principal named in the request was not found in the tenant named Contoso.");
    } else {
        const struct speaker *who = find_speaker(call, client, grant, tenant);
        if (who != NULL)
            issue(call, who);
    }
}

// A token for the machine that asks, by the identity that it has.
static void issue_machine(struct call *call)
{
    const char *id = call_param(call, "client_id") == NULL ? LAB_CLIENT_ID : call_param(call, "client_id");
    const struct value *client = find_client(call, id);
    int64_t now = clock_now_ms() / 1000;
    if (client == NULL || find_resource(call) == NULL) {
        call_ok(call, 400,
                make_value(call->arena, "{'error': 'invalid_request', 'error_description': "
                                        "'Identity not found'}"));
    } else {
        const char *resource = find_resource(call);
        const struct speaker who = {.app_id = id,
                                    .oid = value_text_at(client, "oid"),
                                    .tenant = LAB_TENANT,
                                    .roles = value_get(client, "roles")};
        char *token = make_token(call, resource, &who);
        call_ok(call, 200,
                make_value(call->arena,
                           "{'access_token': %s, 'client_id': %s, 'expires_in': %s, 'expires_on': %s, "
                           "'ext_expires_in': %s, 'not_before': %s, 'resource': %s, 'token_type': 'Bearer'}",
                           token, id, arena_printf(call->arena, "%d", LIFE_S),
                           arena_printf(call->arena, "%lld", (long long)now + LIFE_S),
                           arena_printf(call->arena, "%d", LIFE_S),
                           arena_printf(call->arena, "%lld", (long long)now), resource));
    }
}

void token_metadata(struct call *call)
{
    if (text_same(call->metadata, "true"))
        issue_machine(call);
    else
        call_ok(call, 400,
                make_value(call->arena, "{'error': 'bad_request_102', 'error_description': "
                                        "'Required metadata header not specified'}"));
}

void token_app_service(struct call *call)
{
    if (text_same(call->identity, LAB_IDENTITY_HEADER))
        issue_machine(call);
    else
        call_ok(call, 401,
                make_value(call->arena, "{'statusCode': 401, 'message': 'Wrong X-IDENTITY-HEADER.'}"));
}
