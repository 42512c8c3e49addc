// YAML: what scalars become, and every refusal with its place and its advice.
#include "../test.h"

#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"

static const struct value *parse(struct arena *arena, const char *text, struct err *err)
{
    return yaml_parse(arena, "t.yaml", text, strlen(text), err);
}

static void scalars(void **state)
{
    (void)state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"a: ", "null"},
        {"a: ~", "null"},
        {"a: null", "null"},
        {"a: true", "true"},
        {"a: no", "\"no\""},
        {"a: on", "\"on\""},
        {"a: 4h", "\"4h\""},
        {"a: 1:30", "\"1:30\""},
        {"a: 1.0.0", "\"1.0.0\""},
        {"a: 7", "7"},
        {"a: -7", "-7"},
        {"a: 2.5", "2.5"},
        {"a: 1e3", "1000"},
        {"a: '7'", "\"7\""},
        {"a: \"true\"", "\"true\""},
        {"a: 9007199254740992", "9007199254740992"},
        {"a: 1e999", "\"1e999\""},
        {"a: 0x1F", "\"0x1F\""},
        {"a: .", "\".\""},
        {"a: +", "\"+\""},
        {"a: KV_*", "\"KV_*\""},
        {"a: [x, 2]", "[\"x\",2]"},
        {"a: {b: 1}", "{\"b\":1}"},
        {"a: fe80::1", "\"fe80::1\""},
        {"a: |\n  x\n  y\n", "\"x\\ny\\n\""},
        {"a: ${f(a, {k = 'x'})}", "\"${f(a, {k = 'x'})}\""},
        {"a: a ~= 'b' and c", "\"a ~= 'b' and c\""},
        {"a: \"${x}\"", "\"${x}\""},
        {"\xEF\xBB\xBF"
         "a: 1",
         "1"},
        {"a: 1\r\n", "1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_open();
        struct err err = {0};
        const struct value *value = parse(arena, cases[i].text, &err);
        if (value == NULL)
            fail_msg("%s: %s", cases[i].text, err.message);
        assert_string_equal(json_text(arena, value_get(value, "a")), cases[i].json);
        arena_close(arena);
    }
}

static void places(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const struct value *value =
        parse(arena, "é: 1\nsteps:\n  - id: x\n    when: ünd  \n    with: {a: 1.0}\n", NULL);
    const struct value *step = value_item(value_get(value, "steps"), 0);
    assert_int_equal(value_pos(step).line, 3);
    assert_int_equal(value_pos(step).column, 5);
    assert_int_equal(value_pos(value_get(step, "when")).column, 11);
    assert_int_equal(value_key_pos(step->fields[1].value).line, 4);
    assert_int_equal(value_key_pos(step->fields[1].value).column, 5);
    const struct value *one = value_at(step, "with.a");
    assert_string_equal(value_source(one), "1.0");
    assert_int_equal(one->kind, VALUE_NUMBER);
    assert_string_equal(value_pos(one).file, "t.yaml");
    arena_close(arena);
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message, *hint;
        int line, column;
    } cases[] = {
        {"", "the file is empty", "", 1, 1},
        {"# nothing\n", "the file is empty", "", 2, 1},
        {"a: 1\na: 2", "the key 'a' stands twice", "", 2, 1},
        {"a: {b: 1, b: 2}", "the key 'b' stands twice", "", 1, 11},
        {"a: &x 1", "anchors and aliases", "quotes", 1, 4},
        {"a: *x", "anchors and aliases", "quotes", 1, 4},
        {"*x : 1", "anchors and aliases", "", 1, 1},
        {"a: !alert.ip", "tags are not used", "'not' negates", 1, 4},
        {"!!map {a: 1}", "tags are not used", "", 1, 1},
        {"a:\n  <<: {b: 1}", "merge keys", "", 2, 3},
        {"? [a]\n: 1", "a key must be a plain word", "", 1, 3},
        {"a: 1\n---\nb: 2", "a second document", "", 2, 1},
        {"%YAML 1.1\n---\na: 1", "directives", "", 1, 1},
        {"a:\n\tb: 1", "a tab", "", 2, 1},
        {"a:\t1", "a tab", "", 1, 3},
        {"a: b\xE2\x80\xA8"
         "c: 1",
         "a line separator", "", 1, 5},
        {"a: b\xC2\x85"
         "c",
         "a line separator", "", 1, 5},
        {"a: b\xE2\x80\xAE"
         "c",
         "invisible character", "", 1, 5},
        {"a: b\xE2\x80\x8B"
         "c",
         "invisible character", "", 1, 5},
        {"a: \x01", "control", "", 1, 4},
        {"a: 1\n\"k\\0a\": \"b\\0c\"\n", "a NUL character", "", 2, 1},
        {"a: \xff", "not valid UTF-8", "", 1, 4},
        {"a: 1\rb: 2", "a carriage return without", "", 1, 5},
        {"a: \xEF\xBB\xBF", "byte order mark inside", "", 1, 4},
        {"with: {vault: ${v.id}}", "did not find expected ',' or '}'", "\"${…}\"", 1, 0},
        {"l: [${a}, b]", "did not find expected", "\"${…}\"", 1, 0},
        {"when: c > 3: x", "mapping values are not allowed", "': '", 1, 0},
        {"when: 'x' == a", "did not find expected key", "quote", 1, 0},
        {"a: > 3", "", "", 1, 0},
        {"a: -", "block sequence entries are not allowed", "", 1, 4},
        {"a: @x", "cannot start any token", "", 1, 0},
        {"a: [1", "", "", 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_open();
        struct err err = {0};
        if (parse(arena, cases[i].text, &err) != NULL)
            fail_msg("%s was read", cases[i].text);
        if (strstr(err.message, cases[i].message) == NULL || strstr(err.hint, cases[i].hint) == NULL)
            fail_msg("%s: %s (%s)", cases[i].text, err.message, err.hint);
        if (cases[i].column > 0 && (err.pos.line != cases[i].line || err.pos.column != cases[i].column))
            fail_msg("%s: at %d:%d", cases[i].text, err.pos.line, err.pos.column);
        assert_true(err.code == E_SYNTAX && err.pos.line >= 1);
        arena_close(arena);
    }
}

static void limits(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err;
    for (int depth = YAML_MAX_DEPTH - 1; depth <= YAML_MAX_DEPTH + 1; depth++) {
        char *text = arena_alloc(arena, (size_t)depth * 2 + 1);
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        assert_int_equal(parse(arena, text, &err) != NULL, depth <= YAML_MAX_DEPTH);
    }
    char *deep = arena_alloc(arena, 20001); // quadratic in libyaml, if it were let go on
    memset(deep, '[', 20000);
    assert_null(parse(arena, deep, &err));
    assert_int_equal(err.code, E_LIMIT);
    char *large = arena_alloc(arena, YAML_MAX_FILE + 2);
    memset(large, 'x', YAML_MAX_FILE + 1);
    assert_null(yaml_parse(arena, "t", large, YAML_MAX_FILE + 1, &err));
    assert_int_equal(err.code, E_LIMIT);
    assert_non_null(yaml_parse(arena, "t", large, YAML_MAX_FILE, &err));
    assert_non_null(yaml_parse(arena, "t",
                               "\xEF\xBB\xBF"
                               "a: 1\nb: 2\n",
                               13, &err)); // as some editors save
    assert_null(yaml_parse(arena, "t", "a: \0x", 5, &err));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(scalars), cmocka_unit_test(places),
                                       cmocka_unit_test(refuses), cmocka_unit_test(limits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
