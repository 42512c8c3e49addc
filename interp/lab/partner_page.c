// Collections of Partner Center that go on by a token in a header. The link says which header, and the next
// request says seekOperation=Next. Invariant: without the token there is the first page, whatever the address
// says.
#include "lab/partner_page.h"

#include <string.h>

#include "base/arena.h"
#include "data/value.h"
#include "lab/call.h"
#include "lab/make.h"

void partner_page(struct call *call, const char *resource, const struct value *rows, size_t most)
{
    const char *token = call->continuation;
    size_t first = token == NULL ? 0 : (size_t)strspn(token, "x"), count = value_count(rows);
    struct value *items = value_list(call->arena);
    for (size_t i = first; i < count && i < first + most; i++)
        value_append(call->arena, items, value_item(rows, i));
    const char *self = arena_printf(call->arena, "%s%s", resource, call->target + strcspn(call->target, "?"));
    struct value *links =
        make_value(call->arena, "{'self': {'uri': %s, 'method': 'GET', 'headers': []}}", self);
    if (first + most < count) {
        char *next = arena_alloc(call->arena, first + most + 1);
        memset(next, 'x', first + most);
        next[first + most] = '\0';
        const char *uri = call_param(call, "seekOperation") != NULL
                              ? self
                              : arena_printf(call->arena, "%s%cseekOperation=Next", self,
                                             strchr(self, '?') == NULL ? '?' : '&');
        value_put(
            call->arena, links, "next",
            make_value(
                call->arena,
                "{'uri': %s, 'method': 'GET', 'headers': [{'key': 'MS-ContinuationToken', 'value': %s}]}",
                uri, next));
    }
    call_ok(
        call, 200,
        make_value(call->arena,
                   "{'totalCount': %d, 'items': %v, 'links': %v, 'attributes': {'objectType': 'Collection'}}",
                   (int64_t)value_count(items), items, links));
}
