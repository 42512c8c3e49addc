// Two versions of a playbook: which steps count as the same, and what differs.
#include "../test.h"

#include "base/text.h"
#include "cli/compare.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"

static struct compared side_of(struct arena *arena, const char *rest)
{
    const char *text = arena_printf(arena, "playbook: x\nversion: 1.0.0\n%s", rest);
    struct catalog_file *file = ARENA_NEW(arena, struct catalog_file);
    *file = (struct catalog_file){.path = "x.yaml", .name = "x.yaml", .bytes = text, .length = strlen(text)};
    struct err_list *errors = err_list_new(arena);
    struct compared side = {.playbook = playbook_parse_yaml(arena, file, errors)};
    if (side.playbook == NULL)
        fail_msg("%s: %s", rest, errors->items[0].message);
    side.linked = (struct linked){.playbooks = {side.playbook}, .count = 1};
    return side;
}

// "what change path", one a line.
static const char *differences(struct arena *arena, const char *old, const char *new)
{
    struct err err = {0};
    struct compared before = side_of(arena, old), after = side_of(arena, new);
    const struct value *list = compare_playbooks(arena, NULL, &before, &after, &err);
    assert_non_null(list);
    struct text out = text_new(arena);
    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *one = value_item(list, i);
        text_addf(&out, "%s %s %s\n", value_text_at(one, "what"), value_text_at(one, "change"),
                  value_text_at(one, "path"));
    }
    return out.ptr;
}

static const struct {
    const char *old, *new, *differences;
} rows[] = {
    {"steps: [{end: x}]", "steps: [{end: x}]", ""},
    {"steps: [{end: x}]", "steps: [{end: y}]", "step changed step-1\n"},
    {"steps: [{end: x}]", "steps: [{fail: x}]", "step added step-1\nstep removed step-1\n"},
    {"steps: [{end: x}]", "steps: [{let: {a: 1}}, {end: x}]", "step added step-1\n"},
    {"steps: [{end: x}]", "steps: [{id: over, end: x}]", ""},
    {"steps: [{id: a, end: x}]", "steps: [{id: b, end: x}]", "step added b\nstep removed a\n"},
    {"steps: [{id: a, let: {x: 1}}, {id: b, let: {x: 2}}, {id: c, let: {x: 3}}]",
     "steps: [{id: c, let: {x: 3}}, {id: a, let: {x: 1}}, {id: b, let: {x: 2}}]", "place changed c\n"},
    {"steps: [{id: a, let: {x: 1}}, {id: b, let: {x: 2}}]",
     "steps: [{id: n, let: {x: 0}}, {id: a, let: {x: 1}}, {id: m, let: {x: 0}}, {id: b, let: {x: 2}}]",
     "step added n\nstep added m\n"},
    {"steps: [{id: g, steps: [{id: a, let: {x: 1}}]}]", "steps: [{id: g, steps: [{id: a, let: {x: 2}}]}]",
     "step changed g/a\n"},
    {"steps: [{id: g, steps: [{id: a, let: {x: 1}}, {id: b, let: {x: 2}}]}]",
     "steps: [{id: g, steps: [{id: b, let: {x: 2}}]}, {id: a, let: {x: 1}}]", "place changed a\n"},
    {"steps: [{id: g, steps: [{end: x}]}]", "steps: [{id: g, parallel: [{end: x}]}]", "step changed g\n"},
    {"steps: [{id: p, choose: 1 + 1, cases: {a: [{id: s, end: x}], b: [{end: y}]}}]",
     "steps: [{id: p, choose: 1 + 1, cases: {a: [{end: y}], b: [{id: s, end: x}]}}]",
     "place changed p/step-2\nplace changed p/s\n"},
    {"steps: [{end: x}]\nreturns: {a: 1}", "steps: [{end: x}]\nreturns: {a: 2}", "step changed returns\n"},
    {"params: {a: guid, b: int?}\nsteps: [{end: x}]",
     "params: {a: {type: guid}, c: {type: int, default: 1}}\nsteps: [{end: x}]",
     "param added c\nparam removed b\n"},
    {"params: {a: {type: int, default: 1}}\nsteps: [{end: x}]",
     "params: {a: {type: int, default: 2}}\nsteps: [{end: x}]", "param changed a\n"},
    {"title: t\nalerts: [KV_*]\nsteps: [{end: x}]", "title: u\nalerts: [KV_*]\nsteps: [{end: x}]",
     "head changed title\n"},
    {"steps: [{end: x, clause: [A, B]}]", "steps: [{end: x, clause: [B, C]}]",
     "step changed step-1\nclause added C\nclause removed A\n"},
};

static void table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_open();
        const char *came = differences(arena, rows[i].old, rows[i].new);
        if (strcmp(came, rows[i].differences) != 0)
            fail_msg("%s\n%s\ncame:\n%sexpected:\n%s", rows[i].old, rows[i].new, came, rows[i].differences);
        arena_close(arena);
    }
}

// Compared the other way, what was added is removed, and as much is changed.
static void it_has_two_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_open();
        const char *there = differences(arena, rows[i].old, rows[i].new),
                   *back = differences(arena, rows[i].new, rows[i].old);
        size_t lines[2] = {0};
        for (const char *c = there; *c != '\0'; c++)
            lines[0] += *c == '\n';
        for (const char *c = back; *c != '\0'; c++)
            lines[1] += *c == '\n';
        if (lines[0] != lines[1])
            fail_msg("%s\n%s\nthere:\n%sback:\n%s", rows[i].old, rows[i].new, there, back);
        arena_close(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(table), cmocka_unit_test(it_has_two_ways)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
