// Files of tests: what is read of them. With the argument `good` or `bad` the program prints, as JSON lines
// for a validator, files that can be read and such that cannot; that they can or cannot is tested here.
#include "../test.h"

#include <stdio.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "cli/test_file.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "data/yaml.h"

static const char *const bad[] = {
    "cases: []",
    "playbook: x",
    "playbook: x\ncases: {}",
    "playbook: x\ncases: []\nmore: 1",
    "playbook: x\ncases: [{name: a}]",
    "playbook: x\ncases: [{expect: {}}]",
    "playbook: x\ncases: [{name: a, mode: dry, expect: {}}]",
    "playbook: x\ncases: [{name: a, approve: 'yes', expect: {}}]",
    "playbook: x\ncases: [{name: a, answers: {q: 1}, expect: {}}]",
    "playbook: x\ncases: [{name: a, expect: {exit: done}}]",
    "playbook: x\ncases: [{name: a, expect: {steps: {a: ok}}}]",
    "playbook: x\ncases: [{name: a, expect: {effects: [a]}}]",
    "playbook: x\ncases: [{name: a, expect: {clauses: {A: planed}}}]",
    "playbook: x\ncases: [{name: a, expect: {efects: {}}}]",
};

static const struct value *parse(struct arena *arena, const char *name, const char *text)
{
    struct err err = {0};
    const struct value *value = yaml_parse(arena, name, text, strlen(text), &err);
    assert_non_null(value);
    return value;
}

static void bad_ones_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = {0};
        if (schema_check(arena, test_file_schema(arena), parse(arena, "bad", bad[i]), "it", &err) != NULL)
            fail_msg("is read: %s", bad[i]);
    }
    arena_close(arena);
}

static void values_know_their_lines(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    const struct value *test = test_file_read(arena, "../playbooks/new/playbook.test.yaml", &err);
    const struct value *one = value_item(value_get(test, "cases"), 0);
    assert_string_equal(value_text_at(one, "mode"), "dry-run");
    assert_true(value_flag_at(one, "approve"));
    assert_false(value_flag_at(one, "unattended"));
    const struct value *status = value_at(one, "expect.effects.firewall");
    assert_string_equal(value_pos(status).file, "../playbooks/new/playbook.test.yaml");
    assert_true(value_pos(status).line > value_pos(one).line);
    arena_close(arena);
}

static void only_tests_are_read(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    assert_null(test_file_read(arena, "../playbooks/new/playbook.yaml", &err));
    assert_int_equal(err.code, E_USAGE);
    assert_null(test_file_read(arena, "nothing.test.yaml", &err));
    assert_int_equal(err.code, E_FILE);
    arena_close(arena);
}

static void files_are_named_from_there(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    assert_string_equal(test_file_beside(arena, "a/b.test.yaml", "c.json"), "a/c.json");
    assert_string_equal(test_file_beside(arena, "b.test.yaml", "c.json"), "c.json");
    assert_string_equal(test_file_beside(arena, "a/b.test.yaml", "/c.json"), "/c.json");
    assert_null(test_file_beside(arena, "a/b.test.yaml", NULL));
    arena_close(arena);
}

static void print_folder(struct arena *arena, const char *folder)
{
    for (char **name = folder_list(arena, folder); *name != NULL; name++) {
        struct err err = {0};
        size_t length;
        const char *path = arena_printf(arena, "%s/%s", folder, *name);
        const char *text = test_file_is(path) ? file_read(arena, path, YAML_MAX_FILE, &length, &err) : NULL;
        if (text != NULL)
            puts(json_text(arena, parse(arena, path, text)));
    }
}

int main(int argc, char **argv)
{
    if (argc == 2) {
        struct arena *arena = arena_open();
        for (size_t i = 0; i < sizeof bad / sizeof *bad && strcmp(argv[1], "bad") == 0; i++)
            puts(json_text(arena, parse(arena, "bad", bad[i])));
        if (strcmp(argv[1], "good") == 0) {
            print_folder(arena, "playbooks");
            print_folder(arena, "../playbooks/new");
        }
        arena_close(arena);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_ones_are_refused),
        cmocka_unit_test(values_know_their_lines),
        cmocka_unit_test(only_tests_are_read),
        cmocka_unit_test(files_are_named_from_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
