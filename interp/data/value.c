// Values in arenas. Not for conversion to or from texts (json.h, yaml.h) nor for types (schema.h).
// Invariant: no list or map changes after its maker has handed it on.
#include "data/value.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"

const struct value value_null = {.kind = VALUE_NULL};
const struct value value_true = {.kind = VALUE_BOOL, .flag = true};
const struct value value_false = {.kind = VALUE_BOOL, .flag = false};

static struct value *value_new(struct arena *arena, enum value_kind kind)
{
    struct value *value = ARENA_NEW(arena, struct value);
    value->kind = kind;
    return value;
}

static struct value *text_value(struct arena *arena, enum value_kind kind, const char *text)
{
    struct value *value = value_new(arena, kind);
    value->text = arena_strdup(arena, text);
    return value;
}

struct value *value_string(struct arena *arena, const char *text)
{
    return text_value(arena, VALUE_STRING, text);
}

struct value *value_printf(struct arena *arena, const char *format, ...)
{
    struct value *value = value_new(arena, VALUE_STRING);
    va_list args;
    va_start(args, format);
    value->text = arena_vprintf(arena, format, args);
    va_end(args);
    return value;
}

struct value *value_int(struct arena *arena, int64_t integer)
{
    struct value *value = value_new(arena, VALUE_INT);
    value->integer = integer;
    return value;
}

struct value *value_number(struct arena *arena, double number)
{
    struct value *value = value_new(arena, VALUE_NUMBER);
    value->number = number;
    return value;
}

const struct value *value_bool(bool flag)
{
    return flag ? &value_true : &value_false;
}

struct value *value_secret(struct arena *arena, const char *text)
{
    return text_value(arena, VALUE_SECRET, text);
}

struct value *value_unknown(struct arena *arena, const char *why)
{
    return text_value(arena, VALUE_UNKNOWN, why);
}

const struct value *value_string_or_null(struct arena *arena, const char *text)
{
    return text == NULL ? &value_null : value_string(arena, text);
}

const char *value_source(const struct value *value)
{
    return value->kind == VALUE_LIST || value->kind == VALUE_MAP ? NULL : value->source;
}

struct value *value_list(struct arena *arena)
{
    return value_new(arena, VALUE_LIST);
}

struct value *value_list_sized(struct arena *arena, size_t size)
{
    struct value *list = value_list(arena);
    list->list.items = ARENA_ARRAY(arena, const struct value *, size);
    list->list.size = (uint32_t)size;
    return list;
}

struct value *value_map_sized(struct arena *arena, size_t size)
{
    struct value *map = value_map(arena);
    map->map.fields = ARENA_ARRAY(arena, struct value_field, size);
    map->map.size = (uint32_t)size;
    return map;
}

void value_append(struct arena *arena, struct value *list, const struct value *item)
{
    REQUIRE(list->kind == VALUE_LIST);
    if (list->list.count == list->list.size) {
        uint32_t size = list->list.size == 0 ? 4 : list->list.size * 2;
        list->list.items =
            arena_grow(arena, list->list.items, list->list.count, size, sizeof *list->list.items);
        list->list.size = size;
    }
    list->list.items[list->list.count++] = item == NULL ? &value_null : item;
}

struct value *value_map(struct arena *arena)
{
    return value_new(arena, VALUE_MAP);
}

void value_add_kept(struct arena *arena, struct value *map, const char *key, struct src_pos key_pos,
                    const struct value *item)
{
    REQUIRE(map->kind == VALUE_MAP);
    if (map->map.count == map->map.size) {
        uint32_t size = map->map.size == 0 ? 4 : map->map.size * 2;
        map->map.fields = arena_grow(arena, map->map.fields, map->map.count, size, sizeof *map->map.fields);
        map->map.size = size;
    }
    map->map.fields[map->map.count++] =
        (struct value_field){.key = key, .pos = key_pos, .value = item == NULL ? &value_null : item};
}

void value_add(struct arena *arena, struct value *map, const char *key, struct src_pos key_pos,
               const struct value *item)
{
    value_add_kept(arena, map, arena_strdup(arena, key), key_pos, item);
}

void value_put(struct arena *arena, struct value *map, const char *key, const struct value *item)
{
    for (size_t i = 0; i < map->map.count; i++)
        if (strcmp(map->map.fields[i].key, key) == 0) {
            map->map.fields[i].value = item == NULL ? &value_null : item;
            return;
        }
    value_add(arena, map, key, (struct src_pos){0}, item);
}

void value_put_text(struct arena *arena, struct value *map, const char *key, const char *text)
{
    value_put(arena, map, key, value_string_or_null(arena, text));
}

void value_hold(struct arena *arena, struct value *map, const char *key, const struct value *item)
{
    value_add_kept(arena, map, key, (struct src_pos){0}, item);
}

const struct value *value_held_text(struct arena *arena, const char *text)
{
    if (text == NULL)
        return &value_null;
    struct value *value = value_new(arena, VALUE_STRING);
    value->text = text;
    return value;
}

void value_hold_text(struct arena *arena, struct value *map, const char *key, const char *text)
{
    value_hold(arena, map, key, value_held_text(arena, text));
}

const struct value *value_get(const struct value *map, const char *key)
{
    if (!value_is(map, VALUE_MAP))
        return NULL;
    for (size_t i = 0; i < map->map.count; i++)
        if (strcmp(map->map.fields[i].key, key) == 0)
            return map->map.fields[i].value;
    return NULL;
}

const struct value *value_get_nocase(const struct value *map, const char *key)
{
    if (!value_is(map, VALUE_MAP))
        return NULL;
    for (size_t i = 0; i < map->map.count; i++) {
        const char *other = map->map.fields[i].key;
        if (((*other ^ *key) & ~0x20) == 0 && text_same(other, key)) // most differ in the first letter
            return map->map.fields[i].value;
    }
    return NULL;
}

const struct value *value_at(const struct value *value, const char *path)
{
    char key[128];
    while (value != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        REQUIRE(length < sizeof key);
        memcpy(key, path, length);
        key[length] = '\0';
        value = value_get(value, key);
        path += length + (path[length] == '.');
    }
    return value;
}

const char *value_text(const struct value *value)
{
    return value_is(value, VALUE_STRING) ? value->text : NULL;
}

const char *value_text_at(const struct value *value, const char *path)
{
    return value_text(value_at(value, path));
}

size_t value_count(const struct value *value)
{
    if (value_is(value, VALUE_LIST))
        return value->list.count;
    return value_is(value, VALUE_MAP) ? value->map.count : 0;
}

const struct value *value_item(const struct value *list, size_t index)
{
    return value_is(list, VALUE_LIST) && index < list->list.count ? list->list.items[index] : NULL;
}

bool value_flag_at(const struct value *value, const char *path)
{
    const struct value *found = value_at(value, path);
    return value_is(found, VALUE_BOOL) && found->flag;
}

int64_t value_int_at(const struct value *value, const char *path, int64_t otherwise)
{
    const struct value *found = value_at(value, path);
    return value_is(found, VALUE_INT) ? found->integer : otherwise;
}

// Walks a value; returns the first that has the kind.
static const struct value *find_kind(const struct value *value, enum value_kind kind)
{
    if (value == NULL || value->kind == kind)
        return value;
    if (value->kind == VALUE_LIST)
        for (size_t i = 0; i < value->list.count; i++) {
            const struct value *found = find_kind(value->list.items[i], kind);
            if (found != NULL)
                return found;
        }
    if (value->kind == VALUE_MAP)
        for (size_t i = 0; i < value->map.count; i++) {
            const struct value *found = find_kind(value->map.fields[i].value, kind);
            if (found != NULL)
                return found;
        }
    return NULL;
}

const struct value *value_find_unknown(const struct value *value)
{
    return find_kind(value, VALUE_UNKNOWN);
}

bool value_has_secret(const struct value *value)
{
    return find_kind(value, VALUE_SECRET) != NULL;
}

static bool numbers_equal(const struct value *a, const struct value *b)
{
    double x = a->kind == VALUE_INT ? (double)a->integer : a->number;
    double y = b->kind == VALUE_INT ? (double)b->integer : b->number;
    return x >= y && x <= y;
}

static bool maps_equal(const struct value *a, const struct value *b)
{
    if (a->map.count != b->map.count)
        return false;
    for (size_t i = 0; i < a->map.count; i++) {
        const struct value *other = value_get(b, a->map.fields[i].key);
        if (other == NULL || !value_equal(a->map.fields[i].value, other))
            return false;
    }
    return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (a == NULL)
        a = &value_null;
    if (b == NULL)
        b = &value_null;
    bool a_number = a->kind == VALUE_INT || a->kind == VALUE_NUMBER;
    if (a_number && (b->kind == VALUE_INT || b->kind == VALUE_NUMBER))
        return numbers_equal(a, b);
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VALUE_NULL:
        return true;
    case VALUE_BOOL:
        return a->flag == b->flag;
    case VALUE_STRING:
    case VALUE_SECRET:
    case VALUE_UNKNOWN:
        return strcmp(a->text, b->text) == 0;
    case VALUE_LIST:
        if (a->list.count != b->list.count)
            return false;
        for (size_t i = 0; i < a->list.count; i++)
            if (!value_equal(a->list.items[i], b->list.items[i]))
                return false;
        return true;
    case VALUE_MAP:
        return maps_equal(a, b);
    case VALUE_INT:
    case VALUE_NUMBER:
        break;
    }
    panic("numbers were compared above");
}

const struct value *value_merge_patch(struct arena *arena, const struct value *target,
                                      const struct value *patch)
{
    if (!value_is(patch, VALUE_MAP))
        return patch == NULL ? &value_null : patch;
    struct value *result = value_map(arena);
    if (value_is(target, VALUE_MAP))
        for (size_t i = 0; i < target->map.count; i++) {
            const struct value_field *field = &target->map.fields[i];
            const struct value *change = value_get(patch, field->key);
            if (change == NULL)
                value_add(arena, result, field->key, field->pos, field->value);
            else if (!value_is_null(change))
                value_add(arena, result, field->key, field->pos,
                          value_merge_patch(arena, field->value, change));
        }
    for (size_t i = 0; i < patch->map.count; i++) {
        const struct value_field *field = &patch->map.fields[i];
        if (value_get(target, field->key) == NULL && !value_is_null(field->value))
            value_add(arena, result, field->key, field->pos, value_merge_patch(arena, NULL, field->value));
    }
    return result;
}

const struct value *value_copy(struct arena *arena, const struct value *value)
{
    if (value == NULL || value->kind == VALUE_NULL)
        return &value_null;
    struct value *copy = value_new(arena, value->kind);
    *copy = *value;
    if (value_source(value) != NULL)
        copy->source = arena_strdup(arena, value->source);
    switch (value->kind) {
    case VALUE_STRING:
    case VALUE_SECRET:
    case VALUE_UNKNOWN:
        copy->text = arena_strdup(arena, value->text);
        break;
    case VALUE_LIST:
        copy->list.items = ARENA_ARRAY(arena, const struct value *, value->list.count);
        copy->list.size = value->list.count;
        for (size_t i = 0; i < value->list.count; i++)
            copy->list.items[i] = value_copy(arena, value->list.items[i]);
        break;
    case VALUE_MAP:
        copy->map.fields = ARENA_ARRAY(arena, struct value_field, value->map.count);
        copy->map.size = value->map.count;
        for (size_t i = 0; i < value->map.count; i++)
            copy->map.fields[i] =
                (struct value_field){arena_strdup(arena, value->map.fields[i].key), value->map.fields[i].pos,
                                     value_copy(arena, value->map.fields[i].value)};
        break;
    case VALUE_NULL:
    case VALUE_BOOL:
    case VALUE_INT:
    case VALUE_NUMBER:
        break;
    }
    return copy;
}

const char *value_kind_name(const struct value *value)
{
    static const char *const names[] = {"null",     "a boolean", "a whole number",
                                        "a number", "a string",  "a list",
                                        "a map",    "a secret",  "an unknown value"};
    return names[value == NULL ? VALUE_NULL : value->kind];
}
