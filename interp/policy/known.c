// Learning from answers. Not for judging (gate.c).
// Invariant: a vault's host is learned only from Azure Resource Manager, for a vault inside the scope, and
// only when it is a vault's host in this cloud; *.vault.azure.net as such includes the attacker's own vault.
#include "policy/known.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "policy/cloud.h"
#include "policy/request.h"
#include "policy/url.h"

bool known_has(const struct known_set *set, const char *item)
{
    for (size_t i = 0; i < set->count; i++)
        if (text_same(set->items[i], item))
            return true;
    return false;
}

void known_add(struct known *known, struct known_set *set, const char *item)
{
    if (item == NULL || *item == '\0' || set->count == KNOWN_MAX || known_has(set, item))
        return;
    if (set->count + 1 >= set->size) {
        size_t size = set->size == 0 ? 8 : set->size * 2;
        set->items = arena_grow(known->arena, set->items, set->count, size, sizeof *set->items);
        set->size = size;
    }
    set->items[set->count++] = arena_strdup(known->arena, item);
    set->items[set->count] = NULL;
}

struct known *known_new(struct arena *arena, const struct cloud *cloud, const char *tenant,
                        const char *const *scope)
{
    struct known *known = ARENA_NEW(arena, struct known);
    *known = (struct known){.arena = arena, .cloud = cloud, .tenant = tenant, .learn_scope = scope == NULL};
    known->scope.items = ARENA_ARRAY(arena, const char *, 8);
    known->scope.size = 8;
    for (; scope != NULL && *scope != NULL; scope++)
        known_add(known, &known->scope, *scope);
    return known;
}

bool known_in_scope(const struct known *known, const struct url *url)
{
    for (size_t i = 0; i < known->scope.count; i++)
        if (url_is_beneath(url, known->scope.items[i]))
            return true;
    for (size_t i = 0; i < known->customers.count; i++)
        if (url_is_beneath(url, known->customers.items[i]))
            return true;
    return false;
}

// Ids of answers and parameters are compared as they stand: ARM writes them without encoding.
bool known_id_in_scope(const struct known *known, const char *id)
{
    for (size_t i = 0; i < known->scope.count; i++)
        if (url_id_is_beneath(id, known->scope.items[i]))
            return true;
    for (size_t i = 0; i < known->customers.count; i++)
        if (url_id_is_beneath(id, known->customers.items[i]))
            return true;
    return false;
}

static void learn_vault(struct known *known, const struct value *resource)
{
    struct url url;
    const char *type = value_text_at(resource, "type"), *id = value_text_at(resource, "id");
    const char *uri = value_text_at(resource, "properties.vaultUri");
    if (id == NULL || uri == NULL || !text_same(type, "Microsoft.KeyVault/vaults"))
        return;
    if (known_id_in_scope(known, id) && url_parse(uri, &url, NULL) && url.count == 0 && url.query == NULL &&
        cloud_host_kind(known->cloud, url.host) == HOST_VAULT)
        known_add(known, &known->vaults, url.host);
}

static void learn_person(struct known *known, const struct value *person)
{
    known_add(known, &known->addresses, value_text_at(person, "mail"));
    const char *upn = value_text_at(person, "userPrincipalName");
    if (upn != NULL && strchr(upn, '@') != NULL)
        known_add(known, &known->addresses, upn);
    const struct value *others = value_get(person, "otherMails");
    for (size_t i = 0; i < value_count(others); i++)
        known_add(known, &known->addresses, value_text(value_item(others, i)));
}

static void learn_subscription(struct known *known, const struct value *subscription)
{
    const char *id = value_text_at(subscription, "subscriptionId");
    const char *tenant = value_text_at(subscription, "tenantId");
    if (known->learn_scope && id != NULL && (known->tenant == NULL || text_same(tenant, known->tenant)))
        known_add(known, &known->scope, arena_printf(known->arena, "/subscriptions/%s", id));
}

void known_answer(struct known *known, const struct request *request, const struct response *response)
{
    struct url url;
    if (response->predicted || response->status < 200 || response->status > 299 ||
        strcmp(request->method, "GET") != 0 || !url_parse(request->url, &url, NULL))
        return;
    enum host_kind kind = cloud_host_kind(known->cloud, url.host);
    const struct value *list = value_get(response->body, "value");
    bool subscriptions = url.count == 1 && text_same(url.segments[0], "subscriptions");
    void (*learn)(struct known *, const struct value *) = kind == HOST_GRAPH ? learn_person
                                                          : kind != HOST_ARM ? NULL
                                                          : subscriptions    ? learn_subscription
                                                                             : learn_vault;
    if (learn == NULL)
        return;
    if (value_is(list, VALUE_LIST))
        for (size_t i = 0; i < value_count(list); i++)
            learn(known, value_item(list, i));
    else
        learn(known, response->body);
}
