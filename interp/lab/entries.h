// The estate's index: entries sorted by key, each with its JSON as on disk or its value, or both.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct value;

struct entry {
    const char *key;
    const char *json; // as on disk; NULL once it was changed in this process
    size_t length;
    const struct value *value; // parsed when first asked for
};
struct entries {
    struct arena *arena;
    struct entry *items;
    size_t count, size;
};

// The first entry whose key is not less than `key`.
size_t entries_lower(const struct entries *entries, const char *key);
bool entries_has(const struct entries *entries, size_t index, const char *key); // is it this key's?
struct entry *entries_insert(struct entries *entries, size_t index);
void entries_remove(struct entries *entries, size_t index);
// Takes whole lines "KEY<TAB>JSON"; the bytes stay where they are and are cut at the tabs. `null` removes.
// Returns how many bytes they were; *bad is set when a line is none.
size_t entries_take(struct entries *entries, char *bytes, size_t length, bool *bad);
