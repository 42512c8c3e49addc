// Playbooks from text: what a good one becomes, and every mistake of form with its place.
#include "../test.h"

#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"

#define HEAD "playbook: p\nversion: 1.0.0\nsteps:\n"

static const struct playbook *parse(struct arena *arena, const char *path, const char *text,
                                    struct err_list **errors)
{
    struct catalog_file *file = ARENA_NEW(arena, struct catalog_file);
    *file = (struct catalog_file){.path = path, .name = path, .bytes = text, .length = strlen(text)};
    *errors = err_list_new(arena);
    return playbook_parse_yaml(arena, file, *errors);
}

static void whole(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err_list *errors;
    const struct playbook *playbook = parse(
        arena, "p.yaml",
        "playbook: keyvault-alert\nversion: 1.2.0-rc.1\ntitle: Respond\nprocedure: keyvault\nalerts: [KV_*]\n"
        "params:\n  networks: {type: list, of: cidr, default: [], help: Networks}\n"
        "steps:\n"
        "  - id: origin\n    ask: Was ${alert.actor.name or 'a \"}\"'} expected for $${x}?\n    choices: [a, "
        "b]\n"
        "    otherwise: b\n    within: 4h\n    to: owner\n    clause: [KV-1, KV-2]\n"
        "  - do: x.y\n    for_each: alert.targets\n    as: target\n    parallel: 8\n    when: true\n"
        "    with: {vault: \"${alert.resource.id}\", n: 3, list: [\"${target.name}\"], c: {d: [1]}}\n"
        "    retry: {attempts: 5, backoff: 2s}\n    timeout: 1m\n    on_error: continue\n"
        "  - choose: origin.answer\n    cases:\n      a:\n        - end: done\n    otherwise: []\n"
        "  - parallel:\n      - let: {n: \"${#alert.targets}\"}\n      - lua: |\n          return 1\n",
        &errors);
    assert_int_equal(errors->count, 0);
    assert_non_null(playbook);
    assert_string_equal(playbook->name, "keyvault-alert");
    assert_int_equal(playbook->steps.count, 4);
    assert_int_equal(playbook->step_count, 7);
    assert_non_null(schema_field(playbook->params, "networks"));
    const struct step *ask = playbook->steps.items[0];
    assert_int_equal(ask->kind, STEP_ASK);
    assert_int_equal(ask->text->kind, TEMPLATE_TEXT);
    assert_int_equal(ask->text->count, 3);
    assert_string_equal(ask->text->parts[1]->expr->source, "alert.actor.name or 'a \"}\"'");
    assert_int_equal(ask->text->parts[1]->expr->pos.line, 10);
    assert_int_equal(ask->text->parts[1]->expr->pos.column, 16);
    assert_string_equal(ask->text->parts[2]->constant->text, " expected for ${x}?");
    assert_int_equal(ask->within_ms, 4 * 3600 * 1000);
    assert_string_equal(ask->clauses[1], "KV-2");
    const struct step *doing = playbook->steps.items[1];
    assert_string_equal(doing->id, "step-2");
    assert_string_equal(doing->as, "target");
    assert_int_equal(doing->at_once, 8);
    assert_string_equal(doing->when->source, "true");
    assert_int_equal(doing->with->parts[0]->kind, TEMPLATE_EXPR);
    assert_int_equal(doing->with->parts[0]->expr->pos.column, 22);
    assert_int_equal(doing->with->parts[1]->kind, TEMPLATE_CONSTANT);
    assert_int_equal(doing->with->parts[2]->kind, TEMPLATE_LIST);
    assert_int_equal(doing->with->parts[3]->kind, TEMPLATE_CONSTANT);
    assert_int_equal(doing->attempts, 5);
    assert_int_equal(doing->on_error, ON_ERROR_CONTINUE);
    const struct step *choose = playbook->steps.items[2];
    assert_int_equal(choose->case_count, 2);
    assert_null(choose->cases[1].value);
    assert_string_equal(playbook->steps.items[3]->steps.items[1]->script->source, "return 1\n");
    assert_true(playbook_answers(playbook, "SIMULATED_KV_TORAccess", NULL));
    assert_false(playbook_answers(playbook, NULL, "dns"));
    arena_close(arena);
}

// A playbook that is a value made elsewhere, with functions in place of expressions.
static void functions(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct value *function = value_map(arena), *step = value_map(arena), *root = value_map(arena),
                 *steps = value_list(arena);
    value_put(arena, function, "$function", value_int(arena, 7));
    value_put_text(arena, step, "do", "a.b");
    value_put(arena, step, "when", function);
    value_append(arena, steps, step);
    value_put_text(arena, root, "playbook", "p");
    value_put_text(arena, root, "version", "1.0.0");
    value_put(arena, root, "steps", steps);
    struct err_list *errors = err_list_new(arena);
    struct catalog_file lua = {.path = "p.lua", .name = "p.lua", .bytes = "", .length = 0},
                        yaml = {.path = "p.yaml", .name = "p.yaml", .bytes = "", .length = 0};
    const struct playbook *playbook = playbook_parse(arena, &lua, root, errors);
    assert_non_null(playbook);
    assert_int_equal(playbook->steps.items[0]->when->function_ref->integer, 7);
    playbook_parse(arena, &yaml, root, errors); // where a map is no function
    assert_int_equal(errors->errors, 1);
    arena_close(arena);
}

static const struct {
    const char *text, *message, *hint;
    int line, column;
} wrong[] = {
    {"[]", "a playbook is a mapping, not a list", "", 1, 1},
    {"playbook: p\nversion: 1.0\nsteps: [{end: x}]", "'1.0' is not a version",
     "write three numbers, such as 1.0.0 (semver.org)", 2, 10},
    {"playbook: p\nversion: 1.01.0\nsteps: [{end: x}]", "'1.01.0' is not a version",
     "write three numbers, such as 1.0.0 (semver.org)", 2, 10},
    {"playbook: p\nverson: 1.0.0\nversion: 1.0.0\nsteps: [{end: x}]", "'verson' is not a key of a playbook",
     "did you mean 'version'?", 2, 1},
    {"playbook: p\nversion: 1.0.0", "the playbook has no 'steps'", "", 1, 1},
    {"playbook: p\nversion: 1.0.0\nsteps: []", "a playbook has one step at least", "", 3, 8},
    {"playbook: P 1\nversion: 1.0.0\nsteps: [{end: x}]",
     "the name of a playbook has small letters, digits and '-', not 'P 1'", "", 1, 11},
    {HEAD "  - id: a\n    wen: true\n    end: x", "'wen' is not a key of a step", "did you mean 'when'?", 5,
     5},
    {HEAD "  - end: x\n    with: {}", "'with' does not belong to a step with 'end'", "", 5, 5},
    {HEAD "  - call: other\n    do: a.b", "'do' beside 'call': a step does one thing", "", 5, 5},
    {HEAD "  - id: returns\n    end: x\nreturns: {a: 1}",
     "a playbook with 'returns' has no step of that name besides", "", 4, 5},
    {HEAD "  - steps: [{end: x}]\n    on_error: continue",
     "'on_error' does not belong to a step with 'steps'", "", 5, 5},
    {HEAD "  - end: x\nreturns: {status: 1}", "every step has a 'status' of its own", "", 5, 11},
    {HEAD "  - do: a.b\n    on_error: halt", "'on_error' cannot be 'halt'",
     "its values: stop, continue, ask, undo", 5, 15},
    {HEAD "  - id: a", "the step does nothing",
     "it needs one of do, ask, task, let, steps, choose, parallel, call, lua, end, fail", 4, 5},
    {HEAD "  - do: a.b\n    task: x", "'task' beside 'do': a step does one thing", "", 5, 5},
    {HEAD "  - id: a\n    end: x\n  - id: a\n    end: y", "the id 'a' stands twice", "", 6, 9},
    {HEAD "  - id: end\n    end: x", "'end' is a word of Lua and cannot be a name", "", 4, 9},
    {HEAD "  - id: alert\n    end: x", "'alert' has a meaning of its own and cannot be a name here", "", 4,
     9},
    {HEAD "  - id: a-b\n    end: x", "'a-b' is not a name that expressions can use",
     "letters from a to z, digits and '_', not beginning with a digit", 4, 9},
    {HEAD "  - do: a.b\n    as: x", "'as' belongs to 'for_each'", "", 5, 9},
    {HEAD "  - do: a.b\n    parallel: 8", "'parallel' belongs to 'for_each'", "", 5, 15},
    {HEAD "  - do: a.b\n    for_each: alert.ips\n    parallel: 65",
     "'parallel' must be a whole number from 1 to 64", "", 6, 15},
    {HEAD "  - do: a.b\n    for_each: alert.ips\n    parallel: 0",
     "'parallel' must be a whole number from 1 to 64", "", 6, 15},
    {HEAD "  - do: a.b\n    retry: {attempts: true}", "'attempts' must be a whole number from 1 to 20", "", 5,
     23},
    {HEAD "  - do: a.b\n    retry: 5", "'retry' must be a mapping", "write {attempts: 5, backoff: 2s}", 5,
     12},
    {HEAD "  - do: a.b\n    timeout: 5", "'timeout' must be a duration",
     "write it such as 90s, 15m, 4h or 2d", 5, 14},
    {HEAD "  - do: a.b\n    timeout: 0s", "'timeout' must be a duration",
     "write it such as 90s, 15m, 4h or 2d", 5, 14},
    {HEAD "  - do: a.b\n    lease: 0s", "'lease' must be a duration", "write it such as 90s, 15m, 4h or 2d",
     5, 12},
    {HEAD "  - ask: x", "a step with 'ask' needs 'choices'", "", 4, 5},
    {HEAD "  - ask: x\n    choices: [a]", "a question needs two choices at least", "", 5, 14},
    {HEAD "  - ask: x\n    choices: [a, a]", "the choice 'a' stands twice", "", 5, 18},
    {HEAD "  - ask: x\n    choices: [a, true]", "'choices' must be a text, not a boolean",
     "write 'true' in quotes", 5, 18},
    {HEAD "  - ask: x\n    choices: [expected, unknown]\n    otherwise: unknwn",
     "'otherwise' must be one of the choices, not 'unknwn'", "did you mean 'unknown'?", 6, 16},
    {HEAD "  - choose: a.b", "a step with 'choose' needs 'cases'", "", 4, 5},
    {HEAD "  - choose: a.b\n    cases: {}", "'cases' must be a mapping from values to lists of steps", "", 5,
     12},
    {HEAD "  - choose: a.b\n    cases: []", "'cases' must be a mapping from values to lists of steps", "", 5,
     12},
    {HEAD "  - x", "a step is a mapping, not a string", "", 4, 5},
    {"playbook: p\nversion: 1.0.0\nsteps: x", "'steps' must be a list of steps, not a string", "", 3, 8},
    {HEAD "  - when:\n    end: x", "an expression is wanted here, not null",
     "in YAML ' #' begins a comment: quote an expression that has one", 4, 10},
    {HEAD "  - id: a23456789_123456789_123456789_123456789_123456789_123456789_1\n    end: x",
     "a name of more than 60 letters", "", 4, 9},
    {HEAD "  - steps: x", "'steps' must be a list of steps, not a string", "", 4, 12},
    {HEAD "  - when: a = b\n    end: x", "'=' assigns, which an expression cannot", "write '==' to compare",
     4, 13},
    {HEAD "  - when: \"a \\\" = b\"\n    end: x", "the string is not closed", "", 4, 14},
    {HEAD "  - when: 'a == ''b'' = c'\n    end: x", "'=' assigns, which an expression cannot",
     "write '==' to compare", 4, 23},
    {HEAD "  - when: |\n      a.b\n        = c\n    end: x", "'=' assigns, which an expression cannot",
     "write '==' to compare", 6, 9},
    {HEAD "  - when: >\n      a.b\n      = c\n    end: x", "'=' assigns, which an expression cannot",
     "write '==' to compare", 6, 7},
    {HEAD "  - when: a.b\n      = c\n    end: x", "'=' assigns, which an expression cannot",
     "write '==' to compare", 5, 7},
    {HEAD "  - end: é ${a.b.} x", "a name is wanted after '.'", "", 4, 18},
    {HEAD "  - end: x ${a.b", "the ${ is not closed by a }", "", 4, 14},
    {HEAD "  - end: x ${}", "an expression is wanted here", "", 4, 14},
    {HEAD "  - end: 5", "'end' must be a text, not a whole number", "write '5' in quotes", 4, 10},
    {HEAD "  - task: x\n    to: ${a.b}", "'to' names a role or person; it holds no ${…}", "", 5, 9},
    {"playbook: p\nversion: 1.0.0\nparams: {a: strin}\nsteps: [{end: x}]", "there is no type 'strin'",
     "did you mean 'string'?", 3, 13},
    {"playbook: p\nversion: 1.0.0\nparams: {a-b: string}\nsteps: [{end: x}]",
     "'a-b' is not a name that expressions can use",
     "letters from a to z, digits and '_', not beginning with a digit", 3, 10},
    {HEAD "  - let: {status: 1}", "every step has a 'status' of its own", "", 4, 11},
    {HEAD "  - let: {$function: 1}", "'$function' is not a name that expressions can use",
     "letters from a to z, digits and '_', not beginning with a digit", 4, 11},
};

static void mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct arena *arena = arena_open();
        struct err_list *errors;
        const struct playbook *playbook = parse(arena, "t.yaml", wrong[i].text, &errors);
        const struct err *err = &errors->items[0];
        (void)playbook; // there is one where nothing is hidden by the mistake
        if (errors->count != 1 || strcmp(err->message, wrong[i].message) != 0 ||
            strcmp(err->hint, wrong[i].hint) != 0 || err->pos.line != wrong[i].line ||
            err->pos.column != wrong[i].column)
            fail_msg("%s\n  %zu errors; %d:%d: %s (%s)\n  expected %d:%d: %s (%s)", wrong[i].text,
                     errors->count, errors->count ? err->pos.line : 0, errors->count ? err->pos.column : 0,
                     errors->count ? err->message : "", errors->count ? err->hint : "", wrong[i].line,
                     wrong[i].column, wrong[i].message, wrong[i].hint);
        arena_close(arena);
    }
}

// SemVer, and nothing near it.
static void versions(void **state)
{
    (void)state;
    static const char *const good[] = {"1.0.0",      "0.10.200",       "123456789.0.0",
                                       "1.0.0-rc.1", "1.0.0-0.x-y",    "1.0.0-01a",
                                       "1.0.0+01",   "1.0.0-a+b.01.c", "10.20.30-a--b"};
    static const char *const bad[] = {"",           "1",        "1.0",       "1.0.0.0",        "1.0.x",
                                      "1..0",       "01.0.0",   "1.0.0-",    "1.0.0-01",       "1.0.0+",
                                      "1.0.0-a..b", "1.0.0-a.", "1.0.0+a_",  "1.0.0-a+",       "v1.0.0",
                                      "1.0.0 ",     "1.0.0x",   "1.0.0-a b", "1234567890.0.0", "1.0.0-1.00"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!playbook_is_version(good[i]))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (playbook_is_version(bad[i]))
            fail_msg("taken: %s", bad[i]);
}

// A playbook answers kinds and types, those of simulated alerts too; one without alerts answers none.
static void answers(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err_list *errors;
    const struct playbook *some =
        parse(arena, "t", "playbook: p\nversion: 1.0.0\nalerts: [KV_*, dns]\nsteps: [{end: x}]", &errors);
    const struct playbook *none = parse(arena, "t", HEAD "  - end: x", &errors);
    assert_true(playbook_answers(some, "kv_Tor", NULL) && playbook_answers(some, NULL, "dns"));
    assert_true(playbook_answers(some, "SIMULATED_KV_Tor", "keyvault") && playbook_answers(some, "x", "DNS"));
    assert_false(playbook_answers(some, "SIM_KV_Tor", "keyvault") || playbook_answers(some, NULL, NULL));
    assert_false(playbook_answers(none, "KV_Tor", "dns"));
    arena_close(arena);
}

static void limits(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err_list *errors;
    struct text many = text_new(arena), deep = text_new(arena);
    text_add(&many, HEAD);
    text_add(&deep, "playbook: p\nversion: 1.0.0\nsteps: ");
    for (int i = 0; i < 1010; i++)
        text_add(&many, "  - end: x\n");
    for (int i = 0; i < 31; i++)
        text_add(&deep, "[{steps: ");
    text_add(&deep, "[{end: x}]");
    for (int i = 0; i < 31; i++)
        text_add(&deep, "}]");
    assert_null(parse(arena, "t", many.ptr, &errors));
    assert_int_equal(errors->count, 1);
    assert_string_equal(errors->items[0].message, "more than 1000 steps");
    assert_null(parse(arena, "t", deep.ptr, &errors)); // the reader's own limit is 64 levels of YAML
    assert_int_equal(errors->items[0].code, E_LIMIT);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole),    cmocka_unit_test(functions),
                                       cmocka_unit_test(mistakes), cmocka_unit_test(versions),
                                       cmocka_unit_test(answers),  cmocka_unit_test(limits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
