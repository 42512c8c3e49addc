// Disks that fail in the middle of a write, and power cuts that lose, tear or blank what was not yet synced:
// audit verify never calls that tampering, the next process goes on, what was durable is there, and every
// head that was ever seen signed is a prefix of the log as it ends.
#include "attack.h"

#ifdef PLAYBOOK_FAULTS

enum { MAX_HEADS = 8 };

struct heads {
    struct head_state states[MAX_HEADS];
    size_t count;
};

// Remembers what the slots that verify say.
static void collect(struct place *place, struct heads *heads)
{
    struct keys keys;
    if (!file_exists(place_name(place, "trail/head")) || !file_exists(place_name(place, "keys/trail.key")))
        return;
    assert_true(keys_load(place->arena, place->config.state, place->config.config_dir, &keys, NULL));
    size_t length;
    const char *bytes = place_read(place, "trail/head", &length);
    for (int slot = 0; slot < 2; slot++) {
        const char *note = bytes + slot * HEAD_SLOT;
        struct head_state state;
        if (!head_parse(note, strnlen(note, HEAD_SLOT), &keys.signer.key, true, &state))
            continue;
        assert_true(heads->count < MAX_HEADS);
        heads->states[heads->count++] = state;
    }
}

static void must_be_prefixes(struct place *place, const struct heads *heads)
{
    struct attack_log *log = attack_read(place);
    for (size_t i = 0; i < heads->count; i++) {
        struct tree tree;
        unsigned char root[TREE_HASH];
        assert_true(heads->states[i].size <= log->count);
        attack_tree(log, &tree, (size_t)heads->states[i].size);
        tree_root(&tree, root);
        assert_memory_equal(root, heads->states[i].root, TREE_HASH);
    }
}

static void must_not_look_tampered(struct place *place)
{
    if (!file_is_dir(place_name(place, "trail")))
        return;
    struct verify_report report = attack_judge(place, NULL, NULL);
    if (report.verdict == VERIFY_TAMPERED)
        attack_print(&report);
    assert_true(report.verdict <= VERIFY_INTERRUPTED);
}

// After whatever happened: go on, and look at the whole.
static void go_on(struct place *place, struct heads *heads, size_t least)
{
    must_not_look_tampered(place);
    collect(place, heads);
    place_commit(place, "run-2", 3);
    collect(place, heads);
    must_be_prefixes(place, heads);
    assert_int_equal(value_count(place_replay(place, "\"run\":\"run-2\"")), 3);
    assert_true(value_count(place_replay(place, "\"run\":\"run-0\"")) == least);
    struct verify_report report = attack_judge(place, NULL, NULL);
    assert_int_equal(report.verdict, VERIFY_UNPUBLISHED);
}

static void at_every_point(char kind, unsigned most)
{
    unsigned disturbed = 0;
    for (unsigned lives = 0; lives < 3; lives++)
        for (unsigned n = 1; n <= most; n++) {
            struct place place;
            struct heads heads = {0};
            place_open(&place);
            for (unsigned i = 0; i < lives; i++)
                place_commit(&place, "run-0", 2);
            collect(&place, &heads);
            disturbed += !place_life(&place, kind, n);
            go_on(&place, &heads, 2 * lives);
            place_close(&place);
        }
    assert_true(disturbed >= 10);
}

static void killed(void **state)
{
    (void)state;
    at_every_point('k', 20);
}

static void short_writes(void **state)
{
    (void)state;
    at_every_point('w', 12);
}

// What a power cut leaves of bytes that were written over `old` and not synced.
enum loss { KEPT, LOST, FIRST_HALF, SECOND_HALF, ZEROED, LOSSES };

static void lose(char *now, const char *old, size_t length, enum loss loss)
{
    size_t half = length / 2;
    if (loss == LOST || loss == SECOND_HALF)
        memcpy(now, old, half);
    if (loss == LOST || loss == FIRST_HALF)
        memcpy(now + half, old + half, length - half);
    if (loss == ZEROED)
        memset(now, 0, length);
}

// At the first sync of a commit the new lines are at risk, at the second the slot that was written.
static void cut_power(struct place *place, unsigned point, enum loss loss, const char *old_log,
                      size_t old_length, const char *old_head)
{
    size_t length;
    if (point == 1) {
        char *log = place_read(place, "trail/log.jsonl", &length);
        assert_true(length > old_length);
        assert_memory_equal(log, old_log, old_length);
        char *none = arena_alloc(place->arena, length); // a file that grew has blanks where nothing came
        lose(log + old_length, none, length - old_length, loss);
        place_write(place, "trail/log.jsonl", 0, log, length);
        if (loss == LOST)
            place_cut(place, "trail/log.jsonl", old_length);
    } else {
        char *head = place_read(place, "trail/head", &length);
        for (int slot = 0; slot < 2; slot++)
            if (memcmp(head + slot * HEAD_SLOT, old_head + slot * HEAD_SLOT, HEAD_SLOT) != 0)
                lose(head + slot * HEAD_SLOT, old_head + slot * HEAD_SLOT, 400, loss); // where the note is
        place_write(place, "trail/head", 0, head, length);
    }
}

static void power_cuts(void **state)
{
    (void)state;
    for (unsigned lives = 1; lives < 4; lives++)
        for (unsigned point = 1; point <= 2; point++)
            for (enum loss loss = KEPT; loss < LOSSES; loss++) {
                struct place place;
                struct heads heads = {0};
                size_t log_length, length;
                place_open(&place);
                for (unsigned i = 0; i < lives; i++)
                    place_commit(&place, "run-0", 2);
                collect(&place, &heads);
                const char *log = place_read(&place, "trail/log.jsonl", &log_length);
                const char *head = place_read(&place, "trail/head", &length);
                assert_false(place_life(&place, 'k', point));
                cut_power(&place, point, loss, log, log_length, head);
                go_on(&place, &heads, 2 * lives);
                place_close(&place);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(killed), cmocka_unit_test(short_writes),
                                       cmocka_unit_test(power_cuts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
