// libyaml's door, on the event level. A scan of the bytes comes first, since libyaml lets tabs, bidirectional
// overrides, stray line separators and several documents through.
// Invariant: nesting never exceeds YAML_MAX_DEPTH, so the recursion here is bounded.
#include "data/yaml.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"

struct reader {
    struct arena *arena;
    const char *name;
    yaml_parser_t parser;
    struct src_pos key; // of the value that comes next, if it is a member of a map
    struct err *err;
};

static const char *scan_refusal(unsigned code, bool first)
{
    if (code == '\t')
        return "a tab; YAML here is indented and spaced with blanks only";
    if (code == 0xFEFF && !first)
        return "a byte order mark inside the text";
    if (code == 0x85 || code == 0x2028 || code == 0x2029)
        return "a line separator that editors do not show as one (U+0085, U+2028, U+2029)";
    if (code != '\n' && code != '\r' && code != 0xFEFF && text_is_hidden(code))
        return "a control or invisible character";
    return NULL;
}

// One pass over the bytes: what no file of ours may hold.
static bool scan_bytes(const char *name, const char *bytes, size_t length, struct err *err)
{
    struct src_pos pos = {name, 1, 1};
    for (size_t i = 0; i < length;) {
        unsigned code;
        if (bytes[i] >= ' ' && bytes[i] <= '~') { // nearly all
            pos.column++;
            i++;
            continue;
        }
        size_t size = text_utf8(bytes + i, length - i, &code);
        if (size == 0)
            return err_set_at(err, E_SYNTAX, pos, "bytes that are not valid UTF-8");
        if (code == 0)
            return err_set_at(err, E_SYNTAX, pos, "a NUL character");
        const char *why = scan_refusal(code, i == 0);
        if (code == '\r' && (i + 1 == length || bytes[i + 1] != '\n'))
            why = "a carriage return without a line feed";
        if (why != NULL)
            return err_set_at(err, E_SYNTAX, pos, "%s", why);
        pos.column++;
        if (code == '\n') {
            pos.line++;
            pos.column = 1;
        }
        i += size;
    }
    return true;
}

static struct src_pos mark_pos(const struct reader *reader, yaml_mark_t mark)
{
    return (struct src_pos){reader->name, (int)mark.line + 1, (int)mark.column + 1};
}

// An empty value that begins with that event.
static struct value *value_here(struct reader *reader, enum value_kind kind, const yaml_event_t *event,
                                const char *source)
{
    const struct value_place place = {mark_pos(reader, event->start_mark), reader->key, source};
    reader->key = (struct src_pos){0};
    return value_located(reader->arena, kind, &place);
}

static bool parser_failed(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const char *problem = parser->problem != NULL ? parser->problem : "not valid YAML";
    // A quote that is not closed is found at the end of the file, and is wrong where it began.
    bool unclosed = parser->context != NULL && strstr(parser->context, "quoted scalar") != NULL &&
                    strstr(problem, "end of stream") != NULL;
    yaml_mark_t mark = unclosed ? parser->context_mark : parser->problem_mark;
    err_set_at(reader->err, E_SYNTAX, mark_pos(reader, mark), "%s%s%s", problem,
               parser->context != NULL ? ", " : "", parser->context != NULL ? parser->context : "");
    if (strstr(problem, "did not find expected ',' or '}'") != NULL ||
        strstr(problem, "did not find expected ',' or ']'") != NULL)
        err_hint(reader->err, "inside { } and [ ] an expression is written in quotes: \"${…}\"");
    else if (strstr(problem, "mapping values are not allowed") != NULL)
        err_hint(reader->err,
                 "a text with ': ' in it is written in quotes; keys of one mapping stand in one column");
    else if (strstr(problem, "did not find expected key") != NULL)
        err_hint(reader->err, "a value that begins with a quote ends with it: quote the whole expression");
    else if (strstr(problem, "did not find expected '-'") != NULL)
        err_hint(reader->err, "all keys of a list's item stand in the column of its first");
    return false;
}

static bool next_event(struct reader *reader, yaml_event_t *event)
{
    return yaml_parser_parse(&reader->parser, event) == 1 || parser_failed(reader);
}

// YAML 1.2 core schema: the words of null, true and false; integers and floats.
static enum value_kind kind_of_plain(const char *text, double *number)
{
    if (*text == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0)
        return VALUE_NULL;
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        return VALUE_BOOL;
    const char *digits = text + (*text == '-' || *text == '+');
    size_t whole = strspn(digits, "0123456789"), used = whole;
    size_t fraction = 0;
    if (digits[used] == '.') {
        fraction = strspn(digits + used + 1, "0123456789");
        used += 1 + fraction;
    }
    bool is_number = whole + fraction > 0;
    if (is_number && (digits[used] == 'e' || digits[used] == 'E')) {
        const char *exponent = digits + used + 1;
        exponent += *exponent == '-' || *exponent == '+';
        size_t count = strspn(exponent, "0123456789");
        is_number = count > 0;
        used = (size_t)(exponent - digits) + count;
    }
    if (!is_number || digits[used] != '\0')
        return VALUE_STRING;
    *number = strtod(text, NULL);
    if (!isfinite(*number))
        return VALUE_STRING;
    return used == whole && fabs(*number) <= 9007199254740992.0 ? VALUE_INT : VALUE_NUMBER;
}

static struct value *scalar_value(struct reader *reader, const yaml_event_t *event)
{
    const char *text = arena_strdup(reader->arena, (const char *)event->data.scalar.value);
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    double number = 0;
    enum value_kind kind = plain ? kind_of_plain(text, &number) : VALUE_STRING;
    struct value *value = value_here(reader, kind, event, plain ? text : NULL);
    if (kind == VALUE_STRING)
        value->text = text;
    else if (kind == VALUE_BOOL)
        value->flag = text[0] == 't';
    else if (kind == VALUE_INT)
        value->integer = (int64_t)number;
    else if (kind == VALUE_NUMBER)
        value->number = number;
    return value;
}

static bool refuse_decoration(struct reader *reader, const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (event->type == YAML_ALIAS_EVENT)
        anchor = event->data.alias.anchor;
    else if (event->type == YAML_SCALAR_EVENT)
        anchor = event->data.scalar.anchor, tag = event->data.scalar.tag;
    else if (event->type == YAML_SEQUENCE_START_EVENT)
        anchor = event->data.sequence_start.anchor, tag = event->data.sequence_start.tag;
    else if (event->type == YAML_MAPPING_START_EVENT)
        anchor = event->data.mapping_start.anchor, tag = event->data.mapping_start.tag;
    struct src_pos pos = mark_pos(reader, event->start_mark);
    if (anchor != NULL) {
        err_set_at(reader->err, E_SYNTAX, pos, "anchors and aliases are not used here");
        err_hint(reader->err, "an expression that begins with '*' or '&' is written in quotes");
        return false;
    }
    if (tag != NULL) {
        err_set_at(reader->err, E_SYNTAX, pos, "tags are not used here");
        err_hint(reader->err, "an expression that begins with '!' is written in quotes; 'not' negates");
        return false;
    }
    if (event->type == YAML_SCALAR_EVENT &&
        memchr(event->data.scalar.value, '\0', event->data.scalar.length) != NULL)
        return err_set_at(reader->err, E_SYNTAX, pos, "a NUL character (\\0) stands in it");
    return true;
}

static const struct value *read_value(struct reader *reader, const yaml_event_t *event, int depth);

static const struct value *read_list(struct reader *reader, const yaml_event_t *start, int depth)
{
    struct value *list = value_here(reader, VALUE_LIST, start, NULL);
    for (;;) {
        yaml_event_t event;
        if (!next_event(reader, &event))
            return NULL;
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            return list;
        }
        const struct value *item = read_value(reader, &event, depth + 1);
        yaml_event_delete(&event);
        if (item == NULL)
            return NULL;
        value_append(reader->arena, list, item);
    }
}

static bool read_key(struct reader *reader, const yaml_event_t *event, const struct value *map)
{
    struct src_pos pos = mark_pos(reader, event->start_mark);
    if (!refuse_decoration(reader, event))
        return false;
    if (event->type != YAML_SCALAR_EVENT)
        return err_set_at(reader->err, E_SYNTAX, pos, "a key must be a plain word");
    const char *key = (const char *)event->data.scalar.value;
    if (strcmp(key, "<<") == 0)
        return err_set_at(reader->err, E_SYNTAX, pos, "merge keys (<<) are not used here");
    if (map->count == YAML_MAX_KEYS)
        return err_set_at(reader->err, E_LIMIT, pos, "more than %d keys in one mapping", YAML_MAX_KEYS);
    for (size_t i = 0; i < map->count; i++)
        if (text_is(map->fields[i].key, key)) {
            err_set_at(reader->err, E_SYNTAX, pos, "the key '%.80s' stands twice", key);
            err_note(reader->err, "the first is in line %d", value_key_pos(map->fields[i].value).line);
            return false;
        }
    return true;
}

static const struct value *read_map(struct reader *reader, const yaml_event_t *start, int depth)
{
    struct value *map = value_here(reader, VALUE_MAP, start, NULL);
    for (;;) {
        yaml_event_t key, event;
        if (!next_event(reader, &key))
            return NULL;
        if (key.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&key);
            return map;
        }
        const struct value *item = NULL;
        if (read_key(reader, &key, map) && next_event(reader, &event)) {
            reader->key = mark_pos(reader, key.start_mark);
            item = read_value(reader, &event, depth + 1);
            yaml_event_delete(&event);
        }
        if (item != NULL)
            value_add(reader->arena, map, (const char *)key.data.scalar.value, item);
        yaml_event_delete(&key);
        if (item == NULL)
            return NULL;
    }
}

static const struct value *read_value(struct reader *reader, const yaml_event_t *event, int depth)
{
    if (!refuse_decoration(reader, event))
        return NULL;
    bool nests = event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT;
    if (nests && depth >= YAML_MAX_DEPTH) {
        err_set_at(reader->err, E_LIMIT, mark_pos(reader, event->start_mark), "nested deeper than %d",
                   YAML_MAX_DEPTH);
        return NULL;
    }
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return read_list(reader, event, depth);
    if (event->type == YAML_MAPPING_START_EVENT)
        return read_map(reader, event, depth);
    return scalar_value(reader, event);
}

// Takes the events around the one document. *root receives its value.
static bool read_stream(struct reader *reader, const struct value **root)
{
    yaml_event_t event;
    for (;;) {
        if (!next_event(reader, &event))
            return false;
        yaml_event_type_t type = event.type;
        struct src_pos pos = mark_pos(reader, event.start_mark);
        bool ok = true;
        if (type == YAML_DOCUMENT_START_EVENT && *root != NULL)
            ok = err_set_at(reader->err, E_SYNTAX, pos, "a second document; a file holds one");
        else if (type == YAML_DOCUMENT_START_EVENT && event.data.document_start.version_directive != NULL)
            ok = err_set_at(reader->err, E_SYNTAX, pos, "directives (%%YAML) are not used here");
        else if (type != YAML_STREAM_START_EVENT && type != YAML_STREAM_END_EVENT &&
                 type != YAML_DOCUMENT_START_EVENT && type != YAML_DOCUMENT_END_EVENT)
            ok = (*root = read_value(reader, &event, 0)) != NULL;
        yaml_event_delete(&event);
        if (!ok)
            return false;
        if (type == YAML_STREAM_END_EVENT)
            return *root != NULL || err_set_at(reader->err, E_SYNTAX, pos, "the file is empty");
    }
}

const struct value *yaml_parse(struct arena *arena, const char *name, const char *bytes, size_t length,
                               struct err *err)
{
    if (length > YAML_MAX_FILE) {
        err_set_at(err, E_LIMIT, (struct src_pos){name, 0, 0}, "larger than 1 MiB");
        return NULL;
    }
    if (!scan_bytes(name, bytes, length, err))
        return NULL;
    struct reader reader = {.arena = arena, .name = name, .err = err};
    if (yaml_parser_initialize(&reader.parser) != 1) {
        err_set(err, E_SYNTAX, "libyaml could not be started");
        return NULL;
    }
    size_t mark = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; // some editors begin with one
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes + mark, length - mark);
    const struct value *root = NULL;
    bool ok = read_stream(&reader, &root);
    yaml_parser_delete(&reader.parser);
    return ok ? root : NULL;
}
