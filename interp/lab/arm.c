// ARM resources in general: subscriptions, groups, tags, diagnostic settings, and any resource by its id. Not
// for resources with manners of their own (vault.c, security.c, authorization.c). Invariant: a key is the id
// in lower case.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/access.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/lab.h"
#include "lab/make.h"
#include "lab/operation.h"

#define DIAGNOSTICS "/providers/microsoft.insights/diagnosticsettings/"

static char *path_key(struct call *call)
{
    return text_lower(call->arena, call_id(call));
}

void arm_get(struct call *call)
{
    const struct value *found = estate_get(call->estate, path_key(call));
    if (found != NULL && strcmp(call->method, "HEAD") == 0)
        call_ok(call, 204, NULL); // only whether it exists
    else if (found != NULL)
        call_ok(call, 200, operation_shown(call, found));
    else if (call->segment_count == 2)
        call_fail(call, 404, "SubscriptionNotFound", "The subscription '%s' could not be found.",
                  call->segments[1]);
    else if (call->segment_count == 4 && text_same(call->segments[2], "resourceGroups"))
        call_fail(call, 404, "ResourceGroupNotFound", "Resource group '%s' could not be found.",
                  call->segments[3]);
    else
        call_missing(call, call->path);
}

// Is this key a resource of exactly these many segments beneath the prefix?
static bool has_depth(const char *key, const char *prefix, size_t depth)
{
    size_t count = 0;
    for (const char *at = key + strlen(prefix); *at != '\0'; at++)
        count += *at == '/';
    return count + 1 == depth;
}

static bool is_visible(struct call *call, const char *subscription)
{
    struct estate_range range = estate_range(call->estate, "ra/");
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *properties = value_get(estate_at(call->estate, i), "properties");
        const char *scope = value_text_at(properties, "scope");
        if (scope != NULL && (access_covers(scope, subscription) || access_covers(subscription, scope)) &&
            access_is_member(call->estate, call->oid, value_text_at(properties, "principalId")))
            return true;
    }
    return false;
}

// The descriptions of subscriptions and tenants require a link, also where no page follows.
static void close_last(struct call *call)
{
    if (value_get(call->answer, "nextLink") == NULL)
        call_ok(call, 200,
                value_merge_patch(call->arena, call->answer, make_value(call->arena, "{'nextLink': ''}")));
}

void arm_list_subscriptions(struct call *call)
{
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, "/subscriptions/");
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i);
        if (has_depth(key, "/subscriptions/", 1) && is_visible(call, key) && page_wants(&page, key))
            page_add(&page, key, estate_at(call->estate, i));
    }
    page_close(&page);
    close_last(call);
}

void arm_list_tenants(struct call *call)
{
    call_ok(call, 200,
            make_value(call->arena,
                       "{'value': [{'id': '/tenants/" LAB_TENANT "', 'tenantId': '" LAB_TENANT "', "
                       "'displayName': 'Contoso', 'defaultDomain': 'contoso.com', 'countryCode': 'NL', "
                       "'tenantCategory': 'Home', 'tenantType': 'AAD', 'domains': ['contoso.com', "
                       "'contoso.onmicrosoft.com']}], 'nextLink': ''}"));
}

void arm_get_tags(struct call *call)
{
    const struct value *body = estate_get(call->estate, text_lower(call->arena, call->scope));
    if (body == NULL) {
        call_missing(call, call->scope);
        return;
    }
    const struct value *tags = value_get(body, "tags");
    call_ok(
        call, 200,
        make_value(
            call->arena,
            "{'id': %s, 'name': 'default', 'type': 'Microsoft.Resources/tags', 'properties': {'tags': %v}}",
            arena_printf(call->arena, "%s/providers/Microsoft.Resources/tags/default", call->scope),
            tags == NULL ? value_map(call->arena) : tags));
}

// The tags as they are after an operation; those to delete are named with their values.
static const struct value *tags_after(struct call *call, const struct value *tags, const char *operation,
                                      const struct value *given)
{
    struct value *change = value_map(call->arena);
    if (text_same(operation, "Replace"))
        return given;
    for (size_t i = 0; i < value_count(given); i++) {
        const char *name = given->fields[i].key;
        bool gone = text_same(operation, "Delete");
        if (!gone || value_equal(value_get(tags, name), given->fields[i].value))
            value_put(call->arena, change, name, gone ? &value_null : given->fields[i].value);
    }
    return value_merge_patch(call->arena, tags == NULL ? value_map(call->arena) : tags, change);
}

void arm_patch_tags(struct call *call)
{
    static const struct check checks[] = {{"operation", CHECK_WORD, "Merge Replace Delete"},
                                          {"properties.tags", CHECK_TAGS, NULL}};
    char *key = text_lower(call->arena, call->scope);
    const struct value *resource = estate_get(call->estate, key), *body = call_body(call);
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    const struct value *given = value_at(body, "properties.tags");
    if (resource == NULL) {
        call_missing(call, call->scope);
    } else if (value_text_at(body, "operation") == NULL || given == NULL) {
        call_fail(call, 400, "InvalidTagPatchRequest", "operation and properties.tags are required.");
    } else {
        struct value *now = value_map(call->arena);
        value_put_all(call->arena, now, value_copy(call->arena, resource));
        value_put(call->arena, now, "tags",
                  tags_after(call, value_get(now, "tags"), value_text_at(body, "operation"), given));
        estate_put(call->estate, key, now);
        arm_get_tags(call);
    }
}

void arm_list_diagnostics(struct call *call)
{
    char *scope = text_lower(call->arena, call->scope);
    struct value *list = value_list(call->arena);
    if (estate_get(call->estate, scope) == NULL) {
        call_missing(call, call->scope);
        return;
    }
    struct estate_range range =
        estate_range(call->estate, arena_printf(call->arena, "%s" DIAGNOSTICS, scope));
    for (size_t i = range.first; i < range.end; i++)
        value_append(call->arena, list, estate_at(call->estate, i));
    call_ok(call, 200, make_value(call->arena, "{'value': %v}", list));
}

void arm_put_diagnostics(struct call *call)
{
    const struct value *body = call_body(call), *properties = value_get(body, "properties");
    if (body == NULL)
        return;
    if (estate_get(call->estate, text_lower(call->arena, call->scope)) == NULL) {
        call_missing(call, call->scope);
        return;
    }
    static const struct check checks[] = {{"properties", CHECK_MAP, NULL},
                                          {"properties.workspaceId", CHECK_TEXT, NULL},
                                          {"properties.storageAccountId", CHECK_TEXT, NULL},
                                          {"properties.eventHubAuthorizationRuleId", CHECK_TEXT, NULL},
                                          {"properties.logAnalyticsDestinationType", CHECK_TEXT, NULL},
                                          {"properties.logs[]", CHECK_MAP, NULL},
                                          {"properties.logs[].category", CHECK_TEXT, NULL},
                                          {"properties.logs[].categoryGroup", CHECK_TEXT, NULL},
                                          {"properties.logs[].enabled!", CHECK_FLAG, NULL},
                                          {"properties.logs[].retentionPolicy.enabled!", CHECK_FLAG, NULL},
                                          {"properties.logs[].retentionPolicy.days!", CHECK_RANGE, "0 365"},
                                          {"properties.metrics[].category", CHECK_TEXT, NULL},
                                          {"properties.metrics[].enabled!", CHECK_FLAG, NULL}};
    if (!check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (value_text_at(properties, "workspaceId") == NULL &&
        value_text_at(properties, "storageAccountId") == NULL &&
        value_text_at(properties, "eventHubAuthorizationRuleId") == NULL) {
        call_fail(call, 400, "BadRequest", "At least one data sink needs to be specified.");
        return;
    }
    const struct value *setting = make_value(
        call->arena,
        "{'id': %s, 'name': %s, 'type': 'Microsoft.Insights/diagnosticSettings', 'properties': %v}",
        arena_printf(call->arena, "%s/providers/microsoft.insights/diagnosticSettings/%s", call->scope,
                     call->args[0]),
        call->args[0], properties);
    estate_put(call->estate, path_key(call), setting);
    call_ok(call, 200, setting);
}

void arm_delete_diagnostics(struct call *call)
{
    char *key = path_key(call);
    bool there = estate_get(call->estate, key) != NULL;
    if (there)
        estate_put(call->estate, key, NULL);
    call_ok(call, there ? 200 : 204, NULL);
}
