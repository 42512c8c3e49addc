// The overlay: resource (URL without scheme, query and case) → merge patch, gone, or unknown. Filters of
// lists are not evaluated again, and answers to queries are never touched. Invariant: entries are few (held
// changes of one run), so lookups walk the list.
#include "run/overlay.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "policy/request.h"
#include "policy/url.h"

struct prediction {
    struct prediction *next;
    const char *resource;      // normal form
    const struct value *patch; // NULL: unknown as a whole; null: gone
    const char *list;          // normal form of the list that shows a new entry, or NULL
};

struct overlay {
    struct arena *arena;
    struct prediction *first, **last;
};

struct overlay *overlay_new(struct arena *arena)
{
    struct overlay *overlay = ARENA_NEW(arena, struct overlay);
    overlay->arena = arena;
    overlay->last = &overlay->first;
    return overlay;
}

// Lower case, decoded, without scheme, ARM's host, query and a trailing slash: an id and its URL are the same
// thing.
static const char *normal(struct arena *arena, const char *url)
{
    if (url == NULL)
        return NULL;
    if (text_starts_nocase(url, "https://"))
        url += strlen("https://");
    if (text_starts_nocase(url, "management.") && strchr(url, '/') != NULL)
        url = strchr(url, '/');
    size_t length = strcspn(url, "?#");
    while (length > 1 && url[length - 1] == '/')
        length--;
    char *decoded = arena_alloc(arena, length + 1);
    url_decode(url, length, decoded, length + 1);
    return text_lower(arena, decoded);
}

static struct prediction *find(struct overlay *overlay, const char *resource)
{
    for (struct prediction *p = overlay->first; p != NULL; p = p->next)
        if (strcmp(p->resource, resource) == 0)
            return p;
    return NULL;
}

// As struct prediction has it.
static const struct value *patch_of(const struct request *request)
{
    if (request->becomes != NULL)
        return request->becomes;
    if (strcmp(request->method, "DELETE") == 0)
        return &value_null;
    return strcmp(request->method, "POST") != 0 && request->resource == NULL ? request->body : NULL;
}

// A patch after a patch. Nulls must stay in it, so its members are put one by one.
static const struct value *both_patches(struct arena *arena, const struct value *first,
                                        const struct value *second)
{
    struct value *both = value_map(arena);
    value_put_all(arena, both, first);
    for (size_t i = 0; i < second->count; i++) {
        const char *key = second->fields[i].key;
        const struct value *had = value_get(both, key), *now = second->fields[i].value;
        bool merges = value_is(had, VALUE_MAP) && value_is(now, VALUE_MAP);
        value_put(arena, both, key, merges ? value_merge_patch(arena, had, now) : now);
    }
    return both;
}

void overlay_predict(struct overlay *overlay, const struct request *request)
{
    struct arena *arena = overlay->arena;
    const char *resource = normal(arena, request->resource != NULL ? request->resource : request->url);
    const struct value *patch = patch_of(request);
    struct prediction *known = find(overlay, resource);
    if (known != NULL) {
        bool merges = strcmp(request->method, "PUT") != 0 && value_is(known->patch, VALUE_MAP) &&
                      value_is(patch, VALUE_MAP);
        known->patch = merges ? both_patches(arena, known->patch, patch) : patch;
        return;
    }
    struct prediction *fresh = ARENA_NEW(arena, struct prediction);
    *fresh = (struct prediction){.resource = resource, .patch = patch, .list = normal(arena, request->list)};
    *overlay->last = fresh;
    overlay->last = &fresh->next;
}

static const struct value *patched(struct arena *arena, const struct prediction *p, const struct value *body)
{
    if (p->patch == NULL)
        return value_unknown(arena, "a change that was held back would have changed this");
    return value_is_null(p->patch) ? NULL : value_merge_patch(arena, body, p->patch);
}

// Which resource a list entry is: its id, kid or (below the list) name.
static const struct prediction *find_entry(struct overlay *overlay, struct arena *arena, const char *list,
                                           const struct value *entry)
{
    static const char *const keys[] = {"id", "kid", "name"};
    for (size_t i = 0; i < 3; i++) {
        const char *text = value_text(value_get(entry, keys[i]));
        if (text == NULL)
            continue;
        struct prediction *p = find(overlay, normal(arena, text));
        if (p == NULL)
            p = find(overlay, normal(arena, arena_printf(arena, "%s/%s", list, text)));
        if (p != NULL)
            return p;
    }
    return NULL;
}

static const struct value *overlay_list(struct overlay *overlay, struct arena *arena, const char *url,
                                        const struct value *body, const struct value *entries)
{
    struct value *out = value_list(arena);
    for (size_t i = 0; i < entries->count; i++) {
        const struct value *entry = entries->items[i];
        const struct prediction *p = find_entry(overlay, arena, url, entry);
        const struct value *now = p == NULL ? entry : patched(arena, p, entry);
        if (now != NULL)
            value_append(arena, out, now);
    }
    for (const struct prediction *p = overlay->first; p != NULL; p = p->next)
        if (text_is(p->list, url) && value_is(p->patch, VALUE_MAP))
            value_append(arena, out, p->patch);
    struct value *copy = value_map(arena);
    for (size_t i = 0; i < body->count; i++)
        value_put(arena, copy, body->fields[i].key,
                  strcmp(body->fields[i].key, "value") == 0 ? out : body->fields[i].value);
    return copy;
}

const struct value *overlay_apply(struct overlay *overlay, struct arena *arena, const char *url,
                                  const struct value *body)
{
    if (overlay->first == NULL)
        return body;
    const char *resource = normal(arena, url);
    const struct prediction *p = find(overlay, resource);
    if (p != NULL)
        return patched(arena, p, body);
    const struct value *entries = value_get(body, "value");
    return value_is(entries, VALUE_LIST) ? overlay_list(overlay, arena, resource, body, entries) : body;
}
