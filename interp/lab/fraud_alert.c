// The partner's security alerts in Graph (beta): the fraud events in other words. Invariant: they are shown
// to tokens of the partner's directory only.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/fraud.h"
#include "lab/graph.h"
#include "lab/handlers.h"
#include "lab/lab.h"
#include "lab/make.h"

#define ALERTS "security/partner/securityAlerts"

// "NetworkConnections…" is "networkConnections…" in Graph.
static const char *lower_first(struct call *call, const char *word)
{
    char *text = arena_strdup(call->arena, word == NULL ? "" : word);
    if (text[0] >= 'A' && text[0] <= 'Z')
        text[0] = (char)(text[0] - 'A' + 'a');
    return text;
}

static const char *lower(struct call *call, const struct value *event, const char *member)
{
    const char *text = value_text_at(event, member);
    return text == NULL ? NULL : text_lower(call->arena, text);
}

static const struct value *resources(struct call *call, const struct value *event)
{
    const struct value *affected = value_get(event, "affectedResources");
    struct value *list = value_list(call->arena);
    for (size_t i = 0; i < value_count(affected); i++)
        value_append(call->arena, list,
                     make_value(call->arena, "{'resourceId': %v, 'resourceType': 'AzureResource'}",
                                value_get(value_item(affected, i), "azureResourceId")));
    return list;
}

static const struct value *activity(struct call *call, const struct value *event)
{
    const char *text = value_text_at(event, "activityLogs");
    const struct value *log = text == NULL ? NULL : json_parse(call->arena, NULL, text, strlen(text), NULL);
    struct value *list = value_list(call->arena);
    for (size_t i = 0; i < value_count(log); i++) {
        const struct value *line = value_item(log, i);
        value_append(call->arena, list,
                     make_value(call->arena,
                                "{'statusFrom': %s, 'statusTo': %s, 'updatedBy': %v, 'updatedDateTime': %v}",
                                lower(call, line, "statusFrom"), lower(call, line, "statusTo"),
                                value_get(line, "updatedBy"), value_get(line, "dateTime")));
    }
    return list;
}

static const struct value *as_alert(struct call *call, const struct value *event)
{
    bool resolved = text_same(value_text_at(event, "eventStatus"), "Resolved");
    struct value *alert = make_value(
        call->arena,
        "{'id': %v, 'displayName': %v, 'description': %v, 'alertType': %s, 'status': %s, 'severity': %s, "
        "'confidenceLevel': %s, 'customerTenantId': %v, 'subscriptionId': %v, 'valueAddedResellerTenantId': "
        "%v, "
        "'catalogOfferId': %v, 'detectedDateTime': %v, 'firstObservedDateTime': %v, 'lastObservedDateTime': "
        "%v, "
        "'isTest': %b, 'affectedResources': %v, 'activityLogs': %v, 'additionalDetails': %v}",
        value_get(event, "_graph"), value_get(event, "displayName"), value_get(event, "description"),
        lower_first(call, value_text_at(event, "eventType")), lower(call, event, "eventStatus"),
        lower(call, event, "severity"), lower(call, event, "confidenceLevel"),
        value_get(event, "customerTenantId"), value_get(event, "subscriptionId"),
        value_get(event, "valueAddedResellerTenantId"), value_get(event, "catalogOfferId"),
        value_get(event, "eventTime"), value_get(event, "firstObserved"), value_get(event, "lastObserved"),
        text_same(value_text_at(event, "IsTest"), "true"), resources(call, event), activity(call, event),
        value_get(event, "additionalDetails"));
    value_put_text(call->arena, alert, "resolvedReason",
                   resolved ? lower(call, event, "resolvedReason") : NULL);
    value_put_text(call->arena, alert, "resolvedBy", resolved ? value_text_at(event, "resolvedBy") : NULL);
    value_put_text(call->arena, alert, "resolvedOnDateTime",
                   resolved ? value_text_at(event, "resolvedOn") : NULL);
    return alert;
}

// False after answering 403.
static bool is_partner(struct call *call)
{
    if (text_same(call->tenant, LAB_PARTNER_TENANT))
        return true;
    call_fail(call, 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
    return false;
}

void fraud_list_alerts(struct call *call)
{
    if (!is_partner(call))
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, "partner/events/");
    for (size_t i = range.first; i < range.end; i++)
        if (page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), as_alert(call, estate_at(call->estate, i)));
    graph_close(&page, ALERTS);
}

static const struct value *find(struct call *call)
{
    struct estate_range range = estate_range(call->estate, "partner/events/");
    for (size_t i = range.first; i < range.end; i++)
        if (text_same(value_text_at(estate_at(call->estate, i), "_graph"), call->args[0]))
            return value_copy(call->arena, estate_at(call->estate, i));
    call_missing(call, call->args[0]);
    return NULL;
}

void fraud_get_alert(struct call *call)
{
    const struct value *event = is_partner(call) ? find(call) : NULL;
    if (event != NULL)
        graph_answer(call, ALERTS "/$entity", as_alert(call, event));
}

// The words of one API in those of the other; NULL when it is none of them.
static const char *word_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (text_same(text, *words))
            return *words;
    return NULL;
}

void fraud_patch_alert(struct call *call)
{
    static const char *const statuses[] = {"Active", "Investigating", "Resolved", NULL};
    static const char *const reasons[] = {"Legitimate", "Ignore", "Fraud", NULL};
    const struct value *event = is_partner(call) ? find(call) : NULL,
                       *body = event == NULL ? NULL : call_body(call);
    if (body == NULL)
        return;
    const char *status = word_of(value_text_at(body, "status"), statuses);
    const char *reason = word_of(value_text_at(body, "resolvedReason"), reasons);
    if (status == NULL || (text_same(status, "Resolved") && reason == NULL)) {
        call_fail(call, 400, "BadRequest", "status, and with resolved a resolvedReason, are required.");
        return;
    }
    graph_answer(call, ALERTS "/$entity", as_alert(call, fraud_resolve(call, event, status, reason)));
}
