// Names of members, as shapes write them. Not for what is looked at there (looks.c). Invariant: letters are
// compared without case, since services disagree about it.
#include "intake/names.h"

#include <string.h>

#include "base/arena.h"
#include "data/value.h"

enum { DEEPEST = 4 };

struct name {
    const char *written, *parts[DEEPEST];
    size_t depth;
};

struct names {
    struct name *items;
    size_t count;
};

static bool split(struct arena *arena, const char *text, struct name *name)
{
    name->written = arena_strdup(arena, text);
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, "/");
        if (length == 0 || name->depth == DEEPEST)
            return false;
        name->parts[name->depth++] = arena_strndup(arena, at, length);
        at += length;
        if (*at == '\0')
            return true;
    }
}

const struct names *names_new(struct arena *arena, const struct value *written, struct err *err)
{
    bool several = value_is(written, VALUE_LIST);
    struct names *names = ARENA_NEW(arena, struct names);
    names->count = several ? value_count(written) : 1;
    names->items = ARENA_ARRAY(arena, struct name, names->count);
    for (size_t i = 0; i < names->count; i++) {
        const char *text = value_text(several ? value_item(written, i) : written);
        if (text == NULL || !split(arena, text, &names->items[i])) {
            err_set(err, E_CHECK, "a member's name is a text, or a list of texts");
            return NULL;
        }
    }
    return names;
}

static const struct value *step(const struct value *value, const char *part)
{
    if (value_is(value, VALUE_LIST))
        return part[0] == '0' && part[1] == '\0' ? value_item(value, 0) : NULL;
    return value_get_nocase(value, part);
}

bool names_spelt(const struct names *names, const struct value *map)
{
    const struct name *name = &names->items[0];
    for (size_t p = 0; p + 1 < name->depth; p++)
        map = step(map, name->parts[p]);
    return !value_is_null(value_get(map, name->parts[name->depth - 1]));
}

const struct value *names_find(const struct names *names, const struct value *map, const char **which)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct value *value = map;
        for (size_t p = 0; value != NULL && p < names->items[i].depth; p++)
            value = step(value, names->items[i].parts[p]);
        if (value_is_null(value) || (value->kind == VALUE_STRING && value->text[0] == '\0'))
            continue;
        if (which != NULL)
            *which = names->items[i].written;
        return value;
    }
    return NULL;
}

const char *names_first(const struct names *names)
{
    return names->items[0].written;
}
