// What only secrets have: setting a value, and backups. Invariant: a new value is a new version, and the old
// one stays.
#include "data/value.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/material.h"
#include "lab/object.h"

void secret_set(struct call *call)
{
    const char *name = call->args[0];
    if (object_allow(call, &object_secrets, "set", "Microsoft.KeyVault/vaults/secrets/setSecret/action") ==
            NULL ||
        !object_is_free(call, &object_secrets, name))
        return;
    const struct value *body = call_body(call);
    if (body == NULL || !object_body_fits(call, body))
        return;
    if (value_text_at(body, "value") == NULL) {
        call_fail(call, 400, "BadParameter", "Property value is required.");
        return;
    }
    const struct value *members =
        make_value(call->arena, "{'value': %v, 'contentType': %v, 'tags': %v}", value_get(body, "value"),
                   value_get(body, "contentType"), value_get(body, "tags"));
    const struct value *version =
        object_add_version(call, &object_secrets, name, members, value_get(body, "attributes"));
    const struct value *object = estate_get(call->estate, object_key(call, &object_secrets, name));
    call_ok(call, 200, object_bundle(call, &object_secrets, object, version, true));
}

// What nobody but the service can read.
void secret_backup(struct call *call)
{
    if (object_allow(call, &object_secrets, "backup", "Microsoft.KeyVault/vaults/secrets/backup/action") ==
        NULL)
        return;
    const struct value *object = object_find(call, &object_secrets, call->args[0]);
    if (object != NULL)
        call_ok(call, 200,
                make_value(call->arena, "{'value': %s}",
                           material_bytes(call->arena, material_version(call->arena), 600)));
}
