// When a process publishes what it has written, and what becomes of it where that fails.
#include "attack.h"

#include "base/clock.h"

// Processes that commit once and end: none is held up for a tile or two, and what waits stays little.
static void short_lives(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    for (int i = 0; i < 30; i++) {
        place_commit(&place, arena_printf(place.arena, "run-%d", i), 80);
        struct verify_report report = attack_judge(&place, NULL, NULL);
        assert_true(report.verdict <= VERIFY_UNPUBLISHED);
        int64_t published = report.published < 0 ? 0 : report.published;
        assert_true((int64_t)report.size - published < 1024 + 80);
        assert_true(published > 0 || report.size < 1024);
    }
    place_close(&place);
}

// What cannot be published stops no commit, and is published when it can be.
static void put_off(void **state)
{
    (void)state;
    struct place place;
    struct file file;
    place_open(&place);
    struct trail *trail = place_trail(&place);
    assert_true(file_open(&file, place_name(&place, "trail/tile"), FILE_UPDATE, NULL));
    file_close(&file);
    for (int i = 0; i < 4; i++) {
        if (i == 3) {
            assert_false(file_exists(place_name(&place, "trail/checkpoint")));
            file_remove(place_name(&place, "trail/tile"));
        }
        if (i >= 2)
            clock_sleep_ms(1050); // it is due
        for (int j = 0; j < 300; j++)
            place_note(&place, trail, "run-1", "x");
        assert_true(trail_commit(trail, NULL));
    }
    assert_true(file_exists(place_name(&place, "trail/checkpoint")));
    trail_close(trail);
    place_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(short_lives), cmocka_unit_test(put_off)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
