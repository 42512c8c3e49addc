// Types as data: one reading of a declaration serves checking, comparing, differences and the reference.
// Not for the meaning of values. Invariant: a schema is a tree without cycles, at most as deep as its declaration.
#include "data/schema.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"

static const struct {
    const char *word, *text;
} words[] = {
#define X(name, word, text) {word, text},
    SCHEMA_WORDS
#undef X
};

enum { WORD_COUNT = sizeof words / sizeof words[0] };

const char *schema_word(const struct schema *schema)
{
    return words[schema->kind].word;
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

static bool unknown_type(const char *word, struct src_pos pos, struct err *err)
{
    const char *names[WORD_COUNT + 1] = {NULL};
    for (size_t i = 0; i < WORD_COUNT; i++)
        names[i] = words[i].word;
    const char *near = text_nearest(word, names);
    err_set_at(err, E_CHECK, pos, "there is no type '%.40s'", word);
    if (near != NULL)
        err_hint(err, "did you mean '%s'?", near);
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
    return find_word(word, &schema->kind) || unknown_type(word, pos, err);
}

static bool parse_values(struct arena *arena, struct schema *schema, const struct value *list, struct err *err)
{
    schema->values = ARENA_ARRAY(arena, const char *, value_count(list) + 1);
    for (size_t i = 0; i < value_count(list); i++) {
        schema->values[i] = value_text(value_item(list, i));
        if (schema->values[i] == NULL)
            return err_set_at(err, E_CHECK, value_item(list, i)->pos, "the values of an enum are texts");
    }
    return value_count(list) > 0 || err_set_at(err, E_CHECK, list->pos, "an enum needs its values");
}

static bool parse_member(struct arena *arena, struct schema *schema, const struct value_field *field,
                         struct err *err)
{
    static const char *const known[] = {"type", "help", "optional", "default", "of", "key",
                                        "values", "fields", "unit", "nocase", NULL};
    const char *name = field->key;
    if (strcmp(name, "type") == 0)
        return true;
    if (strcmp(name, "help") == 0)
        schema->help = value_text(field->value);
    else if (strcmp(name, "optional") == 0)
        schema->optional = value_equal(field->value, &value_true);
    else if (strcmp(name, "unit") == 0)
        schema->unit = value_equal(field->value, &value_true);
    else if (strcmp(name, "nocase") == 0)
        schema->nocase = value_equal(field->value, &value_true);
    else if (strcmp(name, "key") == 0)
        schema->key = value_text(field->value);
    else if (strcmp(name, "default") == 0)
        schema->otherwise = field->value;
    else if (strcmp(name, "of") == 0)
        return (schema->of = schema_parse(arena, field->value, err)) != NULL;
    else if (strcmp(name, "values") == 0)
        return parse_values(arena, schema, field->value, err);
    else if (strcmp(name, "fields") == 0) {
        const struct schema *record = schema_parse_fields(arena, field->value, err);
        if (record == NULL)
            return false;
        schema->fields = record->fields;
        schema->field_count = record->field_count;
    } else {
        const char *near = text_nearest(name, known);
        err_set_at(err, E_CHECK, field->pos, "a type has no member '%.40s'", name);
        if (near != NULL)
            err_hint(err, "did you mean '%s'?", near);
        return false;
    }
    return true;
}

const struct schema *schema_parse(struct arena *arena, const struct value *declaration, struct err *err)
{
    struct schema *schema = ARENA_NEW(arena, struct schema);
    struct src_pos pos = declaration == NULL ? (struct src_pos){0} : declaration->pos;
    const char *word = value_text(declaration);
    if (word != NULL)
        return parse_word(arena, schema, word, pos, err) ? schema : NULL;
    word = value_text_at(declaration, "type");
    if (word == NULL) {
        err_set_at(err, E_CHECK, pos, "a type is a word, or a record with 'type'");
        return NULL;
    }
    if (!parse_word(arena, schema, word, pos, err))
        return NULL;
    for (size_t i = 0; i < value_count(declaration); i++)
        if (!parse_member(arena, schema, &declaration->map.fields[i], err))
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
    if (!value_is_null(fields) && !value_is(fields, VALUE_MAP) && count > 0) {
        err_set_at(err, E_CHECK, fields->pos, "fields are written as name: type");
        return NULL;
    }
    struct schema_field *out = ARENA_ARRAY(arena, struct schema_field, count);
    for (size_t i = 0; i < count; i++) {
        out[i].name = fields->map.fields[i].key;
        out[i].schema = schema_parse(arena, fields->map.fields[i].value, err);
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

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool schema_is_guid(const char *text)
{
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !is_hex(text[i]))
            return false;
    }
    return text[36] == '\0';
}

bool schema_parse_cidr(const char *text, struct cidr *cidr)
{
    char address[64];
    const char *slash = strchr(text, '/');
    size_t length = slash == NULL ? strlen(text) : (size_t)(slash - text);
    if (length >= sizeof address)
        return false;
    memcpy(address, text, length);
    address[length] = '\0';
    memset(cidr, 0, sizeof *cidr);
    if (inet_pton(AF_INET, address, cidr->address) == 1)
        cidr->family = 4;
    else if (inet_pton(AF_INET6, address, cidr->address) == 1)
        cidr->family = 6;
    else
        return false;
    int most = cidr->family == 4 ? 32 : 128;
    cidr->bits = most;
    if (slash != NULL) {
        size_t digits = strspn(slash + 1, "0123456789");
        if (digits == 0 || digits > 3 || slash[1 + digits] != '\0')
            return false;
        cidr->bits = 0;
        for (size_t i = 1; i <= digits; i++)
            cidr->bits = cidr->bits * 10 + (slash[i] - '0');
        if (cidr->bits > most)
            return false;
    }
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (cidr->family == 6 && cidr->bits >= 96 && memcmp(cidr->address, mapped, 12) == 0) {
        memmove(cidr->address, cidr->address + 12, 4);
        memset(cidr->address + 4, 0, 12);
        cidr->family = 4;
        cidr->bits -= 96;
    }
    for (int bit = cidr->bits; bit < 128; bit++)
        cidr->address[bit / 8] &= (unsigned char)~(0x80 >> bit % 8);
    return true;
}

bool schema_cidr_contains(const struct cidr *network, const struct cidr *inner)
{
    if (network->family != inner->family || network->bits > inner->bits)
        return false;
    for (int bit = 0; bit < network->bits; bit++) {
        int mask = 0x80 >> bit % 8;
        if ((network->address[bit / 8] & mask) != (inner->address[bit / 8] & mask))
            return false;
    }
    return true;
}

bool schema_is_ip(const char *text)
{
    struct cidr cidr;
    return strchr(text, '/') == NULL && schema_parse_cidr(text, &cidr);
}

// Plain segments only: no empty ones, no dots alone, nothing that a URL reads otherwise.
static bool is_id(const char *text)
{
    if (*text != '/')
        return false;
    while (*text == '/') {
        size_t length = strcspn(++text, "/");
        if (length == 0 || (length <= 2 && strspn(text, ".") >= length) || strcspn(text, "?#%\\") < length)
            return false;
        text += length;
    }
    return true;
}

static bool is_email(const char *text)
{
    const char *at = strrchr(text, '@');
    return at != NULL && at != text && at[1] != '\0' && strlen(text) <= 320 && strchr(at + 1, '.') != NULL &&
           strpbrk(text, " \"<>()[]\\,;:\r\n") == NULL;
}

static bool is_name(const char *text)
{
    size_t length = strlen(text);
    return length >= 1 && length <= 127 &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static bool is_version(const char *text)
{
    size_t length = 0;
    while (is_hex(text[length]))
        length++;
    return length == 32 && text[length] == '\0';
}

static bool is_url(const char *text)
{
    return text_starts(text, "https://") && strlen(text) < 4096 && strpbrk(text, " \"<>\\^`{|}\r\n") == NULL &&
           strchr(text, '@') == NULL;
}

static bool is_member(const struct schema *schema, const char *text)
{
    for (const char **word = schema->values; *word != NULL; word++)
        if (strcmp(*word, text) == 0)
            return true;
    return false;
}

static bool text_fits(const struct schema *schema, const char *text)
{
    struct cidr cidr;
    int64_t ms;
    switch (schema->kind) {
    case SCHEMA_ID:
        return is_id(text);
    case SCHEMA_GUID:
        return schema_is_guid(text);
    case SCHEMA_IP:
        return schema_is_ip(text);
    case SCHEMA_CIDR:
        return schema_parse_cidr(text, &cidr);
    case SCHEMA_UPN:
    case SCHEMA_EMAIL:
        return is_email(text);
    case SCHEMA_NAME:
        return is_name(text);
    case SCHEMA_VERSION:
        return is_version(text);
    case SCHEMA_URL:
        return is_url(text);
    case SCHEMA_TIME:
        return clock_parse(text, &ms);
    case SCHEMA_DURATION:
        return clock_parse_duration(text, &ms);
    case SCHEMA_ENUM:
        return is_member(schema, text);
    default:
        return schema->kind == SCHEMA_STRING || schema->kind == SCHEMA_ANY;
    }
}

static const struct value *wrong(const struct schema *schema, const struct value *value, const char *what,
                                 struct err *err)
{
    struct src_pos pos = value == NULL ? (struct src_pos){0} : value->pos;
    const char *text = value_text(value);
    if (text != NULL)
        err_set_at(err, E_TYPE, pos, "%s must be %s, not '%.60s'", what, words[schema->kind].text, text);
    else
        err_set_at(err, E_TYPE, pos, "%s must be %s, not %s", what, words[schema->kind].text,
                   value_kind_name(value));
    if (schema->kind == SCHEMA_ENUM) {
        char shown[300] = "";
        size_t used = 0;
        for (const char **word = schema->values; *word != NULL && used + strlen(*word) + 3 < sizeof shown; word++) {
            if (used > 0) {
                memcpy(shown + used, ", ", 2);
                used += 2;
            }
            memcpy(shown + used, *word, strlen(*word));
            used += strlen(*word);
            shown[used] = '\0';
        }
        err_hint(err, "its values: %s", shown);
    }
    return NULL;
}

static const struct value *check_items(struct arena *arena, const struct schema *schema, const struct value *value,
                                       const char *what, struct err *err)
{
    struct value *list = value_list(arena);
    list->pos = value->pos;
    for (size_t i = 0; i < value->list.count; i++) {
        const struct value *item = value->list.items[i];
        if (schema->of != NULL)
            item = schema_check(arena, schema->of, item, arena_printf(arena, "%s[%zu]", what, i), err);
        if (item == NULL)
            return NULL;
        value_append(arena, list, item);
    }
    return list;
}

static bool unknown_field(const struct schema *record, const struct value_field *field, const char *what,
                          struct err *err)
{
    const char *names[65] = {NULL};
    for (size_t i = 0; i < record->field_count && i < 64; i++)
        names[i] = record->fields[i].name;
    const char *near = text_nearest(field->key, names);
    err_set_at(err, E_UNKNOWN_NAME, field->pos, "%s has no '%.60s'", what, field->key);
    if (near != NULL)
        err_hint(err, "did you mean '%s'?", near);
    return false;
}

static const struct value *check_record(struct arena *arena, const struct schema *schema, const struct value *value,
                                        const char *what, struct err *err)
{
    struct value *record = value_map(arena);
    if (value != NULL)
        record->pos = value->pos;
    for (size_t i = 0; schema->field_count > 0 && i < value_count(value); i++)
        if (schema_field(schema, value->map.fields[i].key) == NULL) {
            unknown_field(schema, &value->map.fields[i], what, err);
            return NULL;
        }
    if (schema->field_count == 0)
        return value;
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct schema_field *field = &schema->fields[i];
        const struct value *item = value_get(value, field->name);
        if (value_is_null(item) && field->schema->otherwise != NULL)
            item = field->schema->otherwise;
        if (value_is_null(item)) {
            if (field->schema->optional)
                continue;
            err_set_at(err, E_MISSING, record->pos, "%s needs '%s', %s", what, field->name,
                       words[field->schema->kind].text);
            return NULL;
        }
        item = schema_check(arena, field->schema, item, arena_printf(arena, "'%s' of %s", field->name, what), err);
        if (item == NULL)
            return NULL;
        value_put(arena, record, field->name, item);
    }
    return record;
}

static const struct value *check_map(struct arena *arena, const struct schema *schema, const struct value *value,
                                     const char *what, struct err *err)
{
    struct value *map = value_map(arena);
    map->pos = value->pos;
    for (size_t i = 0; i < value->map.count; i++) {
        const struct value_field *field = &value->map.fields[i];
        const struct value *item = field->value;
        if (schema->of != NULL)
            item = schema_check(arena, schema->of, item, arena_printf(arena, "'%s' of %s", field->key, what), err);
        if (item == NULL)
            return NULL;
        value_add(arena, map, field->key, field->pos, item);
    }
    return map;
}

// Scalars; NULL when the value does not fit.
static const struct value *check_scalar(struct arena *arena, const struct schema *schema, const struct value *value)
{
    const char *text = value_text(value);
    switch (schema->kind) {
    case SCHEMA_ANY:
        return value;
    case SCHEMA_BOOL:
        return value->kind == VALUE_BOOL ? value : NULL;
    case SCHEMA_INT:
        return value->kind == VALUE_INT ? value : NULL;
    case SCHEMA_NUMBER:
        return value->kind == VALUE_INT || value->kind == VALUE_NUMBER ? value : NULL;
    case SCHEMA_STRING:
        if (value->kind == VALUE_SECRET)
            return value;
        break;
    default:
        break;
    }
    if (text == NULL || !text_fits(schema, text))
        return NULL;
    if (schema->kind != SCHEMA_GUID)
        return value;
    struct value *lower = value_string(arena, text_lower(arena, text));
    lower->pos = value->pos;
    return lower;
}

const struct value *schema_check(struct arena *arena, const struct schema *schema, const struct value *value,
                                 const char *what, struct err *err)
{
    if (value_is_null(value)) {
        if (schema->otherwise != NULL)
            return schema->otherwise;
        if (schema->optional || schema->kind == SCHEMA_ANY)
            return &value_null;
        if (schema->kind != SCHEMA_RECORD) {
            err_set_at(err, E_MISSING, value == NULL ? (struct src_pos){0} : value->pos, "%s is missing: it must be %s",
                       what, words[schema->kind].text);
            return NULL;
        }
    } else if (value->kind == VALUE_UNKNOWN) {
        return value;
    }
    bool empty = value_is(value, VALUE_LIST) && value->list.count == 0;
    if (schema->kind == SCHEMA_LIST || schema->kind == SCHEMA_SET)
        return value_is(value, VALUE_LIST) ? check_items(arena, schema, value, what, err)
                                           : wrong(schema, value, what, err);
    if (schema->kind == SCHEMA_RECORD)
        return value_is_null(value) || value_is(value, VALUE_MAP) || empty
                   ? check_record(arena, schema, empty ? NULL : value, what, err)
                   : wrong(schema, value, what, err);
    if (schema->kind == SCHEMA_MAP)
        return value_is(value, VALUE_MAP) ? check_map(arena, schema, value, what, err)
               : empty                    ? value_map(arena)
                                          : wrong(schema, value, what, err);
    const struct value *scalar = check_scalar(arena, schema, value);
    return scalar != NULL ? scalar : wrong(schema, value, what, err);
}

const struct value *schema_from_text(struct arena *arena, const struct schema *schema, const char *text,
                                     const char *what, struct err *err)
{
    struct value *value = value_string(arena, text);
    if (schema->kind == SCHEMA_LIST || schema->kind == SCHEMA_SET) {
        struct value *list = value_list(arena);
        while (*text != '\0') {
            size_t length = strcspn(text, ",");
            value_append(arena, list, value_string(arena, arena_strndup(arena, text, length)));
            text += length + (text[length] == ',');
        }
        return schema_check(arena, schema, list, what, err);
    }
    if (schema->kind == SCHEMA_BOOL && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
        return value_bool(text[0] == 't');
    if ((schema->kind == SCHEMA_INT || schema->kind == SCHEMA_NUMBER) && *text != '\0' && strlen(text) < 16 &&
        strspn(text + (*text == '-'), "0123456789") == strlen(text + (*text == '-'))) {
        int64_t number = 0;
        for (const char *digit = text + (*text == '-'); *digit != '\0'; digit++)
            number = number * 10 + (*digit - '0');
        return value_int(arena, *text == '-' ? -number : number);
    }
    return schema_check(arena, schema, value, what, err);
}

static bool scalar_equal(const struct schema *schema, const struct value *a, const struct value *b)
{
    const char *x = value_text(a), *y = value_text(b);
    if (x == NULL || y == NULL)
        return value_equal(a, b);
    if (schema->kind == SCHEMA_CIDR || schema->kind == SCHEMA_IP) {
        struct cidr p, q;
        return schema_parse_cidr(x, &p) && schema_parse_cidr(y, &q) ? memcmp(&p, &q, sizeof p) == 0
                                                                     : strcmp(x, y) == 0;
    }
    bool nocase = schema->nocase || schema->kind == SCHEMA_ID || schema->kind == SCHEMA_GUID ||
                  schema->kind == SCHEMA_UPN || schema->kind == SCHEMA_EMAIL || schema->kind == SCHEMA_NAME ||
                  schema->kind == SCHEMA_ENUM;
    return nocase ? text_same(x, y) : strcmp(x, y) == 0;
}

// The entry of a set that stands for the same thing as `item`, or NULL.
static const struct value *set_find(const struct schema *set, const struct value *list, const struct value *item)
{
    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *other = value_item(list, i);
        const struct schema *field = set->key != NULL && set->of != NULL ? schema_field(set->of, set->key) : NULL;
        bool same = set->key == NULL ? (set->of == NULL ? value_equal(item, other) : schema_equal(set->of, item, other))
                    : field != NULL  ? schema_equal(field, value_get(item, set->key), value_get(other, set->key))
                                     : value_equal(value_get(item, set->key), value_get(other, set->key));
        if (same)
            return other;
    }
    return NULL;
}

static bool lists_equal(const struct schema *schema, const struct value *a, const struct value *b)
{
    static const struct schema any = {.kind = SCHEMA_ANY};
    const struct schema *of = schema->of == NULL ? &any : schema->of;
    if (value_count(a) != value_count(b))
        return false;
    for (size_t i = 0; i < value_count(a); i++) {
        const struct value *item = value_item(a, i);
        const struct value *other = schema->kind == SCHEMA_SET ? set_find(schema, b, item) : value_item(b, i);
        if (other == NULL || !schema_equal(of, item, other))
            return false;
        if (schema->kind == SCHEMA_SET && set_find(schema, a, value_item(b, i)) == NULL)
            return false;
    }
    return true;
}

bool schema_equal(const struct schema *schema, const struct value *a, const struct value *b)
{
    if (value_is(a, VALUE_UNKNOWN) || value_is(b, VALUE_UNKNOWN))
        return false;
    if (schema->kind == SCHEMA_LIST || schema->kind == SCHEMA_SET)
        return (value_is_null(a) || value_is(a, VALUE_LIST)) && (value_is_null(b) || value_is(b, VALUE_LIST)) &&
               lists_equal(schema, a, b);
    if (schema->kind == SCHEMA_RECORD && schema->field_count > 0) {
        for (size_t i = 0; i < schema->field_count; i++)
            if (!schema_equal(schema->fields[i].schema, value_get(a, schema->fields[i].name),
                              value_get(b, schema->fields[i].name)))
                return false;
        return true;
    }
    return scalar_equal(schema, a, b);
}

const struct value *schema_patch(struct arena *arena, const struct schema *record, const struct value *before,
                                 const struct value *desired)
{
    struct value *patch = value_map(arena);
    for (size_t i = 0; i < record->field_count; i++) {
        const struct schema_field *field = &record->fields[i];
        const struct value *wanted = value_get(desired, field->name), *had = value_get(before, field->name);
        if (wanted == NULL)
            continue;
        const struct schema *schema = field->schema;
        if (schema->kind == SCHEMA_RECORD && !schema->unit && schema->field_count > 0 && !value_is_null(wanted)) {
            const struct value *inner = schema_patch(arena, schema, had, wanted);
            if (inner != NULL)
                value_put(arena, patch, field->name, inner);
        } else if (schema->unit && schema->kind == SCHEMA_RECORD && !value_is_null(wanted)) {
            const struct value *whole = value_merge_patch(arena, had, wanted);
            if (!schema_equal(schema, had, whole))
                value_put(arena, patch, field->name, whole);
        } else if (!schema_equal(schema, had, wanted)) {
            value_put(arena, patch, field->name, wanted);
        }
    }
    return patch->map.count == 0 ? NULL : patch;
}

const struct value *schema_project(struct arena *arena, const struct schema *record, const struct value *value)
{
    if (value_is_null(value))
        return NULL;
    struct value *out = value_map(arena);
    for (size_t i = 0; i < record->field_count; i++) {
        const struct schema_field *field = &record->fields[i];
        const struct value *item = value_get(value, field->name);
        if (item == NULL)
            continue;
        if (field->schema->kind == SCHEMA_RECORD && field->schema->field_count > 0 && value_is(item, VALUE_MAP))
            item = schema_project(arena, field->schema, item);
        value_put(arena, out, field->name, item);
    }
    return out;
}
