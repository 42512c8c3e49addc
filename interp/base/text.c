// Growing text and text comparison. Not a string library for everything: only what more than one folder
// needs. Invariant: a struct text is NUL-terminated after every call.
#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/panic.h"

struct text text_new(struct arena *arena)
{
    return text_new_sized(arena, 64);
}

struct text text_new_sized(struct arena *arena, size_t size)
{
    struct text text = {.arena = arena, .ptr = arena_bytes(arena, size), .size = size};
    text.ptr[0] = '\0';
    return text;
}

char *text_room(struct text *text, size_t length)
{
    if (text->length + length + 1 > text->size) {
        size_t size = text->size * 2;
        while (size < text->length + length + 1)
            size *= 2;
        text->ptr = arena_grow_bytes(text->arena, text->ptr, text->length, size);
        text->size = size;
    }
    return text->ptr + text->length;
}

void text_addn(struct text *text, const char *more, size_t length)
{
    memcpy(text_room(text, length), more, length);
    text->length += length;
    text->ptr[text->length] = '\0';
}

void text_add(struct text *text, const char *more)
{
    text_addn(text, more, strlen(more));
}

void text_addc(struct text *text, char c)
{
    if (text->length + 2 > text->size) {
        text_addn(text, &c, 1);
        return;
    }
    text->ptr[text->length++] = c;
    text->ptr[text->length] = '\0';
}

void text_add_int(struct text *text, int64_t number)
{
    if (number < 0)
        text_addc(text, '-');
    text_add_uint(text, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

void text_add_uint(struct text *text, uint64_t number)
{
    char digits[20], *at = digits + sizeof digits;
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    text_addn(text, at, (size_t)(digits + sizeof digits - at));
}

char *text_done(struct text *text)
{
    arena_trim(text->arena, text->ptr, text->length + 1);
    text->size = text->length + 1;
    return text->ptr;
}

void text_addf(struct text *text, const char *format, ...)
{
    char small[256];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    REQUIRE(length >= 0);
    if ((size_t)length < sizeof small)
        text_addn(text, small, (size_t)length);
    else
        text_add(text, arena_vprintf(text->arena, format, again));
    va_end(again);
}

static unsigned char fold(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

int text_order(const char *a, const char *b)
{
    while (*a != '\0' && fold(*a) == fold(*b)) {
        a++;
        b++;
    }
    return (int)fold(*a) - (int)fold(*b);
}

bool text_same(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    // Asked of every key of every record: most that are the same are written so, and letters are told only
    // where two bytes differ in nothing but their case.
    if (strcmp(a, b) == 0)
        return true;
    for (;; a++, b++) {
        unsigned char x = (unsigned char)*a, y = (unsigned char)*b;
        if (x != y && ((x ^ y) != 0x20 || fold(*a) != fold(*b)))
            return false;
        if (x == '\0')
            return true;
    }
}

bool text_is_one_of(const char *text, const char *const *words)
{
    for (; text != NULL && *words != NULL; words++)
        if (**words == *text && strcmp(*words, text) == 0)
            return true;
    return false;
}

uint64_t text_hash(const char *text, size_t length)
{
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    return hash;
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_starts_nocase(const char *text, const char *prefix)
{
    for (; *prefix != '\0'; text++, prefix++)
        if (fold(*text) != fold(*prefix))
            return false;
    return true;
}

bool text_ends(const char *text, const char *suffix)
{
    size_t a = strlen(text), b = strlen(suffix);
    return a >= b && strcmp(text + a - b, suffix) == 0;
}

const char *text_find_nocase(const char *text, const char *needle)
{
    for (; *text != '\0'; text++)
        if (text_starts_nocase(text, needle))
            return text;
    return *needle == '\0' ? text : NULL;
}

char *text_lower(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *c = copy; *c != '\0'; c++)
        *c = (char)fold(*c);
    return copy;
}

char *text_join(struct arena *arena, const char *const *items, const char *separator)
{
    struct text out = text_new(arena);
    for (size_t i = 0; items[i] != NULL; i++) {
        if (i > 0)
            text_add(&out, separator);
        text_add(&out, items[i]);
    }
    return out.ptr;
}

bool text_glob(const char *pattern, const char *text)
{
    const char *star = NULL, *mark = NULL;
    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            mark = text;
        } else if (*pattern == '?') {
            pattern++;
            for (text++; ((unsigned char)*text & 0xC0) == 0x80;)
                text++;
        } else if (*pattern != '\0' && fold(*pattern) == fold(*text)) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++mark;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static size_t least_of(size_t a, size_t b, size_t c)
{
    size_t best = a < b ? a : b;
    return best < c ? best : c;
}

// Edit distance in which two letters that changed places are one mistake; long words count as far apart.
static size_t distance(const char *a, const char *b)
{
    enum { MAX = 48 };
    size_t rows[3][MAX + 1], la = strlen(a), lb = strlen(b);
    if (la > MAX || lb > MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= lb; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *higher = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            row[j] =
                least_of(above[j - 1] + (fold(a[i - 1]) != fold(b[j - 1])), above[j] + 1, row[j - 1] + 1);
            bool swapped =
                i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1]);
            if (swapped && higher[j - 2] + 1 < row[j])
                row[j] = higher[j - 2] + 1;
        }
    }
    return rows[la % 3][lb];
}

const char *text_nearest(const char *word, const char *const *names)
{
    const char *best = NULL;
    size_t length = strlen(word), limit = length <= 5 ? 1 : length <= 9 ? 2 : 3;
    size_t least = length < 2 ? 1 : limit + 1; // of one letter, only another case is near
    for (; *names != NULL; names++) {
        size_t d = distance(word, *names);
        if (d < least) {
            least = d;
            best = *names;
        }
    }
    return best;
}

size_t text_utf8(const char *s, size_t left, unsigned *code)
{
    const unsigned char *u = (const unsigned char *)s;
    if (left == 0)
        return 0;
    size_t length = u[0] < 0x80   ? 1
                    : u[0] < 0xC2 ? 0
                    : u[0] < 0xE0 ? 2
                    : u[0] < 0xF0 ? 3
                    : u[0] < 0xF5 ? 4
                                  : 0;
    if (length == 0 || length > left)
        return 0;
    unsigned c = length == 1 ? u[0] : u[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((u[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (u[i] & 0x3F);
    }
    if ((length == 3 && c < 0x800) || (length == 4 && c < 0x10000) || c > 0x10FFFF ||
        (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    if (code != NULL)
        *code = c;
    return length;
}

bool text_is_hidden(unsigned code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF ||
           code == 0x061C || (code >= 0xE0000 && code <= 0xE007F) || (code >= 0xFFF9 && code <= 0xFFFB);
}

void text_add_hex(struct text *text, const void *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *from = bytes;
    char *to = text_room(text, 2 * length);
    for (size_t i = 0; i < length; i++) {
        *to++ = digits[from[i] >> 4];
        *to++ = digits[from[i] & 15];
    }
    *to = '\0';
    text->length += 2 * length;
}

int text_hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

void text_add_percent(struct text *text, const char *raw)
{
    static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (; *raw != '\0'; raw++) {
        if (strchr(safe, *raw) != NULL)
            text_addc(text, *raw);
        else
            text_addf(text, "%%%02X", (unsigned)(unsigned char)*raw);
    }
}

void text_add_terminal(struct text *text, const char *raw)
{
    size_t left = strlen(raw);
    while (left > 0) {
        unsigned code;
        size_t length = text_utf8(raw, left, &code);
        if (length == 0) {
            text_addf(text, "<%02X>", (unsigned)(unsigned char)*raw);
            length = 1;
        } else if (code == '\n' || code == '\t') {
            text_addc(text, ' ');
        } else if (text_is_hidden(code)) {
            text_addf(text, "<U+%04X>", code);
        } else {
            text_addn(text, raw, length);
        }
        raw += length;
        left -= length;
    }
}
