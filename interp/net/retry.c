// When a request is sent again. Not for signing in again after a 401 (run/).
// Invariant: a change is repeated only when it did not leave, when the service says that it did not act on
// it, or, unavailable (503), when it may be sent twice.
#include "net/retry.h"

#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "data/value.h"
#include "policy/request.h"

enum { FIRST_MS = 800, MOST_MS = 120000, JITTER_PERCENT = 20 };

// "2", "2.128" in units of `unit_ms`; -1 when it is no such number.
static int64_t number_ms(const char *text, int64_t unit_ms)
{
    int64_t whole = 0, part = 0, scale = unit_ms;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9)
        return -1;
    for (; digits > 0; digits--)
        whole = whole * 10 + (*text++ - '0');
    if (*text == '.')
        for (text++; *text >= '0' && *text <= '9'; text++) {
            scale /= 10;
            part += (*text - '0') * scale;
        }
    return *text == '\0' ? whole * unit_ms + part : -1;
}

// How long the service wants to be left alone; -1 when it says nothing that can be read.
static int64_t told_ms(const struct value *headers)
{
    static const char *const exact[] = {"retry-after-ms", "x-ms-retry-after-ms"};
    for (size_t i = 0; i < sizeof exact / sizeof exact[0]; i++) {
        const char *text = value_text(value_get(headers, exact[i]));
        if (text != NULL && number_ms(text, 1) >= 0)
            return number_ms(text, 1);
    }
    const char *after = value_text(value_get(headers, "retry-after"));
    const char *date = value_text(value_get(headers, "date"));
    int64_t when, now;
    if (after == NULL)
        return -1;
    if (!clock_parse_http(after, &when))
        return number_ms(after, 1000);
    // Its own clock against its own clock, where it tells the time.
    if (date == NULL || !clock_parse_http(date, &now))
        now = clock_now_ms();
    return when > now ? when - now : 0;
}

static bool may_repeat(bool is_read, bool repeatable, const struct response *response, bool told)
{
    static const int passing[] = {202, 408, 429, 500, 502, 503, 504};
    if (response->status == 0 || response->unsent)
        return (response->unsent || is_read) && !response->unusable;
    if (response->status == 423 || (response->status == 409 && told)) // not now
        return true;
    if (!is_read)
        return response->status == 429 || (response->status == 503 && (told || repeatable));
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++)
        if (response->status == passing[i])
            return true;
    return false;
}

int64_t retry_spread(int64_t delay_ms)
{
    unsigned char random;
    crypto_random(&random, sizeof random);
    return delay_ms + delay_ms * JITTER_PERCENT * random / (100 * UINT8_MAX);
}

bool retry_again(bool is_read, bool repeatable, const struct response *response, int attempt,
                 int64_t *delay_ms)
{
    int64_t told = told_ms(response->headers);
    if (attempt >= RETRY_MAX_ATTEMPTS || told > RETRY_MAX_WAIT_MS ||
        !may_repeat(is_read, repeatable, response, told >= 0))
        return false;
    *delay_ms = (int64_t)FIRST_MS << (attempt - 1);
    if (*delay_ms > MOST_MS)
        *delay_ms = MOST_MS;
    *delay_ms = retry_spread(told >= 0 ? told : *delay_ms);
    return true;
}
