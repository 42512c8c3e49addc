// Who carries out a recommendation of Defender for Cloud, and until when. Not for the recommendations
// themselves (assessment.c). Invariant: an assignment stands beneath a recommendation that is there, and has
// a day.

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

// The scope is the recommendation's resource; the first argument names the recommendation.
static const struct value *find_recommendation(struct call *call)
{
    char *id = arena_printf(call->arena, "%s/providers/Microsoft.Security/assessments/%s", call->scope,
                            call->args[0]);
    const struct value *found = estate_get(call->estate, text_lower(call->arena, id));
    if (found == NULL)
        call_missing(call, id);
    return found;
}

static char *own_id(struct call *call, const struct value *recommendation, const char *name)
{
    return arena_printf(call->arena, "%s/governanceAssignments/%s", value_text_at(recommendation, "id"),
                        name);
}

static char *own_key(struct call *call, const struct value *recommendation, const char *name)
{
    return text_lower(call->arena, own_id(call, recommendation, name));
}

void governance_list(struct call *call)
{
    const struct value *recommendation = find_recommendation(call);
    if (recommendation == NULL)
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, own_key(call, recommendation, ""));
    for (size_t i = range.first; i < range.end; i++)
        if (page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), estate_at(call->estate, i));
    page_close(&page);
}

void governance_get(struct call *call)
{
    const struct value *recommendation = find_recommendation(call);
    if (recommendation == NULL)
        return;
    const struct value *found = estate_get(call->estate, own_key(call, recommendation, call->args[1]));
    if (found == NULL)
        call_missing(call, own_id(call, recommendation, call->args[1]));
    else
        call_ok(call, 200, found);
}

void governance_put(struct call *call)
{
    static const struct check checks[] = {
        {"properties.owner", CHECK_TEXT, NULL},
        {"properties!", CHECK_MAP, NULL},
        {"properties.remediationDueDate!", CHECK_TIME, NULL},
        {"properties.isGracePeriod", CHECK_FLAG, NULL},
        {"properties.governanceEmailNotification", CHECK_MAP, NULL},
        {"properties.governanceEmailNotification.disableManagerEmailNotification", CHECK_FLAG, NULL},
        {"properties.governanceEmailNotification.disableOwnerEmailNotification", CHECK_FLAG, NULL},
        {"properties.additionalData", CHECK_MAP, NULL},
        {"properties.additionalData.ticketNumber", CHECK_RANGE, "0 2147483647"},
        {"properties.additionalData.ticketLink", CHECK_TEXT, NULL},
        {"properties.additionalData.ticketStatus", CHECK_TEXT, NULL}};
    const struct value *recommendation = find_recommendation(call);
    const struct value *body = recommendation == NULL ? NULL : call_body(call);
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    char *key = own_key(call, recommendation, call->args[1]);
    bool there = estate_get(call->estate, key) != NULL;
    const struct value *now =
        make_value(call->arena,
                   "{'id': %s, 'name': %s, 'type': 'Microsoft.Security/assessments/governanceAssignments', "
                   "'properties': %v}",
                   own_id(call, recommendation, call->args[1]), call->args[1], value_get(body, "properties"));
    estate_put(call->estate, key, now);
    call_ok(call, there ? 200 : 201, now);
}

void governance_delete(struct call *call)
{
    const struct value *recommendation = find_recommendation(call);
    if (recommendation == NULL)
        return;
    char *key = own_key(call, recommendation, call->args[1]);
    bool there = estate_get(call->estate, key) != NULL;
    if (there)
        estate_put(call->estate, key, NULL);
    call_ok(call, there ? 200 : 204, NULL);
}
