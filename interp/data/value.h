// Values: what YAML, JSON, Lua and the trail have in common. Immutable once built; those of files that people
// write know where they stand. A value lives as long as the arena that it was made in; it may point into
// longer-lived arenas.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/src.h"

struct arena;

enum value_kind {
    VALUE_NULL,
    VALUE_BOOL,
    VALUE_INT, // within ±2^53, so that every JSON reader keeps it
    VALUE_NUMBER,
    VALUE_STRING, // UTF-8 without NUL
    VALUE_LIST,
    VALUE_MAP,     // keys in the order in which they were put, each once
    VALUE_SECRET,  // text that no printer shows and json_write refuses; trail and screens show a keyed hash
    VALUE_UNKNOWN, // what only the service can make; text says why. Never a Lua value (see vm/bridge.h)
};

struct value;
struct value_field {
    const char *key;
    const struct value *value;
};

struct value {
    enum value_kind kind : 4;
    bool located : 1;   // a struct value_place lies before it
    uint32_t room : 27; // LIST, MAP: for how many more there is memory
    uint32_t count;     // LIST, MAP: entries; else 0
    union {
        bool flag;
        int64_t integer;
        double number;
        const char *text; // STRING, SECRET, UNKNOWN
        const struct value **items;
        struct value_field *fields;
    };
};

// Where a value was written, and as a member of a map its key.
struct value_place {
    struct src_pos pos, key;
    const char *source; // YAML's plain (unquoted) scalars: the text as written ("1.0"); else NULL
};

extern const struct value value_null, value_true, value_false;

struct value *value_string(struct arena *arena, const char *text);
struct value *value_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct value *value_int(struct arena *arena, int64_t integer);
struct value *value_number(struct arena *arena, double number);
const struct value *value_bool(bool flag);
struct value *value_secret(struct arena *arena, const char *text);
struct value *value_unknown(struct arena *arena, const char *why);

// An empty value that was written there.
struct value *value_located(struct arena *arena, enum value_kind kind, const struct value_place *place);
// An empty value that was written where `like` was; NULL: nowhere.
struct value *value_like(struct arena *arena, enum value_kind kind, const struct value *like);
// The same value at another place. A list or map shares its entries with it.
struct value *value_moved(struct arena *arena, const struct value *value, struct src_pos pos);

struct src_pos value_pos(const struct value *value);     // line 0: not from a text
struct src_pos value_key_pos(const struct value *value); // of what has no key: its own
const char *value_source(const struct value *value);     // of its place

// Building: only the maker of a list or map adds to it, before anyone else sees it.
struct value *value_list(struct arena *arena);
// With room for `size` entries, where that is known beforehand; value_reserve: for so many more.
struct value *value_list_sized(struct arena *arena, size_t size);
struct value *value_map_sized(struct arena *arena, size_t size);
void value_reserve(struct arena *arena, struct value *value, size_t size);
void value_append(struct arena *arena, struct value *list, const struct value *item);
char *value_join(struct arena *arena, const struct value *list, const char *separator); // its texts
bool value_has_text(const struct value *list, const char *text); // ASCII letters without case; NULL: no
// Of a NULL-terminated array, or NULL. They are not copied, and must live as long as the list.
struct value *value_texts(struct arena *arena, const char *const *texts);
void value_append_once(struct arena *arena, struct value *list, const char *text); // not if it is there
struct value *value_map(struct arena *arena);
void value_put(struct arena *arena, struct value *map, const char *key, const struct value *item); // replaces
void value_put_text(struct arena *arena, struct value *map, const char *key, const char *text); // NULL: null
void value_put_all(struct arena *arena, struct value *map, const struct value *more); // no map: nothing
// The same for a key that is new; key and text are not copied, and must live as long as the map.
void value_hold(struct arena *arena, struct value *map, const char *key, const struct value *item);
void value_hold_text(struct arena *arena, struct value *map, const char *key, const char *text);
const struct value *value_held_text(struct arena *arena, const char *text);
// As value_put, for a key that is known to be new: constant time.
void value_add(struct arena *arena, struct value *map, const char *key, const struct value *item);

// Reading. All take NULL as null and answer NULL, 0 or "" for what is not there.
static inline bool value_is(const struct value *value, enum value_kind kind)
{
    return value == NULL ? kind == VALUE_NULL : value->kind == kind;
}
static inline bool value_is_null(const struct value *value)
{
    return value_is(value, VALUE_NULL);
}
const struct value *value_get(const struct value *map, const char *key);
const struct value *value_get_nocase(const struct value *map, const char *key);
const struct value *value_at(const struct value *value, const char *path); // "properties.networkAcls.ipRules"
const char *value_text(const struct value *value);                         // STRING's text, else NULL
const char *value_text_at(const struct value *value, const char *path);    // the same at a path
size_t value_count(const struct value *value);                             // entries of a list or map
const struct value *value_item(const struct value *list, size_t index);
bool value_flag_at(const struct value *value, const char *path); // true only for `true`
int64_t value_int_at(const struct value *value, const char *path, int64_t otherwise);
// The first UNKNOWN in or beneath a value, or NULL.
const struct value *value_find_unknown(const struct value *value);
bool value_has_secret(const struct value *value);

bool value_equal(const struct value *a,
                 const struct value *b); // deep; map order does not matter; 1 equals 1.0
// RFC 7396: patch over target; null in the patch removes.
const struct value *value_merge_patch(struct arena *arena, const struct value *target,
                                      const struct value *patch);
// Deep, for a longer life; knows no place.
const struct value *value_copy(struct arena *arena, const struct value *value);
const char *value_kind_name(const struct value *value); // "a string", "a list", …
