// Cost Management: what resources cost, day by day, and budgets. Invariant: a budget
// that exists is changed only by who names its current eTag.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/cost.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

#define SUBSCRIPTIONS "/subscriptions/"
enum { DAY_MS = 24 * 3600 * 1000, SUNDAY_MS = 3 * DAY_MS /* in 1970 */, MOST_DAYS = 366, PAGE = 40 };

struct query {
    int64_t from, to; // milliseconds
    bool daily, by_resource;
};

static bool refuse(struct call *call, const char *message)
{
    call_fail(call, 400, "BadRequest", "%s", message);
    return false;
}

int64_t cost_month(struct call *call, int64_t ms)
{
    int64_t begin;
    char *text = arena_printf(call->arena, "%.7s-01", clock_rfc3339(call->arena, ms));
    return clock_parse(text, &begin) ? begin : ms;
}

// A timeframe by its name; false where the body must say the period.
static bool read_timeframe(struct call *call, const char *timeframe, struct query *query)
{
    int64_t now = clock_now_ms(), month = cost_month(call, now), week = 7 * (int64_t)DAY_MS;
    query->to = now;
    if (text_same(timeframe, "MonthToDate") || text_same(timeframe, "BillingMonthToDate")) {
        query->from = month;
    } else if (text_same(timeframe, "TheLastMonth") || text_same(timeframe, "TheLastBillingMonth")) {
        query->from = cost_month(call, month - 1);
        query->to = month - 1;
    } else if (text_same(timeframe, "WeekToDate")) {
        query->from = now - (now - SUNDAY_MS) % week;
    } else {
        return false;
    }
    return true;
}

static bool read_period(struct call *call, const struct value *body, struct query *query)
{
    const char *timeframe = value_text_at(body, "timeframe"), *from = value_text_at(body, "timePeriod.from"),
               *to = value_text_at(body, "timePeriod.to");
    if (read_timeframe(call, timeframe, query))
        return true;
    return text_same(timeframe, "Custom") && from != NULL && to != NULL && clock_parse(from, &query->from) &&
           clock_parse(to, &query->to) && query->to >= query->from &&
           query->to - query->from <= (int64_t)MOST_DAYS * DAY_MS;
}

// False after answering 400.
static bool read_query(struct call *call, const struct value *body, struct query *query)
{
    const struct value *groups = value_at(body, "dataset.grouping"), *first = value_item(groups, 0);
    const char *granularity = value_text_at(body, "dataset.granularity");
    static const struct check checks[] = {{"type!", CHECK_WORD, "ActualCost Usage AmortizedCost"},
                                          {"timeframe!", CHECK_TEXT, NULL},
                                          {"dataset!", CHECK_MAP, NULL},
                                          {"dataset.granularity", CHECK_TEXT, NULL},
                                          {"dataset.aggregation.*.name!", CHECK_TEXT, NULL},
                                          {"dataset.aggregation.*.function!", CHECK_WORD, "Sum"},
                                          {"dataset.grouping[].type!", CHECK_WORD, "Dimension TagKey"},
                                          {"dataset.grouping[].name!", CHECK_TEXT, NULL}};
    if (!check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return false;
    if (!read_period(call, body, query))
        return refuse(call,
                      "A timeframe is MonthToDate or its like, or Custom with a period of a year at most.");
    query->daily = text_same(granularity, "Daily");
    query->by_resource = text_same(value_text_at(first, "name"), "ResourceId");
    if (!query->daily && granularity != NULL && !text_same(granularity, "None"))
        return refuse(call, "The granularity is Daily or None.");
    if (value_count(groups) > 1 || (value_count(groups) == 1 && !query->by_resource))
        return refuse(call, "The lab groups by ResourceId only.");
    return value_text_at(body, "dataset.aggregation.totalCost.name") != NULL ||
           refuse(call, "The lab aggregates totalCost only.");
}

static int64_t day_of(int64_t ms)
{
    return ms / DAY_MS * DAY_MS;
}

int64_t cost_on(const struct value *source, int64_t day)
{
    int64_t from = 0;
    const char *begin = value_text_at(source, "from");
    if (begin != NULL && (!clock_parse(begin, &from) || day < day_of(from)))
        return 0;
    return value_int_at(source, "cents", 0);
}

const struct value *cost_money(struct call *call, int64_t cents)
{
    char *text = arena_printf(call->arena, "%lld.%02lld", (long long)(cents / 100), (long long)(cents % 100));
    return json_parse(call->arena, NULL, text, strlen(text), NULL);
}

static void add_row(struct call *call, struct value *rows, const struct query *query, int64_t cents,
                    int64_t day, const char *resource)
{
    struct value *row = value_list(call->arena);
    if (cents == 0)
        return;
    value_append(call->arena, row, cost_money(call, cents));
    if (query->daily) {
        const char *date = clock_rfc3339(call->arena, day);
        char *digits = arena_printf(call->arena, "%.4s%.2s%.2s", date, date + 5, date + 8);
        value_append(call->arena, row, json_parse(call->arena, NULL, digits, strlen(digits), NULL));
    }
    if (query->by_resource)
        value_append(call->arena, row, value_string(call->arena, resource));
    value_append(call->arena, row, value_string(call->arena, "EUR"));
    value_append(call->arena, rows, row);
}

// The sum over all sources, or of one, in the days that a row stands for.
static int64_t sum(const struct value *sources, const struct value *one, int64_t first, int64_t last)
{
    int64_t cents = 0;
    for (int64_t day = first; day <= last; day += DAY_MS)
        for (size_t i = 0; i < value_count(sources); i++)
            if (one == NULL || one == value_item(sources, i))
                cents += cost_on(value_item(sources, i), day);
    return cents;
}

static void add_rows(struct call *call, struct value *rows, const struct query *query,
                     const struct value *sources, const struct value *one)
{
    int64_t first = day_of(query->from), last = day_of(query->to), now = clock_now_ms();
    const char *resource = value_text_at(one, "id");
    last = last > now ? day_of(now) : last;
    if (!query->daily)
        add_row(call, rows, query, sum(sources, one, first, last), first, resource);
    for (int64_t day = first; query->daily && day <= last; day += DAY_MS)
        add_row(call, rows, query, sum(sources, one, day, day), day, resource);
}

static const struct value *columns_of(struct arena *arena, const struct query *query)
{
    struct value *columns = make_value(arena, "[{'name': 'Cost', 'type': 'Number'}]");
    if (query->daily)
        value_append(arena, columns, make_value(arena, "{'name': 'UsageDate', 'type': 'Number'}"));
    if (query->by_resource)
        value_append(arena, columns, make_value(arena, "{'name': 'ResourceId', 'type': 'String'}"));
    value_append(arena, columns, make_value(arena, "{'name': 'Currency', 'type': 'String'}"));
    return columns;
}

// The next page is had by the same body, posted to the link.
static void answer_page(struct call *call, const struct query *query, const struct value *rows)
{
    struct arena *arena = call->arena;
    struct page page = page_open(call);
    page.limit = PAGE;
    for (size_t i = 0; i < value_count(rows); i++) {
        char *key = arena_printf(arena, "%06zu", i);
        if (page_wants(&page, key))
            page_add(&page, key, value_item(rows, i));
    }
    char *id = arena_printf(arena, "%s/providers/Microsoft.CostManagement/query/%s", call->scope + 1,
                            crypto_uuid(arena));
    call_ok(call, 200,
            make_value(
                arena,
                "{'id': %s, 'name': %s, 'type': 'Microsoft.CostManagement/query', 'location': null, 'sku': "
                "null, 'eTag': null, 'properties': {'nextLink': %s, 'columns': %v, 'rows': %v}}",
                id, strrchr(id, '/') + 1, page_next(&page), columns_of(arena, query), page.items));
}

void cost_query(struct call *call)
{
    struct query query;
    const struct value *body = call_body(call);
    if (body == NULL || !read_query(call, body, &query))
        return;
    if (!text_starts_nocase(call->scope, SUBSCRIPTIONS)) {
        refuse(call, "The lab knows the costs of subscriptions only.");
        return;
    }
    const char *subscription = call->scope + strlen(SUBSCRIPTIONS);
    const struct value *sources = estate_get(
        call->estate, arena_printf(call->arena, "log/cost/%.36s", text_lower(call->arena, subscription)));
    struct value *rows = value_list(call->arena);
    for (size_t i = 0; query.by_resource && i < value_count(sources); i++)
        add_rows(call, rows, &query, sources, value_item(sources, i));
    if (!query.by_resource)
        add_rows(call, rows, &query, sources, NULL);
    answer_page(call, &query, rows);
}

static char *budget_folder(struct call *call)
{
    return text_lower(call->arena,
                      arena_printf(call->arena, "%s/providers/Microsoft.Consumption/budgets/", call->scope));
}

static char *budget_key(struct call *call)
{
    return arena_printf(call->arena, "%s%s", budget_folder(call), text_lower(call->arena, call->args[0]));
}

void cost_list_budgets(struct call *call)
{
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, budget_folder(call));
    for (size_t i = range.first; i < range.end; i++)
        if (page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), estate_at(call->estate, i));
    page_close(&page);
}

void cost_get_budget(struct call *call)
{
    const struct value *found = estate_get(call->estate, budget_key(call));
    if (found != NULL)
        call_ok(call, 200, found);
    else
        call_missing(call, call->path);
}

#define NOTICE "properties.notifications.*."

// What a budget must say. False after answering 400.
static bool check_budget(struct call *call, const struct value *body)
{
    static const struct check checks[] = {
        {"properties!", CHECK_MAP, NULL},
        {"properties.category!", CHECK_WORD, "Cost"},
        {"properties.amount!", CHECK_NUMBER, NULL},
        {"properties.timeGrain!", CHECK_WORD,
         "Monthly Quarterly Annually BillingMonth BillingQuarter BillingAnnual"},
        {"properties.timePeriod!", CHECK_MAP, NULL},
        {"properties.timePeriod.startDate!", CHECK_TIME, NULL},
        {"properties.timePeriod.endDate", CHECK_TIME, NULL},
        {NOTICE "enabled!", CHECK_FLAG, NULL},
        {NOTICE "operator!", CHECK_WORD, "EqualTo GreaterThan GreaterThanOrEqualTo"},
        {NOTICE "threshold!", CHECK_NUMBER, NULL},
        {NOTICE "thresholdType", CHECK_WORD, "Actual Forecasted"},
        {NOTICE "contactEmails![]", CHECK_TEXT, NULL},
        {NOTICE "contactRoles[]", CHECK_TEXT, NULL},
        {NOTICE "contactGroups[]", CHECK_TEXT, NULL},
        {NOTICE "locale", CHECK_TEXT, NULL}};
    const char *start = value_text_at(body, "properties.timePeriod.startDate");
    if (!check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return false;
    return strncmp(start + 8, "01", 2) == 0 || refuse(call, "A budget starts on the first day of a month.");
}

void cost_put_budget(struct call *call)
{
    const struct value *body = call_body(call), *before = estate_get(call->estate, budget_key(call));
    if (body == NULL || !check_budget(call, body))
        return;
    const char *given = value_text(value_get_nocase(body, "eTag"));
    bool created = before == NULL;
    if (!created && (given == NULL || strcmp(given, value_text_at(before, "eTag")) != 0)) {
        call_fail(call, 409, "Conflict", "The eTag does not match that of the budget.");
        return;
    }
    const struct value *properties = value_get(body, "properties");
    char *id = arena_printf(call->arena, "%s/providers/Microsoft.Consumption/budgets/%s", call->scope,
                            call->args[0]);
    const struct value *now = make_value(
        call->arena,
        "{'id': %s, 'name': %s, 'type': 'Microsoft.Consumption/budgets', 'eTag': %s, 'properties': %v}", id,
        call->args[0], call_etag(call, properties), properties);
    estate_put(call->estate, budget_key(call), now);
    call_ok(call, created ? 201 : 200, now);
}

void cost_delete_budget(struct call *call)
{
    char *key = budget_key(call);
    if (estate_get(call->estate, key) == NULL) {
        call_missing(call, call->args[0]);
        return;
    }
    estate_put(call->estate, key, NULL);
    call_ok(call, 200, NULL);
}
