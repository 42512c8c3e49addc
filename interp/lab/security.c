// Defender for Cloud: alerts and their status, locations, plans. Invariant: an alert is found under its
// subscription with or without a resource group in front of it, but never under another one's.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

// The parts of an alert's id: the words behind these segments.
static const char *part(struct call *call, const char *id, const char *word)
{
    const char *at = text_find_nocase(id, arena_printf(call->arena, "/%s/", word));
    if (at == NULL)
        return NULL;
    at += strlen(word) + 2;
    return arena_strndup(call->arena, at, strcspn(at, "/"));
}

// What the target says behind a word ("resourceGroups", "locations"), or NULL.
static const char *asked(struct call *call, const char *word)
{
    // From the right, where only types stand at these places: a group may be called "alerts".
    for (size_t i = call->segment_count - 1; i > 1; i--)
        if (text_same(call->segments[i - 1], word))
            return call->segments[i];
    return NULL;
}

static bool fits(struct call *call, const struct value *alert, const char *word)
{
    const char *wanted = asked(call, word), *id = value_text_at(alert, "id");
    return wanted == NULL || (id != NULL && text_same(part(call, id, word), wanted));
}

static char *alert_prefix(struct call *call)
{
    return arena_printf(call->arena, "alert/%s/", text_lower(call->arena, call->args[0]));
}

void security_list(struct call *call)
{
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, alert_prefix(call));
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i);
        const struct value *alert = estate_at(call->estate, i);
        if (fits(call, alert, "resourceGroups") && fits(call, alert, "locations") && page_wants(&page, key))
            page_add(&page, key, alert);
    }
    page_close(&page);
}

static char *alert_key(struct call *call)
{
    const char *name = asked(call, "alerts");
    return arena_printf(call->arena, "%s%s", alert_prefix(call), text_lower(call->arena, name));
}

static const struct value *find_alert(struct call *call)
{
    const struct value *alert = estate_get(call->estate, alert_key(call));
    if (alert != NULL && fits(call, alert, "resourceGroups") && fits(call, alert, "locations"))
        return alert;
    call_fail(call, 404, "ResourceNotFound", "The alert '%s' was not found.", asked(call, "alerts"));
    return NULL;
}

void security_get(struct call *call)
{
    const struct value *alert = find_alert(call);
    if (alert != NULL)
        call_ok(call, 200, alert);
}

void security_set_status(struct call *call)
{
    static const struct {
        const char *verb, *status;
    } verbs[] = {{"dismiss", "Dismissed"},
                 {"resolve", "Resolved"},
                 {"activate", "Active"},
                 {"inProgress", "InProgress"}};
    const struct value *alert = find_alert(call);
    if (alert == NULL)
        return;
    const char *verb = call->segments[call->segment_count - 1], *status = NULL;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (text_same(verbs[i].verb, verb))
            status = verbs[i].status;
    if (!text_same(value_text_at(alert, "properties.status"), status))
        estate_put(call->estate, alert_key(call),
                   value_merge_patch(call->arena, alert,
                                     make_value(call->arena, "{'properties': {'status': %s}}", status)));
    call_ok(call, 204, NULL);
}

static char *beneath(struct call *call, const char *type)
{
    return arena_printf(call->arena, "/subscriptions/%s/providers/microsoft.security/%s/",
                        text_lower(call->arena, call->args[0]), type);
}

void security_list_locations(struct call *call)
{
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, beneath(call, "locations"));
    for (size_t i = range.first; i < range.end; i++)
        if (page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), estate_at(call->estate, i));
    page_close(&page);
}

// Plans are one list without pages.
void security_list_plans(struct call *call)
{
    struct value *list = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, beneath(call, "pricings"));
    for (size_t i = range.first; i < range.end; i++)
        value_append(call->arena, list, estate_at(call->estate, i));
    call_ok(call, 200, make_value(call->arena, "{'value': %v}", list));
}

static const struct value *find_plan(struct call *call, char **key)
{
    *key =
        arena_printf(call->arena, "%s%s", beneath(call, "pricings"), text_lower(call->arena, call->args[1]));
    const struct value *plan = estate_get(call->estate, *key);
    if (plan == NULL)
        call_fail(call, 404, "ResourceNotFound", "There is no plan '%s'.", call->args[1]);
    return plan;
}

void security_get_plan(struct call *call)
{
    char *key;
    const struct value *plan = find_plan(call, &key);
    if (plan != NULL)
        call_ok(call, 200, plan);
}

void security_put_plan(struct call *call)
{
    char *key;
    const struct value *plan = find_plan(call, &key), *body = plan == NULL ? NULL : call_body(call);
    const char *tier = value_text_at(body, "properties.pricingTier");
    static const struct check checks[] = {{"properties", CHECK_MAP, NULL},
                                          {"properties.subPlan", CHECK_TEXT, NULL}};
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (!text_same(tier, "Free") && !text_same(tier, "Standard")) {
        call_fail(call, 400, "InvalidInput", "pricingTier must be Free or Standard.");
        return;
    }
    const struct value *sub_plan = value_at(body, "properties.subPlan");
    struct value *change = make_value(call->arena, "{'properties': {'pricingTier': %s, 'subPlan': %v}}", tier,
                                      text_same(tier, "Free") ? &value_null : sub_plan);
    const struct value *changed = value_merge_patch(call->arena, plan, change);
    estate_put(call->estate, key, changed);
    call_ok(call, 200, changed);
}
