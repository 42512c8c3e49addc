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

struct token_config {
    const char *kind; // client-secret | certificate | workload | managed-identity | azure-cli | none
    const char *tenant;
    const char *authority; // https://login.microsoftonline.com
    const char *client_id; // from the profile or AZURE_CLIENT_ID
    bool lab;              // the lab's own made-up credential is used, no real one is loaded
};
// `none` gives requests no Authorization header.
MUST_CHECK struct token_store *token_open(struct arena *arena, const struct token_config *config,
                                          struct err *err);

enum token_state { TOKEN_READY, TOKEN_WAIT, TOKEN_FAILED };
// The Authorization header line for an audience ("https://management.azure.com", "https://vault.azure.net",
// …): READY sets *header; WAIT means that sign-in is in flight for it (the first caller starts it on `http`;
// its owner pointer is the store itself); FAILED fills err.
enum token_state token_get(struct token_store *store, struct http *http, const char *audience,
                           const char **header, struct err *err);
// A finished request whose owner was the store: takes the answer in. After it, waiting callers ask again.
void token_take(struct token_store *store, struct response *response);
// Forgets an audience's token after a 401, so that the next token_get signs in again.
void token_drop(struct token_store *store, const char *audience);
// Who the run is, from the token's claims (oid, appid, tid); "" where not known yet.
struct token_identity {
    const char *object_id, *app_id, *tenant;
};
struct token_identity token_identity(const struct token_store *store);
