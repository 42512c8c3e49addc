// JSON's door. A scan of our own checks what cJSON lets through and notes where every value begins; cJSON
// parses; the tree becomes located values. Not for JSON Lines: callers cut lines; not for writing
// (json_write.c). Invariant: the scan visits values in the order in which the tree is converted, so the n-th
// place belongs to the n-th value.
#include "data/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json_scan.h"
#include "data/value.h"

enum { KEPT_KEYS = 256 };

struct convert {
    struct arena *arena, *scratch;
    const char **keys; // KEPT_KEYS of them, by hash; a newer one takes the place of an older
    const char *name;
    const struct place *places;
    size_t next;
    struct err *err;
};

static struct src_pos convert_pos(struct convert *convert)
{
    const struct place *place = &convert->places[convert->next++];
    return (struct src_pos){convert->name, place->line, place->column};
}

static int by_key(const void *a, const void *b)
{
    return strcmp((*(const struct value_field *const *)a)->key, (*(const struct value_field *const *)b)->key);
}

// Refuses a key that stands twice: first and last readers would disagree.
static bool keys_unique(struct convert *convert, const struct value *map)
{
    size_t count = map->map.count;
    const struct value_field **sorted = ARENA_ARRAY(convert->scratch, const struct value_field *, count);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &map->map.fields[i];
    qsort(sorted, count, sizeof *sorted, by_key);
    for (size_t i = 1; i < count; i++)
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0) {
            const struct value_field *second = sorted[i]->pos.line > sorted[i - 1]->pos.line ||
                                                       (sorted[i]->pos.line == sorted[i - 1]->pos.line &&
                                                        sorted[i]->pos.column > sorted[i - 1]->pos.column)
                                                   ? sorted[i]
                                                   : sorted[i - 1];
            return err_set_at(convert->err, E_SYNTAX, second->pos, "the key \"%.80s\" stands twice",
                              second->key);
        }
    return true;
}

// Keys repeat from record to record: each text is kept once.
static const char *kept_key(struct convert *convert, const char *key)
{
    uint64_t hash = 1469598103934665603u;
    for (const char *c = key; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    const char **slot = &convert->keys[hash % KEPT_KEYS];
    if (*slot == NULL || strcmp(*slot, key) != 0)
        *slot = arena_strdup(convert->arena, key);
    return *slot;
}

static size_t child_count(const cJSON *item)
{
    size_t count = 0;
    for (const cJSON *child = item->child; child != NULL; child = child->next)
        count++;
    return count;
}

static const struct value *convert_number(struct convert *convert, double number, struct src_pos pos)
{
    if (!isfinite(number)) { // it could not be written again
        err_set_at(convert->err, E_SYNTAX, pos, "a number that is too large");
        return NULL;
    }
    bool whole = fabs(number) <= 9007199254740992.0 && floor(number) >= number;
    struct value *value =
        whole ? value_int(convert->arena, (int64_t)number) : value_number(convert->arena, number);
    value->pos = pos;
    return value;
}

static const struct value *convert_item(struct convert *convert, const cJSON *item)
{
    struct src_pos pos = convert_pos(convert);
    struct value *value;
    if (cJSON_IsNumber(item))
        return convert_number(convert, item->valuedouble, pos);
    if (cJSON_IsString(item)) {
        value = value_string(convert->arena, item->valuestring);
    } else if (cJSON_IsArray(item)) {
        value = value_list_sized(convert->arena, child_count(item));
        for (const cJSON *child = item->child; child != NULL; child = child->next) {
            const struct value *part = convert_item(convert, child);
            if (part == NULL)
                return NULL;
            value_append(convert->arena, value, part);
        }
    } else if (cJSON_IsObject(item)) {
        value = value_map_sized(convert->arena, child_count(item));
        for (const cJSON *child = item->child; child != NULL; child = child->next) {
            struct src_pos key_pos = convert_pos(convert);
            const struct value *part = convert_item(convert, child);
            if (part == NULL)
                return NULL;
            value_add_kept(convert->arena, value, kept_key(convert, child->string), key_pos, part);
        }
        if (!keys_unique(convert, value))
            return NULL;
    } else {
        value = ARENA_NEW(convert->arena, struct value);
        *value = cJSON_IsTrue(item) ? value_true : cJSON_IsFalse(item) ? value_false : value_null;
    }
    value->pos = pos;
    return value;
}

static const struct value *parse_with(struct scan *scan)
{
    size_t length = (size_t)(scan->end - scan->at);
    if (length > JSON_MAX_FILE) {
        err_set_at(scan->err, E_LIMIT, (struct src_pos){scan->name, 0, 0}, "larger than 64 MiB");
        return NULL;
    }
    if (length >= 3 && memcmp(scan->at, "\xEF\xBB\xBF", 3) == 0)
        scan->at += 3;
    const char *start = scan->at;
    if (!json_scan_value(scan, 0))
        return NULL;
    if (scan->at != scan->end) {
        json_scan_fail(scan, E_SYNTAX, "text behind the end of the JSON value");
        return NULL;
    }
    cJSON *tree = cJSON_ParseWithLength(start, (size_t)(scan->end - start));
    if (tree == NULL) {
        err_set_at(scan->err, E_SYNTAX, (struct src_pos){scan->name, 1, 1}, "not valid JSON");
        return NULL;
    }
    struct convert convert = {scan->arena, scan->scratch, ARENA_ARRAY(scan->scratch, const char *, KEPT_KEYS),
                              scan->name,  scan->places,  0,
                              scan->err};
    const struct value *value = convert_item(&convert, tree);
    cJSON_Delete(tree);
    return value;
}

static const struct value *parse(struct scan *scan)
{
    scan->scratch = arena_open();
    const struct value *value = parse_with(scan);
    arena_close(scan->scratch);
    return value;
}

const struct value *json_parse(struct arena *arena, const char *name, const char *bytes, size_t length,
                               struct err *err)
{
    struct scan scan = {
        .arena = arena, .name = name, .at = bytes, .end = bytes + length, .line = 1, .column = 1, .err = err};
    return parse(&scan);
}

const struct value *json_parse_own(struct arena *arena, const char *name, const char *bytes, size_t length,
                                   struct err *err)
{
    struct scan scan = {.arena = arena,
                        .name = name,
                        .at = bytes,
                        .end = bytes + length,
                        .line = 1,
                        .column = 1,
                        .err = err,
                        .own = true};
    return parse(&scan);
}

bool json_is_own(const char *bytes, size_t length)
{
    struct scan scan = {.at = bytes, .end = bytes + length, .line = 1, .column = 1, .own = true};
    return json_scan_value(&scan, 0) && scan.at == scan.end;
}
