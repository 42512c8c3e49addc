// When a request is sent again, and after how long.
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct response;

enum { RETRY_MAX_ATTEMPTS = 6, RETRY_MAX_WAIT_MS = 10 * 60 * 1000 };

// The answer to the n-th attempt (from 1) of a request. True: send again after *delay_ms. Reads: 408, 429,
// 500, 502, 503, 504 and transport failures; changes: 429, 503 that carries Retry-After or of one that is
// repeatable (may be sent twice), and failures with which the request never left (a change whose fate is not
// known is never repeated here); both: 423, and 409 that carries Retry-After. Retry-After (seconds, also
// decimal, or an HTTP date), retry-after-ms and x-ms-retry-after-ms rule, up to RETRY_MAX_WAIT_MS (more: give
// up); else 0.8 s × 2^(n-1), at most 120 s. Up to a fifth is added by chance.
bool retry_again(bool is_read, bool repeatable, const struct response *response, int attempt,
                 int64_t *delay_ms);

// Longer by up to a fifth: those who were turned away together do not come back together.
int64_t retry_spread(int64_t delay_ms);
