// Ids of resources. Not for what they mean for an alert (facts.c). Invariant: what is given out has plain
// segments only (address.h): an attacker may have written it.
#include "intake/resource.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "intake/address.h"

enum { LONGEST_ID = 2048, MOST_SEGMENTS = 64 };

static const char *fixed_word(const struct value *words, const char *segment)
{
    for (size_t i = 0; i < value_count(words); i++) {
        const char *word = value_text(value_item(words, i));
        if (text_same(word, segment))
            return word;
    }
    return segment;
}

// Cuts the id, in place. Names stay as they are: only every other segment is a word, and the namespace behind
// providers.
static size_t cut_id(const struct value *words, char *id, const char **parts)
{
    size_t count = 0;
    while (*id == '/' || *id == '\\') {
        *id++ = '\0';
        size_t length = strcspn(id, "/\\");
        if (length == 0 && *id == '\0' && count > 0)
            break; // a slash behind
        if (count == MOST_SEGMENTS || !address_is_plain(id, length))
            return 0;
        parts[count++] = id;
        id += length;
    }
    if (*id != '\0')
        return 0;
    for (size_t i = 0; i < count; i++)
        if (i % 2 == 0 || text_same(parts[i - 1], "providers"))
            parts[i] = fixed_word(words, parts[i]);
    return count;
}

// Puts the parts together again, into room that is large enough.
static const char *joined(char *room, const char *const *parts, size_t count, struct resource *resource)
{
    char *at = room;
    for (size_t i = 0; i < count; i++) {
        *at++ = '/';
        size_t length = strlen(parts[i]);
        memcpy(at, parts[i], length);
        if (i + 1 == count)
            resource->name = at;
        at += length;
    }
    *at = '\0';
    return room;
}

static const char *type_of(struct arena *arena, const char *const *parts, size_t count, bool in_group)
{
    size_t first = 0;
    for (size_t i = 0; i < count; i += 2)
        if (text_same(parts[i], "providers"))
            first = i;
    if (first == 0)
        return in_group ? "Microsoft.Resources/resourceGroups" : "Microsoft.Resources/subscriptions";
    struct text type = text_new_sized(arena, 64);
    text_add(&type, parts[first + 1]);
    for (size_t i = first + 2; i < count; i += 2) {
        text_addc(&type, '/');
        text_add(&type, parts[i]);
    }
    return type.ptr;
}

bool resource_read(struct arena *arena, const struct value *words, const char *id, struct resource *resource)
{
    const char *parts[MOST_SEGMENTS];
    char cut[LONGEST_ID + 1];
    size_t length = strlen(id), count;
    if (length > LONGEST_ID)
        return false;
    memcpy(cut, id, length + 1);
    count = cut_id(words, cut, parts);
    if (count < 2 || count % 2 != 0 || !text_same(parts[0], "subscriptions") || !schema_is_guid(parts[1]))
        return false;
    bool in_group = count > 2 && text_same(parts[2], "resourceGroups");
    *resource = (struct resource){.subscription = arena_strdup(arena, parts[1]),
                                  .type = type_of(arena, parts, count, in_group),
                                  .group = in_group ? arena_strdup(arena, parts[3]) : NULL};
    resource->id = joined(arena_bytes(arena, length + 2), parts, count, resource);
    return true;
}
