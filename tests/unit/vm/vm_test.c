// The Lua machine: what the sandbox lacks, budgets, unknowns, copies to and fro, primitives and tasks.
#include "world.h"

#include "data/json.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "policy/request.h"
#include "vm/expr.h"
#include "vm/prim.h"
#include "vm/task.h"
#include "vm/vm.h"

// Reads the primitive's function to the end, answering every request with `answer`.
static struct task *run_slot(struct world *world, const char *name, enum primitive_slot slot,
                             const struct value *const *args, size_t count, const char *answer)
{
    struct err err = {0};
    const struct primitive *primitive = primitive_find(world->vm, name, &err);
    if (primitive == NULL)
        fail_msg("%s (%s)", err.message, err.pos.file != NULL ? err.pos.file : "");
    struct secret_memo *secrets = ARENA_NEW(world->arena, struct secret_memo);
    struct task *task = task_open(world->vm, &world->run, primitive, slot, args, count, secrets);
    task_resume(task, NULL, NULL);
    for (int i = 0; i < 10 && task->state == TASK_REQUESTS; i++) {
        struct response *responses = ARENA_ARRAY(world->arena, struct response, task->request_count);
        for (size_t k = 0; k < task->request_count; k++) {
            responses[k].status = answer == NULL ? 404 : 200;
            if (answer != NULL)
                responses[k].body = json_parse(world->arena, "answer", answer, strlen(answer), NULL);
        }
        task_resume(task, responses, NULL);
    }
    return task;
}

static void primitives(void **state)
{
    struct world *world = *state;
    static const char
        p_json[] = "{\"id\":\"/subscriptions/s/x\",\"wanted\":\"Deny\"}",
        before_json[] =
            "{\"properties\":{\"acls\":{\"action\":\"Allow\",\"rules\":[{\"value\":\"10.0.0.0/8\"}]}}}";
    const struct value *p = json_parse(world->arena, "p", p_json, sizeof p_json - 1, NULL);
    const struct value *before = json_parse(world->arena, "b", before_json, sizeof before_json - 1, NULL);
    struct task *task =
        run_slot(world, "area.change", SLOT_OBSERVE, (const struct value *[]){p}, 1, before_json);
    assert_int_equal(task->state, TASK_DONE);
    assert_true(value_equal(task->result, before));
    task_close(task);
    task = run_slot(world, "area.change", SLOT_OBSERVE, (const struct value *[]){p}, 1, NULL);
    assert_true(value_is_null(task->result));
    task_close(task);
    task = run_slot(world, "area.change", SLOT_PLAN, (const struct value *[]){p, before}, 2, NULL);
    assert_int_equal(task->state, TASK_DONE);
    const struct value *desired = task->result;
    task_close(task);
    struct err err = {0};
    task = task_open(world->vm, &world->run, primitive_find(world->vm, "area.change", &err), SLOT_APPLY,
                     (const struct value *[]){p, before, desired}, 3, NULL);
    task_resume(task, NULL, NULL);
    assert_int_equal(task->state, TASK_REQUESTS);
    assert_int_equal(task->request_count, 1);
    assert_string_equal(task->requests[0].method, "PATCH");
    assert_string_equal(task->requests[0].url, "arm:/subscriptions/s/x?api-version=1");
    assert_string_equal(
        json_text(world->arena, task->requests[0].body),
        "{\"properties\":{\"acls\":{\"action\":\"Deny\",\"rules\":[{\"value\":\"10.0.0.0/8\"}]}}}");
    task_close(task);
}

// However short, each has what services ask of a password; none is another.
static void secrets(void **state)
{
    enum { DRAWN = 300 };
    struct world *world = *state;
    struct err err = {0};
    static const char p_json[] = "{\"id\":\"/subscriptions/s/x\"}";
    const struct value *p = json_parse(world->arena, "p", p_json, sizeof p_json - 1, NULL);
    const struct primitive *primitive = primitive_find(world->vm, "area.secret", &err);
    const char *drawn[DRAWN];
    assert_non_null(primitive);
    for (size_t i = 0; i < DRAWN; i++) {
        struct task *task =
            task_open(world->vm, &world->run, primitive, SLOT_APPLY,
                      (const struct value *[]){p, value_map(world->arena), value_map(world->arena)}, 3,
                      ARENA_NEW(world->arena, struct secret_memo));
        task_resume(task, NULL, NULL);
        assert_int_equal(task->state, TASK_REQUESTS);
        const struct value *secret = value_get(task->requests[0].body, "secret");
        assert_true(value_is(secret, VALUE_SECRET) && strlen(secret->text) == 16);
        assert_non_null(strpbrk(secret->text, "abcdefghijklmnopqrstuvwxyz"));
        assert_non_null(strpbrk(secret->text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
        assert_non_null(strpbrk(secret->text, "0123456789"));
        drawn[i] = arena_strdup(world->arena, secret->text);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(drawn[k], drawn[i]);
        task_close(task);
    }
}

// The body in which it is carried on, after an answer to the request that makes it.
static const struct value *carried_on(struct world *world, struct secret_memo *memo, const struct value *told,
                                      struct task **task)
{
    static const char p_json[] = "{\"id\":\"/subscriptions/s/x\"}";
    struct err err = {0};
    const struct value *p = json_parse(world->arena, "p", p_json, sizeof p_json - 1, NULL);
    struct arena *answer = arena_open();
    struct value *body = value_map(answer);
    value_put(answer, body, "told", value_copy(answer, told));
    struct response response = {.status = 200,
                                .body = told == NULL ? value_unknown(answer, "held") : body,
                                .predicted = told == NULL};
    *task = task_open(world->vm, &world->run, primitive_find(world->vm, "area.told", &err), SLOT_APPLY,
                      (const struct value *[]){p, value_map(world->arena), value_map(world->arena)}, 3, memo);
    task_resume(*task, NULL, NULL);
    assert_int_equal((*task)->state, TASK_REQUESTS);
    task_resume(*task, &response, NULL);
    arena_close(answer); // as the engine does
    assert_int_equal((*task)->state, TASK_REQUESTS);
    return (*task)->requests[0].body;
}

// What was planned is what is sent: the service's secret fills the place that the rehearsal kept for it.
static void secrets_of_services(void **state)
{
    struct world *world = *state;
    struct secret_memo *memo = ARENA_NEW(world->arena, struct secret_memo);
    struct task *rehearsal, *real;
    const struct value *planned = carried_on(world, memo, NULL, &rehearsal);
    assert_true(value_is(value_get(planned, "secret"), VALUE_SECRET));
    task_close(rehearsal);
    const struct value *told[] = {value_secret(world->arena, "made by the service"),
                                  value_string(world->arena, "of a kind that no table has")};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const struct value *sent = carried_on(world, memo, told[i], &real);
        assert_string_equal(value_get(sent, "secret")->text, told[i]->text);
        assert_true(value_equal(planned, sent));
        task_close(real);
    }
}

static void refusals(void **state)
{
    struct world *world = *state;
    static const char *const cases[][2] = {
        {"area.chance", "there is no primitive"},
        {"area.unknown_member", "3:5 area.unknown_member: a primitive has no member 'observ'"},
        {"area.no_help", "2:89 area.no_help: the parameter 'a' has no help"},
        {"area.other_name", "2:13 area.other_name: its name is 'area.other_names', but its path says"},
        {"area.no_texts", "3:5 area.no_texts: 'permissions' must be a list of texts"},
        {"area.global", "cannot be set here"},
        {"area.endless", "runs longer than"},
        {"area.hungry", "memory"},
        {"area.reads_and_changes", "a reading primitive has no plan, apply"},
        {"area.once_with_plan", "an event (once) has apply, and neither plan nor state"},
        {"area.no_target", "needs 'target'"},
        {"area.own_status", "'returns' names 'status', which every such step has of its own"},
        {"area.own_reason", "'returns' names 'reason', which every such step has of its own"},
        {"area.own_changed", "'returns' names 'changed', which every such step has of its own"},
        {"area.writes_library", "'vault' cannot be set here"},
        {"../vm/area/change", "there is no primitive"},
        {"lib.arm", "there is no primitive 'lib.arm'"},
        {"intake.arm", "there is no primitive 'intake.arm'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        assert_null(primitive_find(world->vm, cases[i][0], &err));
        const char *told = arena_printf(world->arena, "%d:%d %s", err.pos.line, err.pos.column, err.message);
        if (strstr(told, cases[i][1]) == NULL)
            fail_msg("%s", told);
    }
}

static void budgets(void **state)
{
    struct world *world = *state;
    const struct value *p = value_map(world->arena);
    struct task *task = run_slot(world, "area.loops", SLOT_OBSERVE, (const struct value *[]){p}, 1, "{}");
    assert_int_equal(task->state, TASK_FAILED);
    assert_int_equal(task->err->code, E_BUDGET);
    assert_string_equal(task->err->pos.file, "fixtures/vm/stdlib/area/loops.lua");
    assert_true(task->err->pos.line > 0);
    task_close(task);
    task = run_slot(world, "area.eats", SLOT_OBSERVE, (const struct value *[]){p}, 1, "{}");
    assert_int_equal(task->state, TASK_FAILED);
    assert_int_equal(task->err->code, E_BUDGET);
    task_close(task);
}

static void paging(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    struct task *task = task_open(world->vm, &world->run, primitive_find(world->vm, "area.lists", &err),
                                  SLOT_OBSERVE, (const struct value *[]){value_map(world->arena)}, 1, NULL);
    static const char *const rounds[][2] = {
        {"{\"value\":[1],\"nextLink\":\"https://management.azure.com/2\"}", "{\"x\":1}"},
        {"{\"value\":[],\"nextLink\":\"https://management.azure.com/3\"}", NULL},
        {"{\"value\":[2],\"nextLink\":\"\"}", NULL},
    };
    task_resume(task, NULL, NULL);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(task->state, TASK_REQUESTS);
        assert_int_equal(task->request_count, i == 0 ? 2 : 1);
        struct response responses[2] = {{.status = 200}, {.status = 200}};
        for (size_t k = 0; k < task->request_count; k++)
            responses[k].body = json_parse(world->arena, "r", rounds[i][k], strlen(rounds[i][k]), NULL);
        task_resume(task, responses, NULL);
    }
    assert_int_equal(task->state, TASK_DONE);
    assert_string_equal(json_text(world->arena, task->result), "{\"items\":[1,2],\"x\":1}");
    task_close(task);
}

// A service whose pages lead in a circle is not followed for ever.
static void paging_in_a_circle(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    struct task *task = task_open(world->vm, &world->run, primitive_find(world->vm, "area.lists", &err),
                                  SLOT_OBSERVE, (const struct value *[]){value_map(world->arena)}, 1, NULL);
    static const char *const pages[] = {
        "{\"value\":[1],\"nextLink\":\"https://management.azure.com/2\"}",
        "{\"value\":[2],\"nextLink\":\"https://management.azure.com/3\"}",
    };
    size_t rounds = 0;
    task_resume(task, NULL, NULL);
    for (; task->state == TASK_REQUESTS && rounds < 10; rounds++) {
        struct response responses[2] = {{.status = 200}, {.status = 200, .body = value_map(world->arena)}};
        const char *page = pages[rounds % 2];
        responses[0].body = json_parse(world->arena, "r", page, strlen(page), NULL);
        task_resume(task, responses, NULL);
    }
    assert_int_equal(task->state, TASK_FAILED);
    assert_int_equal(rounds, 3);
    assert_non_null(strstr(task->err->message, "a page that was read already"));
    task_close(task);
}

// Bytecode that the build made is run where the Lua at hand reads it; else the text is, with the same result.
static void bytecode(void **state)
{
    struct world *world = *state;
    struct err err;
    const struct catalog_file *file =
        catalog_find(catalog_open(world->arena, NULL), "stdlib/lib/touched.lua", &err);
    assert_non_null(file->compiled);
    assert_memory_equal(file->compiled, "\x1bLua", 4);
    assert_null(
        catalog_find(catalog_open(world->arena, NULL), "playbooks/keyvault-alert.yaml", &err)->compiled);

    static const char text[] = "return {answer = 42}";
    struct catalog_file other = {.path = "x.lua", .name = "x.lua", .bytes = text, .length = strlen(text)};
    for (size_t cut = 0; cut < 40; cut++) { // of another version, or broken off
        other.compiled = file->compiled;
        other.compiled_length = cut;
        const struct value *value = vm_load_value(world->vm, world->arena, &other, &err);
        assert_non_null(value);
        assert_int_equal(value_get(value, "answer")->integer, 42);
    }
    other = (struct catalog_file){.path = "x.lua", // somebody else's is none
                                  .name = "x.lua",
                                  .bytes = file->compiled,
                                  .length = file->compiled_length};
    assert_null(vm_load_value(world->vm, world->arena, &other, &err));
    assert_non_null(strstr(err.message, "attempt to load a binary chunk"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(primitives, open_world, close_world),
        cmocka_unit_test_setup_teardown(secrets, open_world, close_world),
        cmocka_unit_test_setup_teardown(secrets_of_services, open_world, close_world),
        cmocka_unit_test_setup_teardown(refusals, open_world, close_world),
        cmocka_unit_test_setup_teardown(budgets, open_world, close_world),
        cmocka_unit_test_setup_teardown(paging, open_world, close_world),
        cmocka_unit_test_setup_teardown(paging_in_a_circle, open_world, close_world),
        cmocka_unit_test_setup_teardown(bytecode, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
