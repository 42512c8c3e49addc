// What only keys have: creation and rotation. Invariant: a rotated key keeps its kind and its operations.
#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/material.h"
#include "lab/object.h"

static const struct value *new_curve(struct call *call, const char *type, const char *curve,
                                     const struct value *operations)
{
    static const struct {
        const char *name;
        size_t size;
    } curves[] = {{"P-256", 32}, {"P-384", 48}, {"P-521", 66}, {"P-256K", 32}};
    char *label = material_version(call->arena);
    size_t i = 0;
    while (i + 1 < sizeof curves / sizeof curves[0] && !text_same(curve, curves[i].name))
        i++;
    return make_value(call->arena, "{'kty': %s, 'key_ops': %v, 'crv': %s, 'x': %s, 'y': %s}", type,
                      operations, curves[i].name, material_bytes(call->arena, label, curves[i].size),
                      material_bytes(call->arena, arena_printf(call->arena, "%s/y", label), curves[i].size));
}

static const struct value *new_material(struct call *call, const char *type, const char *curve,
                                        const struct value *operations)
{
    if (text_starts_nocase(type, "EC"))
        return new_curve(call, type, curve == NULL ? "P-256" : curve, operations);
    return make_value(call->arena, "{'kty': %s, 'key_ops': %v, 'n': %s, 'e': 'AQAB'}", type, operations,
                      material_modulus(call->arena, material_version(call->arena)));
}

void key_get_rotation(struct call *call)
{
    if (object_allow(call, &object_keys, "getrotationpolicy", "Microsoft.KeyVault/vaults/keys/read") == NULL)
        return;
    const struct value *object = object_find(call, &object_keys, call->args[0]);
    const struct value *policy = value_get(object, "rotationPolicy");
    if (object == NULL)
        return;
    struct value *shown = make_value(
        call->arena,
        "{'id': %s, 'lifetimeActions': [{'trigger': {'timeBeforeExpiry': 'P30D'}, 'action': {'type': "
        "'Notify'}}], 'attributes': {}}",
        arena_printf(call->arena, "%s/rotationpolicy",
                     object_url(call, "keys", value_text_at(object, "name"), NULL)));
    call_ok(call, 200, policy == NULL ? shown : value_merge_patch(call->arena, shown, policy));
}

static void answer_new(struct call *call, const struct value *version)
{
    const struct value *object = estate_get(call->estate, object_key(call, &object_keys, call->args[0]));
    call_ok(call, 200, object_bundle(call, &object_keys, object, version, false));
}

void key_rotate(struct call *call)
{
    if (object_allow(call, &object_keys, "rotate", "Microsoft.KeyVault/vaults/keys/rotate/action") == NULL)
        return;
    const struct value *object = object_find(call, &object_keys, call->args[0]);
    if (object == NULL || !object_is_free(call, &object_keys, call->args[0]))
        return;
    const struct value *now = object_current(object);
    const struct value *key = new_material(call, value_text_at(now, "key.kty"), value_text_at(now, "key.crv"),
                                           value_at(now, "key.key_ops"));
    answer_new(call,
               object_add_version(
                   call, &object_keys, call->args[0],
                   make_value(call->arena, "{'key': %v, 'tags': %v}", key, value_get(now, "tags")), NULL));
}

void key_create(struct call *call)
{
    if (object_allow(call, &object_keys, "create", "Microsoft.KeyVault/vaults/keys/create/action") == NULL ||
        !object_is_free(call, &object_keys, call->args[0]))
        return;
    const struct value *body = call_body(call), *operations = value_get(body, "key_ops");
    const char *type = value_text_at(body, "kty");
    if (body == NULL || !object_body_fits(call, body))
        return;
    if (!text_same(type, "RSA") && !text_same(type, "EC") && !text_same(type, "RSA-HSM") &&
        !text_same(type, "EC-HSM")) {
        call_fail(call, 400, "BadParameter",
                  "The property kty is required and must be a supported key type.");
        return;
    }
    if (value_int_at(body, "key_size", 2048) != 2048) {
        call_fail(call, 400, "BadParameter", "The lab makes RSA keys of 2048 bits.");
        return;
    }
    if (!value_is(operations, VALUE_LIST))
        operations =
            make_value(call->arena, text_starts_nocase(type, "EC")
                                        ? "['sign', 'verify']"
                                        : "['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey']");
    const struct value *members =
        make_value(call->arena, "{'key': %v, 'tags': %v}",
                   new_material(call, type, value_text_at(body, "crv"), operations), value_get(body, "tags"));
    answer_new(call,
               object_add_version(call, &object_keys, call->args[0], members, value_get(body, "attributes")));
}
