// Seeds become estates. Not for what the resources mean. Invariant: nothing of the seed that is counted from
// a moment is left uncounted, so no estate holds a date that was written by hand.
#include "lab/seed.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/make.h"
#include "lab/material.h"
#include "lab/provider.h"

#define BUILT_IN "interp/lab/estate/"
#define BASE "$base"

struct seed {
    struct arena *arena;
    int64_t created;
    struct err *err;
};

// "2h30m": the sum of its parts.
static bool span(struct seed *seed, const struct value *value, int64_t *ms)
{
    const char *at = value_text(value);
    *ms = 0;
    while (at != NULL && *at != '\0') {
        size_t digits = strspn(at, "0123456789");
        size_t length = digits + strcspn(at + digits, "0123456789");
        int64_t part;
        if (!clock_parse_duration(arena_strndup(seed->arena, at, length), &part))
            break;
        *ms += part;
        at += length;
    }
    return (at != NULL && *at == '\0') ||
           err_set_at(seed->err, E_SYNTAX, value_pos(value), "the seed wants a duration such as 2h30m");
}

static const struct value *moment(struct seed *seed, const struct value *map, int64_t sign)
{
    int64_t offset;
    if (!span(seed, map->fields[0].value, &offset))
        return NULL;
    int64_t ms = seed->created + sign * offset;
    const char *as = value_text_at(map, "as");
    if (text_same(as, "epoch"))
        return value_int(seed->arena, ms / 1000);
    char *text = clock_rfc3339(seed->arena, ms);
    if (text_same(as, "us"))
        return value_printf(seed->arena, "%.2s/%.2s/%.4s %.8s", text + 5, text + 8, text, text + 11);
    return value_string(seed->arena, text);
}

static const struct value *certificate(struct seed *seed, const struct value *map, const char *subject)
{
    int64_t ago, ahead;
    const char *label = value_text_at(map, "label");
    if (!span(seed, value_get(map, "ago"), &ago) || !span(seed, value_get(map, "ahead"), &ahead))
        return NULL;
    char *text = material_certificate(seed->arena, label == NULL ? subject : label, subject,
                                      seed->created - ago, seed->created + ahead);
    if (strcmp(map->fields[0].key, "$thumbprint") == 0)
        text = material_thumbprint(seed->arena, text);
    return value_string(seed->arena, text);
}

static const struct value *resolve(struct seed *seed, const struct value *value);

// *taken: the map is one of ours, and the result stands for it.
static const struct value *stand_in(struct seed *seed, const struct value *map, bool *taken)
{
    const char *word = map->count > 0 ? map->fields[0].key : "";
    const char *text = map->count > 0 ? value_text(map->fields[0].value) : NULL;
    *taken = true;
    if (strcmp(word, "$ago") == 0)
        return moment(seed, map, -1);
    if (strcmp(word, "$ahead") == 0)
        return moment(seed, map, 1);
    if (strcmp(word, "$modulus") == 0 && text != NULL)
        return value_string(seed->arena, material_modulus(seed->arena, text));
    if ((strcmp(word, "$certificate") == 0 || strcmp(word, "$thumbprint") == 0) && text != NULL)
        return certificate(seed, map, text);
    *taken = false;
    return NULL;
}

static const struct value *resolve(struct seed *seed, const struct value *value)
{
    if (value_is(value, VALUE_LIST)) {
        struct value *list = value_list(seed->arena);
        for (size_t i = 0; i < value->count; i++) {
            const struct value *item = resolve(seed, value->items[i]);
            if (item == NULL)
                return NULL;
            value_append(seed->arena, list, item);
        }
        return list;
    }
    if (!value_is(value, VALUE_MAP))
        return value;
    bool taken;
    const struct value *other = stand_in(seed, value, &taken);
    if (taken)
        return other;
    struct value *map = value_like(seed->arena, VALUE_MAP, value);
    for (size_t i = 0; i < value->count; i++) {
        const struct value *item = resolve(seed, value->fields[i].value);
        if (item == NULL)
            return NULL;
        value_add(seed->arena, map, value->fields[i].key, item);
    }
    return map;
}

static bool take_file(struct seed *seed, struct value *all, const char *name, const char *bytes,
                      size_t length)
{
    const struct value *map = json_parse(seed->arena, name, bytes, length, seed->err);
    if (map == NULL)
        return false;
    if (!value_is(map, VALUE_MAP))
        return err_set(seed->err, E_TYPE, "the seed %s is no object of key → resource", name);
    for (size_t i = 0; i < map->count; i++) {
        const struct value_field *field = &map->fields[i];
        const struct value *body = resolve(seed, field->value);
        if (body == NULL)
            return false;
        value_add(seed->arena, all, field->key, body);
    }
    return true;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct value_field *)a)->key, ((const struct value_field *)b)->key);
}

// In lower case and sorted; false where a key is there twice.
static bool sort_keys(struct seed *seed, struct value *all)
{
    for (size_t i = 0; i < all->count; i++)
        all->fields[i].key = text_lower(seed->arena, all->fields[i].key);
    if (all->count > 0)
        qsort(all->fields, all->count, sizeof *all->fields, by_key);
    for (size_t i = 1; i < all->count; i++)
        if (strcmp(all->fields[i - 1].key, all->fields[i].key) == 0)
            return err_set_at(seed->err, E_SYNTAX, value_key_pos(all->fields[i].value),
                              "the seed has %s twice", all->fields[i].key);
    return true;
}

static struct value *built_in(struct seed *seed)
{
    struct value *all = value_map(seed->arena);
    for (size_t i = 0; i < embed_file_count; i++)
        if (text_starts(embed_files[i].path, BUILT_IN) &&
            !take_file(seed, all, embed_files[i].path, embed_files[i].bytes, embed_files[i].length))
            return NULL;
    return sort_keys(seed, all) ? all : NULL;
}

// A resource of Resource Manager that is new: its id says what its name and its type are.
static const struct value *named(struct seed *seed, const char *id, const struct value *body)
{
    const char *type = provider_type(seed->arena, id);
    if (type == NULL || !text_starts_nocase(id, "/subscriptions/") || !value_is(body, VALUE_MAP))
        return body;
    return value_merge_patch(
        seed->arena,
        make_value(seed->arena, "{'id': %s, 'name': %s, 'type': %s}", id, strrchr(id, '/') + 1, type), body);
}

// The built-in seed with what another one says merged into it.
static struct value *over_built_in(struct seed *seed, struct value *own)
{
    struct value *base = built_in(seed), *merged = value_map(seed->arena);
    value_put(seed->arena, own, BASE, &value_null);
    for (size_t i = 0; base != NULL && i < own->count; i++) {
        struct value_field *field = &own->fields[i];
        if (strcmp(field->key, BASE) == 0 || value_get(base, text_lower(seed->arena, field->key)) != NULL)
            continue;
        if (value_is_null(field->value)) {
            err_set_at(seed->err, E_UNKNOWN_NAME, value_key_pos(field->value),
                       "the seed takes away %s, which the built-in one does not have", field->key);
            return NULL;
        }
        field->value = named(seed, field->key, field->value);
    }
    if (base == NULL || !sort_keys(seed, own))
        return NULL;
    value_put_all(seed->arena, merged, value_merge_patch(seed->arena, base, own));
    return merged;
}

static struct value *from_file(struct seed *seed, const char *file)
{
    size_t length;
    struct value *own = value_map(seed->arena);
    char *bytes = file_read(seed->arena, file, ESTATE_MAX_FILE, &length, seed->err);
    if (bytes == NULL || !take_file(seed, own, file, bytes, length))
        return NULL;
    const struct value *base = value_get(own, BASE);
    if (base == NULL)
        return own;
    if (text_same(value_text(base), "built-in"))
        return over_built_in(seed, own);
    err_set_at(seed->err, E_SYNTAX, value_pos(base), "what a seed is built on (" BASE ") is: built-in");
    return NULL;
}

bool seed_write(struct arena *arena, const char *file, int64_t created, struct text *out, struct err *err)
{
    struct seed seed = {arena, created, err};
    struct value *all = file == NULL ? built_in(&seed) : from_file(&seed, file);
    if (all == NULL || !sort_keys(&seed, all))
        return false;
    for (size_t i = 0; i < all->count; i++) {
        text_addf(out, "%s\t", all->fields[i].key);
        json_write(out, all->fields[i].value);
        text_addc(out, '\n');
    }
    return true;
}
