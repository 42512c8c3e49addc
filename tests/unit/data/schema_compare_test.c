// Differences as the service sees them: equality by type, patches with whole units, projection.
#include "../test.h"

#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "data/yaml.h"

static const struct value *yaml(struct arena *arena, const char *text)
{
    struct err err = {0};
    const struct value *value = yaml_parse(arena, "t", text, strlen(text), &err);
    if (value == NULL)
        fail_msg("%s: %s", text, err.message);
    return value;
}

static const struct schema *declare(struct arena *arena, const char *text)
{
    const struct schema *schema = schema_parse(arena, yaml(arena, text), NULL);
    assert_non_null(schema);
    return schema;
}

static void equality(void **state)
{
    (void)state;
    static const char policies[] = "{type: set, key: objectId, of: {type: record, fields: {objectId: guid, "
                                   "permissions: {type: set, of: {type: string, nocase: true}}}}}";
    static const struct {
        const char *schema, *a, *b;
        bool equal;
    } cases[] = {
        {"string", "Allow", "allow", false},
        {"{type: string, nocase: true}", "Allow", "allow", true},
        {"{type: enum, values: [Allow]}", "Allow", "allow", true},
        {"id", "/subscriptions/A/x", "/SUBSCRIPTIONS/a/X", true},
        {"guid", "4C37D899-9818-4152-8233-89CEA195DBE7", "4c37d899-9818-4152-8233-89cea195dbe7", true},
        {"cidr", "203.0.113.7", "203.0.113.7/32", true},
        {"cidr", "203.0.113.9/24", "203.0.113.0/24", true},
        {"cidr", "203.0.113.7", "'::ffff:203.0.113.7'", true},
        {"cidr", "10.0.0.0/8", "10.0.0.0/9", false},
        {"time", "2026-01-01T00:00:00Z", "2026-01-01T02:00:00.0000000+02:00", true},
        {"time", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", false},
        {"int", "1", "1.0", true},
        {"string", "null", "null", true},
        {"string", "''", "null", false},
        {"bool", "false", "null", false},
        {"{type: list, of: cidr}", "[10.0.0.0/8, 1.2.3.4]", "[10.0.0.0/8, 1.2.3.4/32]", true},
        {"{type: list, of: cidr}", "[10.0.0.0/8, 1.2.3.4]", "[1.2.3.4, 10.0.0.0/8]", false},
        {"{type: set, of: cidr}", "[10.0.0.0/8, 1.2.3.4]", "[1.2.3.4/32, 10.0.0.0/8]", true},
        {"{type: set, of: cidr}", "[1.2.3.4, 1.2.3.4/32]", "[1.2.3.4]", true}, // one entry in two notations
        {"{type: set, of: cidr}", "[1.2.3.4]", "[1.2.3.5]", false},
        {"{type: set, of: cidr}", "[1.2.3.4]", "[1.2.3.4, 1.2.3.5]", false},
        {"{type: set, of: cidr}", "[]", "null", true},
        {"set", "[1, a]", "[a, 1]", true},
        {policies, "[{objectId: 4C37D899-9818-4152-8233-89CEA195DBE7, permissions: [get, List]}]",
         "[{objectId: 4c37d899-9818-4152-8233-89cea195dbe7, permissions: [list, Get]}]", true},
        {policies, "[{objectId: 4C37D899-9818-4152-8233-89CEA195DBE7, permissions: [get]}]",
         "[{objectId: 4c37d899-9818-4152-8233-89cea195dbe7, permissions: [get, list]}]", false},
        {"{type: map, of: guid}", "{a: 4C37D899-9818-4152-8233-89CEA195DBE7, b: }",
         "{a: 4c37d899-9818-4152-8233-89cea195dbe7}", true},
        {"{type: map, of: int}", "{a: 1}", "{b: 1}", false},
        {"{type: record, fields: {a: 'int?', b: 'int?'}}", "{a: 1, other: 2}", "{a: 1, b: null}", true},
        {"{type: record, fields: {a: 'int?'}}", "{}", "null", true},
        {"{type: record, fields: {a: 'int?'}}", "{a: 1}", "null", false},
        {"{type: record, fields: {a: 'int?'}}", "{}", "text", false},
        {"record", "{a: 1}", "{a: 1, b: 2}", false},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct schema *schema = declare(arena, cases[i].schema);
        const struct value *a = yaml(arena, cases[i].a), *b = yaml(arena, cases[i].b);
        if (schema_equal(schema, a, b) != cases[i].equal || schema_equal(schema, b, a) != cases[i].equal)
            fail_msg("%s: %s and %s", cases[i].schema, cases[i].a, cases[i].b);
    }
    struct value *list = value_list(arena);
    value_append(arena, list, value_unknown(arena, "w"));
    assert_false(schema_equal(declare(arena, "any"), list, list)); // nothing is known to be equal
    assert_false(schema_equal(declare(arena, "{type: set, of: int}"), list, list));
    arena_close(arena);
}

static const char vault[] =
    "{type: record, fields: {enabled: 'bool?', tags: {type: map, of: string, optional: true},"
    " expires: 'time?',"
    " acls: {type: record, unit: true, optional: true, fields: {defaultAction: {type: enum, values: [Allow, "
    "Deny]},"
    " bypass: 'string?', ipRules: {type: set, key: value, of: {type: record, fields: {value: cidr}}}}},"
    " inner: {type: record, optional: true, fields: {a: 'int?', b: 'int?'}}}}";

static void patches(void **state)
{
    (void)state;
    static const struct {
        const char *before, *desired, *patch; // NULL: nothing differs
    } cases[] = {
        {"{enabled: true}", "{enabled: false}", "{\"enabled\":false}"},
        {"{enabled: false}", "{enabled: false}", NULL},
        {"{enabled: true, expires: 2026-01-01}", "{enabled: true}", NULL}, // only what is desired is compared
        {"{enabled: true}", "{enabled: null}", "{\"enabled\":null}"},
        {"{}", "{enabled: null}", NULL}, // absent equals null
        {"null", "{enabled: false}", "{\"enabled\":false}"},
        {"{enabled: true}", "null", NULL},
        {"{inner: {a: 1, b: 2}}", "{inner: {a: 1, b: 3}}", "{\"inner\":{\"b\":3}}"},
        {"{inner: {a: 1}}", "{inner: null}", "{\"inner\":null}"},
        {"{inner: {a: null}}", "{inner: null}", NULL},
        {"{tags: {a: x}}", "{tags: {a: x, b: y}}", "{\"tags\":{\"a\":\"x\",\"b\":\"y\"}}"},
        // A unit is sent whole: what it had and nobody wants changed stays in it.
        {"{acls: {defaultAction: Allow, bypass: AzureServices, ipRules: [{value: 198.51.100.7}]}}",
         "{acls: {defaultAction: Deny}}",
         "{\"acls\":{\"defaultAction\":\"Deny\",\"bypass\":\"AzureServices\",\"ipRules\":[{\"value\":\"198."
         "51.100.7\"}]}}"},
        {"{acls: {defaultAction: deny, ipRules: [{value: 198.51.100.7/32}]}}",
         "{acls: {defaultAction: Deny, ipRules: [{value: 198.51.100.7}]}}", NULL},
        {"{acls: {defaultAction: Deny, bypass: x, ipRules: []}}", "{acls: {bypass: null}}",
         "{\"acls\":{\"defaultAction\":\"Deny\",\"ipRules\":[]}}"},
        {"{}", "{acls: {defaultAction: Deny}}", "{\"acls\":{\"defaultAction\":\"Deny\"}}"},
        {"{acls: {defaultAction: Deny, unmodelled: 7}}", "{acls: {defaultAction: Allow}}",
         "{\"acls\":{\"defaultAction\":\"Allow\",\"unmodelled\":7}}"},
    };
    struct arena *arena = arena_open();
    const struct schema *schema = declare(arena, vault);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct value *patch =
            schema_patch(arena, schema, yaml(arena, cases[i].before), yaml(arena, cases[i].desired));
        const char *json = patch == NULL ? "nothing" : json_text(arena, patch);
        assert_string_equal(json, cases[i].patch == NULL ? "nothing" : cases[i].patch);
    }
    assert_null(schema_patch(arena, schema, NULL, NULL));
    struct value *before = value_map(arena);
    value_put(arena, before, "acls", value_unknown(arena, "predicted"));
    const struct value *patch =
        schema_patch(arena, schema, before, yaml(arena, "{acls: {defaultAction: Deny}}"));
    assert_true(value_is(value_get(patch, "acls"), VALUE_UNKNOWN)); // never a unit that has lost its entries
    arena_close(arena);
}

// What was absent is wanted absent: null takes it away again.
static void restoring(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after, *restored;
    } cases[] = {
        {"{enabled: true}", "{enabled: false, expires: 2026-01-01}", "{\"enabled\":true,\"expires\":null}"},
        {"{inner: {a: 1}}", "{inner: {a: 2, b: 3}}", "{\"inner\":{\"a\":1,\"b\":null}}"},
        {"{}", "{inner: {a: 2}, other: 1}", "{\"inner\":null}"}, // what is not declared is not looked at
        {"{enabled: true}", "{enabled: null}", "{\"enabled\":true}"},
        {"{enabled: null}", "{enabled: true}", "{\"enabled\":null}"},
        {"null", "{enabled: true}", "null"},
        {"{enabled: true}", "null", "{\"enabled\":true}"},
    };
    struct arena *arena = arena_open();
    const struct schema *schema = declare(arena, vault);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(json_text(arena, schema_restore(arena, schema, yaml(arena, cases[i].before),
                                                            yaml(arena, cases[i].after))),
                            cases[i].restored);
    arena_close(arena);
}

static void projection(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const struct schema *schema = declare(arena, vault);
    const struct value *part =
        schema_project(arena, schema, yaml(arena, "{other: 1, inner: {b: 2, z: 3}, enabled: true}"));
    assert_string_equal(json_text(arena, part), "{\"enabled\":true,\"inner\":{\"b\":2}}");
    assert_null(schema_project(arena, schema, NULL));
    assert_null(schema_project(arena, schema, &value_null));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(equality), cmocka_unit_test(patches),
                                       cmocka_unit_test(restoring), cmocka_unit_test(projection)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
