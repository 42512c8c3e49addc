// Clause catalogues: what a good one gives, and what is refused.
#include "../test.h"

#include "base/file.h"
#include "playbook/catalog.h"
#include "playbook/procedure.h"

#define HEAD "procedure: t\nversion: 1.0.0\ntitle: T\nsource:\n  - {id: page, title: Page}\nclauses:\n"

// The catalogue `t` with that text, in a folder of its own.
static const struct procedure *load_in(struct arena *arena, const char *text, const char *name,
                                       const char *language, struct err_list *errors)
{
    struct err err = {0};
    char root[SCRATCH_SIZE];
    scratch_open(root);
    const char *folder = arena_printf(arena, "%s/playbooks/procedures", root);
    const char *path = arena_printf(arena, "%s/t.yaml", folder);
    assert_true(file_mkdirs(folder, &err));
    assert_true(file_replace(path, text, strlen(text), &err));
    const char **folders = ARENA_ARRAY(arena, const char *, 2);
    folders[0] = arena_strdup(arena, root);
    struct catalog *catalog = catalog_open(arena, folders);
    catalog_speak(catalog, language);
    const struct procedure *procedure = procedure_load(catalog, name, (struct src_pos){"p", 3, 4}, errors);
    scratch_close(root);
    return procedure;
}

static const struct procedure *load(struct arena *arena, const char *text, const char *name,
                                    struct err_list *errors)
{
    return load_in(arena, text, name, "en", errors);
}

static void reads(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err_list *errors = err_list_new(arena);
    const struct procedure *procedure =
        load(arena,
             HEAD "  - {id: A-1, text: One, source: page l.3, who: D>A}\n"
                  "  - {id: A-2, text: Two, source: page, who: \"-\", optional: true, note: why}\n",
             "t", errors);
    assert_int_equal(errors->count, 0);
    assert_non_null(procedure);
    assert_int_equal(procedure->clause_count, 2);
    assert_string_equal(procedure_find(procedure, "A-1")->source, "page l.3");
    assert_true(procedure_find(procedure, "A-2")->optional);
    assert_null(procedure_find(procedure, "A-3"));
    arena_close(arena);
}

// Each clause in the language asked for where it has that, else in English, in whatever order they stand.
static void speaks(void **state)
{
    (void)state;
    static const char text[] = HEAD "  - {id: A, text: {en: One, fr: Un}, source: page, who: A}\n"
                                    "  - {id: B, text: {fr: Deux, en: Two}, source: page, who: A}\n"
                                    "  - {id: C, text: {en: Three, ja: San}, source: page, who: A}\n"
                                    "  - {id: D, text: Four, source: page, who: A}\n";
    static const char *const wanted[][5] = {{"en", "One", "Two", "Three", "Four"},
                                            {"fr", "Un", "Deux", "Three", "Four"},
                                            {"de", "One", "Two", "Three", "Four"}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct arena *arena = arena_open();
        struct err_list *errors = err_list_new(arena);
        const struct procedure *procedure = load_in(arena, text, "t", wanted[i][0], errors);
        assert_non_null(procedure);
        for (size_t c = 0; c < 4; c++)
            assert_string_equal(procedure->clauses[c].text, wanted[i][c + 1]);
        arena_close(arena);
    }
}

static void refuses(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {HEAD "  - {id: A-1, text: One, source: other, who: A}\n",
         "the clause A-1 has a source that is not listed: 'other'"},
        {HEAD "  - {id: A-1, text: One, source: page, who: X}\n", "'who' cannot be 'X'"},
        {HEAD "  - {id: A 1, text: One, source: page, who: A}\n",
         "'A 1': a clause id has letters, digits and '-'"},
        {HEAD "  - {id: A-1, source: page, who: A}\n", "a clause has no 'text'"},
        {HEAD "  - {id: A-1, text: {fr: Un}, source: page, who: A}\n",
         "the clause has no English text: 'en'"},
        {HEAD "  - {id: A-1, text: {en: One, FR: Un}, source: page, who: A}\n", "'FR' is not a language"},
        {HEAD "  - {id: A-1, text: One, source: page, who: A, wo: A}\n", "'wo' is not a key of a clause"},
        {HEAD "  - {id: A, text: B, source: page, who: A}\n  - {id: A, text: B, source: page, who: A}\n",
         "the clause A stands twice"},
        {HEAD "  - text\n", "a clause is a mapping, not a string"},
        {"procedure: t\nversion: 1.0.0\ntitle: T\nsource: []\nclauses: []\n",
         "a clause catalogue needs 'source', a list of 1 to 1000 entries"},
        {"procedure: u\nversion: 1.0.0\ntitle: T\nsource:\n  - {id: a, title: b}\nclauses:\n  - {id: A, "
         "text: B, "
         "source: a, who: A}\n",
         "'procedure' is 'u', but the file is called t.yaml"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_open();
        struct err_list *errors = err_list_new(arena);
        assert_null(load(arena, cases[i][0], "t", errors));
        assert_true(errors->count > 0);
        assert_string_equal(errors->items[0].message, cases[i][1]);
        arena_close(arena);
    }
    struct arena *arena = arena_open();
    struct err_list *errors = err_list_new(arena);
    assert_null(load(arena, HEAD, "T", errors));
    assert_string_equal(errors->items[0].message, "there is no clause catalogue 'T'");
    assert_string_equal(errors->items[0].hint, "did you mean 't'?");
    assert_int_equal(errors->items[0].pos.line, 3);
    errors = err_list_new(arena);
    assert_null(load(arena, HEAD, "leavers", errors));
    assert_non_null(strstr(errors->items[0].hint, "playbooks/procedures/leavers.yaml"));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(speaks),
                                       cmocka_unit_test(refuses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
