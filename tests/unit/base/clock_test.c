// Times and durations: what is read, what is refused, and that writing gives back what was read.
#include "../test.h"

#include "base/clock.h"

static void reads_times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01", 0},
        {"1969-12-31T23:59:59.999Z", -1},
        {"2026-11-22T02:15:30.123Z", 1795313730123},
        {"2026-11-22T02:15:30.1234567Z", 1795313730123}, // Azure writes seven digits; the rest is cut
        {"2026-11-22T02:15:30.1Z", 1795313730100},
        {"2026-11-22T02:15:30", 1795313730000}, // no zone: UTC
        {"2026-11-22 02:15:30z", 1795313730000},
        {"2026-11-22T04:15:30+02:00", 1795313730000},
        {"2026-11-21T21:15:30-05:00", 1795313730000},
        {"2000-02-29", 951782400000},
        {"2024-02-29", 1709164800000},
        {"1601-01-01", -11644473600000},
        {"2038-01-19T03:14:07Z", ((int64_t)1 << 31) * 1000 - 1000}, // the last second of 32 bits
        {"2038-01-19T03:14:08Z", ((int64_t)1 << 31) * 1000},
        {"2106-02-07T06:28:16Z", ((int64_t)1 << 32) * 1000},
        {"9999-12-31T23:59:59.999Z", 253402300799999},
        {"0001-01-01", -62135596800000},
        {"2016-12-31T23:59:60Z", 1483228800000}, // a leap second is the next one
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ms = 12345, again = 54321;
        if (!clock_parse(cases[i].text, &ms) || ms != cases[i].ms)
            fail_msg("%s: %lld", cases[i].text, (long long)ms);
        assert_true(clock_parse(clock_rfc3339(arena, ms), &again));
        assert_int_equal(again, ms);
    }
    arena_close(arena);
}

static void refuses_times(void **state)
{
    (void)state;
    static const char *const cases[] = {"",
                                        "2026",
                                        "2026-13-01",
                                        "2026-00-01",
                                        "2026-02-29",
                                        "1900-02-29",
                                        "2026-04-31",
                                        "2026-01-00",
                                        "26-01-01",
                                        "2026-01-01T24:00:00Z",
                                        "2026-01-01T00:60:00",
                                        "2026-01-01T00:00",
                                        "2026-01-01T",
                                        "2026-01-01T00:00:61Z",
                                        "2026-01-01T00:00:00.Z",
                                        "2026-01-01T00:00:00+2:00",
                                        "2026-01-01T00:00:00+24:00",
                                        "2026-01-01T00:00:00+0200",
                                        "2026-01-01T00:00:00Z ",
                                        " 2026-01-01",
                                        "2026-01-01Z",
                                        "2026-01-01T00:00:00UTC",
                                        "2026-1-1",
                                        "+2026-01-01",
                                        "20260101T000000Z"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ms;
        if (clock_parse(cases[i], &ms))
            fail_msg("%s was read", cases[i]);
    }
}

static void writes_times(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    assert_string_equal(clock_rfc3339(arena, 1795313730007), "2026-11-22T02:15:30.007Z");
    assert_string_equal(clock_rfc3339(arena, -1), "1969-12-31T23:59:59.999Z");
    assert_string_equal(clock_compact(arena, 1795313730007), "20261122T021530Z");
    for (int64_t day = -80000; day < 80000; day += 97) { // four centuries, at the last millisecond of days
        int64_t ms = day * 86400000 - 1, again;
        assert_true(clock_parse(clock_rfc3339(arena, ms), &again));
        assert_int_equal(again, ms);
    }
    arena_close(arena);
}

static void durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms; // -1: refused
    } cases[] = {{"0s", 0},
                 {"500ms", 500},
                 {"90s", 90000},
                 {"15m", 900000},
                 {"4h", 14400000},
                 {"2d", 172800000},
                 {"9999999999ms", 9999999999},
                 {"", -1},
                 {"4", -1},
                 {"h", -1},
                 {"4 h", -1},
                 {"-1s", -1},
                 {"1.5h", -1},
                 {"4H", -1},
                 {"4hours", -1},
                 {"1h30m", -1},
                 {"36525d", 3155760000000},
                 {"36526d", -1},
                 {"9999999999d", -1},
                 {"99999999999d", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ms = -1;
        if (clock_parse_duration(cases[i].text, &ms) != (cases[i].ms >= 0) || ms != cases[i].ms)
            fail_msg("%s: %lld", cases[i].text, (long long)ms);
    }
}

static void running_clocks(void **state)
{
    (void)state;
    int64_t before = clock_monotonic_ns(), wall = clock_now_ms();
    clock_sleep_ms(3);
    assert_true(clock_monotonic_ns() - before >= 3000000);
    assert_true(wall > 1700000000000);
    char boot[40];
    assert_true(strlen(clock_boot_id(boot)) == 36 || boot[0] == '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_times), cmocka_unit_test(refuses_times),
                                       cmocka_unit_test(writes_times), cmocka_unit_test(durations),
                                       cmocka_unit_test(running_clocks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
