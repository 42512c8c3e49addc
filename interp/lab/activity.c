// The activity log of a subscription (management events). Invariant: a query without a start of its window is
// refused.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/odata.h"
#include "lab/rows.h"

// What the filter's names are called in an event.
static const struct {
    const char *name, *path;
} names[] = {
    {"eventTimestamp", "eventTimestamp"},
    {"resourceGroupName", "resourceGroupName"},
    {"resourceUri", "resourceId"},
    {"resourceId", "resourceId"},
    {"resourceProvider", "resourceProviderName.value"},
    {"correlationId", "correlationId"},
    {"caller", "caller"},
    {"status", "status.value"},
    {"levels", "level"},
};

// False after answering 400.
static bool read_filter(struct call *call, struct odata_filter *filter)
{
    bool start = false, known = odata_parse(call->arena, call_param(call, "$filter"), filter);
    for (size_t i = 0; known && i < filter->count; i++) {
        struct odata_term *term = &filter->terms[i];
        const char *path = NULL;
        for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
            if (text_same(names[n].name, term->path))
                path = names[n].path;
        known = path != NULL;
        if (known && text_same(path, "eventTimestamp") &&
            (term->operator== ODATA_GE || term->operator== ODATA_GT))
            start = true;
        term->path = path;
    }
    if (!known)
        call_fail(call, 400, "BadRequest", "The $filter of the events is not supported.");
    else if (!start)
        call_fail(call, 400, "BadRequest",
                  "The start time of the events must be specified: eventTimestamp ge '…'.");
    return known && start;
}

void activity_list(struct call *call)
{
    struct odata_filter filter;
    if (!read_filter(call, &filter))
        return;
    char *key = arena_printf(call->arena, "log/activity/%s", text_lower(call->arena, call->args[0]));
    struct value *rows = rows_new(call->arena);
    rows_add(call->arena, rows, estate_get(call->estate, key), &filter);
    rows_sort(rows, "eventTimestamp", true);
    struct page page = page_open(call);
    for (size_t i = 0; i < value_count(rows); i++) {
        char *at = arena_printf(call->arena, "%06zu", i);
        if (page_wants(&page, at))
            page_add(&page, at, odata_select(call, value_item(rows, i), NULL));
    }
    page_close(&page);
}
