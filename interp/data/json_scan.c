// JSON's texts, numbers and words, checked byte by byte. Not for values, which json.c makes of them.
// Invariant: scan->at never passes scan->end, and line and column are those of scan->at.
#include "data/json_scan.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"

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

// scan->at stands behind the u of an escape; leaves it behind the digits of one character.
static bool scan_unicode(struct scan *scan, unsigned *code)
{
    unsigned low;
    if (!scan_hex4(scan->at, scan->end, code))
        return json_scan_fail(scan, E_SYNTAX, "\\u wants four hexadecimal digits");
    scan->at += 4;
    if (*code == 0)
        return json_scan_fail(scan, E_SYNTAX, "a NUL character in a string is refused");
    if (*code >= 0xD800 && *code < 0xDC00) {
        if (scan->end - scan->at < 6 || scan->at[0] != '\\' || scan->at[1] != 'u' ||
            !scan_hex4(scan->at + 2, scan->end, &low) || low < 0xDC00 || low > 0xDFFF)
            return json_scan_fail(scan, E_SYNTAX, "half of a surrogate pair stands alone");
        scan->at += 6;
        scan->column += 6;
        *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
    } else if (*code >= 0xDC00 && *code <= 0xDFFF) {
        return json_scan_fail(scan, E_SYNTAX, "half of a surrogate pair stands alone");
    }
    if (is_override(*code) && !scan->own)
        return json_scan_fail(scan, E_SYNTAX, "a character that reverses the direction of text is refused");
    scan->column += 5;
    return true;
}

static size_t put_utf8(char *out, unsigned code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)((0xF00u >> length & 0xF0u) | code);
    return length;
}

// scan->at stands behind a backslash; leaves it behind the escape, whose character is appended to *out.
static bool scan_escape(struct scan *scan, char **out)
{
    static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *which = scan->at == scan->end ? NULL : memchr(escapes, *scan->at, sizeof escapes - 1);
    unsigned code;
    if (which == NULL && (scan->at == scan->end || *scan->at != 'u'))
        return json_scan_fail(scan, E_SYNTAX, "an escape that JSON does not have");
    scan->at++;
    if (which != NULL) {
        *(*out)++ = meant[which - escapes];
        scan->column++;
        return true;
    }
    if (!scan_unicode(scan, &code))
        return false;
    *out += put_utf8(*out, code);
    return true;
}

// How many of the next bytes are ASCII that stands for itself: eight at a time, while none of the eight is a
// quote, an escape, a control character or of more than one byte.
static size_t plain_ascii(const char *at, const char *end)
{
    static const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    const char *start = at;
    for (uint64_t word; end - at >= 8; at += 8) {
        memcpy(&word, at, 8);
        uint64_t quote = word ^ ones * '"', escape = word ^ ones * '\\';
        if (((word | (word - ones * 0x20) | ((quote - ones) & ~quote) | ((escape - ones) & ~escape)) &
             high) != 0)
            break;
    }
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20 && (unsigned char)*at < 0x80)
        at++;
    return (size_t)(at - start);
}

// Passes what stands for itself: everything but quotes, escapes and control characters.
static bool scan_plain(struct scan *scan)
{
    for (;;) {
        size_t length = plain_ascii(scan->at, scan->end);
        scan->at += length;
        scan->column += (int)length;
        if (scan->at == scan->end || (unsigned char)*scan->at < 0x80)
            return true;
        unsigned code;
        length = text_utf8(scan->at, (size_t)(scan->end - scan->at), &code);
        if (length == 0)
            return json_scan_fail(scan, E_SYNTAX, "bytes that are not valid UTF-8");
        if (is_override(code) && !scan->own)
            return json_scan_fail(scan, E_SYNTAX,
                                  "a character that reverses the direction of text is refused");
        scan->at += length;
        scan->column++;
    }
}

// The bytes up to the closing quote (nothing is checked), JSON_MAX_STRING and a few at the most.
static size_t bytes_left(const struct scan *scan)
{
    const char *at = scan->at, *end = scan->end;
    while (at < end && *at != '"' && at - scan->at <= JSON_MAX_STRING)
        at += 1 + (*at == '\\');
    return (size_t)((at < end ? at : end) - scan->at);
}

// A string from its first escape on. An escape is never shorter than the character that it stands for.
static bool scan_escaped(struct scan *scan, const char *start, const char **text, size_t *length)
{
    char nowhere[4], *made = NULL, *out = nowhere;
    if (scan->arena != NULL) {
        size_t done = (size_t)(scan->at - start);
        made = arena_grow_bytes(scan->arena, NULL, 0, done + bytes_left(scan) + 1);
        memcpy(made, start, done);
        out = made + done;
    }
    while (scan->at < scan->end && *scan->at == '\\' && scan->at - start <= JSON_MAX_STRING) {
        scan->at++;
        scan->column++;
        if (!scan_escape(scan, &out))
            return false;
        const char *from = scan->at;
        if (!scan_plain(scan))
            return false;
        if (made != NULL && scan->at - start <= JSON_MAX_STRING) {
            memcpy(out, from, (size_t)(scan->at - from));
            out += scan->at - from;
        } else {
            out = nowhere;
        }
    }
    if (made == NULL)
        return true;
    *length = (size_t)(out - made);
    made[*length] = '\0';
    *text = made;
    return true;
}

bool json_scan_string(struct scan *scan, const char **text, size_t *length)
{
    const char *start = *text = ++scan->at;
    scan->column++;
    if (!scan_plain(scan))
        return false;
    *length = (size_t)(scan->at - start);
    if (scan->at < scan->end && *scan->at == '\\' && !scan_escaped(scan, start, text, length))
        return false;
    if (scan->at - start > JSON_MAX_STRING)
        return json_scan_fail(scan, E_LIMIT, "a string is longer than 1 MiB");
    if (scan->at == scan->end)
        return json_scan_fail(scan, E_SYNTAX, "the text ends inside a string");
    if (*scan->at != '"')
        return json_scan_fail(scan, E_SYNTAX, "a raw control character in a string (it must be escaped)");
    scan->at++;
    scan->column++;
    return true;
}

size_t json_scan_number(const struct scan *scan)
{
    const char *p = scan->at;
    p += p < scan->end && *p == '-';
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
    return ok ? (size_t)(p - scan->at) : 0;
}

bool json_scan_word(struct scan *scan, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
        return false;
    scan->at += length;
    scan->column += (int)length;
    return true;
}
