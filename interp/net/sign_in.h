// How each kind of sign-in asks for a token and how its answer is read: one of the four tables of Azure that
// C knows. Makes requests and reads answers; sends and keeps nothing.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "policy/request.h"

struct arena;
struct token_config;
struct value;

struct sign_in {
    struct request request;
    const char *form;           // the body, or NULL
    const char *const *headers; // lines, NULL-terminated, or NULL
};
// What the kind needs is there. E_CONFIG.
MUST_CHECK bool sign_in_check(const struct token_config *config, struct err *err);
// The request for one audience's token. `challenge`: the WWW-Authenticate of the answer before (Azure Arc),
// or NULL.
MUST_CHECK bool sign_in_make(struct arena *arena, const struct token_config *config, const char *audience,
                             const char *challenge, struct sign_in *out, struct err *err);
// Asks that the token hold these claims (JSON; NULL: none), where the request has a form to say so in.
void sign_in_want(struct arena *arena, struct sign_in *sign_in, const char *claims);
// azure-cli: no request, the program answers at once, in the form of an answer of the service.
MUST_CHECK bool sign_in_by_program(struct arena *arena, const struct token_config *config,
                                   const char *audience, struct response *answer, struct err *err);
// Is it Partner Center that the tokens of this audience are for? They speak for somebody else than the
// others.
bool sign_in_is_partner(const struct token_config *config, const char *audience);
// The kind that is really used: client-secret in the lab.
const char *sign_in_kind(const struct token_config *config);

struct sign_in_token {
    const char *token;
    int64_t lifetime_s;
    const char *object_id, *app_id, *tenant; // claims, or NULL
};
// What a token says that its bearer may do: the application permissions (roles) of an application, what was
// consented to (scp) for a person. A list of texts.
const struct value *sign_in_permissions(struct arena *arena, const char *token);
// Reads a 2xx answer; E_SIGN_IN with the service's own words for any other.
MUST_CHECK bool sign_in_read(struct arena *arena, const struct response *answer, struct sign_in_token *out,
                             struct err *err);
