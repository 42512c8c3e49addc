// audit verify: missing and exchanged files, heads and keys, rollback and forks, files beside the log; and
// what a crash or nothing at all did is not taken for an attack.
#include "attack.h"

#include "base/folder.h"

static void no_log(struct place *place)
{
    file_remove(place_name(place, "trail/log.jsonl"));
}

static void no_head(struct place *place)
{
    file_remove(place_name(place, "trail/head"));
}

static void no_trail(struct place *place)
{
    assert_true(file_rename(place_name(place, "trail"), place_name(place, "elsewhere"), NULL));
}

static void no_pin(struct place *place)
{
    const char *trusted = arena_printf(place->arena, "%s/trusted", place->config.config_dir);
    file_remove(arena_printf(place->arena, "%s/%s", trusted, folder_list(place->arena, trusted)[0]));
}

static void cut_head(struct place *place)
{
    place_cut(place, "trail/head", HEAD_SLOT);
}

static void blank_head(struct place *place)
{
    static const char blank[HEAD_FILE];
    place_write(place, "trail/head", 0, blank, sizeof blank);
}

static void link_log(struct place *place)
{
    const char *log = place_name(place, "trail/log.jsonl"), *real = place_name(place, "elsewhere");
    assert_true(file_rename(log, real, NULL));
    assert_int_equal(symlink(real, log), 0);
}

// All of the log written anew and signed, with another key for the same name.
static void replace_key(struct place *place)
{
    static const unsigned char seed[CRYPTO_KEY_SIZE] = {9};
    struct attack_log *log = attack_read(place);
    attack_edit(log, 30);
    attack_rechain(log, 31);
    attack_write(place, log);
    attack_sign(place, log, ATTACK_SECOND, 0, seed);
    attack_sign(place, log, ATTACK_ALL, 1, seed);
}

// The root of a forged log under the old signature; both slots.
static void edit_head(struct place *place)
{
    size_t length;
    char *bytes = place_read(place, "trail/head", &length);
    for (int slot = 0; slot < 2; slot++) {
        char *root = strchr(strchr(bytes + slot * HEAD_SLOT, '\n') + 1, '\n') + 1;
        *root = *root == 'A' ? 'B' : 'A';
    }
    place_write(place, "trail/head", 0, bytes, length);
}

// With the stolen key: a line edited, everything signed again; the older slot still tells of the first
// history.
static void fork_in_slots(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_edit(log, 30);
    attack_rechain(log, 31);
    attack_write(place, log);
    file_remove(place_name(place, "trail/frontier"));
    attack_sign(place, log, ATTACK_ALL, 1, NULL);
}

static void fork_of_one_size(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_edit(log, 30);
    attack_rechain(log, 31);
    attack_sign(place, log, ATTACK_ALL, 0, NULL);
}

// Signed with the stolen key, and not even numbered well.
static void forge(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_remove(log, 30, 1);
    attack_write(place, log);
    file_remove(place_name(place, "trail/frontier"));
    attack_sign(place, log, ATTACK_FIRST, 0, NULL);
    attack_sign(place, log, ATTACK_ALL - 1, 1, NULL);
}

// Signed with the stolen key, well chained, and not JSON.
static void forge_no_json(struct place *place)
{
    struct attack_log *log = attack_read(place);
    char *line = log->lines[30] = arena_strdup(log->arena, log->lines[30]);
    line[strlen(line) - 2] = ',';
    attack_rechain(log, 31);
    attack_write(place, log);
    file_remove(place_name(place, "trail/frontier"));
    attack_sign(place, log, ATTACK_FIRST, 0, NULL);
    attack_sign(place, log, ATTACK_ALL, 1, NULL);
}

static void foreign_trail(struct place *place)
{
    struct place other;
    place_open(&other);
    place_commit(&other, "run-1", 20);
    attack_restore(place, "trail/log.jsonl", attack_copy(&other, "trail/log.jsonl"));
    attack_restore(place, "trail/head", attack_copy(&other, "trail/head"));
    place_close(&other);
}

static void nothing(struct place *place)
{
    (void)place;
}

static void forged_tail(struct place *place)
{
    struct attack_log *log = attack_read(place);
    attack_insert(log, log->count, log->lines[8]);
    attack_rechain(log, log->count - 1);
    attack_write(place, log);
}

static void torn_tail(struct place *place)
{
    size_t length;
    place_read(place, "trail/log.jsonl", &length);
    place_write(place, "trail/log.jsonl", length, "{\"v\":1,\"se\0\0\0", 13);
}

static void torn_older_slot(struct place *place)
{
    place_write(place, "trail/head", 100, "x", 1);
}

// Without what this machine remembers, a torn newer slot looks like a crash; the lines behind are a tail.
static void torn_newer_slot(struct place *place)
{
    file_remove(place_name(place, "trail/frontier"));
    place_write(place, "trail/head", HEAD_SLOT + 100, "x", 1);
}

static void destroyed_newer_slot(struct place *place)
{
    place_write(place, "trail/head", HEAD_SLOT + 100, "x", 1);
}

static void temporary(struct place *place)
{
    place_write(place, "trail/checkpoint.new", 0, "x", 1);
}

static void half_recovered(struct place *place)
{
    torn_tail(place);
    trail_close(place_trail(place));
}

static const struct attack attacks[] = {
    {"nothing", nothing, "unpublished", VERIFY_UNPUBLISHED, 0, ATTACK_ALL - 1},
    {"no log", no_log, "missing", VERIFY_TAMPERED, -1, -1},
    {"no head", no_head, "missing", VERIFY_TAMPERED, -1, -1},
    {"no trail", no_trail, "missing", VERIFY_TAMPERED, -1, -1},
    {"no pin", no_pin, "unpinned", VERIFY_TAMPERED, -1, -1},
    {"cut head", cut_head, "head", VERIFY_TAMPERED, -1, -1},
    {"blank head", blank_head, "head", VERIFY_TAMPERED, -1, -1},
    {"edited head", edit_head, "head", VERIFY_TAMPERED, -1, -1},
    {"linked log", link_log, "link", VERIFY_TAMPERED, -1, -1},
    {"replaced key", replace_key, "replaced-key", VERIFY_TAMPERED, -1, -1},
    {"fork in the slots", fork_in_slots, "fork", VERIFY_TAMPERED, 0, ATTACK_SECOND - 1},
    {"fork of one size", fork_of_one_size, "fork", VERIFY_TAMPERED, 0, ATTACK_ALL - 1},
    {"forge", forge, "forged", VERIFY_TAMPERED, 30, 30},
    {"forge, no JSON", forge_no_json, "forged", VERIFY_TAMPERED, 30, 30},
    {"foreign trail", foreign_trail, "foreign", VERIFY_TAMPERED, -1, -1},
    {"newer slot destroyed", destroyed_newer_slot, "rollback", VERIFY_TAMPERED, ATTACK_SECOND,
     ATTACK_ALL - 1},
    {"forged tail", forged_tail, "tail", VERIFY_INTERRUPTED, ATTACK_ALL, -1},
    {"torn tail", torn_tail, "tail", VERIFY_INTERRUPTED, ATTACK_ALL, -1},
    {"older slot torn", torn_older_slot, "torn-head", VERIFY_INTERRUPTED, -1, -1},
    {"newer slot torn", torn_newer_slot, "tail", VERIFY_INTERRUPTED, ATTACK_SECOND, -1},
    {"temporary file", temporary, "temporary", VERIFY_INTERRUPTED, -1, -1},
    {"half a recovery", half_recovered, "recovery", VERIFY_INTERRUPTED, -1, -1},
};

static void every_attack_is_named(void **state)
{
    (void)state;
    attack_all(attacks, sizeof attacks / sizeof attacks[0]);
}

// What only something kept elsewhere shows.
static void kept_elsewhere(void **state)
{
    (void)state;
    struct place place;
    attack_open(&place);
    const char *log = attack_copy(&place, "trail/log.jsonl"), *head = attack_copy(&place, "trail/head");
    const char *cache = attack_copy(&place, "trail/frontier");
    place_commit(&place, "run-4", 1);
    const char *kept = attack_checkpoint(&place, 0); // one line more
    assert_int_equal(attack_judge(&place, NULL, kept).verdict, VERIFY_UNPUBLISHED);
    attack_restore(&place, "trail/log.jsonl", log); // rollback of everything
    attack_restore(&place, "trail/head", head);
    attack_restore(&place, "trail/frontier", cache);
    assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_UNPUBLISHED);
    struct verify_report report = attack_judge(&place, NULL, kept);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    const struct verify_finding *found = attack_found(&report, "rollback");
    assert_non_null(found);
    assert_int_equal(found->first, ATTACK_ALL);
    place_commit(&place, "run-5", 20); // the log goes on: a fork
    assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_UNPUBLISHED);
    report = attack_judge(&place, NULL, kept);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "fork"));
    place_close(&place);
}

// History rewritten with the stolen key, everything signed anew.
static void rewritten_with_the_key(void **state)
{
    (void)state;
    struct place place;
    attack_open(&place);
    const char *kept = attack_checkpoint(&place, 0); // 41 lines
    struct attack_log *log = attack_read(&place);
    attack_edit(log, 30);
    attack_rechain(log, 31);
    attack_write(&place, log);
    attack_sign(&place, log, ATTACK_SECOND, 0, NULL);
    attack_sign(&place, log, ATTACK_ALL, 1, NULL);
    file_remove(place_name(&place, "trail/frontier"));
    assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_UNPUBLISHED);
    struct verify_report report = attack_judge(&place, NULL, kept);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "fork"));
    place_close(&place);
}

// Trust comes from the pin or from the reader, and a checkpoint of somebody else is none.
static void whose_key(void **state)
{
    (void)state;
    struct place place, other;
    attack_open(&place);
    attack_open(&other);
    const char *trusted = arena_printf(place.arena, "%s/trusted", place.config.config_dir);
    size_t length;
    char *vkey = file_read(place.arena,
                           arena_printf(place.arena, "%s/%s", trusted, folder_list(place.arena, trusted)[0]),
                           1000, &length, NULL);
    vkey[length - 1] = '\0';
    struct verify_report report = attack_judge(&place, vkey, NULL);
    assert_int_equal(report.verdict, VERIFY_UNPUBLISHED);
    assert_string_equal(report.vkey, vkey);
    report = attack_judge(&other, vkey, NULL);
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "foreign"));
    report = attack_judge(&place, NULL, attack_checkpoint(&other, 1));
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "checkpoint"));
    no_pin(&place); // the reader's own knowledge is enough
    assert_int_equal(attack_judge(&place, vkey, NULL).verdict, VERIFY_UNPUBLISHED);
    struct verify_config config = {
        .state = place.config.state, .config_dir = place.config.config_dir, .vkey = "x"};
    assert_false(verify_trail(place.arena, &config, &report, NULL));
    config = (struct verify_config){.state = "/nowhere", .config_dir = "/nowhere"};
    assert_false(verify_trail(place.arena, &config, &report, NULL));
    place_close(&other);
    place_close(&place);
}

// Bodies and what recoveries set aside are held to the digests in signed lines.
static void files_beside(void **state)
{
    (void)state;
    struct place place;
    attack_open(&place);
    torn_tail(&place);
    struct trail *trail = place_trail(&place);
    struct value *members = value_map(place.arena);
    value_put(place.arena, members, "answer", value_map(place.arena));
    const struct value *blob = trail_blob(trail, place.arena, "hello", 5, NULL);
    struct value *answer = value_map(place.arena);
    value_put(place.arena, answer, "$blob", blob);
    value_put(place.arena, members, "answer", answer);
    trail_append(trail, "run-4", "read", members);
    assert_true(trail_commit(trail, NULL));
    trail_close(trail);
    assert_int_equal(attack_judge(&place, NULL, NULL).verdict, VERIFY_UNPUBLISHED);
    static const char *const folders[] = {"trail/blobs", "trail/aside"};
    static const char *const words[] = {"blob", "aside"};
    for (size_t i = 0; i < 2; i++) {
        const char *folder = place_name(&place, folders[i]);
        const char *name =
            arena_printf(place.arena, "%s/%s", folders[i], folder_list(place.arena, folder)[0]);
        const char *copy = attack_copy(&place, name);
        place_write(&place, name, 0, "H", 1);
        struct verify_report report = attack_judge(&place, NULL, NULL);
        assert_int_equal(report.verdict, VERIFY_TAMPERED);
        assert_int_equal(attack_found(&report, words[i])->first, ATTACK_ALL + 1 - (int64_t)i);
        file_remove(place_name(&place, name));
        report = attack_judge(&place, NULL, NULL);
        assert_int_equal(report.verdict, VERIFY_UNPUBLISHED);
        assert_non_null(attack_found(&report, "gone"));
        attack_restore(&place, name, copy);
    }
    place_close(&place);
}

// A checkpoint that witnesses have signed: the earliest time bounds those of the lines; without a witness it
// is none.
static void witnessed(void **state)
{
    (void)state;
    struct place place;
    attack_open(&place);
    size_t length;
    const char *kept = attack_checkpoint(&place, 1);
    char *note = file_read(place.arena, kept, 10000, &length, NULL);
    const char *text = note_text(place.arena, note, length);
    // Long before the lines were written, and later.
    struct attack_witness early = attack_cosign(&place, text, 4, "witness.example/w", 1000000000),
                          late = attack_cosign(&place, text, 5, "witness.example/x", 1000000001);
    const char *both = arena_printf(place.arena, "%s%s%s", note, early.line, late.line);
    const char *signed_one = arena_printf(place.arena, "%s/signed", place.folder);
    assert_true(file_replace(signed_one, both, strlen(both), NULL));
    const char *const orders[][3] = {{early.vkey}, {early.vkey, late.vkey}, {late.vkey, early.vkey}};
    const char *since[] = {signed_one, NULL};
    struct verify_config config = {
        .state = place.config.state, .config_dir = place.config.config_dir, .since = since};
    struct verify_report report;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        config.witnesses = orders[i];
        assert_true(verify_trail(place.arena, &config, &report, NULL));
        assert_int_equal(report.verdict, VERIFY_UNPUBLISHED);
        assert_int_equal(report.witnessed_at, 1000000000000);
        const struct verify_finding *clock = attack_found(&report, "clock");
        assert_non_null(clock);
        assert_int_equal(clock->first, 1);
    }
    since[0] = kept;
    assert_true(verify_trail(place.arena, &config, &report, NULL));
    assert_int_equal(report.verdict, VERIFY_TAMPERED);
    assert_non_null(attack_found(&report, "witness"));
    place_close(&place);
}

static void a_new_trail_is_clean(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    trail_close(place_trail(&place));
    struct verify_report report = attack_judge(&place, NULL, NULL);
    assert_int_equal(report.verdict, VERIFY_CLEAN);
    assert_int_equal(report.count, 0);
    place_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_attack_is_named),
        cmocka_unit_test(kept_elsewhere),
        cmocka_unit_test(rewritten_with_the_key),
        cmocka_unit_test(whose_key),
        cmocka_unit_test(files_beside),
        cmocka_unit_test(a_new_trail_is_clean),
        cmocka_unit_test(witnessed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
