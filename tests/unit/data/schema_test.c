// Types: declarations, checking to the normal form, values from the command line, and the scalar texts.
#include "../test.h"

#include <stdio.h>

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
    struct err err = {0};
    const struct schema *schema = schema_parse(arena, yaml(arena, text), &err);
    if (schema == NULL)
        fail_msg("%s: %s", text, err.message);
    return schema;
}

static void declarations(void **state)
{
    (void)state;
    static const char types[] =
        "the types: any, string, int, number, bool, id, guid, ip, cidr, upn, email, name, version, url, "
        "time, duration, enum, list, set, record, map";
    static const struct {
        const char *text, *message, *hint;
    } refused[] = {
        {"giud", "there is no type 'giud'", "did you mean 'guid'?"},
        {"7", "a type is a word, or a record with 'type'", ""},
        {"{help: x}", "a type is a word, or a record with 'type'", ""},
        {"{type: string, defualt: x}", "a type has no member 'defualt'", "did you mean 'default'?"},
        {"{type: enum}", "an enum needs its values", ""},
        {"{type: enum, values: []}", "an enum needs its values", ""},
        {"{type: enum, values: [1]}", "the values of an enum are texts", ""},
        {"{type: enum, values: {a: 1}}", "the values of an enum are a list of texts", ""},
        {"{type: enum, values: }", "the values of an enum are a list of texts", ""},
        {"{type: int, default: x}", "the default must be a whole number, not 'x'", ""},
        {"{type: int, optional: 1}", "'optional' of a type is true or false", ""},
        {"{type: int, help: 1}", "'help' of a type is a text", ""},
        {"{type: record, fields: x}", "fields are written as name: type", ""},
        {"{type: record, fields: {a: zzzz}}", "there is no type 'zzzz'", types},
        {"{type: list, of: {type: zzzz}}", "there is no type 'zzzz'", types},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct err err = {0};
        assert_null(schema_parse(arena, yaml(arena, refused[i].text), &err));
        assert_string_equal(err.message, refused[i].message);
        assert_string_equal(err.hint, refused[i].hint);
        assert_int_equal(err.code == E_CHECK || err.code == E_TYPE, true);
    }
    const struct schema *schema =
        declare(arena, "{type: record, fields: {a: 'int?', b: {type: int, default: 3}}}");
    assert_true(schema_field(schema, "a")->optional);
    assert_int_equal(schema_field(schema, "b")->otherwise->integer, 3);
    assert_null(schema_field(schema, "c"));
    assert_string_equal(schema_word(schema_field(schema, "a")), "int");
    arena_close(arena);
}

static void checks(void **state)
{
    (void)state;
    static const struct {
        const char *schema, *value;
        const char *json;    // the normal form, or NULL
        const char *message; // when it is refused
    } cases[] = {
        {"string", "a", "\"a\"", NULL},
        {"string", "1", NULL, "P must be a text, not a whole number"},
        {"'string?'", "null", "null", NULL},
        {"string", "null", NULL, "P is missing: it must be a text"},
        {"int", "1.5", NULL, "P must be a whole number, not a number"},
        {"number", "1", "1", NULL},
        {"bool", "yes", NULL, "P must be true or false, not 'yes'"},
        {"guid", "4C37D899-9818-4152-8233-89CEA195DBE7", "\"4c37d899-9818-4152-8233-89cea195dbe7\"", NULL},
        {"any", "{a: [1]}", "{\"a\":[1]}", NULL},
        {"any", "null", "null", NULL},
        {"{type: enum, values: [a, b]}", "b", "\"b\"", NULL},
        {"{type: enum, values: [a, b]}", "c", NULL, "P must be one of its values, not 'c'"},
        {"{type: list, of: int}", "[1, 2]", "[1,2]", NULL},
        {"{type: list, of: int}", "[1, x]", NULL, "item 2 of P must be a whole number, not 'x'"},
        {"{type: list, of: int}", "1", NULL, "P must be a list, not a whole number"},
        {"{type: map, of: int}", "{a: 1}", "{\"a\":1}", NULL},
        {"{type: map, of: int}", "{a: b}", NULL, "'a' of P must be a whole number, not 'b'"},
        {"{type: map, of: int}", "[]", "{}", NULL}, // Lua's empty table
        {"{type: record, fields: {a: int, b: 'int?'}}", "{a: 1}", "{\"a\":1}", NULL},
        {"{type: record, fields: {a: int, b: 'int?'}}", "{b: 1}", NULL, "P needs 'a', a whole number"},
        {"{type: record, fields: {a: int, b: 'int?'}}", "null", NULL, "P needs 'a', a whole number"},
        {"{type: record, fields: {a: 'int?'}}", "null", "{}", NULL},
        {"{type: record, fields: {a: int, b: {type: int, default: 7}}}", "{a: 1}", "{\"a\":1,\"b\":7}", NULL},
        {"{type: record, fields: {a: int}}", "{a: 1, aa: 2}", NULL, "P takes no 'aa'"},
        {"record", "{x: 1}", "{\"x\":1}", NULL},
        {"record", "[]", "{}", NULL},
        {"record", "null", NULL, "P is missing: it must be a record with known fields"},
        {"record", "[1]", NULL, "P must be a record with known fields, not a list"},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        const struct value *value =
            schema_check(arena, declare(arena, cases[i].schema), yaml(arena, cases[i].value), "P", &err);
        if (cases[i].json != NULL)
            assert_string_equal(value == NULL ? err.message : json_text(arena, value), cases[i].json);
        else
            assert_string_equal(value != NULL ? json_text(arena, value) : err.message, cases[i].message);
    }
    const struct value *unknown = value_unknown(arena, "why"), *secret = value_secret(arena, "s");
    assert_ptr_equal(schema_check(arena, declare(arena, "guid"), unknown, "P", NULL), unknown);
    assert_ptr_equal(schema_check(arena, declare(arena, "string"), secret, "P", NULL), secret);
    assert_null(schema_check(arena, declare(arena, "guid"), secret, "P", NULL));
    assert_null(schema_check(arena, declare(arena, "record"), NULL, "P", NULL));
    arena_close(arena);
}

static void from_the_command_line(void **state)
{
    (void)state;
    static const struct {
        const char *schema, *text, *json; // NULL: refused
    } cases[] = {
        {"string", "7", "\"7\""},
        {"int", "7", "7"},
        {"int", "-7", "-7"},
        {"int", "-", NULL},
        {"int", "", NULL},
        {"int", "1.0", NULL},
        {"int", "9999999999999999", NULL},
        {"int", "0x10", NULL},
        {"number", "1.5", "1.5"},
        {"number", "-0.25", "-0.25"},
        {"number", "1.", NULL},
        {"number", "1e3", NULL},
        {"bool", "true", "true"},
        {"bool", "yes", NULL},
        {"{type: list, of: int}", "1,2", "[1,2]"},
        {"{type: list, of: int}", "1,x", NULL},
        {"{type: set, of: cidr}", "10.0.0.0/8,::1", "[\"10.0.0.0/8\",\"::1\"]"},
        {"list", "a,b,", "[\"a\",\"b\"]"},
        {"list", "", "[]"},
        {"any", "a", "\"a\""},
        {"{type: enum, values: [a]}", "a", "\"a\""},
        {"record", "a", NULL},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        const struct value *value =
            schema_from_text(arena, declare(arena, cases[i].schema), cases[i].text, "P", &err);
        const char *json = value == NULL ? "refused" : json_text(arena, value);
        if (strcmp(json, cases[i].json == NULL ? "refused" : cases[i].json) != 0)
            fail_msg("%s from '%s': %s", cases[i].schema, cases[i].text, json);
        assert_int_equal(err.code, value == NULL ? E_TYPE : E_NONE);
    }
    arena_close(arena);
}

static const struct {
    const char *word, *text;
    bool fits;
} text_cases[] = {
    {"guid", "4c37d899-9818-4152-8233-89cea195dbe7", true},
    {"guid", "4c37d899-9818-4152-8233-89cea195dbe", false},
    {"guid", "4c37d89909818-4152-8233-89cea195dbe7", false},
    {"guid", "", false},
    {"id", "/subscriptions/x/resourceGroups/a b", true},
    {"id", "subscriptions/x", false},
    {"id", "/subscriptions//x", false},
    {"id", "/subscriptions/x/", false},
    {"id", "/subscriptions/../x", false},
    {"id", "/subscriptions/./x", false},
    {"id", "/a/...", true},
    {"id", "/a?b", false},
    {"id", "/a#b", false},
    {"id", "/a%2Fb", false},
    {"id", "/a\\b", false},
    {"id", "/a\nb", false},
    {"id", "/", false},
    {"ip", "203.0.113.7", true},
    {"ip", "203.0.113.7/32", false},
    {"ip", "2001:db8::1", true},
    {"ip", "203.0.113.256", false},
    {"ip", "203.0.113.07", false},
    {"ip", "1.2.3", false},
    {"cidr", "10.0.0.0/33", false},
    {"cidr", "10.0.0.0/", false},
    {"cidr", "10.0.0.0/-1", false},
    {"cidr", "::/128", true},
    {"cidr", "::/129", false},
    {"email", "dana@contoso.com", true},
    {"upn", "dana_x.com#EXT#@contoso.onmicrosoft.com", true},
    {"email", "dana@contoso", false},
    {"email", "dana contoso.com", false},
    {"email", "a@b.c\r\nBcc: x@y.z", false},
    {"email", "a@b.c,x@y.z", false},
    {"name", "kv-1", true},
    {"name", "", false},
    {"name", "a/b", false},
    {"version", "0123456789abcdef0123456789ABCDEF", true},
    {"version", "0123456789abcdef0123456789abcde", false},
    {"version", "0123456789abcdef0123456789abcdef0", false},
    {"url", "https://x.vault.azure.net/", true},
    {"url", "http://x", false},
    {"url", "https://user@x", false},
    {"url", "https://x/ y", false},
    {"url", "https://x/\ny", false},
    {"time", "2026-01-01T00:00:00Z", true},
    {"time", "yesterday", false},
    {"duration", "4h", true},
    {"duration", "4", false},
};

static void texts(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof text_cases / sizeof text_cases[0]; i++) {
        const struct value *value = value_string(arena, text_cases[i].text);
        bool fits = schema_check(arena, declare(arena, text_cases[i].word), value, "P", NULL) != NULL;
        if (fits != text_cases[i].fits)
            fail_msg("%s as %s", text_cases[i].text, text_cases[i].word);
    }
    char *name = arena_alloc(arena, 129);
    memset(name, 'n', 127);
    assert_non_null(schema_check(arena, declare(arena, "name"), value_string(arena, name), "P", NULL));
    name[127] = 'n';
    assert_null(schema_check(arena, declare(arena, "name"), value_string(arena, name), "P", NULL));
    arena_close(arena);
}

static void networks(void **state)
{
    (void)state;
    static const struct {
        const char *network, *inner;
        bool contains;
    } cases[] = {
        {"203.0.113.0/24", "203.0.113.7", true},
        {"203.0.113.0/24", "203.0.114.7", false},
        {"203.0.113.99/24", "203.0.113.7", true}, // host bits do not count
        {"203.0.113.7", "203.0.113.7/32", true},
        {"203.0.113.7/32", "203.0.113.6/31", false}, // an inner one that is larger
        {"0.0.0.0/0", "255.255.255.255", true},
        {"0.0.0.0/1", "127.255.255.255", true},
        {"0.0.0.0/1", "128.0.0.0", false},
        {"10.0.0.0/8", "10.0.0.0/8", true},
        {"10.0.0.0/8", "10.0.0.0/7", false},
        {"10.0.0.0/9", "10.128.0.0", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "10.0.0.1", false}, // another family
        {"2001:db8::/32", "2001:db8:ffff::", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"::ffff:10.0.0.0/104", "10.1.2.3", true}, // mapped addresses are IPv4
        {"10.0.0.0/8", "::ffff:10.1.2.3", true},
        {"::ffff:0:0/96", "1.2.3.4", true},
        {"10.0.0.0/8", "::ffff:11.1.2.3", false},
        {"::ffff:10.0.0.0/95", "10.0.0.1", false}, // larger than the mapped space: IPv6
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cidr network, inner;
        assert_true(schema_parse_cidr(cases[i].network, &network) &&
                    schema_parse_cidr(cases[i].inner, &inner));
        if (schema_cidr_contains(&network, &inner) != cases[i].contains)
            fail_msg("%s in %s", cases[i].inner, cases[i].network);
    }
    struct cidr last, first;
    for (int bits = 0; bits <= 32; bits++) { // the first and last address of every size of network
        char text[40];
        snprintf(text, sizeof text, "255.255.255.255/%d", bits);
        assert_true(schema_parse_cidr(text, &first) && schema_parse_cidr("255.255.255.255", &last));
        assert_true(schema_cidr_contains(&first, &last));
        assert_int_equal(first.bits, bits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(declarations), cmocka_unit_test(checks),
                                       cmocka_unit_test(from_the_command_line), cmocka_unit_test(texts),
                                       cmocka_unit_test(networks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
