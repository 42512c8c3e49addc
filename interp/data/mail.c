// Reading mail. Not for what it means nor whether it may be believed: that is stdlib/lib/mail.lua's.
// Invariants: nothing of a mail is followed or fetched; what cannot be decoded stands as it came, and bytes
// that are no UTF-8 never leave.
#include "data/mail.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"

enum { MAX_DEPTH = 4, MAX_LINE = 64 * 1024 };

// What is no UTF-8, and control characters but line ends, becomes a question mark.
static char *clean(struct arena *arena, const char *bytes, size_t length)
{
    struct text out = text_new(arena);
    for (size_t at = 0, size; at < length; at += size) {
        size = text_utf8(bytes + at, length - at, NULL);
        bool control = (unsigned char)bytes[at] < 0x20 && bytes[at] != '\n' && bytes[at] != '\t';
        if (bytes[at] == '\r') {
            size = 1;
        } else if (size == 0 || control || bytes[at] == 0x7f) {
            text_addc(&out, '?');
            size = 1;
        } else {
            text_addn(&out, bytes + at, size);
        }
    }
    return out.ptr;
}

// Quoted-printable; in headers "_" is a blank.
static char *decode_quoted(struct arena *arena, const char *text, size_t length, bool header)
{
    struct text out = text_new(arena);
    for (size_t i = 0; i < length; i++) {
        bool soft = text[i] == '=' && i + 1 < length && (text[i + 1] == '\n' || text[i + 1] == '\r');
        int high = text[i] == '=' && i + 2 < length ? text_hex_value(text[i + 1]) : -1;
        int low = high >= 0 ? text_hex_value(text[i + 2]) : -1;
        if (soft) {
            i += text[i + 1] == '\r' && i + 2 < length && text[i + 2] == '\n' ? 2 : 1;
        } else if (low >= 0) {
            text_addc(&out, (char)(high * 16 + low));
            i += 2;
        } else {
            text_addc(&out, header && text[i] == '_' ? ' ' : text[i]);
        }
    }
    return clean(arena, out.ptr, out.length);
}

static char *decode_base64(struct arena *arena, const char *text, size_t length)
{
    struct text packed = text_new(arena);
    size_t size = 0;
    for (size_t i = 0; i < length; i++)
        if (strchr(" \t\r\n", text[i]) == NULL)
            text_addc(&packed, text[i]);
    const unsigned char *bytes = crypto_base64_decode(arena, packed.ptr, &size);
    return bytes == NULL ? clean(arena, text, length) : clean(arena, (const char *)bytes, size);
}

// =?charset?B?…?= and =?charset?Q?…?=, in UTF-8 or ASCII; others stay.
static char *decode_words(struct arena *arena, const char *text)
{
    struct text out = text_new(arena);
    const char *stop = text + strlen(text);
    while (text < stop) {
        const char *mark = memmem(text, (size_t)(stop - text), "=?", 2);
        const char *how = mark == NULL ? NULL : memchr(mark + 2, '?', (size_t)(stop - mark) - 2);
        const char *body = how == NULL || how[1] == '\0' || how[2] != '?' ? NULL : how + 3;
        bool known = body != NULL &&
                     (text_starts_nocase(mark + 2, "utf-8?") || text_starts_nocase(mark + 2, "us-ascii?"));
        const char *end = known ? memmem(body, (size_t)(stop - body), "?=", 2) : NULL;
        if (known && end == NULL) // nor has any behind it one
            break;
        if (!known) {
            size_t length = mark == NULL ? (size_t)(stop - text) : (size_t)(mark - text) + 2;
            text_addn(&out, text, length);
            text += length;
            continue;
        }
        text_addn(&out, text, (size_t)(mark - text));
        size_t length = (size_t)(end - body);
        text_add(&out, (how[1] | 0x20) == 'b' ? decode_base64(arena, body, length)
                                              : decode_quoted(arena, body, length, true));
        text = end + 2;
        const char *next = text + strspn(text, " \t");
        if (text_starts(next, "=?")) // blanks between two such words are none
            text = next;
    }
    text_add(&out, text);
    return out.ptr;
}

static bool is_name(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (line[i] <= 0x20 || line[i] >= 0x7f)
            return false;
    return length > 0;
}

static size_t line_length(const char *bytes, size_t left)
{
    const char *end = memchr(bytes, '\n', left);
    return end == NULL ? left : (size_t)(end - bytes) + 1;
}

// What a header says, on one line: one that goes on begins with a blank.
static char *unfolded(struct arena *arena, const char *bytes, size_t length)
{
    char *text = clean(arena, bytes, length), *to = text;
    for (const char *c = text; *c != '\0'; c++)
        if (*c != '\n')
            *to++ = (char)(*c == '\t' ? ' ' : *c);
    while (to > text && to[-1] == ' ')
        to--;
    *to = '\0';
    return text + strspn(text, " ");
}

// The headers in front of an empty line; *length bytes of them are taken. NULL when they are none.
static struct value *read_headers(struct arena *arena, const char *bytes, size_t left, size_t *taken)
{
    struct value *headers = value_list(arena);
    size_t at = 0;
    while (at < left) {
        size_t length = line_length(bytes + at, left - at);
        const char *colon = memchr(bytes + at, ':', length);
        if (bytes[at] == '\n' || (bytes[at] == '\r' && length == 2)) {
            at += length;
            break;
        }
        if (colon == NULL || !is_name(bytes + at, (size_t)(colon - bytes) - at) ||
            value_count(headers) == MAIL_MAX_HEADERS)
            return NULL;
        size_t end = at + length;
        while (end < left && (bytes[end] == ' ' || bytes[end] == '\t') && end - at < MAX_LINE)
            end += line_length(bytes + end, left - end);
        size_t first = (size_t)(colon - bytes) + 1;
        struct value *header = value_map(arena);
        value_put_text(arena, header, "name", arena_strndup(arena, bytes + at, first - 1 - at));
        value_put_text(arena, header, "value",
                       decode_words(arena, unfolded(arena, bytes + first, end - first)));
        value_append(arena, headers, header);
        at = end;
    }
    *taken = at;
    return value_count(headers) == 0 ? NULL : headers;
}

static const char *header_of(const struct value *headers, const char *name)
{
    for (size_t i = 0; i < value_count(headers); i++)
        if (text_same(value_text_at(value_item(headers, i), "name"), name))
            return value_text_at(value_item(headers, i), "value");
    return "";
}

// The value of a parameter of a header, as in boundary="x".
static char *parameter(struct arena *arena, const char *header, const char *name)
{
    const char *at = text_find_nocase(header, name);
    if (at == NULL)
        return NULL;
    at += strlen(name);
    bool quoted = *at == '"';
    at += quoted;
    return arena_strndup(arena, at, strcspn(at, quoted ? "\"" : "; \t"));
}

static char *read_part(struct arena *arena, const char *bytes, size_t left, const struct value *headers,
                       int depth);

// The text of the first part that has one.
static char *read_parts(struct arena *arena, const char *bytes, size_t left, const char *boundary, int depth)
{
    char *mark = arena_printf(arena, "--%s", boundary);
    const char *end = bytes + left, *at = memmem(bytes, left, mark, strlen(mark));
    for (int part = 0; at != NULL && part < MAIL_MAX_PARTS; part++) {
        at += line_length(at, (size_t)(end - at));
        const char *next = memmem(at, (size_t)(end - at), mark, strlen(mark));
        size_t length = (size_t)((next == NULL ? end : next) - at), taken = 0;
        const struct value *headers = read_headers(arena, at, length, &taken);
        char *text =
            headers == NULL ? NULL : read_part(arena, at + taken, length - taken, headers, depth + 1);
        if (text != NULL)
            return text;
        at = next;
    }
    return NULL;
}

static char *read_part(struct arena *arena, const char *bytes, size_t left, const struct value *headers,
                       int depth)
{
    const char *type = header_of(headers, "Content-Type"),
               *how = header_of(headers, "Content-Transfer-Encoding");
    char *boundary = parameter(arena, type, "boundary=");
    if (text_starts_nocase(type, "multipart/"))
        return boundary == NULL || depth == MAX_DEPTH ? NULL
                                                      : read_parts(arena, bytes, left, boundary, depth);
    if (*type != '\0' && !text_starts_nocase(type, "text/"))
        return NULL;
    left = left > MAIL_MAX_TEXT ? MAIL_MAX_TEXT : left;
    if (text_same(how, "base64"))
        return decode_base64(arena, bytes, left);
    return text_same(how, "quoted-printable") ? decode_quoted(arena, bytes, left, false)
                                              : clean(arena, bytes, left);
}

const struct value *mail_parse(struct arena *arena, const char *name, const char *bytes, size_t length,
                               struct err *err)
{
    size_t taken = 0;
    const struct value *headers = read_headers(arena, bytes, length, &taken);
    if (headers == NULL || *header_of(headers, "From") == '\0') {
        err_set_at(err, E_SYNTAX, (struct src_pos){.file = name, .line = 1, .column = 1},
                   "this is not a mail: it does not begin with headers, From among them");
        return NULL;
    }
    char *text = read_part(arena, bytes + taken, length - taken, headers, 0);
    struct value *mail = value_map(arena);
    value_put(arena, mail, "headers", headers);
    value_put_text(arena, mail, "text", text == NULL ? "" : text);
    return mail;
}
