// Resource providers: what each offers, and in which subscriptions it is registered. Not for what a
// provider's resources are. Invariant: a provider offers at least the types of which there are resources.
#include "lab/provider.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

#define KNOWN "lab/types/"

static char *unregistered(struct call *call, const char *subscription)
{
    return arena_printf(call->arena, "lab/unregistered/%s", text_lower(call->arena, subscription));
}

static bool is_registered(struct call *call, const char *subscription, const char *namespace)
{
    const struct value *missing = estate_get(call->estate, unregistered(call, subscription));
    for (size_t i = 0; i < value_count(missing); i++)
        if (text_same(value_text(value_item(missing, i)), namespace))
            return false;
    return true;
}

static void take_in(struct call *call, const char *subscription, const char *namespace)
{
    struct value *left = value_list(call->arena);
    const struct value *missing = estate_get(call->estate, unregistered(call, subscription));
    for (size_t i = 0; i < value_count(missing); i++)
        if (!text_same(value_text(value_item(missing, i)), namespace))
            value_append(call->arena, left, value_copy(call->arena, value_item(missing, i)));
    if (value_count(left) < value_count(missing))
        estate_put(call->estate, unregistered(call, subscription), left);
}

bool provider_allows(struct call *call, const char *namespace)
{
    if (is_registered(call, call->segments[1], namespace))
        return true;
    call_fail(call, 409, "MissingSubscriptionRegistration",
              "The subscription is not registered to use namespace '%s'.", namespace);
    return false;
}

// What providers offer, besides the types of the estate: the newest version stands first.
static const struct {
    const char *namespace, *type, *versions;
} offers[] = {
    {"Microsoft.Compute", "virtualMachines", "2024-07-01 2024-03-01 2023-09-01"},
    {"Microsoft.Compute", "virtualMachineScaleSets", "2024-07-01 2024-03-01"},
    {"Microsoft.Compute", "disks", "2024-03-02 2023-10-02"},
    {"Microsoft.Storage", "storageAccounts", "2024-01-01 2023-05-01"},
    {"Microsoft.Network", "networkInterfaces", "2024-05-01 2024-01-01"},
    {"Microsoft.Network", "networkSecurityGroups", "2024-05-01 2024-01-01"},
    {"Microsoft.Network", "publicIPAddresses", "2024-05-01 2024-01-01"},
    {"Microsoft.Network", "virtualNetworks", "2024-05-01 2024-01-01"},
    {"Microsoft.ContainerService", "managedClusters", "2024-05-01 2024-02-01"},
    {"Microsoft.Automation", "automationAccounts", "2024-10-23 2023-11-01"},
    {"Microsoft.KeyVault", "vaults", "2024-12-01-preview 2024-11-01 2023-07-01"},
    {"Microsoft.Quota", "quotas", "2025-03-01 2023-02-01"},
    {"Microsoft.OperationalInsights", "workspaces", "2023-09-01 2022-10-01"},
};
enum { OFFERS = sizeof offers / sizeof offers[0] };

static const struct value *words(struct call *call, const char *text)
{
    struct value *list = value_list(call->arena);
    char *rest = arena_strdup(call->arena, text);
    for (char *word; (word = strsep(&rest, " ")) != NULL;)
        value_append(call->arena, list, value_string(call->arena, word));
    return list;
}

char *provider_type(struct arena *arena, const char *id)
{
    static const char mark[] = "/providers/";
    const char *at = NULL;
    for (const char *next = id; (next = text_find_nocase(next, mark)) != NULL; next = at)
        at = next + strlen(mark);
    if (at == NULL)
        return NULL;
    size_t count = 0, part;
    struct text type = text_new(arena);
    for (;; at += part + 1, count++) {
        part = strcspn(at, "/");
        if (count == 0 || count % 2 == 1) {
            text_add(&type, count == 0 ? "" : "/");
            text_addn(&type, at, part);
        }
        if (at[part] == '\0')
            return count >= 2 && count % 2 == 0 ? type.ptr : NULL;
    }
}

static bool is_listed(const struct value *types, const char *type)
{
    for (size_t i = 0; i < value_count(types); i++)
        if (text_same(value_text_at(value_item(types, i), "resourceType"), type))
            return true;
    return false;
}

static void add_type(struct call *call, struct value *types, const char *type, const char *versions)
{
    if (!is_listed(types, type))
        value_append(call->arena, types,
                     make_value(call->arena,
                                "{'resourceType': %s, 'locations': ['West Europe', 'South India'], "
                                "'apiVersions': %v}",
                                type, words(call, versions)));
}

// What a namespace offers, and how that is written; NULL where there is nothing of it.
static const char *add_types(struct call *call, struct value *types, const char *namespace)
{
    const char *name = NULL;
    for (size_t i = 0; i < OFFERS; i++) {
        if (!text_same(offers[i].namespace, namespace))
            continue;
        name = offers[i].namespace;
        add_type(call, types, offers[i].type, offers[i].versions);
    }
    struct estate_range range = estate_range(call->estate, "/subscriptions/");
    for (size_t i = range.first; i < range.end; i++) {
        const char *id = estate_key(call->estate, i), *type = provider_type(call->arena, id);
        if (type == NULL || !text_starts_nocase(type, namespace) || type[strlen(namespace)] != '/')
            continue;
        const char *shown = provider_type(call->arena, value_text_at(estate_at(call->estate, i), "id"));
        type = shown == NULL ? type : shown;
        if (name == NULL)
            name = arena_strndup(call->arena, type, strlen(namespace));
        add_type(call, types, type + strlen(namespace) + 1, "2024-03-01");
    }
    return name;
}

bool provider_offers(struct call *call, const char *type)
{
    struct value *types = value_list(call->arena);
    size_t namespace = strcspn(type, "/");
    (void)add_types(call, types, arena_strndup(call->arena, type, namespace));
    return is_listed(types, type + namespace + 1) ||
           estate_get(call->estate, text_lower(call->arena, arena_printf(call->arena, KNOWN "%s", type)));
}

void provider_keep(struct call *call, const char *type)
{
    if (type != NULL && !provider_offers(call, type))
        estate_put(call->estate, text_lower(call->arena, arena_printf(call->arena, KNOWN "%s", type)),
                   &value_true);
}

// NULL where there is nothing of it.
static struct value *provider_of(struct call *call, const char *namespace)
{
    struct value *types = value_list(call->arena);
    const char *name = add_types(call, types, namespace);
    if (name == NULL)
        return NULL;
    return make_value(call->arena,
                      "{'id': %s, 'namespace': %s, 'registrationState': %s, 'registrationPolicy': "
                      "'RegistrationRequired', 'resourceTypes': %v}",
                      arena_printf(call->arena, "/subscriptions/%s/providers/%s", call->args[0], name), name,
                      is_registered(call, call->args[0], name) ? "Registered" : "NotRegistered", types);
}

void provider_get(struct call *call)
{
    struct value *provider = provider_of(call, call->args[1]);
    if (provider == NULL)
        call_fail(call, 404, "InvalidResourceNamespace", "The resource namespace '%s' is invalid.",
                  call->args[1]);
    else
        call_ok(call, 200, provider);
}

// The first behind `after`, in lower case; NULL: there is none.
static const char *next_namespace(struct call *call, const char *after)
{
    const char *next = NULL;
    struct estate_range range = estate_range(call->estate, "/subscriptions/");
    for (size_t i = 0; i < OFFERS + range.end - range.first; i++) {
        const char *type =
            i < OFFERS ? offers[i].namespace
                       : provider_type(call->arena, estate_key(call->estate, range.first + i - OFFERS));
        if (type == NULL)
            continue;
        const char *name = text_lower(call->arena, arena_strndup(call->arena, type, strcspn(type, "/")));
        if (strcmp(name, after) > 0 && (next == NULL || strcmp(name, next) < 0))
            next = name;
    }
    return next;
}

void provider_list(struct call *call)
{
    struct page page = page_open(call);
    for (const char *name = ""; (name = next_namespace(call, name)) != NULL;)
        if (page_wants(&page, name))
            page_add(&page, name, provider_of(call, name));
    page_close(&page);
}

void provider_register(struct call *call)
{
    take_in(call, call->args[0], call->args[1]);
    provider_get(call);
}
