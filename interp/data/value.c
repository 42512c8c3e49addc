// Values in arenas, one at a time. Not for what goes through all of a value (value_walk.c), nor for
// conversion to or from texts (json.h, yaml.h), nor for types (schema.h). Invariant: no list or map changes
// after its maker has handed it on.
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

static const struct value_place *place_of(const struct value *value)
{
    static const struct value_place nowhere;
    return value != NULL && value->located ? (const struct value_place *)(const void *)value - 1 : &nowhere;
}

struct value *value_located(struct arena *arena, enum value_kind kind, const struct value_place *place)
{
    struct {
        struct value_place place;
        struct value value;
    } *both = ARENA_NEW(arena, __typeof__(*both));
    both->place = *place;
    both->value = (struct value){.kind = kind, .located = true};
    return &both->value;
}

struct value *value_like(struct arena *arena, enum value_kind kind, const struct value *like)
{
    return like != NULL && like->located ? value_located(arena, kind, place_of(like))
                                         : value_new(arena, kind);
}

struct value *value_moved(struct arena *arena, const struct value *value, struct src_pos pos)
{
    struct value *moved = value_located(arena, value->kind, &(struct value_place){.pos = pos});
    moved->count = value->count;
    moved->integer = value->integer;
    return moved;
}

struct src_pos value_pos(const struct value *value)
{
    return place_of(value)->pos;
}

struct src_pos value_key_pos(const struct value *value)
{
    const struct value_place *place = place_of(value);
    return place->key.file == NULL ? place->pos : place->key;
}

const char *value_source(const struct value *value)
{
    return place_of(value)->source;
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

struct value *value_list(struct arena *arena)
{
    return value_new(arena, VALUE_LIST);
}

struct value *value_list_sized(struct arena *arena, size_t size)
{
    struct value *list = value_list(arena);
    value_reserve(arena, list, size);
    return list;
}

struct value *value_map_sized(struct arena *arena, size_t size)
{
    struct value *map = value_map(arena);
    value_reserve(arena, map, size);
    return map;
}

void value_reserve(struct arena *arena, struct value *value, size_t size)
{
    enum { MOST_ROOM = (1 << 27) - 1 };
    if (value->kind == VALUE_LIST)
        value->items =
            arena_grow(arena, value->items, value->count, value->count + size, sizeof *value->items);
    else
        value->fields =
            arena_grow(arena, value->fields, value->count, value->count + size, sizeof *value->fields);
    value->room = (size < MOST_ROOM ? (uint32_t)size : MOST_ROOM) & MOST_ROOM;
}

void value_append(struct arena *arena, struct value *list, const struct value *item)
{
    REQUIRE(list->kind == VALUE_LIST);
    if (list->room == 0)
        value_reserve(arena, list, list->count == 0 ? 4 : list->count);
    list->room--;
    list->items[list->count++] = item == NULL ? &value_null : item;
}

char *value_join(struct arena *arena, const struct value *list, const char *separator)
{
    struct text out = text_new(arena);
    for (size_t i = 0; i < value_count(list); i++) {
        const char *text = value_text(value_item(list, i));
        text_addf(&out, "%s%s", i == 0 ? "" : separator, text == NULL ? "" : text);
    }
    return out.ptr;
}

bool value_has_text(const struct value *list, const char *text)
{
    for (size_t i = 0; text != NULL && i < value_count(list); i++)
        if (text_same(value_text(value_item(list, i)), text))
            return true;
    return false;
}

struct value *value_texts(struct arena *arena, const char *const *texts)
{
    struct value *list = value_list(arena);
    for (; texts != NULL && *texts != NULL; texts++)
        value_append(arena, list, value_held_text(arena, *texts));
    return list;
}

void value_append_once(struct arena *arena, struct value *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (value_is(list->items[i], VALUE_STRING) && strcmp(list->items[i]->text, text) == 0)
            return;
    value_append(arena, list, value_string(arena, text));
}

struct value *value_map(struct arena *arena)
{
    return value_new(arena, VALUE_MAP);
}

void value_hold(struct arena *arena, struct value *map, const char *key, const struct value *item)
{
    REQUIRE(map->kind == VALUE_MAP);
    if (map->room == 0)
        value_reserve(arena, map, map->count == 0 ? 4 : map->count);
    map->room--;
    map->fields[map->count++] = (struct value_field){key, item == NULL ? &value_null : item};
}

void value_add(struct arena *arena, struct value *map, const char *key, const struct value *item)
{
    value_hold(arena, map, arena_strdup(arena, key), item);
}

void value_put(struct arena *arena, struct value *map, const char *key, const struct value *item)
{
    for (size_t i = 0; i < map->count; i++)
        if (text_is(map->fields[i].key, key)) {
            map->fields[i].value = item == NULL ? &value_null : item;
            return;
        }
    value_add(arena, map, key, item);
}

void value_put_all(struct arena *arena, struct value *map, const struct value *more)
{
    for (size_t i = 0; value_is(more, VALUE_MAP) && i < more->count; i++)
        value_put(arena, map, more->fields[i].key, more->fields[i].value);
}

void value_put_text(struct arena *arena, struct value *map, const char *key, const char *text)
{
    value_put(arena, map, key, text == NULL ? NULL : value_string(arena, text));
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
    for (size_t i = 0; i < map->count; i++)
        if (text_is(map->fields[i].key, key))
            return map->fields[i].value;
    return NULL;
}

const struct value *value_get_nocase(const struct value *map, const char *key)
{
    if (!value_is(map, VALUE_MAP))
        return NULL;
    for (size_t i = 0; i < map->count; i++) {
        const char *other = map->fields[i].key;
        if (((*other ^ *key) & ~0x20) == 0 && text_same(other, key)) // most differ in the first letter
            return map->fields[i].value;
    }
    return NULL;
}

const struct value *value_at(const struct value *value, const char *path)
{
    char key[128];
    if (strchr(path, '.') == NULL)
        return *path == '\0' ? value : value_get(value, path);
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
    return value == NULL ? 0 : value->count;
}

const struct value *value_item(const struct value *list, size_t index)
{
    return value_is(list, VALUE_LIST) && index < list->count ? list->items[index] : NULL;
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

const char *value_kind_name(const struct value *value)
{
    static const char *const names[] = {"null",     "a boolean", "a whole number",
                                        "a number", "a string",  "a list",
                                        "a map",    "a secret",  "an unknown value"};
    return names[value == NULL ? VALUE_NULL : value->kind];
}
