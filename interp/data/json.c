// JSON's door. A scan of our own checks what cJSON lets through and notes where every value begins; cJSON
// parses; the tree becomes values, located if the text has a name. JSON Lines are cut by callers; not for
// writing (json_write.c). Invariant: the scan visits values in the order in which the tree is converted,
// so the n-th place belongs to the n-th value. A document that is a list is read item by item: what cJSON
// makes of all of it would be many times its size.
#include "data/json.h"

#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "data/json_scan.h"
#include "data/value.h"

static const char HOLE[] = "\xEF\xBF\xBD"; // U+FFFD

// Keys repeat from record to record: each text is kept once, and known by its address.
struct key {
    const char *text;
    size_t length;
    size_t map; // number of the last map that had it
    uint64_t hash;
    struct key *next; // in its slot
};

struct reader {
    struct scan scan;           // what its scratch holds is freed when the text has been read
    struct arena *arena, *tree; // the second for what cJSON makes
    size_t next;                // of the places
    struct place key;           // of the value that comes next, if it is a member of a map
    struct key **slots;
    size_t slot_count, key_count; // slot_count is a power of two
    size_t maps;                  // so far
};

static void more_slots(struct reader *reader)
{
    size_t count = reader->slot_count == 0 ? 64 : reader->slot_count * 4;
    struct key **slots = ARENA_ARRAY(reader->scan.scratch, struct key *, count);
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
    uint64_t hash = (uint64_t)(uintptr_t)reader->scan.scratch ^ length, word;
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

static struct key *key_of(struct reader *reader, const char *text)
{
    size_t length = strlen(text);
    uint64_t hash = hash_of(reader, text, length);
    if (reader->key_count >= reader->slot_count)
        more_slots(reader);
    struct key **slot = &reader->slots[hash & (reader->slot_count - 1)];
    for (struct key *key = *slot; key != NULL; key = key->next)
        if (key->hash == hash && key->length == length && memcmp(key->text, text, length) == 0)
            return key;
    struct key *key = ARENA_NEW(reader->scan.scratch, struct key);
    *key = (struct key){arena_strndup(reader->arena, text, length), length, 0, hash, *slot};
    reader->key_count++;
    return *slot = key;
}

static struct place next_place(struct reader *reader)
{
    return reader->scan.name == NULL ? (struct place){0} : reader->scan.places[reader->next++];
}

static struct src_pos pos_at(const struct reader *reader, struct place place)
{
    return (struct src_pos){place.line == 0 ? NULL : reader->scan.name, place.line, place.column};
}

// With room for a text behind it.
static struct value *value_here(struct reader *reader, enum value_kind kind, size_t room)
{
    bool located = reader->scan.name != NULL;
    size_t front = located ? sizeof(struct value_place) : 0;
    struct place pos = next_place(reader);
    unsigned char *memory = arena_bytes(reader->arena, front + sizeof(struct value) + room);
    struct value *value = (void *)(memory + front);
    if (located)
        *(struct value_place *)(void *)memory =
            (struct value_place){.pos = pos_at(reader, pos), .key = pos_at(reader, reader->key)};
    reader->key = (struct place){0};
    *value = (struct value){.kind = kind, .located = located};
    return value;
}

static const struct value *convert_item(struct reader *reader, const cJSON *item);

static const struct value *convert_list(struct reader *reader, const cJSON *item)
{
    struct value *list = value_here(reader, VALUE_LIST, 0);
    size_t count = (size_t)cJSON_GetArraySize(item);
    list->items = arena_bytes(reader->arena, count * sizeof *list->items);
    for (const cJSON *child = item->child; child != NULL; child = child->next) {
        const struct value *part = convert_item(reader, child);
        if (part == NULL)
            return NULL;
        list->items[list->count++] = part;
    }
    return list;
}

// Refuses a key that stands twice: first and last readers would disagree. Keys that differ only in what could
// not be read are nobody's to look for: the first is kept.
static bool only_once(struct reader *reader, struct value *map, struct key **keys)
{
    uint32_t kept = 0;
    reader->maps++;
    for (size_t i = 0; i < map->count; i++) {
        bool again = keys[i]->map == reader->maps;
        if (again && (reader->scan.hole_count == 0 || strstr(keys[i]->text, HOLE) == NULL))
            return err_set_at(reader->scan.err, E_SYNTAX, value_key_pos(map->fields[i].value),
                              "the key \"%.80s\" stands twice", keys[i]->text);
        keys[i]->map = reader->maps;
        if (!again)
            map->fields[kept++] = map->fields[i];
    }
    map->count = kept;
    return true;
}

static const struct value *convert_map(struct reader *reader, const cJSON *item)
{
    struct value *map = value_here(reader, VALUE_MAP, 0);
    size_t count = (size_t)cJSON_GetArraySize(item);
    struct key **keys = arena_bytes(reader->scan.scratch, count * sizeof *keys);
    map->fields = arena_bytes(reader->arena, count * sizeof *map->fields);
    for (const cJSON *child = item->child; child != NULL; child = child->next) {
        struct key *key = keys[map->count] = key_of(reader, child->string);
        reader->key = next_place(reader);
        const struct value *part = convert_item(reader, child);
        if (part == NULL)
            return NULL;
        map->fields[map->count++] = (struct value_field){key->text, part};
    }
    return only_once(reader, map, keys) ? map : NULL;
}

static const struct value *convert_string(struct reader *reader, const char *text)
{
    size_t room = strlen(text) + 1;
    struct value *value = value_here(reader, VALUE_STRING, room);
    value->text = memcpy(value + 1, text, room);
    return value;
}

static const struct value *convert_number(struct reader *reader, double number)
{
    bool whole = fabs(number) <= 9007199254740992.0 && floor(number) >= number;
    struct value *value = value_here(reader, whole ? VALUE_INT : VALUE_NUMBER, 0);
    if (!isfinite(number)) { // it could not be written again
        err_set_at(reader->scan.err, E_SYNTAX, value_pos(value), "a number that is too large");
        return NULL;
    }
    if (whole)
        value->integer = (int64_t)number;
    else
        value->number = number;
    return value;
}

static const struct value *convert_item(struct reader *reader, const cJSON *item)
{
    if (cJSON_IsString(item))
        return convert_string(reader, item->valuestring);
    if (cJSON_IsNumber(item))
        return convert_number(reader, item->valuedouble);
    if (cJSON_IsObject(item))
        return convert_map(reader, item);
    if (cJSON_IsArray(item))
        return convert_list(reader, item);
    struct value *value = value_here(reader, cJSON_IsNull(item) ? VALUE_NULL : VALUE_BOOL, 0);
    value->flag = cJSON_IsTrue(item);
    return value;
}

// cJSON asks for memory without saying for what: while it parses, its tree lies in this arena, and is freed
// as a whole.
static _Thread_local struct arena *tree_arena;

static void *tree_alloc(size_t size)
{
    return arena_bytes(tree_arena, size);
}

static void tree_free(void *memory)
{
    (void)memory;
}

// The text with U+FFFD in the place of what is no character.
static const char *without_holes(struct reader *reader, const char *start, size_t length)
{
    struct scan *scan = &reader->scan;
    if (scan->hole_count == 0)
        return start;
    char *text = arena_strndup(reader->tree, start, length);
    for (size_t i = 0; i < scan->hole_count; i++)
        memcpy(text + (scan->holes[i] - start), "FFFD", 4);
    return text;
}

static const struct value *read_tree(struct reader *reader, const char *start, size_t length)
{
    cJSON_InitHooks(&(cJSON_Hooks){tree_alloc, tree_free});
    tree_arena = reader->tree;
    const cJSON *tree = cJSON_ParseWithLength(without_holes(reader, start, length), length);
    const struct value *value = tree == NULL ? NULL : convert_item(reader, tree);
    if (tree == NULL)
        json_scan_fail(&reader->scan, E_SYNTAX, "not valid JSON");
    cJSON_InitHooks(NULL);
    arena_clear(reader->tree);
    return value;
}

static const struct value *read_value(struct reader *reader, int depth)
{
    struct scan *scan = &reader->scan;
    const char *start = scan->at;
    scan->count = scan->hole_count = reader->next = 0;
    return json_scan_value(scan, depth) ? read_tree(reader, start, (size_t)(scan->at - start)) : NULL;
}

static const struct value *read_list(struct reader *reader)
{
    struct scan *scan = &reader->scan;
    const struct value_place place = {.pos = {scan->name, scan->line, scan->column}};
    struct value *list =
        scan->name == NULL ? value_list(reader->arena) : value_located(reader->arena, VALUE_LIST, &place);
    bool more = json_scan_take(scan, '[', "");
    json_scan_space(scan);
    if (scan->at < scan->end && *scan->at == ']')
        more = !json_scan_take(scan, ']', "");
    while (more) {
        const struct value *item = read_value(reader, 1);
        if (item == NULL)
            return NULL;
        value_append(reader->arena, list, item);
        more = scan->at < scan->end && *scan->at == ',';
        if (!json_scan_take(scan, more ? ',' : ']',
                            scan->at == scan->end ? "the text ends inside an array"
                                                  : "a comma or the closing bracket is wanted here"))
            return NULL;
    }
    json_scan_space(scan);
    return list;
}

size_t json_mark(const char *bytes, size_t length)
{
    return length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

static const struct value *read_document(struct reader *reader)
{
    struct scan *scan = &reader->scan;
    if (scan->end - scan->at > JSON_MAX_FILE) {
        err_set_at(scan->err, E_LIMIT, (struct src_pos){scan->name, 0, 0}, "larger than 64 MiB");
        return NULL;
    }
    scan->at += json_mark(scan->at, (size_t)(scan->end - scan->at));
    if (scan->end - scan->at >= 2 &&
        (memcmp(scan->at, "\xFF\xFE", 2) == 0 || memcmp(scan->at, "\xFE\xFF", 2) == 0)) {
        json_scan_fail(scan, E_SYNTAX, "this is UTF-16, and JSON is UTF-8");
        err_hint(scan->err, "PowerShell writes UTF-8 with `Set-Content -Encoding utf8`");
        return NULL;
    }
    json_scan_space(scan);
    const struct value *value =
        scan->at < scan->end && *scan->at == '[' ? read_list(reader) : read_value(reader, 0);
    if (value == NULL || scan->at == scan->end)
        return value;
    json_scan_fail(scan, E_SYNTAX, "text behind the end of the JSON value");
    return NULL;
}

static const struct value *parse(struct arena *arena, struct scan scan)
{
    struct reader reader = {.scan = scan, .arena = arena};
    reader.scan.scratch = arena_open();
    reader.tree = arena_open();
    const struct value *value = read_document(&reader);
    arena_close(reader.tree);
    arena_close(reader.scan.scratch);
    return value;
}

const struct value *json_parse(struct arena *arena, const char *name, const char *bytes, size_t length,
                               struct err *err)
{
    return json_parse_line(arena, (struct src_pos){name, 1, 1}, bytes, length, err);
}

const struct value *json_parse_line(struct arena *arena, struct src_pos pos, const char *bytes, size_t length,
                                    struct err *err)
{
    return parse(arena, (struct scan){.name = pos.file,
                                      .at = bytes,
                                      .end = bytes + length,
                                      .line = pos.line,
                                      .column = pos.column,
                                      .err = err});
}

const struct value *json_parse_own(struct arena *arena, const char *name, const char *bytes, size_t length,
                                   struct err *err)
{
    return parse(arena, (struct scan){.name = name,
                                      .at = bytes,
                                      .end = bytes + length,
                                      .line = 1,
                                      .column = 1,
                                      .err = err,
                                      .own = true});
}

bool json_is_own(const char *bytes, size_t length)
{
    struct scan scan = {.at = bytes, .end = bytes + length, .line = 1, .column = 1, .own = true};
    return json_scan_value(&scan, 0) && scan.at == scan.end;
}
