// Whom Defender for Cloud writes to (security contacts), and what the directory enforces of everybody:
// registered second factors, security defaults, Conditional Access. Invariant: security defaults and an
// enabled Conditional Access policy exclude each other.

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/graph.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/odata.h"

#define DEFAULTS "graph/policies/securitydefaults"

static char *contact_key(struct call *call)
{
    return text_lower(call->arena,
                      arena_printf(call->arena,
                                   "/subscriptions/%s/providers/Microsoft.Security/securityContacts/%s",
                                   call->args[0], call->args[1]));
}

void contact_get(struct call *call)
{
    const struct value *found = estate_get(call->estate, contact_key(call));
    if (found == NULL)
        call_missing(call, call->path);
    else
        call_ok(call, 200, found);
}

void contact_put(struct call *call)
{
    static const struct check checks[] = {
        {"properties", CHECK_MAP, NULL},
        {"properties.emails", CHECK_TEXT, NULL},
        {"properties.phone", CHECK_TEXT, NULL},
        {"properties.isEnabled", CHECK_FLAG, NULL},
        {"properties.notificationsSources[].sourceType!", CHECK_WORD, "Alert AttackPath"},
        {"properties.notificationsSources[].minimalSeverity", CHECK_WORD, "High Medium Low"},
        {"properties.notificationsSources[].minimalRiskLevel", CHECK_WORD, "Critical High Medium Low"},
        {"properties.notificationsByRole", CHECK_MAP, NULL},
        {"properties.notificationsByRole.state", CHECK_WORD, "On Off"},
        {"properties.notificationsByRole.roles[]", CHECK_WORD,
         "AccountAdmin ServiceAdmin Owner Contributor"}};
    const struct value *body = call_body(call);
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (!text_same(call->args[1], "default")) {
        call_fail(call, 400, "BadRequest", "The name of a security contact is default.");
        return;
    }
    bool created = estate_get(call->estate, contact_key(call)) == NULL;
    const struct value *now = make_value(
        call->arena,
        "{'id': %s, 'name': 'default', 'type': 'Microsoft.Security/securityContacts', 'properties': %v}",
        arena_printf(call->arena, "/subscriptions/%s/providers/Microsoft.Security/securityContacts/default",
                     call->args[0]),
        value_get(body, "properties"));
    estate_put(call->estate, contact_key(call), now);
    call_ok(call, created ? 201 : 200, now);
}

void contact_delete(struct call *call)
{
    bool there = estate_get(call->estate, contact_key(call)) != NULL;
    if (there)
        estate_put(call->estate, contact_key(call), NULL);
    call_ok(call, there ? 200 : 204, NULL);
}

static bool has_id(const struct value *ids, const char *id)
{
    for (size_t i = 0; i < value_count(ids); i++)
        if (text_same(value_text(value_item(ids, i)), id))
            return true;
    return false;
}

static bool is_admin(struct call *call, const char *id)
{
    struct estate_range range = estate_range(call->estate, "graph/roleassignments/");
    for (size_t i = range.first; i < range.end; i++)
        if (text_same(value_text_at(estate_at(call->estate, i), "principalId"), id))
            return true;
    return false;
}

// What each person has registered: all of them a second factor, but for those that the estate names.
void contact_list_registrations(struct call *call)
{
    struct odata_filter filter;
    if (!odata_filter(call, &filter))
        return;
    struct page page = page_open(call);
    const struct value *without = estate_get(call->estate, "graph/without-mfa");
    struct estate_range range = estate_range(call->estate, "graph/users/");
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *user = estate_at(call->estate, i);
        const char *id = value_text_at(user, "id");
        bool has = !has_id(without, id);
        const struct value *shown =
            make_value(call->arena,
                       "{'id': %s, 'userPrincipalName': %v, 'userDisplayName': %v, 'isAdmin': %b, "
                       "'isMfaRegistered': %b, "
                       "'isMfaCapable': %b, 'isSsprRegistered': %b, 'isPasswordlessCapable': false, "
                       "'methodsRegistered': %v}",
                       id, value_get(user, "userPrincipalName"), value_get(user, "displayName"),
                       is_admin(call, id), has, has, has,
                       make_value(call->arena,
                                  has ? "['microsoftAuthenticatorPush', 'softwareOneTimePasscode']" : "[]"));
        if (odata_fits(&filter, shown) && page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), odata_select(call, shown, NULL));
    }
    graph_close(&page, "reports/authenticationMethods/userRegistrationDetails");
}

static struct value *defaults(struct call *call)
{
    const struct value *found = estate_get(call->estate, DEFAULTS);
    return make_value(call->arena,
                      "{'id': '00000000-0000-0000-0000-000000000005', 'displayName': 'Security Defaults', "
                      "'description': 'A set of basic identity security mechanisms.', 'isEnabled': %b}",
                      value_flag_at(found, "isEnabled"));
}

void contact_get_defaults(struct call *call)
{
    graph_answer(call, "policies/identitySecurityDefaultsEnforcementPolicy/$entity", defaults(call));
}

static bool has_enabled_policy(struct call *call)
{
    struct estate_range range = estate_range(call->estate, "graph/conditionalaccess/");
    for (size_t i = range.first; i < range.end; i++)
        if (text_same(value_text_at(estate_at(call->estate, i), "state"), "enabled"))
            return true;
    return false;
}

void contact_patch_defaults(struct call *call)
{
    const struct value *body = call_body(call), *enabled = value_get(body, "isEnabled");
    if (body == NULL)
        return;
    if (!value_is(enabled, VALUE_BOOL)) {
        call_fail(call, 400, "Request_BadRequest", "isEnabled must be true or false.");
    } else if (enabled->flag && has_enabled_policy(call)) {
        call_fail(call, 400, "Request_BadRequest",
                  "Security defaults cannot be enabled while a Conditional Access policy is.");
    } else {
        estate_put(call->estate, DEFAULTS, make_value(call->arena, "{'isEnabled': %v}", enabled));
        call_ok(call, 204, NULL);
    }
}

void contact_list_policies(struct call *call)
{
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, "graph/conditionalaccess/");
    for (size_t i = range.first; i < range.end; i++)
        if (page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i),
                     odata_select(call, estate_at(call->estate, i), NULL));
    graph_close(&page, "identity/conditionalAccess/policies");
}
