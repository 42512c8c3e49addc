// The index over the lines of an estate. Not for files (estate.c) nor for what resources mean. Invariant:
// keys are sorted, each there once; a pointer to an entry holds until the next insertion or removal.
#include "lab/entries.h"

#include <string.h>

#include "base/arena.h"
#include "data/value.h"

// The first entry whose key is not less than `key`.
size_t entries_lower(const struct entries *entries, const char *key)
{
    size_t low = 0, high = entries->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(entries->items[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool entries_has(const struct entries *entries, size_t index, const char *key)
{
    return index < entries->count && strcmp(entries->items[index].key, key) == 0;
}

struct entry *entries_insert(struct entries *entries, size_t index)
{
    if (entries->count == entries->size) {
        size_t size = entries->size == 0 ? 512 : entries->size * 2;
        entries->items =
            arena_grow(entries->arena, entries->items, entries->count, size, sizeof *entries->items);
        entries->size = size;
    }
    struct entry *entry = &entries->items[index];
    memmove(entry + 1, entry, (entries->count - index) * sizeof *entry);
    *entry = (struct entry){0};
    entries->count++;
    return entry;
}

void entries_remove(struct entries *entries, size_t index)
{
    struct entry *entry = &entries->items[index];
    entries->count--;
    memmove(entry, entry + 1, (entries->count - index) * sizeof *entry);
}

// Takes one line without its end; the bytes stay where they are.
static bool take_line(struct entries *entries, char *line, size_t length)
{
    char *tab = memchr(line, '\t', length);
    if (tab == NULL)
        return false;
    *tab = '\0';
    const char *json = tab + 1;
    size_t json_length = length - (size_t)(json - line);
    size_t index = entries->count > 0 && strcmp(entries->items[entries->count - 1].key, line) < 0
                       ? entries->count
                       : entries_lower(entries, line);
    bool there = entries_has(entries, index, line);
    if (json_length == 4 && memcmp(json, "null", 4) == 0) {
        if (there)
            entries_remove(entries, index);
        return true;
    }
    struct entry *entry = there ? &entries->items[index] : entries_insert(entries, index);
    *entry = (struct entry){.key = line, .json = json, .length = json_length};
    return true;
}

// Takes whole lines; returns how many bytes they were.
size_t entries_take(struct entries *entries, char *bytes, size_t length, bool *bad)
{
    size_t done = 0;
    for (char *end; (end = memchr(bytes + done, '\n', length - done)) != NULL;
         done = (size_t)(end - bytes) + 1)
        *bad = !take_line(entries, bytes + done, (size_t)(end - (bytes + done))) || *bad;
    return done;
}
