// Expressions: what they can see, what the sandbox lacks, and how unknowns spread (tables/expression.tab).
#include "../playbook/table.h"
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

static void expressions(void **state)
{
    struct world *world = *state;
    struct value *later = value_map(world->arena);
    value_put_text(world->arena, later, "id", "v");
    value_put(world->arena, later, "version", value_unknown(world->arena, "made by the service"));
    static const char names_json[] = "{\"alert\":{\"ip\":\"203.0.113.7\",\"ips\":[\"1.1.1.1\",\"2.2.2.2\"]},"
                                     "\"rows\":[{\"k\":1},{\"k\":2},{\"k\":1}],\"holes\":[1,null,3]}";
    struct value *names =
        (struct value *)(uintptr_t)json_parse(world->arena, "names", names_json, sizeof names_json - 1, NULL);
    value_put(world->arena, names, "later", later);
    struct value *networks = value_list(world->arena); // longer than what a call has of Lua's stack
    for (int i = 0; i < 5000; i++)
        value_append(world->arena, networks, value_string(world->arena, "10.0.0.0/8"));
    value_put(world->arena, names, "networks", networks);
    struct value *some = value_list(world->arena);
    value_append(world->arena, some, value_int(world->arena, 1));
    value_append(world->arena, some, value_unknown(world->arena, "made by the service"));
    value_put(world->arena, names, "some", some);
    value_put(world->arena, names, "never", value_unknown(world->arena, "made by the service"));
    value_put(world->arena, names, "key", value_secret(world->arena, "k"));
    value_put(world->arena, names, "lock", value_secret(world->arena, "k"));
    int wrong = 0;
    for (struct table_case *c = table_read(world->arena, "tables/expression.tab"); c->input != NULL; c++) {
        const struct value *result = NULL;
        struct err err = {0};
        enum eval_result got = eval(world, c->input, names, &result, &err);
        const char *told = got == EVAL_FAILED    ? err.message
                           : got == EVAL_UNKNOWN ? "?"
                                                 : json_text(world->arena, result);
        bool fits = (got == EVAL_FAILED) == c->fails &&
                    (c->fails ? strstr(told, c->expected) != NULL : strcmp(told, c->expected) == 0);
        if (!fits)
            wrong += table_wrong("expression.tab", c, told);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(expressions, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
