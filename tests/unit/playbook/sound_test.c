// The promise of mention.h, tried: random expressions that the scan accepts are run, and read nothing that no
// mention covers. The names they can see hold unknowns; reading one raises, so a read that the mentions did
// not announce shows.
#include "../test.h"

#include "base/text.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/mention.h"
#include "vm/expr.h"
#include "vm/vm.h"

enum { ROUNDS = 60000, MOST_FRAGMENTS = 12 };

static const char *const fragments[] = {
    "alert",
    "alert",
    ".actor",
    ".ip",
    ".x",
    "['x']",
    "[\"actor\"]",
    "[1]",
    "[2]",
    "[params.k]",
    "[params['u']]",
    "params",
    ".k",
    ".u",
    ".n",
    "a.b",
    ".c",
    ".d",
    "a",
    "f",
    "(",
    "(",
    ")",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    "=",
    " == ",
    " ~= ",
    " .. ",
    "#",
    "not ",
    " and ",
    " or ",
    "'x'",
    "'",
    "\"",
    "[[x]]",
    "[[",
    "]]",
    "--",
    "--[[",
    "\n",
    "1",
    "1.",
    ".5",
    " nil ",
    ":upper()",
    ":",
    ".",
    ";",
    "~",
    "-",
    "\\",
    " ",
    "goto",
    "_G.",
    "_ENV.",
    "function",
    "true",
    " < ",
    "+",
    "0x1p",
    "text.lower(",
    "list.first(",
    "list.count(",
    "tostring(",
    "list.pluck(",
    "alert.targets",
    "[#params.k]",
};
enum { FRAGMENT_COUNT = sizeof fragments / sizeof fragments[0] };

struct names {
    const struct value *values;
    struct value *unknown;
    const struct expr *expr;
    int unannounced; // roots that were looked up without a mention
};

static const struct value *find(void *context, const char *root)
{
    struct names *names = context;
    bool mentioned = false;
    for (size_t i = 0; i < names->expr->mention_count; i++)
        mentioned = mentioned || strcmp(names->expr->mentions[i].root, root) == 0;
    names->unannounced += !mentioned;
    return value_get(names->values, root);
}

static void make_names(struct arena *arena, struct names *names)
{
    struct value *alert = value_map(arena), *actor = value_map(arena), *params = value_map(arena),
                 *target = value_map(arena), *targets = value_list(arena), *a = value_map(arena),
                 *b = value_map(arena), *all = value_map(arena);
    names->unknown = value_unknown(arena, "not made yet");
    value_put_text(arena, actor, "name", "Dana");
    value_put_text(arena, actor, "k", "k");
    value_put(arena, actor, "x", names->unknown);
    value_put_text(arena, target, "x", "x");
    value_append(arena, targets, target);
    value_append(arena, targets, names->unknown);
    value_put_text(arena, alert, "ip", "192.0.2.1");
    value_put_text(arena, alert, "x", "x");
    value_put(arena, alert, "actor", actor);
    value_put(arena, alert, "targets", targets);
    value_put_text(arena, params, "k", "actor");
    value_put(arena, params, "n", value_int(arena, 1));
    value_put(arena, params, "u", names->unknown);
    value_put(arena, b, "c", names->unknown);
    value_put_text(arena, b, "d", "d");
    value_put(arena, a, "b", b);
    value_put_text(arena, a, "k", "k");
    value_put(arena, all, "alert", alert);
    value_put(arena, all, "params", params);
    value_put(arena, all, "a", a);
    names->values = all;
}

static uint64_t draw(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static char *random_expression(struct arena *arena, uint64_t *state)
{
    struct text text = text_new(arena);
    size_t count = 1 + (size_t)draw(state) % MOST_FRAGMENTS;
    for (size_t i = 0; i < count; i++)
        text_add(&text, fragments[draw(state) % FRAGMENT_COUNT]);
    return text.ptr;
}

struct tally {
    int accepted, evaluated, unknown;
};

// check.c refuses a playbook that calls what is no function; without that a call could read its path.
static bool calls_functions(struct vm *vm, struct arena *arena, const struct expr *expr)
{
    for (size_t i = 0; i < expr->mention_count; i++) {
        const char *const *name = vm_functions(vm);
        while (*name != NULL && strcmp(*name, mention_text(arena, &expr->mentions[i])) != 0)
            name++;
        if (expr->mentions[i].call && *name == NULL)
            return false;
    }
    return true;
}

static void try_one(struct vm *vm, struct vm_run *run, struct names *names, struct expr *expr,
                    struct tally *tally)
{
    struct err err = {0};
    struct vm_scope scope = {names, find};
    const struct value *result = NULL;
    static const struct expr neighbour = {.source = "42", .slot = 1};
    struct vm_program *program = vm_program_open(vm, 2);
    struct err_list *errors = err_list_new(run->arena);
    tally->accepted++;
    names->expr = expr;
    vm_program_add(program, expr, false);
    vm_program_add(program, &neighbour, false);
    vm_program_compile(program, errors);
    if (vm_eval(vm, run, program, &neighbour, &scope, &result, &err) != EVAL_VALUE || result->integer != 42)
        fail_msg("reached into the expression behind it: %s", expr->source);
    if (errors->count == 0) {
        enum eval_result outcome = vm_eval(vm, run, program, expr, &scope, &result, &err);
        tally->evaluated++;
        tally->unknown += outcome == EVAL_UNKNOWN;
        if (outcome == EVAL_UNKNOWN && result != names->unknown)
            fail_msg("read an unknown that no mention covers: %s", expr->source);
        if (names->unannounced > 0)
            fail_msg("looked up a name that is not mentioned: %s", expr->source);
    }
}

static void reads_are_mentioned(void **state)
{
    (void)state;
    struct err err = {0};
    static const char *const folders[] = {"..", NULL};
    struct arena *arena = arena_open();
    struct vm *vm = vm_open(arena, catalog_open(arena, folders), &err);
    struct vm_run run = {.arena = arena, .now = "2026-11-22T02:15:30Z"};
    struct names names = {0};
    struct tally tally = {0};
    uint64_t seed = 20261122;
    assert_non_null(vm);
    vm_run_open(vm, &run);
    make_names(arena, &names);
    for (int i = 0; i < ROUNDS; i++) {
        struct arena *scratch = arena_open();
        struct expr expr = {.source = random_expression(scratch, &seed), .pos = {"t", 1, 1}};
        if (mention_scan(scratch, &expr, &err) && calls_functions(vm, scratch, &expr))
            try_one(vm, &run, &names, &expr, &tally);
        arena_close(scratch);
    }
    assert_true(tally.accepted > ROUNDS / 50);
    assert_true(tally.evaluated > tally.accepted / 2);
    assert_true(tally.unknown > tally.evaluated / 20);
    vm_run_close(vm, &run);
    vm_close(vm);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_are_mentioned)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
