// Is a body what the API's description says? What a client sends with a wrong type is refused, so that no
// answer shows what Azure could not have kept.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct call;
struct value;

enum check_type {
    CHECK_TEXT,
    CHECK_GUID,
    CHECK_FLAG,
    CHECK_WHOLE,
    CHECK_RANGE, // a whole number from the first to the second of `words`
    CHECK_TIME,
    CHECK_TAGS, // a map of texts
    CHECK_MAP,
    CHECK_MAPS, // a list of maps
    CHECK_WORD, // one of `words`, which stand between spaces, without case
    CHECK_WORDS // a list of such
};
struct check {
    const char *path;
    enum check_type type;
    const char *words;
};
// Members that are absent or null are not looked at. False after answering 400.
bool check_body(struct call *call, const struct value *body, const struct check *checks, size_t count);
// Is the text one of these words?
bool check_word(const char *text, const char *words);
