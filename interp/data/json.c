// JSON into values, in one pass over the bytes. Not for JSON Lines: callers cut lines; not for writing
// (json_write.c). Invariant: whatever an answer or a file says is checked before any of it becomes a value
// that somebody sees; every value knows its place.
#include "data/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json_scan.h"
#include "data/value.h"

// Keys repeat from record to record: each text is kept once, and known by its address.
struct key {
    const char *text;
    size_t length;
    size_t map; // number of the last map that had it
    uint64_t hash;
    struct key *next; // in its slot
};

struct entry { // of a list or map that is not closed yet
    struct key *key;
    struct src_pos pos; // of the key
    const struct value *value;
};

struct reader {
    struct scan scan;
    struct arena *scratch; // freed when the text has been read
    struct key **slots;
    size_t slot_count, key_count; // slot_count is a power of two
    struct entry *open;           // of all that is not closed, inner behind outer
    size_t open_count, open_size;
    size_t maps; // closed so far
};

static struct src_pos here(const struct scan *scan)
{
    return (struct src_pos){scan->name, scan->line, scan->column};
}

static void more_slots(struct reader *reader)
{
    size_t count = reader->slot_count == 0 ? 64 : reader->slot_count * 4;
    struct key **slots = ARENA_ARRAY(reader->scratch, struct key *, count);
    for (size_t i = 0; i < reader->slot_count; i++)
        for (struct key *key = reader->slots[i], *next; key != NULL; key = next) {
            next = key->next;
            key->next = slots[key->hash & (count - 1)];
            slots[key->hash & (count - 1)] = key;
        }
    reader->slots = slots;
    reader->slot_count = count;
}

// The start differs from run to run, so that nobody can send keys that fall into one slot.
static uint64_t hash_of(const struct reader *reader, const char *text, size_t length)
{
    uint64_t hash = (uint64_t)(uintptr_t)reader->scratch ^ length, word;
    for (; length >= 8; text += 8, length -= 8) {
        memcpy(&word, text, 8);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
    }
    for (word = 0; length > 0; length--)
        word = word << 8 | (unsigned char)*text++;
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 32;
}

static struct key *key_of(struct reader *reader, const char *text, size_t length)
{
    uint64_t hash = hash_of(reader, text, length);
    if (reader->key_count >= reader->slot_count)
        more_slots(reader);
    struct key **slot = &reader->slots[hash & (reader->slot_count - 1)];
    for (struct key *key = *slot; key != NULL; key = key->next)
        if (key->hash == hash && key->length == length && memcmp(key->text, text, length) == 0)
            return key;
    struct key *key = ARENA_NEW(reader->scratch, struct key);
    *key = (struct key){arena_strndup(reader->scan.arena, text, length), length, 0, hash, *slot};
    reader->key_count++;
    return *slot = key;
}

static void push(struct reader *reader, struct entry entry)
{
    if (reader->open_count == reader->open_size) {
        size_t size = reader->open_size == 0 ? 128 : reader->open_size * 2;
        reader->open = arena_grow(reader->scratch, reader->open, reader->open_count, size, sizeof entry);
        reader->open_size = size;
    }
    reader->open[reader->open_count++] = entry;
}

// With room for a text behind it.
static struct value *value_here(const struct reader *reader, enum value_kind kind, struct src_pos pos,
                                size_t room)
{
    struct value *value = arena_grow_bytes(reader->scan.arena, NULL, 0, sizeof *value + room);
    *value = (struct value){.kind = kind, .pos = pos};
    return value;
}

static const struct value *close_list(struct reader *reader, size_t first, struct src_pos pos)
{
    struct value *list = value_here(reader, VALUE_LIST, pos, 0);
    size_t count = reader->open_count - first;
    list->list.items = arena_grow_bytes(reader->scan.arena, NULL, 0, count * sizeof *list->list.items);
    list->list.count = list->list.size = count;
    for (size_t i = 0; i < count; i++)
        list->list.items[i] = reader->open[first + i].value;
    reader->open_count = first;
    return list;
}

// Refuses a key that stands twice: first and last readers would disagree.
static const struct value *close_map(struct reader *reader, size_t first, struct src_pos pos)
{
    struct value *map = value_here(reader, VALUE_MAP, pos, 0);
    size_t count = reader->open_count - first, number = ++reader->maps;
    map->map.fields = arena_grow_bytes(reader->scan.arena, NULL, 0, count * sizeof *map->map.fields);
    map->map.count = map->map.size = count;
    for (size_t i = 0; i < count; i++) {
        struct entry *entry = &reader->open[first + i];
        if (entry->key->map == number) {
            err_set_at(reader->scan.err, E_SYNTAX, entry->pos, "the key \"%.80s\" stands twice",
                       entry->key->text);
            return NULL;
        }
        entry->key->map = number;
        map->map.fields[i] = (struct value_field){entry->key->text, entry->pos, entry->value};
    }
    reader->open_count = first;
    return map;
}

static const struct value *read_value(struct reader *reader, int depth);

// Passes a character that must be there.
static bool take(struct scan *scan, char wanted, const char *otherwise)
{
    if (scan->at == scan->end || *scan->at != wanted)
        return json_scan_fail(scan, E_SYNTAX, otherwise);
    scan->at++;
    scan->column++;
    return true;
}

static bool read_key(struct reader *reader, struct entry *entry)
{
    struct scan *scan = &reader->scan;
    const char *text;
    size_t length;
    if (scan->at == scan->end || *scan->at != '"')
        return json_scan_fail(scan, E_SYNTAX,
                              scan->at == scan->end ? "the text ends inside an object"
                                                    : "a key in double quotes is wanted here");
    entry->pos = here(scan);
    if (!json_scan_string(scan, &text, &length))
        return false;
    if (scan->arena != NULL)
        entry->key = key_of(reader, text, length);
    json_scan_space(scan);
    return take(scan, ':', "a colon is wanted here");
}

// Items of an object or array, up to and with its closing bracket.
static bool read_items(struct reader *reader, int depth, char close)
{
    struct scan *scan = &reader->scan;
    scan->at++;
    scan->column++;
    json_scan_space(scan);
    if (scan->at < scan->end && *scan->at == close)
        return take(scan, close, "");
    for (;;) {
        struct entry entry = {0};
        if (close == '}' && !read_key(reader, &entry))
            return false;
        entry.value = read_value(reader, depth + 1);
        if (entry.value == NULL)
            return false;
        if (scan->arena != NULL)
            push(reader, entry);
        if (scan->at == scan->end)
            return json_scan_fail(scan, E_SYNTAX,
                                  close == '}' ? "the text ends inside an object"
                                               : "the text ends inside an array");
        if (*scan->at == close)
            return take(scan, close, "");
        if (!take(scan, ',', "a comma or the closing bracket is wanted here"))
            return false;
        json_scan_space(scan);
    }
}

static const struct value *read_composite(struct reader *reader, int depth, struct src_pos pos)
{
    bool is_map = *reader->scan.at == '{';
    size_t first = reader->open_count;
    if (depth >= (reader->scan.own ? JSON_MAX_DEPTH_OWN : JSON_MAX_DEPTH)) {
        json_scan_fail(&reader->scan, E_LIMIT, "values are nested deeper than 64");
        return NULL;
    }
    if (!read_items(reader, depth, is_map ? '}' : ']'))
        return NULL;
    if (reader->scan.arena == NULL)
        return &value_null;
    return is_map ? close_map(reader, first, pos) : close_list(reader, first, pos);
}

static const struct value *read_string(struct reader *reader, struct src_pos pos)
{
    const char *text;
    size_t length;
    if (!json_scan_string(&reader->scan, &text, &length))
        return NULL;
    if (reader->scan.arena == NULL)
        return &value_null;
    bool kept = text[length] == '\0';
    struct value *value = value_here(reader, VALUE_STRING, pos, kept ? 0 : length + 1);
    value->text = text;
    if (!kept) {
        char *copy = (char *)(value + 1);
        memcpy(copy, text, length);
        copy[length] = '\0';
        value->text = copy;
    }
    return value;
}

// Digits only, and few: the integer itself.
static bool small_integer(const char *at, size_t length, int64_t *number)
{
    bool minus = *at == '-';
    *number = 0;
    for (size_t i = minus; i < length; i++) {
        if (at[i] < '0' || at[i] > '9' || i - minus >= 15) // all of these are within ±2^53
            return false;
        *number = *number * 10 + (at[i] - '0');
    }
    if (minus)
        *number = -*number;
    return true;
}

static const struct value *read_number(struct reader *reader, struct src_pos pos)
{
    struct scan *scan = &reader->scan;
    size_t length = json_scan_number(scan);
    const char *at = scan->at;
    int64_t integer;
    if (length == 0) {
        json_scan_fail(scan, E_SYNTAX, "a JSON value is wanted here");
        return NULL;
    }
    scan->at += length;
    scan->column += (int)length;
    if (scan->arena == NULL)
        return &value_null;
    struct value *value = value_here(reader, VALUE_INT, pos, 0);
    if (small_integer(at, length, &integer)) {
        value->integer = integer;
        return value;
    }
    double number = strtod(arena_strndup(reader->scratch, at, length), NULL);
    if (!isfinite(number)) { // it could not be written again
        err_set_at(scan->err, E_SYNTAX, pos, "a number that is too large");
        return NULL;
    }
    if (fabs(number) <= 9007199254740992.0 && floor(number) >= number) {
        value->integer = (int64_t)number;
        return value;
    }
    value->kind = VALUE_NUMBER;
    value->number = number;
    return value;
}

static const struct value *read_word(struct reader *reader, struct src_pos pos)
{
    static const struct {
        const char *word;
        enum value_kind kind;
        bool flag;
    } words[] = {{"true", VALUE_BOOL, true}, {"false", VALUE_BOOL, false}, {"null", VALUE_NULL, false}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (json_scan_word(&reader->scan, words[i].word)) {
            if (reader->scan.arena == NULL)
                return &value_null;
            struct value *value = value_here(reader, words[i].kind, pos, 0);
            if (value->kind == VALUE_BOOL)
                value->flag = words[i].flag;
            return value;
        }
    return read_number(reader, pos);
}

// One value with the space around it. NULL: the error is filled. What is only checked gives null.
static const struct value *read_value(struct reader *reader, int depth)
{
    struct scan *scan = &reader->scan;
    json_scan_space(scan);
    if (scan->at == scan->end) {
        json_scan_fail(scan, E_SYNTAX, "the text ends where a value is wanted");
        return NULL;
    }
    struct src_pos pos = here(scan);
    char c = *scan->at;
    const struct value *value = c == '{' || c == '[' ? read_composite(reader, depth, pos)
                                : c == '"'           ? read_string(reader, pos)
                                                     : read_word(reader, pos);
    if (value != NULL)
        json_scan_space(scan);
    return value;
}

static const struct value *read_document(struct reader *reader)
{
    struct scan *scan = &reader->scan;
    if (scan->end - scan->at >= 3 && memcmp(scan->at, "\xEF\xBB\xBF", 3) == 0)
        scan->at += 3;
    const struct value *value = read_value(reader, 0);
    if (value != NULL && scan->at != scan->end) {
        json_scan_fail(scan, E_SYNTAX, "text behind the end of the JSON value");
        return NULL;
    }
    return value;
}

static const struct value *parse(const struct scan *scan)
{
    if (scan->end - scan->at > JSON_MAX_FILE) {
        err_set_at(scan->err, E_LIMIT, (struct src_pos){scan->name, 0, 0}, "larger than 64 MiB");
        return NULL;
    }
    struct reader reader = {.scan = *scan, .scratch = arena_open()};
    const struct value *value = read_document(&reader);
    arena_close(reader.scratch);
    return value;
}

const struct value *json_parse(struct arena *arena, const char *name, const char *bytes, size_t length,
                               struct err *err)
{
    return parse(&(struct scan){.arena = arena,
                                .name = name,
                                .at = bytes,
                                .end = bytes + length,
                                .line = 1,
                                .column = 1,
                                .err = err});
}

const struct value *json_parse_own(struct arena *arena, const char *name, const char *bytes, size_t length,
                                   struct err *err)
{
    return parse(&(struct scan){.arena = arena,
                                .name = name,
                                .at = bytes,
                                .end = bytes + length,
                                .own = true,
                                .line = 1,
                                .column = 1,
                                .err = err});
}

bool json_is_own(const char *bytes, size_t length)
{
    struct reader reader = {
        .scan = {.at = bytes, .end = bytes + length, .own = true, .line = 1, .column = 1}};
    return read_document(&reader) != NULL;
}
