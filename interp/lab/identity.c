// How users sign in, and which of them are at risk. Invariants: a password is no method that can be removed;
// the risk of a user who was confirmed as compromised is high.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/graph.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/odata.h"

#define RISKY "graph/riskyusers/"

static char *methods_key(struct call *call, const struct value *user)
{
    return arena_printf(call->arena, "graph/methods/%s", text_lower(call->arena, value_text_at(user, "id")));
}

// "phoneMethods" → "#microsoft.graph.phoneAuthenticationMethod"
static char *type_of(struct call *call, const char *folder)
{
    return arena_printf(call->arena, "#microsoft.graph.%.*sAuthenticationMethod",
                        (int)(strlen(folder) - strlen("Methods")), folder);
}

// The methods of a user: all, or those of one type.
static void list_methods(struct call *call, const struct value *user, const char *type, const char *context)
{
    const struct value *methods = estate_get(call->estate, methods_key(call, user));
    struct value *list = value_list(call->arena);
    for (size_t i = 0; i < value_count(methods); i++)
        if (type == NULL || text_same(value_text(value_get(value_item(methods, i), "@odata.type")), type))
            value_append(call->arena, list, value_item(methods, i));
    graph_answer(call, arena_printf(call->arena, "users('%s')/authentication/%s", call->segments[2], context),
                 make_value(call->arena, "{'value': %v}", list));
}

void identity_list_methods(struct call *call)
{
    const struct value *user = graph_find(call, GRAPH_USER);
    if (user != NULL)
        list_methods(call, user, NULL, "methods");
}

void identity_list_kind(struct call *call)
{
    const struct value *user = graph_find(call, GRAPH_USER);
    if (user != NULL)
        list_methods(call, user, type_of(call, call->args[1]), call->args[1]);
}

void identity_remove_method(struct call *call)
{
    const struct value *user = graph_find(call, GRAPH_USER);
    if (user == NULL)
        return;
    const char *type = type_of(call, call->args[1]);
    const struct value *methods = estate_get(call->estate, methods_key(call, user));
    struct value *left = value_list(call->arena);
    for (size_t i = 0; i < value_count(methods); i++) {
        const struct value *method = value_item(methods, i);
        if (!text_same(value_text_at(method, "id"), call->args[2]) ||
            !text_same(value_text(value_get(method, "@odata.type")), type))
            value_append(call->arena, left, method);
    }
    if (value_count(left) == value_count(methods)) {
        call_missing(call, call->args[2]);
        return;
    }
    estate_put(call->estate, methods_key(call, user), left);
    call_ok(call, 204, NULL);
}

void identity_list_risky(struct call *call)
{
    struct odata_filter filter;
    if (!odata_filter(call, &filter))
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, RISKY);
    for (size_t i = range.first; i < range.end; i++)
        if (odata_fits(&filter, estate_at(call->estate, i)) && page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i),
                     odata_select(call, estate_at(call->estate, i), NULL));
    graph_close(&page, "identityProtection/riskyUsers");
}

static char *risky_key(struct call *call, const char *id)
{
    return arena_printf(call->arena, RISKY "%s", text_lower(call->arena, id));
}

void identity_get_risky(struct call *call)
{
    const struct value *found = estate_get(call->estate, risky_key(call, call->args[0]));
    if (found == NULL)
        call_missing(call, call->args[0]);
    else
        graph_answer(call, "identityProtection/riskyUsers/$entity", odata_select(call, found, NULL));
}

void identity_judge(struct call *call)
{
    const struct value *body = call_body(call), *ids = value_get(body, "userIds");
    bool confirmed = text_same(call->args[0], "confirmCompromised");
    if (body == NULL)
        return;
    if (value_count(ids) == 0 || value_count(ids) > 60) {
        call_fail(call, 400, "BadRequest", "userIds must hold between 1 and 60 ids.");
        return;
    }
    for (size_t i = 0; i < value_count(ids); i++) {
        const char *id = value_text(value_item(ids, i));
        const struct value *user =
            id == NULL ? NULL : estate_get(call->estate, graph_key(call, GRAPH_USER, id));
        if (user == NULL) {
            call_missing(call, id == NULL ? "user" : id);
            return;
        }
        estate_put(call->estate, risky_key(call, id),
                   make_value(call->arena,
                              "{'id': %v, 'isDeleted': false, 'isProcessing': false, 'riskDetail': %s, "
                              "'riskLastUpdatedDateTime': %s, 'riskLevel': %s, 'riskState': %s, "
                              "'userDisplayName': %v, 'userPrincipalName': %v}",
                              value_get(user, "id"),
                              confirmed ? "adminConfirmedUserCompromised" : "adminDismissedAllRiskForUser",
                              clock_rfc3339(call->arena, clock_now_ms()), confirmed ? "high" : "none",
                              confirmed ? "confirmedCompromised" : "dismissed",
                              value_get(user, "displayName"), value_get(user, "userPrincipalName")));
    }
    call_ok(call, 204, NULL);
}
