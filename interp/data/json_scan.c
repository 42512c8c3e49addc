// What JSON may hold, checked byte by byte, since cJSON lets much through. Not for values: only places are
// kept. Invariant: places are noted in document order, one for every value and every key.
#include "data/json_scan.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"

bool json_scan_fail(struct scan *scan, enum err_code code, const char *what)
{
    struct src_pos pos = {scan->name, scan->line, scan->column};
    return err_set_at(scan->err, code, pos, "%s", what);
}

static void scan_note(struct scan *scan)
{
    if (scan->scratch == NULL)
        return;
    if (scan->count == scan->size) {
        size_t size = scan->size == 0 ? 256 : scan->size * 2;
        scan->places = arena_grow(scan->scratch, scan->places, scan->count, size, sizeof *scan->places);
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
        return json_scan_fail(scan, E_SYNTAX, "an escape that JSON does not have");
    if (*scan->at++ != 'u') {
        scan->column += 1;
        return true;
    }
    if (!scan_hex4(scan->at, scan->end, &code))
        return json_scan_fail(scan, E_SYNTAX, "\\u wants four hexadecimal digits");
    scan->at += 4;
    if (code == 0)
        return json_scan_fail(scan, E_SYNTAX, "a NUL character in a string is refused");
    if (code >= 0xD800 && code < 0xDC00) {
        if (scan->end - scan->at < 6 || scan->at[0] != '\\' || scan->at[1] != 'u' ||
            !scan_hex4(scan->at + 2, scan->end, &low) || low < 0xDC00 || low > 0xDFFF)
            return json_scan_fail(scan, E_SYNTAX, "half of a surrogate pair stands alone");
        scan->at += 6;
        scan->column += 6;
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
        return json_scan_fail(scan, E_SYNTAX, "half of a surrogate pair stands alone");
    }
    if (is_override(code) && !scan->own)
        return json_scan_fail(scan, E_SYNTAX, "a character that reverses the direction of text is refused");
    scan->column += 5;
    return true;
}

static bool scan_string(struct scan *scan)
{
    const char *start = ++scan->at;
    scan->column++;
    for (;;) {
        if (scan->at == scan->end)
            return json_scan_fail(scan, E_SYNTAX, "the text ends inside a string");
        if (scan->at - start > JSON_MAX_STRING)
            return json_scan_fail(scan, E_LIMIT, "a string is longer than 1 MiB");
        unsigned char c = (unsigned char)*scan->at;
        if (c == '"')
            break;
        if (c == '\\') {
            scan->at++;
            scan->column++;
            if (!scan_escape(scan))
                return false;
        } else if (c < 0x20) {
            return json_scan_fail(scan, E_SYNTAX, "a raw control character in a string (it must be escaped)");
        } else if (c < 0x80) {
            scan->at++;
            scan->column++;
        } else {
            unsigned code;
            size_t length = text_utf8(scan->at, (size_t)(scan->end - scan->at), &code);
            if (length == 0)
                return json_scan_fail(scan, E_SYNTAX, "bytes that are not valid UTF-8");
            if (is_override(code) && !scan->own)
                return json_scan_fail(scan, E_SYNTAX,
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
            return json_scan_fail(scan, E_SYNTAX, "a JSON value is wanted here");
        length = (size_t)(p - scan->at);
    }
    scan->at += length;
    scan->column += (int)length;
    return true;
}

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
                return json_scan_fail(scan, E_SYNTAX,
                                      scan->at == scan->end ? "the text ends inside an object"
                                                            : "a key in double quotes is wanted here");
            scan_note(scan);
            if (!scan_string(scan))
                return false;
            scan_space(scan);
            if (scan->at == scan->end || *scan->at != ':')
                return json_scan_fail(scan, E_SYNTAX, "a colon is wanted here");
            scan->at++;
            scan->column++;
        }
        if (!json_scan_value(scan, depth + 1))
            return false;
        if (scan->at == scan->end)
            return json_scan_fail(scan, E_SYNTAX,
                                  close == '}' ? "the text ends inside an object"
                                               : "the text ends inside an array");
        char c = *scan->at;
        if (c != ',' && c != close)
            return json_scan_fail(scan, E_SYNTAX, "a comma or the closing bracket is wanted here");
        scan->at++;
        scan->column++;
        if (c == close)
            return true;
        scan_space(scan);
    }
}

bool json_scan_value(struct scan *scan, int depth)
{
    scan_space(scan);
    if (scan->at == scan->end)
        return json_scan_fail(scan, E_SYNTAX, "the text ends where a value is wanted");
    if (depth >= (scan->own ? JSON_MAX_DEPTH_OWN : JSON_MAX_DEPTH) && (*scan->at == '{' || *scan->at == '['))
        return json_scan_fail(scan, E_LIMIT, "values are nested deeper than 64");
    scan_note(scan);
    bool ok = *scan->at == '{'   ? scan_items(scan, depth, '}')
              : *scan->at == '[' ? scan_items(scan, depth, ']')
              : *scan->at == '"' ? scan_string(scan)
                                 : scan_literal(scan);
    if (ok)
        scan_space(scan);
    return ok;
}
