// Key Vault's management side: vaults, their network rules, soft delete. Not for access policies
// (vault_policy.c) nor what is inside (object.c). Invariant: networkAcls is replaced as a whole, and purge
// protection never goes away.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/vault.h"

#define VAULTS "/providers/microsoft.keyvault/vaults/"

static char *vault_id(struct call *call)
{
    return arena_printf(call->arena,
                        "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.KeyVault/vaults/%s",
                        call->args[0], call->args[1], call->args[2]);
}

static char *vault_key(struct call *call)
{
    return text_lower(call->arena, vault_id(call));
}

static char *deleted_key(struct call *call, const char *name)
{
    return arena_printf(call->arena, "deletedvault/%s/%s", text_lower(call->arena, call->args[0]),
                        text_lower(call->arena, name));
}

void vault_list(struct call *call)
{
    struct page page = page_open(call);
    char *prefix = call->args[1] == NULL
                       ? arena_printf(call->arena, "/subscriptions/%s/resourcegroups/", call->args[0])
                       : arena_printf(call->arena, "/subscriptions/%s/resourcegroups/%s" VAULTS,
                                      call->args[0], call->args[1]);
    struct estate_range range = estate_range(call->estate, text_lower(call->arena, prefix));
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i), *name = strstr(key, VAULTS);
        if (name != NULL && strchr(name + strlen(VAULTS), '/') == NULL && page_wants(&page, key))
            page_add(&page, key, estate_at(call->estate, i));
    }
    page_close(&page);
}

// networkAcls as the service keeps them: every member there, single addresses as /32. NULL after answering
// 400.
static const struct value *normal_acls(struct call *call, const struct value *acls)
{
    struct value *rules = value_list(call->arena);
    const struct value *given = value_get(acls, "ipRules"),
                       *networks = value_get(acls, "virtualNetworkRules");
    for (size_t i = 0; i < value_count(given); i++) {
        const char *text = value_text_at(value_item(given, i), "value");
        struct cidr cidr;
        if (!schema_parse_cidr(text, &cidr) || cidr.family != 4) {
            call_fail(call, 400, "BadRequest", "'%.64s' is not a valid IPv4 address or CIDR range.", text);
            return NULL;
        }
        value_append(call->arena, rules,
                     make_value(call->arena, "{'value': %s}",
                                strchr(text, '/') == NULL ? arena_printf(call->arena, "%s/32", text) : text));
    }
    const char *action = value_text_at(acls, "defaultAction"), *bypass = value_text_at(acls, "bypass");
    return make_value(call->arena,
                      "{'bypass': %s, 'defaultAction': %s, 'ipRules': %v, 'virtualNetworkRules': %v}",
                      bypass == NULL ? "AzureServices" : bypass, action == NULL ? "Allow" : action, rules,
                      value_is(networks, VALUE_LIST) ? networks : value_list(call->arena));
}

static bool body_fits(struct call *call, const struct value *body)
{
    static const struct check checks[] = {
        {"location", CHECK_TEXT, NULL},
        {"tags", CHECK_TAGS, NULL},
        {"properties", CHECK_MAP, NULL},
        {"properties.tenantId", CHECK_GUID, NULL},
        {"properties.sku", CHECK_MAP, NULL},
        {"properties.sku.family", CHECK_WORD, "A"},
        {"properties.sku.name", CHECK_WORD, "standard premium"},
        {"properties.accessPolicies[]", CHECK_MAP, NULL},
        {"properties.enabledForDeployment", CHECK_FLAG, NULL},
        {"properties.enabledForDiskEncryption", CHECK_FLAG, NULL},
        {"properties.enabledForTemplateDeployment", CHECK_FLAG, NULL},
        {"properties.enableRbacAuthorization", CHECK_FLAG, NULL},
        {"properties.enableSoftDelete", CHECK_FLAG, NULL},
        {"properties.enablePurgeProtection", CHECK_FLAG, NULL},
        {"properties.softDeleteRetentionInDays", CHECK_RANGE, "7 90"},
        {"properties.publicNetworkAccess", CHECK_WORD, "Enabled Disabled"},
        {"properties.networkAcls", CHECK_MAP, NULL},
        {"properties.networkAcls.bypass", CHECK_WORD, "AzureServices None"},
        {"properties.networkAcls.defaultAction", CHECK_WORD, "Allow Deny"},
        {"properties.networkAcls.ipRules[].value!", CHECK_TEXT, NULL},
        {"properties.networkAcls.virtualNetworkRules[].id!", CHECK_TEXT, NULL},
        {"properties.createMode", CHECK_WORD, "default recover"},
    };
    return check_body(call, body, checks, sizeof checks / sizeof checks[0]) &&
           vault_policies_fit(call, value_at(body, "properties.accessPolicies"));
}

// The vault's properties with those of the request over them. NULL after answering 400.
static struct value *changed_properties(struct call *call, const struct value *now,
                                        const struct value *wanted)
{
    static const char *const settable[] = {"sku",
                                           "accessPolicies",
                                           "enabledForDeployment",
                                           "enabledForDiskEncryption",
                                           "enabledForTemplateDeployment",
                                           "enableRbacAuthorization",
                                           "enableSoftDelete",
                                           "softDeleteRetentionInDays",
                                           "enablePurgeProtection",
                                           "publicNetworkAccess"};
    struct value *properties = value_map(call->arena);
    value_put_all(call->arena, properties, now);
    if (value_flag_at(now, "enablePurgeProtection") &&
        value_is(value_get(wanted, "enablePurgeProtection"), VALUE_BOOL) &&
        !value_flag_at(wanted, "enablePurgeProtection")) {
        call_fail(call, 400, "BadRequest",
                  "The property \"enablePurgeProtection\" cannot be set to false. Enabling the purge "
                  "protection for a "
                  "vault is an irreversible action.");
        return NULL;
    }
    for (size_t i = 0; i < sizeof settable / sizeof settable[0]; i++) {
        const struct value *item = value_get(wanted, settable[i]);
        if (!value_is_null(item))
            value_put(call->arena, properties, settable[i], item);
    }
    const struct value *acls = value_get(wanted, "networkAcls");
    if (!value_is_null(acls)) {
        acls = normal_acls(call, acls);
        if (acls == NULL)
            return NULL;
        value_put(call->arena, properties, "networkAcls", acls);
    }
    return properties;
}

static void store(struct call *call, const char *key, struct value *vault, int status)
{
    const char *now = clock_rfc3339(call->arena, clock_now_ms());
    struct value *system = value_map(call->arena);
    const struct value *old = value_get(vault, "systemData");
    value_put_all(call->arena, system, old);
    value_put_text(call->arena, system, "lastModifiedBy", call->app_id);
    value_put_text(call->arena, system, "lastModifiedByType", "Application");
    value_put_text(call->arena, system, "lastModifiedAt", now);
    value_put(call->arena, vault, "systemData", system);
    estate_put(call->estate, key, vault);
    call_ok(call, status, vault);
}

static struct value *shallow(struct arena *arena, const struct value *map)
{
    struct value *copy = value_map(arena);
    for (size_t i = 0; i < value_count(map); i++)
        value_add(arena, copy, map->fields[i].key, map->fields[i].value);
    return copy;
}

void vault_patch(struct call *call)
{
    char *key = vault_key(call);
    const struct value *now = estate_get(call->estate, key), *body = now == NULL ? NULL : call_body(call);
    if (now == NULL)
        call_missing(call, call->path);
    if (body == NULL || !body_fits(call, body))
        return;
    struct value *properties =
        changed_properties(call, value_get(now, "properties"), value_get(body, "properties"));
    if (properties == NULL)
        return;
    struct value *vault = shallow(call->arena, now);
    if (value_is(value_get(body, "tags"), VALUE_MAP))
        value_put(call->arena, vault, "tags", value_get(body, "tags"));
    value_put(call->arena, vault, "properties", properties);
    store(call, key, vault, 200);
}

static void recover(struct call *call, const char *key)
{
    char *deleted = deleted_key(call, call->args[2]);
    const struct value *found = estate_get(call->estate, deleted);
    const struct value *vault = value_get(found, "vault");
    if (!text_same(value_text_at(vault, "id"), vault_id(call))) { // it comes back where it was, or not at all
        call_missing(call, call->path);
        return;
    }
    estate_put(call->estate, key, vault);
    estate_put(call->estate, deleted, NULL);
    call_ok(call, 201, vault);
}

// The name of a new vault is a part of a host's. False after answering.
static bool name_is_free(struct call *call)
{
    const char *name = call->args[2];
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    if (length < 3 || length > 24 || name[length] != '\0' || strspn(name, "0123456789-") > 0 ||
        name[length - 1] == '-' || strstr(name, "--") != NULL) {
        call_fail(
            call, 400, "VaultNameNotValid",
            "The vault name '%.64s' is invalid. A vault's name must be between 3-24 alphanumeric "
            "characters. The name must begin with a letter, end with a letter or digit, and not contain "
            "consecutive hyphens.",
            name);
        return false;
    }
    struct estate_range range = estate_range(call->estate, "/subscriptions/");
    char *tail = text_lower(call->arena, arena_printf(call->arena, VAULTS "%s", name));
    for (size_t i = range.first; i < range.end; i++)
        if (text_ends(estate_key(call->estate, i), tail)) {
            call_fail(call, 409, "VaultAlreadyExists", "The vault name '%s' is already in use.", name);
            return false;
        }
    return true;
}

void vault_put(struct call *call)
{
    char *key = vault_key(call);
    const struct value *now = estate_get(call->estate, key), *body = call_body(call);
    const struct value *wanted = value_get(body, "properties");
    if (body == NULL || !body_fits(call, body))
        return;
    if (text_same(value_text_at(wanted, "createMode"), "recover")) {
        if (now == NULL)
            recover(call, key);
        else
            call_ok(call, 200, now);
        return;
    }
    if (now == NULL && estate_get(call->estate, deleted_key(call, call->args[2])) != NULL) {
        call_fail(
            call, 409, "ConflictError",
            "A vault with the same name already exists in deleted state. You need to either recover or purge "
            "existing key vault.");
        return;
    }
    if (now == NULL && !name_is_free(call))
        return;
    if (value_text_at(body, "location") == NULL || value_text_at(wanted, "tenantId") == NULL ||
        value_text_at(wanted, "sku.family") == NULL || value_text_at(wanted, "sku.name") == NULL) {
        call_fail(call, 400, "BadRequest", "The properties location, tenantId and sku are required.");
        return;
    }
    const struct value *fresh = make_value(
        call->arena,
        "{'tenantId': %v, 'accessPolicies': [], 'enableSoftDelete': true, 'softDeleteRetentionInDays': 90, "
        "'vaultUri': %s, 'provisioningState': 'Succeeded', 'publicNetworkAccess': 'Enabled'}",
        value_get(wanted, "tenantId"),
        arena_printf(call->arena, "https://%s.vault.azure.net/", text_lower(call->arena, call->args[2])));
    struct value *properties =
        changed_properties(call, now == NULL ? fresh : value_get(now, "properties"), wanted);
    if (properties == NULL)
        return;
    const struct value *tags = value_get(body, "tags");
    struct value *vault =
        make_value(call->arena,
                   "{'id': %s, 'name': %s, 'type': 'Microsoft.KeyVault/vaults', 'location': %v, 'tags': %v, "
                   "'systemData': %v, 'properties': %v}",
                   vault_id(call), call->args[2], value_get(body, "location"),
                   tags == NULL ? value_map(call->arena) : tags, value_get(now, "systemData"), properties);
    store(call, key, vault, now == NULL ? 201 : 200);
}

void vault_bury(struct call *call, const char *key)
{
    const struct value *now = estate_get(call->estate, key), *properties = value_get(now, "properties");
    int64_t ms = clock_now_ms(), days = value_int_at(properties, "softDeleteRetentionInDays", 90);
    const char *location = value_text_at(now, "location"), *name = value_text_at(now, "name");
    char *id = arena_printf(call->arena,
                            "/subscriptions/%s/providers/Microsoft.KeyVault/locations/%s/deletedVaults/%s",
                            call->args[0], location, name);
    estate_put(
        call->estate, deleted_key(call, name),
        make_value(
            call->arena,
            "{'vault': %v, 'shown': {'id': %s, 'name': %s, 'type': 'Microsoft.KeyVault/deletedVaults', "
            "'properties': {'vaultId': %v, 'location': %s, 'deletionDate': %s, 'scheduledPurgeDate': %s, "
            "'tags': %v, 'purgeProtectionEnabled': %v}}}",
            now, id, name, value_get(now, "id"), location, clock_rfc3339(call->arena, ms),
            clock_rfc3339(call->arena, ms + days * 86400000), value_get(now, "tags"),
            value_get(properties, "enablePurgeProtection")));
    estate_put(call->estate, key, NULL);
}

void vault_delete(struct call *call)
{
    bool there = estate_get(call->estate, vault_key(call)) != NULL;
    if (there)
        vault_bury(call, vault_key(call));
    call_ok(call, there ? 200 : 204, NULL);
}

void vault_list_deleted(struct call *call)
{
    struct page page = page_open(call);
    struct estate_range range = estate_range(
        call->estate, arena_printf(call->arena, "deletedvault/%s/", text_lower(call->arena, call->args[0])));
    for (size_t i = range.first; i < range.end; i++)
        if (page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), value_get(estate_at(call->estate, i), "shown"));
    page_close(&page);
}

// The deleted vault that the call names; NULL after answering 404.
static const struct value *find_deleted(struct call *call)
{
    const struct value *found = estate_get(call->estate, deleted_key(call, call->args[2]));
    if (found != NULL && text_same(value_text_at(found, "shown.properties.location"), call->args[1]))
        return found;
    call_fail(call, 404, "DeletedVaultNotFound", "The specified deleted vault '%s' does not exist.",
              call->args[2]);
    return NULL;
}

void vault_get_deleted(struct call *call)
{
    const struct value *found = find_deleted(call);
    if (found != NULL)
        call_ok(call, 200, value_get(found, "shown"));
}

// For ever, with everything that is inside.
void vault_purge(struct call *call)
{
    const struct value *found = find_deleted(call);
    if (found == NULL)
        return;
    if (value_flag_at(found, "vault.properties.enablePurgeProtection")) {
        call_fail(call, 403, "DeletedVaultPurge",
                  "Cannot purge a vault with purge protection before its retention ends.");
        return;
    }
    char *inside = arena_printf(call->arena, "kv/%s/", text_lower(call->arena, call->args[2]));
    struct estate_range range = estate_range(call->estate, inside);
    while (range.first < range.end) {
        estate_put(call->estate, arena_strdup(call->arena, estate_key(call->estate, range.first)), NULL);
        range = estate_range(call->estate, inside);
    }
    estate_put(call->estate, deleted_key(call, call->args[2]), NULL);
    call_ok(call, 200, NULL);
}
