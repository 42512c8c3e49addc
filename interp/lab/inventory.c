// Resource Graph: the inventory of ARM resources, by a small part of its query language. Not for other tables
// than `resources`. Invariants: a stage that is not understood is refused, so no condition is ever ignored; a
// skip token is taken by the query that gave it alone.
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/access.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/lab.h"
#include "lab/make.h"
#include "lab/operation.h"

enum { MOST_CONDITIONS = 8, MOST_COLUMNS = 16, MOST_PATH = 100, MOST_ROWS = 1000, USUAL_ROWS = 8, SEAL = 8 };

// resources | where PATH =~ 'text' | project a, b | take N
struct inventory {
    struct {
        const char *path, *text;
        bool exact;
    } conditions[MOST_CONDITIONS];
    size_t condition_count;
    const char *columns[MOST_COLUMNS];
    size_t column_count;
    size_t take;
};

static char *word(struct arena *arena, const char **at)
{
    *at += strspn(*at, " \t\r\n");
    size_t length = 0;
    while ((*at)[length] != '\0' && strchr(" \t\r\n|,=!~'\"()", (*at)[length]) == NULL)
        length++;
    char *text = arena_strndup(arena, *at, length);
    *at += length;
    return text;
}

static bool eat(const char **at, const char *text)
{
    *at += strspn(*at, " \t\r\n");
    if (!text_starts(*at, text))
        return false;
    *at += strlen(text);
    return true;
}

static bool read_condition(struct arena *arena, const char **at, struct inventory *query)
{
    if (query->condition_count == MOST_CONDITIONS)
        return false;
    const char *path = word(arena, at);
    bool exact = eat(at, "==");
    if (*path == '\0' || strlen(path) > MOST_PATH || (!exact && !eat(at, "=~")))
        return false;
    *at += strspn(*at, " ");
    char quote = **at;
    const char *end = quote == '\'' || quote == '"' ? strchr(*at + 1, quote) : NULL;
    if (end == NULL)
        return false;
    char *text = arena_strndup(arena, *at + 1, (size_t)(end - *at - 1));
    *at = end + 1;
    query->conditions[query->condition_count].path = path;
    query->conditions[query->condition_count].text = text;
    query->conditions[query->condition_count++].exact = exact;
    return strchr(text, '\\') == NULL;
}

static bool read_columns(struct arena *arena, const char **at, struct inventory *query)
{
    do {
        char *column = word(arena, at);
        if (query->column_count == MOST_COLUMNS || *column == '\0' || strlen(column) > MOST_PATH)
            return false;
        query->columns[query->column_count++] = column;
    } while (eat(at, ","));
    return true;
}

static bool read_take(struct arena *arena, const char **at, struct inventory *query)
{
    const char *number = word(arena, at);
    size_t digits = strspn(number, "0123456789");
    query->take = strtoul(number, NULL, 10);
    return digits > 0 && digits < 10 && number[digits] == '\0' && query->take > 0;
}

static bool read_conditions(struct arena *arena, const char **at, struct inventory *query)
{
    do {
        if (!read_condition(arena, at, query))
            return false;
    } while (eat(at, "and "));
    return true;
}

// The stages stand in this order, since each works on what the one in front of it leaves.
static bool read_query(struct arena *arena, const char *at, struct inventory *query)
{
    static const struct {
        const char *words;
        bool (*read)(struct arena *arena, const char **at, struct inventory *query);
    } stages[] = {{"where", read_conditions}, {"project", read_columns}, {"take limit", read_take}};
    size_t stage = 0;
    *query = (struct inventory){.take = MOST_ROWS};
    if (!text_same(word(arena, &at), "resources"))
        return false;
    while (eat(&at, "|")) {
        const char *name = word(arena, &at);
        while (stage < sizeof stages / sizeof stages[0] && !check_word(name, stages[stage].words))
            stage++;
        if (stage == sizeof stages / sizeof stages[0] || !stages[stage].read(arena, &at, query))
            return false;
        stage += stage > 0; // only conditions come more than once
    }
    return at[strspn(at, " \t\r\n")] == '\0';
}

static bool fits(const struct inventory *query, const struct value *resource)
{
    for (size_t i = 0; i < query->condition_count; i++) {
        const char *text = value_text_at(resource, query->conditions[i].path);
        if (text == NULL || (query->conditions[i].exact ? strcmp(text, query->conditions[i].text) != 0
                                                        : !text_same(text, query->conditions[i].text)))
            return false;
    }
    return true;
}

static bool asked_for(struct call *call, const struct value *subscriptions, const char *key)
{
    for (size_t i = 0; i < value_count(subscriptions); i++) {
        const char *name = value_text(value_item(subscriptions, i));
        // Ids are taken with and without their path.
        const char *id = name == NULL ? "" : text_starts_nocase(name, "/subscriptions/") ? name + 15 : name;
        if (*id != '\0' && access_covers(arena_printf(call->arena, "/subscriptions/%s", id), key))
            return true;
    }
    return value_count(subscriptions) == 0;
}

static const struct value *projected(struct call *call, const struct inventory *query,
                                     const struct value *resource)
{
    struct value *row = value_map(call->arena);
    for (size_t i = 0; i < query->column_count; i++) {
        const struct value *cell = value_at(resource, query->columns[i]);
        value_put(call->arena, row, query->columns[i], cell == NULL ? &value_null : cell);
    }
    return query->column_count == 0 ? resource : row;
}

// What the request's options ask for.
struct options {
    size_t top, skip; // top 0: not said
    bool table;
    const char *seal; // what its skip tokens begin with
};

static char *seal_of(struct call *call, const char *query)
{
    unsigned char hash[CRYPTO_HASH_SIZE];
    crypto_sha256(query, strlen(query), hash);
    return crypto_hex(call->arena, hash, SEAL / 2);
}

static bool read_token(struct call *call, const char *token, struct options *options)
{
    size_t length;
    const char *text = (const char *)crypto_base64url_decode(call->arena, token, &length);
    if (text == NULL || !text_starts(text, options->seal))
        return false;
    options->skip = strtoul(text + SEAL, NULL, 10);
    return true;
}

// False after answering 400: no option is ever ignored.
static bool read_options(struct call *call, const struct value *body, struct options *options)
{
    static const struct check checks[] = {{"query!", CHECK_TEXT, NULL},
                                          {"subscriptions[]", CHECK_GUID, NULL},
                                          {"managementGroups[]", CHECK_TEXT, NULL},
                                          {"options", CHECK_MAP, NULL},
                                          {"options.$top", CHECK_RANGE, "1 1000"},
                                          {"options.$skip", CHECK_RANGE, "0 2147483647"},
                                          {"options.$skipToken", CHECK_TEXT, NULL},
                                          {"options.resultFormat", CHECK_WORD, "objectArray table"}};
    const struct value *given = value_get(body, "options");
    if (!check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return false;
    const char *token = value_text_at(given, "$skipToken"), *query = value_text_at(body, "query"),
               *unknown = NULL;
    options->table = text_same(value_text_at(given, "resultFormat"), "table");
    for (size_t i = 0; i < value_count(given); i++)
        if (!check_word(given->fields[i].key, "$top $skip $skipToken resultFormat"))
            unknown = given->fields[i].key;
    if (value_count(value_get(body, "facets")) > 0)
        unknown = "facets";
    if (unknown != NULL) {
        call_fail(call, 400, "BadRequest", "The lab does not evaluate %.40s.", unknown);
        return false;
    }
    options->top = (size_t)value_int_at(given, "$top", 0);
    options->skip = (size_t)value_int_at(given, "$skip", 0);
    options->seal = seal_of(call, query == NULL ? "" : query);
    if (token == NULL || read_token(call, token, options))
        return true;
    call_fail(call, 400, "BadRequest", "The skip token is not one of this query.");
    return false;
}

static const char *type_of(const struct value *cell)
{
    return value_is(cell, VALUE_INT)    ? "integer"
           : value_is(cell, VALUE_BOOL) ? "boolean"
           : value_is(cell, VALUE_MAP)  ? "object"
           : value_is(cell, VALUE_LIST) ? "array"
                                        : "string";
}

// The rows as columns and lists of cells; the columns are those of the first row.
static const struct value *as_table(struct arena *arena, const struct value *rows)
{
    struct value *columns = value_list(arena), *lists = value_list(arena);
    const struct value *first = value_item(rows, 0);
    for (size_t c = 0; c < value_count(first); c++)
        value_append(arena, columns,
                     make_value(arena, "{'name': %s, 'type': %s}", first->fields[c].key,
                                type_of(first->fields[c].value)));
    for (size_t i = 0; i < value_count(rows); i++) {
        struct value *cells = value_list(arena);
        for (size_t c = 0; c < value_count(first); c++) {
            const struct value *cell = value_get(value_item(rows, i), first->fields[c].key);
            value_append(arena, cells, cell == NULL ? &value_null : cell);
        }
        value_append(arena, lists, cells);
    }
    return make_value(arena, "{'columns': %v, 'rows': %v}", columns, lists);
}

static const struct value *lower(struct call *call, const struct value *text)
{
    return value_text(text) == NULL ? NULL
                                    : value_string(call->arena, text_lower(call->arena, value_text(text)));
}

// A resource as the inventory has it: its type, location and group in lower case, with where it is.
static const struct value *row_of(struct call *call, const char *key, const struct value *resource)
{
    static const char folder[] = "/resourcegroups/";
    const char *group = strstr(key, folder) + strlen(folder);
    const struct value *own =
        make_value(call->arena,
                   "{'type': %v, 'location': %v, 'resourceGroup': %s, 'subscriptionId': %s, 'tenantId': %s}",
                   lower(call, value_get(resource, "type")), lower(call, value_get(resource, "location")),
                   arena_strndup(call->arena, group, strcspn(group, "/")),
                   arena_strndup(call->arena, key + 15, strcspn(key + 15, "/")), LAB_TENANT);
    return value_merge_patch(call->arena, operation_shown(call, resource), own);
}

static struct value *find_rows(struct call *call, const struct inventory *query,
                               const struct value *subscriptions)
{
    struct value *rows = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, "/subscriptions/");
    for (size_t i = range.first; i < range.end && value_count(rows) < query->take; i++) {
        const char *key = estate_key(call->estate, i), *provider = strstr(key, "/providers/");
        const struct value *resource = estate_at(call->estate, i);
        // Resources only: no groups, no settings that extend a resource.
        if (provider == NULL || strstr(key, "/resourcegroups/") == NULL ||
            strstr(provider + 1, "/providers/") != NULL || !asked_for(call, subscriptions, key))
            continue;
        const struct value *row = row_of(call, key, resource);
        if (fits(query, row) && access_may(call, value_text_at(resource, "id"),
                                           "Microsoft.Resources/subscriptions/resources/read"))
            value_append(call->arena, rows, projected(call, query, row));
    }
    return rows;
}

// Without the id of its rows a query has no second page.
static bool goes_on(const struct inventory *query)
{
    bool has = query->column_count == 0;
    for (size_t i = 0; i < query->column_count; i++)
        has = has || strcmp(query->columns[i], "id") == 0;
    return has;
}

static void answer_page(struct call *call, const struct inventory *query, const struct options *options,
                        const struct value *rows)
{
    struct arena *arena = call->arena;
    struct value *shown = value_list(arena);
    size_t top = options->top > 0 ? options->top : goes_on(query) ? USUAL_ROWS : MOST_ROWS;
    size_t total = value_count(rows), end = options->skip + top;
    for (size_t i = options->skip; i < total && i < end; i++)
        value_append(arena, shown, value_item(rows, i));
    struct value *answer = make_value(
        arena, "{'totalRecords': %d, 'count': %d, 'resultTruncated': %s, 'facets': [], 'data': %v}",
        (int64_t)total, (int64_t)value_count(shown), end < total ? "true" : "false",
        options->table ? as_table(arena, shown) : shown);
    if (end < total && goes_on(query)) {
        char *token = arena_printf(arena, "%s%zu", options->seal, end);
        value_put_text(arena, answer, "$skipToken", crypto_base64url(arena, token, strlen(token)));
    }
    call_ok(call, 200, answer);
}

void inventory_query(struct call *call)
{
    const struct value *body = call_body(call);
    const char *text = value_text_at(body, "query");
    struct inventory query;
    struct options options;
    if (body == NULL || !read_options(call, body, &options))
        return;
    if (text == NULL || !read_query(call->arena, text, &query)) {
        call_fail(call, 400, "BadRequest",
                  "Please provide a valid query: the lab evaluates resources | where PATH =~ "
                  "'text' | project COLUMNS | take N.");
        return;
    }
    answer_page(call, &query, &options, find_rows(call, &query, value_get(body, "subscriptions")));
}
