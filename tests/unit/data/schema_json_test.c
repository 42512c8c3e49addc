// Types as JSON Schema: what stands in it, and that its regular expressions let everything through that the
// types do.
#include "../test.h"

#include <regex.h>

#include "base/text.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/schema_json.h"
#include "data/value.h"
#include "data/yaml.h"

static const struct schema *parse(struct arena *arena, const char *declaration)
{
    struct err err = {0};
    const struct value *value = yaml_parse(arena, "type", declaration, strlen(declaration), &err);
    const struct schema *schema = value == NULL ? NULL : schema_parse(arena, value, &err);
    if (schema == NULL)
        fail_msg("%s: %s", declaration, err.message);
    return schema;
}

static void assert_json(const char *declaration, const char *hole, const char *expected)
{
    struct arena *arena = arena_open();
    assert_string_equal(json_text(arena, schema_json(arena, parse(arena, declaration), hole)), expected);
    arena_close(arena);
}

static void types(void **state)
{
    (void)state;
    assert_json("any", "hole", "{}");
    assert_json("int", NULL, "{\"type\":\"integer\",\"description\":\"a whole number\"}");
    assert_json("bool?", "hole",
                "{\"anyOf\":[{\"type\":\"boolean\"},{\"$ref\":\"#/definitions/hole\"},{\"type\":\"null\"}],"
                "\"description\":\"true or false\"}");
    assert_json(
        "{type: enum, values: [a, b], default: b, help: which}", NULL,
        "{\"anyOf\":[{\"enum\":[\"a\",\"b\"]},{\"type\":\"null\"}],\"description\":\"which (one of its "
        "values)\",\"default\":\"b\"}");
    assert_json(
        "{type: record, fields: {a: int, b: any, c: {type: set, of: string}}}", NULL,
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"description\":\"a whole "
        "number\"},\"b\":{},\"c\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"description\":\"a "
        "text\"},\"description\":\"a list whose order does not matter\"}},\"required\":[\"a\",\"c\"],"
        "\"additionalProperties\":false,\"description\":\"a record with known fields\"}");
    assert_json("record", NULL, "{\"type\":\"object\",\"description\":\"a record with known fields\"}");
}

// Both ways: what fits, the expression matches; what is far from it, neither takes.
static void patterns(void **state)
{
    (void)state;
    static const struct {
        const char *type, *text;
        bool fits;
    } cases[] = {
        {"id", "/subscriptions/4c37d899/resourceGroups/rg a/providers/x", true},
        {"id", "vaults/x", false},
        {"id", "/a?b", false},
        {"guid", "4C37d899-9818-4152-8233-89cea195dbe7", true},
        {"guid", "4c37d899", false},
        {"ip", "2001:db8::1", true},
        {"ip", "::ffff:192.0.2.1", true},
        {"ip", "example.com", false},
        {"cidr", "203.0.113.0/24", true},
        {"cidr", "2001:db8::/32", true},
        {"cidr", "203.0.113.7", true},
        {"cidr", "everybody", false},
        {"upn", "dana_x#EXT#@contoso.onmicrosoft.com", true},
        {"upn", "dana", false},
        {"email", "a@b@c.example", true},
        {"email", "a@b", false},
        {"name", "kv-contoso-1", true},
        {"name", "kv_contoso", false},
        {"version", "0123456789abcdef0123456789ABCDEF", true},
        {"version", "1.0.0", false},
        {"url", "https://contoso.example/a?b=c", true},
        {"url", "http://contoso.example/", false},
        {"time", "2026-11-22T02:15:30Z", true},
        {"time", "2026-11-22T02:15:30.1234567+01:00", true},
        {"time", "yesterday", false},
        {"duration", "250ms", true},
        {"duration", "2d", true},
        {"duration", "2 d", false},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct schema *schema = parse(arena, cases[i].type);
        const char *pattern = value_text_at(schema_json(arena, schema, NULL), "pattern");
        struct err err = {0};
        bool fits = schema_check(arena, schema, value_string(arena, cases[i].text), "it", &err) != NULL;
        regex_t regex;
        assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
        bool matches = regexec(&regex, cases[i].text, 0, NULL, 0) == 0;
        regfree(&regex);
        if (fits != cases[i].fits || matches != cases[i].fits)
            fail_msg("%s %s: fits %d, matches %d", cases[i].type, cases[i].text, fits, matches);
    }
    arena_close(arena);
}

static void declarations(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const struct value *schema = schema_json_declaration(arena, "type");
    const struct value *map = value_item(value_get(schema, "anyOf"), 1);
    assert_string_equal(value_text_at(map, "properties.fields.additionalProperties.$ref"),
                        "#/definitions/type");
    assert_string_equal(
        value_text(value_item(value_at(value_item(value_get(schema, "anyOf"), 0), "enum"), 1)), "any?");
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(types), cmocka_unit_test(patterns),
                                       cmocka_unit_test(declarations)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
