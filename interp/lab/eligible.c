// Eligible role assignments (Privileged Identity Management): requests that give them and take them away.
// Invariant: one principal is eligible for one role at one scope once.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

#define INSTANCES "pim/roleeligibilityscheduleinstances/"

static const char *last_part(const char *id)
{
    const char *slash = id == NULL ? NULL : strrchr(id, '/');
    return slash == NULL ? "" : slash + 1;
}

// The key of the instance that is meant, or NULL.
static const char *find_instance(struct call *call, const char *principal, const char *role)
{
    struct estate_range range = estate_range(call->estate, INSTANCES);
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *it = value_get(estate_at(call->estate, i), "properties");
        if (text_same(value_text_at(it, "principalId"), principal) &&
            text_same(last_part(value_text_at(it, "roleDefinitionId")), last_part(role)) &&
            text_same(value_text_at(it, "scope"), call->scope))
            return arena_strdup(call->arena, estate_key(call->estate, i));
    }
    return NULL;
}

static void add_instance(struct call *call, const struct value *asked)
{
    const char *id = crypto_uuid(call->arena);
    const struct value *start = value_at(asked, "scheduleInfo.startDateTime");
    if (value_is_null(start))
        start = value_string(call->arena, clock_rfc3339(call->arena, clock_now_ms()));
    estate_put(
        call->estate, arena_printf(call->arena, INSTANCES "%s", id),
        make_value(
            call->arena,
            "{'id': %s, 'name': %s, 'type': 'Microsoft.Authorization/roleEligibilityScheduleInstances', "
            "'properties': {'scope': %s, 'roleDefinitionId': %v, 'principalId': %v, 'principalType': 'User', "
            "'memberType': 'Direct', 'status': 'Provisioned', 'startDateTime': %v, 'endDateTime': %v}}",
            arena_printf(call->arena,
                         "%s/providers/Microsoft.Authorization/roleEligibilityScheduleInstances/%s",
                         call->scope, id),
            id, call->scope, value_get(asked, "roleDefinitionId"), value_get(asked, "principalId"), start,
            value_at(asked, "scheduleInfo.expiration.endDateTime")));
}

// Carries the request out; false after answering 400.
static bool grant(struct call *call, const struct value *asked)
{
    const char *key =
        find_instance(call, value_text_at(asked, "principalId"), value_text_at(asked, "roleDefinitionId"));
    bool removes = text_same(value_text_at(asked, "requestType"), "AdminRemove");
    if (removes && key == NULL) {
        call_fail(call, 400, "RoleAssignmentDoesNotExist", "The Role assignment does not exist.");
        return false;
    }
    if (!removes && key != NULL) {
        call_fail(call, 400, "RoleAssignmentExists", "The Role assignment already exists.");
        return false;
    }
    if (removes)
        estate_put(call->estate, key, NULL);
    else
        add_instance(call, asked);
    return true;
}

void eligible_request(struct call *call)
{
    static const struct check checks[] = {
        {"properties!", CHECK_MAP, NULL},
        {"properties.principalId!", CHECK_GUID, NULL},
        {"properties.roleDefinitionId!", CHECK_TEXT, NULL},
        {"properties.requestType!", CHECK_WORD, "AdminAssign AdminRemove"},
        {"properties.justification", CHECK_TEXT, NULL},
        {"properties.scheduleInfo.startDateTime", CHECK_TIME, NULL},
        {"properties.scheduleInfo.expiration.type", CHECK_WORD, "AfterDuration AfterDateTime NoExpiration"},
        {"properties.scheduleInfo.expiration.endDateTime", CHECK_TIME, NULL},
        {"properties.scheduleInfo.expiration.duration", CHECK_TEXT, NULL}};
    const struct value *body = call_body(call), *asked = value_get(body, "properties");
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (!schema_is_guid(call->args[0])) {
        call_fail(call, 400, "BadRequest", "A request is named by a GUID.");
        return;
    }
    if (!grant(call, asked))
        return;
    call_ok(call, 201,
            make_value(
                call->arena,
                "{'id': %s, 'name': %s, 'type': 'Microsoft.Authorization/roleEligibilityScheduleRequests', "
                "'properties': {'scope': %s, 'roleDefinitionId': %v, 'principalId': %v, 'requestType': %v, "
                "'status': %s, 'justification': %v, 'createdOn': %s}}",
                arena_printf(call->arena,
                             "%s/providers/Microsoft.Authorization/roleEligibilityScheduleRequests/%s",
                             call->scope, call->args[0]),
                call->args[0], call->scope, value_get(asked, "roleDefinitionId"),
                value_get(asked, "principalId"), value_get(asked, "requestType"),
                text_same(value_text_at(asked, "requestType"), "AdminRemove") ? "Revoked" : "Provisioned",
                value_get(asked, "justification"), clock_rfc3339(call->arena, clock_now_ms())));
}
