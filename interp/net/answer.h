// What came over the wire, turned into a response: headers that the core keeps, a bounded body, JSON. Knows
// no library and no connection.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct arena;
struct request;
struct response;
struct value;

struct answer {
    struct arena *arena;   // of the response
    struct value *headers; // map, lower-case names
    struct text body;
    size_t headers_length; // of all lines, interim answers and trailers with them
    const char *too_large; // what of it: give the transfer up; NULL: nothing
};
struct answer answer_new(struct arena *arena);
// One header line as it came, with or without its line end. A status line begins anew (an interim answer went
// before). False when they grow beyond measure, as trailers can that never end.
bool answer_header(struct answer *answer, const char *line, size_t length);
// False when the body grows beyond HTTP_MAX_RESPONSE: give the transfer up.
bool answer_body(struct answer *answer, const void *bytes, size_t length);
// The response for a status that came. A GET whose 2xx body cannot be read as JSON counts as no answer; a
// change that was answered keeps its status whatever the body is.
struct response *answer_finish(struct answer *answer, const struct request *request, int status);
// The response when no status came, or it cannot be used.
struct response *answer_failure(struct answer *answer, bool unsent, const char *why);
