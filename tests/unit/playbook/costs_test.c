// What reading and checking cost: it grows with the playbook, whatever stands in it.
#include "world.h"

#include "playbook/catalog.h"
#include "playbook/playbook.h"

static const char *no_folders[] = {NULL};

static const struct playbook *parse(struct arena *arena, const char *text, struct err_list *errors)
{
    struct catalog_file *file = ARENA_NEW(arena, struct catalog_file);
    *file = (struct catalog_file){.path = "p.yaml", .name = "p.yaml", .bytes = text, .length = strlen(text)};
    return playbook_parse_yaml(arena, file, errors);
}

enum { DEEP = 8, TIMES = 24 };

// The innermost cannot be taken back, each other calls the one before it many times, and the outermost does
// so in a group.
static const char *text_of(struct arena *arena, int depth, const char *first, const char *group)
{
    struct text text = text_new(arena);
    text_add(&text, "playbook: p\nversion: 1.0.0\nalerts: [KV_*]\nsteps:\n");
    if (depth == 0)
        text_add(&text, "  - {id: last, do: vault.wipe, with: {vault: /a/b}}\n");
    if (depth + 1 == DEEP)
        text_addf(&text, "%s  - id: group\n    %s\n    steps:\n", first, group);
    for (int i = 0; i < TIMES && depth > 0; i++)
        text_addf(&text, "%s  - call: p\n", depth + 1 == DEEP ? "    " : "");
    return text.ptr;
}

// Each called playbook is looked into once. What cannot be taken back is told also where it stands in one.
static void calls(void **state)
{
    (void)state;
    static const char *const outer[][3] = {
        {"", "lease: 1h", "a lease ends by taking back, and 'last' (line 5) cannot be taken back"},
        {"  - {id: first, do: vault.disable, with: {vault: /a/b, name: x}, on_error: undo}\n", "note: x",
         "'last' cannot be taken back, as 'on_error: undo' of 'first'"}};
    for (size_t o = 0; o < sizeof outer / sizeof *outer; o++) {
        struct arena *arena = arena_open();
        struct err_list *errors = err_list_new(arena);
        const struct playbook *playbook = NULL;
        for (int depth = 0; depth < DEEP; depth++) {
            const struct playbook *inner = playbook;
            playbook = parse(arena, text_of(arena, depth, outer[o][0], outer[o][1]), errors);
            assert_non_null(playbook);
            for (size_t i = 0; i < playbook->call_count; i++)
                playbook->calls[i]->called = inner;
        }
        (void)check_playbook(playbook, catalog_open(arena, no_folders), &world_new(arena)->check, errors);
        size_t told = 0;
        for (size_t i = 0; i < errors->count; i++)
            told += strstr(errors->items[i].message, outer[o][2]) != NULL;
        assert_int_equal(told, 1);
        arena_close(arena);
    }
}

static const char *numbered(struct arena *arena, const char *top, const char *row, int count, const char *end)
{
    struct text text = text_new(arena);
    text_addf(&text, "playbook: p\nversion: 1.0.0\nsteps:\n%s", top);
    for (int i = 0; i < count; i++)
        text_addf(&text, row, i);
    text_add(&text, end);
    return text.ptr;
}

static void many_choices(void **state)
{
    (void)state;
    static const int counts[] = {ASK_MAX_CHOICES, ASK_MAX_CHOICES + 1};
    for (size_t i = 0; i < 2; i++) {
        struct arena *arena = arena_open();
        struct err_list *errors = err_list_new(arena);
        (void)parse(arena, numbered(arena, "  - ask: Which?\n    choices:\n", "      - c%d\n", counts[i], ""),
                    errors);
        assert_int_equal(errors->errors, i);
        if (i == 1)
            assert_string_equal(errors->items[0].message, "a question has at most 100 choices");
        arena_close(arena);
    }
}

// Four times as many cases take about four times as much memory.
static void many_cases(void **state)
{
    (void)state;
    size_t used[2];
    for (size_t i = 0; i < 2; i++) {
        struct arena *arena = arena_open();
        struct err_list *errors = err_list_new(arena);
        const char *text = numbered(arena, "  - choose: params.x\n    cases:\n", "      c%d: []\n",
                                    i == 0 ? 1000 : 4000, "    otherwise: []\n");
        assert_non_null(parse(arena, text, errors));
        used[i] = arena_used(arena);
        arena_close(arena);
    }
    assert_true(used[1] < 6 * used[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(calls), cmocka_unit_test(many_choices),
                                       cmocka_unit_test(many_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
