// What only certificates have: policies, and creation, which takes a moment. Invariant: a new version of a
// certificate comes with a key and a secret of the same version, both managed.
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
#include "lab/material.h"
#include "lab/object.h"

enum { ISSUE_MS = 300 };
#define CERTIFICATES "Microsoft.KeyVault/vaults/certificates"

static char *own_url(struct call *call, const char *name, const char *tail)
{
    return arena_printf(call->arena, "%s/%s", object_url(call, "certificates", name, NULL), tail);
}

void certificate_get_policy(struct call *call)
{
    if (object_allow(call, &object_certificates, "get", CERTIFICATES "/read") == NULL)
        return;
    const struct value *object = object_find(call, &object_certificates, call->args[0]);
    if (object == NULL)
        return;
    const struct value *id =
        make_value(call->arena, "{'id': %s}", own_url(call, value_text_at(object, "name"), "policy"));
    call_ok(call, 200, value_merge_patch(call->arena, id, value_get(object, "policy")));
}

// False after answering 400.
static bool policy_fits(struct call *call, const struct value *policy)
{
    static const struct check checks[] = {
        {"attributes.enabled", CHECK_FLAG, NULL},
        {"issuer.name", CHECK_TEXT, NULL},
        {"issuer.cty", CHECK_TEXT, NULL},
        {"issuer.cert_transparency", CHECK_FLAG, NULL},
        {"key_props.exportable", CHECK_FLAG, NULL},
        {"key_props.reuse_key", CHECK_FLAG, NULL},
        {"key_props.kty", CHECK_WORD, "RSA RSA-HSM EC EC-HSM"},
        {"key_props.key_size", CHECK_WHOLE, NULL},
        {"key_props.crv", CHECK_WORD, "P-256 P-384 P-521 P-256K"},
        {"secret_props.contentType", CHECK_TEXT, NULL},
        {"x509_props.subject", CHECK_TEXT, NULL},
        {"x509_props.validity_months", CHECK_RANGE, "1 1200"},
        {"x509_props.ekus[]", CHECK_TEXT, NULL},
        {"x509_props.sans.dns_names[]", CHECK_TEXT, NULL},
        {"x509_props.sans.emails[]", CHECK_TEXT, NULL},
        {"x509_props.sans.upns[]", CHECK_TEXT, NULL},
        {"x509_props.key_usage[]", CHECK_WORD,
         "digitalSignature nonRepudiation keyEncipherment dataEncipherment keyAgreement keyCertSign cRLSign "
         "encipherOnly decipherOnly"},
        {"lifetime_actions[].trigger.lifetime_percentage", CHECK_RANGE, "1 99"},
        {"lifetime_actions[].trigger.days_before_expiry", CHECK_WHOLE, NULL},
        {"lifetime_actions[].action.action_type", CHECK_WORD, "EmailContacts AutoRenew"}};
    return check_body(call, policy, checks, sizeof checks / sizeof checks[0]);
}

void certificate_patch_policy(struct call *call)
{
    if (object_allow(call, &object_certificates, "update", CERTIFICATES "/update/action") == NULL)
        return;
    const struct value *object = object_find(call, &object_certificates, call->args[0]);
    const struct value *body = object == NULL ? NULL : call_body(call);
    if (body == NULL || !policy_fits(call, body))
        return;
    const struct value *change =
        value_merge_patch(call->arena, body, make_value(call->arena, "{'id': null}"));
    const struct value *policy = value_merge_patch(call->arena, value_get(object, "policy"), change);
    estate_put(call->estate, object_key(call, &object_certificates, call->args[0]),
               value_merge_patch(call->arena, object, make_value(call->arena, "{'policy': %v}", policy)));
    call_ok(call, 200,
            value_merge_patch(
                call->arena,
                make_value(call->arena, "{'id': %s}", own_url(call, value_text_at(object, "name"), "policy")),
                policy));
}

// The operation as it is shown: done once its moment has passed, if the issuer signs at once.
static const struct value *operation(struct call *call, const struct value *object)
{
    const struct value *pending = value_get(object, "pending");
    const char *name = value_text_at(object, "name"), *target = value_text_at(pending, "target");
    bool done = target != NULL && clock_now_ms() >= value_int_at(pending, "ready", 0);
    bool cancelled = value_flag_at(pending, "cancelled");
    return make_value(call->arena,
                      "{'id': %s, 'issuer': %v, 'csr': %v, 'cancellation_requested': %b, 'status': %s, "
                      "'status_details': %s, "
                      "'request_id': %v, 'target': %s}",
                      own_url(call, name, "pending"), value_at(object, "policy.issuer"),
                      value_get(pending, "csr"), cancelled,
                      done        ? "completed"
                      : cancelled ? "cancelled"
                                  : "inProgress",
                      done ? NULL : "Pending certificate created. Certificate request is in progress.",
                      value_get(pending, "request_id"),
                      done ? object_url(call, "certificates", name, NULL) : NULL);
}

static const struct value *find_pending(struct call *call)
{
    const struct value *object = object_find(call, &object_certificates, call->args[0]);
    if (object == NULL || value_get(object, "pending") != NULL)
        return object;
    call_fail(call, 404, "PendingCertificateNotFound", "Pending certificate not found: %s", call->args[0]);
    return NULL;
}

void certificate_get_pending(struct call *call)
{
    if (object_allow(call, &object_certificates, "get", CERTIFICATES "/read") == NULL)
        return;
    const struct value *object = find_pending(call);
    if (object != NULL)
        call_ok(call, 200, operation(call, object));
}

void certificate_patch_pending(struct call *call)
{
    if (object_allow(call, &object_certificates, "update", CERTIFICATES "/update/action") == NULL)
        return;
    const struct value *object = find_pending(call), *body = object == NULL ? NULL : call_body(call);
    static const struct check asked = {"cancellation_requested!", CHECK_FLAG, NULL};
    if (body == NULL || !check_body(call, body, &asked, 1))
        return;
    object = value_merge_patch(
        call->arena, object,
        make_value(call->arena, "{'pending': {'cancelled': %v}}", value_get(body, "cancellation_requested")));
    estate_put(call->estate, object_key(call, &object_certificates, call->args[0]), object);
    call_ok(call, 200, operation(call, object));
}

// The operation is forgotten; what it made stays, and a certificate that has nothing yet is gone.
void certificate_delete_pending(struct call *call)
{
    if (object_allow(call, &object_certificates, "update", CERTIFICATES "/update/action") == NULL)
        return;
    const struct value *object = find_pending(call);
    if (object == NULL)
        return;
    const struct value *shown = operation(call, object);
    const struct value *rest =
        value_merge_patch(call->arena, object, make_value(call->arena, "{'pending': null}"));
    estate_put(call->estate, object_key(call, &object_certificates, call->args[0]),
               object_current(object) == NULL ? NULL : rest);
    call_ok(call, 200, shown);
}

// A key or secret of the certificate's version.
static void add_managed(struct call *call, const struct object_kind *kind, const struct value *version,
                        const struct value *members)
{
    const struct value *both =
        value_merge_patch(call->arena, members,
                          make_value(call->arena, "{'id': %v, 'managed': true}", value_get(version, "id")));
    object_add_version(call, kind, call->args[0], both, value_get(version, "attributes"));
}

static const struct value *issue(struct call *call, const struct value *policy, const struct value *body)
{
    char *label = material_version(call->arena);
    const char *subject = value_text_at(policy, "x509_props.subject");
    int64_t now = clock_now_ms(), months = value_int_at(policy, "x509_props.validity_months", 12);
    int64_t until = now + months * 30 * 86400000;
    char *cer = material_certificate(call->arena, label, subject == NULL ? "CN=lab" : subject, now, until);
    const struct value *given = value_get(body, "attributes");
    const struct value *attributes = make_value(call->arena, "{'enabled': %v, 'nbf': %d, 'exp': %d}",
                                                value_get(given, "enabled"), now / 1000, until / 1000);
    const struct value *version =
        object_add_version(call, &object_certificates, call->args[0],
                           make_value(call->arena, "{'cer': %s, 'x5t': %s, 'tags': %v}", cer,
                                      material_thumbprint(call->arena, cer), value_get(body, "tags")),
                           attributes);
    add_managed(
        call, &object_keys, version,
        make_value(call->arena,
                   "{'key': {'kty': 'RSA', 'key_ops': ['sign', 'verify', 'wrapKey', 'unwrapKey', 'encrypt', "
                   "'decrypt'], 'n': %s, 'e': 'AQAB'}}",
                   material_modulus(call->arena, label)));
    add_managed(call, &object_secrets, version,
                make_value(call->arena, "{'value': %s, 'contentType': 'application/x-pkcs12'}",
                           material_bytes(call->arena, label, 600)));
    return version;
}

// The policy with what it does not say: whole members, but for those of the certificate itself.
static const struct value *with_defaults(struct call *call, const struct value *policy)
{
    int64_t now = clock_now_ms() / 1000;
    bool known = !text_same(value_text_at(policy, "issuer.name"), "Unknown");
    struct value *whole = make_value(
        call->arena,
        "{'key_props': {'exportable': true, 'kty': 'RSA', 'key_size': 2048, 'reuse_key': false}, "
        "'secret_props': {'contentType': 'application/x-pkcs12'}, 'lifetime_actions': [{'trigger': "
        "{'lifetime_percentage': 80}, 'action': {'action_type': %s}}], 'attributes': {'enabled': true, "
        "'created': %d, 'updated': %d}}",
        known ? "AutoRenew" : "EmailContacts", now, now);
    const struct value *x509 = make_value(
        call->arena, "{'ekus': ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'], 'key_usage': ['digitalSignature', "
                     "'keyEncipherment'], 'validity_months': 12}");
    x509 = value_merge_patch(call->arena, x509, value_get(policy, "x509_props"));
    value_put_all(call->arena, whole, policy);
    value_put(call->arena, whole, "x509_props", x509);
    return whole;
}

void certificate_create(struct call *call)
{
    const char *name = call->args[0];
    if (object_allow(call, &object_certificates, "create", CERTIFICATES "/create/action") == NULL ||
        !object_is_free(call, &object_certificates, name))
        return;
    const struct value *body = call_body(call), *policy = value_get(body, "policy");
    if (body == NULL || !object_body_fits(call, body) ||
        (!value_is_null(policy) && !policy_fits(call, policy)))
        return;
    char *key = object_key(call, &object_certificates, name);
    const struct value *object = estate_get(call->estate, key);
    if (value_is_null(policy))
        policy = value_get(object, "policy");
    if (value_text_at(policy, "issuer.name") == NULL) {
        call_fail(call, 400, "BadParameter", "The policy of the certificate names no issuer.");
        return;
    }
    policy =
        with_defaults(call, value_merge_patch(call->arena, policy, make_value(call->arena, "{'id': null}")));
    bool at_once = !text_same(value_text_at(policy, "issuer.name"), "Unknown");
    const struct value *version = at_once ? issue(call, policy, body) : NULL;
    object = estate_get(call->estate, key);
    struct value *patch = make_value(
        call->arena,
        "{'name': %s, 'policy': null, 'pending': {'request_id': %s, 'csr': %s, 'ready': %d, 'target': %v}}",
        object == NULL ? name : value_text_at(object, "name"),
        text_lower(call->arena, material_version(call->arena)),
        crypto_base64(call->arena, name, strlen(name)), clock_now_ms() + ISSUE_MS, value_get(version, "id"));
    struct value *stored = value_map(call->arena);
    object = value_merge_patch(call->arena, object, patch);
    value_put_all(call->arena, stored, object);
    value_put(call->arena, stored, "policy", policy);
    estate_put(call->estate, key, stored);
    call_header(call, "Location",
                arena_printf(call->arena, "%s?api-version=%s&request_id=%s", own_url(call, name, "pending"),
                             call_param(call, "api-version"), value_text_at(stored, "pending.request_id")));
    call_header(call, "Retry-After", "1");
    call_ok(call, 202, operation(call, stored));
}
