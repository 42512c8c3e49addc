// What no crash can explain: every change of the signed part, missing and exchanged files, rollback.
#include "attack.h"

#include "base/folder.h"

// Every byte of the signed part: replay refuses, whatever the change. (Opening need not see it.)
static void flipped_bytes(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    place_commit(&place, "run-1", 2);
    size_t length;
    char *bytes = place_read(&place, "trail/log.jsonl", &length);
    struct trail *trail = place_trail(&place);
    for (size_t i = 0; i < length; i += 3) {
        struct place_lines lines = {place.arena, value_list(place.arena)};
        struct err err = {0};
        char flipped = (char)(bytes[i] ^ 0x20);
        place_write(&place, "trail/log.jsonl", i, &flipped, 1);
        assert_false(trail_replay(trail, place.arena, NULL, place_collect, &lines, &err));
        assert_int_equal(err.code, E_TAMPERED);
        assert_int_equal(value_count(lines.list), 0);
        place_write(&place, "trail/log.jsonl", i, &bytes[i], 1);
    }
    trail_close(trail);
    file_remove(place_name(&place, "trail/frontier"));
    place_write(&place, "trail/log.jsonl", 10, "~", 1);
    assert_int_equal(place_refusal(&place), E_TAMPERED);
    place_close(&place);
}

static void cut_log(struct place *place)
{
    size_t length;
    place_read(place, "trail/log.jsonl", &length);
    place_cut(place, "trail/log.jsonl", length - 1);
}

static void no_log(struct place *place)
{
    file_remove(place_name(place, "trail/log.jsonl"));
}

static void no_head(struct place *place)
{
    file_remove(place_name(place, "trail/head"));
}

static void cut_head(struct place *place)
{
    place_cut(place, "trail/head", HEAD_SLOT);
}

static void long_head(struct place *place)
{
    place_write(place, "trail/head", HEAD_FILE, "x", 1);
}

static void blank_head(struct place *place)
{
    static const char blank[HEAD_FILE];
    place_write(place, "trail/head", 0, blank, sizeof blank);
}

static void no_trail(struct place *place)
{
    assert_true(file_rename(place_name(place, "trail"), place_name(place, "elsewhere"), NULL));
}

static void no_pin(struct place *place)
{
    const char *trusted = arena_printf(place->arena, "%s/trusted", place->config.config_dir);
    char **names = folder_list(place->arena, trusted);
    assert_non_null(names[0]);
    file_remove(arena_printf(place->arena, "%s/%s", trusted, names[0]));
}

static void other_key(struct place *place)
{
    struct place other;
    size_t length;
    place_open(&other);
    place_commit(&other, "run-1", 1);
    const char *key = place_read(&other, "keys/trail.key", &length);
    place_write(place, "keys/trail.key", 0, key, length);
    place_close(&other);
}

// The slot of an earlier commit, and the log cut back to it: only the frontier remembers.
static void rolled_back(struct place *place)
{
    size_t length, old;
    char *head = place_read(place, "trail/head", &length);
    place_read(place, "trail/log.jsonl", &old);
    place_commit(place, "run-9", 1);
    place_write(place, "trail/head", 0, head, length);
    place_cut(place, "trail/log.jsonl", old);
}

// Lines behind those that the frontier knows, and a head over all of them, by whoever has no key.
static void signed_by_a_thief(struct place *place)
{
    static const unsigned char seed[CRYPTO_KEY_SIZE] = {7};
    struct attack_log *log = attack_read(place);
    attack_insert(log, log->count, log->lines[log->count - 1]);
    attack_rechain(log, log->count - 1);
    attack_write(place, log);
    for (int slot = 0; slot < 2; slot++)
        attack_sign(place, log, log->count, slot, seed);
}

static void signed_by_a_thief_anew(struct place *place)
{
    signed_by_a_thief(place);
    file_remove(place_name(place, "trail/frontier"));
}

static void no_crash_explains(void **state)
{
    (void)state;
    static void (*const damages[])(struct place *) = {cut_log,
                                                      no_log,
                                                      no_head,
                                                      cut_head,
                                                      blank_head,
                                                      no_trail,
                                                      no_pin,
                                                      other_key,
                                                      rolled_back,
                                                      signed_by_a_thief,
                                                      signed_by_a_thief_anew,
                                                      long_head};
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        struct place place;
        place_open(&place);
        place_commit(&place, "run-1", 2);
        place_commit(&place, "run-2", 2);
        damages[i](&place);
        if (damages[i] != other_key) // which audit verify does not need
            assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_TAMPERED);
        assert_int_equal(place_refusal(&place), E_TAMPERED);
        place_close(&place);
    }
}

// The same bytes in another file.
static void copied(struct place *place, const char *name)
{
    attack_restore(place, name, attack_copy(place, name));
}

static void other_log(struct place *place)
{
    copied(place, "trail/log.jsonl");
}

static void other_head(struct place *place)
{
    copied(place, "trail/head");
}

// Files exchanged under an open trail.
static void exchanged(void **state)
{
    (void)state;
    static void (*const exchanges[])(struct place *) = {no_trail, other_log, other_head};
    for (size_t i = 0; i < sizeof exchanges / sizeof exchanges[0]; i++) {
        struct place place;
        struct err err;
        place_open(&place);
        struct trail *trail = place_trail(&place);
        exchanges[i](&place);
        place_note(&place, trail, "run-1", "x");
        assert_false(trail_commit(trail, &err));
        assert_int_equal(err.code, E_TAMPERED);
        trail_close(trail);
        place_close(&place);
    }
}

// Its number and the hash of the line before it each bind a line to its place, also where the key has signed
// another.
static void signed_out_of_place(void **state)
{
    (void)state;
    static const char *const members[] = {"\"seq\":", "\"prev\":\""};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        struct place place;
        attack_open(&place);
        struct attack_log *log = attack_read(&place);
        char *line = arena_strdup(log->arena, log->lines[ATTACK_ALL - 1]), *at = strstr(line, members[i]);
        assert_non_null(at);
        at += strlen(members[i]);
        *at = *at == '1' ? '2' : '1';
        log->lines[ATTACK_ALL - 1] = line;
        attack_write(&place, log);
        attack_sign(&place, log, ATTACK_ALL, 1, NULL);
        file_remove(place_name(&place, "trail/frontier"));
        struct verify_report report = attack_judge(&place, NULL, NULL);
        assert_int_equal(report.verdict, VERIFY_TAMPERED);
        const struct verify_finding *forged = attack_found(&report, "forged");
        assert_non_null(forged);
        assert_int_equal(forged->first, ATTACK_ALL - 1);
        place_close(&place);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(flipped_bytes), cmocka_unit_test(no_crash_explains),
                                       cmocka_unit_test(exchanged), cmocka_unit_test(signed_out_of_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
