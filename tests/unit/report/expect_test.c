// What a test expects, against a made-up run: every line of what is said.
#include "../test.h"

#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "data/yaml.h"
#include "report/expect.h"
#include "report/view.h"

// A firewall is planned and a lock is in place, two secrets were tried, one question is open and one is
// answered.
static struct view *a_view(struct arena *arena)
{
    static struct view_step steps[] = {
        {.path = "firewall", .status = "planned"},
        {.path = "disable[0]", .status = "planned"},
        {.path = "disable[1]", .status = "skipped", .reason = "not when: secret.on"},
    };
    static struct view_effect effects[] = {
        {.path = "firewall", .status = "planned", .resource = "/subscriptions/s/vaults/kv"},
        {.path = "lock", .status = "in-place", .resource = "/subscriptions/s/locks/l"},
        {.path = "disable[0]", .status = "failed", .reason = "403"},
    };
    static struct view_ask asks[] = {{.path = "origin", .answer = "expected"}, {.path = "people/close"}};
    static struct view_note notes[] = {{.severity = "warning", .message = "odd"},
                                       {.severity = "error", .message = "it was answered 403"}};
    struct err err = {0};
    static const char text[] = "{rules: [{value: a, on: true}, {value: b}], count: 2}";
    struct view *view = view_new(arena);
    effects[0].after = yaml_parse(arena, "after", text, sizeof text - 1, &err);
    effects[1].after = effects[2].after = &value_null;
    for (size_t i = 0; i < 3; i++)
        steps[i].clauses = effects[i].clauses = value_list(arena);
    view->steps = steps;
    view->step_count = 3;
    view->effects = effects;
    view->effect_count = 3;
    view->asks = asks;
    view->ask_count = 2;
    view->notes = notes;
    view->note_count = 2;
    view->exit = 1;
    view->status = "failed";
    return view;
}

// "LINE:COLUMN message (hint) [notes]", one a line.
static const char *said(struct arena *arena, const char *yaml)
{
    struct err err = {0};
    const struct schema *schema = schema_parse(arena, expect_declaration(arena), &err);
    assert_non_null(schema);
    const struct value *written = yaml_parse(arena, "t", yaml, strlen(yaml), &err);
    const struct value *expected = written == NULL ? NULL : schema_check(arena, schema, written, "it", &err);
    if (expected == NULL)
        fail_msg("%s: %s", yaml, err.message);
    struct err_list *unmet = err_list_new(arena);
    expect_compare(a_view(arena), expected, unmet);
    struct text out = text_new(arena);
    for (size_t i = 0; i < unmet->count; i++) {
        const struct err *one = &unmet->items[i];
        assert_int_equal(one->code, E_EXPECT);
        text_addf(&out, "%d:%d %s", one->pos.line, one->pos.column, one->message);
        if (one->hint[0] != '\0')
            text_addf(&out, " (%s)", one->hint);
        if (one->notes[0] != '\0')
            text_addf(&out, " [%.*s]", (int)strcspn(one->notes, "\n"), one->notes);
        text_addc(&out, '\n');
    }
    return out.ptr;
}

static void table(void **state)
{
    (void)state;
    static const struct {
        const char *expected, *said;
    } rows[] = {
        {"{exit: 1}", ""},
        {"{}", "1:1 the run: expected exit 0, came 1 (failed) [it was answered 403]\n"},
        {"{exit: 4}", "1:8 the run: expected exit 4, came 1 (failed) [it was answered 403]\n"},
        {"{exit: 1, steps: {firewall: planned, 'disable[0]': planned}}", ""},
        {"{exit: 1, steps: {firewall: done}}", "1:29 step firewall: expected done, came planned\n"},
        {"{exit: 1, steps: {disable*: planned}}",
         "1:29 step disable[1]: expected planned, came skipped [not when: secret.on]\n"},
        {"{exit: 1, steps: {firewal: planned}}",
         "1:28 step firewal: expected planned, came none (did you mean 'firewall'?)\n"},
        {"{exit: 1, effects: {disable: failed}}",
         "1:30 effect disable: expected failed, came none (it is a loop: 'disable[*]' are all of its "
         "items)\n1:20 effect firewall: expected none, came planned\n1:20 effect disable[0]: expected none, "
         "came "
         "failed\n"},
        {"{exit: 1, steps: {x*: planned}}", "1:23 step x*: expected planned, came none\n"},
        {"{exit: 1, effects: {firewall: planned, 'disable[0]': failed}}", ""},
        {"{exit: 1, effects: {'*': planned}}", "1:26 effect lock: expected planned, came in-place\n1:26 "
                                               "effect disable[0]: expected planned, came failed "
                                               "[403]\n"},
        {"{exit: 1, effects: {firewall: planned}}", "1:20 effect disable[0]: expected none, came failed\n"},
        {"{exit: 1, effects: {}}", "1:20 effect firewall: expected none, came planned\n"
                                   "1:20 effect disable[0]: expected none, came failed\n"},
        {"{exit: 1, resources: {firewall: '*/vaults/kv', lock: '/subscriptions/?/locks/l'}}", ""},
        {"{exit: 1, resources: {firewall: '*/vaults/k'}}",
         "1:33 effect firewall, resource: expected */vaults/k, came /subscriptions/s/vaults/kv\n"},
        {"{exit: 1, after: {firewall: {rules: [{value: b}], count: 2}, lock: null}}", ""},
        {"{exit: 1, after: {firewall: {rules: [], more: null}}}", ""},
        {"{exit: 1, after: {firewall: {count: 3, rules: [{value: a, on: false}]}}}",
         "1:37 effect firewall, after.count: expected 3, came 2\n1:47 effect firewall, after.rules: expected "
         "[{\"value\":\"a\",\"on\":false}], came [{\"value\":\"a\",\"on\":true},{\"value\":\"b\"}]\n"},
        {"{exit: 1, after: {lock: {count: 3}}}",
         "1:25 effect lock, after: expected {\"count\":3}, came null\n"},
        {"{exit: 1, answers: {origin: expected}}", ""},
        {"{exit: 1, answers: {people/close: yes}}",
         "1:35 the answer to people/close: expected yes, came nothing\n"},
        {"{exit: 1, answers: {close: yes}}",
         "1:28 the answer to close: expected yes, came none (did you mean 'people/close'?)\n"},
        {"{exit: 1, clauses: {A: done}}", "1:24 clause A: expected done, came none\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_open();
        const char *came = said(arena, rows[i].expected);
        if (strcmp(came, rows[i].said) != 0)
            fail_msg("%s:\n%sexpected:\n%s", rows[i].expected, came, rows[i].said);
        arena_close(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
