// The trail in good days: lines, numbers, commits, several processes, blobs, masks, reading back.
#include "estate.h"

#include <sys/wait.h>

#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "trail/tree.h"
#include "trail/verify.h"

static void first_lines(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    struct trail *trail = place_trail(&place);
    struct value *members = value_map(place.arena);
    value_put_text(place.arena, members, "answer", "unexpected");
    value_put_text(place.arena, members, "by", "otherwise");
    assert_int_equal(trail_append(trail, "run-1", "run.started", NULL), 1);
    assert_int_equal(trail_append(trail, "run-1", "ask.answered", members), 2);
    assert_int_equal(trail_durable(trail), 0);
    assert_true(trail_pending_bytes(trail) > 200);
    assert_true(trail_commit(trail, NULL));
    assert_int_equal(trail_durable(trail), 2);
    assert_int_equal(trail_pending_bytes(trail), 0);
    struct trail_extent extent = trail_extent(trail, place.arena, "run-1");
    assert_int_equal(extent.first, 1);
    assert_int_equal(extent.last, 2);
    assert_int_equal(trail_extent(trail, place.arena, "run-2").first, -1);
    trail_close(trail);

    size_t length;
    char *text = place_read(&place, "trail/log.jsonl", &length), *save = NULL;
    struct tree tree = {0};
    unsigned char leaf[TREE_HASH], prev[TREE_HASH] = {0}, root[TREE_HASH];
    int64_t seq = 0;
    for (char *line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save), seq++) {
        const struct value *value = json_parse(place.arena, "log", line, strlen(line), NULL);
        static const char *const order[] = {"v",    "seq",  "id",      "run",  "rseq", "prev",
                                            "type", "time", "mono_ns", "boot", "by",   "host"};
        if (seq < 2) // in the third `by` stands among the members
            for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
                assert_string_equal(value->fields[i].key, order[i]);
        assert_int_equal(value_int_at(value, "seq", -1), seq);
        assert_string_equal(value_text_at(value, "prev"), crypto_hex(place.arena, prev, sizeof prev));
        tree_leaf(line, strlen(line), leaf);
        tree_append(&tree, leaf);
        memcpy(prev, leaf, sizeof prev);
    }
    assert_int_equal(seq, 3);
    tree_root(&tree, root);
    assert_string_equal(crypto_base64(place.arena, root, sizeof root), extent.root);

    const struct value *lines = place_replay(&place, NULL);
    assert_int_equal(value_count(lines), 3);
    assert_string_equal(value_text_at(value_item(lines, 0), "type"), "trail.created");
    assert_true(value_is_null(value_at(value_item(lines, 0), "run")));
    assert_true(text_starts(value_text_at(value_item(lines, 0), "origin"), "playbook/soc-1/"));
    assert_int_equal(value_int_at(value_item(lines, 1), "rseq", -1), 0);
    assert_string_equal(value_text_at(value_item(lines, 1), "by"), "dana");
    assert_int_equal(value_int_at(value_item(lines, 2), "rseq", -1), 1);
    assert_string_equal(value_text_at(value_item(lines, 2), "by"), "otherwise");
    assert_int_equal(value_count(place_replay(&place, "\"type\":\"ask.answered\"")), 1);
    place_close(&place);
}

static void nothing_queued(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    struct trail *trail = place_trail(&place);
    assert_true(trail_commit(trail, NULL));
    trail_close(trail);
    assert_int_equal(value_count(place_replay(&place, NULL)), 0);
    place_close(&place);
}

// A commit is one write of lines and two syncs, in a trail that is there already.
static void cost(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    place_commit(&place, "run-1", 1);
    unsigned before = fault_points();
    place_commit(&place, "run-2", 40);
    assert_int_equal(fault_points() - before, 2);
    place_close(&place);
}

static void many_runs(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    struct trail *trail = place_trail(&place);
    for (int i = 0; i < 300; i++)
        place_note(&place, trail, arena_printf(place.arena, "run-%d", i * 7 % 100), "x");
    assert_true(trail_commit(trail, NULL));
    struct trail_extent extent = trail_extent(trail, place.arena, "run-7");
    assert_int_equal(extent.first, 2);
    assert_int_equal(extent.last, 202);
    trail_close(trail);
    const struct value *lines = place_replay(&place, "\"run\":\"run-7\"");
    assert_int_equal(value_count(lines), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(value_int_at(value_item(lines, i), "rseq", -1), i);
    place_close(&place);
}

// Two writers that take turns: each must read what the other has written.
static void in_turn(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    struct trail *a = place_trail(&place), *b = place_trail(&place);
    for (int i = 0; i < 9; i++) {
        place_note(&place, i % 2 == 0 ? a : b, i % 2 == 0 ? "a" : "b", "x");
        assert_true(trail_commit(i % 2 == 0 ? a : b, NULL));
    }
    trail_close(a);
    trail_close(b);
    const struct value *lines = place_replay(&place, NULL);
    assert_int_equal(value_count(lines), 10);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(value_int_at(value_item(lines, i), "seq", -1), i);
    place_close(&place);
}

// Four processes at once, from the creation on.
static void at_once(void **state)
{
    (void)state;
    enum { PROCESSES = 4, COMMITS = 12 };
    struct place place;
    place_open(&place);
    for (int p = 0; p < PROCESSES; p++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            bool ok = true;
            struct trail *trail = trail_open(place.arena, &place.config, NULL);
            for (int i = 0; ok && trail != NULL && i < COMMITS; i++) {
                place_note(&place, trail, arena_printf(place.arena, "run-%d", p), "x");
                place_note(&place, trail, arena_printf(place.arena, "run-%d", p), "y");
                ok = trail_commit(trail, NULL);
            }
            _exit(ok && trail != NULL ? 0 : 1);
        }
    }
    for (int p = 0; p < PROCESSES; p++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    assert_int_equal(value_count(place_replay(&place, NULL)), 1 + PROCESSES * COMMITS * 2);
    for (int p = 0; p < PROCESSES; p++)
        assert_int_equal(
            value_count(place_replay(&place, arena_printf(place.arena, "\"run\":\"run-%d\"", p))),
            COMMITS * 2);
    place_close(&place);
}

static void blobs_and_masks(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    struct err err;
    struct trail *trail = place_trail(&place);
    const struct value *blob = trail_blob(trail, place.arena, "hello", 5, &err);
    assert_non_null(blob);
    assert_string_equal(
        json_text(place.arena, blob),
        "{\"digest\":\"sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\","
        "\"size\":5}");
    const char *name = "trail/blobs/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    size_t length;
    assert_string_equal(place_read(&place, name, &length), "hello");
    place_cut(&place, name, 2); // as a crash might leave it
    assert_non_null(trail_blob(trail, place.arena, "hello", 5, &err));
    assert_string_equal(place_read(&place, name, &length), "hello");
    place_note(&place, trail, "run-1", "x");
    assert_true(trail_commit(trail, &err));
    const struct value *secret = value_secret(place.arena, "hunter2");
    const struct value *masked = trail_mask_value(trail, place.arena, secret);
    assert_true(text_starts(value_text_at(masked, "$secret"), "hmac-sha256:"));
    trail_close(trail);
    trail = place_trail(&place); // the key stays with the trail
    assert_true(value_equal(trail_mask_value(trail, place.arena, secret), masked));
    trail_close(trail);
    place_close(&place);
}

static bool stop_at_second(void *context, const struct value *line)
{
    (void)line;
    return ++*(int *)context < 2;
}

static void reading_stops(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    place_commit(&place, "run-1", 5);
    struct trail *trail = place_trail(&place);
    int count = 0;
    assert_true(trail_replay(trail, place.arena, NULL, stop_at_second, &count, NULL));
    assert_int_equal(count, 2);
    trail_close(trail);
    place_close(&place);
}

// A line is at most 65,535 bytes. What cannot be recorded must not be done.
static void long_lines(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    struct trail *trail = place_trail(&place);
    char *text = arena_alloc(place.arena, 70000);
    memset(text, 'x', 65000);
    place_note(&place, trail, "run-1", text);
    assert_true(trail_commit(trail, NULL));
    memset(text, 'x', 66000);
    place_note(&place, trail, "run-1", text);
    struct err err;
    assert_false(trail_commit(trail, &err));
    assert_int_equal(err.code, E_TRAIL);
    trail_close(trail);
    assert_int_equal(value_count(place_replay(&place, NULL)), 2);
    place_close(&place);
}

// A second process that replays a run goes on with its numbers.
static void goes_on(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    place_commit(&place, "run-1", 3);
    place_commit(&place, "run-2", 1);
    struct trail *trail = place_trail(&place);
    struct place_lines lines = {place.arena, value_list(place.arena)};
    assert_true(trail_replay(trail, place.arena, "\"run\":\"run-1\"", place_collect, &lines, NULL));
    place_note(&place, trail, "run-1", "x");
    assert_true(trail_commit(trail, NULL));
    struct trail_extent extent = trail_extent(trail, place.arena, "run-1");
    assert_int_equal(extent.first, 1);
    assert_int_equal(extent.last, 5);
    trail_close(trail);
    const struct value *all = place_replay(&place, "\"run\":\"run-1\"");
    assert_int_equal(value_count(all), 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(value_int_at(value_item(all, i), "rseq", -1), i);
    place_close(&place);
}

// Whatever came from outside and was recorded can be read back: deep values, characters that readers refuse,
// bytes that are no text.
static void odd_values(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    const struct value *deep = value_int(place.arena, 1);
    for (int i = 0; i < JSON_MAX_DEPTH; i++) {
        struct value *list = value_list(place.arena);
        value_append(place.arena, list, deep);
        deep = list;
    }
    struct value *members = value_map(place.arena);
    value_put(place.arena, members, "answer", deep);
    value_put_text(place.arena, members, "url", "x\xE2\x80\xAEy\xFF\n\x01");
    struct trail *trail = place_trail(&place);
    trail_append(trail, "run-1\"}", "read", members);
    assert_true(trail_commit(trail, NULL));
    trail_close(trail);
    const struct value *lines = place_replay(&place, "\"type\":\"read\"");
    assert_int_equal(value_count(lines), 1);
    assert_string_equal(value_text_at(value_item(lines, 0), "url"), "x\xE2\x80\xAEy\xEF\xBF\xBD\n\x01");
    assert_string_equal(value_text_at(value_item(lines, 0), "run"), "run-1\"}");
    assert_true(value_equal(value_at(value_item(lines, 0), "answer"), deep));
    place_close(&place);
}

// Whoever verifies while others write sees one state of it, whichever.
static void verified_while_written(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    place_commit(&place, "run-1", 1);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct trail *trail = trail_open(place.arena, &place.config, NULL);
        for (int i = 0; trail != NULL && i < 400; i++) {
            for (int j = 0; j < 4; j++)
                place_note(&place, trail, "run-2", "x");
            if (!trail_commit(trail, NULL))
                _exit(1);
        }
        trail_close(trail);
        _exit(trail == NULL);
    }
    int status = 0;
    do {
        struct verify_config config = {.state = place.config.state, .config_dir = place.config.config_dir};
        struct verify_report report;
        assert_true(verify_trail(place.arena, &config, &report, NULL));
        for (size_t i = 0; i < report.count; i++)
            if (report.findings[i].verdict != VERIFY_UNPUBLISHED)
                fail_msg("%s: %s", report.findings[i].what, report.findings[i].text);
    } while (waitpid(pid, &status, WNOHANG) == 0);
    assert_int_equal(status, 0);
    place_close(&place);
}

#ifdef PLAYBOOK_FAULTS
// No room for the next change: it is not announced, and what was done before is in the log all the same.
static void no_room(void **state)
{
    (void)state;
    struct place place;
    struct err err = {0};
    place_open(&place);
    struct trail *trail = place_trail(&place);
    trail_append(trail, "run-1", "effect.intent", NULL);
    trail_append(trail, "run-2", "effect.intent", NULL);
    assert_true(trail_commit(trail, NULL));
    trail_append(trail, "run-1", "effect.result", NULL);
    uint64_t intent = trail_append(trail, "run-1", "effect.intent", NULL);
    place_note(&place, trail, "run-1", "after it");
    trail_append(trail, "run-2", "effect.result", NULL);
    place_note(&place, trail, "run-2", "of another");
    fault_set('s', 1);
    assert_false(trail_commit(trail, &err));
    fault_set('s', 0);
    assert_int_equal(err.code, E_TRAIL);
    assert_true(trail_durable(trail) < intent);
    assert_false(trail_commit(trail, &err)); // nothing more
    trail_close(trail);
    assert_int_equal(value_count(place_replay(&place, "\"effect.intent\"")), 2);
    assert_int_equal(value_count(place_replay(&place, "\"effect.result\"")), 2);
    assert_int_equal(value_count(place_replay(&place, "after it")), 0);
    assert_int_equal(value_count(place_replay(&place, "of another")), 1);
    place_commit(&place, "run-3", 1);
    place_close(&place);
}
#else
static void no_room(void **state)
{
    (void)state;
    skip();
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_lines),
        cmocka_unit_test(nothing_queued),
        cmocka_unit_test(cost),
        cmocka_unit_test(many_runs),
        cmocka_unit_test(in_turn),
        cmocka_unit_test(at_once),
        cmocka_unit_test(blobs_and_masks),
        cmocka_unit_test(reading_stops),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(odd_values),
        cmocka_unit_test(goes_on),
        cmocka_unit_test(no_room),
        cmocka_unit_test(verified_while_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
