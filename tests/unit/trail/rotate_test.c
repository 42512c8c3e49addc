// Another signing key: who trusts either can follow, checkpoints of the old one still count, nobody else can
// put a key in force, and a crash at any point leaves a trail that goes on.
#include "attack.h"

#include "base/folder.h"
#include "trail/rotate.h"

static const char *pinned(struct place *place)
{
    const char *trusted = arena_printf(place->arena, "%s/trusted", place->config.config_dir);
    size_t length;
    char **names = folder_list(place->arena, trusted);
    char *vkey =
        file_read(place->arena, arena_printf(place->arena, "%s/%s", trusted, names[0]), 1000, &length, NULL);
    assert_non_null(vkey);
    assert_null(names[1]);
    vkey[length - 1] = '\0';
    return vkey;
}

static void rotate(struct place *place)
{
    struct err err = {0};
    struct trail *trail = place_trail(place);
    if (!trail_rotate(trail, &err))
        fail_msg("%s (%s)", err.message, err.notes);
    place_note(place, trail, "run-9", "x");
    assert_true(trail_commit(trail, &err)); // the process goes on with the new key
    trail_close(trail);
}

static void must_be_fine(struct place *place, const char *vkey, const char *since)
{
    struct verify_report report = attack_judge(place, vkey, since);
    if (report.verdict != VERIFY_UNPUBLISHED)
        attack_print(&report);
    assert_int_equal(report.verdict, VERIFY_UNPUBLISHED);
}

static void who_trusts_either_follows(void **state)
{
    (void)state;
    struct place place;
    attack_open(&place);
    const char *first = pinned(&place), *kept = attack_checkpoint(&place, 1);
    rotate(&place);
    const char *second = pinned(&place);
    assert_string_not_equal(first, second);
    const char *middle = attack_checkpoint(&place, 0);
    rotate(&place);
    place_commit(&place, "run-4", 5);
    const char *third = pinned(&place);
    must_be_fine(&place, NULL, NULL);
    must_be_fine(&place, first, kept);
    must_be_fine(&place, second, kept);
    must_be_fine(&place, third, kept);
    must_be_fine(&place, NULL, middle);
    const struct value *lines = place_replay(&place, "\"type\":\"key.rotated\"");
    assert_int_equal(value_count(lines), 2);
    assert_string_equal(value_text_at(value_item(lines, 0), "from"), first);
    assert_string_equal(value_text_at(value_item(lines, 0), "to"), second);
    assert_string_equal(value_text_at(value_item(lines, 1), "to"), third);
    place_close(&place);
}

// A process that had the trail open goes on after another one has changed the key.
static void open_trails_follow(void **state)
{
    (void)state;
    struct place place;
    attack_open(&place);
    struct trail *trail = place_trail(&place);
    rotate(&place);
    place_note(&place, trail, "run-4", "x");
    assert_true(trail_commit(trail, NULL));
    rotate(&place);
    struct place_lines lines = {place.arena, value_list(place.arena)};
    assert_true(trail_replay(trail, place.arena, "\"run\":\"run-4\"", place_collect, &lines, NULL));
    assert_int_equal(value_count(lines.list), 1);
    rotate(&place);
    assert_true(trail_replay_newest(trail, place.arena, "\"run\":\"run-4\"", place_collect, &lines, NULL));
    assert_int_equal(value_count(lines.list), 2);
    trail_close(trail);
    must_be_fine(&place, NULL, NULL);
    place_close(&place);
}

// While another process changes the key again and again, nobody who opens or verifies the trail is alarmed.
static void nobody_is_alarmed(void **state)
{
    (void)state;
    enum { TIMES = 20 };
    struct place place;
    int status;
    attack_open(&place);
    pid_t pid = fork();
    assert_true(pid >= 0);
    for (int i = 0; pid == 0 && i < TIMES; i++)
        rotate(&place);
    if (pid == 0)
        _exit(0);
    size_t looks = 0;
    for (; waitpid(pid, &status, WNOHANG) == 0; looks++) {
        must_be_fine(&place, NULL, NULL);
        trail_close(place_trail(&place));
    }
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(looks > 0);
    place_close(&place);
}

// An old head, signed by the real key, and a key of the attacker's: no line names it.
static void nobody_else(void **state)
{
    (void)state;
    static const unsigned char seed[CRYPTO_KEY_SIZE] = {7};
    struct place place;
    struct note_key key;
    size_t length;
    attack_open(&place);
    const char *vkey = pinned(&place);
    assert_true(note_parse_key(place.arena, vkey, &key, NULL));
    struct note_signer thief = note_signer_new(key.name, seed);
    char *head = place_read(&place, "trail/head", &length);
    const char *kept =
        arena_printf(place.arena, "%s\n%s\n%s", vkey, note_key_text(place.arena, &thief.key), head);
    assert_true(file_mkdirs(place_name(&place, "trail/rotated"), NULL));
    place_write(&place, "trail/rotated/0000000000000041", 0, kept, strlen(kept));
    struct attack_log *log = attack_read(&place);
    attack_edit(log, ATTACK_ALL - 1);
    attack_write(&place, log);
    attack_sign(&place, log, ATTACK_SECOND, 0, seed);
    attack_sign(&place, log, ATTACK_ALL, 1, seed);
    file_remove(place_name(&place, "trail/frontier"));
    struct verify_report report = attack_judge(&place, NULL, NULL);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "replaced-key"));
    place_close(&place);
}

// A line names the new key, and beside the log an attacker's stands in its place.
static void not_another_than_was_named(void **state)
{
    (void)state;
    static const unsigned char seed[CRYPTO_KEY_SIZE] = {7};
    struct place place;
    struct note_key key;
    size_t length;
    attack_open(&place);
    const char *first = pinned(&place);
    assert_true(note_parse_key(place.arena, first, &key, NULL));
    rotate(&place);
    const char *name = arena_printf(place.arena, "trail/rotated/%s",
                                    folder_list(place.arena, place_name(&place, "trail/rotated"))[0]);
    const char *note = strchr(strchr(place_read(&place, name, &length), '\n') + 1, '\n') + 1;
    struct note_signer thief = note_signer_new(key.name, seed);
    const char *kept =
        arena_printf(place.arena, "%s\n%s\n%s", first, note_key_text(place.arena, &thief.key), note);
    assert_true(file_replace(place_name(&place, name), kept, strlen(kept), NULL));
    struct attack_log *log = attack_read(&place);
    for (int slot = 0; slot < 2; slot++)
        attack_sign(&place, log, log->count, slot, seed);
    file_remove(place_name(&place, "trail/frontier"));
    struct verify_report report = attack_judge(&place, first, NULL);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "replaced-key"));
    place_close(&place);
}

// Who lost the old key cannot be told a larger tree by whoever found it.
static void a_retired_key_signs_no_more(void **state)
{
    (void)state;
    struct place place;
    attack_open(&place);
    struct keys keys;
    const char *first = pinned(&place);
    assert_true(keys_load(place.arena, place.config.state, place.config.config_dir, &keys, NULL));
    rotate(&place);
    place_commit(&place, "run-4", 5);
    struct attack_log *log = attack_read(&place);
    const char *before = attack_copy(&place, "trail/head");
    attack_sign(&place, log, log->count, 0, keys.signer.seed);
    const char *late = attack_checkpoint(&place, 0);
    attack_restore(&place, "trail/head", before);
    must_be_fine(&place, NULL, NULL);
    struct verify_report report = attack_judge(&place, NULL, late);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "checkpoint"));
    for (int slot = 0; slot < 2; slot++) // nor whoever trusts the old one still
        attack_sign(&place, log, log->count, slot, keys.signer.seed);
    file_remove(place_name(&place, "trail/frontier"));
    report = attack_judge(&place, first, NULL);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "replaced-key"));
    place_close(&place);
}

#ifdef PLAYBOOK_FAULTS
static bool disturbed(struct place *place, char kind, unsigned n)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct trail *trail = place_trail(place);
        struct err err;
        fault_set(kind, n);
        _exit(trail_rotate(trail, &err) ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static void crashes(void **state)
{
    (void)state;
    static const char kinds[] = {'k', 'e', 'w'};
    static const unsigned most[] = {17, 17, 9}, step[] = {1, 3, 1};
    unsigned met = 0;
    for (size_t kind = 0; kind < sizeof kinds; kind++)
        for (unsigned n = 1; n <= most[kind]; n += step[kind]) {
            struct place place;
            place_open(&place);
            place_commit(&place, "run-1", 1);
            place_commit(&place, "run-2", 1);
            const char *first = pinned(&place), *kept = attack_checkpoint(&place, 1);
            met += disturbed(&place, kinds[kind], n);
            struct verify_report report = attack_judge(&place, first, kept);
            if (report.verdict == VERIFY_TAMPERED) {
                print_error("%c at %u\n", kinds[kind], n);
                attack_print(&report);
            }
            assert_true(report.verdict <= VERIFY_INTERRUPTED);
            place_commit(&place, "run-4", 2); // goes on, with the one key or the other
            assert_false(file_exists(place_name(&place, "keys/trail.key.next")));
            must_be_fine(&place, NULL, kept);
            must_be_fine(&place, first, kept);
            rotate(&place);
            must_be_fine(&place, first, kept);
            place_close(&place);
        }
    assert_in_range(met, 24, 17 + 6 + 8); // the last of each kind may come after the end
}

// Its bytes cannot be read: an input error at once.
static void must_not_open_without(struct place *place, const char *name)
{
    const char *there = place_name(place, name), *away = arena_printf(place->arena, "%s.away", there);
    assert_true(file_rename(there, away, NULL));
    assert_int_equal(symlink("/proc/self/mem", there), 0);
    assert_int_equal(place_refusal(place), E_TRAIL);
    assert_true(file_exists(place_name(place, "keys/trail.key.next")));
    file_remove(there);
    assert_true(file_rename(away, there, NULL));
}

// What cannot be read may name the new key, which stays.
static void a_key_that_may_be_named_is_kept(void **state)
{
    (void)state;
    unsigned met = 0;
    for (unsigned n = 1; n <= 17; n++) {
        struct place place;
        place_open(&place);
        place_commit(&place, "run-1", 1);
        (void)disturbed(&place, 'k', n);
        if (file_exists(place_name(&place, "keys/trail.key.next"))) {
            met++;
            must_not_open_without(&place, "trail/head");
            if (!file_is_dir(place_name(&place, "trail/rotated"))) // what is kept there decides alone
                must_not_open_without(&place, "trail/log.jsonl");
        }
        place_commit(&place, "run-2", 2);
        must_be_fine(&place, NULL, NULL);
        place_close(&place);
    }
    assert_true(met > 2);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_trusts_either_follows),
        cmocka_unit_test(open_trails_follow),
        cmocka_unit_test(nobody_is_alarmed),
        cmocka_unit_test(nobody_else),
        cmocka_unit_test(not_another_than_was_named),
        cmocka_unit_test(a_retired_key_signs_no_more),
#ifdef PLAYBOOK_FAULTS
        cmocka_unit_test(crashes),
        cmocka_unit_test(a_key_that_may_be_named_is_kept),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
