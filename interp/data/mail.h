// Mail as it came (RFC 5322, MIME), as far as it takes to judge a notification: its headers and the words of
// its text.
#pragma once
#include "base/err.h"

struct arena;
struct value;

enum { MAIL_MAX_HEADERS = 400, MAIL_MAX_PARTS = 64, MAIL_MAX_TEXT = 64 * 1024 };

// A map {headers: [{name, value}, …] in their order, unfolded; text: the first text part, decoded}. NULL with
// E_SYNTAX when the bytes do not begin with headers of a mail.
MUST_CHECK const struct value *mail_parse(struct arena *arena, const char *name, const char *bytes,
                                          size_t length, struct err *err);
