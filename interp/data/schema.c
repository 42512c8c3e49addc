// Types as data: one reading of a declaration serves checking, comparing, differences and the reference.
// Not for the meaning of values (schema_check.c, schema_compare.c). Invariant: a schema is a tree without
// cycles, at most as deep as its declaration.
#include "data/schema.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema_text.h"
#include "data/value.h"

static const struct {
    const char *word, *text, *pattern;
} words[] = {
#define X(name, word, text, pattern) {word, text, pattern},
    SCHEMA_WORDS
#undef X
};

enum { WORD_COUNT = sizeof words / sizeof words[0] };

const char *schema_word(const struct schema *schema)
{
    return words[schema->kind].word;
}

const char *schema_expectation(const struct schema *schema)
{
    return words[schema->kind].text;
}

const char *schema_pattern(const struct schema *schema)
{
    return words[schema->kind].pattern;
}

static bool find_word(const char *word, enum schema_kind *kind)
{
    for (size_t i = 0; i < WORD_COUNT; i++)
        if (strcmp(words[i].word, word) == 0) {
            *kind = (enum schema_kind)i;
            return true;
        }
    return false;
}

static bool unknown_type(struct arena *arena, const char *word, struct src_pos pos, struct err *err)
{
    const char *names[WORD_COUNT + 1] = {NULL};
    for (size_t i = 0; i < WORD_COUNT; i++)
        names[i] = words[i].word;
    err_set_at(err, E_CHECK, pos, "there is no type '%.40s'", word);
    if (text_starts(word, "list of ") || text_starts(word, "set of ")) // as it is shown
        err_hint(err, "what it is a list of is said beside it: type: %.*s, of: %.40s",
                 (int)strcspn(word, " "), word, strstr(word, "of ") + 3);
    else if (strchr(word, '|') != NULL)
        err_hint(err, "one of several words: type: enum, values: [one, another]");
    else if (err_suggest(err, word, names) == NULL)
        err_hint(err, "the types: %s", text_join(arena, names, ", "));
    return false;
}

static bool parse_word(struct arena *arena, struct schema *schema, const char *word, struct src_pos pos,
                       struct err *err)
{
    size_t length = strlen(word);
    if (length > 1 && word[length - 1] == '?') {
        schema->optional = true;
        word = arena_strndup(arena, word, length - 1);
    }
    return find_word(word, &schema->kind) || unknown_type(arena, word, pos, err);
}

static bool parse_values(struct arena *arena, struct schema *schema, const struct value *list,
                         struct err *err)
{
    if (!value_is(list, VALUE_LIST))
        return err_set_at(err, E_CHECK, value_pos(list), "the values of an enum are a list of texts");
    schema->values = ARENA_ARRAY(arena, const char *, value_count(list) + 1);
    for (size_t i = 0; i < value_count(list); i++) {
        schema->values[i] = value_text(value_item(list, i));
        if (schema->values[i] == NULL)
            return err_set_at(err, E_CHECK, value_pos(value_item(list, i)),
                              "the values of an enum are texts");
    }
    return value_count(list) > 0 || err_set_at(err, E_CHECK, value_pos(list), "an enum needs its values");
}

// help and key are texts; optional, unit and nocase are true or false. False with *err when they are not.
static bool check_member(const struct value_field *field, bool is_text, struct err *err)
{
    if (is_text ? value_text(field->value) != NULL : value_is(field->value, VALUE_BOOL))
        return true;
    return err_set_at(err, E_CHECK, value_pos(field->value), "'%.40s' of a type is %s", field->key,
                      is_text ? "a text" : "true or false");
}

static bool parse_flag(bool *flag, const struct value_field *field, struct err *err)
{
    *flag = value_equal(field->value, &value_true);
    return check_member(field, false, err);
}

static bool parse_text(const char **text, const struct value_field *field, struct err *err)
{
    *text = value_text(field->value);
    return check_member(field, true, err);
}

static bool parse_fields(struct arena *arena, struct schema *schema, const struct value *fields,
                         struct err *err)
{
    const struct schema *record = schema_parse_fields(arena, fields, err);
    if (record == NULL)
        return false;
    schema->fields = record->fields;
    schema->field_count = record->field_count;
    return true;
}

static bool parse_member(struct arena *arena, struct schema *schema, const struct value_field *field,
                         struct err *err)
{
    static const char *const known[] = {
#define X(member, holds, help) member,
        SCHEMA_MEMBERS
#undef X
            NULL};
    const char *name = field->key;
    if (strcmp(name, "type") == 0)
        return true;
    if (strcmp(name, "help") == 0)
        return parse_text(&schema->help, field, err);
    if (strcmp(name, "key") == 0)
        return parse_text(&schema->key, field, err);
    if (strcmp(name, "optional") == 0)
        return parse_flag(&schema->optional, field, err);
    if (strcmp(name, "unit") == 0)
        return parse_flag(&schema->unit, field, err);
    if (strcmp(name, "nocase") == 0)
        return parse_flag(&schema->nocase, field, err);
    if (strcmp(name, "of") == 0)
        return (schema->of = schema_parse(arena, field->value, err)) != NULL;
    if (strcmp(name, "values") == 0)
        return parse_values(arena, schema, field->value, err);
    if (strcmp(name, "fields") == 0)
        return parse_fields(arena, schema, field->value, err);
    if (strcmp(name, "default") == 0) {
        schema->otherwise = field->value;
        return true;
    }
    err_set_at(err, E_CHECK, value_key_pos(field->value), "a type has no member '%.40s'", name);
    err_suggest(err, name, known);
    return false;
}

const struct schema *schema_parse(struct arena *arena, const struct value *declaration, struct err *err)
{
    struct schema *schema = ARENA_NEW(arena, struct schema);
    struct src_pos pos = value_pos(declaration);
    const char *word = value_text(declaration);
    if (word != NULL)
        return parse_word(arena, schema, word, pos, err) ? schema : NULL;
    word = value_text_at(declaration, "type");
    if (word == NULL) {
        err_set_at(err, E_CHECK, pos, "a type is a word, or a record with 'type'");
        return NULL;
    }
    if (!parse_word(arena, schema, word, value_pos(value_get(declaration, "type")), err))
        return NULL;
    for (size_t i = 0; i < value_count(declaration); i++)
        if (!parse_member(arena, schema, &declaration->fields[i], err))
            return NULL;
    if (schema->kind == SCHEMA_ENUM && schema->values == NULL) {
        err_set_at(err, E_CHECK, pos, "an enum needs its values");
        return NULL;
    }
    if (schema->otherwise != NULL) {
        schema->otherwise = schema_check(arena, schema, schema->otherwise, "the default", err);
        if (schema->otherwise == NULL)
            return NULL;
        schema->optional = true;
    }
    return schema;
}

const struct schema *schema_parse_fields(struct arena *arena, const struct value *fields, struct err *err)
{
    struct schema *record = ARENA_NEW(arena, struct schema);
    record->kind = SCHEMA_RECORD;
    size_t count = value_count(fields);
    bool empty = value_is_null(fields) || (value_is(fields, VALUE_LIST) && count == 0);
    if (!empty && !value_is(fields, VALUE_MAP)) {
        err_set_at(err, E_CHECK, value_pos(fields), "fields are written as name: type");
        return NULL;
    }
    struct schema_field *out = ARENA_ARRAY(arena, struct schema_field, count);
    for (size_t i = 0; i < count; i++) {
        out[i].name = fields->fields[i].key;
        out[i].schema = schema_parse(arena, fields->fields[i].value, err);
        if (out[i].schema == NULL)
            return NULL;
    }
    record->fields = out;
    record->field_count = count;
    return record;
}

const struct schema *schema_field(const struct schema *record, const char *name)
{
    for (size_t i = 0; i < record->field_count; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return record->fields[i].schema;
    return NULL;
}

const char **schema_names(struct arena *arena, const struct schema *record)
{
    const char **names = ARENA_ARRAY(arena, const char *, record->field_count + 1);
    for (size_t i = 0; i < record->field_count; i++)
        names[i] = record->fields[i].name;
    return names;
}
