// The data plane of a vault, for every kind of object: lists, versions, attributes. Not for soft delete
// (deleted.c) nor for what only one kind has (secret.c, key.c, certificate.c). Invariants: a version is never
// removed singly; managed objects change through their certificate only; attributes that are not sent stay.
#include "lab/object.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/access.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/material.h"

#define SECONDS "0 253402300799" // until the year 9999
#define SECRETS "Microsoft.KeyVault/vaults/secrets"
#define KEYS "Microsoft.KeyVault/vaults/keys"
#define CERTIFICATES "Microsoft.KeyVault/vaults/certificates"

const struct object_kind object_secrets = {"secrets",
                                           "deletedsecrets",
                                           "id",
                                           "SecretNotFound",
                                           SECRETS,
                                           "list",
                                           "get",
                                           "set",
                                           SECRETS "/readMetadata/action",
                                           SECRETS "/getSecret/action",
                                           SECRETS "/update/action"};
const struct object_kind object_keys = {
    "keys",   "deletedkeys", "kid",        "KeyNotFound",        KEYS, "list", "get",
    "update", KEYS "/read",  KEYS "/read", KEYS "/update/action"};
const struct object_kind object_certificates = {"certificates",
                                                "deletedcertificates",
                                                "id",
                                                "CertificateNotFound",
                                                CERTIFICATES,
                                                "list",
                                                "get",
                                                "update",
                                                CERTIFICATES "/read",
                                                CERTIFICATES "/read",
                                                CERTIFICATES "/update/action"};

static const struct object_kind *kind_of(const struct call *call)
{
    const char *word = call->segments[0];
    return text_same(word, "secrets") ? &object_secrets
           : text_same(word, "keys")  ? &object_keys
                                      : &object_certificates;
}

char *object_key(struct call *call, const struct object_kind *kind, const char *name)
{
    return arena_printf(call->arena, "kv/%s/%s/%s", call->vault, kind->word, text_lower(call->arena, name));
}

char *object_url(struct call *call, const char *word, const char *name, const char *version)
{
    return arena_printf(call->arena, "https://%s/%s/%s%s%s", call->host_name, word, name,
                        version == NULL ? "" : "/", version == NULL ? "" : version);
}

const struct value *object_allow(struct call *call, const struct object_kind *kind, const char *permission,
                                 const char *action)
{
    return access_vault(call, kind->word, permission, action);
}

// False after answering 400.
static bool name_fits(struct call *call, const char *name)
{
    size_t length = strspn(name, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
    if (length > 0 && name[length] == '\0' && length <= 127)
        return true;
    call_fail(call, 400, "BadParameter", "The request URI contains an invalid name: %.140s", name);
    return false;
}

const struct value *object_find(struct call *call, const struct object_kind *kind, const char *name)
{
    const struct value *object = estate_get(call->estate, object_key(call, kind, name));
    if (object != NULL && value_get(object, "deleted") == NULL)
        return object;
    if (name_fits(call, name))
        call_fail(call, 404, kind->missing, "A %.*s with (name/id) %s was not found in this key vault.",
                  (int)strlen(kind->word) - 1, kind->word, name);
    return NULL;
}

const struct value *object_current(const struct value *object)
{
    const struct value *versions = value_get(object, "versions");
    return value_item(versions, value_count(versions) - 1);
}

static const struct value *find_version(const struct value *object, const char *id)
{
    const struct value *versions = value_get(object, "versions");
    if (id == NULL || *id == '\0')
        return object_current(object);
    for (size_t i = 0; i < value_count(versions); i++)
        if (text_same(value_text_at(value_item(versions, i), "id"), id))
            return value_item(versions, i);
    return NULL;
}

// Attributes as they are shown: with the vault's recovery level.
static const struct value *shown_attributes(struct call *call, const struct value *version)
{
    char *tail = arena_printf(call->arena, "/providers/microsoft.keyvault/vaults/%s", call->vault);
    const struct value *vault = NULL;
    struct estate_range range = estate_range(call->estate, "/subscriptions/");
    for (size_t i = range.first; i < range.end && vault == NULL; i++)
        if (text_ends(estate_key(call->estate, i), tail))
            vault = estate_at(call->estate, i);
    int64_t days = value_int_at(vault, "properties.softDeleteRetentionInDays", 90);
    bool kept = value_flag_at(vault, "properties.enablePurgeProtection");
    struct value *shown = value_map(call->arena);
    const struct value *stored = value_get(version, "attributes");
    for (size_t i = 0; i < value_count(stored); i++)
        value_add(call->arena, shown, stored->fields[i].key, stored->fields[i].value);
    value_put_text(call->arena, shown, "recoveryLevel",
                   arena_printf(call->arena, "%sRecoverable%s", days < 90 ? "Customized" : "",
                                kept ? "" : "+Purgeable"));
    value_put(call->arena, shown, "recoverableDays", value_int(call->arena, days));
    return shown;
}

struct value *object_item(struct call *call, const struct object_kind *kind, const struct value *object,
                          const struct value *version, const char *version_id)
{
    struct value *shown = make_value(
        call->arena,
        "{'attributes': %v, 'tags': %v, 'contentType': %v, 'managed': %v, 'x5t': %v, 'subject': %v}",
        shown_attributes(call, version), value_get(version, "tags"),
        kind == &object_secrets ? value_get(version, "contentType") : NULL, value_get(version, "managed"),
        value_get(version, "x5t"), value_at(object, "policy.x509_props.subject"));
    value_put_text(call->arena, shown, kind->id,
                   object_url(call, kind->word, value_text_at(object, "name"), version_id));
    return shown;
}

static void bundle_certificate(struct call *call, struct value *bundle, const struct value *object,
                               const char *id)
{
    const char *name = value_text_at(object, "name");
    if (value_get(bundle, "cer") != NULL) { // what is not issued yet has neither
        value_put_text(call->arena, bundle, "kid", object_url(call, "keys", name, id));
        value_put_text(call->arena, bundle, "sid", object_url(call, "secrets", name, id));
    }
    struct value *policy =
        make_value(call->arena, "{'id': %s}",
                   arena_printf(call->arena, "%s/policy", object_url(call, "certificates", name, NULL)));
    value_put(call->arena, bundle, "policy",
              value_merge_patch(call->arena, policy, value_get(object, "policy")));
    if (value_get(object, "pending") != NULL)
        value_put(call->arena, bundle, "pending",
                  make_value(
                      call->arena, "{'id': %s}",
                      arena_printf(call->arena, "%s/pending", object_url(call, "certificates", name, NULL))));
}

struct value *object_bundle(struct call *call, const struct object_kind *kind, const struct value *object,
                            const struct value *version, bool value)
{
    const char *name = value_text_at(object, "name"), *id = value_text_at(version, "id");
    struct value *bundle = make_value(
        call->arena,
        "{'value': %v, 'contentType': %v, 'attributes': %v, 'tags': %v, 'managed': %v, 'x5t': %v, 'cer': %v}",
        value ? value_get(version, "value") : NULL, value_get(version, "contentType"),
        shown_attributes(call, version), value_get(version, "tags"), value_get(version, "managed"),
        value_get(version, "x5t"), value_get(version, "cer"));
    if (kind == &object_keys) {
        struct value *key = make_value(call->arena, "{'kid': %s}", object_url(call, "keys", name, id));
        value_put(call->arena, bundle, "key", value_merge_patch(call->arena, key, value_get(version, "key")));
        return bundle;
    }
    value_put_text(call->arena, bundle, "id", object_url(call, kind->word, name, id));
    if (kind == &object_certificates)
        bundle_certificate(call, bundle, object, id);
    else if (value_flag_at(version, "managed"))
        value_put_text(call->arena, bundle, "kid", object_url(call, "keys", name, id));
    return bundle;
}

// What a certificate without any version shows while its first one is made: a disabled one.
static const struct value *unborn(struct call *call, const struct value *object)
{
    const struct value *pending = value_get(object, "pending");
    int64_t since = value_int_at(pending, "ready", 0) / 1000;
    return pending == NULL
               ? NULL
               : make_value(call->arena,
                            "{'id': %v, 'attributes': {'enabled': false, 'created': %d, 'updated': %d}}",
                            value_get(pending, "request_id"), since, since);
}

void object_list(struct call *call)
{
    const struct object_kind *kind = kind_of(call);
    bool pending = text_same(call_param(call, "includePending"), "true");
    if (object_allow(call, kind, kind->list, kind->list_action) == NULL)
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, object_key(call, kind, ""));
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i);
        const struct value *object = estate_at(call->estate, i);
        const struct value *version = object_current(object);
        if (version == NULL && pending)
            version = unborn(call, object);
        if (version != NULL && value_get(object, "deleted") == NULL && page_wants(&page, key))
            page_add(&page, key, object_item(call, kind, object, version, NULL));
    }
    page_close(&page);
}

void object_list_versions(struct call *call)
{
    const struct object_kind *kind = kind_of(call);
    const char *name = call->args[1];
    if (object_allow(call, kind, kind->list, kind->list_action) == NULL)
        return;
    const struct value *object = estate_get(call->estate, object_key(call, kind, name));
    const struct value *versions = value_get(object, "deleted") == NULL
                                       ? value_get(object, "versions")
                                       : NULL; // unknown names: an empty list
    struct page page = page_open(call);
    for (size_t i = 0; i < value_count(versions); i++) {
        const struct value *version = value_item(versions, i);
        char *key = arena_printf(call->arena, "%06zu", i);
        if (page_wants(&page, key))
            page_add(&page, key, object_item(call, kind, object, version, value_text_at(version, "id")));
    }
    page_close(&page);
}

static void no_version(struct call *call, const struct object_kind *kind)
{
    call_fail(call, 404, kind->missing, "A %.*s with (name/id) %s/%s was not found in this key vault.",
              (int)strlen(kind->word) - 1, kind->word, call->args[1],
              call->args[2] == NULL ? "" : call->args[2]);
}

void object_get(struct call *call)
{
    const struct object_kind *kind = kind_of(call);
    if (object_allow(call, kind, kind->get, kind->get_action) == NULL)
        return;
    const struct value *object = object_find(call, kind, call->args[1]);
    const struct value *version = find_version(object, call->args[2]);
    if (object == NULL)
        return;
    if (version == NULL && call->args[2] == NULL)
        version = unborn(call, object);
    if (version == NULL)
        no_version(call, kind);
    else if (kind == &object_secrets && !value_flag_at(version, "attributes.enabled"))
        call_fail_inner(call, 403, "Forbidden", "SecretDisabled",
                        "Operation get is not allowed on a disabled secret.");
    else
        call_ok(call, 200, object_bundle(call, kind, object, version, true));
}

static bool is_managed(struct call *call, const struct object_kind *kind, const struct value *object)
{
    if (kind == &object_certificates || !value_flag_at(object_current(object), "managed"))
        return false;
    call_fail(call, 403, "Forbidden", "The %.*s %s is managed by a certificate; change the certificate.",
              (int)strlen(kind->word) - 1, kind->word, value_text_at(object, "name"));
    return true;
}

bool object_is_free(struct call *call, const struct object_kind *kind, const char *name)
{
    const struct value *object = estate_get(call->estate, object_key(call, kind, name));
    if (!name_fits(call, name))
        return false;
    if (value_get(object, "deleted") != NULL) {
        call_fail_inner(
            call, 409, "Conflict", "ObjectIsDeletedButRecoverable",
            arena_printf(call->arena,
                         "%s %s is currently in a deleted but recoverable state, and its name cannot be "
                         "reused; in this state, the %s can only be recovered or purged.",
                         kind->word, name, kind->word));
        return false;
    }
    return object == NULL || !is_managed(call, kind, object);
}

// Attributes that a caller may give, over those that were there.
static struct value *merged_attributes(struct call *call, const struct value *now, const struct value *wanted)
{
    static const char *const settable[] = {"enabled", "nbf", "exp"};
    int64_t seconds = clock_now_ms() / 1000;
    struct value *attributes = value_map(call->arena);
    value_put(call->arena, attributes, "enabled", &value_true);
    value_put_all(call->arena, attributes, now);
    for (size_t i = 0; i < sizeof settable / sizeof settable[0]; i++) {
        const struct value *given = value_get(wanted, settable[i]);
        if (!value_is_null(given))
            value_put(call->arena, attributes, settable[i], given);
    }
    if (value_get(now, "created") == NULL)
        value_put(call->arena, attributes, "created", value_int(call->arena, seconds));
    value_put(call->arena, attributes, "updated", value_int(call->arena, seconds));
    return attributes;
}

const struct value *object_add_version(struct call *call, const struct object_kind *kind, const char *name,
                                       const struct value *members, const struct value *wanted)
{
    const struct value *object = estate_get(call->estate, object_key(call, kind, name));
    const struct value *old = value_get(object, "versions");
    struct value *version = make_value(call->arena, "{'id': %s, 'attributes': %v}",
                                       material_version(call->arena), merged_attributes(call, NULL, wanted));
    value_put_all(call->arena, version, members);
    struct value *versions = value_list(call->arena);
    for (size_t i = 0; i < value_count(old); i++)
        value_append(call->arena, versions, value_item(old, i));
    value_append(call->arena, versions, version);
    struct value *patch =
        make_value(call->arena, "{'name': %v, 'versions': %v}",
                   object == NULL ? value_string(call->arena, name) : value_get(object, "name"), versions);
    estate_put(call->estate, object_key(call, kind, name), value_merge_patch(call->arena, object, patch));
    return version;
}

// One version with the caller's changes over it.
static struct value *patched(struct call *call, const struct object_kind *kind, const struct value *version,
                             const struct value *body)
{
    struct value *changed = value_map(call->arena);
    value_put_all(call->arena, changed, version);
    value_put(call->arena, changed, "attributes",
              merged_attributes(call, value_get(version, "attributes"), value_get(body, "attributes")));
    if (value_is(value_get(body, "tags"), VALUE_MAP))
        value_put(call->arena, changed, "tags", value_get(body, "tags"));
    if (kind == &object_secrets && value_get(body, "contentType") != NULL)
        value_put(call->arena, changed, "contentType", value_get(body, "contentType"));
    if (kind == &object_keys && value_is(value_get(body, "key_ops"), VALUE_LIST))
        value_put(call->arena, changed, "key",
                  value_merge_patch(call->arena, value_get(version, "key"),
                                    make_value(call->arena, "{'key_ops': %v}", value_get(body, "key_ops"))));
    return changed;
}

bool object_body_fits(struct call *call, const struct value *body)
{
    static const struct check checks[] = {
        {"value", CHECK_TEXT, NULL},
        {"contentType", CHECK_TEXT, NULL},
        {"tags", CHECK_TAGS, NULL},
        {"attributes", CHECK_MAP, NULL},
        {"attributes.enabled", CHECK_FLAG, NULL},
        {"attributes.nbf", CHECK_RANGE, SECONDS},
        {"attributes.exp", CHECK_RANGE, SECONDS},
        {"key_ops[]", CHECK_WORD, "encrypt decrypt sign verify wrapKey unwrapKey import export"},
        {"key_size", CHECK_WHOLE, NULL},
        {"crv", CHECK_WORD, "P-256 P-384 P-521 P-256K"},
    };
    return check_body(call, body, checks, sizeof checks / sizeof checks[0]);
}

void object_patch(struct call *call)
{
    const struct object_kind *kind = kind_of(call);
    if (object_allow(call, kind, kind->update, kind->update_action) == NULL)
        return;
    const struct value *object = object_find(call, kind, call->args[1]);
    if (object == NULL || is_managed(call, kind, object))
        return;
    const struct value *version = find_version(object, call->args[2]), *body = call_body(call);
    if (body == NULL)
        return;
    if (version == NULL)
        no_version(call, kind);
    if (version == NULL || !object_body_fits(call, body))
        return;
    struct value *changed = patched(call, kind, version, body), *versions = value_list(call->arena);
    const struct value *old = value_get(object, "versions");
    for (size_t i = 0; i < value_count(old); i++)
        value_append(call->arena, versions, value_item(old, i) == version ? changed : value_item(old, i));
    estate_put(call->estate, object_key(call, kind, call->args[1]),
               value_merge_patch(call->arena, object, make_value(call->arena, "{'versions': %v}", versions)));
    call_ok(call, 200, object_bundle(call, kind, object, changed, false));
}
