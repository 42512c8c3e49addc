// Network interfaces and network security groups: what may reach a machine. Not for single rules
// (network_rule.c), nor for virtual networks and public addresses, which are only shown (arm.c). Invariants:
// a PUT replaces the whole resource but for what is the service's own; a group that an interface uses cannot
// be deleted, and one that is named is there.
#include "lab/network.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/operation.h"
#include "lab/resource.h"

#define INTERFACES "/providers/microsoft.network/networkinterfaces/"

static char *own_id(struct call *call, const char *type)
{
    return arena_printf(call->arena, "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/%s/%s",
                        call->args[0], call->args[1], type, call->args[2]);
}

static char *own_key(struct call *call, const char *type)
{
    return text_lower(call->arena, own_id(call, type));
}

char *network_next_etag(struct call *call, const struct value *old)
{
    const char *etag = value_text_at(old, "etag");
    unsigned long number = etag == NULL ? 0 : strtoul(etag + strcspn(etag, "0123456789"), NULL, 10);
    return arena_printf(call->arena, "W/\"%lu\"", number + 1);
}

// Only one change of a resource at a time, and of the one that is meant.
bool network_may_change(struct call *call, const struct value *resource)
{
    if (operation_is_busy(resource)) {
        call_header(call, "Retry-After", "1");
        call_fail(call, 429, "RetryableErrorDueToAnotherOperation",
                  "Operation on %s cannot proceed: another operation is in progress.", call->args[2]);
        return false;
    }
    const char *etag = value_text_at(resource, "etag");
    if (call->if_match == NULL ||
        (etag != NULL && (strcmp(call->if_match, "*") == 0 || strcmp(call->if_match, etag) == 0)))
        return true;
    call_fail(call, 412, "PreconditionFailed", "The etag of %s is another one.", call->args[2]);
    return false;
}

// Keeps the new resource and answers as long as it takes.
static void keep(struct call *call, const char *type, const struct value *old, const struct value *resource,
                 const struct value *(*show)(struct call *call, const struct value *resource))
{
    const char *region = value_text_at(resource, "location");
    resource = operation_mark(
        call, value_merge_patch(call->arena, resource,
                                make_value(call->arena, "{'etag': %s}", network_next_etag(call, old))));
    int status = old == NULL ? 201 : 200;
    estate_put(call->estate, own_key(call, type), resource);
    operation_begin(call, &(struct operation){.status = status,
                                              .links = OPERATION_STATUS,
                                              .region = region,
                                              .answer = show(call, resource)});
}

// What the service says of an interface besides what it was told: of its configuration at `index`, or of
// itself.
static const struct value *usual_of(struct call *call, const struct value *interface,
                                    const struct value *part, bool itself)
{
    const char *id = value_text_at(interface, "id");
    if (!itself)
        return make_value(
            call->arena,
            "{'id': %s, 'etag': %v, 'type': 'Microsoft.Network/networkInterfaces/ipConfigurations', "
            "'properties': {'provisioningState': 'Succeeded', 'privateIPAddressVersion': 'IPv4'}}",
            arena_printf(call->arena, "%s/ipConfigurations/%s", id, value_text_at(part, "name")),
            value_get(interface, "etag"));
    unsigned char hash[CRYPTO_HASH_SIZE];
    crypto_sha256(id, strlen(id), hash);
    const char *mac = arena_printf(call->arena, "00-0D-3A-%02X-%02X-%02X", hash[0], hash[1], hash[2]);
    return make_value(
        call->arena,
        "{'properties': {'macAddress': %s, 'disableTcpStateTracking': false, "
        "'vnetEncryptionSupported': false, 'nicType': 'Standard', 'dnsSettings': {'dnsServers': [], "
        "'appliedDnsServers': []}}}",
        value_at(interface, "properties.virtualMachine") == NULL ? NULL : mac);
}

const struct value *network_interface_shown(struct call *call, const struct value *interface)
{
    const struct value *kept = value_at(interface, "properties.ipConfigurations");
    struct value *configurations = value_list(call->arena);
    for (size_t i = 0; i < value_count(kept); i++)
        value_append(call->arena, configurations,
                     value_merge_patch(call->arena, usual_of(call, interface, value_item(kept, i), false),
                                       value_item(kept, i)));
    return value_merge_patch(
        call->arena,
        value_merge_patch(call->arena, usual_of(call, interface, NULL, true),
                          operation_shown(call, interface)),
        make_value(call->arena, "{'properties': {'ipConfigurations': %v}}", configurations));
}

// What a client says without what the service says anyhow: it need not be kept.
static const struct value *without(struct call *call, const struct value *said, const struct value *usual)
{
    struct value *left = value_map(call->arena);
    for (size_t i = 0; i < value_count(said); i++) {
        const struct value_field *field = &said->fields[i];
        const struct value *same = value_get(usual, field->key);
        if (value_is(same, VALUE_MAP) && value_is(field->value, VALUE_MAP))
            value_add(call->arena, left, field->key, without(call, field->value, same));
        else if (strcmp(field->key, "etag") != 0 &&
                 !value_equal(same == NULL ? &value_null : same, field->value))
            value_add(call->arena, left, field->key, field->value);
    }
    return left;
}

static const struct value *interface_kept(struct call *call, const struct value *interface)
{
    const struct value *said = value_at(interface, "properties.ipConfigurations");
    struct value *configurations = value_list(call->arena);
    for (size_t i = 0; i < value_count(said); i++)
        value_append(
            call->arena, configurations,
            without(call, value_item(said, i), usual_of(call, interface, value_item(said, i), false)));
    return value_merge_patch(
        call->arena, without(call, interface, usual_of(call, interface, NULL, true)),
        make_value(call->arena, "{'properties': {'ipConfigurations': %v}}", configurations));
}

void network_get_interface(struct call *call)
{
    const struct value *found = estate_get(call->estate, own_key(call, "networkInterfaces"));
    if (found == NULL)
        call_missing(call, own_id(call, "networkInterfaces"));
    else
        call_ok(call, 200, network_interface_shown(call, found));
}

// Does the interface name a group that is there, in its own region?
static bool group_fits(struct call *call, const struct value *body)
{
    const char *id = value_text_at(body, "properties.networkSecurityGroup.id");
    const struct value *group = id == NULL ? NULL : estate_get(call->estate, text_lower(call->arena, id));
    if (id == NULL ||
        (group != NULL && text_same(value_text_at(group, "location"), value_text_at(body, "location"))))
        return true;
    call_fail(call, 400, "InvalidResourceReference",
              "Resource %s referenced by resource %s was not found. Please make sure that the referenced "
              "resource exists, and that both resources are in the same region.",
              id, own_id(call, "networkInterfaces"));
    return false;
}

#define ADDRESS "properties.ipConfigurations[].properties."

void network_put_interface(struct call *call)
{
    static const struct check checks[] = {{"location", CHECK_TEXT, NULL},
                                          {"tags", CHECK_TAGS, NULL},
                                          {"properties", CHECK_MAP, NULL},
                                          {"id", CHECK_TEXT, NULL},
                                          {"properties.nicType", CHECK_WORD, "Standard Elastic"},
                                          {"properties.disableTcpStateTracking", CHECK_FLAG, NULL},
                                          {"properties.enableAcceleratedNetworking", CHECK_FLAG, NULL},
                                          {"properties.dnsSettings.dnsServers[]", CHECK_TEXT, NULL},
                                          {"properties.ipConfigurations[].id", CHECK_TEXT, NULL},
                                          {"properties.ipConfigurations[].name", CHECK_TEXT, NULL},
                                          {"properties.ipConfigurations[].type", CHECK_TEXT, NULL},
                                          {ADDRESS "primary", CHECK_FLAG, NULL},
                                          {ADDRESS "privateIPAddress", CHECK_TEXT, NULL},
                                          {ADDRESS "privateIPAddressVersion", CHECK_WORD, "IPv4 IPv6"},
                                          {ADDRESS "privateIPAllocationMethod", CHECK_WORD, "Static Dynamic"},
                                          {ADDRESS "publicIPAddress.id", CHECK_TEXT, NULL},
                                          {ADDRESS "subnet.id", CHECK_TEXT, NULL},
                                          {"properties.networkSecurityGroup.id", CHECK_TEXT, NULL},
                                          {"properties.enableIPForwarding", CHECK_FLAG, NULL}};
    const struct value *old = estate_get(call->estate, own_key(call, "networkInterfaces"));
    const struct value *body = call_body(call);
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]) ||
        !network_may_change(call, old) || !group_fits(call, body))
        return;
    if (value_text_at(body, "location") == NULL ||
        value_count(value_at(body, "properties.ipConfigurations")) == 0) {
        call_fail(call, 400, "InvalidRequestFormat", "An interface has a location and ipConfigurations.");
        return;
    }
    const struct value *user = value_at(old, "properties.virtualMachine");
    const struct value *own =
        make_value(call->arena,
                   "{'id': %s, 'name': %s, 'type': 'Microsoft.Network/networkInterfaces', 'properties': "
                   "{'provisioningState': 'Succeeded', 'virtualMachine': %v}}",
                   old == NULL ? own_id(call, "networkInterfaces") : value_text_at(old, "id"), call->args[2],
                   user == NULL ? &value_null : user);
    const struct value *said = value_merge_patch(call->arena, resource_given(call, body), own);
    keep(call, "networkInterfaces", old, interface_kept(call, said), network_interface_shown);
}

// The interfaces that use a group.
static struct value *users_of(struct call *call, const char *group)
{
    struct value *users = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, "/subscriptions/");
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *resource = estate_at(call->estate, i);
        if (strstr(estate_key(call->estate, i), INTERFACES) != NULL &&
            text_same(value_text_at(resource, "properties.networkSecurityGroup.id"), group))
            value_append(call->arena, users,
                         make_value(call->arena, "{'id': %v}", value_get(resource, "id")));
    }
    return users;
}

// What every group ends with, in both directions.
static const struct value *last_rules(struct call *call, const struct value *group)
{
    static const struct {
        const char *name, *direction, *access, *from, *to;
        int64_t priority;
    } rules[] = {
        {"AllowVnetInBound", "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork", 65000},
        {"AllowAzureLoadBalancerInBound", "Inbound", "Allow", "AzureLoadBalancer", "*", 65001},
        {"DenyAllInBound", "Inbound", "Deny", "*", "*", 65500},
        {"AllowVnetOutBound", "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork", 65000},
        {"AllowInternetOutBound", "Outbound", "Allow", "*", "Internet", 65001},
        {"DenyAllOutBound", "Outbound", "Deny", "*", "*", 65500},
    };
    struct value *list = value_list(call->arena);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        value_append(
            call->arena, list,
            make_value(call->arena,
                       "{'id': %s, 'name': %s, 'type': 'Microsoft.Network/networkSecurityGroups/"
                       "defaultSecurityRules', 'etag': %v, 'properties': {'provisioningState': 'Succeeded', "
                       "'protocol': '*', 'sourcePortRange': '*', 'destinationPortRange': '*', "
                       "'sourceAddressPrefix': %s, 'destinationAddressPrefix': %s, 'access': %s, 'priority': "
                       "%d, 'direction': %s}}",
                       arena_printf(call->arena, "%s/defaultSecurityRules/%s", value_text_at(group, "id"),
                                    rules[i].name),
                       rules[i].name, value_get(group, "etag"), rules[i].from, rules[i].to, rules[i].access,
                       rules[i].priority, rules[i].direction));
    return list;
}

const struct value *network_group_shown(struct call *call, const struct value *group)
{
    struct value *users = users_of(call, value_text_at(group, "id"));
    return value_merge_patch(
        call->arena, operation_shown(call, group),
        make_value(call->arena,
                   "{'properties': {'securityRules': %v, 'defaultSecurityRules': %v, 'networkInterfaces': "
                   "%v}}",
                   network_rules_shown(call, group), last_rules(call, group),
                   value_count(users) == 0 ? NULL : users));
}

char *network_group_key(struct call *call)
{
    return own_key(call, "networkSecurityGroups");
}

void network_get_group(struct call *call)
{
    const struct value *found = estate_get(call->estate, network_group_key(call));
    if (found == NULL)
        call_missing(call, own_id(call, "networkSecurityGroups"));
    else
        call_ok(call, 200, network_group_shown(call, found));
}

// The rules as they are kept: each with an id of its own. NULL after answering 400.
static struct value *rules_of(struct call *call, const struct value *body)
{
    const struct value *given = value_at(body, "properties.securityRules");
    struct value *rules = value_list(call->arena);
    for (size_t i = 0; i < value_count(given); i++) {
        if (!network_rule_fits(call, given, i))
            return NULL;
        const char *name = value_text_at(value_item(given, i), "name");
        value_append(
            call->arena, rules,
            value_merge_patch(call->arena, value_item(given, i),
                              make_value(call->arena,
                                         "{'id': %s, 'properties': {'provisioningState': "
                                         "'Succeeded'}}",
                                         arena_printf(call->arena, "%s/securityRules/%s",
                                                      own_id(call, "networkSecurityGroups"), name))));
    }
    return rules;
}

void network_put_group(struct call *call)
{
    static const struct check checks[] = {{"location", CHECK_TEXT, NULL},
                                          {"tags", CHECK_TAGS, NULL},
                                          {"properties", CHECK_MAP, NULL},
                                          {"properties.flushConnection", CHECK_FLAG, NULL},
                                          {"properties.securityRules[]", CHECK_MAP, NULL}};
    const struct value *old = estate_get(call->estate, network_group_key(call));
    const struct value *body = call_body(call);
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]) ||
        !network_may_change(call, old))
        return;
    if (value_text_at(body, "location") == NULL) {
        call_fail(call, 400, "LocationRequired", "The location property is required for this definition.");
        return;
    }
    struct value *rules = rules_of(call, body);
    if (rules == NULL)
        return;
    keep(call, "networkSecurityGroups", old,
         make_value(call->arena,
                    "{'id': %s, 'name': %s, 'type': 'Microsoft.Network/networkSecurityGroups', 'location': "
                    "%v, 'tags': %v, 'properties': {'provisioningState': 'Succeeded', 'flushConnection': %b, "
                    "'securityRules': %v}}",
                    own_id(call, "networkSecurityGroups"), call->args[2], value_get(body, "location"),
                    value_get(body, "tags"), (int)value_flag_at(body, "properties.flushConnection"), rules),
         network_group_shown);
}

void network_delete_group(struct call *call)
{
    char *key = network_group_key(call);
    const struct value *group = estate_get(call->estate, key);
    if (group == NULL) {
        call_ok(call, 204, NULL);
        return;
    }
    struct value *users = users_of(call, value_text_at(group, "id"));
    if (value_count(users) > 0) {
        call_fail(call, 400, "InUseNetworkSecurityGroupCannotBeDeleted",
                  "Network security group %s cannot be deleted because it is in use by the following "
                  "resources: %s.",
                  own_id(call, "networkSecurityGroups"), value_text_at(value_item(users, 0), "id"));
        return;
    }
    if (!network_may_change(call, group))
        return;
    const char *region = arena_strdup(call->arena, value_text_at(group, "location"));
    estate_put(call->estate, key, NULL);
    operation_begin(call, &(struct operation){.status = 202, .region = region});
}
