// Values: building, reading, equality, merge patches (RFC 7396), copies that outlive their source.
#include "../test.h"

#include "data/json.h"
#include "data/value.h"

static const struct value *parse(struct arena *arena, const char *text)
{
    const struct value *value = json_parse(arena, "t", text, strlen(text), NULL);
    assert_non_null(value);
    return value;
}

static void builds_and_reads(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct value *map = value_map(arena), *list = value_list(arena);
    for (int i = 0; i < 70; i++)
        value_append(arena, list, value_int(arena, i));
    value_append(arena, list, NULL);
    value_put(arena, map, "list", list);
    value_put_text(arena, map, "text", "a");
    value_put_text(arena, map, "text", "b"); // replaces, in its place
    value_put_text(arena, map, "none", NULL);
    value_put(arena, map, "Flag", value_bool(true));
    value_put(arena, map, "deep", parse(arena, "{\"er\": {\"n\": 7}}"));
    assert_int_equal(value_count(map), 5);
    assert_string_equal(map->fields[1].key, "text");
    assert_string_equal(value_text_at(map, "text"), "b");
    assert_int_equal(value_count(list), 71);
    assert_int_equal(value_item(list, 64)->integer, 64);
    assert_true(value_is_null(value_item(list, 70)));
    assert_null(value_item(list, 71));
    assert_null(value_item(map, 0));
    assert_int_equal(value_int_at(map, "deep.er.n", -1), 7);
    assert_int_equal(value_int_at(map, "deep.er.m", -1), -1);
    assert_int_equal(value_int_at(map, "text", -1), -1);
    assert_null(value_at(map, "text.x"));
    assert_ptr_equal(value_at(map, ""), map);
    assert_false(value_flag_at(map, "flag"));
    assert_true(value_get_nocase(map, "fLAG") == &value_true);
    assert_true(value_is(NULL, VALUE_NULL) && value_count(NULL) == 0 && value_text(NULL) == NULL);
    assert_string_equal(value_kind_name(NULL), "null");
    assert_string_equal(value_kind_name(list), "a list");
    arena_close(arena);
}

static void equality(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        {"1", "1.0", true},
        {"1", "\"1\"", false},
        {"0.1", "0.1", true},
        {"9007199254740992", "9007199254740991", false},
        {"null", "false", false},
        {"true", "true", true},
        {"[]", "{}", false},
        {"[1,2]", "[2,1]", false},
        {"[1]", "[1,2]", false},
        {"{\"a\":1,\"b\":[{}]}", "{\"b\":[{}],\"a\":1}", true},
        {"{\"a\":1}", "{\"a\":1,\"b\":null}", false},
        {"{\"a\":1}", "{\"b\":1}", false},
        {"\"a\"", "\"A\"", false},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct value *a = parse(arena, cases[i].a), *b = parse(arena, cases[i].b);
        if (value_equal(a, b) != cases[i].equal || value_equal(b, a) != cases[i].equal)
            fail_msg("%s and %s", cases[i].a, cases[i].b);
        assert_true(value_equal(a, value_copy(arena, a)));
    }
    assert_true(value_equal(NULL, &value_null));
    assert_false(value_equal(value_secret(arena, "a"), value_string(arena, "a")));
    arena_close(arena);
}

// The examples of RFC 7396, appendix A.
static void merge_patches(void **state)
{
    (void)state;
    static const struct {
        const char *target, *patch, *result;
    } cases[] = {
        {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
        {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
        {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
        {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
        {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
        {"[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"},
        {"{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]"},
        {"{\"a\":\"foo\"}", "null", "null"},
        {"{\"a\":\"foo\"}", "\"bar\"", "\"bar\""},
        {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
        {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
        {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct value *target = parse(arena, cases[i].target);
        const struct value *result = value_merge_patch(arena, target, parse(arena, cases[i].patch));
        assert_string_equal(json_text(arena, result), cases[i].result);
        assert_true(value_equal(target, parse(arena, cases[i].target))); // untouched
    }
    arena_close(arena);
}

static void copies_and_kinds(void **state)
{
    (void)state;
    struct arena *longer = arena_open(), *shorter = arena_open();
    struct value *map = value_map(shorter), *list = value_list(shorter);
    value_append(shorter, list, value_unknown(shorter, "made by the service"));
    value_put(shorter, map, "list", list);
    assert_false(value_has_secret(map));
    assert_string_equal(value_find_unknown(map)->text, "made by the service");
    value_put(shorter, map, "s", value_secret(shorter, "x"));
    assert_true(value_has_secret(map));
    const struct value *copy = value_copy(longer, map);
    arena_close(shorter);
    assert_string_equal(value_get(copy, "s")->text, "x");
    assert_string_equal(value_item(value_get(copy, "list"), 0)->text, "made by the service");
    assert_null(value_find_unknown(NULL));
    arena_close(longer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(builds_and_reads), cmocka_unit_test(equality),
                                       cmocka_unit_test(merge_patches), cmocka_unit_test(copies_and_kinds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
