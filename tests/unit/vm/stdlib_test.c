// The shipped primitives. Every one loads, documents itself and gives an example that its own types accept;
// and the cases of fixtures/stdlib run them against scripted answers: what they observe, plan, send and take
// back.
#include "../test.h"

#include "base/file.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "policy/request.h"
#include "vm/prim.h"
#include "vm/task.h"
#include "vm/vm.h"

struct world {
    struct arena *arena;
    struct vm *vm;
    struct vm_run run;
    const struct value *registry; // for the cases without one of their own
};

static const struct value *load(struct arena *arena, const char *path)
{
    struct err err = {0};
    size_t length;
    char *bytes = file_read(arena, path, 1 << 20, &length, &err);
    const struct value *value = bytes == NULL ? NULL : json_parse(arena, path, bytes, length, &err);
    if (value == NULL)
        fail_msg("%s:%d: %s", path, err.pos.line, err.message);
    return value;
}

static int open_world(void **state)
{
    static const char *const folders[] = {NULL};
    struct arena *arena = arena_open();
    struct world *world = ARENA_NEW(arena, struct world);
    struct err err = {0};
    world->arena = arena;
    world->vm = vm_open(arena, catalog_open(arena, folders), &err);
    if (world->vm == NULL)
        fail_msg("%s:%d: %s", err.pos.file, err.pos.line, err.message);
    const struct value *who = load(arena, "fixtures/stdlib/who.json");
    world->run = (struct vm_run){.arena = arena,
                                 .now = "2026-11-22T02:15:30.000Z",
                                 .profile = value_get(who, "profile"),
                                 .registry = value_get(who, "register"),
                                 .self = value_get(who, "self")};
    world->registry = world->run.registry;
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

static void every_primitive_loads(void **state)
{
    struct world *world = *state;
    size_t count = 0, wrong = 0;
    for (const char *const *name = primitive_names(world->vm); *name != NULL; name++, count++) {
        struct err err = {0};
        const struct primitive *primitive = primitive_find(world->vm, *name, &err);
        const struct value *example = NULL;
        if (primitive != NULL)
            example = schema_check(world->arena, primitive->params, primitive->example, "the example", &err);
        if (primitive == NULL || example == NULL || primitive_doc(world->arena, primitive)[0] == '\0' ||
            value_is_null(primitive->permissions)) {
            print_error("%s: %s:%d: %s\n", *name, err.pos.file == NULL ? "" : err.pos.file, err.pos.line,
                        err.code == E_NONE ? "no comment on top, or no permissions" : err.message);
            wrong++;
        }
    }
    assert_true(count >= 30);
    assert_int_equal(wrong, 0);
}

// One case while it runs.
struct scene {
    struct world *world;
    const char *file;
    const struct value *script; // the case
    const struct primitive *primitive;
    const struct value *p;
    struct value *sent; // changing requests: list of "METHOD URL[ BODY][ If-Match ETAG]"
};

// JSON with secrets shown as a mark.
static const struct value *unmask(struct arena *arena, const struct value *value)
{
    if (value_is(value, VALUE_SECRET))
        return value_string(arena, "<secret>");
    if (!value_is(value, VALUE_MAP))
        return value;
    struct value *map = value_map(arena);
    for (size_t i = 0; i < value->count; i++)
        value_put(arena, map, value->fields[i].key, unmask(arena, value->fields[i].value));
    return map;
}

static struct response answer(struct scene *scene, const struct request *request)
{
    struct arena *arena = scene->world->arena;
    char *name = arena_printf(arena, "%s %s", request->method, request->url);
    const struct value *answers = value_get(scene->script, "answers"), *body = NULL;
    bool reads = strcmp(request->method, "GET") == 0 || strstr(request->url, "/query") != NULL ||
                 strstr(request->url, "ResourceGraph") != NULL;
    if (reads && request->body != NULL) // one of several to that address
        body = value_get(answers, arena_printf(arena, "%s %s", name, json_text(arena, request->body)));
    if (body == NULL)
        body = value_get(answers, name);
    const char *etag = value_text_at(request->headers, "If-Match");
    if (!reads)
        value_append(arena, scene->sent,
                     value_printf(arena, "%s%s%s%s%s", name, request->body == NULL ? "" : " ",
                                  request->body == NULL ? "" : json_text(arena, unmask(arena, request->body)),
                                  etag == NULL ? "" : " If-Match ", etag == NULL ? "" : etag));
    int64_t status = value_int_at(body, "$status", reads && body == NULL ? 404 : 200);
    return (struct response){.status = (int)status, .body = status == 200 ? body : NULL};
}

static const struct value *run_slot(struct scene *scene, enum primitive_slot slot,
                                    const struct value *const *args, size_t count)
{
    struct arena *arena = scene->world->arena;
    struct secret_memo *secrets = ARENA_NEW(arena, struct secret_memo);
    struct task *task =
        task_open(scene->world->vm, &scene->world->run, scene->primitive, slot, args, count, secrets);
    task_resume(task, NULL, NULL);
    for (int turns = 0; turns < 100 && task->state != TASK_DONE && task->state != TASK_FAILED; turns++) {
        struct response *responses = ARENA_ARRAY(arena, struct response, task->request_count + 1);
        for (size_t i = 0; task->state == TASK_REQUESTS && i < task->request_count; i++)
            responses[i] = answer(scene, &task->requests[i]);
        task_resume(task, responses, NULL);
    }
    const struct value *result = task->result;
    if (task->state != TASK_DONE)
        result = value_printf(arena, "!%s (%s:%d)", task->err->message,
                              task->err->pos.file == NULL ? "" : task->err->pos.file, task->err->pos.line);
    task_close(task);
    return result;
}

static void expect(struct scene *scene, const char *what, const struct value *got)
{
    const struct value *wanted = value_get(scene->script, what);
    const char *error = value_text(wanted);
    if (wanted == NULL && (value_text(got) == NULL || value_text(got)[0] != '!'))
        return;
    if (error != NULL && value_text(got) != NULL && strstr(value_text(got), error) != NULL)
        return;
    if (!value_equal(wanted == NULL ? &value_null : wanted, got == NULL ? &value_null : got))
        fail_msg("%s, %s: %s\n  %s\n  wanted\n  %s", scene->file, value_text_at(scene->script, "case"), what,
                 json_text(scene->world->arena, unmask(scene->world->arena, got)),
                 json_text(scene->world->arena, wanted));
}

static void expect_sent(struct scene *scene, const char *what)
{
    expect(scene, what, scene->sent);
    scene->sent = value_list(scene->world->arena);
}

static void play_change(struct scene *scene, const struct value *before)
{
    const struct value *desired = run_slot(scene, SLOT_PLAN, (const struct value *[]){scene->p, before}, 2);
    expect(scene, "plan", desired);
    const struct value *after = value_merge_patch(scene->world->arena, before, desired);
    if (value_get(scene->script, "result") != NULL)
        expect(scene, "result",
               run_slot(scene, SLOT_RESULT, (const struct value *[]){scene->p, before, after}, 3));
    if (value_get(scene->script, "apply") == NULL)
        return;
    (void)run_slot(scene, SLOT_APPLY, (const struct value *[]){scene->p, before, desired}, 3);
    expect_sent(scene, "apply");
    if (value_get(scene->script, "undo") == NULL)
        return;
    (void)run_slot(scene, SLOT_UNDO, (const struct value *[]){scene->p, before, after}, 3);
    expect_sent(scene, "undo");
}

static void play(struct world *world, const char *file, const struct value *script)
{
    struct err err = {0};
    const struct value *own = value_get(script, "register");
    world->run.registry = own != NULL ? own : world->registry;
    struct scene scene = {.world = world, .file = file, .script = script, .sent = value_list(world->arena)};
    scene.primitive = primitive_find(world->vm, value_text_at(script, "do"), &err);
    if (scene.primitive != NULL)
        scene.p =
            schema_check(world->arena, scene.primitive->params, value_get(script, "with"), "with", &err);
    if (scene.p == NULL)
        fail_msg("%s, %s: %s", file, value_text_at(script, "case"), err.message);
    if (scene.primitive->has[SLOT_ONCE]) {
        (void)run_slot(&scene, SLOT_APPLY, (const struct value *[]){scene.p, NULL, NULL}, 3);
        expect_sent(&scene, "apply");
        return;
    }
    const struct value *before = run_slot(&scene, SLOT_OBSERVE, (const struct value *[]){scene.p}, 1);
    expect(&scene, "observe", before);
    bool failed = value_text(before) != NULL; // a state is a record
    if (scene.primitive->has[SLOT_PLAN] && !failed)
        play_change(&scene, before);
}

static void cases(void **state)
{
    struct world *world = *state;
    static const char *const files[] = {"alerts", "vault",    "objects", "log", "people",
                                        "rbac",   "machines", "pages",   NULL};
    for (const char *const *file = files; *file != NULL; file++) {
        char *path = arena_printf(world->arena, "fixtures/stdlib/%s.json", *file);
        const struct value *list = load(world->arena, path);
        for (size_t i = 0; i < value_count(list); i++)
            play(world, path, value_item(list, i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_primitive_loads), cmocka_unit_test(cases)};
    return cmocka_run_group_tests(tests, open_world, close_world);
}
