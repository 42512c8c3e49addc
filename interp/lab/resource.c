// Resources in general: the list of a subscription, what providers offer, export, deletion. Not for types
// with manners of their own, whose rows stand in front. Invariant: what is deleted takes along what lies
// beneath it.
#include "lab/resource.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/network.h"
#include "lab/odata.h"
#include "lab/operation.h"
#include "lab/provider.h"

#define DAY_MS INT64_C(86400000)
#define AGE_MS (400 * DAY_MS)

// Is it a resource of its own: "/providers/NAMESPACE/TYPE/NAME" and nothing behind?
static bool is_top(const char *provider)
{
    size_t slashes = 0;
    for (const char *at = provider; *at != '\0'; at++)
        slashes += *at == '/';
    return slashes == 4;
}

// What a $filter may name: in the list of groups only the last two.
static const char *const names[] = {"resourceType", "resourceGroup", "name",
                                    "location",     "tagName",       "tagValue"};
enum { NAMES = sizeof names / sizeof names[0], OF_RESOURCES = 0, OF_GROUPS = NAMES - 2 };

// False after answering 400.
static bool read_filter(struct call *call, struct odata_filter *filter, size_t first)
{
    bool known = odata_parse(call->arena, call_filter(call), filter);
    for (size_t i = 0; known && i < filter->count; i++) {
        size_t n = first;
        while (n < NAMES && !text_same(filter->terms[i].path, names[n]))
            n++;
        known = n < NAMES && filter->terms[i].inner == NULL;
        filter->terms[i].path = known ? names[n] : NULL;
    }
    if (!known)
        call_fail(call, 400, "InvalidFilterInQueryString", "The lab evaluates a $filter by %s only.",
                  first == OF_GROUPS ? "tagName and tagValue"
                                     : "resourceType, resourceGroup, name, location, tagName and tagValue");
    return known;
}

// A name and a value are those of one tag.
static bool fits(struct call *call, const struct odata_filter *filter, const char *key,
                 const struct value *body)
{
    static const char folder[] = "/resourcegroups/";
    const struct value *tags = value_get(body, "tags");
    size_t count = value_is(tags, VALUE_MAP) ? tags->count : 0;
    const char *group = strstr(key, folder) + strlen(folder);
    size_t i = 0;
    do {
        const struct value_field *tag = i < count ? &tags->fields[i] : NULL;
        const struct value *named =
            make_value(call->arena,
                       "{'resourceType': %v, 'resourceGroup': %s, 'name': %v, 'location': %v, 'tagName': %s, "
                       "'tagValue': %v}",
                       value_get(body, "type"), arena_strndup(call->arena, group, strcspn(group, "/")),
                       value_get(body, "name"), value_get(body, "location"), tag == NULL ? NULL : tag->key,
                       tag == NULL ? NULL : tag->value);
        if (odata_fits(filter, named))
            return true;
    } while (++i < count);
    return false;
}

void resource_list_groups(struct call *call)
{
    struct odata_filter filter;
    if (!read_filter(call, &filter, OF_GROUPS))
        return;
    struct page page = page_open(call);
    char *prefix = arena_printf(call->arena, "/subscriptions/%s/resourcegroups/",
                                text_lower(call->arena, call->args[0]));
    struct estate_range range = estate_range(call->estate, prefix);
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i);
        const struct value *group = estate_at(call->estate, i);
        if (strchr(key + strlen(prefix), '/') == NULL && fits(call, &filter, key, group) &&
            page_wants(&page, key))
            page_add(&page, key, group);
    }
    page_close(&page);
}

static bool is_asked_for(const struct call *call, const char *member)
{
    const char *expand = call_param(call, "$expand");
    return expand != NULL && text_find_nocase(expand, member) != NULL;
}

// Without $expand nothing is told of when it was made. What the seed does not say was there long before it.
static const char *when(struct call *call, const struct value *body, const char *asked, const char *member)
{
    const char *kept = value_text_at(body, member);
    if (!is_asked_for(call, asked))
        return NULL;
    return kept != NULL ? kept : clock_rfc3339(call->arena, estate_created(call->estate) - AGE_MS);
}

// Resources of a subscription or group, as the generic list shows them: without properties.
void resource_list(struct call *call)
{
    struct odata_filter filter;
    if (!read_filter(call, &filter, OF_RESOURCES))
        return;
    struct page page = page_open(call);
    char *prefix = arena_printf(call->arena, "/subscriptions/%s/resourcegroups/%s%s",
                                text_lower(call->arena, call->args[0]),
                                call->args[1] == NULL ? "" : text_lower(call->arena, call->args[1]),
                                call->args[1] == NULL ? "" : "/");
    struct estate_range range = estate_range(call->estate, prefix);
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i), *provider = strstr(key, "/providers/");
        const struct value *body = estate_at(call->estate, i);
        if (provider == NULL || !is_top(provider) || !fits(call, &filter, key, body) ||
            !page_wants(&page, key))
            continue;
        page_add(&page, key,
                 make_value(
                     call->arena,
                     "{'id': %v, 'name': %v, 'type': %v, 'location': %v, 'tags': %v, 'kind': %v, 'sku': %v, "
                     "'managedBy': %v, 'identity': %v, 'createdTime': %s, 'changedTime': %s, "
                     "'provisioningState': %v}",
                     value_get(body, "id"), value_get(body, "name"), value_get(body, "type"),
                     value_get(body, "location"), value_get(body, "tags"), value_get(body, "kind"),
                     value_get(body, "sku"), value_get(body, "managedBy"), value_get(body, "identity"),
                     when(call, body, "createdTime", "_created"), when(call, body, "changedTime", "_changed"),
                     is_asked_for(call, "provisioningState") ? value_at(body, "properties.provisioningState")
                                                             : NULL));
    }
    page_close(&page);
}

static const struct value *shown(struct call *call, const char *folder, const struct value *resource)
{
    return text_ends(folder, "/networksecuritygroups/") ? network_group_shown(call, resource)
           : text_ends(folder, "/networkinterfaces/")   ? network_interface_shown(call, resource)
                                                        : operation_shown(call, resource);
}

// All of one type: in a subscription also those of its groups, else those right beneath.
void resource_list_type(struct call *call)
{
    char *path = arena_printf(call->arena, "%s/", text_lower(call->arena, call_id(call)));
    const char *rest = path;
    for (const char *next = path; (next = strstr(next, "/providers/")) != NULL; next++)
        rest = next;
    size_t scope = (size_t)(rest - path);
    bool groups = call->segment_count == 5;
    struct page page = page_open(call);
    struct estate_range range =
        estate_range(call->estate, groups ? arena_printf(call->arena, "%.*s/", (int)scope, path) : path);
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i), *at = strstr(key + scope, "/providers/");
        if (at == NULL || !text_starts(at, rest) || strchr(at + strlen(rest), '/') != NULL ||
            !page_wants(&page, key))
            continue;
        const struct value *body = estate_at(call->estate, i);
        page_add(&page, key, shown(call, rest, body));
    }
    page_close(&page);
}

static const struct value *template_of(struct call *call, const struct value *ids)
{
    struct value *resources = value_list(call->arena);
    for (size_t i = 0; i < value_count(ids); i++) {
        const char *id = value_text(value_item(ids, i));
        const struct value *found = id == NULL ? NULL : estate_get(call->estate, text_lower(call->arena, id));
        if (found == NULL) {
            call_missing(call, id == NULL ? "resource" : id);
            return NULL;
        }
        const struct value *shown = operation_shown(call, found);
        value_append(
            call->arena, resources,
            make_value(call->arena,
                       "{'type': %v, 'apiVersion': '2024-03-01', 'name': %v, 'location': %v, 'tags': %v, "
                       "'sku': %v, 'kind': %v, 'properties': %v}",
                       value_get(shown, "type"), value_get(shown, "name"), value_get(shown, "location"),
                       value_get(shown, "tags"), value_get(shown, "sku"), value_get(shown, "kind"),
                       value_get(shown, "properties")));
    }
    return make_value(call->arena,
                      "{'template': {'$schema': "
                      "'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#', "
                      "'contentVersion': '1.0.0.0', 'parameters': {}, 'variables': {}, 'resources': %v}}",
                      resources);
}

// What "*" stands for: the resources of the group, without what is in them.
static const struct value *all_of_group(struct call *call)
{
    struct value *ids = value_list(call->arena);
    char *folder =
        text_lower(call->arena, arena_printf(call->arena, "/subscriptions/%s/resourcegroups/%s/providers/",
                                             call->args[0], call->args[1]));
    struct estate_range range = estate_range(call->estate, folder);
    for (size_t i = range.first; i < range.end; i++) {
        const char *name = strrchr(estate_key(call->estate, i), '/'),
                   *rest = estate_key(call->estate, i) + strlen(folder);
        if (strchr(rest, '/') != NULL && strchr(strchr(rest, '/') + 1, '/') == name)
            value_append(call->arena, ids, value_string(call->arena, estate_key(call->estate, i)));
    }
    return ids;
}

void resource_export(struct call *call)
{
    const struct value *body = call_body(call), *ids = value_get(body, "resources");
    static const struct check checks[] = {{"resources[]", CHECK_TEXT, NULL}, {"options", CHECK_TEXT, NULL}};
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (text_same(value_text(value_item(ids, 0)), "*"))
        ids = all_of_group(call);
    if (value_count(ids) == 0) {
        call_fail(call, 400, "InvalidRequestContent", "resources must name what is exported, or '*'.");
        return;
    }
    const struct value *exported = template_of(call, ids);
    if (exported != NULL)
        operation_begin(call,
                        &(struct operation){.status = 202, .links = OPERATION_LOCATION, .result = exported});
}

// Types whose provider is done with it when it answers.
static bool is_deleted_at_once(const struct value *resource)
{
    const char *type = value_text_at(resource, "type");
    return text_same(type, "Microsoft.Storage/storageAccounts") ||
           text_same(type, "Microsoft.Automation/automationAccounts");
}

const struct value *resource_given(struct call *call, const struct value *body)
{
    static const char *const own[] = {"id", "name", "type", "etag", "managedBy", "systemData", NULL};
    struct value *given = value_map(call->arena);
    for (size_t i = 0; i < value_count(body); i++)
        if (body->fields[i].key[0] != '_' && !text_is_one_of(body->fields[i].key, own))
            value_add(call->arena, given, body->fields[i].key, body->fields[i].value);
    if (value_at(given, "properties.osProfile.adminPassword") == NULL)
        return given;
    return value_merge_patch(
        call->arena, given,
        make_value(call->arena, "{'properties': {'osProfile': {'adminPassword': null}}}"));
}

bool resource_same_place(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, " ");
        b += strspn(b, " ");
        if ((*a | 0x20) != (*b | 0x20))
            return false;
        if (*a == '\0')
            return true;
    }
}

void resource_remove(struct call *call, const char *key)
{
    char *beneath = arena_printf(call->arena, "%s/", key);
    estate_put(call->estate, key, NULL);
    for (struct estate_range range; range = estate_range(call->estate, beneath), range.first < range.end;)
        estate_put(call->estate, arena_strdup(call->arena, estate_key(call->estate, range.first)), NULL);
}

void resource_delete(struct call *call)
{
    char *id = call_id(call), *key = text_lower(call->arena, id);
    const struct value *found = estate_get(call->estate, key);
    if (found == NULL) {
        call_ok(call, 204, NULL);
        return;
    }
    if (value_at(found, "properties.virtualMachine.id") != NULL) {
        call_fail(call, 400, "NicInUse",
                  "Network Interface %s is used by existing resource %s. In order to delete the network "
                  "interface, it must be dissociated from the resource.",
                  id, value_text_at(found, "properties.virtualMachine.id"));
        return;
    }
    const char *region = value_text_at(found, "location");
    region = region == NULL ? NULL : arena_strdup(call->arena, region);
    bool at_once = is_deleted_at_once(found);
    resource_remove(call, key);
    provider_keep(call, provider_type(call->arena, id));
    if (at_once)
        call_ok(call, 200, NULL);
    else
        operation_begin(call, &(struct operation){.status = 202, .region = region});
}
