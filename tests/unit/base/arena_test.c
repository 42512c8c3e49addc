// Arenas: zeroed, aligned, apart from one another, at every size around a power of two.
#include "../test.h"

static void hands_out(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct {
        unsigned char *at;
        size_t size;
    } got[64];
    size_t count = 0, total = 0;
    for (size_t power = 0; power < 20; power++)
        for (size_t near = 0; near < 3; near++) {
            size_t size = ((size_t)1 << power) + near - 1;
            got[count].at = arena_alloc(arena, size);
            got[count].size = size;
            assert_int_equal((uintptr_t)got[count].at % _Alignof(int64_t), 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(got[count].at[i], 0);
            memset(got[count].at, (int)count + 1, size);
            total += size;
            count++;
        }
    for (size_t n = 0; n < count; n++)
        for (size_t i = 0; i < got[n].size; i++)
            assert_int_equal(got[n].at[i], n + 1);
    assert_true(arena_used(arena) >= total);
    arena_close(arena);
    arena_close(NULL);
}

static void copies(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    assert_string_equal(arena_strdup(arena, ""), "");
    assert_string_equal(arena_strndup(arena, "abcdef", 3), "abc");
    assert_string_equal(arena_printf(arena, "%d-%s", 7, "x"), "7-x");
    int *numbers = ARENA_ARRAY(arena, int, 3);
    numbers[2] = 5;
    int *more = arena_grow(arena, numbers, 3, 100, sizeof *more);
    assert_int_equal(more[2], 5);
    assert_int_equal(more[99], 0);
    assert_non_null(arena_array(arena, 0, 8));
    void *heap = arena_heap(NULL, 10);
    heap = arena_heap(heap, 1000);
    assert_non_null(heap);
    assert_null(arena_heap(heap, 0));
    arena_close(arena);
}

static void has_room_for_one_more(void **state)
{
    (void)state;
    enum { MANY = 3000 };
    struct arena *arena = arena_open();
    size_t *numbers = NULL, count = 0;
    for (size_t round = 0; round < 3; round++) { // some of them go again
        while (count < MANY) {
            numbers = arena_room(arena, numbers, count, sizeof *numbers);
            arena_alloc(arena, 1); // so that it is not the newest
            numbers[count] = count;
            count++;
        }
        for (size_t i = 0; i < count; i++)
            assert_int_equal(numbers[i], i);
        count = round == 0 ? 1024 : 5;
    }
    assert_true(arena_used(arena) < 40 * MANY * sizeof *numbers);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(hands_out), cmocka_unit_test(copies),
                                       cmocka_unit_test(has_room_for_one_more)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
