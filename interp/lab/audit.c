// Sign-in and audit logs of the directory. Invariant: newest first, and nothing of the lab changes them.

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/graph.h"
#include "lab/handlers.h"
#include "lab/odata.h"
#include "lab/rows.h"

void audit_list(struct call *call)
{
    bool sign_ins = text_same(call->args[0], "signIns");
    struct odata_filter filter;
    if (!odata_filter(call, &filter))
        return;
    struct value *rows = rows_new(call->arena);
    rows_add(call->arena, rows, estate_get(call->estate, sign_ins ? "graph/signins" : "graph/audits"),
             &filter);
    rows_sort(rows, sign_ins ? "createdDateTime" : "activityDateTime", true);
    struct page page = page_open(call);
    for (size_t i = 0; i < value_count(rows); i++) {
        char *key = arena_printf(call->arena, "%06zu", i);
        if (page_wants(&page, key))
            page_add(&page, key, odata_select(call, value_item(rows, i), NULL));
    }
    graph_close(&page, sign_ins ? "auditLogs/signIns" : "auditLogs/directoryAudits");
}
