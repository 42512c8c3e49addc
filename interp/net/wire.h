// What a request looks like on the wire, as far as no library is needed: where it goes and which header lines
// it has.
#pragma once
#include <stdbool.h>

struct arena;
struct request;
struct text;

// Where the request is really sent, and the Host that it must carry (NULL: the URL's own). `route` may be
// NULL.
const char *wire_url(struct arena *arena, const char *route, const char *url, const char **host);
// Plain HTTP goes to this machine or its platform only: a route, the identity endpoints of managed
// identities.
bool wire_may_go(const char *route, const char *url);

enum wire_body { WIRE_NONE, WIRE_EMPTY, WIRE_JSON, WIRE_TEXT, WIRE_FORM }; // EMPTY: Content-Length: 0
enum wire_body wire_body(const struct request *request, const char *form);
void wire_write(struct text *out, enum wire_body body, const struct request *request, const char *form);
// All header lines that are not the library's, NULL-terminated. A line "Name:" keeps the library from sending
// its own. `more`: lines of the core, NULL-terminated, or NULL.
const char **wire_headers(struct arena *arena, const struct request *request, const char *host,
                          enum wire_body body, const char *const *more);
