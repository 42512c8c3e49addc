// Ways to sign in. Not for keeping tokens (token.c).
// Invariant: with config->lab no file, variable or program that may hold a real credential is read.
#include "net/sign_in.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/env.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "net/remark.h"
#include "net/token.h"

enum { MAX_CREDENTIAL_FILE = 64 * 1024, MAX_ARC_KEY = 4096, JWT_LIFETIME_S = 600, PROGRAM_MS = 30000 };

const char *sign_in_kind(const struct token_config *config)
{
    return config->lab && strcmp(config->kind, "none") != 0 ? "client-secret" : config->kind;
}

static bool is_kind(const struct token_config *config, const char *kind)
{
    return strcmp(sign_in_kind(config), kind) == 0;
}

static const char *or_env(const struct token_config *config, const char *given, const char *variable)
{
    return given != NULL || config->lab ? given : env_get(variable);
}

static const char *client_id(const struct token_config *config)
{
    return or_env(config, config->client_id, "AZURE_CLIENT_ID");
}

static const char *certificate_file(const struct token_config *config)
{
    return or_env(config, config->certificate, "AZURE_CLIENT_CERTIFICATE_PATH");
}

static const char *federated_file(const struct token_config *config)
{
    return or_env(config, config->federated_token, "AZURE_FEDERATED_TOKEN_FILE");
}

static bool missing(struct err *err, const char *what, const char *hint)
{
    err_set(err, E_CONFIG, "sign-in has no %s", what);
    err_hint(err, "%s", hint);
    return false;
}

bool sign_in_check(const struct token_config *config, struct err *err)
{
    if (is_kind(config, "none") || is_kind(config, "managed-identity") || is_kind(config, "azure-cli"))
        return true;
    if (client_id(config) == NULL)
        return missing(err, "client id", "give 'client_id' in the profile, or set AZURE_CLIENT_ID");
    if (is_kind(config, "client-secret"))
        return config->client_secret != NULL ||
               missing(err, "secret",
                       "set the variable that the profile names in 'secret_env' (AZURE_CLIENT_SECRET)");
    if (is_kind(config, "certificate"))
        return certificate_file(config) != NULL ||
               missing(err, "certificate",
                       "give 'certificate' in the profile, or set AZURE_CLIENT_CERTIFICATE_PATH");
    if (is_kind(config, "workload"))
        return federated_file(config) != NULL ||
               missing(err, "federated token", "set AZURE_FEDERATED_TOKEN_FILE, as the platform does");
    return err_set(err, E_CONFIG, "there is no sign-in of the kind '%.40s'", config->kind);
}

static void add_field(struct text *form, const char *name, const char *value)
{
    text_addf(form, "%s%s=", form->length == 0 ? "" : "&", name);
    text_add_percent(form, value);
}

static const char *part(struct arena *arena, const struct value *value)
{
    const char *text = json_text(arena, value);
    return crypto_base64url(arena, text, strlen(text));
}

// The signed statement by which the owner of a certificate says who it is.
static const char *assertion(struct arena *arena, const struct token_config *config, const char *url,
                             struct err *err)
{
    size_t length, size;
    unsigned char print[CRYPTO_THUMBPRINT_SIZE], signature[CRYPTO_RSA_MAX];
    const char *name = certificate_file(config);
    char *pem = file_read(arena, name, MAX_CREDENTIAL_FILE, &length, err);
    if (pem == NULL)
        return NULL;
    struct value *head = value_map(arena), *claims = value_map(arena);
    int64_t now = clock_now_ms() / 1000;
    bool has = crypto_certificate_thumbprint(pem, length, print);
    value_put_text(arena, head, "alg", "RS256");
    value_put_text(arena, head, "typ", "JWT");
    value_put_text(arena, head, "x5t", has ? crypto_base64url(arena, print, sizeof print) : "");
    value_put_text(arena, claims, "aud", url);
    value_put_text(arena, claims, "iss", client_id(config));
    value_put_text(arena, claims, "sub", client_id(config));
    value_put_text(arena, claims, "jti", crypto_uuid(arena));
    value_put(arena, claims, "nbf", value_int(arena, now - 60));
    value_put(arena, claims, "iat", value_int(arena, now));
    value_put(arena, claims, "exp", value_int(arena, now + JWT_LIFETIME_S));
    const char *stated = arena_printf(arena, "%s.%s", part(arena, head), part(arena, claims));
    bool made = has && crypto_rsa_sha256_sign(pem, length, stated, strlen(stated), signature, &size);
    crypto_wipe(pem, length);
    if (!made) {
        err_set(err, E_CONFIG, "%s holds no certificate with an unlocked RSA key", name);
        err_hint(err, "it must be a PEM file with both, without a passphrase");
        return NULL;
    }
    return arena_printf(arena, "%s.%s", stated, crypto_base64url(arena, signature, size));
}

static const char *federated_assertion(struct arena *arena, const struct token_config *config,
                                       struct err *err)
{
    size_t length;
    char *token = file_read(arena, federated_file(config), MAX_CREDENTIAL_FILE, &length, err);
    if (token != NULL)
        token[strcspn(token, " \t\r\n")] = '\0';
    return token;
}

// Proves who the application is, as its kind does.
static bool add_proof(struct arena *arena, const struct token_config *config, const char *url,
                      struct text *form, struct err *err)
{
    if (is_kind(config, "client-secret")) {
        add_field(form, "client_secret", config->client_secret);
        return true;
    }
    const char *stated = is_kind(config, "certificate") ? assertion(arena, config, url, err)
                                                        : federated_assertion(arena, config, err);
    if (stated == NULL)
        return false;
    add_field(form, "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    add_field(form, "client_assertion", stated);
    return true;
}

static bool make_grant(struct arena *arena, const struct token_config *config, const char *audience,
                       struct sign_in *out, struct err *err)
{
    struct text form = text_new(arena);
    const char *url = arena_printf(arena, "%s/%s/oauth2/v2.0/token", config->authority, config->tenant);
    add_field(&form, "client_id", client_id(config));
    add_field(&form, "scope", arena_printf(arena, "%s/.default", audience));
    add_field(&form, "grant_type", "client_credentials");
    if (!add_proof(arena, config, url, &form, err))
        return false;
    *out = (struct sign_in){.request = {.method = "POST", .url = url}, .form = form.ptr};
    return true;
}

bool sign_in_is_partner(const struct token_config *config, const char *audience)
{
    return config->partner_audience != NULL &&
           (strcmp(audience, config->partner_audience) == 0 || text_ends(audience, "#partner"));
}

// Without the mark that says whose directory it is asked of.
static const char *resource_of(struct arena *arena, const char *audience)
{
    return arena_strndup(arena, audience, strcspn(audience, "#"));
}

// Partner Center takes tokens of the older endpoint, from the partner's own directory: for the person who
// consented (fraud events want one), or for the application.
static bool make_partner(struct arena *arena, const struct token_config *config, const char *audience,
                         struct sign_in *out, struct err *err)
{
    struct text form = text_new(arena);
    const char *url = arena_printf(arena, "%s/%s/oauth2/token", config->authority, config->partner_tenant);
    add_field(&form, "client_id", client_id(config));
    add_field(&form, "resource", audience);
    if (config->refresh_token != NULL) {
        add_field(&form, "grant_type", "refresh_token");
        add_field(&form, "refresh_token", config->refresh_token);
        add_field(&form, "scope", "openid");
    } else {
        add_field(&form, "grant_type", "client_credentials");
    }
    if (!add_proof(arena, config, url, &form, err))
        return false;
    *out = (struct sign_in){.request = {.method = "POST", .url = url}, .form = form.ptr};
    return true;
}

static const char **lines(struct arena *arena, const char *first, const char *second)
{
    const char **list = ARENA_ARRAY(arena, const char *, 3);
    list[0] = first;
    list[1] = second;
    return list;
}

// Azure Arc proves that the caller may read a file: the challenge names it, and only the agent's folder
// counts.
static const char *arc_answer(struct arena *arena, const char *challenge, struct err *err)
{
    static const char folder[] = "/var/opt/azcmagent/tokens/";
    size_t length;
    const char *name =
        text_starts_nocase(challenge, "Basic realm=") ? challenge + strlen("Basic realm=") : "";
    if (!text_starts(name, folder) || !text_ends(name, ".key") ||
        strchr(name + sizeof folder - 1, '/') != NULL) {
        err_set(err, E_SIGN_IN, "the Azure Arc agent names a key file outside its folder");
        return NULL;
    }
    const char *key = file_read(arena, name, MAX_ARC_KEY, &length, err);
    return key == NULL ? NULL : arena_printf(arena, "Authorization: Basic %s", key);
}

static bool make_managed(struct arena *arena, const struct token_config *config, const char *audience,
                         const char *challenge, struct sign_in *out, struct err *err)
{
    const char *endpoint = env_get("IDENTITY_ENDPOINT"), *header = env_get("IDENTITY_HEADER");
    bool app = endpoint != NULL && header != NULL,
         arc = !app && endpoint != NULL && env_get("IMDS_ENDPOINT") != NULL;
    struct text url = text_new(arena);
    text_addf(&url, "%s?api-version=%s&resource=",
              app || arc ? endpoint : "http://169.254.169.254/metadata/identity/oauth2/token",
              app   ? "2019-08-01"
              : arc ? "2019-11-01"
                    : "2018-02-01");
    text_add_percent(&url, audience);
    if (client_id(config) != NULL && !arc) {
        text_add(&url, "&client_id=");
        text_add_percent(&url, client_id(config));
    }
    *out = (struct sign_in){.request = {.method = "GET", .url = url.ptr}};
    out->headers = app ? lines(arena, arena_printf(arena, "X-IDENTITY-HEADER: %s", header), NULL)
                       : lines(arena, "Metadata: true", NULL);
    if (arc && challenge != NULL) {
        const char *proof = arc_answer(arena, challenge, err);
        if (proof == NULL)
            return false;
        out->headers = lines(arena, "Metadata: true", proof);
    }
    return true;
}

bool sign_in_make(struct arena *arena, const struct token_config *config, const char *audience,
                  const char *challenge, struct sign_in *out, struct err *err)
{
    const char *resource = resource_of(arena, audience);
    if (is_kind(config, "managed-identity"))
        return make_managed(arena, config, resource, challenge, out, err);
    if (sign_in_is_partner(config, audience))
        return make_partner(arena, config, resource, out, err);
    return make_grant(arena, config, resource, out, err);
}

void sign_in_want(struct arena *arena, struct sign_in *sign_in, const char *claims)
{
    if (sign_in->form == NULL || claims == NULL)
        return;
    struct text form = text_new(arena);
    text_add(&form, sign_in->form);
    add_field(&form, "claims", claims);
    crypto_wipe((char *)sign_in->form, strlen(sign_in->form));
    sign_in->form = form.ptr;
}

bool sign_in_by_program(struct arena *arena, const struct token_config *config, const char *audience,
                        struct response *answer, struct err *err)
{
    const char *tenant = sign_in_is_partner(config, audience) ? config->partner_tenant : config->tenant;
    const char *argv[] = {
        "az",   "account",    "get-access-token",           "--output",
        "json", "--resource", resource_of(arena, audience), tenant == NULL ? NULL : "--tenant",
        tenant, NULL};
    struct process_result result;
    struct err why = {0};
    if (!process_run(arena, argv, PROGRAM_MS, &result, &why)) {
        err_set(err, E_SIGN_IN, "%s", why.message);
        err_hint(err, "install the Azure CLI, or choose another kind of sign-in in the profile");
        return false;
    }
    if (result.status != 0) {
        const char *said = result.errors[0] == '\0' ? "it says nothing" : result.errors;
        err_set(err, E_SIGN_IN, "az ends with status %d: %.*s", result.status, (int)strcspn(said, "\r\n"),
                said);
        err_hint(err, "sign in with: az login");
        return false;
    }
    const struct value *shown = json_parse(arena, NULL, result.output, strlen(result.output), err);
    crypto_wipe(result.output, strlen(result.output));
    if (shown == NULL)
        return false;
    struct value *body = value_map(arena);
    value_put_text(arena, body, "access_token", value_text_at(shown, "accessToken"));
    *answer = (struct response){.status = 200, .body = body};
    return true;
}

static const struct value *claims_of(struct arena *arena, const char *token)
{
    const char *start = strchr(token, '.');
    const char *end = start == NULL ? NULL : strchr(start + 1, '.');
    if (end == NULL)
        return NULL;
    size_t length;
    const char *text = arena_strndup(arena, start + 1, (size_t)(end - start - 1));
    unsigned char *bytes = crypto_base64url_decode(arena, text, &length);
    return bytes == NULL ? NULL : json_parse(arena, NULL, (const char *)bytes, length, NULL);
}

const struct value *sign_in_permissions(struct arena *arena, const char *token)
{
    const struct value *claims = claims_of(arena, token), *roles = value_get(claims, "roles");
    const char *consented = value_text_at(claims, "scp");
    struct value *list = value_list(arena);
    for (size_t i = 0; i < value_count(roles); i++)
        value_append(arena, list, value_item(roles, i));
    while (consented != NULL && *consented != '\0') {
        size_t length = strcspn(consented, " ");
        value_append(arena, list, value_string(arena, arena_strndup(arena, consented, length)));
        consented += length + strspn(consented + length, " ");
    }
    return list;
}

// Seconds, as a number or (managed identities) as a text of digits; -1 when not there.
static int64_t seconds(const struct value *value)
{
    const char *text = value_text(value);
    int64_t number = 0;
    if (value_is(value, VALUE_INT))
        return value->integer;
    if (text == NULL || *text == '\0' || strspn(text, "0123456789") != strlen(text) || strlen(text) > 12)
        return -1;
    for (; *text != '\0'; text++)
        number = number * 10 + (*text - '0');
    return number;
}

static bool refused(const struct response *answer, struct err *err)
{
    if (answer->status == 0) {
        err_set(err, E_NETWORK, "signing in: %.300s",
                answer->failure == NULL ? "no answer" : answer->failure);
        return false;
    }
    struct err clock;
    const char *code = value_text_at(answer->body, "error");
    const char *text = value_text_at(answer->body, "error_description");
    int length = text == NULL ? 0 : (int)strcspn(text, "\r\n");
    err_set(err, E_SIGN_IN, "signing in was answered with %d %.60s%s%.*s", answer->status,
            code == NULL ? "" : code, length == 0 ? "" : ": ", length > 260 ? 260 : length,
            text == NULL ? "" : text);
    if (!remark_clock(answer, &clock)) // an assertion's times are judged by it
        err_hint(err, "%s", clock.message);
    else if (text_is(code, "invalid_client"))
        err_hint(err, "the secret or certificate is wrong or has expired");
    else if (text_is(code, "unauthorized_client"))
        err_hint(err, "is the application known in this tenant?");
    else if (text_is(code, "invalid_request") && text != NULL && strstr(text, "Identity") != NULL)
        err_hint(err, "no managed identity is assigned to this machine");
    return false;
}

bool sign_in_read(struct arena *arena, const struct response *answer, struct sign_in_token *out,
                  struct err *err)
{
    const char *token = value_text_at(answer->body, "access_token");
    if (answer->status < 200 || answer->status > 299)
        return refused(answer, err);
    if (token == NULL || *token == '\0' || strlen(token) > 64 * 1024 || strpbrk(token, " \r\n\t") != NULL)
        return err_set(err, E_SIGN_IN, "signing in was answered without a token");
    const struct value *claims = claims_of(arena, token);
    int64_t now = clock_now_ms() / 1000, ends = seconds(value_get(claims, "exp"));
    out->token = token;
    out->lifetime_s = seconds(value_get(answer->body, "expires_in"));
    if (out->lifetime_s < 0)
        out->lifetime_s = ends > now ? ends - now : 0;
    out->object_id = value_text_at(claims, "oid");
    out->app_id = value_text_at(claims, "appid");
    if (out->app_id == NULL)
        out->app_id = value_text_at(claims, "azp");
    out->tenant = value_text_at(claims, "tid");
    return true;
}
