// Types of what clients send. Not for what a value means: the handlers. Invariant: a member that is named in
// a table and has another type never reaches the estate.
#include "lab/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "lab/call.h"

bool check_word(const char *text, const char *words)
{
    size_t wanted = text == NULL ? 0 : strlen(text);
    for (const char *at = words; wanted > 0 && *at != '\0'; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        if (length == wanted && strncasecmp(at, text, length) == 0)
            return true;
        at += length;
    }
    return false;
}

static bool are_tags(const struct value *map)
{
    bool ok = value_is(map, VALUE_MAP);
    for (size_t i = 0; ok && i < value_count(map); i++)
        ok = value_is(map->fields[i].value, VALUE_STRING) || value_is_null(map->fields[i].value);
    return ok;
}

static bool is_between(const struct value *value, const char *range)
{
    char *most;
    int64_t least = strtoll(range, &most, 10);
    return value_is(value, VALUE_INT) && value->integer >= least && value->integer <= strtoll(most, NULL, 10);
}

static bool fits(const struct value *value, const struct check *check)
{
    int64_t ms;
    switch (check->type) {
    case CHECK_TEXT:
        return value_is(value, VALUE_STRING);
    case CHECK_GUID:
        return value_is(value, VALUE_STRING) && schema_is_guid(value_text(value));
    case CHECK_FLAG:
        return value_is(value, VALUE_BOOL);
    case CHECK_WHOLE:
        return value_is(value, VALUE_INT);
    case CHECK_RANGE:
        return is_between(value, check->words);
    case CHECK_NUMBER:
        return value_is(value, VALUE_INT) || value_is(value, VALUE_NUMBER);
    case CHECK_TIME:
        return value_text(value) != NULL && clock_parse(value_text(value), &ms);
    case CHECK_TAGS:
        return are_tags(value);
    case CHECK_MAP:
        return value_is(value, VALUE_MAP);
    case CHECK_WORD:
        return check_word(value_text(value), check->words);
    }
    return false;
}

static bool leads(struct call *call, const struct value *value, const char *path, const struct check *check);

static bool all_lead(struct call *call, const struct value *value, const char *path,
                     const struct check *check)
{
    bool list = value_is(value, VALUE_LIST), ok = true;
    for (size_t i = 0; ok && i < value_count(value); i++)
        ok = leads(call, list ? value->items[i] : value->fields[i].value, path, check);
    return ok;
}

// Does the path lead from this value only to what fits?
static bool leads(struct call *call, const struct value *value, const char *path, const struct check *check)
{
    path += *path == '.';
    if (*path == '\0')
        return fits(value, check);
    if (*path == '[')
        return value_is(value, VALUE_LIST) && all_lead(call, value, path + strlen("[]"), check);
    if (!value_is(value, VALUE_MAP))
        return false;
    if (*path == '*')
        return all_lead(call, value, path + 1, check);
    size_t length = strcspn(path, ".[!");
    bool needed = path[length] == '!';
    const struct value *member = value_get(value, arena_strndup(call->arena, path, length));
    return value_is_null(member) ? !needed : leads(call, member, path + length + needed, check);
}

bool check_body(struct call *call, const struct value *body, const struct check *checks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (leads(call, body, checks[i].path, &checks[i]))
            continue;
        call_fail(call, 400,
                  call->host == CALL_VAULT   ? "BadParameter"
                  : call->host == CALL_GRAPH ? "Request_BadRequest"
                                             : "InvalidRequestContent",
                  "The value of the property '%.*s' is not valid.", (int)strcspn(checks[i].path, "!"),
                  checks[i].path);
        return false;
    }
    return true;
}
