// When a request is sent again, and after how long.
#include "../test.h"

#include "data/value.h"
#include "net/retry.h"
#include "policy/request.h"

enum { FIRST_MS = 800, MANY = 200 };

// Never earlier, and at most a fifth later.
static bool is_about(int64_t delay, int64_t wanted)
{
    return delay >= wanted && delay <= wanted + wanted / 5;
}

static void spreads_out(void **state)
{
    (void)state;
    struct response response = {.status = 429};
    bool seen[MANY] = {false};
    size_t different = 0;
    for (size_t i = 0; i < MANY; i++) {
        int64_t delay;
        assert_true(retry_again(true, false, &response, 1, &delay));
        assert_in_range(delay, FIRST_MS, FIRST_MS + FIRST_MS / 5);
        different += !seen[delay - FIRST_MS];
        seen[delay - FIRST_MS] = true;
    }
    assert_true(different > 10);
}

static void follows_the_table(void **state)
{
    (void)state;
    enum { NO = -1 };
    static const struct {
        int status, attempt;
        const char *header, *text;
        int64_t read, change; // delays, or NO
    } cases[] = {
        {200, 1, NULL, NULL, NO, NO},
        {202, 1, NULL, NULL, 800, NO},
        {400, 1, "retry-after", "1", NO, NO},
        {401, 1, NULL, NULL, NO, NO},
        {404, 1, NULL, NULL, NO, NO},
        {409, 1, NULL, NULL, NO, NO},
        {408, 1, NULL, NULL, 800, NO},
        {409, 1, "retry-after", "3", 3000, 3000},
        {412, 1, NULL, NULL, NO, NO},
        {423, 1, NULL, NULL, 800, 800},
        {429, 1, NULL, NULL, 800, 800},
        {429, 2, NULL, NULL, 1600, 1600},
        {429, 5, NULL, NULL, 12800, 12800},
        {429, 6, NULL, NULL, NO, NO},
        {429, 1, "retry-after", "7", 7000, 7000},
        {429, 1, "retry-after", "0", 0, 0},
        {429, 1, "retry-after", "2.128", 2128, 2128},
        {429, 1, "retry-after", "600", 600000, 600000},
        {429, 1, "retry-after", "601", NO, NO},
        {429, 1, "retry-after", "soon", 800, 800},
        {429, 1, "retry-after", "-1", 800, 800},
        {429, 1, "retry-after", "99999999999999999999", 800, 800},
        {429, 1, "retry-after-ms", "250", 250, 250},
        {429, 1, "x-ms-retry-after-ms", "30", 30, 30},
        {503, 1, NULL, NULL, 800, NO},
        {503, 1, "retry-after", "1", 1000, 1000},
        {500, 1, "retry-after", "1", 1000, NO},
        {502, 3, NULL, NULL, 3200, NO},
        {504, 1, NULL, NULL, 800, NO},
        {0, 1, NULL, NULL, 800, NO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_open();
        struct value *headers = value_map(arena);
        if (cases[i].header != NULL)
            value_put_text(arena, headers, cases[i].header, cases[i].text);
        struct response response = {.status = cases[i].status, .headers = headers};
        int64_t delay = NO;
        bool again = retry_again(true, false, &response, cases[i].attempt, &delay);
        if (again ? !is_about(delay, cases[i].read) : cases[i].read != NO)
            fail_msg("case %zu as a read: %d, %lld ms", i, again, (long long)delay);
        again = retry_again(false, false, &response, cases[i].attempt, &delay);
        if (again ? !is_about(delay, cases[i].change) : cases[i].change != NO)
            fail_msg("case %zu as a change: %d, %lld ms", i, again, (long long)delay);
        // What may be sent twice does not need to be told when.
        int64_t twice = cases[i].status == 503 ? cases[i].read : cases[i].change;
        again = retry_again(false, true, &response, cases[i].attempt, &delay);
        if (again ? !is_about(delay, twice) : twice != NO)
            fail_msg("case %zu as a repeatable change: %d, %lld ms", i, again, (long long)delay);
        arena_close(arena);
    }
}

static void tells_dates(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct value *headers = value_map(arena);
    struct response response = {.status = 429, .headers = headers};
    int64_t delay;
    value_put_text(arena, headers, "date", "Sun, 22 Nov 2026 02:15:30 GMT");
    value_put_text(arena, headers, "retry-after", "Sun, 22 Nov 2026 02:15:45 GMT");
    assert_true(retry_again(true, false, &response, 1, &delay));
    assert_true(is_about(delay, 15000));
    value_put_text(arena, headers, "retry-after", "Sun, 22 Nov 2026 02:15:00 GMT");
    assert_true(retry_again(true, false, &response, 1, &delay));
    assert_int_equal(delay, 0);
    value_put_text(arena, headers, "retry-after", "Sun, 22 Nuv 2026 02:15:45 GMT");
    assert_true(retry_again(true, false, &response, 1, &delay));
    assert_true(is_about(delay, 800));
    arena_close(arena);
}

static void knows_what_never_left(void **state)
{
    (void)state;
    int64_t delay;
    struct response unsent = {.failure = "x", .unsent = true}, unusable = {.failure = "x", .unusable = true};
    assert_true(retry_again(false, false, &unsent, 1, &delay));
    assert_false(retry_again(true, false, &unusable, 1, &delay));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(follows_the_table), cmocka_unit_test(spreads_out),
                                       cmocka_unit_test(tells_dates),
                                       cmocka_unit_test(knows_what_never_left)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
