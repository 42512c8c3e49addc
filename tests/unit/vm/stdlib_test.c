// The shipped primitives: every one loads, documents itself and gives an example that its own types accept.
#include "../test.h"

#include "data/schema.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "vm/prim.h"
#include "vm/vm.h"

static void every_primitive_loads(void **state)
{
    (void)state;
    static const char *const folders[] = {NULL};
    struct arena *arena = arena_open();
    struct err err = {0};
    struct vm *vm = vm_open(arena, catalog_open(arena, folders), &err);
    assert_non_null(vm);
    size_t count = 0, wrong = 0;
    for (const char *const *name = primitive_names(vm); *name != NULL; name++, count++) {
        err = (struct err){0};
        const struct primitive *primitive = primitive_find(vm, *name, &err);
        const struct value *example = NULL;
        if (primitive != NULL)
            example = schema_check(arena, primitive->params, primitive->example, "the example", &err);
        if (primitive == NULL || example == NULL || primitive->doc == NULL || primitive->doc[0] == '\0' ||
            value_is_null(primitive->permissions)) {
            print_error("%s: %s:%d: %s\n", *name, err.pos.file == NULL ? "" : err.pos.file, err.pos.line,
                        err.code == E_NONE ? "no comment on top, or no permissions" : err.message);
            wrong++;
        }
    }
    vm_close(vm);
    arena_close(arena);
    assert_true(count >= 30);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_primitive_loads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
