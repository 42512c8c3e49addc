// Expressions: which paths they mention and what is refused, and where (tables/mention.tab).
#include "table.h"

#include "playbook/mention.h"

static const char *shown(struct arena *arena, const struct expr *expr)
{
    struct text text = text_new(arena);
    for (size_t i = 0; i < expr->mention_count; i++) {
        const struct mention *mention = &expr->mentions[i];
        text_addf(&text, "%s%s%s", i > 0 ? " " : "", mention_text(arena, mention),
                  mention->call    ? "()"
                  : mention->whole ? "*"
                                   : "");
    }
    return text.ptr;
}

static void table(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    int wrong = 0;
    for (struct table_case *c = table_read(arena, "tables/mention.tab"); c->input != NULL; c++) {
        struct expr expr = {.source = c->input, .pos = {"t", 1, 1}};
        struct err err = {0};
        const char *got = mention_scan(arena, &expr, &err)
                              ? shown(arena, &expr)
                              : arena_printf(arena, "%d:%d %s", err.pos.line, err.pos.column, err.message);
        if (strcmp(got, c->expected) != 0 || c->fails != (err.code != E_NONE))
            wrong += table_wrong("mention.tab", c, got);
    }
    assert_int_equal(wrong, 0);
    arena_close(arena);
}

static void positions(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct expr expr = {.source = "é == alert.ip", .pos = {"t", 3, 7}};
    struct err err = {0};
    assert_false(mention_scan(arena, &expr, &err));
    assert_int_equal(err.pos.line, 3);
    assert_int_equal(err.pos.column, 7);
    expr.source = "'é'\n  == alert.ip";
    assert_true(mention_scan(arena, &expr, &err));
    assert_int_equal(expr.mentions[0].pos.line, 4);
    assert_int_equal(expr.mentions[0].pos.column, 6);
    arena_close(arena);
}

static void limits(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    struct text deep = text_new(arena), names = text_new(arena), fields = text_new(arena);
    text_addc(&fields, 'a');
    for (int i = 0; i < 1000; i++) {
        text_addc(&deep, '(');
        text_add(&fields, ".b");
        text_add(&names, i > 0 ? " or a" : "a");
    }
    struct expr expr = {.source = deep.ptr, .pos = {"t", 1, 1}};
    assert_false(mention_scan(arena, &expr, &err));
    assert_string_equal(err.message, "brackets are nested deeper than 64");
    expr.source = names.ptr;
    assert_false(mention_scan(arena, &expr, &err));
    assert_string_equal(err.message, "more than 256 names in one expression");
    expr.source = fields.ptr;
    assert_false(mention_scan(arena, &expr, &err));
    assert_string_equal(err.message, "a path of more than 16 names");
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(table), cmocka_unit_test(positions),
                                       cmocka_unit_test(limits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
