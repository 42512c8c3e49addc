// The rules of a network security group, one by one. Not for the group as a whole (network.c). Invariant: a
// rule is part of its group, which is changed with it.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/network.h"
#include "lab/operation.h"

static const struct value *find_group(struct call *call)
{
    const struct value *group = estate_get(call->estate, network_group_key(call));
    if (group == NULL)
        call_missing(call, network_group_key(call));
    return group;
}

static char *rule_id(struct call *call, const struct value *group, const char *name)
{
    return arena_printf(call->arena, "%s/securityRules/%s", value_text_at(group, "id"), name);
}

// A rule as it is shown: what the seed leaves out of it is the same for all.
static const struct value *shown(struct call *call, const struct value *group, const struct value *rule)
{
    return value_merge_patch(
        call->arena, rule,
        make_value(call->arena,
                   "{'id': %s, 'type': 'Microsoft.Network/networkSecurityGroups/securityRules', 'etag': %v, "
                   "'properties': {'provisioningState': %s}}",
                   rule_id(call, group, value_text_at(rule, "name")), value_get(group, "etag"),
                   operation_is_busy(group) ? "Updating" : "Succeeded"));
}

// The group's rules without the one of this name, which is left in *found; NULL when there is none.
static struct value *others(struct call *call, const struct value *group, const struct value **found)
{
    const struct value *rules = value_at(group, "properties.securityRules");
    struct value *rest = value_list(call->arena);
    *found = NULL;
    for (size_t i = 0; i < value_count(rules); i++) {
        const struct value *rule = value_item(rules, i);
        if (text_same(value_text_at(rule, "name"), call->args[3]))
            *found = rule;
        else
            value_append(call->arena, rest, rule);
    }
    return rest;
}

struct value *network_rules_shown(struct call *call, const struct value *group)
{
    const struct value *rules = value_at(group, "properties.securityRules");
    struct value *list = value_list(call->arena);
    for (size_t i = 0; i < value_count(rules); i++)
        value_append(call->arena, list, shown(call, group, value_item(rules, i)));
    return list;
}

void network_rule_list(struct call *call)
{
    const struct value *group = find_group(call);
    if (group != NULL)
        call_ok(call, 200, make_value(call->arena, "{'value': %v}", network_rules_shown(call, group)));
}

void network_rule_get(struct call *call)
{
    const struct value *group = find_group(call), *found;
    if (group == NULL)
        return;
    others(call, group, &found);
    if (found == NULL)
        call_missing(call, rule_id(call, group, call->args[3]));
    else
        call_ok(call, 200, shown(call, group, found));
}

// Keeps the group with these rules.
static const struct value *keep(struct call *call, const struct value *group, const struct value *rules)
{
    const struct value *changed =
        value_merge_patch(call->arena, group,
                          make_value(call->arena, "{'etag': %s, 'properties': {'securityRules': %v}}",
                                     network_next_etag(call, group), rules));
    changed = operation_mark(call, changed);
    estate_put(call->estate, network_group_key(call), changed);
    return changed;
}

bool network_rule_fits(struct call *call, const struct value *rules, size_t index)
{
    static const struct check checks[] = {{"name!", CHECK_TEXT, NULL},
                                          {"properties!", CHECK_MAP, NULL},
                                          {"properties.description", CHECK_TEXT, NULL},
                                          {"properties.priority!", CHECK_RANGE, "100 4096"},
                                          {"properties.direction!", CHECK_WORD, "Inbound Outbound"},
                                          {"properties.access!", CHECK_WORD, "Allow Deny"},
                                          {"properties.protocol!", CHECK_WORD, "Tcp Udp Icmp Esp Ah *"},
                                          {"properties.sourceAddressPrefix", CHECK_TEXT, NULL},
                                          {"properties.sourceAddressPrefixes[]", CHECK_TEXT, NULL},
                                          {"properties.sourcePortRange", CHECK_TEXT, NULL},
                                          {"properties.sourcePortRanges[]", CHECK_TEXT, NULL},
                                          {"properties.destinationAddressPrefix", CHECK_TEXT, NULL},
                                          {"properties.destinationAddressPrefixes[]", CHECK_TEXT, NULL},
                                          {"properties.destinationPortRange", CHECK_TEXT, NULL},
                                          {"properties.destinationPortRanges[]", CHECK_TEXT, NULL}};
    const struct value *rule = value_item(rules, index);
    if (!check_body(call, rule, checks, sizeof checks / sizeof checks[0]))
        return false;
    int64_t priority = value_int_at(rule, "properties.priority", 0);
    const char *direction = value_text_at(rule, "properties.direction");
    for (size_t i = 0; i < index; i++) {
        const struct value *other = value_get(value_item(rules, i), "properties");
        if (value_int_at(other, "priority", 0) == priority &&
            text_same(value_text_at(other, "direction"), direction)) {
            call_fail(call, 400, "SecurityRuleConflict",
                      "Security rules cannot have the same Priority and Direction: %s.",
                      value_text_at(rule, "name"));
            return false;
        }
    }
    return true;
}

void network_rule_put(struct call *call)
{
    static const struct check properties = {"properties!", CHECK_MAP, NULL};
    const struct value *group = find_group(call), *body = group == NULL ? NULL : call_body(call), *old;
    if (body == NULL || !check_body(call, body, &properties, 1) || !network_may_change(call, group))
        return;
    struct value *rules = others(call, group, &old);
    const struct value *rule =
        value_merge_patch(call->arena,
                          make_value(call->arena, "{'name': %s, 'properties': %v}", call->args[3],
                                     value_get(body, "properties")),
                          make_value(call->arena, "{'properties': {'provisioningState': 'Succeeded'}}"));
    value_append(call->arena, rules, rule);
    if (!network_rule_fits(call, rules, value_count(rules) - 1))
        return;
    const char *region = arena_strdup(call->arena, value_text_at(group, "location"));
    int status = old == NULL ? 201 : 200;
    group = keep(call, group, rules);
    operation_begin(call, &(struct operation){.status = status,
                                              .links = OPERATION_STATUS,
                                              .region = region,
                                              .answer = shown(call, group, rule)});
}

void network_rule_delete(struct call *call)
{
    const struct value *group = find_group(call), *old;
    if (group == NULL)
        return;
    struct value *rules = others(call, group, &old);
    if (old == NULL) {
        call_ok(call, 204, NULL);
        return;
    }
    if (!network_may_change(call, group))
        return;
    const char *region = arena_strdup(call->arena, value_text_at(group, "location"));
    keep(call, group, rules);
    operation_begin(call, &(struct operation){.status = 202, .region = region});
}

// Which addresses are the cloud's own. A few of them; the service has thousands.
void network_list_tags(struct call *call)
{
    static const struct {
        const char *name, *region, *service, *prefixes;
    } tags[] = {{"AzureCloud", "", "", "198.51.100.0/25 203.0.113.64/26"},
                {"AzureCloud.northeurope", "northeurope", "", "203.0.113.64/26"},
                {"AzureKeyVault", "", "AzureKeyVault", "198.51.100.8/29"}};
    struct value *values = value_list(call->arena);
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        struct value *prefixes = value_list(call->arena);
        char *rest = arena_strdup(call->arena, tags[i].prefixes);
        for (char *word; (word = strsep(&rest, " ")) != NULL;)
            value_append(call->arena, prefixes, value_string(call->arena, word));
        value_append(call->arena, values,
                     make_value(call->arena,
                                "{'name': %s, 'id': %s, 'properties': {'region': %s, 'systemService': %s, "
                                "'addressPrefixes': %v}}",
                                tags[i].name, tags[i].name, tags[i].region, tags[i].service, prefixes));
    }
    call_ok(call, 200,
            make_value(call->arena,
                       "{'name': 'Public', 'id': %s, 'type': 'Microsoft.Network/serviceTags', "
                       "'changeNumber': '114', 'cloud': 'Public', 'values': %v}",
                       arena_printf(call->arena,
                                    "/subscriptions/%s/providers/Microsoft.Network/serviceTags/Public",
                                    call->args[0]),
                       values));
}
