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
#include "data/value.h"

struct place {
    int line, column;
};

struct scan {
    struct arena *arena;
    const char *name, *at, *end;
    bool own; // text that this program wrote: deeper, and nothing in it is refused for its meaning
    int line, column;
    struct place *places; // of every value and of every key, in document order
    size_t count, size;
    struct err *err;
};

static bool scan_fail(struct scan *scan, enum err_code code, const char *what)
{
    struct src_pos pos = {scan->name, scan->line, scan->column};
    return err_set_at(scan->err, code, pos, "%s", what);
}

static void scan_note(struct scan *scan)
{
    if (scan->count == scan->size) {
        size_t size = scan->size == 0 ? 256 : scan->size * 2;
        scan->places = arena_grow(scan->arena, scan->places, scan->count, size, sizeof *scan->places);
        scan->size = size;
    }
    scan->places[scan->count++] = (struct place){scan->line, scan->column};
}

static void scan_space(struct scan *scan)
{
    for (; scan->at < scan->end; scan->at++) {
        if (*scan->at == '\n') {
            scan->line++;
            scan->column = 1;
        } else if (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r') {
            scan->column++;
        } else {
            return;
        }
    }
}

static bool scan_hex4(const char *at, const char *end, unsigned *code)
{
    *code = 0;
    if (end - at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
                                                : 16;
        if (digit == 16)
            return false;
        *code = *code * 16 + digit;
    }
    return true;
}

static bool is_override(unsigned code)
{
    return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

// scan->at stands behind a backslash; leaves it behind the escape.
static bool scan_escape(struct scan *scan)
{
    unsigned code, low;
    if (scan->at == scan->end || strchr("\"\\/bfnrtu", *scan->at) == NULL)
        return scan_fail(scan, E_SYNTAX, "an escape that JSON does not have");
    if (*scan->at++ != 'u') {
        scan->column += 1;
        return true;
    }
    if (!scan_hex4(scan->at, scan->end, &code))
        return scan_fail(scan, E_SYNTAX, "\\u wants four hexadecimal digits");
    scan->at += 4;
    if (code == 0)
        return scan_fail(scan, E_SYNTAX, "a NUL character in a string is refused");
    if (code >= 0xD800 && code < 0xDC00) {
        if (scan->end - scan->at < 6 || scan->at[0] != '\\' || scan->at[1] != 'u' ||
            !scan_hex4(scan->at + 2, scan->end, &low) || low < 0xDC00 || low > 0xDFFF)
            return scan_fail(scan, E_SYNTAX, "half of a surrogate pair stands alone");
        scan->at += 6;
        scan->column += 6;
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
        return scan_fail(scan, E_SYNTAX, "half of a surrogate pair stands alone");
    }
    if (is_override(code) && !scan->own)
        return scan_fail(scan, E_SYNTAX, "a character that reverses the direction of text is refused");
    scan->column += 5;
    return true;
}

static bool scan_string(struct scan *scan)
{
    const char *start = ++scan->at;
    scan->column++;
    for (;;) {
        if (scan->at == scan->end)
            return scan_fail(scan, E_SYNTAX, "the text ends inside a string");
        if (scan->at - start > JSON_MAX_STRING)
            return scan_fail(scan, E_LIMIT, "a string is longer than 1 MiB");
        unsigned char c = (unsigned char)*scan->at;
        if (c == '"')
            break;
        if (c == '\\') {
            scan->at++;
            scan->column++;
            if (!scan_escape(scan))
                return false;
        } else if (c < 0x20) {
            return scan_fail(scan, E_SYNTAX, "a raw control character in a string (it must be escaped)");
        } else if (c < 0x80) {
            scan->at++;
            scan->column++;
        } else {
            unsigned code;
            size_t length = text_utf8(scan->at, (size_t)(scan->end - scan->at), &code);
            if (length == 0)
                return scan_fail(scan, E_SYNTAX, "bytes that are not valid UTF-8");
            if (is_override(code) && !scan->own)
                return scan_fail(scan, E_SYNTAX,
                                 "a character that reverses the direction of text is refused");
            scan->at += length;
            scan->column++;
        }
    }
    scan->at++;
    scan->column++;
    return true;
}

static bool scan_literal(struct scan *scan)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t left = (size_t)(scan->end - scan->at), length = 0;
    for (size_t i = 0; i < 3; i++)
        if (left >= strlen(words[i]) && strncmp(scan->at, words[i], strlen(words[i])) == 0)
            length = strlen(words[i]);
    if (length == 0) {
        const char *p = scan->at;
        p += *p == '-';
        const char *digits = p;
        while (p < scan->end && *p >= '0' && *p <= '9')
            p++;
        bool ok = p > digits && (*digits != '0' || p == digits + 1);
        if (ok && p < scan->end && *p == '.')
            for (digits = ++p, ok = false; p < scan->end && *p >= '0' && *p <= '9'; p++)
                ok = true;
        if (ok && p < scan->end && (*p == 'e' || *p == 'E')) {
            p++;
            if (p < scan->end && (*p == '+' || *p == '-'))
                p++;
            for (ok = false; p < scan->end && *p >= '0' && *p <= '9'; p++)
                ok = true;
        }
        if (!ok)
            return scan_fail(scan, E_SYNTAX, "a JSON value is wanted here");
        length = (size_t)(p - scan->at);
    }
    scan->at += length;
    scan->column += (int)length;
    return true;
}

static bool scan_value(struct scan *scan, int depth);

// Items of an object or array, up to and with its closing bracket.
static bool scan_items(struct scan *scan, int depth, char close)
{
    scan->at++;
    scan->column++;
    scan_space(scan);
    if (scan->at < scan->end && *scan->at == close) {
        scan->at++;
        scan->column++;
        return true;
    }
    for (;;) {
        if (close == '}') {
            if (scan->at == scan->end || *scan->at != '"')
                return scan_fail(scan, E_SYNTAX,
                                 scan->at == scan->end ? "the text ends inside an object"
                                                       : "a key in double quotes is wanted here");
            scan_note(scan);
            if (!scan_string(scan))
                return false;
            scan_space(scan);
            if (scan->at == scan->end || *scan->at != ':')
                return scan_fail(scan, E_SYNTAX, "a colon is wanted here");
            scan->at++;
            scan->column++;
        }
        if (!scan_value(scan, depth + 1))
            return false;
        if (scan->at == scan->end)
            return scan_fail(scan, E_SYNTAX,
                             close == '}' ? "the text ends inside an object"
                                          : "the text ends inside an array");
        char c = *scan->at;
        if (c != ',' && c != close)
            return scan_fail(scan, E_SYNTAX, "a comma or the closing bracket is wanted here");
        scan->at++;
        scan->column++;
        if (c == close)
            return true;
        scan_space(scan);
    }
}

static bool scan_value(struct scan *scan, int depth)
{
    scan_space(scan);
    if (scan->at == scan->end)
        return scan_fail(scan, E_SYNTAX, "the text ends where a value is wanted");
    if (depth >= (scan->own ? JSON_MAX_DEPTH_OWN : JSON_MAX_DEPTH) && (*scan->at == '{' || *scan->at == '['))
        return scan_fail(scan, E_LIMIT, "values are nested deeper than 64");
    scan_note(scan);
    bool ok = *scan->at == '{'   ? scan_items(scan, depth, '}')
              : *scan->at == '[' ? scan_items(scan, depth, ']')
              : *scan->at == '"' ? scan_string(scan)
                                 : scan_literal(scan);
    if (ok)
        scan_space(scan);
    return ok;
}

struct convert {
    struct arena *arena;
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
    const struct value_field **sorted = ARENA_ARRAY(convert->arena, const struct value_field *, count);
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
        value = value_list(convert->arena);
        for (const cJSON *child = item->child; child != NULL; child = child->next) {
            const struct value *part = convert_item(convert, child);
            if (part == NULL)
                return NULL;
            value_append(convert->arena, value, part);
        }
    } else if (cJSON_IsObject(item)) {
        value = value_map(convert->arena);
        for (const cJSON *child = item->child; child != NULL; child = child->next) {
            struct src_pos key_pos = convert_pos(convert);
            const struct value *part = convert_item(convert, child);
            if (part == NULL)
                return NULL;
            value_add(convert->arena, value, child->string, key_pos, part);
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

static const struct value *parse(struct scan *scan)
{
    size_t length = (size_t)(scan->end - scan->at);
    if (length > JSON_MAX_FILE) {
        err_set_at(scan->err, E_LIMIT, (struct src_pos){scan->name, 0, 0}, "larger than 64 MiB");
        return NULL;
    }
    if (length >= 3 && memcmp(scan->at, "\xEF\xBB\xBF", 3) == 0)
        scan->at += 3;
    const char *start = scan->at;
    if (!scan_value(scan, 0))
        return NULL;
    if (scan->at != scan->end) {
        scan_fail(scan, E_SYNTAX, "text behind the end of the JSON value");
        return NULL;
    }
    cJSON *tree = cJSON_ParseWithLength(start, (size_t)(scan->end - start));
    if (tree == NULL) {
        err_set_at(scan->err, E_SYNTAX, (struct src_pos){scan->name, 1, 1}, "not valid JSON");
        return NULL;
    }
    struct convert convert = {scan->arena, scan->name, scan->places, 0, scan->err};
    const struct value *value = convert_item(&convert, tree);
    cJSON_Delete(tree);
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
