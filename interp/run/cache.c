// Answers that the leaves of an exploration share, so that they cost no requests. Not used by other runs.
// Invariant: what is kept lives in the arena of the first run, which outlives its leaves.
#include "run/cache.h"

#include <string.h>

#include "base/arena.h"
#include "data/json.h"

struct cached {
    struct cached *next;
    const char *key;
    struct response response;
};

static const char *key_of(struct run *run, const struct request *request)
{
    return request->body == NULL
               ? request->url
               : arena_printf(run->arena, "%s %s", request->url, json_text(run->arena, request->body));
}

const struct response *cache_find(struct run *run, const struct request *request)
{
    const char *key = run->cache == NULL ? NULL : key_of(run, request);
    for (const struct cached *entry = run->cache == NULL ? NULL : *run->cache; entry != NULL;
         entry = entry->next)
        if (strcmp(entry->key, key) == 0)
            return &entry->response;
    return NULL;
}

void cache_keep(struct run *run, const struct request *request, const struct response *response)
{
    if (run->cache == NULL)
        return;
    struct cached *entry = ARENA_NEW(run->cache_arena, struct cached);
    entry->next = *run->cache;
    entry->key = arena_strdup(run->cache_arena, key_of(run, request));
    entry->response.status = response->status;
    entry->response.headers = value_copy(run->cache_arena, response->headers);
    entry->response.body = response->body == NULL ? NULL : value_copy(run->cache_arena, response->body);
    if (response->failure != NULL)
        entry->response.failure = arena_strdup(run->cache_arena, response->failure);
    *run->cache = entry;
}
