// Sign-in: the core alone gets tokens, keeps them and puts them on requests. They never reach Lua, trail or
// screen.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct http;
struct response;
struct token_store;
struct value;

struct token_config {
    const char *kind; // client-secret | certificate | workload | managed-identity | azure-cli | none
    const char *tenant;
    const char *authority; // https://login.microsoftonline.com
    const char
        *client_id; // of the profile; NULL: AZURE_CLIENT_ID (managed identity: the system-assigned one)
    const char *client_secret;    // kind client-secret: read by the caller; NULL: none
    const char *certificate;      // PEM file with key and certificate; NULL: AZURE_CLIENT_CERTIFICATE_PATH
    const char *federated_token;  // file, read anew each time; NULL: AZURE_FEDERATED_TOKEN_FILE
    const char *partner_audience; // Partner Center's; NULL: it is not spoken to
    const char *partner_tenant;   // whose directory signs in there
    const char
        *refresh_token; // of the person who consented; read by the caller; NULL: the application for itself
    const char *consent_file; // where a renewed refresh token is kept; NULL: nowhere
    bool lab; // everything goes to a route: whatever the kind, client_id and client_secret as given here
              // (made up) are used, and no file, variable or program that holds a real credential is touched
};
// `none` gives requests no Authorization header. Fails with E_CONFIG when what the kind needs is not there.
MUST_CHECK struct token_store *token_open(struct arena *arena, const struct token_config *config,
                                          struct err *err);
// Wipes what it holds; the arena stays. Requests may be in flight no more: close the http first.
void token_close(struct token_store *store);

// Why the newest renewal of the consent could not be kept, as a warning; NULL: it was, or there is none.
const struct err *token_unkept(const struct token_store *store);

enum token_state { TOKEN_READY, TOKEN_WAIT, TOKEN_FAILED };
// The Authorization header line for an audience ("https://management.azure.com", "https://vault.azure.net",
// …; NULL: a host that gets no token). READY sets *header (NULL: send none), which stays valid until the
// audience's token is dropped or renewed: use it at once. WAIT means that sign-in is under way for it (the
// first caller starts it on `http`). FAILED fills err (E_SIGN_IN, E_NETWORK); asking again within 30 s gives
// the same answer. azure-cli blocks while `az` runs.
enum token_state token_get(struct token_store *store, struct http *http, const char *audience,
                           const char **header, struct err *err);
// Every request that http_take gives back is shown to the store first. True: it was one of its own, the
// answer is taken in, and waiting callers ask again. A sign-in that fails in passing is repeated (at most
// twice, after a pause of at most 5 s): by token_turn, which is to be called when token_timeout_ms is over.
bool token_take(struct token_store *store, struct http *http, void *owner, const struct response *response);
int64_t token_timeout_ms(const struct token_store *store); // -1: none pauses
void token_turn(struct token_store *store, struct http *http);
// After a 401 to a request that was sent at sent_ns (clock_monotonic_ns): forgets the audience's token,
// unless it is newer, so that the next token_get signs in again. Claims that the answer wants are asked for
// from then on, by the kinds of sign-in that can (all that ask Entra themselves).
void token_drop(struct token_store *store, const char *audience, int64_t sent_ns,
                const struct response *response);
// What the audience's token says that its bearer may do there; NULL: there is none now.
const struct value *token_permissions(struct arena *arena, const struct token_store *store,
                                      const char *audience);
// Who the run is, from the token's claims (oid, appid or azp, tid); "" where not known yet.
struct token_identity {
    const char *object_id, *app_id, *tenant;
};
struct token_identity token_identity(const struct token_store *store);
