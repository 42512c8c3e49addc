// Sign-in and bearer tokens: JWT-shaped, signed with a key of this estate, so that every process that has it
// open takes them.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "lab/call.h"

enum { TOKEN_SLOTS = 8, TOKEN_MAX = 4096 };

// Tokens that were checked before, so that most requests cost a comparison.
struct token_cache {
    struct token_slot {
        char text[TOKEN_MAX];
        char audience[128], oid[40], app_id[40], tenant[40];
        int64_t expires; // seconds
        bool context, person;
    } slots[TOKEN_SLOTS];
    unsigned next;
    char origin[40]; // of the estate that they are for: a reset ends them
};

enum token_verdict {
    TOKEN_GOOD,
    TOKEN_ABSENT,
    TOKEN_BAD,
    TOKEN_EXPIRED,
    TOKEN_WRONG_AUDIENCE,
    TOKEN_WITHOUT_CONTEXT
};
// Judges the call's Authorization header for the API that was asked; GOOD fills call->oid and call->app_id.
enum token_verdict token_check(struct token_cache *cache, struct call *call);
// An error of the token endpoint: its OAuth word, and the number and text that the directory gives it.
void token_refuse(struct call *call, int status, const char *error, int code, const char *text);
