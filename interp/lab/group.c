// Resource groups: made, tagged, and deleted with all that is in them. Not for their lists (resource.c).
// Invariant: of a deleted group nothing is left but the vaults that can be recovered.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/operation.h"
#include "lab/resource.h"
#include "lab/vault.h"

enum { MOST = 90 }; // characters of a name

static char *own_key(struct call *call)
{
    return text_lower(call->arena, call_id(call));
}

static void no_group(struct call *call)
{
    call_fail(call, 404, "ResourceGroupNotFound", "Resource group '%s' could not be found.", call->args[1]);
}

static bool name_fits(struct call *call)
{
    const char *name = call->args[1];
    size_t length = strlen(name);
    bool ok = length <= MOST && name[length - 1] != '.' &&
              strspn(name, "-_.()0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == length;
    if (!ok)
        call_fail(call, 400, "InvalidResourceGroup", "The resource group name '%s' is not valid.", name);
    return ok;
}

static const struct check checks[] = {
    {"tags", CHECK_TAGS, NULL}, {"managedBy", CHECK_TEXT, NULL}, {"location!", CHECK_TEXT, NULL}};
enum { CHECKS = sizeof checks / sizeof checks[0] };

// The group with what the body says of it.
static void keep(struct call *call, const struct value *group, const struct value *body, int status)
{
    struct value *now = value_map(call->arena);
    value_put_all(call->arena, now, group);
    if (!value_is_null(value_get(body, "tags")))
        value_put(call->arena, now, "tags", value_get(body, "tags"));
    if (!value_is_null(value_get(body, "managedBy")))
        value_put(call->arena, now, "managedBy", value_get(body, "managedBy"));
    estate_put(call->estate, own_key(call), now);
    call_ok(call, status, now);
}

void group_put(struct call *call)
{
    const struct value *body = call_body(call), *now = estate_get(call->estate, own_key(call));
    if (body == NULL || !name_fits(call) || !check_body(call, body, checks, CHECKS))
        return;
    const char *location = value_text_at(body, "location"), *there = value_text_at(now, "location");
    if (now != NULL && !resource_same_place(location, there)) {
        call_fail(call, 409, "InvalidResourceGroupLocation",
                  "Invalid resource group location '%s'. The Resource group already exists in location '%s'.",
                  location, there);
        return;
    }
    const struct value *group =
        make_value(call->arena,
                   "{'id': %s, 'name': %s, 'type': 'Microsoft.Resources/resourceGroups', 'location': %s, "
                   "'properties': {'provisioningState': 'Succeeded'}}",
                   call_id(call), call->args[1], location);
    keep(call, now == NULL ? group : now, body, now == NULL ? 201 : 200);
}

void group_patch(struct call *call)
{
    const struct value *now = estate_get(call->estate, own_key(call)), *body = call_body(call);
    if (body == NULL || !check_body(call, body, checks, CHECKS - 1)) // a location is not asked for
        return;
    if (now == NULL)
        no_group(call);
    else
        keep(call, now, body, 200);
}

void group_delete(struct call *call)
{
    char *key = own_key(call),
         *vaults = arena_printf(call->arena, "%s/providers/microsoft.keyvault/vaults/", key);
    const struct value *group = estate_get(call->estate, key);
    if (group == NULL) {
        no_group(call);
        return;
    }
    const char *region = arena_strdup(call->arena, value_text_at(group, "location"));
    struct estate_range range = estate_range(call->estate, vaults);
    for (size_t i = range.end; i > range.first; i--) {
        const char *inside = estate_key(call->estate, i - 1);
        if (strchr(inside + strlen(vaults), '/') == NULL)
            vault_bury(call, arena_strdup(call->arena, inside));
    }
    resource_remove(call, key);
    operation_begin(call, &(struct operation){.status = 202, .links = OPERATION_LOCATION, .region = region});
}
