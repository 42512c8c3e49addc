// Headers → claims, a warning. Not for signing in (token.c, sign_in.c), nor for what a status means (run/).
// Invariant: what is handed to the sign-in is a JSON object, and nothing else that a service wrote.
#include "net/remark.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "policy/request.h"

enum { MOST_CLAIMS = 4096, MOST_OFF_MS = 5 * 60 * 1000 };

// NAME="VALUE" of a challenge, or NULL.
static char *parameter(struct arena *arena, const char *challenge, const char *name)
{
    const char *wanted = arena_printf(arena, "%s=\"", name);
    for (const char *at = challenge; (at = strpbrk(at, " ,")) != NULL;)
        if (text_starts_nocase(++at, wanted)) {
            at += strlen(wanted);
            return arena_strndup(arena, at, strcspn(at, "\""));
        }
    return NULL;
}

char *remark_claims(struct arena *arena, const struct response *response)
{
    const char *challenge = value_text_at(response->headers, "www-authenticate");
    size_t length;
    if (response->status != 401 || challenge == NULL ||
        !text_same(parameter(arena, challenge, "error"), "insufficient_claims"))
        return NULL;
    const char *coded = parameter(arena, challenge, "claims");
    unsigned char *claims = coded == NULL ? NULL : crypto_base64_decode(arena, coded, &length);
    if (claims == NULL && coded != NULL)
        claims = crypto_base64url_decode(arena, coded, &length);
    if (claims == NULL || length > MOST_CLAIMS)
        return NULL;
    const struct value *read = json_parse(arena, NULL, (const char *)claims, length, NULL);
    return value_is(read, VALUE_MAP) ? json_text(arena, read) : NULL;
}

bool remark_clock(const struct response *response, struct err *err)
{
    const char *date = value_text_at(response->headers, "date");
    int64_t there_ms;
    if (date == NULL || !clock_parse_http(date, &there_ms))
        return true;
    int64_t off_ms = clock_now_ms() - there_ms, size_ms = off_ms < 0 ? -off_ms : off_ms;
    if (size_ms <= MOST_OFF_MS)
        return true;
    err_set(err, E_CONFIG, "this machine's clock is %lld minutes %s the service's",
            (long long)(size_ms + 30000) / 60000, off_ms < 0 ? "behind" : "ahead of");
    err_hint(err, "set it: signing in, windows of time in queries and the trail's times go by it");
    err->severity = ERR_WARNING;
    return false;
}
