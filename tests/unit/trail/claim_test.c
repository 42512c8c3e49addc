// Whether others work beside this process: by their claims, and by what they wrote.
#include "estate.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/text.h"
#include "trail/claim.h"

static void write_as(struct place *place, struct trail *trail)
{
    place_note(place, trail, "a", "x");
    assert_true(trail_commit(trail, NULL));
}

// What another wrote after something was seen is told, also where it had written before that.
static void wrote(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    struct trail *own = place_trail(&place), *other = place_trail(&place);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(trail_is_alone(own), i == 0);
        uint64_t then = trail_others(own);
        write_as(&place, other);
        assert_true(trail_others(own) > then || !trail_is_alone(own));
    }
    uint64_t then = trail_others(own);
    write_as(&place, own); // finds it
    assert_true(trail_others(own) > then && trail_is_alone(own));
    then = trail_others(own);
    write_as(&place, own);
    assert_int_equal(trail_others(own), then);
    trail_close(other);
    trail_close(own);
    place_close(&place);
}

static void claims(void **state)
{
    (void)state;
    struct place place;
    struct err err;
    place_open(&place);
    struct trail *own = place_trail(&place), *other = place_trail(&place);
    assert_true(trail_claim(own, "a", &err));
    assert_true(trail_claim(own, "a", &err)); // once is enough
    assert_true(trail_is_alone(own) && !trail_is_alone(other));
    assert_true(trail_is_claimed(other, "a") && !trail_is_claimed(other, "b"));
    assert_false(trail_claim(other, "a", &err));
    assert_int_equal(err.code, E_USAGE);
    trail_release(own, "a");
    assert_true(trail_is_alone(other));
    assert_true(trail_claim(other, "a", &err));
    trail_close(other); // gives back what it has
    assert_true(trail_is_alone(own) && trail_claim(own, "a", &err));
    trail_close(own);
    place_close(&place);
}

// What a killed process had claimed is free again, and nothing of it stays.
static void left_behind(void **state)
{
    (void)state;
    struct place place;
    struct err err;
    place_open(&place);
    struct trail *own = place_trail(&place);
    assert_true(trail_claim(own, "a", &err));
    pid_t child = fork();
    if (child == 0) {
        struct trail *other = place_trail(&place);
        bool ok = trail_claim(other, "b", &err) && !trail_is_alone(own);
        _exit(ok ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    char **files = folder_list(place.arena, place_name(&place, "runs"));
    assert_true(files[0] != NULL && files[1] != NULL);
    assert_true(trail_is_alone(own));
    files = folder_list(place.arena, place_name(&place, "runs"));
    assert_true(text_starts(files[0], "a.") && files[1] == NULL);
    place_write(&place, "runs/b.lock", 0, "x", 1);
    assert_false(trail_is_claimed(own, "b"));
    assert_true(trail_is_alone(own));
    assert_true(file_mkdirs(place_name(&place, "runs/c.lock"), &err)); // what cannot be told counts
    assert_false(trail_is_alone(own));
    trail_close(own);
    place_close(&place);
}

// A run that cannot be claimed, for want of room or rights, is not to begin: the state cannot be written.
static void no_place_for_claims(void **state)
{
    (void)state;
    struct place place;
    struct err err;
    place_open(&place);
    struct trail *own = place_trail(&place);
    assert_true(file_replace(place_name(&place, "runs"), "", 0, &err));
    assert_false(trail_claim(own, "a", &err));
    assert_int_equal(err.code, E_TRAIL);
    trail_close(own);
    place_close(&place);
}

// Somebody takes the file for a left one while processes work: they and those that come must meet at one
// lock.
static void the_lock_is_removed(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    struct trail *own = place_trail(&place);
    write_as(&place, own);
    file_remove(place_name(&place, "trail/lock"));
    place.config.reads = true; // with none, reading goes on
    trail_close(place_trail(&place));
    place.config.reads = false;
    struct trail *other = place_trail(&place);
    struct file lock;
    bool had;
    assert_true(file_open(&lock, place_name(&place, "trail/lock"), FILE_UPDATE, NULL));
    assert_true(file_lock(&lock, true, &had, NULL));
    pid_t child = fork();
    if (child == 0) {
        file_close(&lock); // this end of it
        write_as(&place, own);
        _exit(0);
    }
    int status;
    usleep(100000);
    assert_int_equal(waitpid(child, &status, WNOHANG), 0); // it waits for the lock that others see
    file_close(&lock);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    write_as(&place, other);
    trail_close(other);
    trail_close(own);
    place_close(&place);
}

// Who looks which runs are at work, or whether others are, has a lock for a moment: nobody is turned away by
// that.
static void is_looked_at(void **state)
{
    (void)state;
    enum { TIMES = 3000 };
    struct place place;
    struct err err;
    place_open(&place);
    struct trail *own = place_trail(&place);
    pid_t child = fork();
    while (child == 0) {
        struct arena *scratch = arena_open();
        const char *name;
        claim_is_held(scratch, place_name(&place, "."), "a", &name);
        (void)claim_by_others(NULL, place_name(&place, "."));
        arena_close(scratch);
    }
    int turned_away = 0;
    for (int i = 0; i < TIMES; i++) {
        turned_away += !trail_claim(own, "a", &err);
        trail_release(own, "a");
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_int_equal(turned_away, 0);
    trail_close(own);
    place_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(wrote),
                                       cmocka_unit_test(claims),
                                       cmocka_unit_test(no_place_for_claims),
                                       cmocka_unit_test(the_lock_is_removed),
                                       cmocka_unit_test(left_behind),
                                       cmocka_unit_test(is_looked_at)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
