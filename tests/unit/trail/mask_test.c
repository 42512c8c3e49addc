// Keyed hashes of secrets: the published vector, and values in which nothing secret is left.
#include "../test.h"

#include "data/json.h"
#include "data/value.h"
#include "trail/mask.h"

static void vector(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    unsigned char key[CRYPTO_KEY_SIZE];
    for (unsigned char i = 0; i < sizeof key; i++)
        key[i] = i;
    assert_string_equal(mask_text(arena, key, "hunter2"),
                        "hmac-sha256:8629d712da366318588317f3f98c728c71d4819f843d95db8803c019c561c1e7");
    arena_close(arena);
}

static void in_values(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const unsigned char key[CRYPTO_KEY_SIZE] = {1};
    struct value *map = value_map(arena), *list = value_list(arena);
    value_append(arena, list, value_secret(arena, "s1"));
    value_append(arena, list, value_int(arena, 2));
    value_put(arena, map, "list", list);
    value_put_text(arena, map, "plain", "text");
    const struct value *masked = mask_value(arena, key, map);
    assert_false(value_has_secret(masked));
    assert_string_equal(json_text(arena, masked),
                        arena_printf(arena, "{\"list\":[{\"$secret\":\"%s\"},2],\"plain\":\"text\"}",
                                     mask_text(arena, key, "s1")));
    assert_true(value_has_secret(map));
    assert_ptr_equal(mask_value(arena, key, masked), masked);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(vector), cmocka_unit_test(in_values)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
