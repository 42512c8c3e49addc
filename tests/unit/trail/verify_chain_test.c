// audit verify: whatever is done to lines of the log is told apart and named, with the place.
#include "attack.h"

static void edit(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_edit(log, 30);
    attack_write(place, log);
}

static void edit_last(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_edit(log, ATTACK_ALL - 1);
    attack_write(place, log);
}

static void edit_front(struct place *place)
{
    struct attack_log *log = attack_read(place);
    log->lines[10] = arena_strdup(log->arena, log->lines[10]);
    log->lines[10][2] = 'w';
    attack_write(place, log);
}

static void edit_repaired(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_edit(log, 50);
    attack_rechain(log, 51);
    attack_write(place, log);
}

static void delete_some(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_remove(log, 30, 3);
    attack_write(place, log);
}

static void delete_first(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_remove(log, 0, 1);
    attack_write(place, log);
}

static void delete_repaired(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_remove(log, 30, 3);
    attack_rechain(log, 30);
    attack_write(place, log);
}

static void insert_copy(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_insert(log, 30, log->lines[8]);
    attack_write(place, log);
}

static void duplicate(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_insert(log, 30, log->lines[29]);
    attack_write(place, log);
}

// Well made: number and hash are right where it stands.
static void insert_fitting(struct place *place)
{
    struct attack_log *log = attack_read(place);
    char *kept = log->lines[30];
    attack_insert(log, 30, log->lines[8]);
    size_t count = log->count;
    log->count = 31;
    attack_rechain(log, 30);
    log->count = count;
    assert_ptr_equal(log->lines[31], kept);
    attack_write(place, log);
}

static void insert_repaired(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_insert(log, 50, log->lines[8]);
    attack_rechain(log, 50);
    attack_write(place, log);
}

static void insert_garbage(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_insert(log, 30, "{}");
    attack_write(place, log);
}

static void insert_too_long(struct place *place)
{
    struct attack_log *log = attack_read(place);
    char *line = arena_alloc(place->arena, 70001);
    memset(line, 'x', 70000);
    log->lines[30] = line;
    attack_write(place, log);
}

static void swap(struct attack_log *log, size_t a, size_t b)
{
    char *kept = log->lines[a];
    log->lines[a] = log->lines[b];
    log->lines[b] = kept;
}

static void reorder(struct place *place)
{
    struct attack_log *log = attack_read(place);
    swap(log, 30, 37);
    attack_write(place, log);
}

static void reorder_neighbours(struct place *place)
{
    struct attack_log *log = attack_read(place);
    swap(log, 30, 31);
    attack_write(place, log);
}

static void splice(struct place *place, size_t count)
{
    struct place other;
    place_open(&other);
    place_commit(&other, "run-1", 20);
    place_commit(&other, "run-2", 20);
    struct attack_log *log = attack_read(place), *foreign = attack_read(&other);
    for (size_t i = 30; i < 30 + count; i++)
        log->lines[i] = arena_strdup(place->arena, foreign->lines[i]);
    attack_write(place, log);
    place_close(&other);
}

static void splice_one(struct place *place)
{
    splice(place, 1);
}

static void splice_many(struct place *place)
{
    splice(place, 5);
}

static void cut_lines(struct place *place)
{
    struct attack_log *log = attack_read(place);
    log->count -= 2;
    attack_write(place, log);
}

static void cut_in_a_line(struct place *place)
{
    size_t length;
    place_read(place, "trail/log.jsonl", &length);
    place_cut(place, "trail/log.jsonl", length - 5);
}

static void cut_all(struct place *place)
{
    place_cut(place, "trail/log.jsonl", 0);
}

static void remove_run(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_remove(log, ATTACK_FIRST, 20);
    attack_rechain(log, ATTACK_FIRST);
    attack_write(place, log);
}

static const struct attack attacks[] = {
    {"edit", edit, "edit", VERIFY_TAMPERED, 30, 30},
    {"edit of the last line", edit_last, "edit", VERIFY_TAMPERED, ATTACK_SECOND, ATTACK_ALL - 1},
    {"edit of a line's front", edit_front, "edit", VERIFY_TAMPERED, 10, 10},
    {"edit, repaired", edit_repaired, "edit", VERIFY_TAMPERED, ATTACK_SECOND, ATTACK_ALL - 1},
    {"delete", delete_some, "delete", VERIFY_TAMPERED, 30, 32},
    {"delete the first", delete_first, "delete", VERIFY_TAMPERED, 0, 0},
    {"delete, repaired", delete_repaired, "truncation", VERIFY_TAMPERED, ATTACK_ALL - 3, ATTACK_ALL - 1},
    {"insert", insert_copy, "insert", VERIFY_TAMPERED, 30, 30},
    {"insert a fitting line", insert_fitting, "insert", VERIFY_TAMPERED, 30, 30},
    {"duplicate", duplicate, "insert", VERIFY_TAMPERED, 30, 30},
    {"insert, repaired", insert_repaired, "insert", VERIFY_TAMPERED, ATTACK_SECOND, ATTACK_ALL},
    {"insert garbage", insert_garbage, "insert", VERIFY_TAMPERED, 30, 30},
    {"a line too long", insert_too_long, "edit", VERIFY_TAMPERED, 30, 30},
    {"reorder", reorder, "reorder", VERIFY_TAMPERED, 30, 37},
    {"reorder neighbours", reorder_neighbours, "reorder", VERIFY_TAMPERED, 30, 31},
    {"splice", splice_one, "splice", VERIFY_TAMPERED, 30, 30},
    {"splice many", splice_many, "splice", VERIFY_TAMPERED, 30, 34},
    {"cut lines", cut_lines, "truncation", VERIFY_TAMPERED, ATTACK_ALL - 2, ATTACK_ALL - 1},
    {"cut in a line", cut_in_a_line, "truncation", VERIFY_TAMPERED, ATTACK_ALL - 1, ATTACK_ALL - 1},
    {"cut all", cut_all, "truncation", VERIFY_TAMPERED, 0, ATTACK_ALL - 1},
    {"remove a run", remove_run, "truncation", VERIFY_TAMPERED, ATTACK_SECOND, ATTACK_ALL - 1},
};

static void every_attack_is_named(void **state)
{
    (void)state;
    attack_all(attacks, sizeof attacks / sizeof attacks[0]);
}

// Every byte of the log, each changed in turn: tampered, and never a word about a line before it.
static void every_byte_counts(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    place_commit(&place, "run-1", 3);
    size_t length;
    char *bytes = place_read(&place, "trail/log.jsonl", &length);
    int64_t line = 0;
    for (size_t i = 0; i < length; i++) {
        char flipped = (char)(bytes[i] ^ 1);
        place_write(&place, "trail/log.jsonl", i, &flipped, 1);
        struct verify_report report = attack_judge(&place, NULL, NULL);
        assert_int_equal(report.verdict, VERIFY_TAMPERED);
        assert_int_equal(report.proven, 0);
        place_write(&place, "trail/log.jsonl", i, &bytes[i], 1);
        line += bytes[i] == '\n';
    }
    assert_int_equal(line, 4);
    assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_UNPUBLISHED);
    place_close(&place);
}

// Cut at every byte of the newest commit: what was signed is missed, at any length.
static void every_cut_is_seen(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    place_commit(&place, "run-1", 2);
    size_t before, length;
    place_read(&place, "trail/log.jsonl", &before);
    place_commit(&place, "run-2", 2);
    place_read(&place, "trail/log.jsonl", &length);
    for (size_t cut = length - 1; cut >= before; cut--) {
        place_cut(&place, "trail/log.jsonl", cut);
        struct verify_report report = attack_judge(&place, NULL, NULL);
        assert_int_equal(report.verdict, VERIFY_TAMPERED);
        assert_non_null(attack_found(&report, "truncation"));
        assert_int_equal(report.proven, 3);
    }
    place_close(&place);
}

// Clocks that go back, signed: worth knowing, and no more.
static void clocks_go_back(void **state)
{
    (void)state;
    static const struct {
        const char *member, *earlier;
    } cases[] = {{"\"time\":\"", "2001-01-01"}, {"\"mono_ns\":", "1000000000"}};
    for (size_t i = 0; i < 2; i++) {
        struct place place;
        attack_open(&place);
        struct attack_log *log = attack_read(&place);
        char *at = strstr(log->lines[30], cases[i].member);
        assert_non_null(at);
        at += strlen(cases[i].member);
        assert_true(strspn(at, "0123456789-") >= 10);
        memcpy(at, cases[i].earlier, 10);
        attack_rechain(log, 31);
        attack_write(&place, log);
        attack_sign(&place, log, ATTACK_SECOND, 0, NULL);
        attack_sign(&place, log, ATTACK_ALL, 1, NULL);
        file_remove(place_name(&place, "trail/frontier"));
        struct verify_report report = attack_judge(&place, NULL, NULL);
        const struct verify_finding *found = attack_found(&report, "clock");
        assert_int_equal(report.verdict, VERIFY_UNPUBLISHED);
        assert_non_null(found);
        assert_int_equal(found->first, 30);
        place_close(&place);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_attack_is_named),
                                       cmocka_unit_test(every_byte_counts),
                                       cmocka_unit_test(every_cut_is_seen), cmocka_unit_test(clocks_go_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
