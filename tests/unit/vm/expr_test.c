// Expressions: what they can see, what the sandbox lacks, and how unknowns spread.
#include "world.h"

#include "data/json.h"
#include "playbook/playbook.h"

static const struct value *find_in(void *context, const char *root)
{
    return value_get(context, root);
}

// Evaluates an expression over names given as JSON.
static enum eval_result eval(struct world *world, const char *source, const struct value *names,
                             const struct value **result, struct err *err)
{
    struct expr expr = {.source = source, .pos = {"test", 1, 1}};
    struct vm_scope scope = {(void *)(uintptr_t)names, find_in};
    struct vm_program *program = vm_program_open(world->vm, 1);
    struct err_list *errors = err_list_new(world->arena);
    vm_program_add(program, &expr, false);
    vm_program_compile(program, errors);
    if (errors->count > 0) {
        *err = errors->items[0];
        return EVAL_FAILED;
    }
    return vm_eval(world->vm, &world->run, program, &expr, &scope, result, err);
}

static const struct {
    const char *source, *wanted; // wanted: JSON, or "!text" of an error, or "?" for unknown
} expression_cases[] = {
    {"alert.ip", "\"203.0.113.7\""},
    {"alert.missing", "null"},
    {"#alert.ips", "2"},
    {"{a = 1, b = {}}", "{\"a\":1,\"b\":[]}"},
    {"map {}", "{}"},
    {"list {}", "[]"},
    {"alert.ip == '203.0.113.7' and not alert.x", "true"},
    {"net.within(alert.ip, {'203.0.113.0/24'})", "true"},
    {"net.within(alert.ip, nil)", "false"},
    {"net.is_private('8.0.0.0/5') and not net.is_private('203.0.113.0/24')", "true"},
    {"text.trim('  a b ')", "\"a b\""},
    {"text.split('a,b,,c', ',')", "[\"a\",\"b\",\"\",\"c\"]"},
    {"text.replace('a%1a', 'a', '%0')", "\"%0%1%0\""},
    {"('x'):upper()", "\"X\""},
    {"list.where(rows, 'k', 2)", "[{\"k\":2}]"},
    {"list.pluck(rows, 'k')", "[1,2,1]"},
    {"list.unique(list.pluck(rows, 'k'))", "[1,2]"},
    {"list.sort(list.pluck(rows, 'k'))", "[1,1,2]"},
    {"list.sort(rows, 'k')[3].k", "2"},
    {"id.name('/subscriptions/a/b')", "\"b\""},
    {"id.part('/subscriptions/a/resourcegroups/B/x', 'resourceGroups')", "\"B\""},
    {"time.shown(time.add('2026-01-01T00:00:00.2Z', '-1h'))", "\"2025-12-31T23:00:00Z\""},
    {"uri('arm:{+id}?x={q}', {id = '/a b/c', q = 'é&'})", "\"arm:/a%20b/c?x=%C3%A9%26\""},
    {"uri('arm:{+id}', {id = '/a/../b'})", "!cannot stand here"},
    {"uri('{x}', {x = '..'})", "!cannot stand here"},
    {"odata('name eq {n}', {n = \"a'b\"})", "\"name eq 'a''b'\""},
    {"kql('where x == {n}', {n = 'a\"b\\\\'})", "\"where x == \\\"a\\\\\\\"b\\\\\\\\\\\"\""},
    {"text.nothing", "null"},
    {"load", "null"},
    {"getmetatable", "null"},
    {"string.find", "null"},
    {"pcall", "null"},
    {"('x') + 1", "!arithmetic"},
    {"string.rep('', 1000000000000000)", "\"\""},
    {"string.rep('x', 1000000000)", "!1 MiB"},
    {"tostring({})", "!has no text"},
    {"string.format('%p', 1)", "!no %p"},
    {"string.format('\\0%p', {})", "!no %p"},
    {"table.unpack({}, math.mininteger, math.maxinteger)", "!at most 250"},
    {"select('#', table.unpack({1}, math.maxinteger, math.maxinteger))", "1"},
    {"select(2, pairs({[-1.5] = 'a'})())", "\"a\""},
    {"select(2, pairs({['k\\0a'] = 'b'})())", "\"b\""},
    {"select(2, pairs({[2 ^ 53] = 'c', [math.maxinteger] = 'd'})())", "\"c\""},
    {"select(2, pairs({[math.maxinteger] = 'd'})())", "\"d\""},
    {"net.within('192.0.2.1', networks)", "false"},
    {"later.version", "?"},
    {"later.id", "\"v\""},
    {"later", "{\"id\":\"v\",\"version\":{\"$unknown\":\"made by the service\"}}"},
    {"{x = later.id == 'v' or later.version}", "{\"x\":true}"},
};

static void expressions(void **state)
{
    struct world *world = *state;
    struct value *later = value_map(world->arena);
    value_put_text(world->arena, later, "id", "v");
    value_put(world->arena, later, "version", value_unknown(world->arena, "made by the service"));
    static const char names_json[] = "{\"alert\":{\"ip\":\"203.0.113.7\",\"ips\":[\"1.1.1.1\",\"2.2.2.2\"]},"
                                     "\"rows\":[{\"k\":1},{\"k\":2},{\"k\":1}]}";
    struct value *names =
        (struct value *)(uintptr_t)json_parse(world->arena, "names", names_json, sizeof names_json - 1, NULL);
    value_put(world->arena, names, "later", later);
    struct value *networks = value_list(world->arena); // longer than what a call has of Lua's stack
    for (int i = 0; i < 5000; i++)
        value_append(world->arena, networks, value_string(world->arena, "10.0.0.0/8"));
    value_put(world->arena, names, "networks", networks);
    for (size_t i = 0; i < sizeof expression_cases / sizeof expression_cases[0]; i++) {
        const struct value *result = NULL;
        struct err err = {0};
        enum eval_result got = eval(world, expression_cases[i].source, names, &result, &err);
        const char *wanted = expression_cases[i].wanted;
        if (got == EVAL_FAILED && (*wanted != '!' || strstr(err.message, wanted + 1) == NULL))
            fail_msg("%s: %s", expression_cases[i].source, err.message);
        if (got == EVAL_UNKNOWN && *wanted != '?')
            fail_msg("%s: unknown", expression_cases[i].source);
        if (got == EVAL_VALUE && strcmp(json_text(world->arena, result), wanted) != 0)
            fail_msg("%s: %s, not %s", expression_cases[i].source, json_text(world->arena, result), wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(expressions, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
