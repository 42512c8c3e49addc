// JSON (RFC 8259), strict: the door to cJSON.
#pragma once
#include <stddef.h>

#include "base/err.h"

struct arena;
struct text;
struct value;

// What a reader accepts: exactly one value; valid UTF-8; no duplicate keys or raw control characters; a byte
// order mark only in front. One strange character in the name of an account must not make everything
// unreadable that names it: characters that turn the direction of text are accepted, and written as escapes;
// for an escaped NUL, or half of a surrogate pair, U+FFFD is read (of two keys that are the same by that, the
// first is kept).
enum {
    JSON_MAX_DEPTH = 64, // objects and arrays in one another
    JSON_MAX_DEPTH_OWN = 128,
    JSON_MAX_STRING = 1024 * 1024, // bytes of one string, as written
    JSON_MAX_FILE = 64 * 1024 * 1024,
};

// `name` stands in messages (E_SYNTAX, E_LIMIT) and in the places of the values, and must live as long as
// they. NULL: nobody will ask where a value stands, which costs memory and time.
MUST_CHECK const struct value *json_parse(struct arena *arena, const char *name, const char *bytes,
                                          size_t length, struct err *err);
// The same for a text that begins at that place of a file: a line of JSON Lines.
MUST_CHECK const struct value *json_parse_line(struct arena *arena, struct src_pos pos, const char *bytes,
                                               size_t length, struct err *err);
// The length of the byte order mark in front of a text, 0: it has none.
size_t json_mark(const char *bytes, size_t length);
// Like json_parse, for what this program itself has written (lines of the trail): a record holds values that
// were read, so it may be deeper than they; and it must be readable again whatever characters a text from
// outside had. It has neither NUL nor half of a surrogate pair: they are refused.
MUST_CHECK const struct value *json_parse_own(struct arena *arena, const char *name, const char *bytes,
                                              size_t length, struct err *err);
// Whether json_parse_own would find the text well formed (keys that stand twice are not looked for).
bool json_is_own(const char *bytes, size_t length);
// Compact JSON on one line, always valid UTF-8: bytes that are none become U+FFFD. Refuses (a bug in the
// caller) a value that holds a secret; UNKNOWN is written as {"$unknown": why}. Numbers are read back
// exactly.
void json_write(struct text *out, const struct value *value);
void json_write_line(struct text *out, const struct value *value); // with a line feed behind it
size_t json_length(const struct value *value);                     // bytes that json_write makes of it
// The same for the body of a request that leaves: secrets in clear. Only net/wire.c calls it. An UNKNOWN in
// the value is a bug in the caller (the gate lets none through).
void json_write_wire(struct text *out, const struct value *value);
char *json_text(struct arena *arena, const struct value *value);
void json_write_string(struct text *out, const char *raw); // with its quotes
// Two-space indented, for people and files.
void json_write_pretty(struct text *out, const struct value *value);
