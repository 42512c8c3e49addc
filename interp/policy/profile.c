// Reading a profile. Not for reading the files and variables that it names (cli/).
// Invariant: a route is plain HTTP to this machine and to nothing else.
#include "policy/profile.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "policy/cloud.h"
#include "policy/shape.h"

static const char shape[] =
    "{\"name\": \"name?\","
    " \"cloud\": {\"type\": \"enum\", \"values\": [\"public\", \"usgov\", \"china\"], \"default\": "
    "\"public\"},"
    " \"tenant\": \"guid\","
    " \"scope\": {\"type\": \"list\", \"of\": \"id\", \"optional\": true},"
    " \"auth\": {\"type\": \"record\", \"fields\": {"
    "   \"kind\": {\"type\": \"enum\", \"values\": [\"client-secret\", \"certificate\", \"workload\","
    "     \"managed-identity\", \"azure-cli\", \"none\"]},"
    "   \"client_id\": \"guid?\", \"secret_env\": \"string?\", \"certificate\": \"string?\","
    "   \"federated_token\": \"string?\"}},"
    " \"workspace\": \"id?\", \"sender\": \"upn?\","
    " \"notify\": {\"type\": \"record\", \"optional\": true, \"fields\": {"
    "   \"kind\": {\"type\": \"enum\", \"values\": [\"smtp\", \"teams\", \"slack\", \"graph\", "
    "     \"webhook\"]},"
    "   \"url_env\": \"string?\", \"url_file\": \"string?\"}},"
    " \"partner\": {\"type\": \"record\", \"optional\": true, \"fields\": {\"tenant\": \"guid\","
    "   \"scope\": {\"type\": \"list\", \"of\": \"id\", \"optional\": true}, \"refresh_token_env\": "
    "\"string?\","
    " \"certificate_hosts\": {\"type\": \"list\", \"of\": \"string\", \"optional\": true}}},"
    " \"register\": \"string?\", \"policy\": \"string?\", \"ca_file\": \"string?\", \"proxy\": \"string?\","
    " \"route\": \"string?\"}";

bool profile_is_route(const char *url)
{
    static const char scheme[] = "http://";
    char host[64];
    if (!text_starts(url, scheme))
        return false;
    const char *start = url + sizeof scheme - 1, *colon = strrchr(start, ':');
    size_t length = colon == NULL ? 0 : (size_t)(colon - start);
    if (length == 0 || length >= sizeof host)
        return false;
    memcpy(host, start, length);
    host[length] = '\0';
    bool loopback = strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
                    (text_starts(host, "127.") && schema_is_ip(host));
    size_t digits = strspn(colon + 1, "0123456789");
    return loopback && digits >= 1 && digits <= 5 && colon[1] != '0' && colon[1 + digits] == '\0';
}

bool profile_is_proxy(const char *text)
{
    static const char scheme[] = "http://";
    const char *host = text + sizeof scheme - 1;
    return strcmp(text, "none") == 0 ||
           (text_starts(text, scheme) && strcspn(host, ":") > 0 && host[strcspn(host, "/?#@ ")] == '\0');
}

static void check_scope(const struct value *scope, struct err_list *errors)
{
    for (size_t i = 0; i < value_count(scope); i++) {
        const struct value *item = value_item(scope, i);
        const char *id = item->text;
        bool fits = text_starts_nocase(id, "/subscriptions/");
        if (fits) {
            char guid[37] = "";
            strncat(guid, id + strlen("/subscriptions/"), 36);
            const char *rest = id + strlen("/subscriptions/") + strlen(guid);
            fits = schema_is_guid(guid) && (*rest == '\0' || *rest == '/');
        }
        if (!fits)
            err_hint(
                err_list_add(errors, ERR_ERROR, E_CONFIG, value_pos(item), "'%.100s' cannot be a scope", id),
                "a scope begins with /subscriptions/ and the subscription's id");
    }
}

static void check_notify(const struct value *map, struct err_list *errors)
{
    const struct value *notify = value_get(map, "notify");
    const char *kind = value_text_at(notify, "kind");
    bool mails = kind != NULL && (strcmp(kind, "graph") == 0 || strcmp(kind, "smtp") == 0);
    bool by_env = value_get(notify, "url_env") != NULL, by_file = value_get(notify, "url_file") != NULL;
    if (mails && value_get(map, "sender") == NULL)
        err_list_add(errors, ERR_ERROR, E_MISSING, value_pos(notify),
                     "mail through %s needs 'sender' in the profile", kind);
    if (kind != NULL && strcmp(kind, "graph") != 0 && by_env == by_file)
        err_hint(
            err_list_add(errors, ERR_ERROR, by_env ? E_CONFIG : E_MISSING, value_pos(notify),
                         "notify through %s needs %s", kind,
                         by_env ? "one of 'url_env' and 'url_file', not both" : "'url_env' or 'url_file'"),
            "the name of the environment variable, or the file, that holds its URL");
}

static void check_parts(const struct value *map, struct err_list *errors)
{
    const struct value *route = value_get(map, "route"), *proxy = value_get(map, "proxy");
    if (route != NULL && !profile_is_route(route->text))
        err_hint(err_list_add(errors, ERR_ERROR, E_CONFIG, value_pos(route),
                              "'%.80s' cannot be a route: it takes requests without encryption", route->text),
                 "a route leads to this machine only: http://127.0.0.1:PORT");
    if (proxy != NULL && !profile_is_proxy(proxy->text))
        err_hint(err_list_add(errors, ERR_ERROR, E_CONFIG, value_pos(proxy),
                              "the profile's 'proxy' is none that can be used"),
                 "http://HOST:PORT, or none; one that wants a password: the variable HTTPS_PROXY");
    check_notify(map, errors);
    check_scope(value_get(map, "scope"), errors);
    check_scope(value_at(map, "partner.scope"), errors);
}

const struct profile *profile_parse(struct arena *arena, const struct value *value, const char *name,
                                    struct err_list *errors)
{
    size_t before = errors->errors;
    const struct value *map = shape_check(arena, shape, value, "the profile", errors);
    if (map != NULL)
        check_parts(map, errors);
    if (map == NULL || errors->errors > before)
        return NULL;
    struct profile *profile = ARENA_NEW(arena, struct profile);
    const char *named = value_text_at(map, "name"), *secret = value_text_at(map, "auth.secret_env");
    profile->name = named != NULL ? named : name;
    profile->cloud = cloud_find(value_text_at(map, "cloud"));
    profile->tenant = value_text_at(map, "tenant");
    profile->scope = value_get(map, "scope") == NULL ? NULL : shape_texts(arena, map, "scope");
    profile->auth.kind = value_text_at(map, "auth.kind");
    profile->auth.client_id = value_text_at(map, "auth.client_id");
    profile->auth.secret_env = secret != NULL ? secret : "AZURE_CLIENT_SECRET";
    profile->auth.certificate = value_text_at(map, "auth.certificate");
    profile->auth.federated_token = value_text_at(map, "auth.federated_token");
    profile->workspace = value_text_at(map, "workspace");
    profile->sender = value_text_at(map, "sender");
    profile->notify.kind = value_text_at(map, "notify.kind");
    profile->notify.url_env = value_text_at(map, "notify.url_env");
    profile->notify.url_file = value_text_at(map, "notify.url_file");
    profile->partner.tenant = value_text_at(map, "partner.tenant");
    profile->partner.refresh_token_env = value_text_at(map, "partner.refresh_token_env");
    profile->partner.certificate_hosts = shape_texts(arena, map, "partner.certificate_hosts");
    if (value_at(map, "partner.scope") != NULL)
        profile->partner.scope = shape_texts(arena, map, "partner.scope");
    if (value_get(map, "notify") != NULL)
        profile->notify.pos = value_pos(value_get(map, "notify"));
    profile->register_file = value_text_at(map, "register");
    profile->policy_file = value_text_at(map, "policy");
    if (profile->register_file != NULL)
        profile->register_pos = value_pos(value_get(map, "register"));
    if (profile->policy_file != NULL)
        profile->policy_pos = value_pos(value_get(map, "policy"));
    profile->ca_file = value_text_at(map, "ca_file");
    profile->proxy = value_text_at(map, "proxy");
    profile->route = value_text_at(map, "route");
    profile->pos = value_pos(map);
    return profile;
}

// "/subscriptions/GUID/…" → GUID.
static const struct value *subscription_of(struct arena *arena, const char *scope)
{
    const char *id = scope + strlen("/subscriptions/");
    return value_string(arena, arena_strndup(arena, id, strcspn(id, "/")));
}

// The subscriptions of a scope, each once.
static const struct value *subscriptions(struct arena *arena, const char *const *scope)
{
    struct value *list = value_list(arena);
    for (; scope != NULL && *scope != NULL; scope++) {
        const struct value *id = subscription_of(arena, *scope);
        if (!value_has_text(list, id->text))
            value_append(arena, list, id);
    }
    return list;
}

static const struct value *partner_value(struct arena *arena, const struct profile_partner *partner)
{
    struct value *map = value_map(arena);
    value_put_text(arena, map, "tenant", partner->tenant);
    if (partner->scope != NULL)
        value_put(arena, map, "scope", subscriptions(arena, partner->scope));
    return map;
}

const struct value *profile_value(struct arena *arena, const struct profile *profile,
                                  const char *const *scope)
{
    struct value *map = value_map(arena);
    value_put_text(arena, map, "name", profile->name);
    value_put_text(arena, map, "cloud", cloud_word(profile->cloud));
    value_put_text(arena, map, "tenant", profile->tenant);
    value_put(arena, map, "scope", subscriptions(arena, scope));
    value_put_text(arena, map, "workspace", profile->workspace);
    value_put_text(arena, map, "sender", profile->sender);
    value_put_text(arena, map, "notify", profile->notify.kind);
    if (profile->partner.tenant != NULL)
        value_put(arena, map, "partner", partner_value(arena, &profile->partner));
    return map;
}
