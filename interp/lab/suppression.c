// Suppression rules of Defender for Cloud: types of alerts that are not to be raised for a time. Not for the
// alerts that are there (security.c): they stay. Invariant: a rule names one type of alert, a reason and a
// state.
#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

#define RULES "/subscriptions/%s/providers/Microsoft.Security/alertsSuppressionRules/%s"

static char *rule_key(struct call *call, const char *name)
{
    return text_lower(call->arena, arena_printf(call->arena, RULES, call->args[0], name));
}

void suppression_list(struct call *call)
{
    struct value *list = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, rule_key(call, ""));
    const char *type = call_param(call, "AlertType");
    for (size_t i = range.first; i < range.end; i++)
        if (type == NULL ||
            text_same(value_text_at(estate_at(call->estate, i), "properties.alertType"), type))
            value_append(call->arena, list, estate_at(call->estate, i));
    call_ok(call, 200, make_value(call->arena, "{'value': %v}", list));
}

void suppression_get(struct call *call)
{
    const struct value *found = estate_get(call->estate, rule_key(call, call->args[1]));
    if (found == NULL)
        call_missing(call, call->path);
    else
        call_ok(call, 200, found);
}

void suppression_put(struct call *call)
{
    static const struct check checks[] = {
        {"properties!", CHECK_MAP, NULL},
        {"properties.alertType!", CHECK_TEXT, NULL},
        {"properties.expirationDateUtc", CHECK_TIME, NULL},
        {"properties.reason!", CHECK_TEXT, NULL},
        {"properties.state!", CHECK_WORD, "Enabled Disabled Expired"},
        {"properties.comment", CHECK_TEXT, NULL},
        {"properties.suppressionAlertsScope", CHECK_MAP, NULL},
        {"properties.suppressionAlertsScope.allOf![].field", CHECK_TEXT, NULL}};
    const struct value *body = call_body(call);
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    const struct value *last = make_value(call->arena, "{'properties': {'lastModifiedUtc': %s}}",
                                          clock_rfc3339(call->arena, clock_now_ms()));
    const struct value *now =
        make_value(call->arena,
                   "{'id': %s, 'name': %s, 'type': 'Microsoft.Security/alertsSuppressionRules', "
                   "'properties': %v}",
                   arena_printf(call->arena, RULES, call->args[0], call->args[1]), call->args[1],
                   value_get(body, "properties"));
    now = value_merge_patch(call->arena, now, last);
    estate_put(call->estate, rule_key(call, call->args[1]), now);
    call_ok(call, 200, now);
}

void suppression_delete(struct call *call)
{
    if (estate_get(call->estate, rule_key(call, call->args[1])) != NULL)
        estate_put(call->estate, rule_key(call, call->args[1]), NULL);
    call_ok(call, 204, NULL);
}
