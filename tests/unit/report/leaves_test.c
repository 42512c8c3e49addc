// The screen of an explored run: combinations of answers that join are told as one, none is left out or made
// up.
#include "../test.h"

#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "report/leaves.h"
#include "report/view.h"
#include "report/wrap.h"

#define CHANGE                                                                                               \
    "{\"path\":\"b\",\"resource\":\"/x/"                                                                     \
    "y\",\"after\":{\"a\":%d},\"requests\":[{\"body\":{\"$secret\":\"%s\"}}]}"

static const struct value *parse(struct arena *arena, const char *text)
{
    struct err err = {0};
    const struct value *value = json_parse(arena, "t", text, strlen(text), &err);
    if (value == NULL)
        fail_msg("%s", err.message);
    return value;
}

static const char *shown(struct arena *arena, const char *leaves)
{
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, 80, false);
    struct view *view = view_new(arena);
    view->leaves = parse(arena, leaves);
    leaves_print(&wrap, view);
    return out.ptr;
}

static void products(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    // a and b are free of each other; c is asked only where a is 2.
    assert_string_equal(shown(arena, "[{\"answers\":{\"a\":\"1\",\"b\":\"1\"},\"effects\":[],\"also\":["
                                     "{\"a\":\"1\",\"b\":\"2\"},{\"a\":\"3\",\"b\":\"1\"},"
                                     "{\"a\":\"2\",\"b\":\"1\",\"c\":\"1\"},{\"a\":\"3\",\"b\":\"2\"}]}]"),
                        "What each answer would lead to\n"
                        "  a = 1 | 3, b = 1 | 2\n"
                        "  or a = 2, b = 1, c = 1\n"
                        "    changes nothing\n"
                        "  Together they could touch 0 resources.\n\n");
    // Not a product: 1,1 and 2,2 alone.
    assert_string_equal(shown(arena, "[{\"answers\":{\"a\":\"1\",\"b\":\"1\"},\"effects\":[],\"also\":["
                                     "{\"a\":\"2\",\"b\":\"2\"}]}]"),
                        "What each answer would lead to\n"
                        "  a = 1, b = 1\n"
                        "  or a = 2, b = 2\n"
                        "    changes nothing\n"
                        "  Together they could touch 0 resources.\n\n");
    arena_close(arena);
}

static const char *change(struct arena *arena, int after, const char *secret)
{
    return arena_printf(arena, "[" CHANGE "]", after, secret);
}

static void equality(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const struct value *one = parse(arena, change(arena, 1, "x"));
    assert_true(leaves_same_effects(one, parse(arena, change(arena, 1, "y")))); // its own secret
    assert_false(leaves_same_effects(one, parse(arena, change(arena, 2, "x"))));
    assert_false(leaves_same_effects(one, parse(arena, "[]")));
    // Told apart, though both change the same step.
    const char *screen = shown(arena, arena_printf(arena,
                                                   "[{\"answers\":{\"a\":\"1\"},\"effects\":%s},"
                                                   "{\"answers\":{\"a\":\"2\"},\"effects\":%s}]",
                                                   change(arena, 1, "x"), change(arena, 2, "x")));
    assert_non_null(strstr(screen, "  a = 1\n    1 change: b\n  a = 2\n    1 change: b\n"));
    assert_non_null(strstr(screen, "touch 1 resource:\n"));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(products), cmocka_unit_test(equality)};
    return cmocka_run_group_tests_name("report/leaves", tests, NULL, NULL);
}
