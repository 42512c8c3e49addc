// A profile: where and as whom to act. Only names of secrets stand in it (environment variables, files),
// never secrets. cli/ reads the files; this checks what they say.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct arena;
struct cloud;
struct value;

// auth: {kind, client_id?, secret_env?, certificate?, federated_token?}
struct profile_auth {
    const char *kind;        // client-secret | certificate | workload | managed-identity | azure-cli | none
    const char *client_id;   // NULL: AZURE_CLIENT_ID (managed identity: the system-assigned one)
    const char *secret_env;  // name of the variable that holds the secret; default AZURE_CLIENT_SECRET
    const char *certificate; // PEM file with key and certificate; NULL: AZURE_CLIENT_CERTIFICATE_PATH
    const char *federated_token; // file; NULL: AZURE_FEDERATED_TOKEN_FILE
};

// notify: {kind, url_env?, url_file?}: all but graph want one of these; graph and smtp want sender (of the
// profile)
struct profile_notify {
    const char *kind;     // smtp | teams | slack | graph | webhook; NULL: none
    const char *url_env;  // name of the variable that holds the URL, itself a credential; or NULL
    const char *url_file; // a file that holds it; or NULL
    struct src_pos pos;
};

// partner: {tenant, scope?, refresh_token_env?}: the organisation is a partner of Microsoft (CSP), and
// answers for what its customers' subscriptions do
struct profile_partner {
    const char *tenant; // of the Partner Center account; NULL: the profile has none
    const char **scope; // customers' subscriptions that may be changed, NULL-terminated; NULL: none by
                        // Resource Manager, any customer's by Partner Center
    const char *
        *certificate_hosts; // where certificates of its webhook's signatures may come from, NULL-terminated
    const char *refresh_token_env; // name of the variable with the token of the person who consented; NULL:
                                   // the application signs in for itself, which fraud events do not take
};

struct profile {
    const char *name;
    const struct cloud *cloud;
    const char *tenant;
    const char **scope; // resource ids, NULL-terminated; NULL: what the sign-in can see
    struct profile_auth auth;
    const char *workspace; // resource id, or NULL
    const char *sender;    // mailbox that Graph mail is sent from, or NULL
    struct profile_notify notify;
    struct profile_partner partner;
    const char *register_file, *policy_file; // as written, or NULL; relative to the profile's folder
    struct src_pos register_pos, policy_pos; // where these names stand
    const char *ca_file;                     // or NULL; as written, and so are the files of auth and notify
    const char *proxy;                       // "http://proxy:3128", "none", or NULL: the environment's
    const char *route;                       // "http://127.0.0.1:9000", loopback only, or NULL
    bool lab;                                // only the built-in one
    struct src_pos pos;
};

// NULL with every mistake at its place. `name` is used when the file gives none.
MUST_CHECK const struct profile *profile_parse(struct arena *arena, const struct value *value,
                                               const char *name, struct err_list *errors);
// What Lua's profile(part) answers from: name, tenant, cloud, scope (subscription ids of `scope`,
// NULL-terminated), workspace, sender, notify (the kind), partner {tenant, scope}.
const struct value *profile_value(struct arena *arena, const struct profile *profile,
                                  const char *const *scope);
// "http://HOST:PORT" without a name and password, or "none"?
bool profile_is_proxy(const char *text);
// Is the URL plain http to a loopback address with nothing but a port?
bool profile_is_route(const char *url);
