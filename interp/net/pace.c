// Remaining calls → waits. Not for what was throttled already (retry.c), nor for how many requests a host may
// have at once (http.c). Invariant: who is not told that calls run short never waits.
#include "net/pace.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "policy/request.h"

enum { SHORT = 20, MOST_BUCKETS = 64 };

// Calls of one kind on one subscription ("": all without one, the tenant's). The service gives back one every
// refill_ms.
static const struct kind {
    const char *method, *header, *tenant_header;
    int refill_ms;
} kinds[] = {
    {"GET", "x-ms-ratelimit-remaining-subscription-reads", "x-ms-ratelimit-remaining-tenant-reads", 40},
    {"DELETE", "x-ms-ratelimit-remaining-subscription-deletes", "x-ms-ratelimit-remaining-tenant-writes",
     100},
    {NULL, "x-ms-ratelimit-remaining-subscription-writes", "x-ms-ratelimit-remaining-tenant-writes", 100},
};

struct bucket {
    const struct kind *kind;
    char subscription[40];
    int64_t next_ms; // when the next one may leave
};

struct pace {
    struct bucket buckets[MOST_BUCKETS];
    size_t count;
};

struct pace *pace_open(struct arena *arena)
{
    return ARENA_NEW(arena, struct pace);
}

static const struct kind *kind_of(const struct request *request)
{
    const struct kind *kind = kinds;
    while (kind->method != NULL && strcmp(kind->method, request->method) != 0)
        kind++;
    return kind;
}

// "https://host/subscriptions/GUID/…" → GUID; "" when it names none.
static void subscription_of(const char *url, char out[40])
{
    static const char first[] = "/subscriptions/";
    const char *path = strstr(url, "://");
    path = path == NULL ? NULL : strchr(path + 3, '/');
    out[0] = '\0';
    if (path != NULL && text_starts_nocase(path, first))
        strncat(out, path + sizeof first - 1, strcspn(path + sizeof first - 1, "/?") < 40 ? 36 : 0);
}

static struct bucket *find(struct pace *pace, const struct request *request)
{
    char subscription[40];
    if (pace->count == 0)
        return NULL;
    subscription_of(request->url, subscription);
    for (size_t i = 0; i < pace->count; i++)
        if (pace->buckets[i].kind == kind_of(request) &&
            text_same(pace->buckets[i].subscription, subscription))
            return &pace->buckets[i];
    return NULL;
}

void pace_learn(struct pace *pace, const struct request *request, const struct response *response)
{
    const struct kind *kind = kind_of(request);
    const char *left = value_text_at(response->headers, kind->header);
    if (left == NULL)
        left = value_text_at(response->headers, kind->tenant_header);
    if (left == NULL || strspn(left, "0123456789") != strlen(left) || *left == '\0')
        return;
    struct bucket *bucket = find(pace, request);
    if (strtoull(left, NULL, 10) >= SHORT) {
        if (bucket != NULL)
            *bucket = pace->buckets[--pace->count];
    } else if (bucket == NULL && pace->count < MOST_BUCKETS) {
        bucket = &pace->buckets[pace->count++];
        *bucket = (struct bucket){.kind = kind};
        subscription_of(request->url, bucket->subscription);
    }
}

int64_t pace_wait_ms(struct pace *pace, const struct request *request, int64_t now_ms)
{
    struct bucket *bucket = find(pace, request);
    if (bucket == NULL)
        return 0;
    int64_t turn_ms = bucket->next_ms > now_ms ? bucket->next_ms : now_ms;
    bucket->next_ms = turn_ms + bucket->kind->refill_ms;
    return turn_ms - now_ms;
}
