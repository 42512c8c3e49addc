// Log Analytics: the workspace's query endpoint over the vaults' audit rows. Rows are kept in
// log/keyvault/VAULT as {vault: ARM id, rows: [{time, operation, ip, oid, app, upn, object, code,
// correlation}]}. The answer's columns are, in this order, TimeGenerated, OperationName, addr, idn, appid,
// upn, obj, code, CorrelationId. Invariant: every row that is shown meets every binding.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/access.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/kql.h"
#include "lab/make.h"
#include "lab/rows.h"

#define READ "Microsoft.OperationalInsights/workspaces/query/read"

static bool any_matches(const struct kql_query *query, const struct value *row)
{
    if (query->who == NULL && query->name == NULL && query->app == NULL && query->ip == NULL)
        return true;
    return (query->who != NULL && text_same(query->who, value_text_at(row, "oid"))) ||
           (query->name != NULL && text_same(query->name, value_text_at(row, "upn"))) ||
           (query->app != NULL && text_same(query->app, value_text_at(row, "app"))) ||
           (query->ip != NULL && text_same(query->ip, value_text_at(row, "ip")));
}

static bool row_matches(const struct kql_query *query, const struct value *row)
{
    int64_t time;
    const char *text = value_text_at(row, "time");
    return text != NULL && clock_parse(text, &time) && time >= query->start && time <= query->end &&
           any_matches(query, row);
}

static const struct value *cell(struct arena *arena, const struct value *row, const char *member)
{
    const char *text = value_text_at(row, member);
    return value_string(arena, text == NULL ? "" : text);
}

static const struct value *shown_row(struct arena *arena, const struct value *row)
{
    return make_value(arena, "[%v, %v, %v, %v, %v, %v, %v, %d, %v]", cell(arena, row, "time"),
                      cell(arena, row, "operation"), cell(arena, row, "ip"), cell(arena, row, "oid"),
                      cell(arena, row, "app"), cell(arena, row, "upn"), cell(arena, row, "object"),
                      value_int_at(row, "code", 0), cell(arena, row, "correlation"));
}

static struct value *find_rows(struct call *call, const struct kql_query *query)
{
    struct value *found = rows_new(call->arena), *shown = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, "log/keyvault/");
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *log = estate_at(call->estate, i), *rows = value_get(log, "rows");
        if (query->vault != NULL && !text_same(query->vault, value_text_at(log, "vault")))
            continue;
        for (size_t r = 0; r < value_count(rows); r++)
            if (row_matches(query, value_item(rows, r)))
                value_append(call->arena, found, value_item(rows, r));
    }
    rows_sort(found, "time", query->newest_first);
    for (size_t i = 0; i < value_count(found) && i < query->take; i++)
        value_append(call->arena, shown, shown_row(call->arena, value_item(found, i)));
    return shown;
}

static void refuse(struct call *call, const char *inner, const char *message)
{
    call_ok(
        call, 400,
        make_value(
            call->arena,
            "{'error': {'message': 'The request had some invalid properties', 'code': 'BadArgumentError', "
            "'correlationId': %s, 'innererror': {'code': %s, 'message': %s}}}",
            call->client_request_id, inner, message));
}

static void answer(struct call *call, const struct value *workspace)
{
    struct kql_query query;
    const char *what = NULL, *id = value_text_at(workspace, "id");
    if (workspace == NULL) {
        call_fail(call, 404, "PathNotFoundError", "The requested path does not exist");
        return;
    }
    if (!access_may(call, id, READ)) {
        call_fail(call, 403, "InsufficientAccessError",
                  "The provided credentials have insufficient access to perform "
                  "the requested operation");
        return;
    }
    const struct value *body = call_body(call);
    const char *text = value_text_at(body, "query"), *span = value_text_at(body, "timespan");
    if (body == NULL)
        return;
    if (text == NULL) {
        refuse(call, "MissingQueryError", "The request has no query.");
    } else if (!kql_parse(call->arena, text, &query, &what)) {
        refuse(call, text_starts(what, "The ") ? "SyntaxError" : "SemanticError", what);
    } else if (!value_is_null(value_get(body, "timespan")) &&
               (span == NULL || !kql_parse_timespan(call->arena, span, clock_now_ms(), &query))) {
        refuse(call, "InvalidTimespanError", "The timespan is not valid.");
    } else {
        call_ok(call, 200,
                make_value(
                    call->arena,
                    "{'tables': [{'name': 'PrimaryResult', 'columns': [{'name': 'TimeGenerated', 'type': "
                    "'datetime'}, {'name': 'OperationName', 'type': 'string'}, {'name': 'addr', 'type': "
                    "'string'}, "
                    "{'name': 'idn', 'type': 'string'}, {'name': 'appid', 'type': 'string'}, {'name': 'upn', "
                    "'type': 'string'}, {'name': 'obj', 'type': 'string'}, {'name': 'code', 'type': 'int'}, "
                    "{'name': 'CorrelationId', 'type': 'string'}], 'rows': %v}]}",
                    find_rows(call, &query)));
    }
}

void logs_query_workspace(struct call *call)
{
    const struct value *workspace = NULL;
    struct estate_range range = estate_range(call->estate, "/subscriptions/");
    for (size_t i = range.first; i < range.end && workspace == NULL; i++)
        if (strstr(estate_key(call->estate, i), "/providers/microsoft.operationalinsights/workspaces/") !=
                NULL &&
            text_same(value_text_at(estate_at(call->estate, i), "properties.customerId"), call->args[0]))
            workspace = estate_at(call->estate, i);
    answer(call, workspace);
}

void logs_query_resource(struct call *call)
{
    char *id = arena_printf(call->arena, "%s/providers/microsoft.operationalinsights/workspaces/%s",
                            call->scope, call->args[0]);
    answer(call, estate_get(call->estate, text_lower(call->arena, id)));
}
