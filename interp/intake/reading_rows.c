// Rows of readings, from how they are written. Not for running them (reading.c). Invariant: a word that no
// row knows is refused, so that a misspelt one is no fact that is silently missing.
#include <string.h>

#include "base/arena.h"
#include "data/value.h"
#include "intake/looks.h"
#include "intake/names.h"
#include "intake/reading_parts.h"

static const struct kind_rows *kinds_new(struct arena *arena, const struct value *written, struct err *err)
{
    size_t count = value_count(written);
    struct kind_rows *kinds = ARENA_ARRAY(arena, struct kind_rows, count + 1);
    for (size_t i = 0; i < count; i++) {
        kinds[i].type = written->fields[i].key;
        kinds[i].reads = reading_new(arena, written->fields[i].value, err);
        if (kinds[i].reads == NULL)
            return NULL;
    }
    return kinds;
}

static bool actor_new(struct arena *arena, const struct value *written, struct row *row, struct err *err)
{
    const struct {
        const char *word;
        const struct names **names;
    } parts[] = {{"name", &row->name},
                 {"short", &row->brief},
                 {"suffix", &row->suffix},
                 {"object_id", &row->object_id},
                 {"app_id", &row->app_id}};
    row->kind = ROW_ACTOR;
    row->value = value_get(written, "kind");
    size_t known = row->value != NULL;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const struct value *part = value_get(written, parts[i].word);
        known += part != NULL;
        if (part != NULL && (*parts[i].names = names_new(arena, part, err)) == NULL)
            return false;
    }
    return known == value_count(written) || err_set(err, E_CHECK, "an actor has a part that is not known");
}

static bool is_structure(const char *word, enum row_kind *kind)
{
    static const struct {
        const char *word;
        enum row_kind kind;
    } words[] = {{"into", ROW_INTO}, {"each", ROW_EACH}, {"entities", ROW_ENTITIES}, {"tables", ROW_TABLES}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(word, words[i].word) == 0) {
            *kind = words[i].kind;
            return true;
        }
    return false;
}

// What qualifies a row: true when the word is one of these; *ok tells whether it could be read.
static bool is_option(struct arena *arena, const char *word, const struct value *value, struct row *row,
                      struct err *err, bool *ok)
{
    const struct {
        const char *word;
        bool *flag;
        const char **text;
        const struct value **value;
        const struct names **names;
        const struct reading **reads;
        const struct kind_rows **kinds;
    } options[] = {
        {.word = "json", .flag = &row->json},           {.word = "outer", .flag = &row->outer},
        {.word = "alone", .flag = &row->alone},         {.word = "linked", .flag = &row->linked},
        {.word = "loose", .flag = &row->loose},         {.word = "behind", .text = &row->behind},
        {.word = "parameter", .text = &row->parameter}, {.word = "unfold", .text = &row->unfold},
        {.word = "time", .text = &row->time},           {.word = "value", .value = &row->value},
        {.word = "objects", .value = &row->objects},    {.word = "by", .names = &row->by},
        {.word = "reads", .reads = &row->reads},        {.word = "before", .reads = &row->before},
        {.word = "kinds", .kinds = &row->kinds},        {.word = "after", .kinds = &row->after},
    };
    *ok = true;
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (strcmp(word, options[i].word) != 0)
            continue;
        if (options[i].flag != NULL)
            *options[i].flag = value_is(value, VALUE_BOOL) && value->flag;
        else if (options[i].text != NULL)
            *ok = (*options[i].text = value_text(value)) != NULL;
        else if (options[i].value != NULL)
            *options[i].value = value;
        else if (options[i].names != NULL)
            *ok = (*options[i].names = names_new(arena, value, err)) != NULL;
        else if (options[i].reads != NULL)
            *ok = (*options[i].reads = reading_new(arena, value, err)) != NULL;
        else
            *ok = (*options[i].kinds = kinds_new(arena, value, err)) != NULL;
        return true;
    }
    if (strcmp(word, "when") != 0)
        return false;
    *ok = (row->when = looks_new(arena, value, err)) != NULL;
    return true;
}

static bool row_new(struct arena *arena, const struct value *written, struct row *row, struct err *err)
{
    size_t subjects = 0;
    for (size_t i = 0; i < value_count(written); i++) {
        const char *word = written->fields[i].key;
        const struct value *value = written->fields[i].value;
        bool ok;
        if (is_option(arena, word, value, row, err, &ok)) {
            if (!ok)
                return false;
            continue;
        }
        subjects++;
        row->fact = fact_find(word);
        if (strcmp(word, "actor") == 0)
            ok = actor_new(arena, value, row, err);
        else if (strcmp(word, "hosts_of") == 0)
            row->kind = ROW_HOSTS_OF, row->value = value;
        else if (is_structure(word, &row->kind) || row->fact < FACT_COUNT)
            ok = value_is(value, VALUE_BOOL) || (row->names = names_new(arena, value, err)) != NULL;
        else
            return err_set(err, E_CHECK, "'%s' is no fact, and no word of a reading", word);
        if (!ok)
            return false;
    }
    if (row->kind == ROW_FACT && row->value != NULL)
        row->kind = ROW_VALUE;
    return (subjects == 1 && (row->names != NULL || row->kind == ROW_VALUE || row->kind == ROW_ACTOR ||
                              row->kind == ROW_HOSTS_OF)) ||
           err_set(err, E_CHECK, "a row of a reading says one thing");
}

const struct reading *reading_new(struct arena *arena, const struct value *rows, struct err *err)
{
    struct reading *reading = ARENA_NEW(arena, struct reading);
    reading->count = value_count(rows);
    reading->rows = ARENA_ARRAY(arena, struct row, reading->count);
    for (size_t i = 0; i < reading->count; i++)
        if (!row_new(arena, value_item(rows, i), &reading->rows[i], err))
            return NULL;
    return reading;
}
