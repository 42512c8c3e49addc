// Long-running operations as the library follows them: each case is what the service answers, one after the
// other, to the order that stops a machine, and how that must end.
#include "../test.h"

#include <string.h>

#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "policy/request.h"
#include "vm/prim.h"
#include "vm/task.h"
#include "vm/vm.h"

#define VM "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/m"
#define STATUS                                                                                               \
    "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/locations/l/operations/1"
#define RESULT                                                                                               \
    "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/locations/l/results/1"
#define DATE "'date': 'Wed, 25 Nov 2026 18:00:00 GMT'"

struct world {
    struct arena *arena;
    struct vm *vm;
    struct vm_run run;
    struct text told; // what was asked and waited for
};

static int open_world(void **state)
{
    static const char *const folders[] = {NULL};
    struct arena *arena = arena_open();
    struct world *world = ARENA_NEW(arena, struct world);
    struct err err = {0};
    world->arena = arena;
    world->vm = vm_open(arena, catalog_open(arena, folders), &err);
    assert_non_null(world->vm);
    world->run = (struct vm_run){.arena = arena, .now = "2026-11-22T02:15:30.000Z"};
    vm_run_open(world->vm, &world->run);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    vm_run_close(world->vm, &world->run);
    vm_close(world->vm);
    arena_close(world->arena);
    return 0;
}

// JSON in which ' stands for ".
static const struct value *json(struct world *world, const char *text)
{
    char *copy = arena_strdup(world->arena, text);
    for (char *at = copy; (at = strchr(at, '\'')) != NULL;)
        *at = '"';
    struct err err = {0};
    const struct value *value = json_parse(world->arena, "case", copy, strlen(copy), &err);
    if (value == NULL)
        fail_msg("%s: %s", text, err.message);
    return value;
}

static struct response scripted(struct world *world, const struct value *script, size_t *next,
                                const struct request *request)
{
    const struct value *one = value_item(script, (*next)++);
    text_addf(&world->told, "%s %s\n", request->method, request->url);
    if (one == NULL)
        fail_msg("nothing is left to answer %s %s", request->method, request->url);
    return (struct response){.status = (int)value_int_at(one, "status", 200),
                             .headers = value_get(one, "headers"),
                             .body = value_get(one, "body")};
}

// Stops the machine against these answers; what was asked is in told. The error, or NULL.
static const char *stop(struct world *world, const char *answers)
{
    struct arena *arena = world->arena;
    struct err err = {0};
    const struct primitive *primitive = primitive_find(world->vm, "compute.stop_machine", &err);
    assert_non_null(primitive);
    const struct value *script = json(world, answers);
    const struct value *args[] = {json(world, "{'machine': '" VM "', 'power_off': false}"),
                                  json(world, "{'power': 'running'}"),
                                  json(world, "{'power': 'deallocated'}")};
    struct task *task = task_open(world->vm, &world->run, primitive, SLOT_APPLY, args, 3, NULL);
    size_t next = 0;
    world->told = text_new(arena);
    task_resume(task, NULL, NULL);
    while (task->state == TASK_REQUESTS || task->state == TASK_SLEEP) {
        struct response *responses = ARENA_ARRAY(arena, struct response, task->request_count + 1);
        if (task->state == TASK_SLEEP)
            text_addf(&world->told, "sleep %lld\n", (long long)task->sleep_ms);
        for (size_t i = 0; task->state == TASK_REQUESTS && i < task->request_count; i++)
            responses[i] = scripted(world, script, &next, &task->requests[i]);
        task_resume(task, responses, NULL);
    }
    const char *error = task->state == TASK_DONE ? NULL : arena_strdup(arena, task->err->message);
    task_close(task);
    assert_int_equal(next, value_count(script));
    return error;
}

#define POST "POST arm:" VM "/deallocate?api-version=2024-03-01\n"
#define ACCEPTED                                                                                             \
    "{'status': 202, 'headers': {" DATE ", 'azure-asyncoperation': '" STATUS "', 'location': '" RESULT       \
    "', 'retry-after': '10'}}"

static void follows_the_status(void **state)
{
    struct world *world = *state;
    const char *error =
        stop(world, "[" ACCEPTED ", {'headers': {" DATE ", 'retry-after': '3'}, 'body': {'status': "
                    "'InProgress'}}, {'headers': {" DATE "}, 'body': {'status': 'Running'}}, "
                    "{'headers': {" DATE
                    "}, 'body': {'status': 'SUCCEEDED'}}, {'status': 204, 'headers': {" DATE "}}]");
    assert_null(error);
    // At once, then as told, then as usual; in the end the result.
    assert_string_equal(world->told.ptr, POST "GET " STATUS "\nsleep 3000\nGET " STATUS
                                              "\nsleep 5000\nGET " STATUS "\nGET " RESULT "\n");
}

static void tells_why_it_failed(void **state)
{
    struct world *world = *state;
    const char *error =
        stop(world, "[" ACCEPTED ", {'headers': {" DATE "}, 'body': {'status': 'Failed', 'error': {'code': "
                    "'AllocationFailed', 'message': 'No capacity.'}}}]");
    assert_non_null(error);
    assert_non_null(strstr(error, "ended as Failed AllocationFailed: No capacity."));
    error = stop(world, "[" ACCEPTED ", {'headers': {" DATE "}, 'body': {'status': 'Canceled'}}]");
    assert_non_null(strstr(error, "ended as Canceled"));
    error = stop(world, "[" ACCEPTED ", {'status': 500, 'headers': {" DATE "}}]");
    assert_non_null(strstr(error, "was answered 500")); // the reading failed, not the operation
    error =
        stop(world, "[{'status': 409, 'body': {'code': 'Conflict', 'message': 'It runs.'}}]"); // no envelope
    assert_non_null(strstr(error, "was answered 409 Conflict: It runs."));
    error = stop(world, "[" ACCEPTED ", {'headers': {" DATE "}, 'body': 'Failed'}]");
    assert_non_null(strstr(error, "its status is gone"));
}

// Whoever says that it takes years is asked again after ten minutes, and does not use the patience up.
static void waits_no_longer_than_is_of_use(void **state)
{
    struct world *world = *state;
    const char *error =
        stop(world, "[" ACCEPTED ", {'headers': {" DATE ", 'retry-after': '999999999'}, 'body': {'status': "
                    "'InProgress'}}, {'headers': {" DATE ", 'retry-after': '1e400'}, 'body': {'status': "
                    "'InProgress'}}, {'headers': {" DATE
                    "}, 'body': {'status': 'Succeeded'}}, {'status': 204, 'headers': {" DATE "}}]");
    assert_null(error);
    assert_string_equal(world->told.ptr, POST "GET " STATUS "\nsleep 600000\nGET " STATUS
                                              "\nsleep 600000\nGET " STATUS "\nGET " RESULT "\n");
}

static void follows_a_location_that_moves(void **state)
{
    struct world *world = *state;
    const char *error =
        stop(world, "[{'status': 202, 'headers': {" DATE ", 'location': '" RESULT
                    "', 'retry-after': '1'}}, {'status': "
                    "202, 'headers': {" DATE ", 'location': '" RESULT "9', 'x-ms-retry-after-ms': '250'}}, "
                    "{'status': 200, 'headers': {" DATE "}, 'body': {}}]");
    assert_null(error);
    assert_string_equal(world->told.ptr, POST "GET " RESULT "\nsleep 250\nGET " RESULT "9\n");
}

static void waits_for_nothing_else(void **state)
{
    struct world *world = *state;
    assert_null(stop(world, "[{'status': 200, 'headers': {" DATE "}}]"));
    assert_string_equal(world->told.ptr, POST);
    // A change that was held back has no receipt.
    assert_null(stop(world, "[{'status': 200}]"));
    assert_string_equal(world->told.ptr, POST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(follows_the_status, open_world, close_world),
        cmocka_unit_test_setup_teardown(tells_why_it_failed, open_world, close_world),
        cmocka_unit_test_setup_teardown(waits_no_longer_than_is_of_use, open_world, close_world),
        cmocka_unit_test_setup_teardown(follows_a_location_that_moves, open_world, close_world),
        cmocka_unit_test_setup_teardown(waits_for_nothing_else, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
