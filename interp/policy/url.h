// URLs, read strictly: what two readers could understand differently is refused.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { URL_MAX = 8192, URL_MAX_SEGMENTS = 128 };

struct url {
    const char *host;                       // lower case, without port
    const char *segments[URL_MAX_SEGMENTS]; // of the path, percent-decoded; none is empty, "." or ".."
    size_t count;
    const char *query; // as written, behind the '?'; NULL: none
    char text[URL_MAX + 2];
};

// https only; port 443 or none; no user, fragment, backslash, control or non-ASCII byte, empty or dot
// segment; no percent-encoding that is broken or hides a letter, digit, dot, slash, percent or control.
// E_REFUSED.
MUST_CHECK bool url_parse(const char *text, struct url *url, struct err *err);
// The path matches a template: "{x}" one segment, "{guid}" a GUID, "{+scope}" two or more that begin with
// subscriptions or providers. Without case.
bool url_matches(const struct url *url, const char *template);
// The path lies at or beneath a resource id, segment by segment, without case.
bool url_is_beneath(const struct url *url, const char *id);
// The same for an id as it stands in an answer or parameter (not encoded); ids with empty or dot segments
// never are.
bool url_id_is_beneath(const char *text, const char *id);
// Part of a URL as people write it: each "%xy" is its byte. Nothing is judged here; what does not fit is cut.
// `out` may be `from`.
void url_decode(const char *from, size_t length, char *out, size_t size);
