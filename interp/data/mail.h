// Mail (RFC 5322, MIME). What came, as far as it takes to judge a notification: its headers and the words of
// its text. What goes out: plain text, to be read as it was written whoever wrote it.
#pragma once
#include "base/err.h"

struct arena;
struct text;
struct value;

enum { MAIL_MAX_HEADERS = 400, MAIL_MAX_PARTS = 64, MAIL_MAX_TEXT = 64 * 1024 };

// A map {headers: [{name, value}, …] in their order, unfolded; text: the first text part, decoded}. NULL with
// E_SYNTAX when the bytes do not begin with headers of a mail.
MUST_CHECK const struct value *mail_parse(struct arena *arena, const char *name, const char *bytes,
                                          size_t length, struct err *err);

// Writes a letter: a map {from, to: [address, …], subject, text}, whose addresses are such (schema_is_email)
// and ASCII. `date` and `id` (without its brackets) are the caller's.
void mail_write(struct text *out, const struct value *letter, const char *date, const char *id);
