// What JSON may hold, checked byte by byte, since cJSON lets much through. Not for values: only places are
// kept. Invariant: places are noted in the order of the text, one for every value and every key.
#include "data/json_scan.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"

enum { BLOCK = 16 };

bool json_scan_fail(struct scan *scan, enum err_code code, const char *what)
{
    struct src_pos pos = {scan->name, scan->line, scan->column};
    return err_set_at(scan->err, code, pos, "%s", what);
}

void json_scan_space(struct scan *scan)
{
    const char *at = scan->at, *end = scan->end, *line = at - scan->column; // column 0 of the line
    for (; at < end && (unsigned char)*at <= ' '; at++) {
        if (*at == '\n') {
            scan->line++;
            line = at;
            while (end - at > 8 && memcmp(at + 1, "        ", 8) == 0)
                at += 8; // indented
        } else if (*at != ' ' && *at != '\t' && *at != '\r') {
            break;
        }
    }
    scan->column = (int)(at - line);
    scan->at = at;
}

static bool scan_hex4(const char *at, const char *end, unsigned *code)
{
    *code = 0;
    if (end - at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        int digit = text_hex_value(at[i]);
        if (digit < 0)
            return false;
        *code = *code * 16 + (unsigned)digit;
    }
    return true;
}

// An escape of what is no character, or none that a text can hold: its four digits are kept for the reader.
static bool note_hole(struct scan *scan, const char *digits)
{
    if (scan->own)
        return json_scan_fail(scan, E_SYNTAX,
                              memcmp(digits, "0000", 4) == 0 ? "a NUL character in a string is refused"
                                                             : "half of a surrogate pair stands alone");
    if (scan->hole_count == scan->hole_size) {
        size_t size = scan->hole_size == 0 ? 16 : scan->hole_size * 2;
        scan->holes = arena_grow(scan->scratch, scan->holes, scan->hole_count, size, sizeof *scan->holes);
        scan->hole_size = size;
    }
    scan->holes[scan->hole_count++] = digits;
    return true;
}

// scan->at stands behind the u of an escape; leaves it behind the digits of one character.
static bool scan_unicode(struct scan *scan)
{
    const char *digits = scan->at;
    unsigned code, low;
    if (!scan_hex4(scan->at, scan->end, &code))
        return json_scan_fail(scan, E_SYNTAX, "\\u wants four hexadecimal digits");
    scan->at += 4;
    if (code >= 0xD800 && code < 0xDC00 && scan->end - scan->at >= 6 && scan->at[0] == '\\' &&
        scan->at[1] == 'u' && scan_hex4(scan->at + 2, scan->end, &low) && low >= 0xDC00 && low <= 0xDFFF) {
        scan->at += 6;
        scan->column += 6;
    } else if ((code == 0 || (code >= 0xD800 && code <= 0xDFFF)) && !note_hole(scan, digits)) {
        return false;
    }
    scan->column += 5;
    return true;
}

// scan->at stands behind a backslash; leaves it behind the escape.
static bool scan_escape(struct scan *scan)
{
    if (scan->at == scan->end || memchr("\"\\/bfnrtu", *scan->at, 9) == NULL)
        return json_scan_fail(scan, E_SYNTAX, "an escape that JSON does not have");
    if (*scan->at++ == 'u')
        return scan_unicode(scan);
    scan->column++;
    return true;
}

// How many of the first bytes of a block are plain.
static size_t plain_in(const char *block)
{
    typedef uint8_t bytes __attribute__((vector_size(BLOCK)));
    bytes in;
    memcpy(&in, block, BLOCK);
    bytes other = (bytes)((in < 0x20) | (in == '"') | (in == '\\') | (in >= 0x7F));
    uint64_t halves[2];
    memcpy(halves, &other, BLOCK);
    if ((halves[0] | halves[1]) == 0)
        return BLOCK;
    return (size_t)((const char *)memchr(&other, 0xFF, BLOCK) - (const char *)&other);
}

size_t json_scan_plain(const char *at, const char *end)
{
    const char *start = at;
    for (; end - at >= BLOCK; at += BLOCK) {
        size_t plain = plain_in(at);
        if (plain < BLOCK)
            return (size_t)(at - start) + plain;
    }
    if (end - start >= BLOCK && plain_in(end - BLOCK) == BLOCK) // the rest, together with what was seen
        return (size_t)(end - start);
    char rest[BLOCK];
    memset(rest, '"', BLOCK);
    memcpy(rest, at, (size_t)(end - at));
    return (size_t)(at - start) + plain_in(rest);
}

// Passes what stands for itself: everything but quotes, escapes and control characters.
static bool scan_plain(struct scan *scan)
{
    for (;;) {
        size_t length = json_scan_plain(scan->at, scan->end);
        scan->at += length;
        scan->column += (int)length;
        if (scan->at == scan->end || (unsigned char)*scan->at < 0x7F)
            return true;
        unsigned code;
        length = text_utf8(scan->at, (size_t)(scan->end - scan->at), &code);
        if (length == 0)
            return json_scan_fail(scan, E_SYNTAX, "bytes that are not valid UTF-8");
        scan->at += length;
        scan->column++;
    }
}

static bool scan_string(struct scan *scan)
{
    const char *start = ++scan->at;
    scan->column++;
    while (scan_plain(scan)) {
        if (scan->at - start > JSON_MAX_STRING)
            return json_scan_fail(scan, E_LIMIT, "a string is longer than 1 MiB");
        if (scan->at == scan->end)
            return json_scan_fail(scan, E_SYNTAX, "the text ends inside a string");
        char c = *scan->at;
        if (c != '"' && c != '\\')
            return json_scan_fail(scan, E_SYNTAX, "a raw control character in a string (it must be escaped)");
        scan->at++;
        scan->column++;
        if (c == '"')
            return true;
        if (!scan_escape(scan))
            return false;
    }
    return false;
}

static size_t number_length(const struct scan *scan)
{
    const char *p = scan->at;
    p += p < scan->end && *p == '-';
    const char *digits = p;
    while (p < scan->end && *p >= '0' && *p <= '9')
        p++;
    bool ok = p > digits && (*digits != '0' || p == digits + 1);
    if (ok && p < scan->end && *p == '.')
        for (p++, ok = false; p < scan->end && *p >= '0' && *p <= '9'; p++)
            ok = true;
    if (ok && p < scan->end && (*p == 'e' || *p == 'E')) {
        p++;
        if (p < scan->end && (*p == '+' || *p == '-'))
            p++;
        for (ok = false; p < scan->end && *p >= '0' && *p <= '9'; p++)
            ok = true;
    }
    return ok ? (size_t)(p - scan->at) : 0;
}

static bool scan_literal(struct scan *scan)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t left = (size_t)(scan->end - scan->at), length = number_length(scan);
    for (size_t i = 0; length == 0 && i < sizeof words / sizeof words[0]; i++)
        if (left >= strlen(words[i]) && memcmp(scan->at, words[i], strlen(words[i])) == 0)
            length = strlen(words[i]);
    scan->at += length;
    scan->column += (int)length;
    return length > 0 || json_scan_fail(scan, E_SYNTAX, "a JSON value is wanted here");
}

static void note_place(struct scan *scan)
{
    if (scan->name == NULL)
        return;
    if (scan->count == scan->size) {
        size_t size = scan->size == 0 ? 256 : scan->size * 2;
        scan->places = arena_grow(scan->scratch, scan->places, scan->count, size, sizeof *scan->places);
        scan->size = size;
    }
    scan->places[scan->count++] = (struct place){scan->line, scan->column};
}

// Passes a character that must be there.
bool json_scan_take(struct scan *scan, char wanted, const char *otherwise)
{
    if (scan->at == scan->end || *scan->at != wanted)
        return json_scan_fail(scan, E_SYNTAX, otherwise);
    scan->at++;
    scan->column++;
    return true;
}

static bool scan_key(struct scan *scan)
{
    if (scan->at == scan->end || *scan->at != '"')
        return json_scan_fail(scan, E_SYNTAX,
                              scan->at == scan->end ? "the text ends inside an object"
                                                    : "a key in double quotes is wanted here");
    note_place(scan);
    if (!scan_string(scan))
        return false;
    json_scan_space(scan);
    return json_scan_take(scan, ':', "a colon is wanted here");
}

// Items of an object or array, up to and with its closing bracket.
static bool scan_items(struct scan *scan, int depth, char close)
{
    scan->at++;
    scan->column++;
    json_scan_space(scan);
    if (scan->at < scan->end && *scan->at == close)
        return json_scan_take(scan, close, "");
    for (;;) {
        if ((close == '}' && !scan_key(scan)) || !json_scan_value(scan, depth + 1))
            return false;
        if (scan->at == scan->end)
            return json_scan_fail(scan, E_SYNTAX,
                                  close == '}' ? "the text ends inside an object"
                                               : "the text ends inside an array");
        if (*scan->at == close)
            return json_scan_take(scan, close, "");
        if (!json_scan_take(scan, ',', "a comma or the closing bracket is wanted here"))
            return false;
        json_scan_space(scan);
    }
}

bool json_scan_value(struct scan *scan, int depth)
{
    json_scan_space(scan);
    if (scan->at == scan->end)
        return json_scan_fail(scan, E_SYNTAX, "the text ends where a value is wanted");
    char c = *scan->at;
    if (depth >= (scan->own ? JSON_MAX_DEPTH_OWN : JSON_MAX_DEPTH) && (c == '{' || c == '['))
        return json_scan_fail(scan, E_LIMIT, "values are nested deeper than 64");
    note_place(scan);
    bool ok = c == '{'   ? scan_items(scan, depth, '}')
              : c == '[' ? scan_items(scan, depth, ']')
              : c == '"' ? scan_string(scan)
                         : scan_literal(scan);
    if (ok)
        json_scan_space(scan);
    return ok;
}
