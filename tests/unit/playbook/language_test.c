// The language as JSON Schema. Here: what is in it. With the argument `good` or `bad` the program prints, as
// JSON lines for a validator, playbooks that check and such that do not; that they do or do not is tested
// here.
#include "../test.h"

#include <stdio.h>

#include "base/text.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "data/yaml.h"
#include "playbook/catalog.h"
#include "playbook/check.h"
#include "playbook/language.h"
#include "playbook/playbook.h"
#include "run/link.h"
#include "run/prepare.h"
#include "vm/vm.h"

#define HEAD "playbook: x\nversion: 1.0.0\n"
#define GET "do: keyvault.get_vault, with: {vault: /subscriptions/s}"

static const char *const good[] = {
    HEAD "steps: [{end: done}]\nreturns: {a: 1}",
    HEAD "alerts: [OUR_*, keyvault]\nsteps: [{end: done, clause: [OUR-1, KV-ACTION-2]}]",
    HEAD "steps: [{when: true, do: keyvault.get_vault, with: {vault: '${run.id}'}}]",
    HEAD
    "params: {a: guid?, b: {type: enum, values: [p, q], default: p}, c: {type: list, of: {type: cidr}}}\n"
    "alerts: keyvault\nsteps: [{end: x}]",
    HEAD "steps: [{id: v, for_each: \"{1, 2}\", as: n, parallel: 2, lua: 'return 1'}]",
    HEAD "steps: [{parallel: [{" GET "}, {steps: [{" GET ", retry: {attempts: 3, backoff: 2s}}]}]}]",
    HEAD "steps: [{id: q, ask: Well?, choices: ['y', 'n'], otherwise: n, within: 4h, to: somebody},\n"
         "        {choose: q.answer, cases: {y: [{end: yes}]}, otherwise: [{fail: no}]}]",
};

static const char *const bad[] = {
    "playbook: x\nsteps: [{end: x}]",
    "playbook: Not a name\nversion: 1.0.0\nsteps: [{end: x}]",
    "playbook: x\nversion: 1.0\nsteps: [{end: x}]",
    "playbook: x\nversion: v1.0.0\nsteps: [{end: x}]",
    HEAD "stpes: [{end: x}]",
    HEAD "steps: {end: x}",
    HEAD "steps: [end]",
    HEAD "title: ''\nsteps: [{end: x}]",
    HEAD "procedure: keyvalut\nsteps: [{end: x}]",
    HEAD "alerts: 5\nsteps: [{end: x}]",
    HEAD "params: {a: giud}\nsteps: [{end: x}]",
    HEAD "params: {a: {type: string, defualt: x}}\nsteps: [{end: x}]",
    HEAD "params: {a: {help: x}}\nsteps: [{end: x}]",
    HEAD "steps: [{id: nothing}]",
    HEAD "steps: [{id: 1a, end: x}]",
    HEAD "steps: [{end: x, fail: x}]",
    HEAD "steps: [{end: x, whne: true}]",
    HEAD "steps: [{end: x, when: {a: 1}}]",
    HEAD "steps: [{do: keyvault.get_valut, with: {vault: /subscriptions/s}}]",
    HEAD "steps: [{do: keyvault.get_vault}]",
    HEAD "steps: [{do: keyvault.get_vault, with: {}}]",
    HEAD "steps: [{do: keyvault.get_vault, with: '${alert}'}]",
    HEAD "steps: [{do: keyvault.get_vault, with: {vault: /subscriptions/s, deep: true}}]",
    HEAD "steps: [{do: keyvault.get_vault, with: {vault: a name}}]",
    HEAD "steps: [{do: keyvault.get_vault, with: {vault: 5}}]",
    HEAD "steps: [{do: keyvault.set_firewall, with: {vault: /subscriptions/s, default_action: Forbid}}]",
    HEAD "steps: [{do: keyvault.set_firewall, with: {vault: /subscriptions/s, add: 203.0.113.0/24}}]",
    HEAD "steps: [{do: keyvault.set_firewall, with: {vault: /subscriptions/s, add: [everybody]}}]",
    HEAD "steps: [{do: keyvault.set_firewall, with: {vault: /subscriptions/s, replace: 'yes'}}]",
    HEAD "steps: [{ask: Well?}]",
    HEAD "steps: [{ask: Well?, choices: [one]}]",
    HEAD "steps: [{ask: Well?, choices: [a, b], within: soon}]",
    HEAD "steps: [{" GET ", choices: [a, b]}]",
    HEAD "steps: [{" GET ", retry: {attempts: 99}}]",
    HEAD "steps: [{" GET ", retry: {times: 3}}]",
    HEAD "steps: [{" GET ", on_error: maybe}]",
    HEAD "steps: [{" GET ", clause: [5]}]",
    HEAD "steps: [{steps: [{" GET ", timeout: 5}]}]",
    HEAD "steps: [{for_each: '{1}', parallel: 0, lua: return 1}]",
    HEAD "steps: [{parallel: [{end: x, colour: red}]}]",
    HEAD "steps: [{choose: 1 + 1}]",
    HEAD "steps: [{choose: 1 + 1, cases: {}}]",
    HEAD "steps: [{choose: 1 + 1, cases: {a: {end: x}}}]",
    HEAD "steps: [{let: 5}]",
};

struct desk {
    struct arena *arena;
    struct catalog *catalog;
    struct vm *vm;
    struct check_world world;
};

static struct desk desk_open(void)
{
    static const char *const folders[] = {"..", NULL};
    struct err err = {0};
    struct desk desk = {.arena = arena_open()};
    desk.catalog = catalog_open(desk.arena, folders);
    desk.vm = vm_open(desk.arena, desk.catalog, &err);
    assert_non_null(desk.vm);
    desk.world = prepare_world(desk.arena, desk.vm);
    return desk;
}

static void desk_close(struct desk *desk)
{
    vm_close(desk->vm);
    arena_close(desk->arena);
}

static size_t errors_in(struct desk *desk, const char *text)
{
    struct err_list *errors = err_list_new(desk->arena);
    const struct catalog_file file = {
        .path = "x.yaml", .name = "x.yaml", .bytes = text, .length = strlen(text)};
    const struct playbook *playbook = playbook_parse_yaml(desk->arena, &file, errors);
    struct linked linked;
    if (playbook != NULL && link_calls(desk->arena, desk->catalog, desk->vm, playbook, &linked, errors))
        (void)check_playbook(playbook, desk->catalog, &desk->world, errors);
    return errors->errors;
}

static void they_check_or_not(void **state)
{
    (void)state;
    struct desk desk = desk_open();
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (errors_in(&desk, good[i]) > 0)
            fail_msg("does not check: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (errors_in(&desk, bad[i]) == 0)
            fail_msg("checks: %s", bad[i]);
    desk_close(&desk);
}

static bool offers(const struct value *schema, const char *definition, const char *word)
{
    const struct value *ways = value_at(schema, definition);
    for (size_t i = 0; i < value_count(ways); i++)
        if (text_same(value_text_at(value_item(ways, i), "const"), word))
            return true;
    return false;
}

static void it_says_what_is_declared(void **state)
{
    (void)state;
    struct desk desk = desk_open();
    struct err err = {0};
    const struct value *schema = language_schema(desk.arena, desk.catalog, &desk.world, &err);
    assert_non_null(schema);
    assert_string_equal(value_text_at(schema, "properties.title.description"), "one line for people");
    const struct value *primitives = value_at(schema, "definitions.primitive.anyOf");
    size_t count = 0;
    for (; desk.world.primitives[count] != NULL; count++)
        assert_string_equal(value_text_at(value_item(primitives, count), "const"),
                            desk.world.primitives[count]);
    assert_int_equal(value_count(primitives), count);
    assert_true(count > 50);
    assert_true(offers(schema, "definitions.clause.anyOf", "KV-ACTION-2"));
    assert_true(offers(schema, "definitions.alert.anyOf", "KV_TORAccess"));
    desk_close(&desk);
}

static void a_broken_primitive_is_told(void **state)
{
    (void)state;
    static const char *const names[] = {"keyvault.nothing", NULL};
    struct desk desk = desk_open();
    struct err err = {0};
    desk.world.primitives = names;
    assert_null(language_schema(desk.arena, desk.catalog, &desk.world, &err));
    assert_int_equal(err.code, E_UNKNOWN_NAME);
    desk_close(&desk);
}

static int print(struct arena *arena, const char *name, const char *text, size_t length)
{
    struct err err = {0};
    const struct value *value = yaml_parse(arena, name, text, length, &err);
    if (value == NULL) {
        fprintf(stderr, "%s: %s\n", name, err.message);
        return 1;
    }
    puts(json_text(arena, value));
    return 0;
}

static int print_shipped(struct arena *arena)
{
    static const char *const folders[] = {"..", NULL};
    struct catalog *catalog = catalog_open(arena, folders);
    int failed = 0;
    for (const char **path = catalog_list(catalog, arena, "playbooks/", ".yaml"); *path != NULL; path++) {
        struct err err = {0};
        const struct catalog_file *file = catalog_find(catalog, *path, &err);
        if (file != NULL &&
            (text_starts(file->bytes, "playbook:") || strstr(file->bytes, "\nplaybook:") != NULL) &&
            !text_ends(*path, ".test.yaml"))
            failed |= print(arena, file->name, file->bytes, file->length);
    }
    return failed;
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_open();
    int failed = 0;
    if (argc == 2 && strcmp(argv[1], "bad") == 0)
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
            failed |= print(arena, "bad", bad[i], strlen(bad[i]));
    else if (argc == 2 && strcmp(argv[1], "good") == 0)
        for (size_t i = 0; i < sizeof good / sizeof *good; i++)
            failed |= print(arena, "good", good[i], strlen(good[i]));
    if (argc == 2) {
        failed |= strcmp(argv[1], "good") == 0 && print_shipped(arena);
        arena_close(arena);
        return failed;
    }
    arena_close(arena);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_check_or_not),
        cmocka_unit_test(it_says_what_is_declared),
        cmocka_unit_test(a_broken_primitive_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
