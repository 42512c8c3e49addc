// The trail in bad days: kills at every durable point, failing disks, torn slots, unsigned tails, and
// everything that no crash can explain.
#include "estate.h"

#include <sys/stat.h>

#include "trail/head.h"

// The size of the log that the head covers, by the slots' texts alone.
static void slot_note(struct place *place, int slot, char *out)
{
    size_t length;
    char *bytes = place_read(place, "trail/head", &length);
    assert_int_equal(length, HEAD_FILE);
    memcpy(out, bytes + slot * HEAD_SLOT, HEAD_SLOT);
}

// The slot that the last of two commits has written.
static int newer_slot(struct place *place)
{
    char notes[2][HEAD_SLOT];
    unsigned long sizes[2];
    for (int i = 0; i < 2; i++) {
        slot_note(place, i, notes[i]);
        const char *line = strchr(notes[i], '\n');
        sizes[i] = line == NULL ? 0 : strtoul(line + 1, NULL, 10);
    }
    return sizes[1] > sizes[0];
}

#ifdef PLAYBOOK_FAULTS
// Dies (or fails) at every point of a life in turn, each time on a fresh state that has `lives` lives behind
// it; the next process must be able to go on, and everything must verify.
static void at_every_point(char kind, int lives)
{
    bool whole = false;
    for (unsigned n = 1; !whole; n++) {
        struct place place;
        place_open(&place);
        for (int i = 0; i < lives; i++)
            place_commit(&place, "run-0", 2);
        whole = place_life(&place, kind, n);
        assert_true(n < 60);
        place_commit(&place, "run-2", 3);
        const struct value *lines = place_replay(&place, NULL);
        assert_true(value_count(lines) >= (size_t)(4 + 2 * lives));
        assert_true(value_count(lines) <= (size_t)(7 + 2 * lives));
        assert_int_equal(value_count(place_replay(&place, "\"run\":\"run-2\"")), 3);
        assert_false(file_exists(place_name(&place, "keys/trail.key.drawn")));
        place_close(&place);
    }
}

static void killed_anywhere(void **state)
{
    (void)state;
    at_every_point('k', 0);
    at_every_point('k', 1);
    at_every_point('k', 2);
}

static void failing_anywhere(void **state)
{
    (void)state;
    at_every_point('e', 0);
    at_every_point('s', 1);
}

// A recovery that is itself killed is finished by the next one.
static void killed_recovery(void **state)
{
    (void)state;
    bool whole = false;
    for (unsigned n = 1; !whole; n++) {
        struct place place;
        place_open(&place);
        place_commit(&place, "run-0", 2);
        size_t length;
        place_read(&place, "trail/log.jsonl", &length);
        place_write(&place, "trail/log.jsonl", length, "{\"torn\":", 8);
        whole = place_life(&place, 'k', n);
        assert_true(n < 60);
        place_commit(&place, "run-2", 1);
        const struct value *found = place_replay(&place, "\"type\":\"trail.recovered\"");
        size_t named = 0; // a tail of the killed commit may stand beside the first, in either order
        for (size_t i = 0; i < value_count(found); i++)
            named += value_int_at(value_item(found, i), "bytes", -1) == 8;
        assert_int_equal(named, 1);
        place_close(&place);
    }
}

static void failing_sync_poisons(void **state)
{
    (void)state;
    struct place place;
    struct err err;
    place_open(&place);
    struct trail *trail = place_trail(&place);
    place_note(&place, trail, "run-1", "x");
    assert_true(trail_commit(trail, &err));
    place_note(&place, trail, "run-1", "y");
    fault_set('e', 1);
    assert_false(trail_commit(trail, &err));
    fault_set('e', 0);
    assert_int_equal(err.code, E_TRAIL);
    assert_int_equal(trail_durable(trail), 1);
    assert_false(trail_commit(trail, &err)); // the disk works again; the trail does not trust it
    assert_int_equal(err.code, E_TRAIL);
    place_note(&place, trail, "run-1", "z");
    assert_false(trail_commit(trail, &err));
    assert_null(trail_blob(trail, place.arena, "x", 1, &err));
    trail_close(trail);
    assert_int_equal(value_count(place_replay(&place, "\"run\":\"run-1\"")), 1);
    place_close(&place);
}

// What a power cut left of a body in its full length is written again, and is never taken for it; and a map
// from outside is no reference for having such a member.
static void a_blob_is_what_its_name_says(void **state)
{
    (void)state;
    static const char name[] = "trail/blobs/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    struct place place;
    struct err err = {0};
    size_t length;
    place_open(&place);
    struct trail *trail = place_trail(&place);
    struct value *reference = value_map(place.arena);
    value_put(place.arena, reference, "$blob", trail_blob(trail, place.arena, "hello", 5, &err));
    place_write(&place, name, 0, "\0", 1);
    assert_null(trail_blob_value(trail, place.arena, reference, &err));
    assert_int_equal(err.code, E_TAMPERED);
    assert_non_null(trail_blob(trail, place.arena, "hello", 5, &err));
    assert_string_equal(place_read(&place, name, &length), "hello");
    value_put(place.arena, reference, "also", &value_true);
    assert_ptr_equal(trail_blob_value(trail, place.arena, reference, &err), reference);
    trail_close(trail);
    place_close(&place);
}

// A body, with its folder, is durable before the line that names it; a tail, with its folder, before it
// leaves the log.
static void syncs_what_stands_beside(void **state)
{
    (void)state;
    struct place place;
    size_t length;
    place_open(&place);
    place_commit(&place, "run-1", 1);
    struct trail *trail = place_trail(&place);
    place_note(&place, trail, "run-1", "y");
    assert_non_null(trail_blob(trail, place.arena, "hello", 5, NULL));
    unsigned before = fault_points();
    assert_true(trail_commit(trail, NULL));
    assert_int_equal(fault_points() - before, 3 + 2);
    trail_close(trail);
    place_read(&place, "trail/log.jsonl", &length);
    place_write(&place, "trail/log.jsonl", length, "torn", 4);
    before = fault_points();
    trail_close(place_trail(&place));
    assert_int_equal(fault_points() - before, 5);
    place_close(&place);
}

// Whoever only reads leaves what a crash left to those who write.
static void a_reader_sets_nothing_aside(void **state)
{
    (void)state;
    struct place place;
    size_t before, after;
    place_open(&place);
    place_commit(&place, "run-1", 2);
    place_read(&place, "trail/log.jsonl", &before);
    place_write(&place, "trail/log.jsonl", before, "torn", 4);
    place.config.reads = true;
    struct place_lines lines = {place.arena, value_list(place.arena)};
    struct trail *trail = place_trail(&place);
    assert_true(trail_replay(trail, place.arena, "\"run\":\"run-1\"", place_collect, &lines, NULL));
    assert_int_equal(value_count(lines.list), 2);
    trail_close(trail);
    place_read(&place, "trail/log.jsonl", &after);
    assert_int_equal(after, before + 4);
    place_close(&place);
}

// Two processes may write the same at once: what one has, the other never takes away, even for a moment.
static void a_blob_does_not_shrink(void **state)
{
    (void)state;
    static const char name[] = "trail/blobs/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    struct place place;
    struct err err;
    size_t length;
    place_open(&place);
    struct trail *trail = place_trail(&place);
    assert_non_null(trail_blob(trail, place.arena, "hello", 5, &err));
    place_write(&place, name, 5, "!", 1);
    fault_set('w', 1);
    assert_null(trail_blob(trail, place.arena, "hello", 5, &err));
    fault_set('w', 0);
    assert_string_equal(place_read(&place, name, &length), "hello!");
    trail_close(trail);
    trail = place_trail(&place);
    assert_non_null(trail_blob(trail, place.arena, "hello", 5, &err));
    assert_string_equal(place_read(&place, name, &length), "hello");
    trail_close(trail);
    place_close(&place);
}
#endif

static void tail_is_set_aside(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        int64_t lines;
    } tails[] = {
        {"{\"type\":\"approval.granted\"}\n", 28, 1}, {"{\"cut", 5, 0}, {"\0\0\0\0", 4, 0}, {"\n\n", 2, 2}};
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        struct place place;
        place_open(&place);
        place_commit(&place, "run-1", 2);
        size_t before, after;
        place_read(&place, "trail/log.jsonl", &before);
        place_write(&place, "trail/log.jsonl", before, tails[i].bytes, tails[i].length);
        struct trail *trail = place_trail(&place);
        place_read(&place, "trail/log.jsonl", &after);
        assert_int_equal(after, before);
        trail_close(trail); // without a commit: the side file waits
        place_commit(&place, "run-2", 1);
        place_commit(&place, "run-3", 1);
        const struct value *found = place_replay(&place, "\"type\":\"trail.recovered\"");
        assert_int_equal(value_count(found), 1);
        const struct value *line = value_item(found, 0);
        assert_int_equal(value_int_at(line, "bytes", -1), tails[i].length);
        assert_int_equal(value_int_at(line, "lines", -1), tails[i].lines);
        assert_false(value_flag_at(line, "torn_head"));
        char *kept =
            place_read(&place, arena_printf(place.arena, "trail/%s", value_text_at(line, "file")), &after);
        assert_int_equal(after, tails[i].length);
        assert_memory_equal(kept, tails[i].bytes, after);
        place_close(&place);
    }
}

static void torn_slot(void **state)
{
    (void)state;
    for (size_t keep = 0; keep < 200; keep += 7) {
        struct place place;
        place_open(&place);
        place_commit(&place, "run-1", 2);
        place_commit(&place, "run-2", 2);
        char note[HEAD_SLOT] = {0}, blank[HEAD_SLOT] = {0};
        int slot = newer_slot(&place);
        slot_note(&place, slot, note);
        if (keep >= strlen(note)) {
            place_close(&place);
            break;
        }
        memcpy(blank, note, keep);
        place_write(&place, "trail/head", (uint64_t)slot * HEAD_SLOT, blank, HEAD_SLOT);
        // The frontier of the later commit proves that the head was once larger.
        assert_int_equal(place_refusal(&place), E_TAMPERED);
        file_remove(place_name(&place, "trail/frontier"));
        // Without it this is what a crash leaves: lines, and a slot that was not finished.
        place_commit(&place, "run-3", 1);
        assert_int_equal(value_count(place_replay(&place, "\"run\":\"run-2\"")), 0);
        const struct value *found = place_replay(&place, "\"type\":\"trail.recovered\"");
        assert_int_equal(value_count(found), 1);
        assert_true(value_flag_at(value_item(found, 0), "torn_head"));
        assert_int_equal(value_int_at(value_item(found, 0), "lines", -1), 2);
        place_close(&place);
    }
}

static void older_slot_torn(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    place_commit(&place, "run-1", 2);
    place_commit(&place, "run-2", 2);
    place_write(&place, "trail/head", (uint64_t)!newer_slot(&place) * HEAD_SLOT, "x", 1);
    place_commit(&place, "run-3", 1);
    const struct value *found = place_replay(&place, "\"type\":\"trail.recovered\"");
    assert_int_equal(value_count(found), 1);
    assert_null(value_at(value_item(found, 0), "file"));
    assert_int_equal(value_count(place_replay(&place, "\"run\":\"run-2\"")), 2);
    place_close(&place);
}

static void frontier_is_only_a_saving(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    place_commit(&place, "run-1", 5);
    size_t length;
    char *old = place_read(&place, "trail/frontier", &length);
    place_commit(&place, "run-2", 5);
    place_write(&place, "trail/frontier", 0, old, length); // an older one: the rest is hashed
    place_commit(&place, "run-3", 1);
    place_write(&place, "trail/frontier", 30, "7", 1); // a changed one: not believed
    place_commit(&place, "run-4", 1);
    file_remove(place_name(&place, "trail/frontier"));
    place_commit(&place, "run-5", 1);
    assert_int_equal(value_count(place_replay(&place, NULL)), 14);
    place_close(&place);
}

static void unwritable(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    place.config.state = "/proc/none";
    assert_int_equal(place_refusal(&place), E_TRAIL);
    place_close(&place);
}

static void private_files(void **state)
{
    (void)state;
    static const char *const names[] = {"trail/head", "trail/log.jsonl", "keys/trail.key", "keys/mask.key"};
    struct place place;
    struct stat info;
    place_open(&place);
    place_commit(&place, "run-1", 1);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(stat(place_name(&place, names[i]), &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
    }
    assert_int_equal(stat(place_name(&place, "trail"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    place_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef PLAYBOOK_FAULTS
        cmocka_unit_test(killed_anywhere),
        cmocka_unit_test(failing_anywhere),
        cmocka_unit_test(killed_recovery),
        cmocka_unit_test(failing_sync_poisons),
        cmocka_unit_test(a_blob_does_not_shrink),
        cmocka_unit_test(syncs_what_stands_beside),
        cmocka_unit_test(a_reader_sets_nothing_aside),
        cmocka_unit_test(a_blob_is_what_its_name_says),
#endif
        cmocka_unit_test(tail_is_set_aside),
        cmocka_unit_test(torn_slot),
        cmocka_unit_test(older_slot_torn),
        cmocka_unit_test(frontier_is_only_a_saving),
        cmocka_unit_test(unwritable),
        cmocka_unit_test(private_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
