// Scripts that mean to keep the machine busy inside one call of a C function, where no count of instructions
// ends them, and numbers that no clock shows.
#include "world.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "data/json.h"
#include "data/value.h"

enum { MOST_S = 10 };

// What the script of one step returns, or the reason why it failed.
static const char *result_of(const char *script)
{
    static char kept[400];
    struct world *world = world_open(&(struct world_config){0});
    const char *text = arena_printf(
        world->arena, "playbook: law\nversion: 1.0.0\nsteps:\n  - id: one\n    lua: |\n      %s\n", script);
    int64_t began = clock_processor_ns();
    world_run(world, world_playbook(world, text), MODE_DRY_RUN, NULL);
    assert_true(clock_processor_ns() - began < MOST_S * INT64_C(1000000000));
    const struct value *told = world_record(world, "step.finished", "one"),
                       *reason = value_get(told, "reason");
    const char *said =
        value_text(reason) != NULL ? value_text(reason) : json_text(world->arena, value_at(told, "result.r"));
    assert_true(strlen(said) < sizeof kept);
    memcpy(kept, said, strlen(said) + 1);
    world_close(world);
    return kept;
}

static void lists_take_linear_time(void **state)
{
    (void)state;
    assert_string_equal(result_of("local a, b = list {}, list {}; "
                                  "for i = 1, 40000 do a[i] = i; b[i] = -i end; b[1] = 7; "
                                  "return {r = list.count(list.without(a, b))}"),
                        "39999");
    assert_string_equal(result_of("local a = {{n = 1}, {n = 2}, {m = 3}}; return {r = "
                                  "list {list.without(a, {{n = 2.0}}, 'n'), list.without(a, {{}}, 'n'), "
                                  "list.without({'1', 1, true}, {1}), list.without({1}, nil)}}"),
                        "[[{\"n\":1},{\"m\":3}],[{\"n\":1},{\"n\":2}],[\"1\",true],[1]]");
}

static void patterns_are_short(void **state)
{
    (void)state;
    assert_non_null(strstr(result_of("local s = string.rep('a', 1000000); "
                                     "return {r = text.glob('*' .. string.rep('a', 200000) .. 'b', s)}"),
                           "longer than 256 bytes"));
    assert_string_equal(result_of("return {r = text.glob('*' .. string.rep('a', 255), "
                                  "string.rep('a', 255))}"),
                        "true");
}

static void times_are_such(void **state)
{
    (void)state;
    assert_non_null(strstr(result_of("return {r = time.of(9223372036854775)}"), "four-digit years"));
    assert_string_equal(result_of("return {r = time.of(253402300799)}"), "\"9999-12-31T23:59:59.000Z\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists_take_linear_time),
                                       cmocka_unit_test(patterns_are_short),
                                       cmocka_unit_test(times_are_such)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
