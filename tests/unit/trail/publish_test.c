// Publishing: what is written is what verify wants, in steps or at once; and every change of a published file
// is seen, and helps to find changed lines.
#include "attack.h"

#include "base/clock.h"
#include "trail/publish.h"

enum { MANY = 321 }; // lines of the trail here: the first of it, and four commits of 80

// What is signed of a place, to be published; the log is to be closed.
static struct publish order_of(struct place *place, struct file *log)
{
    struct verify_report report = attack_judge(place, NULL, NULL);
    assert_true(file_open(log, place_name(place, "trail/log.jsonl"), FILE_READ, NULL));
    struct publish order = {.folder = place_name(place, "trail"),
                            .log = log,
                            .head = {.size = report.size},
                            .offset = report.offset,
                            .note = report.note};
    memcpy(order.head.root, report.root, TREE_HASH);
    return order;
}

static bool publish(struct place *place, struct err *err)
{
    struct file log;
    struct publish order = order_of(place, &log);
    bool ok = publish_run(&order, true, true, err);
    file_close(&log);
    return ok;
}

static void many_open(struct place *place)
{
    place_open(place);
    for (int i = 0; i < 4; i++)
        place_commit(place, arena_printf(place->arena, "run-%d", i), 80);
    assert_true(publish(place, NULL));
    struct verify_report report = attack_judge(place, NULL, NULL);
    if (report.verdict != VERIFY_CLEAN)
        attack_print(&report);
    assert_int_equal(report.verdict, VERIFY_CLEAN);
    assert_int_equal(report.count, 0);
    assert_int_equal(report.published, MANY);
}

static void published_files(void **state)
{
    (void)state;
    static const char *const names[] = {"tile/entries/000", "tile/entries/001.p/65", "tile/0/000",
                                        "tile/0/001.p/65",  "tile/1/000.p/1",        "checkpoint"};
    struct place place;
    size_t length, noted;
    many_open(&place);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_true(file_exists(place_name(&place, arena_printf(place.arena, "trail/%s", names[i]))));
    const char *head = place_read(&place, "trail/head", &length);
    const char *checkpoint = place_read(&place, "trail/checkpoint", &noted);
    assert_true(strncmp(head, checkpoint, noted) == 0 || strncmp(head + HEAD_SLOT, checkpoint, noted) == 0);
    place_close(&place);
}

// What one process publishes in steps, by itself when a second is over, is what another builds from nothing;
// a process that commits once publishes nothing.
static void in_steps(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    place_commit(&place, "run-0", 300);
    assert_false(file_exists(place_name(&place, "trail/checkpoint")));
    struct trail *trail = place_trail(&place);
    int64_t least = 0;
    for (int i = 0; i < 50; i++) {
        if (i == 25)
            clock_sleep_ms(1050);
        for (int j = 0; j < 23; j++)
            place_note(&place, trail, "run-1", "x");
        assert_true(trail_commit(trail, NULL));
        struct verify_report report = attack_judge(&place, NULL, NULL);
        if (report.verdict != VERIFY_UNPUBLISHED)
            attack_print(&report);
        assert_int_equal(report.verdict, VERIFY_UNPUBLISHED);
        if (i == 25)
            least = (int64_t)(report.size - 23) / 256 * 256;
        assert_true(i < 25 || report.published >= least);
    }
    trail_close(trail);
    assert_true(publish(&place, NULL));
    assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_CLEAN);
    const char *tile = attack_copy(&place, "trail/tile/1/000.p/5");
    file_remove(place_name(&place, "trail/tile/1/000.p/5"));
    struct verify_report report = attack_judge(&place, NULL, NULL);
    assert_int_equal(report.verdict, VERIFY_UNPUBLISHED);
    assert_non_null(attack_found(&report, "no-tile"));
    assert_true(publish(&place, NULL));
    assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_CLEAN);
    size_t a, b;
    const char *bytes = place_read(&place, "trail/tile/1/000.p/5", &a);
    const char *again = file_read(place.arena, tile, 10000, &b, NULL);
    assert_int_equal(a, b);
    assert_memory_equal(bytes, again, a);
    place_close(&place);
}

enum damage_kind { FLIP, CUT, EXTEND, REMOVE };

struct damage {
    const char *file;
    enum damage_kind kind;
    const char *what;
    enum verify_verdict verdict;
};

static const struct damage damages[] = {
    {"tile/entries/000", FLIP, "tile", VERIFY_TAMPERED},
    {"tile/entries/000", CUT, "tile", VERIFY_TAMPERED},
    {"tile/entries/000", EXTEND, "tile", VERIFY_TAMPERED},
    {"tile/entries/001.p/65", FLIP, "tile", VERIFY_TAMPERED},
    {"tile/entries/001.p/65", EXTEND, "tile", VERIFY_TAMPERED},
    {"tile/0/000", FLIP, "tile", VERIFY_TAMPERED},
    {"tile/0/000", CUT, "tile", VERIFY_TAMPERED},
    {"tile/0/000", EXTEND, "tile", VERIFY_TAMPERED},
    {"tile/0/001.p/65", FLIP, "tile", VERIFY_TAMPERED},
    {"tile/1/000.p/1", FLIP, "tile", VERIFY_TAMPERED},
    {"tile/entries/000", REMOVE, "no-tile", VERIFY_UNPUBLISHED},
    {"tile/0/000", REMOVE, "no-tile", VERIFY_UNPUBLISHED},
    {"tile/1/000.p/1", REMOVE, "no-tile", VERIFY_UNPUBLISHED},
    {"checkpoint", FLIP, "checkpoint", VERIFY_TAMPERED},
    {"checkpoint", CUT, "checkpoint", VERIFY_TAMPERED},
    {"checkpoint", REMOVE, "unpublished", VERIFY_UNPUBLISHED},
};

static void inflict(struct place *place, const char *name, enum damage_kind kind)
{
    size_t length;
    char *bytes = place_read(place, name, &length);
    char flipped = (char)(bytes[length / 2] ^ 1);
    if (kind == FLIP)
        place_write(place, name, length / 2, &flipped, 1);
    else if (kind == CUT)
        place_cut(place, name, length - 1);
    else if (kind == EXTEND)
        place_write(place, name, length, "\0\1", 2);
    else
        file_remove(place_name(place, name));
}

static void damaged_files(void **state)
{
    (void)state;
    struct place place;
    many_open(&place);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        const struct damage *damage = &damages[i];
        const char *name = arena_printf(place.arena, "trail/%s", damage->file);
        const char *copy = attack_copy(&place, name);
        inflict(&place, name, damage->kind);
        struct verify_report report = attack_judge(&place, NULL, NULL);
        const struct verify_finding *found = attack_found(&report, damage->what);
        if (report.verdict != damage->verdict || found == NULL) {
            print_error("%s of %s\n", damage->what, damage->file);
            attack_print(&report);
        }
        assert_int_equal(report.verdict, damage->verdict);
        assert_non_null(found);
        struct err err = {0}; // what was changed is not written over; what is missing is built
        bool is_tile = strcmp(damage->what, "tile") == 0;
        assert_int_equal(publish(&place, &err), !is_tile);
        assert_true(!is_tile || err.code == E_TAMPERED);
        attack_restore(&place, name, copy);
        assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_CLEAN);
    }
    place_close(&place);
}

// What a process that died left of writing a tile is no tile.
static void half_written(void **state)
{
    static const char *const names[] = {"tile/entries/001.p/15.new", "tile/0/001.p/15.new",
                                        "tile/0/001.p/65.new", "tile/0/001.new", "tile/1/000.p/1.new"};
    (void)state;
    struct place place;
    struct err err = {0};
    many_open(&place);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        place_write(&place, arena_printf(place.arena, "trail/%s", names[i]), 0, "torn", 4);
        struct verify_report report = attack_judge(&place, NULL, NULL);
        if (report.verdict != VERIFY_CLEAN)
            attack_print(&report);
        assert_int_equal(report.verdict, VERIFY_CLEAN);
        assert_true(publish(&place, &err));
    }
    place_close(&place);
}

// A bundle whose entries are cut elsewhere has the same bytes otherwise.
static void framed_otherwise(void **state)
{
    (void)state;
    struct place place;
    size_t length;
    many_open(&place);
    unsigned char *bytes = (unsigned char *)place_read(&place, "trail/tile/entries/000", &length);
    bytes[1]++;
    place_write(&place, "trail/tile/entries/000", 0, bytes, length);
    assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_TAMPERED);
    place_close(&place);
}

// The tiles, when they are left alone, know which line was changed although its followers were written anew;
// once they are built anew as well, only the root does.
static void tiles_know(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct place place;
        many_open(&place);
        struct attack_log *log = attack_read(&place);
        if (kind == 0)
            attack_edit(log, 30);
        else if (kind == 1)
            attack_remove(log, 30, 2);
        else
            attack_insert(log, 30, log->lines[8]);
        attack_rechain(log, 30);
        attack_write(&place, log);
        static const char *const words[] = {"edit", "delete", "insert"};
        struct verify_report report = attack_judge(&place, NULL, NULL);
        const struct verify_finding *found = attack_found(&report, words[kind]);
        if (found == NULL)
            attack_print(&report);
        assert_int_equal(report.verdict, VERIFY_TAMPERED);
        assert_non_null(found);
        assert_int_equal(found->first, 30);
        assert_null(attack_found(&report, "tile"));
        assert_int_equal(report.proven, 30); // the tiles vouch for what comes before
        place_close(&place);
    }
}

static void endless_checkpoint(void **state)
{
    (void)state;
    struct place place;
    many_open(&place);
    place_write(&place, "trail/checkpoint", 70000, "x", 1);
    struct verify_report report = attack_judge(&place, NULL, NULL);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "checkpoint"));
    place_close(&place);
}

static void older_checkpoint(void **state)
{
    (void)state;
    struct place place;
    many_open(&place);
    const char *log = attack_copy(&place, "trail/log.jsonl"), *head = attack_copy(&place, "trail/head");
    place_commit(&place, "run-5", 200);
    assert_true(publish(&place, NULL));
    attack_restore(&place, "trail/log.jsonl", log); // rolled back, all but what is published
    attack_restore(&place, "trail/head", head);
    file_remove(place_name(&place, "trail/frontier"));
    struct verify_report report = attack_judge(&place, NULL, NULL);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "rollback"));
    file_remove(place_name(&place, "trail/checkpoint")); // and that too, but for wider tiles: a hint
    report = attack_judge(&place, NULL, NULL);
    assert_int_equal(report.verdict, VERIFY_UNPUBLISHED);
    assert_non_null(attack_found(&report, "longer"));
    place_close(&place);
}

// Who has read the head before others wrote and published more does not take that for tampering.
static void overtaken(void **state)
{
    (void)state;
    struct place place;
    struct file log;
    size_t length;
    many_open(&place);
    struct publish order = order_of(&place, &log);
    place_commit(&place, "run-5", 300);
    assert_true(publish(&place, NULL));
    const char *checkpoint = place_read(&place, "trail/checkpoint", &length);
    assert_true(publish_run(&order, false, true, NULL));
    assert_true(publish_run(&order, true, true, NULL));
    file_close(&log);
    assert_string_equal(place_read(&place, "trail/checkpoint", &length), checkpoint);
    assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_CLEAN);
    place_close(&place);
}

// Lines that do not give the signed root are not published: no file gets its name, and none is left beside.
static void another_root(void **state)
{
    (void)state;
    struct place place;
    struct file log;
    struct err err;
    many_open(&place);
    place_commit(&place, "run-5", 300);
    struct publish order = order_of(&place, &log);
    order.head.root[0] ^= 1;
    assert_false(publish_run(&order, false, true, &err));
    assert_int_equal(err.code, E_TAMPERED);
    assert_false(file_exists(place_name(&place, "trail/tile/0/001")));
    assert_false(file_exists(place_name(&place, "trail/tile/0/001.new")));
    order.head.root[0] ^= 1;
    assert_true(publish_run(&order, false, true, NULL));
    assert_true(file_exists(place_name(&place, "trail/tile/0/001")));
    file_close(&log);
    assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_CLEAN);
    place_close(&place);
}

// Older and wider files of one tile, side by side: a newer trail was overwritten with an older one.
static void overwritten_by_older(void **state)
{
    (void)state;
    struct place place;
    many_open(&place);
    const char *tile = attack_copy(&place, "trail/tile/0/000");
    attack_restore(&place, "trail/tile/0/001", tile);
    struct verify_report report = attack_judge(&place, NULL, NULL);
    assert_non_null(attack_found(&report, "longer"));
    place_close(&place);
}

// Who remembers nothing stands on the tiles, and believes them only when the signed root comes out.
static void an_opening_stands_on_tiles(void **state)
{
    (void)state;
    struct place place;
    many_open(&place);
    const char *forged = "{\"v\":1,\"seq\":256,\"id\":\"x\"}\n";
    size_t length, log;
    place_read(&place, "trail/log.jsonl", &log);
    for (int i = 0; i < 3; i++) {
        if (i == 1)
            place_write(&place, "trail/tile/1/000.p/1", 5, "x", 1);
        else if (i == 2)
            place_write(&place, "trail/log.jsonl", log, forged, strlen(forged));
        file_remove(place_name(&place, "trail/frontier"));
        trail_close(place_trail(&place));
        place_read(&place, "trail/log.jsonl", &length);
        assert_int_equal(length, log);
    }
    place_write(&place, "trail/log.jsonl", 10, "~", 1); // in what the tiles stand for: for `audit verify`
    file_remove(place_name(&place, "trail/tile/1/000.p/1"));
    file_remove(place_name(&place, "trail/frontier"));
    assert_int_equal(place_refusal(&place), E_TAMPERED); // nothing stands for it any more
    place_close(&place);
}

static void a_checkpoint_knows_more(void **state)
{
    (void)state;
    struct place place;
    many_open(&place);
    const char *log = attack_copy(&place, "trail/log.jsonl"), *head = attack_copy(&place, "trail/head");
    place_commit(&place, "run-5", 1);
    assert_true(publish(&place, NULL));
    attack_restore(&place, "trail/log.jsonl", log);
    attack_restore(&place, "trail/head", head);
    file_remove(place_name(&place, "trail/frontier"));
    assert_int_equal(place_refusal(&place), E_TAMPERED);
    place_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_files),
        cmocka_unit_test(in_steps),
        cmocka_unit_test(damaged_files),
        cmocka_unit_test(half_written),
        cmocka_unit_test(framed_otherwise),
        cmocka_unit_test(tiles_know),
        cmocka_unit_test(older_checkpoint),
        cmocka_unit_test(endless_checkpoint),
        cmocka_unit_test(an_opening_stands_on_tiles),
        cmocka_unit_test(a_checkpoint_knows_more),
        cmocka_unit_test(overwritten_by_older),
        cmocka_unit_test(overtaken),
        cmocka_unit_test(another_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
