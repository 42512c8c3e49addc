// Checking: names, types, skipped steps, branches, parameters (tables/check.tab); clauses and alerts here.
#include "table.h"
#include "world.h"

#include <unistd.h>

#include "playbook/catalog.h"
#include "playbook/keys.h"
#include "playbook/playbook.h"

enum { HEAD_LINES = 9 };
static const char head[] = "playbook: p\nversion: 1.0.0\nalerts: [KV_*]\nparams:\n"
                           "  principal: {type: enum, values: [remove, restrict], default: remove}\n"
                           "  networks: {type: list, of: cidr, default: []}\n"
                           "  owner: guid?\n"
                           "  strict: {type: bool, default: false}\n"
                           "steps:\n";

static const char *no_folders[] = {NULL};

static void check_text(struct arena *arena, struct catalog *catalog, const char *text,
                       struct err_list *errors)
{
    struct catalog_file file = {.path = "p.yaml", .name = "p.yaml", .bytes = text, .length = strlen(text)};
    const struct playbook *playbook = playbook_parse_yaml(arena, &file, errors);
    if (playbook == NULL)
        return;
    size_t before = errors->errors;
    bool ok = check_playbook(playbook, catalog, &world_new(arena)->check, errors);
    assert_int_equal(ok, errors->errors == before);
}

static void table(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    int wrong = 0;
    for (struct table_case *c = table_read(arena, "tables/check.tab"); c->input != NULL; c++) {
        struct err_list *errors = err_list_new(arena);
        check_text(arena, catalog_open(arena, no_folders), arena_printf(arena, "%s%s\n", head, c->input),
                   errors);
        const char *got = world_shown(arena, errors, HEAD_LINES);
        if (strcmp(got, c->expected) != 0 || c->fails != (errors->errors > 0))
            wrong += table_wrong("check.tab", c, got);
    }
    assert_int_equal(wrong, 0);
    arena_close(arena);
}

// A folder with a clause catalogue `t`, another playbook of that procedure, and some that do not count.

static const char *const files[][2] = {
    {"playbooks/procedures/t.yaml",
     "procedure: t\nversion: 1.0.0\ntitle: T\nsource: [{id: page, title: P}]\nclauses:\n"
     "  - {id: T-ONE, text: Do one., source: page, who: A}\n  - {id: T-TWO, text: Do two., source: page, "
     "who: D}\n"
     "  - {id: T-THREE, text: Three., source: page, who: T}\n  - {id: T-FACT, text: So it is., source: page, "
     "who: \"-\"}\n"
     "  - {id: X-T, text: More., source: page, who: A, optional: true}\n"},
    {"playbooks/other.yaml", "playbook: other\nversion: 1.0.0\nprocedure: t\nsteps:\n  - end: T-THREE-B and "
                             "A-T-THREE\n    clause: T-TWO"},
    {"playbooks/sub/called.yaml",
     "playbook: called\nversion: 1.0.0\nprocedure: t\nsteps:\n  - {end: x, clause: [T-THREE]}\n"},
    {"playbooks/stranger.yaml",
     "playbook: stranger\nversion: 1.0.0\nprocedure: tt\nsteps:\n  - {end: x, clause: [T-THREE]}\n"},
};

static struct catalog *make_catalog(struct arena *arena, char *root)
{
    struct err err = {0};
    scratch_open(root);
    assert_true(file_mkdirs(arena_printf(arena, "%s/playbooks/procedures", root), &err));
    assert_true(file_mkdirs(arena_printf(arena, "%s/playbooks/sub", root), &err));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_true(file_replace(arena_printf(arena, "%s/%s", root, files[i][0]), files[i][1],
                                 strlen(files[i][1]), &err));
    const char **folders = ARENA_ARRAY(arena, const char *, 2);
    folders[0] = root;
    return catalog_open(arena, folders);
}

static void clauses(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"procedure: t\nsteps:\n  - {end: x, clause: [T-ONE, T-THREE]}\n", ""},
        {"procedure: t\nsteps:\n  - {end: x, clause: T-ONE}\n",
         "w 3:12 no step carries out the clause T-THREE (Three.)"},
        {"procedure: t\nsteps:\n  - {end: x, clause: [T-ON, T-ONE, T-THREE]}\n",
         "5:23 the procedure 't' has no clause 'T-ON' (did you mean 'T-ONE'?)"},
        {"procedure: tt\nsteps:\n  - {end: x, clause: T-ONE}\n",
         "3:12 there is no clause catalogue 'tt' (did you mean 't'?)"},
        {"steps:\n  - {end: x, clause: T-ONE}\n  - {end: x, clause: T-ONE}\n",
         "w 4:22 clauses cannot be checked: the playbook names no procedure (procedure: the name of a file "
         "in "
         "playbooks/procedures)"},
    };
    struct arena *arena = arena_open();
    char root[SCRATCH_SIZE];
    struct catalog *catalog = make_catalog(arena, root);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err_list *errors = err_list_new(arena);
        check_text(arena, catalog, arena_printf(arena, "playbook: p\nversion: 1.0.0\n%s", cases[i][0]),
                   errors);
        assert_string_equal(world_shown(arena, errors, 0), cases[i][1]);
    }
    scratch_close(root);
    arena_close(arena);
}

static void alerts(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"alerts: [KV_*, dns, ARM_MicroBurst.*, kv_toraccess]", ""},
        {"alerts: KV_TORAcess", "w 3:9 no known alert fits 'KV_TORAcess' (did you mean 'KV_TORAccess'?)"},
        {"alerts: [dns, K_*]", "w 3:15 no known alert fits 'K_*'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_open();
        struct err_list *errors = err_list_new(arena);
        check_text(arena, catalog_open(arena, no_folders),
                   arena_printf(arena, "playbook: p\nversion: 1.0.0\n%s\nsteps: [{end: x}]\n", cases[i][0]),
                   errors);
        assert_string_equal(world_shown(arena, errors, 0), cases[i][1]);
        arena_close(arena);
    }
}

static void without_alert(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err_list *errors = err_list_new(arena);
    check_text(arena, catalog_open(arena, no_folders),
               "playbook: p\nversion: 1.0.0\nsteps:\n  - end: ${alert.id or 1} ${params.x}\n", errors);
    assert_string_equal(world_shown(arena, errors, 0),
                        "4:12 the playbook takes no alert (say which it answers: alerts: [KV_*]) | "
                        "4:29 the playbook has no parameters");
    arena_close(arena);
}

// What nothing mentions or comes to, and calls with too few or too many values.
static const struct {
    const char *steps, *said;
} idle_cases[] = {
    {"", "w 3:19 the parameter 'b' is mentioned nowhere (use it as params.b, or take it out)"},
    {"  - let: {x: '${params[\"b\"] or 1}'}\n", ""},
    {"  - let: {x: '${params}'}\n", ""},
    {"  - lua: return {x = params.b}\n", ""},
    {"  - lua: local p = params return {x = p.b}\n", ""},
    {"  - lua: local _ENV = {} return {}\n", ""},
    {"  - when: params.b\n    end: x\n", ""},
    {"  - fail: ${params.b or 1}\n", "w 7:5 this step is never reached: the run ends in line 6 (give "
                                     "what ends the run a 'when', or leave "
                                     "out what stands behind it)"},
    {"  - steps: [{end: x}]\n    when: params.b\n", ""},
    {"  - for_each: list.where(alert.ips, 'a', params.b)\n    steps: [{end: x}]\n", ""},
    {"  - {id: q, ask: 'So?', choices: [y, n]}\n"
     "  - {choose: q.answer, cases: {y: [{end: x}, {end: '${params.b or 1}'}], n: []}}\n",
     "w 7:46 this step is never reached: the run ends in line 7 (give what ends the run a 'when', or "
     "leave out what stands behind it)"},
    {"  - {id: q, ask: 'So?', choices: [y, n]}\n"
     "  - {choose: q.answer, cases: {y: [{end: x}], n: [{steps: [{fail: '${params.b or 1}'}]}]}}\n",
     "w 8:5 this step is never reached: the run ends in line 7 (give what ends the run a 'when', or "
     "leave out what stands behind it)"},
    {"  - parallel: [{end: x}, {task: '${params.b or 1}'}]\n", ""},
    {"  - steps: [{let: {x: '${params.b}'}}]\n", ""},
    {"  - {id: q, ask: 'So?', choices: [y, n]}\n"
     "  - {choose: q.answer, cases: {y: [{end: x}], n: [{task: '${params.b or 1}'}]}}\n",
     ""},
    {"  - end: x\n  - fail: ${params.b or 1}\n  - end: y\n",
     "w 7:5 this step is never reached: the run ends in line 6 (give "
     "what ends the run a 'when', or leave out what stands behind it)"},
    {"  - parallel: [{steps: [{end: x}, {end: '${params.b or 1}'}]}]\n",
     "w 6:35 this step is never reached: the run ends in line 6 (give "
     "what ends the run a 'when', or leave out what stands behind it)"},
    {"  - when: params.b\n    steps: [{end: x}, {end: y}]\n",
     "w 7:23 this step is never reached: the run ends in line 7 (give "
     "what ends the run a 'when', or leave out what stands behind it)"},
    {"  - when: net.within(params.b)\n    end: x\n",
     "6:11 'net.within' is given 1 value (net.within(ip, networks))"},
    {"  - when: net.is_ip() == params.b\n    end: x\n",
     "6:11 'net.is_ip' is given 0 values (net.is_ip(value))"},
    {"  - when: net.is_ip(list.pluck({1, 2}, 'x'), params.b)\n    end: x\n",
     "6:11 'net.is_ip' is given 2 values (net.is_ip(value))"},
    {"  - let: {x: '${text.split(params.b)}', y: '${text.split(1, 2, 3)}', z: '${text.split(1, 2, 3, "
     "4)}'}\n",
     "6:76 'text.split' is given 4 values (text.split(s, [separator, n]))"},
    {"  - let: {x: '${list.count(params.b)}', y: '${list.count(1, {2, 3}, (4), 5)}', z: "
     "'${list.count()}'}\n",
     "6:86 'list.count' is given 0 values (list.count(a, …))"},
    {"  - when: run.by:sub(1, 2) == params.b\n    end: x\n", ""},
};

static void idle(void **state)
{
    (void)state;
    static const char *const usages[] = {"net.within(ip, networks)",
                                         "net.is_ip(value): is it one",
                                         "text.lower(s)",
                                         "text.split(s, [separator, n]): pieces, …",
                                         "list.pluck(list, field)",
                                         "list.where(list, field, value)",
                                         "list.count(a, …)",
                                         "tostring(v)"};
    static const char params[] =
        "playbook: p\nversion: 1.0.0\nparams: {a: int?, b: int?}\nalerts: [KV_*]\nsteps:\n",
                      tail[] = "  - end: ${params.a or 1}\n";
    for (size_t i = 0; i < sizeof idle_cases / sizeof *idle_cases; i++) {
        struct arena *arena = arena_open();
        struct err_list *errors = err_list_new(arena);
        const char *text = arena_printf(arena, "%s%s%s", params, idle_cases[i].steps, tail);
        struct catalog_file file = {
            .path = "p.yaml", .name = "p.yaml", .bytes = text, .length = strlen(text)};
        const struct playbook *playbook = playbook_parse_yaml(arena, &file, errors);
        struct check_world *world = &world_new(arena)->check;
        world->idle = true;
        world->usages = usages;
        assert_non_null(playbook);
        bool ok = check_playbook(playbook, catalog_open(arena, no_folders), world, errors);
        assert_int_equal(ok, errors->errors == 0);
        assert_string_equal(world_shown(arena, errors, 0), idle_cases[i].said);
        arena_close(arena);
    }
}

// A wrong key, in the file's head or in a step, is one mistake, and hides none of the others; nor does
// an expression.
static const char *const mistaken[][2] = {
    {"playbook: P\nverson: 1\nalert: [KV_*]\ntitle: 1\nwhatever: 2\nsteps:\n"
     "  - wehn: alert.actor.nmae\n    do: vault.gte\n",
     "2:1 'verson' is not a key of a playbook (did you mean 'version'?) | "
     "3:1 'alert' is not a key of a playbook (did you mean 'alerts'?) | "
     "5:1 'whatever' is not a key of a playbook (its keys: playbook, version, title, procedure, alerts, "
     "params, steps, returns) | "
     "1:11 the name of a playbook has small letters, digits and '-', not 'P' | "
     "2:9 '1' is not a version (write three numbers, such as 1.0.0 (semver.org)) | "
     "4:8 'title' must be a text, not a whole number (write '1' in quotes) | "
     "7:5 'wehn' is not a key of a step (did you mean 'when'?) | "
     "7:11 'alert.actor' has no field 'nmae' (did you mean 'name'?) | "
     "8:9 there is no primitive 'vault.gte' (did you mean 'vault.get'?)"},
    {"version: 1.0.0\nparms: {a: int}\nsteps:\n  - id: q\n    ask: x\n    choises: [a, b]\n"
     "  - name: A title\n    if: q.answr\n    end: ${params.b}\n",
     "2:1 'parms' is not a key of a playbook (did you mean 'params'?) | "
     "6:5 'choises' is not a key of a step (did you mean 'choices'?) | "
     "7:5 'name' is not a key of a step (did you mean 'id'?) | "
     "8:5 'if' is not a key of a step (did you mean 'when'?) | "
     "1:1 the playbook has no 'playbook' | "
     "8:9 'q' has no field 'answr' (did you mean 'answer'?) | "
     "9:12 'params' has no field 'b' (it has a)"},
    {"playbook: p\nversion: x\nsteps:\n  - end: ${a.}\n  - end: ${nobody}\n",
     "2:10 'x' is not a version (write three numbers, such as 1.0.0 (semver.org)) | "
     "4:14 a name is wanted after '.' | 5:12 there is no 'nobody' here"},
    {"playbook: p\nversion: 1.0.0\nsteps:\n  - let: {a: \"${1 +}\", b: \"${nobody} ${[}\", c: 1}\n    "
     "id: l\n"
     "  - when: l.d\n    for_each: {a: 1}\n    as: it\n    do: vault.gte\n    with: {vault: "
     "\"${it.id}\"}\n",
     "4:20 the expression is not complete | 4:40 '[' has nothing to index (a list is written { … }) | "
     "7:15 an expression is wanted here, not a map | 6:11 'l' has no field 'd' (it has status, reason, a, b, "
     "c) | "
     "9:9 there is no primitive 'vault.gte' (did you mean 'vault.get'?)"},
    {"playbook: p\nversion: 1.0.0\nparams: {a: {type: str}}\nsteps:\n  - id: q\n    ask: x\n"
     "    choices: [a, b]\n    otherwise: c\n    within: 4\n  - do: vault.gte\n    retry: 3\n"
     "    on_error: ignore\n    clause: [1]\n  - steps: [{end: \"${params.a.b} ${q.answr}\"}]\n    "
     "timeout: 4h\n",
     "3:20 there is no type 'str' (the types: any, string, int, number, bool, id, guid, ip, cidr, upn, "
     "email, "
     "name, version, url, time, duration, enum, list, set, record, map) | "
     "9:13 'within' must be a duration (write it such as 90s, 15m, 4h or 2d) | "
     "8:16 'otherwise' must be one of the choices, not 'c' (the choices: a, b) | "
     "11:12 'retry' must be a mapping (write {attempts: 5, backoff: 2s}) | "
     "12:15 'on_error' cannot be 'ignore' (its values: stop, continue, ask, undo) | "
     "13:14 'clause' must be a text, not a whole number (write '1' in quotes) | "
     "15:5 'timeout' does not belong to a step with 'steps' | "
     "10:9 there is no primitive 'vault.gte' (did you mean 'vault.get'?) | "
     "14:36 'q' has no field 'answr' (did you mean 'answer'?)"},
};

static void all_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistaken / sizeof mistaken[0]; i++) {
        struct arena *arena = arena_open();
        struct err_list *errors = err_list_new(arena);
        struct catalog_file file = {
            .path = "p.yaml", .name = "p.yaml", .bytes = mistaken[i][0], .length = strlen(mistaken[i][0])};
        const struct playbook *playbook = playbook_parse_yaml(arena, &file, errors);
        if (playbook != NULL)
            assert_false(
                check_playbook(playbook, catalog_open(arena, no_folders), &world_new(arena)->check, errors) &&
                errors->errors == 0);
        assert_string_equal(world_shown(arena, errors, 0), mistaken[i][1]);
        arena_close(arena);
    }
}

// What is not read, or does not check, says why.
static void try_text(struct arena *arena, struct catalog *catalog, const char *text)
{
    struct err_list *errors = err_list_new(arena);
    struct catalog_file file = {.path = "p.yaml", .name = "p.yaml", .bytes = text, .length = strlen(text)};
    const struct playbook *playbook = playbook_parse_yaml(arena, &file, errors);
    if (playbook == NULL || !check_playbook(playbook, catalog, &world_new(arena)->check, errors))
        assert_true(errors->errors > 0);
}

// Every key with every kind of value, in every kind of step: whatever stands there is read or refused.
static void any_value(void **state)
{
    (void)state;
    static const char *const values[] = {
        "null", "true",      "5",           "1.5",           "x",
        "''",   "[]",        "[1, x]",      "[{lua: x}]",    "[[x]]",
        "{}",   "{a: 1}",    "{1: {}}",     "{a: {b: []}}",  "{type: list}",
        "${1}", "'${alert'", "['${1}', 2]", "{a: ['${x}']}", "\"\\t\"",
    };
    static const char *const heads[] = {"playbook", "version", "title", "procedure",
                                        "alerts",   "params",  "steps", "returns"};
    static const char *const kinds[] = {"do: vault.get", "ask: x, choices: [a, b]",
                                        "task: x",       "let: {a: 1}",
                                        "steps: []",     "choose: 1, cases: {}",
                                        "parallel: []",  "call: x",
                                        "lua: x",        "end: x",
                                        "fail: x"};
    for (size_t v = 0; v < sizeof values / sizeof values[0]; v++) {
        struct arena *arena = arena_open();
        struct catalog *catalog = catalog_open(arena, no_folders);
        for (size_t h = 0; h < sizeof heads / sizeof heads[0]; h++)
            try_text(arena, catalog,
                     arena_printf(arena, "%s: %s\n%s%s%s", heads[h], values[v], h == 0 ? "" : "playbook: p\n",
                                  h == 1 ? "" : "version: 1.0.0\n", h == 6 ? "" : "steps: [{end: x}]\n"));
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
            for (const struct key *key = keys_of_step; key->name != NULL; key++)
                try_text(arena, catalog,
                         arena_printf(arena, "playbook: p\nversion: 1.0.0\nsteps: [{%s: %s, %s}]\n",
                                      key->name, values[v], kinds[k]));
        arena_close(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_value), cmocka_unit_test(all_mistakes),
                                       cmocka_unit_test(table),     cmocka_unit_test(clauses),
                                       cmocka_unit_test(alerts),    cmocka_unit_test(without_alert),
                                       cmocka_unit_test(idle)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
