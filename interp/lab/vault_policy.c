// Access policies of a vault: add, replace, remove. Invariants: an entry is known by tenant, object and
// application; an entry without any permission is gone; the other entries stay as they were.

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/vault.h"

static const char *const kinds[] = {"keys", "secrets", "certificates", "storage"};
enum { KINDS = sizeof kinds / sizeof kinds[0], MOST = 1024 };

static bool same_entry(const struct value *a, const struct value *b)
{
    return text_same(value_text_at(a, "objectId"), value_text_at(b, "objectId")) &&
           text_same(value_text_at(a, "tenantId"), value_text_at(b, "tenantId")) &&
           text_same(value_text_at(a, "applicationId"), value_text_at(b, "applicationId"));
}

static bool has_word(const struct value *words, const char *word)
{
    for (size_t i = 0; i < value_count(words); i++)
        if (text_same(value_text(value_item(words, i)), word))
            return true;
    return false;
}

// The words of `now` with those of `change` added, or taken away.
static const struct value *merged(struct arena *arena, const struct value *now, const struct value *change,
                                  bool add)
{
    struct value *words = value_list(arena);
    for (size_t i = 0; i < value_count(now); i++)
        if (add || !has_word(change, value_text(value_item(now, i))))
            value_append(arena, words, value_item(now, i));
    for (size_t i = 0; add && i < value_count(change); i++)
        if (!has_word(now, value_text(value_item(change, i))))
            value_append(arena, words, value_item(change, i));
    return words;
}

static const struct value *merged_entry(struct arena *arena, const struct value *now,
                                        const struct value *change, bool add)
{
    struct value *permissions = value_map(arena);
    size_t words = 0;
    for (size_t i = 0; i < KINDS; i++) {
        const struct value *old = value_get(value_get(now, "permissions"), kinds[i]);
        const struct value *list =
            merged(arena, old, value_get(value_get(change, "permissions"), kinds[i]), add);
        if (value_count(list) > 0 || old != NULL)
            value_put(arena, permissions, kinds[i], list);
        words += value_count(list);
    }
    if (words == 0)
        return NULL;
    return make_value(arena, "{'tenantId': %v, 'objectId': %v, 'applicationId': %v, 'permissions': %v}",
                      value_get(now, "tenantId"), value_get(now, "objectId"), value_get(now, "applicationId"),
                      permissions);
}

bool vault_policies_fit(struct call *call, const struct value *list)
{
    static const struct check checks[] = {
        {"tenantId", CHECK_GUID, NULL},
        {"objectId", CHECK_TEXT, NULL},
        {"applicationId", CHECK_GUID, NULL},
        {"permissions", CHECK_MAP, NULL},
        {"permissions.keys[]", CHECK_WORD,
         "all encrypt decrypt wrapKey unwrapKey sign verify get list create update import delete backup "
         "restore "
         "recover purge release rotate getrotationpolicy setrotationpolicy"},
        {"permissions.secrets[]", CHECK_WORD, "all get list set delete backup restore recover purge"},
        {"permissions.certificates[]", CHECK_WORD,
         "all get list delete create import update managecontacts getissuers listissuers setissuers "
         "deleteissuers manageissuers recover purge backup restore"},
        {"permissions.storage[]", CHECK_WORD,
         "all get list delete set update regeneratekey recover purge backup restore setsas listsas getsas "
         "deletesas"},
    };
    bool ok = value_count(list) <= MOST;
    for (size_t i = 0; ok && i < value_count(list); i++) {
        const struct value *entry = value_item(list, i);
        if (!check_body(call, entry, checks, sizeof checks / sizeof checks[0]))
            return false;
        ok = value_text_at(entry, "objectId") != NULL && value_text_at(entry, "tenantId") != NULL &&
             value_is(value_get(entry, "permissions"), VALUE_MAP);
    }
    if (!ok)
        call_fail(call, 400, "BadRequest", "An access policy needs tenantId, objectId and permissions.");
    return ok;
}

static const struct value *applied(struct call *call, const struct value *now, const struct value *changes)
{
    bool add = text_same(call->args[3], "add"), replace = text_same(call->args[3], "replace");
    struct value *result = value_list(call->arena);
    for (size_t i = 0; i < value_count(now); i++) {
        const struct value *entry = value_item(now, i);
        for (size_t c = 0; c < value_count(changes) && entry != NULL; c++)
            if (same_entry(entry, value_item(changes, c)))
                entry = replace ? value_item(changes, c)
                                : merged_entry(call->arena, entry, value_item(changes, c), add);
        if (entry != NULL)
            value_append(call->arena, result, entry);
    }
    for (size_t c = 0; (add || replace) && c < value_count(changes); c++) {
        bool there = false;
        for (size_t i = 0; i < value_count(now) && !there; i++)
            there = same_entry(value_item(now, i), value_item(changes, c));
        if (!there)
            value_append(call->arena, result, value_item(changes, c));
    }
    return result;
}

void vault_policies(struct call *call)
{
    char *id = arena_printf(call->arena,
                            "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.KeyVault/vaults/%s",
                            call->args[0], call->args[1], call->args[2]);
    char *key = text_lower(call->arena, id);
    const struct value *vault = estate_get(call->estate, key), *body = vault == NULL ? NULL : call_body(call);
    const struct value *changes = value_at(body, "properties.accessPolicies");
    if (vault == NULL)
        call_missing(call, call->path);
    if (body == NULL)
        return;
    if (value_count(changes) == 0)
        call_fail(call, 400, "BadRequest", "There is no access policy in the request.");
    if (value_count(changes) == 0 || !vault_policies_fit(call, changes))
        return;
    const struct value *list = applied(call, value_at(vault, "properties.accessPolicies"), changes);
    estate_put(call->estate, key,
               value_merge_patch(call->arena, vault,
                                 make_value(call->arena, "{'properties': {'accessPolicies': %v}}", list)));
    call_ok(call, 200,
            make_value(call->arena,
                       "{'id': %s, 'type': 'Microsoft.KeyVault/vaults/accessPolicies', 'location': %v, "
                       "'properties': {'accessPolicies': %v}}",
                       arena_printf(call->arena, "%s/accessPolicies/", id), value_get(vault, "location"),
                       list));
}
