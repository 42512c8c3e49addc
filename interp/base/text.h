// Text that grows, and the encodings that text needs where it leaves the program. All text is UTF-8 and ends
// in NUL; no text of this program holds a NUL inside.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

// A growing text in an arena. `ptr` is always a valid string.
struct text {
    struct arena *arena;
    char *ptr;
    size_t length;
    size_t size;
};
struct text text_new(struct arena *arena);
struct text text_new_sized(struct arena *arena, size_t size); // with room for size - 1 bytes; at least 1
void text_add(struct text *text, const char *more);
// Makes room for so many bytes more and returns where they go; who writes them there adds them to the length.
char *text_room(struct text *text, size_t length);
void text_add_int(struct text *text, int64_t number); // in decimal; many times faster than text_addf
void text_add_uint(struct text *text, uint64_t number);
void text_add_hex(struct text *text, const void *bytes, size_t length); // two lower-case digits each
// The finished text; the room behind it goes back to the arena where that can be.
char *text_done(struct text *text);
void text_addn(struct text *text, const char *more, size_t length);
void text_addc(struct text *text, char c);
void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Is it that word, to the letter? NULL is none. Most texts differ in the first letter.
static inline bool text_is(const char *text, const char *word)
{
    return text != NULL && *text == *word && strcmp(text, word) == 0;
}

// Comparing, ASCII letters without case: what Azure does with names and ids.
bool text_same(const char *a, const char *b);           // both NULL: same
int text_order(const char *a, const char *b);           // like strcmp, without case
bool text_starts(const char *text, const char *prefix); // exact
bool text_starts_nocase(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix); // exact
const char *text_find_nocase(const char *text, const char *needle);
char *text_lower(struct arena *arena, const char *text);
char *text_join(struct arena *arena, const char *const *items, const char *separator); // NULL-terminated
// Shell-like `*` and `?` (one character), the whole text, linear time, ASCII without case.
bool text_glob(const char *pattern, const char *text);
// Is it one of `words` (NULL-terminated), to the letter? NULL is none.
bool text_is_one_of(const char *text, const char *const *words);
uint64_t text_hash(const char *text, size_t length); // FNV-1a: for tables, against nobody
// The member of `names` (NULL-terminated) nearest to `word` for "did you mean", or NULL when none is near.
const char *text_nearest(const char *word, const char *const *names);

// Length in bytes of the valid UTF-8 character at `s` (at most `left` bytes), or 0 when it is not valid
// (overlong, surrogate, above U+10FFFF, cut). *code receives the code point; may be NULL.
size_t text_utf8(const char *s, size_t left, unsigned *code);
// Characters that must not reach a terminal or hide text: controls, bidi overrides, zero-width marks.
bool text_is_hidden(unsigned code);

int text_hex_value(char c); // of a hexadecimal digit, -1: it is none
// Percent-encoding for one URL path segment or query value (RFC 3986 unreserved stay).
void text_add_percent(struct text *text, const char *raw);
// For a terminal: control and hidden characters become visible escapes such as <U+202E>; line feeds become
// spaces.
void text_add_terminal(struct text *text, const char *raw);
