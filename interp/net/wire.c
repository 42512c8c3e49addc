// Request → where to, and header lines. Not for judging them: the gate has let through which extra headers
// there are. Invariant: each request carries its own x-ms-client-request-id.
#include "net/wire.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "policy/request.h"

const char *wire_url(struct arena *arena, const char *route, const char *url, const char **host)
{
    const char *authority = strstr(url, "://");
    *host = NULL;
    if (route == NULL || authority == NULL)
        return url;
    authority += 3;
    size_t length = strcspn(authority, "/?#");
    const char *path = authority + length;
    if (length > 4 && strncmp(path - 4, ":443", 4) == 0)
        length -= 4;
    *host = arena_strndup(arena, authority, length);
    return arena_printf(arena, "%s%s%s", route, *path == '/' ? "" : "/", path);
}

bool wire_may_go(const char *route, const char *url)
{
    static const char *const plain[] = {"http://127.", "http://localhost:", "http://169.254.",
                                        "http://[::1]:"};
    if (text_starts(url, "https://"))
        return true;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (text_starts(url, plain[i]))
            return true;
    return route != NULL && text_starts(url, route);
}

enum wire_body wire_body(const struct request *request, const char *form)
{
    static const char *const bare[] = {"GET", "HEAD", "DELETE"};
    if (form != NULL)
        return WIRE_FORM;
    if (request->body != NULL)
        return value_get_nocase(request->headers, "content-type") == NULL ? WIRE_JSON : WIRE_TEXT;
    for (size_t i = 0; i < sizeof bare / sizeof bare[0]; i++)
        if (strcmp(request->method, bare[i]) == 0)
            return WIRE_NONE;
    return WIRE_EMPTY;
}

void wire_write(struct text *out, enum wire_body body, const struct request *request, const char *form)
{
    if (body == WIRE_FORM)
        text_add(out, form);
    else if (body == WIRE_TEXT)
        text_add(out, value_text(request->body));
    else if (body == WIRE_JSON)
        json_write_wire(out, request->body);
}

const char **wire_headers(struct arena *arena, const struct request *request, const char *host,
                          enum wire_body body, const char *const *more)
{
    const struct value *extra = request->headers;
    size_t count = 0, more_count = 0;
    while (more != NULL && more[more_count] != NULL)
        more_count++;
    const char **lines = ARENA_ARRAY(arena, const char *, 6 + value_count(extra) + more_count);
    if (host != NULL)
        lines[count++] = arena_printf(arena, "Host: %s", host);
    if (value_get_nocase(extra, "accept") == NULL)
        lines[count++] = "Accept: application/json";
    lines[count++] = "Expect:"; // no 100-continue: it would cost a round trip
    if (body == WIRE_JSON)
        lines[count++] = "Content-Type: application/json";
    else if (body == WIRE_EMPTY)
        lines[count++] = "Content-Type:";
    if (value_get_nocase(extra, "x-ms-client-request-id") == NULL)
        lines[count++] = arena_printf(arena, "x-ms-client-request-id: %s", crypto_uuid(arena));
    for (size_t i = 0; i < value_count(extra); i++) {
        const char *text = value_text(extra->fields[i].value);
        if (text != NULL)
            lines[count++] = arena_printf(arena, "%s: %s", extra->fields[i].key, text);
    }
    for (size_t i = 0; i < more_count; i++)
        lines[count++] = more[i];
    return lines;
}
