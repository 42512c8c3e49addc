// Types of what clients send. Not for what a value means: the handlers. Invariant: a member that is named in
// a table and has another type never reaches the estate.
#include "lab/check.h"

#include <stdlib.h>
#include <string.h>

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

static bool is_item(const struct value *value, const struct check *check)
{
    const char *text = value_text(value);
    return check->type == CHECK_MAPS ? value_is(value, VALUE_MAP) : check_word(text, check->words);
}

static bool all_items(const struct value *list, const struct check *check)
{
    bool ok = value_is(list, VALUE_LIST);
    for (size_t i = 0; ok && i < value_count(list); i++)
        ok = is_item(value_item(list, i), check);
    return ok;
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
    case CHECK_TIME:
        return value_text(value) != NULL && clock_parse(value_text(value), &ms);
    case CHECK_TAGS:
        return are_tags(value);
    case CHECK_MAP:
        return value_is(value, VALUE_MAP);
    case CHECK_WORD:
        return check_word(value_text(value), check->words);
    case CHECK_MAPS:
    case CHECK_WORDS:
        return all_items(value, check);
    }
    return false;
}

bool check_body(struct call *call, const struct value *body, const struct check *checks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct value *value = value_at(body, checks[i].path);
        if (value_is_null(value) || fits(value, &checks[i]))
            continue;
        call_fail(call, 400,
                  call->host == CALL_VAULT   ? "BadParameter"
                  : call->host == CALL_GRAPH ? "Request_BadRequest"
                                             : "InvalidRequestContent",
                  "The value of the property '%s' is not valid.", checks[i].path);
        return false;
    }
    return true;
}
