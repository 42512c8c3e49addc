// Whose signature counts: an id that was made to collide never does, lines of unknown keys are passed over,
// none of ours is not enough; and links in the place of files are named.
#include "attack.h"

#include <sys/stat.h>

// One slot with another text or other signature lines.
static void write_slot(struct place *place, int slot, const char *note)
{
    char bytes[HEAD_SLOT] = {0};
    assert_true(strlen(note) < sizeof bytes);
    memcpy(bytes, note, strlen(note));
    place_write(place, "trail/head", (uint64_t)slot * HEAD_SLOT, bytes, sizeof bytes);
}

static char *slot_of(struct place *place, int slot)
{
    size_t length;
    return place_read(place, "trail/head", &length) + slot * HEAD_SLOT;
}

// Signed by a thief, under the name and the four bytes of the trail's own key.
static void colliding_id(void **state)
{
    (void)state;
    static const unsigned char seed[CRYPTO_KEY_SIZE] = {8};
    struct place place;
    attack_open(&place);
    struct attack_log *log = attack_read(&place);
    attack_edit(log, 30);
    attack_rechain(log, 31);
    attack_write(&place, log);
    struct keys keys;
    assert_true(keys_load(place.arena, place.config.state, place.config.config_dir, &keys, NULL));
    for (int slot = 0; slot < 2; slot++) {
        attack_sign(&place, log, slot == 0 ? ATTACK_SECOND : ATTACK_ALL, slot, seed);
        char *note = slot_of(&place, slot), *line = strstr(note, "\xE2\x80\x94 "),
             *at = strrchr(line, ' ') + 1;
        size_t length;
        at[strcspn(at, "\n")] = '\0';
        unsigned char *bytes = crypto_base64_decode(place.arena, at, &length);
        assert_int_equal(length, 68);
        for (int i = 0; i < 4; i++)
            bytes[i] = (unsigned char)(keys.signer.key.id >> (24 - 8 * i));
        write_slot(&place, slot,
                   arena_printf(place.arena, "%.*s%s\n", (int)(at - note), note,
                                crypto_base64(place.arena, bytes, length)));
    }
    file_remove(place_name(&place, "trail/frontier"));
    struct verify_report report = attack_judge(&place, NULL, NULL);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "head"));
    place_close(&place);
}

#define STRANGER                                                                                             \
    "\xE2\x80\x94 witness.example/w1 "                                                                       \
    "IDJKvgAAAABpVbkA9WIHgEcnp5pZ+RdnhMU0ymYEa5zC/"                                                          \
    "Zn5h7jH8v4YmiEijzHDUG7tanj0UrIsSPROaVh9lF6sIlez4ZElxZvpAA==\n"

static void unknown_signatures(void **state)
{
    (void)state;
    struct place place;
    attack_open(&place);
    char *note = arena_strdup(place.arena, slot_of(&place, 1)), *kept = arena_strdup(place.arena, note);
    write_slot(&place, 1, arena_printf(place.arena, "%s" STRANGER, note));
    file_remove(place_name(&place, "trail/frontier"));
    assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_UNPUBLISHED);
    *strstr(note, "\xE2\x80\x94 ") = '\0'; // ours taken away, the stranger's alone
    write_slot(&place, 1, arena_printf(place.arena, "%s" STRANGER, note));
    struct verify_report report = attack_judge(&place, NULL, NULL);
    assert_int_equal(report.verdict, VERIFY_INTERRUPTED); // the older slot counts
    assert_non_null(attack_found(&report, "torn-head"));
    write_slot(&place, 0, arena_printf(place.arena, "%s" STRANGER, note));
    report = attack_judge(&place, NULL, NULL);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "head")); // no other key of its name has signed either
    write_slot(&place, 1, kept);
    assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_INTERRUPTED);
    place_close(&place);
}

static void linked_head(void **state)
{
    (void)state;
    struct place place;
    attack_open(&place);
    const char *head = place_name(&place, "trail/head"), *real = place_name(&place, "elsewhere");
    assert_true(file_rename(head, real, NULL));
    assert_int_equal(symlink(real, head), 0);
    struct verify_report report = attack_judge(&place, NULL, NULL);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "link"));
    place_close(&place);
}

// A tree of no lines has one root, whatever is signed.
static void empty_tree(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    trail_close(place_trail(&place));
    struct keys keys;
    assert_true(keys_load(place.arena, place.config.state, place.config.config_dir, &keys, NULL));
    unsigned char slot[HEAD_SLOT];
    head_write(&keys.signer, &(struct head_state){0}, slot);
    place_write(&place, "trail/head", 0, slot, sizeof slot);
    struct verify_report report = attack_judge(&place, NULL, NULL);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "head"));
    place_close(&place);
}

// What the one who verifies may not read was not taken away by anybody.
static void out_of_sight(void **state)
{
    (void)state;
    enum { SOMEBODY = 65534 };
    struct place place;
    attack_open(&place);
    assert_int_equal(chmod(place.folder, 0755) | chmod(place_name(&place, "."), 0755), 0);
    assert_int_equal(chmod(place_name(&place, "trail"), 0), 0);
    struct verify_config config = {.state = place.config.state, .config_dir = place.config.config_dir};
    struct verify_report report;
    pid_t child = fork();
    if (child == 0) {
        struct err err = {0};
        bool other = geteuid() != 0 || setuid(SOMEBODY) == 0;
        bool judged = verify_trail(place.arena, &config, &report, &err);
        _exit(other && !judged && err.code == E_FILE ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(chmod(place_name(&place, "trail"), 0700), 0);
    place_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(colliding_id), cmocka_unit_test(unknown_signatures),
                                       cmocka_unit_test(linked_head), cmocka_unit_test(empty_tree),
                                       cmocka_unit_test(out_of_sight)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
