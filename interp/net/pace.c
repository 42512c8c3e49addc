// Remaining calls → waits. Not for what was throttled already (retry.c), nor for how many requests a host may
// have at once (http.c). Invariant: who is not told that calls run short never waits.
#include "net/pace.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "policy/request.h"

enum { MOST_BUCKETS = 64 };

// Calls of one kind on one subscription ("": all without one, the tenant's): short below `few`; then the
// service gives back one every refill_ms. Compute counts its own by many rules, and tells of each that a call
// comes under how many it has left ("Microsoft.Compute/GetVM3Min;197,Microsoft.Compute/GetVM30Min;…"), but
// not how fast it fills up; some hold no more than a dozen.
#define COMPUTE "/providers/Microsoft.Compute/", "x-ms-ratelimit-remaining-resource", NULL, 5, 1000
static const struct kind {
    const char *method; // NULL: every other
    const char *path;   // what stands in its URL; NULL: anything
    const char *header, *tenant_header;
    unsigned few;
    int refill_ms;
} kinds[] = {
    {"GET", NULL, "x-ms-ratelimit-remaining-subscription-reads", "x-ms-ratelimit-remaining-tenant-reads", 20,
     40},
    {"DELETE", NULL, "x-ms-ratelimit-remaining-subscription-deletes",
     "x-ms-ratelimit-remaining-tenant-writes", 20, 100},
    {NULL, NULL, "x-ms-ratelimit-remaining-subscription-writes", "x-ms-ratelimit-remaining-tenant-writes", 20,
     100},
    {"GET", COMPUTE},
    {"DELETE", COMPUTE},
    {NULL, COMPUTE},
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

static bool is_of(const struct kind *kind, const struct request *request)
{
    bool other = strcmp(request->method, "GET") != 0 && strcmp(request->method, "DELETE") != 0;
    return (kind->method == NULL ? other : strcmp(kind->method, request->method) == 0) &&
           (kind->path == NULL || text_find_nocase(request->url, kind->path) != NULL);
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

// The least number of "N" or "rule;N,rule;N"; false where it holds none.
static bool least_of(const char *text, unsigned long long *least)
{
    bool found = false;
    for (const char *end; text != NULL && *text != '\0'; text = *end == ',' ? end + 1 : end) {
        end = text + strcspn(text, ",");
        const char *rule = memchr(text, ';', (size_t)(end - text)), *number = rule != NULL ? rule + 1 : text;
        size_t digits = strspn(number, "0123456789");
        if (digits == 0 || number + digits != end)
            continue;
        unsigned long long left = strtoull(number, NULL, 10);
        *least = found && *least < left ? *least : left;
        found = true;
    }
    return found;
}

static void learn(struct pace *pace, const struct kind *kind, const char subscription[40], bool few)
{
    struct bucket *bucket = NULL;
    for (size_t i = 0; i < pace->count && bucket == NULL; i++)
        if (pace->buckets[i].kind == kind && text_same(pace->buckets[i].subscription, subscription))
            bucket = &pace->buckets[i];
    if (bucket != NULL && !few) {
        *bucket = pace->buckets[--pace->count];
    } else if (bucket == NULL && few && pace->count < MOST_BUCKETS) {
        bucket = &pace->buckets[pace->count++];
        *bucket = (struct bucket){.kind = kind};
        memcpy(bucket->subscription, subscription, sizeof bucket->subscription);
    }
}

void pace_learn(struct pace *pace, const struct request *request, const struct response *response)
{
    char subscription[40];
    unsigned long long left;
    subscription_of(request->url, subscription);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct kind *kind = &kinds[i];
        if (!is_of(kind, request))
            continue;
        const char *told = value_text_at(response->headers, kind->header);
        if (told == NULL && kind->tenant_header != NULL)
            told = value_text_at(response->headers, kind->tenant_header);
        if (least_of(told, &left))
            learn(pace, kind, subscription, left < kind->few);
    }
}

int64_t pace_wait_ms(struct pace *pace, const struct request *request, int64_t now_ms)
{
    char subscription[40];
    int64_t turn_ms = now_ms;
    if (pace->count == 0)
        return 0;
    subscription_of(request->url, subscription);
    for (size_t i = 0; i < pace->count; i++) {
        struct bucket *bucket = &pace->buckets[i];
        if (!is_of(bucket->kind, request) || !text_same(bucket->subscription, subscription))
            continue;
        int64_t next_ms = bucket->next_ms > now_ms ? bucket->next_ms : now_ms;
        bucket->next_ms = next_ms + bucket->kind->refill_ms;
        turn_ms = next_ms > turn_ms ? next_ms : turn_ms;
    }
    return turn_ms - now_ms;
}
