// Resource Graph: the one question that responses ask, which resource of a type has a property of a value.
// Not a KQL engine: any other query is refused. Invariant: only resources that the caller may read are shown.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/access.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

struct question {
    char *type, *path, *wanted; // "microsoft.network/publicipaddresses", "properties.ipAddress", "192.0.2.70"
};

// Takes `before`, then a text in quotation marks of either kind; NULL when that does not stand there.
static char *take_text(struct arena *arena, const char **at, const char *before)
{
    size_t length = strlen(before);
    if (strncmp(*at, before, length) != 0 || ((*at)[length] != '"' && (*at)[length] != '\''))
        return NULL;
    const char *text = *at + length + 1, *end = strchr(text, (*at)[length]);
    if (end == NULL)
        return NULL;
    *at = end + 1;
    return arena_strndup(arena, text, (size_t)(end - text));
}

// resources | where type =~ 'T' | where P == "V" | project id, name
static bool read_question(struct arena *arena, const char *query, struct question *question)
{
    question->type = take_text(arena, &query, "resources | where type =~ ");
    if (question->type == NULL || !text_starts(query, " | where "))
        return false;
    query += strlen(" | where ");
    size_t length = strcspn(query, " ");
    question->path = arena_strndup(arena, query, length);
    query += length;
    question->wanted = take_text(arena, &query, " == ");
    return question->wanted != NULL && strcmp(query, " | project id, name") == 0;
}

static bool is_asked(const struct value *subscriptions, const char *id)
{
    if (value_count(subscriptions) == 0)
        return true;
    for (size_t i = 0; i < value_count(subscriptions); i++) {
        const char *one = value_text(value_item(subscriptions, i));
        if (one != NULL && text_starts_nocase(id + strlen("/subscriptions/"), one))
            return true;
    }
    return false;
}

static struct value *find(struct call *call, const struct question *question,
                          const struct value *subscriptions)
{
    struct value *found = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, "/subscriptions/");
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *body = estate_at(call->estate, i);
        const char *id = value_text_at(body, "id"), *type = value_text_at(body, "type");
        if (id == NULL || type == NULL || !text_same(type, question->type) || !is_asked(subscriptions, id) ||
            !text_same(value_text_at(body, question->path), question->wanted) ||
            !access_may(call, id, arena_printf(call->arena, "%s/read", type)))
            continue;
        value_append(call->arena, found,
                     make_value(call->arena, "{'id': %v, 'name': %v}", value_get(body, "id"),
                                value_get(body, "name")));
    }
    return found;
}

void inventory_query(struct call *call)
{
    const struct value *body = call_body(call);
    if (body == NULL)
        return;
    struct question question;
    const char *query = value_text_at(body, "query");
    if (query == NULL || !read_question(call->arena, query, &question)) {
        call_fail(call, 400, "BadRequest",
                  "Please provide below info when asking for support: the lab does not "
                  "evaluate this query.");
        return;
    }
    struct value *found = find(call, &question, value_get(body, "subscriptions"));
    int64_t count = (int64_t)value_count(found);
    call_ok(
        call, 200,
        make_value(call->arena,
                   "{'totalRecords': %d, 'count': %d, 'data': %v, 'facets': [], 'resultTruncated': 'false'}",
                   count, count, found));
}
