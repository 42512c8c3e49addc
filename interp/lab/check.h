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
    CHECK_NUMBER,
    CHECK_TIME,
    CHECK_TAGS, // a map of texts
    CHECK_MAP,
    CHECK_WORD // one of `words`, which stand between spaces, without case
};
// A path leads into every item of a list ("rules[].name") and every member of a map
// ("notifications.*.enabled"). Members that are absent or null are not looked at; one whose path ends in "!"
// must be there where what it is a member of is.
struct check {
    const char *path;
    enum check_type type;
    const char *words;
};
// False after answering 400.
bool check_body(struct call *call, const struct value *body, const struct check *checks, size_t count);
// Is the text one of these words?
bool check_word(const char *text, const char *words);
