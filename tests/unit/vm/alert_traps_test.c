// What the payloads of tests/alerts do not show: links between entities, facts that are none, several alerts
// in one incident, spellings.
#include "../alert_world.h"

#define VAULT                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg/providers/Microsoft.KeyVault/"    \
    "vaults/kv"
#define FLAT(members) "{'AlertType': 'KV_TORAccess', 'SystemAlertId': 'a', " members "}"

// Payloads are written with ' for ", so that they can be read here.
static const struct {
    const char *why, *payload, *path, *wanted; // wanted: JSON of what stands at the path of the first alert
    size_t warnings;
} cases[] = {
    {"the namespace of the documented test, whatever the alert is called",
     "{'AlertType': 'K8S_Something', 'SystemAlertId': 'a', 'AlertDisplayName': 'Alerte', 'Entities': "
     "[{'Type': 'K8s-namespace', 'Name': 'asc-alerttest-662jfi039n'}]}",
     "simulated", "true", 1},
    {"its process, whatever the alert is called",
     "{'AlertType': 'K8S.NODE_Something', 'SystemAlertId': 'a', 'Entities': [{'Type': 'process', "
     "'CommandLine': './asc_alerttest_662jfi039n testing'}]}",
     "simulated", "true", 1},
    {"the name of the test where no cluster is: an attacker may have chosen it",
     FLAT("'Entities': [{'Type': 'process', 'CommandLine': './asc_alerttest_662jfi039n'}]"), "simulated",
     "false", 0},
    {"a link that stands alone and points forward, to an entity inside another",
     FLAT("'Entities': [{'$ref': '9'}, {'$id': '4', 'Type': 'dns', 'HostIpAddress': {'$ref': '9'}, "
          "'IpAdresses': "
          "[{'$id': '9', 'Type': 'ip', 'Address': '203.0.113.9'}, {'$id': '10', 'Address': "
          "'203.0.113.10'}]}]"),
     "ips", "['203.0.113.10']", 0},
    {"links that lead nowhere or in a circle",
     FLAT("'Entities': [{'$ref': '1'}, {'$id': '1', '$ref': '2'}, {'$id': '2', '$ref': '1'}, {'$ref': '7'}, "
          "null]"),
     "entities", "[]", 0},
    {"the machine's own address, given in full",
     FLAT("'Entities': [{'Type': 'ip', 'Address': '192.0.2.5'}, {'Type': 'dns', 'HostIpAddress': {'Address': "
          "'192.0.2.5'}}]"),
     "ips", "[]", 0},
    {"addresses in one text, however they are joined",
     FLAT(
         "'ExtendedProperties': {'Attacker IP Address': '[\\'203.0.113.1\\', 203.0.113.2:443;2001:db8::7]'}"),
     "ips", "['203.0.113.1','203.0.113.2','2001:db8::7']", 0},
    {"what is no address", FLAT("'ExtendedProperties': {'Attacker IP Address': 'unknown; rm -rf'}"), "ips",
     "[]", 3},
    {"what is no GUID",
     FLAT("'ExtendedProperties': {'Attacker Object ID': 'x or 1 eq 1', 'Application ID': '7'}"), "actors",
     "[]", 2},
    {"an id with more than an id in it", FLAT("'AzureResourceId': '" VAULT "?api-version=1'"), "resources",
     "[]", 1},
    {"an id that climbs",
     FLAT("'AzureResourceId': '/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/"
          "resourceGroups/../providers/Microsoft.KeyVault/vaults/kv'"),
     "resources", "[]", 1},
    {"an id in which something is encoded", FLAT("'AzureResourceId': '" VAULT "%2Fsecrets'"), "resources",
     "[]", 1},
    {"a subscription that is none",
     "{'type': 'Microsoft.Security/Locations/alerts', 'id': "
     "'/subscriptions/nope/providers/Microsoft.Security/locations/w/alerts/x', 'name': 'x', 'properties': "
     "{'alertType': 'KV_TORAccess'}}",
     "subscriptions", "[]", 1},
    {"nor one that climbs",
     "{'type': 'Microsoft.Security/Locations/alerts', 'id': "
     "'/subscriptions/%2e%2e/providers/Microsoft.Security/locations/w/alerts/x', 'name': 'x', 'properties': "
     "{'alertType': 'KV_TORAccess'}}",
     "subscriptions", "[]", 0},
    {"the subscription is that of the resource",
     "{'type': 'Microsoft.Security/Locations/alerts', 'id': "
     "'/subscriptions/fab42902-0eef-4a4c-9642-6d3213a4a46e/providers/Microsoft.Security/locations/w/alerts/"
     "x', 'name': 'x', 'properties': {'alertType': 'KV_TORAccess', 'resourceIdentifiers': [{'type': "
     "'AzureResource', 'azureResourceId': '" VAULT "'}]}}",
     "subscription", "'4c37d899-9818-4152-8233-89cea195dbe7'", 0},
    {"a resource among the entities, where nothing else names one",
     FLAT("'Entities': [{'Type': 'azure-resource', 'ResourceId': '" VAULT "'}]"), "resource.name", "'kv'", 0},
    {"an application that was used besides the caller's own",
     FLAT("'ExtendedProperties': {'Attacker Object ID': 'baf0a4cc-51ff-4da8-a55c-00aece3ee424', 'Application "
          "ID': 'd06da648-8d65-41f7-af14-4121b3464643'}, 'Entities': [{'Type': 'cloud-application', 'AppId': "
          "'f88740c2-5029-4a14-a205-ca0608933eaa'}]"),
     "actors",
     "[{'object_id':'baf0a4cc-51ff-4da8-a55c-00aece3ee424','app_id':'d06da648-8d65-41f7-af14-4121b3464643'},{"
     "'app_id':'f88740c2-5029-4a14-a205-ca0608933eaa','kind':'application'}]",
     0},
    {"fixed words in upper case, a slash behind",
     FLAT("'azureresourceid': "
          "'/SUBSCRIPTIONS/4c37d899-9818-4152-8233-89cea195dbe7/RESOURCEGROUPS/rg/PROVIDERS/"
          "MICROSOFT.KEYVAULT/VAULTS/kv/'"),
     "resource.id", "'" VAULT "'", 0},
    {"a resource group named like a fixed word",
     FLAT(
         "'AzureResourceId': '/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/Providers'"),
     "resource.group", "'Providers'", 0},
    {"objects with versions, the vault itself, and a list that is none",
     FLAT("'ExtendedProperties': {'Target': '[https://kv.vault.azure.net/secrets/a/1f, "
          "https://kv.vault.azure.net/, "
          "https://kv.vault.azure.net/secrets]'}"),
     "targets",
     "[{'id':'https://kv.vault.azure.net/secrets/a/1f','kind':'secret','name':'a','version':'1f'},"
     "{'id':'https://kv.vault.azure.net/','kind':'vault','name':'kv'}]",
     0},
    {"no address of an object", FLAT("'ExtendedProperties': {'Target': 'file:///etc/passwd'}"), "targets",
     "[]", 1},
    {"the account is the caller of the properties, whatever the case of the id",
     FLAT("'ExtendedProperties': {'attacker object id': 'BAF0A4CC-51FF-4DA8-A55C-00AECE3EE424'}, 'Entities': "
          "[{'Type': "
          "'Account', 'Name': 'marco', 'UPNSuffix': 'contoso.com', 'AadUserId': "
          "'baf0a4cc-51ff-4da8-a55c-00aece3ee424'}]"),
     "actors",
     "[{'name':'marco@contoso.com','object_id':'BAF0A4CC-51FF-4DA8-A55C-00AECE3EE424','kind':'user'}]", 0},
    {"an id only in the portal's address",
     "{'AlertType': 'KV_TORAccess', 'AlertUri': "
     "'https://portal.azure.com/#blade/X/alertId/2516_ab/location/w'}",
     "id", "'2516_ab'", 0},
    {"an export among recommendations",
     "[{'type': 'Microsoft.Security/assessments', 'properties': {}}, " FLAT("'Severity': 'High'") "]",
     "severity", "'High'", 0},
    {"a list of pages",
     "[{'value': [{'type': 'Microsoft.Security/Locations/alerts', 'name': 'n', 'properties': {'alertType': "
     "'K8S.NODE_EICAR'}}]}]",
     "kind", "'kubernetes'", 0},
    {"a test alert by its code",
     "{'type': 'Microsoft.Security/alerts', 'name': 'n', 'properties': {'alertType': 'K8S.NODE_EICAR'}}",
     "simulated", "true", 0},
    {"a type of nobody", "{'AlertType': 'VM_X', 'SystemAlertId': 'a'}", "kind", "null", 1},
    {"a component tells the family",
     "{'AlertType': 'X', 'SystemAlertId': 'a', 'ProductComponentName': 'KeyVault'}", "kind", "'keyvault'", 1},
    {"a service principal in Graph",
     "{'id': 'g', 'serviceSource': 'microsoftDefenderForCloud', 'detectorId': 'KV_AppAnomaly', 'evidence': "
     "[{'@odata.type': '#microsoft.graph.security.ServicePrincipalEvidence', 'servicePrincipalObjectId': "
     "'c973880e-7d5b-4a49-b64c-d6aa8b6271db', 'appId': 'd06da648-8d65-41f7-af14-4121b3464643'}]}",
     "actor.kind", "'application'", 0},
    {"a victim's own address in Graph",
     "{'id': 'g', 'serviceSource': 'x', 'detectorId': 'KV_AppAnomaly', 'evidence': [{'@odata.type': "
     "'#microsoft.graph.security.ipEvidence', 'roles': ['attacked'], 'ipAddress': '192.0.2.1'}]}",
     "ips", "[]", 0},
    {"a webhook of another kind is no alert",
     "[{'EventName': 'subscription-updated', 'ResourceUri': 'https://x'}, {'EventName': 'test-created', "
     "'ResourceUri': "
     "'https://x'}]",
     "simulated", "true", 0},
    {"a flag written as a text",
     "[{'eventId': 'e', 'customerTenantId': '53930895-ff43-4808-a11e-99816b51822a', 'IsTest': 'True', "
     "'firstObserved': "
     "'2024-09-16T01:02:00.11'}]",
     "start", "'2024-09-16T01:02:00.11Z'", 0},
};

static const struct value *parse(struct world *world, const char *text, struct err *err)
{
    char *json = arena_strdup(world->arena, text);
    for (char *c = json; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    return json_parse(world->arena, "payload", json, strlen(json), err);
}

static void traps(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        struct err_list *notes = err_list_new(world->arena);
        const struct value *raw = parse(world, cases[i].payload, &err);
        const struct value *alerts =
            raw == NULL ? NULL : vm_read_alerts(world->vm, &world->run, raw, notes, &err);
        if (alerts == NULL)
            fail_msg("%s: %s", cases[i].why, err.message);
        const struct value *got = value_at(value_item(alerts, 0), cases[i].path);
        const struct value *wanted = parse(world, cases[i].wanted, &err);
        assert_non_null(wanted);
        // In lists of records, what is null counts as not there.
        if (value_is(got, VALUE_LIST) && value_is(value_item(got, 0), VALUE_MAP) && cases[i].path[0] != 'e') {
            struct value *lean = value_list(world->arena);
            for (size_t k = 0; k < value_count(got); k++)
                value_append(world->arena, lean,
                             value_merge_patch(world->arena, value_map(world->arena), value_item(got, k)));
            got = lean;
        }
        if (!value_equal(got != NULL ? got : &value_null, wanted))
            fail_msg("%s: %s is %s", cases[i].why, cases[i].path,
                     json_text(world->arena, got != NULL ? got : &value_null));
        if (notes->count != cases[i].warnings)
            fail_msg("%s: %zu warnings: %s", cases[i].why, notes->count,
                     notes->count > 0 ? notes->items[0].message : "");
    }
}

// Entities belong to the incident: with two alerts in it, neither takes them for its own.
static void incident_of_two(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    static const char payload[] =
        "{'objectSchemaType': 'Incident', 'object': {'properties': {'alerts': [{'kind': 'SecurityAlert', "
        "'properties': "
        "{'systemAlertId': 'a', 'alertType': 'KV_TORAccess', 'additionalData': {'Attacker IP Address': "
        "'203.0.113.1'}}}, {'kind': 'SecurityAlert', 'properties': {'systemAlertId': 'b', 'alertType': "
        "'AzureDNS_DarkWeb'}}, {'kind': 'Bookmark'}], 'relatedEntities': [{'kind': 'Ip', 'properties': "
        "{'address': "
        "'203.0.113.2'}}]}}}";
    const struct value *alerts =
        vm_read_alerts(world->vm, &world->run, parse(world, payload, &err), NULL, &err);
    if (alerts == NULL)
        fail_msg("%s", err.message);
    assert_int_equal(value_count(alerts), 2);
    assert_string_equal(value_text_at(value_item(alerts, 0), "ip"), "203.0.113.1");
    assert_int_equal(value_count(value_get(value_item(alerts, 0), "ips")), 1);
    assert_int_equal(value_count(value_get(value_item(alerts, 1), "ips")), 0);
    assert_string_equal(value_text_at(value_item(alerts, 1), "kind"), "dns");
}

// Plurals have a limit, and passing it is said.
static void many(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    struct err_list *notes = err_list_new(world->arena);
    struct value *entities = value_list(world->arena), *alert = value_map(world->arena);
    for (int i = 0; i < 2000; i++) {
        struct value *entity = value_map(world->arena);
        value_put_text(world->arena, entity, "Type", "ip");
        value_put_text(world->arena, entity, "Address",
                       arena_printf(world->arena, "10.0.%d.%d", i / 250, i % 250));
        value_append(world->arena, entities, entity);
    }
    value_put_text(world->arena, alert, "AlertType", "KV_TORAccess");
    value_put_text(world->arena, alert, "SystemAlertId", "a");
    value_put(world->arena, alert, "Entities", entities);
    const struct value *alerts = vm_read_alerts(world->vm, &world->run, alert, notes, &err);
    if (alerts == NULL)
        fail_msg("%s", err.message);
    assert_int_equal(value_count(value_get(value_item(alerts, 0), "ips")), 256);
    assert_int_equal(notes->count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(traps), cmocka_unit_test(incident_of_two),
                                       cmocka_unit_test(many)};
    return cmocka_run_group_tests(tests, open_world, close_world);
}
