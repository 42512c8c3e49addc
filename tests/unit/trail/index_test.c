// What a run's lines, what is due and an opening cost does not grow with the log, counted in bytes that are
// read and written; the index is never believed without the signed root; and what is found is what a reading
// of the whole log finds. 66,000 lines, so that a node is in parts; with PLAYBOOK_FULL 1,000,000.
#include "estate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUN = 50, DAY = 5, SMALL = 1000, LARGE = 66200, FULL = 999912, GROUP = 2000, MOST_TIMES_10 = 20 };

// Bytes that this process has read and written, from memory or from the disk.
static uint64_t moved(void)
{
    FILE *file = fopen("/proc/self/io", "r");
    unsigned long long read = 0, written = 0;
    assert_non_null(file);
    assert_int_equal(fscanf(file, "rchar: %llu\nwchar: %llu", &read, &written), 2);
    fclose(file);
    return read + written;
}

static const char *id_of(struct place *place, size_t run)
{
    return arena_printf(place->arena, "%zuT120000Z-%06zu", (size_t)20260000 + run / DAY, run); // DAY a day
}

// Lines that do not get more: what a day's timer has to look at. The answer to the question stands elsewhere.
static const struct value *due_line(struct place *place, size_t line, const char **type)
{
    struct value *members = value_map(place->arena);
    *type = line == 310   ? "lease.opened"
            : line == 311 ? "ask.opened"
            : line == 360 ? "ask.answered"
            : line == 361 ? "effect.result"
                          : "step.undone";
    if (line == 311 || line == 360)
        value_put(place->arena, members, "within_ms", value_int(place->arena, 1000));
    if (line == 361)
        value_put_text(place->arena, members, "subject", "what it changed");
    return (line >= 310 && line <= 312) || line == 360 || line == 361 ? members : NULL;
}

// Runs of RUN lines, one after the other.
static void fill(struct place *place, size_t lines)
{
    struct trail *trail = place_trail(place);
    struct value *members = value_map(place->arena);
    value_put_text(place->arena, members, "message", "so that the line is about as long as lines are");
    for (size_t i = 0; i + 1 < lines; i++) { // and trail.created
        const char *run = id_of(place, i / RUN);
        struct value *first = value_map(place->arena);
        value_put_text(place->arena, first, "about", arena_printf(place->arena, "alert \"%zu\"", i / RUN));
        const char *type;
        const struct value *due = due_line(place, i, &type);
        if (i % RUN == 0)
            trail_append(trail, run, "run.started", first);
        else
            trail_append(trail, run, due != NULL ? type : "note", due != NULL ? due : members);
        if (i % GROUP == GROUP - 1 || i + 3 >= lines) // both slots of the head stand near the end
            assert_true(trail_commit(trail, NULL));
    }
    assert_true(trail_commit(trail, NULL));
    trail_close(trail);
}

static size_t count_of(struct place *place, struct trail *trail, const char *containing)
{
    struct place_lines lines = {place->arena, value_list(place->arena)};
    struct err err = {0};
    if (!trail_replay(trail, place->arena, containing, place_collect, &lines, &err))
        fail_msg("%s", err.message);
    return value_count(lines.list);
}

static const char *needle(struct place *place, size_t run)
{
    return arena_printf(place->arena, "\"run\":\"%s\"", id_of(place, run));
}

static bool take_run(void *context, const struct value *line)
{
    const char **run = context;
    *run = value_text_at(line, "run");
    return false;
}

struct costs {
    uint64_t opening, opening_anew, run, about, subject, due, day, last, append, recovery;
};

// A crash left half a line: it is set aside, and the next commit names it.
static uint64_t cost_of_recovery(struct place *place)
{
    struct file log;
    uint64_t size = 0;
    assert_true(file_open(&log, place_name(place, "trail/log.jsonl"), FILE_READ, NULL) &&
                file_size(&log, &size, NULL));
    file_close(&log);
    place_write(place, "trail/log.jsonl", size, "{\"v\":1", 6);
    uint64_t before = moved();
    place_commit(place, "run-x", 1);
    return moved() - before;
}

static struct costs costs_of(struct place *place, size_t lines)
{
    struct costs costs;
    const char *last = NULL;
    uint64_t before = moved();
    trail_close(place_trail(place));
    costs.opening = moved() - before;
    file_remove(place_name(place, "trail/frontier"));
    before = moved();
    struct trail *trail = place_trail(place);
    costs.opening_anew = moved() - before;
    count_of(place, trail, needle(place, 1)); // whoever comes first makes what is missing of the index
    before = moved();
    assert_int_equal(count_of(place, trail, needle(place, lines / RUN / 2)), RUN);
    costs.run = moved() - before;
    before = moved();
    assert_int_equal(count_of(place, trail, "\"about\":\"alert \\\"7\\\"\""), 1);
    costs.about = moved() - before;
    before = moved();
    assert_int_equal(count_of(place, trail, "\"subject\":\"what it changed\""), 1);
    costs.subject = moved() - before;
    before = moved();
    assert_int_equal(count_of(place, trail, "\"type\":\"lease."), 1);
    assert_int_equal(count_of(place, trail, "\"within_ms\":"), 2);
    assert_int_equal(count_of(place, trail, "\"type\":\"step.undone\""), 1);
    costs.due = moved() - before;
    before = moved();
    assert_int_equal(count_of(place, trail, "\"run\":\"20260002T12"), DAY * RUN);
    costs.day = moved() - before;
    before = moved();
    assert_true(trail_replay_newest(trail, place->arena, "\"type\":\"run.started\"", take_run, &last, NULL));
    costs.last = moved() - before;
    assert_string_equal(last, id_of(place, (lines - 2) / RUN));
    before = moved();
    place_note(place, trail, "run-x", "one more");
    assert_true(trail_commit(trail, NULL));
    costs.append = moved() - before;
    trail_close(trail);
    costs.recovery = cost_of_recovery(place);
    return costs;
}

static void is_flat(const char *what, uint64_t small, uint64_t large)
{
    print_message("%s: %llu bytes, and %llu of the long log\n", what, (unsigned long long)small,
                  (unsigned long long)large);
    assert_true(large * 10 <= small * MOST_TIMES_10);
}

static void costs_do_not_grow(void **state)
{
    (void)state;
    struct place small, large;
    const char *full = getenv("PLAYBOOK_FULL");
    size_t many = full != NULL && *full != '\0' ? FULL : LARGE;
    place_open(&small);
    place_open(&large);
    fill(&small, SMALL);
    fill(&large, many);
    struct costs a = costs_of(&small, SMALL), b = costs_of(&large, many);
    is_flat("an opening", a.opening, b.opening);
    is_flat("an opening that remembers nothing", a.opening_anew, b.opening_anew);
    is_flat("a run's lines", a.run, b.run);
    is_flat("what is about an alert", a.about, b.about);
    is_flat("what became of a change", a.subject, b.subject);
    is_flat("what may be due", a.due, b.due);
    is_flat("the runs of a day", a.day, b.day);
    is_flat("the last run", a.last, b.last);
    is_flat("a line more", a.append, b.append);
    is_flat("a recovery", a.recovery, b.recovery);
    // What is gone of it, whoever looks makes again.
    assert_int_equal(system(arena_printf(large.arena, "rm -r '%s'", place_name(&large, "trail/index/2"))), 0);
    struct trail *trail = place_trail(&large);
    for (size_t run = 0; run < 40; run++)
        assert_int_equal(count_of(&large, trail, needle(&large, run)), RUN);
    trail_close(trail);
    place_close(&small);
    place_close(&large);
}

// A list of runs costs what tells of them, not what they did.
static void a_list_of_runs_reads_their_fates(void **state)
{
    enum { LONG = 1000, RUNS = 20 };
    (void)state;
    struct place place;
    place_open(&place);
    for (size_t run = 0; run < RUNS; run++) {
        struct trail *trail = place_trail(&place);
        for (size_t i = 0; i < LONG; i++)
            trail_append(trail, id_of(&place, run),
                         i == 0         ? "run.started"
                         : i + 1 < LONG ? "note"
                                        : "run.finished",
                         NULL);
        assert_true(trail_commit(trail, NULL));
        trail_close(trail);
    }
    struct trail *trail = place_trail(&place);
    count_of(&place, trail, needle(&place, 1)); // whoever comes first makes what is missing of the index
    uint64_t before = moved(), length;
    assert_int_equal(count_of(&place, trail, "\"type\":\"run."), 2 * RUNS);
    uint64_t cost = moved() - before;
    struct file log;
    assert_true(file_open(&log, place_name(&place, "trail/log.jsonl"), FILE_READ, NULL));
    assert_true(file_size(&log, &length, NULL));
    file_close(&log);
    print_message("a list of %d runs: %llu bytes of a log of %llu\n", RUNS, (unsigned long long)cost,
                  (unsigned long long)length);
    assert_true(cost * 5 < length);
    trail_close(trail);
    place_close(&place);
}

static void flip(struct place *place, const char *name, size_t at)
{
    size_t length;
    char *bytes = place_read(place, name, &length);
    char flipped = (char)(bytes[at < length ? at : length - 1] ^ 0x20);
    place_write(place, name, at < length ? at : length - 1, &flipped, 1);
}

// An index that was changed, cut, or taken away is made again from the lines.
static void the_index_is_not_believed(void **state)
{
    (void)state;
    struct place place, other;
    place_open(&place);
    place_open(&other);
    fill(&place, 5 * 256 + 77);
    fill(&other, 4 * 256);
    struct trail *trail = place_trail(&place), *elsewhere = place_trail(&other);
    assert_int_equal(count_of(&place, trail, needle(&place, 6)), RUN);
    assert_int_equal(count_of(&other, elsewhere, needle(&other, 6)), RUN);
    size_t length;
    char *bytes = place_read(&place, "trail/index/0/1", &length);
    for (size_t at = 0; at < length; at += 17) {
        flip(&place, "trail/index/0/1", at);
        assert_int_equal(count_of(&place, trail, needle(&place, 6)), RUN);
    }
    place_cut(&place, "trail/index/0/1", length / 2);
    assert_int_equal(count_of(&place, trail, needle(&place, 6)), RUN);
    bytes = place_read(&place, "trail/index/0/2", &length);
    place_write(&place, "trail/index/0/1", 0, bytes, length); // of another block
    assert_int_equal(count_of(&place, trail, needle(&place, 6)), RUN);
    bytes = place_read(&other, "trail/index/0/1", &length); // of another log, and not sealed by this one
    place_write(&place, "trail/index/0/1", 0, bytes, length);
    assert_int_equal(count_of(&place, trail, needle(&place, 6)), RUN);
    file_remove(place_name(&place, "trail/index/0/0"));
    assert_int_equal(count_of(&place, trail, needle(&place, 6)), RUN);
    trail_close(trail);
    trail_close(elsewhere);
    place_close(&place);
    place_close(&other);
}

// A line of the run that was changed is found; what others' lines say is for `audit verify`.
static void own_lines_are_verified(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    fill(&place, 5 * 256 + 77);
    struct trail *trail = place_trail(&place);
    assert_int_equal(count_of(&place, trail, needle(&place, 6)), RUN);
    size_t length;
    char *bytes = place_read(&place, "trail/log.jsonl", &length);
    struct place_lines lines = {place.arena, value_list(place.arena)};
    struct err err = {0};
    const char *own = memmem(bytes, length, needle(&place, 6), strlen(needle(&place, 6)));
    assert_non_null(own);
    flip(&place, "trail/log.jsonl", (size_t)(own - bytes) + 40);
    assert_false(trail_replay(trail, place.arena, needle(&place, 6), place_collect, &lines, &err));
    assert_int_equal(err.code, E_TAMPERED);
    assert_int_equal(value_count(lines.list), 0);
    // Made from changed lines, the index does not give the signed root.
    assert_int_equal(system(arena_printf(place.arena, "rm -r '%s'", place_name(&place, "trail/index"))), 0);
    assert_false(trail_replay(trail, place.arena, needle(&place, 20), place_collect, &lines, &err));
    assert_int_equal(err.code, E_TAMPERED);
    // Put back, all is well again.
    flip(&place, "trail/log.jsonl", (size_t)(own - bytes) + 40);
    assert_int_equal(count_of(&place, trail, needle(&place, 6)), RUN);
    assert_int_equal(count_of(&place, trail, needle(&place, 20)), RUN);
    trail_close(trail);
    place_close(&place);
}

// With the index and without it the same is found, whatever the place of the last block.
static void the_same_is_found(void **state)
{
    (void)state;
    static const size_t sizes[] = {1,   2,   255, 256,          257,      258,
                                   511, 512, 513, 16 * 256 - 1, 16 * 256, 16 * 256 + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct place place;
        place_open(&place);
        fill(&place, sizes[i]);
        struct trail *trail = place_trail(&place);
        for (size_t run = 0; run * RUN + 1 < sizes[i]; run += 1 + sizes[i] / RUN / 5) {
            size_t all =
                count_of(&place, trail, arena_printf(place.arena, "run\":\"%s\"", id_of(&place, run)));
            assert_int_equal(count_of(&place, trail, needle(&place, run)), all);
            assert_true(all > 0);
        }
        file_remove(place_name(&place, "trail/frontier"));
        trail_close(trail);
        place_commit(&place, "run-z", 1);
        trail = place_trail(&place);
        assert_int_equal(count_of(&place, trail, "\"run\":\"run-z\""), 1);
        trail_close(trail);
        place_close(&place);
    }
}

// What stands behind the last block is read once: who then looks for something else goes on from there, and
// finds what was added since, by this process or another. Changed lines are not believed.
static void many_lookups_read_the_end_once(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    fill(&place, 256 + 200);
    struct trail *trail = place_trail(&place);
    place_note(&place, trail, "run-a", "x");
    assert_true(trail_commit(trail, NULL));
    assert_int_equal(count_of(&place, trail, "\"run\":\"run-b\""), 0);
    uint64_t before = moved();
    assert_int_equal(count_of(&place, trail, "\"run\":\"run-c\""), 0);
    assert_true((moved() - before) < 10 * 1024); // 200 lines are 60 KB
    assert_int_equal(count_of(&place, trail, "\"run\":\"run-a\""), 1);
    place_note(&place, trail, "run-b", "x");
    assert_true(trail_commit(trail, NULL));
    assert_int_equal(count_of(&place, trail, "\"run\":\"run-b\""), 1);
    place_commit(&place, "run-c", 2);
    assert_int_equal(count_of(&place, trail, "\"run\":\"run-c\""), 2);
    size_t length;
    (void)place_read(&place, "trail/log.jsonl", &length);
    flip(&place, "trail/log.jsonl", length - 30); // of the last of run-c
    struct place_lines lines = {place.arena, value_list(place.arena)};
    struct err err = {0};
    assert_false(trail_replay(trail, place.arena, "\"run\":\"run-c\"", place_collect, &lines, &err));
    assert_int_equal(err.code, E_TAMPERED);
    assert_int_equal(value_count(lines.list), 0);
    flip(&place, "trail/log.jsonl", length - 30);
    assert_int_equal(count_of(&place, trail, "\"run\":\"run-c\""), 2);
    trail_close(trail);
    place_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_do_not_grow),         cmocka_unit_test(a_list_of_runs_reads_their_fates),
        cmocka_unit_test(the_index_is_not_believed), cmocka_unit_test(own_lines_are_verified),
        cmocka_unit_test(the_same_is_found),         cmocka_unit_test(many_lookups_read_the_end_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
