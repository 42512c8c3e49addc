// Builds values from shapes. Not a JSON reader: shapes are written by this program, so a mistake in one is a
// bug. Invariant: arguments are taken strictly in the order of their holes.
#include "lab/make.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "data/value.h"

struct maker {
    struct arena *arena;
    const char *shape, *at;
    va_list *args;
};

static const struct value *make_any(struct maker *maker);

static void skip_space(struct maker *maker)
{
    while (*maker->at == ' ' || *maker->at == '\n')
        maker->at++;
}

static bool take(struct maker *maker, char c)
{
    skip_space(maker);
    if (*maker->at != c)
        return false;
    maker->at++;
    return true;
}

static char *make_text(struct maker *maker)
{
    const char *start = ++maker->at;
    const char *end = strchr(start, '\'');
    if (end == NULL)
        panic("an open text in the shape %s", maker->shape);
    maker->at = end + 1;
    return arena_strndup(maker->arena, start, (size_t)(end - start));
}

// NULL: nothing was given, the field is left out.
static const struct value *make_hole(struct maker *maker)
{
    char kind = maker->at[1];
    maker->at += 2;
    if (kind == 's') {
        const char *text = va_arg(*maker->args, const char *);
        return text == NULL ? NULL : value_string(maker->arena, text);
    }
    if (kind == 'v')
        return va_arg(*maker->args, const struct value *);
    if (kind == 'd')
        return value_int(maker->arena, va_arg(*maker->args, int64_t));
    if (kind == 'b')
        return value_bool(va_arg(*maker->args, int) != 0);
    panic("a hole %%%c in the shape %s", kind, maker->shape);
}

static const struct value *make_word(struct maker *maker)
{
    static const struct {
        const char *word;
        const struct value *value;
    } words[] = {{"true", &value_true}, {"false", &value_false}, {"null", &value_null}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncmp(maker->at, words[i].word, strlen(words[i].word)) == 0) {
            maker->at += strlen(words[i].word);
            return words[i].value;
        }
    int64_t number = 0;
    const char *start = maker->at;
    while (*maker->at >= '0' && *maker->at <= '9')
        number = number * 10 + (*maker->at++ - '0');
    if (maker->at == start)
        panic("what is meant at %.20s in the shape %s", maker->at, maker->shape);
    return value_int(maker->arena, number);
}

static struct value *make_map(struct maker *maker)
{
    struct value *map = value_map(maker->arena);
    maker->at++;
    while (!take(maker, '}')) {
        take(maker, ',');
        skip_space(maker);
        char *key = make_text(maker);
        if (!take(maker, ':'))
            panic("no ':' behind %s in the shape %s", key, maker->shape);
        const struct value *value = make_any(maker);
        if (value != NULL)
            value_add(maker->arena, map, key, value);
    }
    return map;
}

static struct value *make_list(struct maker *maker)
{
    struct value *list = value_list(maker->arena);
    maker->at++;
    while (!take(maker, ']')) {
        take(maker, ',');
        const struct value *value = make_any(maker);
        if (value != NULL)
            value_append(maker->arena, list, value);
    }
    return list;
}

static const struct value *make_any(struct maker *maker)
{
    skip_space(maker);
    switch (*maker->at) {
    case '{':
        return make_map(maker);
    case '[':
        return make_list(maker);
    case '\'':
        return value_string(maker->arena, make_text(maker));
    case '%':
        return make_hole(maker);
    default:
        return make_word(maker);
    }
}

struct value *make_value(struct arena *arena, const char *shape, ...)
{
    va_list args;
    va_start(args, shape);
    struct maker maker = {.arena = arena, .shape = shape, .at = shape, .args = &args};
    skip_space(&maker);
    struct value *value = *maker.at == '{' ? make_map(&maker) : *maker.at == '[' ? make_list(&maker) : NULL;
    va_end(args);
    REQUIRE(value != NULL);
    return value;
}
