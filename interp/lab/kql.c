// Reading the audit skeleton. Not a KQL engine: conditions come from the bindings, and every other word must
// belong to the skeleton. Invariant: a query that is accepted means what the bindings say.
#include "lab/kql.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "lab/check.h"

enum { MOST_ROWS = 30000 };

// Words of the skeleton, its functions, its columns.
static const char *const words[] = {"union",
                                    "isfuzzy",
                                    "kind",
                                    "outer",
                                    "true",
                                    "false",
                                    "AZKVAuditLogs",
                                    "AzureDiagnostics",
                                    "extend",
                                    "where",
                                    "project",
                                    "order",
                                    "sort",
                                    "by",
                                    "asc",
                                    "desc",
                                    "take",
                                    "limit",
                                    "and",
                                    "or",
                                    "contains",
                                    "has",
                                    "between",
                                    "isnotempty",
                                    "isempty",
                                    "tolower",
                                    "tostring",
                                    "toint",
                                    "coalesce",
                                    "strcat",
                                    "column_ifexists",
                                    "dynamic",
                                    "null",
                                    "iff",
                                    "iif",
                                    "parse_json",
                                    "rid",
                                    "addr",
                                    "idn",
                                    "appid",
                                    "upn",
                                    "obj",
                                    "code",
                                    "vault",
                                    "who",
                                    "name",
                                    "app",
                                    "ip",
                                    "start",
                                    "end",
                                    "TimeGenerated",
                                    "OperationName",
                                    "CorrelationId",
                                    "_ResourceId",
                                    "ResourceProvider",
                                    "ResourceType",
                                    "Identity",
                                    "CallerIpAddress",
                                    "CallerIPAddress",
                                    "HttpStatusCode",
                                    "httpStatusCode_d",
                                    "id_s",
                                    "Id",
                                    "now",
                                    "int",
                                    "string",
                                    "union_",
                                    NULL};

struct reader {
    struct arena *arena;
    const char *at;
    const char *what; // why not, or NULL
};

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void skip(struct reader *reader)
{
    for (;;) {
        reader->at += strspn(reader->at, " \t\r\n");
        if (reader->at[0] != '/' || reader->at[1] != '/')
            return;
        reader->at += strcspn(reader->at, "\n");
    }
}

static char *read_word(struct reader *reader)
{
    size_t length = 0;
    skip(reader);
    while (is_word(reader->at[length]))
        length++;
    char *word = arena_strndup(reader->arena, reader->at, length);
    reader->at += length;
    return word;
}

static bool eat(struct reader *reader, const char *text)
{
    skip(reader);
    if (!text_starts(reader->at, text))
        return false;
    reader->at += strlen(text);
    return true;
}

// A text in double or single quotes, with \" and \\; NULL when it does not end.
static char *read_text(struct reader *reader)
{
    struct text text = text_new(reader->arena);
    char quote = *reader->at++;
    while (*reader->at != quote) {
        if (*reader->at == '\\')
            reader->at++;
        if (*reader->at == '\0')
            return NULL;
        text_addc(&text, *reader->at++);
    }
    reader->at++;
    return text.ptr;
}

// "text", tolower("text") or datetime(2026-…Z).
static char *read_binding(struct reader *reader)
{
    bool lower = eat(reader, "tolower(");
    char *text = NULL;
    if (eat(reader, "datetime(")) {
        size_t length = strcspn(reader->at, ")");
        text = arena_strndup(reader->arena, reader->at, length);
        reader->at += length;
        return eat(reader, ")") ? text : NULL;
    }
    skip(reader);
    if (*reader->at == '"' || *reader->at == '\'')
        text = read_text(reader);
    return text == NULL || (lower && !eat(reader, ")")) ? NULL : text;
}

static bool bind(struct reader *reader, struct kql_query *query, const char *name, const char *text)
{
    const char **place = strcmp(name, "vault") == 0  ? &query->vault
                         : strcmp(name, "who") == 0  ? &query->who
                         : strcmp(name, "name") == 0 ? &query->name
                         : strcmp(name, "app") == 0  ? &query->app
                         : strcmp(name, "ip") == 0   ? &query->ip
                                                     : NULL;
    int64_t *moment = strcmp(name, "start") == 0 ? &query->start
                      : strcmp(name, "end") == 0 ? &query->end
                                                 : NULL;
    if (place != NULL) {
        *place = *text == '\0' ? NULL : text;
        return true;
    }
    if (moment != NULL && clock_parse(text, moment))
        return true;
    reader->what = arena_printf(reader->arena, "The lab does not know the binding '%.40s'.", name);
    return false;
}

static bool read_lets(struct reader *reader, struct kql_query *query)
{
    while (eat(reader, "let ")) {
        char *name = read_word(reader);
        char *text = eat(reader, "=") ? read_binding(reader) : NULL;
        if (text == NULL || !eat(reader, ";")) {
            if (reader->what == NULL)
                reader->what = arena_printf(reader->arena, "The binding of '%.40s' is not understood.", name);
            return false;
        }
        if (!bind(reader, query, name, text))
            return false;
    }
    return true;
}

static bool is_known(const char *word)
{
    for (size_t i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return text_starts(word, "identity_claim_") || word[strspn(word, "0123456789")] == '\0';
}

// A text outside the bindings: a column's name, a key in brackets, the provider, a separator.
static bool text_is_known(const char *before, const char *text)
{
    return text_ends(before, "column_ifexists(") || text_ends(before, "[") || *text == '\0' ||
           strcmp(text, " ") == 0 || text_same(text, "MICROSOFT.KEYVAULT") || text_same(text, "VAULTS");
}

// The last character before this one that is no space; the text has one in front of it.
static char in_front(const char *at)
{
    do
        at--;
    while (strchr(" \t\r\n", *at) != NULL);
    return *at;
}

static bool take_word(struct reader *reader, struct kql_query *query, const char *start)
{
    char *word = read_word(reader);
    bool number = *word >= '0' && *word <= '9';
    if (number && in_front(start) != ',') { // behind a comma: what a column has that is not there
        reader->what =
            arena_printf(reader->arena, "The lab does not evaluate conditions on the number %.20s.", word);
        return false;
    }
    // A member of a dynamic column is free.
    if (start > reader->at || (start[-1] != '.' && !is_known(word))) {
        reader->what = arena_printf(
            reader->arena, "'where' operator: Failed to resolve table or column expression named '%.60s'",
            word);
        return false;
    }
    if (check_word(word, "order sort desc")) // without a word it is desc
        query->newest_first = true;
    if (strcmp(word, "asc") == 0)
        query->newest_first = false;
    if (check_word(word, "take limit"))
        query->take = strtoul(read_word(reader), NULL, 10);
    return true;
}

static bool read_pipeline(struct reader *reader, struct kql_query *query, const char *start)
{
    bool table =
        strstr(reader->at, "AZKVAuditLogs") != NULL || strstr(reader->at, "AzureDiagnostics") != NULL;
    if (!table) {
        reader->what = arena_printf(
            reader->arena, "Failed to resolve table or column expression named '%.60s'", read_word(reader));
        return false;
    }
    for (skip(reader); *reader->at != '\0'; skip(reader)) {
        if (*reader->at == '"' || *reader->at == '\'') {
            size_t length = (size_t)(reader->at - start);
            while (length > 0 && strchr(" \t\r\n", start[length - 1]) != NULL)
                length--;
            char *before = arena_strndup(reader->arena, start, length);
            char *text = read_text(reader);
            if (text == NULL || !text_is_known(before, text)) {
                reader->what =
                    arena_printf(reader->arena, "The lab does not evaluate conditions on the text '%.60s'.",
                                 text == NULL ? "" : text);
                return false;
            }
        } else if (is_word(*reader->at)) {
            if (!take_word(reader, query, reader->at))
                return false;
        } else if (strchr("!<>", *reader->at) != NULL) {
            reader->what = "The lab does not evaluate conditions with !, < or >.";
            return false;
        } else {
            reader->at++;
        }
    }
    return true;
}

bool kql_parse(struct arena *arena, const char *text, struct kql_query *query, const char **what)
{
    *query = (struct kql_query){.start = INT64_MIN, .end = INT64_MAX, .take = MOST_ROWS};
    // There is always a character before a word.
    struct reader reader = {.arena = arena, .at = arena_printf(arena, ";%s", text) + 1};
    const char *start = reader.at;
    bool ok = read_lets(&reader, query) && read_pipeline(&reader, query, start);
    *what = reader.what;
    return ok;
}

// "P1DT2H", "PT172800.0S" in milliseconds; 0 when it is none.
static int64_t iso_duration(const char *text)
{
    double ms = 0;
    bool time = false;
    if (*text++ != 'P')
        return 0;
    while (*text != '\0') {
        if (*text == 'T') {
            time = true;
            text++;
            continue;
        }
        char *unit;
        double number = strtod(text, &unit);
        double size = *unit == 'D'           ? 86400e3
                      : *unit == 'H'         ? 3600e3
                      : *unit == 'M' && time ? 60e3
                      : *unit == 'S'         ? 1e3
                                             : 0;
        if (unit == text || size <= 0 || !(number >= 0) || number > 1e9)
            return 0;
        ms += number * size;
        text = unit + 1;
    }
    return ms < 1e15 ? (int64_t)ms : 0;
}

// start/end, start/duration, duration/end.
static bool read_interval(struct arena *arena, const char *text, const char *slash, int64_t *start,
                          int64_t *end)
{
    const char *first = arena_strndup(arena, text, (size_t)(slash - text)), *second = slash + 1;
    int64_t before = iso_duration(first), after = iso_duration(second);
    if ((before == 0 && !clock_parse(first, start)) || (after == 0 && !clock_parse(second, end)))
        return false;
    if (before > 0)
        *start = *end - before;
    if (after > 0)
        *end = *start + after;
    return before == 0 || after == 0;
}

bool kql_parse_timespan(struct arena *arena, const char *text, int64_t now, struct kql_query *query)
{
    const char *slash = strchr(text, '/');
    int64_t start = now, end = now;
    if (slash == NULL) {
        int64_t length = iso_duration(text);
        if (length == 0)
            return false;
        start = now - length;
    } else if (!read_interval(arena, text, slash, &start, &end)) {
        return false;
    }
    if (start > query->start)
        query->start = start;
    if (end < query->end)
        query->end = end;
    return true;
}
