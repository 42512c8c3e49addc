// Scripts that mean to keep the machine busy inside one call of a C function, where no count of instructions
// ends them, and numbers that no clock shows.
#include "world.h"

#include <stdio.h>
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

// Few instructions that each take long.
static void reading_has_an_end(void **state)
{
    (void)state;
    assert_non_null(strstr(result_of("local s = '[' .. string.rep('1', 100000, ',') .. ']'; "
                                     "while true do parse_json(s) end"),
                           "without waiting"));
    // What the reading of it takes is the script's time, too.
    assert_non_null(strstr(result_of("while true do alert_of({mail = {text = '', headers = "
                                     "{{name = 'From', value = 'a@b.example'}}}}) end"),
                           "without waiting"));
}

// One call that compares long texts many times.
static void comparing_has_an_end(void **state)
{
    (void)state;
    static const char *const calls[] = {"table.sort(t)", "list.sort(t)",
                                        "for i = 1, 20 do list.contains(t, a) end",
                                        "for i = 1, 20 do list.where(u, 'n', a) end"};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char script[400];
        snprintf(
            script, sizeof script,
            "local s = string.rep('a', 1000000); local a, b, c, t, u = s .. 'x', s .. 'y', s .. 'z', {}, {}; "
            "for i = 1, 40000 do t[i] = i %% 3 == 0 and c or b; u[i] = {n = b} end; %s",
            calls[i]);
        if (strstr(result_of(script), "without waiting") == NULL)
            fail_msg("%s: %s", calls[i], result_of(script));
    }
    assert_string_equal(result_of("local t = {3, 1, 2}; table.sort(t); return {r = t}"), "[1,2,3]");
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

// Two names that would be the same in the trail, a list of which the end would be lost in silence, and what
// other steps would see.
static void what_is_no_value_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"return {r = {['a\\0b'] = 1, a = 2}}", "holds a NUL"},
        {"return {r = {['\\xc3'] = 1, ['\\xc4'] = 2}}", "not UTF-8"},
        {"local t = list {1, 2, 3, 4}; t[2] = nil; return {r = t}", "something is nil"},
        {"return {r = list {nil, 2}}", "something is nil"},
        {"_ENV.shared = 1; return {r = 1}", "'shared' cannot be set"},
        {"table.insert = nil; return {r = 1}", "'insert' cannot be set"},
        {"local t = {}; for i = 1, 100001 do t[i] = 'x' end; return {r = table.concat(t)}",
         "at most 100,000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (strstr(result_of(cases[i][0]), cases[i][1]) == NULL)
            fail_msg("%s: %s", cases[i][0], result_of(cases[i][0]));
    assert_string_equal(result_of("local t = list {1, 2}; t[2] = nil; return {r = t}"), "[1]");
}

static void times_are_such(void **state)
{
    (void)state;
    assert_non_null(strstr(result_of("return {r = time.of(9223372036854775)}"), "four-digit years"));
    assert_string_equal(result_of("return {r = time.of(253402300799)}"), "\"9999-12-31T23:59:59.000Z\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_take_linear_time),      cmocka_unit_test(reading_has_an_end),
        cmocka_unit_test(comparing_has_an_end),        cmocka_unit_test(patterns_are_short),
        cmocka_unit_test(what_is_no_value_is_refused), cmocka_unit_test(times_are_such)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
