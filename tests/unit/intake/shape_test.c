// Shapes: what no shape knows is told which is nearest and what it lacks; what is written wrongly in one is
// refused when it is loaded, not silently missing.
#include "../alert_world.h"

#include "base/text.h"
#include "intake/shape.h"

static void nearest(void **state)
{
    static const struct {
        const char *payload, *message;
    } cases[] = {
        {"{\"type\": \"Microsoft.Security/Locations/alerts\", \"id\": \"/x\"}",
         "the nearest is arm, and it lacks 'properties'"},
        {"[{\"customerTenantId\": \"c\", \"eventType\": \"UsageAnomalyDetection\"}]",
         "the nearest is fraudevents-new, and it lacks 'eventId'"},
        {"{\"kind\": \"SecurityAlert\"}", "the nearest is sentinel-alerts, and it lacks 'properties'"},
        {"{\"evidence\": []}", "the nearest is graph-v2, and it lacks 'serviceSource'"},
        {"{\"type\": \"Microsoft.Graph.AlertCreated\", \"data\": {}}",
         "the nearest is eventgrid, and it lacks 'specversion'"},
        {"{\"foo\": 1}", "this is no alert of a known shape"},
        {"{\"value\": []}", "there is no alert in it"},
        {"{\"properties\": {}, \"type\": \"Microsoft.Compute/virtualMachines\"}",
         "the nearest is arm, and what tells one is not right in 'type'"},
        {"{\"EventName\": \"azure-fraud-event-detected\"}",
         "the nearest is partner-webhook, and it lacks 'ResourceUri'"},
        {"[]", "there is no alert in it"},
        {"{\"objectSchemaType\": \"Incident\"}", "the nearest is sentinel-incident, and it lacks 'object'"},
    };
    struct world *world = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        const struct value *raw =
            json_parse(world->arena, "payload", cases[i].payload, strlen(cases[i].payload), &err);
        assert_non_null(raw);
        assert_null(vm_read_alerts(world->vm, &world->run, raw, NULL, &err));
        assert_int_equal(err.code, E_ALERT);
        if (strstr(err.message, cases[i].message) == NULL)
            fail_msg("%s: %s", cases[i].payload, err.message);
        assert_int_equal(err.pos.line, 1);
    }
}

// A batch may hold alerts of several shapes; none of them gets lost, and what is no alert is skipped.
static void side_by_side(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    static const char payload[] =
        "[{\"AlertType\": \"KV_TORAccess\", \"SystemAlertId\": \"hub\"},"
        " {\"type\": \"Microsoft.Security/assessments\", \"properties\": {}},"
        " {\"type\": \"Microsoft.Security/Locations/alerts\", \"name\": \"arm\","
        "  \"properties\": {\"alertType\": \"KV_UserAnomaly\"}},"
        " {\"eventId\": \"fraud\", \"customerTenantId\": \"72f988bf-86f1-41af-91ab-2d7cd011db47\"}]";
    const struct value *raw = json_parse(world->arena, "batch", payload, strlen(payload), &err);
    const struct value *alerts = vm_read_alerts(world->vm, &world->run, raw, NULL, &err);
    if (alerts == NULL)
        fail_msg("%s", err.message);
    assert_int_equal(value_count(alerts), 3);
    assert_string_equal(value_text_at(value_item(alerts, 0), "id"), "hub");
    assert_string_equal(value_text_at(value_item(alerts, 1), "id"), "arm");
    assert_string_equal(value_text_at(value_item(alerts, 2), "id"), "fraud");
}

// As many alerts as items were found, and an alert of the incident's kind stands beside it: both are read.
static void beside_an_incident(void **state)
{
    struct world *world = *state;
    struct err err = {0};
#define SENTINEL(name)                                                                                       \
    "{\"name\": \"" name "\", \"kind\": \"SecurityAlert\", \"properties\": {\"alertType\": "                 \
    "\"KV_TORAccess\"}}"
    static const char payload[] =
        "[{\"objectSchemaType\": \"Incident\", \"object\": {\"properties\": {\"alerts\": [" SENTINEL(
            "one") ", " SENTINEL("two") "]}}}, " SENTINEL("beside") "]";
#undef SENTINEL
    const struct value *raw = json_parse(world->arena, "batch", payload, sizeof payload - 1, &err);
    const struct value *alerts = vm_read_alerts(world->vm, &world->run, raw, NULL, &err);
    if (alerts == NULL)
        fail_msg("%s", err.message);
    assert_int_equal(value_count(alerts), 3);
    assert_string_equal(value_text_at(value_item(alerts, 2), "id"), "beside");
}

static void written_wrongly(void **state)
{
    static const struct {
        const char *shape, *message; // NULL: it is right
    } cases[] = {
        {"{\"is\": [{\"has\": \"a\"}], \"reads\": [{\"id\": \"a\"}]}", NULL},
        {"{\"reads\": [{\"id\": \"a\"}]}", "has 'is' and 'reads'"},
        {"{\"is\": [{\"hass\": \"a\"}], \"reads\": [{\"id\": \"a\"}]}", "a member's name is a text"},
        {"{\"is\": [{\"has\": \"a\", \"iss\": [\"b\"]}], \"reads\": [{\"id\": \"a\"}]}",
         "what is wanted of it"},
        {"{\"is\": [{\"has\": \"a\"}], \"reads\": [{\"identity\": \"a\"}]}", "'identity' is no fact"},
        {"{\"is\": [{\"has\": \"a\"}], \"reads\": [{\"id\": \"a\", \"type\": \"b\"}]}", "says one thing"},
        {"{\"is\": [{\"has\": \"a\"}], \"reads\": [{\"actor\": {\"nam\": \"a\"}}]}",
         "a part that is not known"},
        {"{\"is\": [{\"has\": \"a\"}], \"reads\": [{\"id\": \"a//b\"}]}", "a member's name is a text"},
    };
    struct world *world = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        const struct value *written =
            json_parse(world->arena, "shape", cases[i].shape, strlen(cases[i].shape), &err);
        assert_non_null(written);
        bool made = shape_new(world->arena, "test", written, &err) != NULL;
        if (made != (cases[i].message == NULL) || (!made && strstr(err.message, cases[i].message) == NULL))
            fail_msg("%s: %s", cases[i].shape, err.message);
    }
}

// Ten thousand alerts do not touch the limit that Lua has: they are read outside it.
static void in_bulk(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    struct text text = text_new(world->arena);
    for (int i = 0; i < 10000; i++)
        text_addf(
            &text,
            "%s{\"AlertType\": \"KV_TORAccess\", \"SystemAlertId\": \"a%d\", \"Description\": \"%1500s\"}",
            i == 0 ? "[" : ",", i, "x");
    text_addc(&text, ']');
    const struct value *raw = json_parse(world->arena, "bulk", text.ptr, text.length, &err);
    const struct value *alerts = vm_read_alerts(world->vm, &world->run, raw, NULL, &err);
    if (alerts == NULL)
        fail_msg("%s", err.message);
    assert_int_equal(value_count(alerts), 10000);
    assert_string_equal(value_text_at(value_item(alerts, 9999), "id"), "a9999");
    assert_ptr_equal(value_get(value_item(alerts, 9999), "raw"), value_item(raw, 9999)); // not a copy
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nearest), cmocka_unit_test(side_by_side),
                                       cmocka_unit_test(beside_an_incident),
                                       cmocka_unit_test(written_wrongly), cmocka_unit_test(in_bulk)};
    return cmocka_run_group_tests(tests, open_world, close_world);
}
