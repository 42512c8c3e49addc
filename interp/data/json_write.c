// JSON as text. Not for reading it (json.c). Invariant: a secret is written only by json_write_wire, and
// never an unknown value by it; everything else that asks for either is a bug and ends the process.
#include "data/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/json_scan.h"
#include "data/value.h"

// How many of the bytes can stand in a JSON text as they are.
static size_t plain_length(const char *raw, size_t left)
{
    for (size_t plain = 0;;) {
        plain += json_scan_plain(raw + plain, raw + left);
        unsigned code;
        size_t size = plain == left || (unsigned char)raw[plain] < 0x80
                          ? 0
                          : text_utf8(raw + plain, left - plain, &code);
        if (size == 0 || text_is_hidden(code))
            return plain;
        plain += size;
    }
}

// A character that a terminal would obey, or that hides or turns text, or bytes that are none; how many bytes
// it is.
static size_t write_hidden(struct text *out, const char *raw, size_t left)
{
    unsigned code;
    size_t size = text_utf8(raw, left, &code);
    if (size == 0)
        text_add(out, "\xEF\xBF\xBD");
    else if (code > 0xFFFF)
        text_addf(out, "\\u%04x\\u%04x", 0xD800 + ((code - 0x10000) >> 10),
                  0xDC00 + ((code - 0x10000) & 0x3FF));
    else
        text_addf(out, "\\u%04x", code);
    return size == 0 ? 1 : size;
}

static void write_escaped(struct text *out, const char *raw, const char *end)
{
    static const char *const short_escapes[0x20] = {
        ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r"};
    for (;;) {
        size_t plain = plain_length(raw, (size_t)(end - raw));
        text_addn(out, raw, plain);
        raw += plain;
        unsigned char c = (unsigned char)*raw;
        if (c == '\0')
            break;
        size_t taken = 1;
        if (c == '"' || c == '\\')
            text_addn(out, (const char[]){'\\', (char)c}, 2);
        else if (c >= 0x20)
            taken = write_hidden(out, raw, (size_t)(end - raw));
        else if (short_escapes[c] != NULL)
            text_add(out, short_escapes[c]);
        else
            text_addf(out, "\\u%04x", (unsigned)c);
        raw += taken;
    }
}

void json_write_string(struct text *out, const char *raw)
{
    size_t length = strlen(raw), plain = plain_length(raw, length);
    char *to = text_room(out, plain + 2);
    *to = '"';
    memcpy(to + 1, raw, plain);
    out->length += plain + 1;
    if (plain < length) // seldom
        write_escaped(out, raw + plain, raw + length);
    text_addc(out, '"');
}

static void new_line(struct text *out, int indent)
{
    if (indent >= 0)
        text_addf(out, "\n%*s", indent, "");
}

enum { ONE_LINE = -1, WIRE = -2 }; // below zero: everything on one line; WIRE: secrets in clear

static void write_value(struct text *out, const struct value *value, int indent);

// The shortest of 15 to 17 digits that reads as the same number. JSON has no infinity.
static void write_number(struct text *out, double number)
{
    char digits[40] = "null";
    for (int precision = 15; isfinite(number) && precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        double again = strtod(digits, NULL);
        if (again >= number && again <= number)
            break;
    }
    text_add(out, digits);
}

static int deeper(int indent)
{
    return indent < 0 ? indent : indent + 2;
}

static void write_list(struct text *out, const struct value *value, int indent)
{
    text_addc(out, '[');
    for (size_t i = 0; i < value->count; i++) {
        if (i > 0)
            text_addc(out, ',');
        new_line(out, deeper(indent));
        write_value(out, value->items[i], deeper(indent));
    }
    if (value->count > 0)
        new_line(out, indent);
    text_addc(out, ']');
}

static void write_map(struct text *out, const struct value *value, int indent)
{
    text_addc(out, '{');
    for (size_t i = 0; i < value->count; i++) {
        if (i > 0)
            text_addc(out, ',');
        new_line(out, deeper(indent));
        json_write_string(out, value->fields[i].key);
        text_addn(out, ": ", indent < 0 ? 1 : 2);
        write_value(out, value->fields[i].value, deeper(indent));
    }
    if (value->count > 0)
        new_line(out, indent);
    text_addc(out, '}');
}

static void write_value(struct text *out, const struct value *value, int indent)
{
    if (value == NULL)
        value = &value_null;
    switch (value->kind) {
    case VALUE_NULL:
        text_add(out, "null");
        return;
    case VALUE_BOOL:
        text_add(out, value->flag ? "true" : "false");
        return;
    case VALUE_INT:
        text_add_int(out, value->integer);
        return;
    case VALUE_NUMBER:
        write_number(out, value->number);
        return;
    case VALUE_STRING:
        json_write_string(out, value->text);
        return;
    case VALUE_SECRET:
        if (indent != WIRE)
            panic("a secret was about to be written");
        json_write_string(out, value->text);
        return;
    case VALUE_UNKNOWN:
        if (indent == WIRE)
            panic("an unknown value was about to be sent");
        text_add(out, "{\"$unknown\":");
        json_write_string(out, value->text);
        text_addc(out, '}');
        return;
    case VALUE_LIST:
        write_list(out, value, indent);
        return;
    case VALUE_MAP:
        write_map(out, value, indent);
        return;
    }
}

void json_write(struct text *out, const struct value *value)
{
    write_value(out, value, ONE_LINE);
}

void json_write_line(struct text *out, const struct value *value)
{
    json_write(out, value);
    text_addc(out, '\n');
}

// Of what is seldom met: by writing it.
static size_t written_length(const struct value *value)
{
    struct arena *arena = arena_open();
    struct text text = text_new(arena);
    json_write(&text, value);
    arena_close(arena);
    return text.length;
}

static size_t string_length(const char *raw)
{
    size_t length = strlen(raw);
    return plain_length(raw, length) == length
               ? length + 2
               : written_length(&(struct value){.kind = VALUE_STRING, .text = raw});
}

size_t json_length(const struct value *value)
{
    size_t sum = 2; // brackets; then what follows each part, but the last
    switch (value == NULL ? VALUE_NULL : value->kind) {
    case VALUE_STRING:
        return string_length(value->text);
    case VALUE_LIST:
        for (size_t i = 0; i < value->count; i++)
            sum += json_length(value->items[i]) + 1;
        return value->count == 0 ? sum : sum - 1;
    case VALUE_MAP:
        for (size_t i = 0; i < value->count; i++)
            sum += string_length(value->fields[i].key) + json_length(value->fields[i].value) + 2;
        return value->count == 0 ? sum : sum - 1;
    case VALUE_INT:
        sum = value->integer < 0 ? 2 : 1;
        for (int64_t left = value->integer / 10; left != 0; left /= 10)
            sum++;
        return sum;
    case VALUE_BOOL:
        return value->flag ? strlen("true") : strlen("false");
    case VALUE_NULL:
        return strlen("null");
    default:
        return written_length(value);
    }
}

void json_write_wire(struct text *out, const struct value *value)
{
    write_value(out, value, WIRE);
}

void json_write_pretty(struct text *out, const struct value *value)
{
    write_value(out, value, 0);
}

char *json_text(struct arena *arena, const struct value *value)
{
    struct text out = text_new(arena);
    json_write(&out, value);
    return text_done(&out);
}
