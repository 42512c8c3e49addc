// Defender for Cloud: alerts and their status, locations, plans. Invariant: an alert is found under its
// subscription with or without a resource group in front of it, but never under another one's.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

#define AGE_MS (400 * INT64_C(86400000))

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

// With what every alert has. Alerts of one kind about one thing are of one key.
static const struct value *alert_shown(struct call *call, const struct value *alert)
{
    unsigned char hash[CRYPTO_HASH_SIZE];
    const char *kind = value_text_at(alert, "properties.alertType"),
               *about = value_text_at(alert, "properties.compromisedEntity");
    const char *both =
        arena_printf(call->arena, "%s %s", kind == NULL ? "" : kind, about == NULL ? "" : about);
    crypto_sha256(both, strlen(both), hash);
    const struct value *usual =
        make_value(call->arena, "{'properties': {'correlationKey': %s, 'extendedLinks': []}}",
                   crypto_base64(call->arena, hash, sizeof hash));
    return value_merge_patch(call->arena, usual, alert);
}

void security_list(struct call *call)
{
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, alert_prefix(call));
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i);
        const struct value *alert = estate_at(call->estate, i);
        if (fits(call, alert, "resourceGroups") && fits(call, alert, "locations") && page_wants(&page, key))
            page_add(&page, key, alert_shown(call, alert));
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
        call_ok(call, 200, alert_shown(call, alert));
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

// With what is the service's own to say of a plan.
static const struct value *plan_shown(struct call *call, const struct value *plan)
{
    bool on = text_same(value_text_at(plan, "properties.pricingTier"), "Standard");
    const struct value *usual = make_value(
        call->arena,
        "{'properties': {'enforce': 'False', 'resourcesCoverageStatus': %s, 'enablementTime': %s}}",
        on ? "FullyCovered" : "NotCovered",
        on ? clock_rfc3339(call->arena, estate_created(call->estate) - AGE_MS) : NULL);
    return value_merge_patch(call->arena, usual, plan);
}

// Plans are one list without pages.
void security_list_plans(struct call *call)
{
    struct value *list = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, beneath(call, "pricings"));
    for (size_t i = range.first; i < range.end; i++)
        value_append(call->arena, list, plan_shown(call, estate_at(call->estate, i)));
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
        call_ok(call, 200, plan_shown(call, plan));
}

static const struct value *extension_named(const struct value *list, const char *name)
{
    for (size_t i = 0; i < value_count(list); i++)
        if (text_same(value_text_at(value_item(list, i), "name"), name))
            return value_item(list, i);
    return NULL;
}

// The extensions of a plan that is on: those that are named are as they are named, the others stay.
static struct value *extensions_after(struct call *call, const struct value *now, const struct value *given)
{
    struct value *extensions = value_list(call->arena);
    for (size_t i = 0; i < value_count(given); i++)
        value_append(call->arena, extensions, value_item(given, i));
    for (size_t i = 0; i < value_count(now); i++)
        if (extension_named(given, value_text_at(value_item(now, i), "name")) == NULL)
            value_append(call->arena, extensions, value_item(now, i));
    return extensions;
}

void security_put_plan(struct call *call)
{
    char *key;
    const struct value *plan = find_plan(call, &key), *body = plan == NULL ? NULL : call_body(call);
    const char *tier = value_text_at(body, "properties.pricingTier");
    static const struct check checks[] = {{"properties", CHECK_MAP, NULL},
                                          {"properties.subPlan", CHECK_TEXT, NULL},
                                          {"properties.enforce", CHECK_WORD, "True False"},
                                          {"properties.extensions[].name!", CHECK_TEXT, NULL},
                                          {"properties.extensions[].isEnabled!", CHECK_WORD, "True False"}};
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (!text_same(tier, "Free") && !text_same(tier, "Standard")) {
        call_fail(call, 400, "InvalidInput", "pricingTier must be Free or Standard.");
        return;
    }
    const struct value *sub_plan = value_at(body, "properties.subPlan");
    bool on = text_same(tier, "Standard"),
         was = text_same(value_text_at(plan, "properties.pricingTier"), tier);
    struct value *extensions = !on ? NULL
                                   : extensions_after(call, value_at(plan, "properties.extensions"),
                                                      value_at(body, "properties.extensions"));
    const char *since = was || !on ? NULL : clock_rfc3339(call->arena, clock_now_ms());
    struct value *change = make_value(
        call->arena,
        "{'properties': {'pricingTier': %s, 'subPlan': %v, 'extensions': %v, 'enablementTime': %v}}", tier,
        on ? sub_plan : &value_null, value_count(extensions) > 0 ? extensions : &value_null,
        since != NULL ? value_string(call->arena, since)
        : on          ? NULL
                      : &value_null);
    const struct value *changed = value_merge_patch(call->arena, plan, change);
    estate_put(call->estate, key, changed);
    call_ok(call, 200, plan_shown(call, changed));
}
