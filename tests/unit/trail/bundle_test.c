// A run that was handed over: it checks without the trail, and nothing can be changed, left out, put in or
// taken from another run unseen.
#include "attack.h"

#include "trail/bundle.h"
#include "trail/entry.h"
#include "trail/proof.h"

struct handed {
    struct place place;
    struct bundle_lines lines;
    struct proof_maker *maker;
    const char *run;
    struct note_key key;
    char *rows[64]; // of the bundle
    size_t count;
};

static void take(void *context, const struct entry *entry, const char *line, size_t length)
{
    struct handed *handed = context;
    unsigned char leaf[TREE_HASH];
    bool wanted = entry->has_run && strncmp(entry->run, handed->run, strlen(handed->run)) == 0;
    tree_leaf(line, length, leaf);
    proof_maker_add(handed->maker, leaf, wanted);
    if (wanted)
        bundle_append(handed->place.arena, &handed->lines, entry->seq, line, length);
}

static void whole_run(struct place *place, const char *run)
{
    struct trail *trail = place_trail(place);
    struct value *end = value_map(place->arena);
    value_put_text(place->arena, end, "status", "done");
    trail_append(trail, run, "run.started", NULL);
    for (int i = 0; i < 6; i++)
        place_note(place, trail, run, "x");
    trail_append(trail, run, "run.finished", end);
    assert_true(trail_commit(trail, NULL));
    trail_close(trail);
}

static void hand_over(struct handed *handed, const char *run)
{
    struct verify_report report;
    struct text out = text_new(handed->place.arena);
    handed->run = run;
    handed->lines = (struct bundle_lines){0};
    handed->maker = proof_maker_new(handed->place.arena);
    struct verify_config config = {.state = handed->place.config.state,
                                   .config_dir = handed->place.config.config_dir,
                                   .lines_only = true,
                                   .each = take,
                                   .context = handed};
    assert_true(verify_trail(handed->place.arena, &config, &report, NULL));
    assert_true(note_parse_key(handed->place.arena, report.vkey, &handed->key, NULL));
    bundle_write(&out, run, &handed->lines, handed->maker, report.note);
    handed->count = 0;
    char *save = NULL;
    for (char *row = strtok_r(out.ptr, "\n", &save); row != NULL; row = strtok_r(NULL, "\n", &save))
        handed->rows[handed->count++] = row;
}

static void handed_open(struct handed *handed)
{
    *handed = (struct handed){0};
    place_open(&handed->place);
    whole_run(&handed->place, "run-1");
    whole_run(&handed->place, "run-2");
    place_commit(&handed->place, "run-3", 300);
    hand_over(handed, "run-2");
    assert_int_equal(handed->count, 9);
}

static struct bundle_report check(struct handed *handed)
{
    struct text text = text_new(handed->place.arena);
    struct bundle_report report;
    for (size_t i = 0; i < handed->count; i++)
        text_addf(&text, "%s\n", handed->rows[i]);
    bundle_check(handed->place.arena, text.ptr, text.length, &handed->key, &report);
    return report;
}

static void checks_alone(void **state)
{
    (void)state;
    struct handed handed;
    handed_open(&handed);
    place_write(&handed.place, "trail/log.jsonl", 0, "gone", 4); // nothing of it is read
    struct bundle_report report = check(&handed);
    if (!report.holds)
        fail_msg("%s", report.text);
    assert_string_equal(report.run, "run-2");
    assert_int_equal(report.lines, 8);
    assert_int_equal(report.size, 317);
    assert_true(report.finished);
    assert_string_equal(value_text_at(report.finish, "status"), "done");
    place_close(&handed.place);
}

static void drop(struct handed *handed, size_t at)
{
    memmove(handed->rows + at, handed->rows + at + 1, (handed->count - at - 1) * sizeof handed->rows[0]);
    handed->count--;
}

static void edit(struct handed *handed)
{
    char *at = strstr(handed->rows[4], "\\\"message\\\":\\\"x");
    assert_non_null(at);
    at[strlen("\\\"message\\\":\\\"")] = 'y';
}

static void leave_out(struct handed *handed)
{
    drop(handed, 4);
}

static void leave_out_start(struct handed *handed)
{
    drop(handed, 1);
}

static void leave_out_end(struct handed *handed)
{
    drop(handed, handed->count - 1);
}

static void swap(struct handed *handed)
{
    char *kept = handed->rows[3];
    handed->rows[3] = handed->rows[4];
    handed->rows[4] = kept;
}

static void from_another_run(struct handed *handed)
{
    char *kept[64];
    size_t count = handed->count;
    memcpy(kept, handed->rows, sizeof kept);
    hand_over(handed, "run-1");
    kept[3] = handed->rows[3];
    memcpy(handed->rows, kept, sizeof kept);
    handed->count = count;
}

static void proof_of_a_neighbour(struct handed *handed)
{
    char *proof = strstr(handed->rows[3], ",\"proof\""), *other = strstr(handed->rows[4], ",\"proof\"");
    handed->rows[3] =
        arena_printf(handed->place.arena, "%.*s%s", (int)(proof - handed->rows[3]), handed->rows[3], other);
}

static void another_key(struct handed *handed)
{
    static const unsigned char seed[CRYPTO_KEY_SIZE] = {3};
    handed->key = note_signer_new(handed->key.name, seed).key;
}

static void no_json(struct handed *handed)
{
    handed->rows[5][3] = '\1';
}

static void changes_are_seen(void **state)
{
    (void)state;
    static const struct {
        void (*run)(struct handed *handed);
        const char *what;
    } changes[] = {{edit, "edit"},
                   {leave_out, "delete"},
                   {leave_out_start, "delete"},
                   {leave_out_end, "truncation"},
                   {swap, "delete"},
                   {from_another_run, "splice"},
                   {proof_of_a_neighbour, "edit"},
                   {another_key, "foreign"},
                   {no_json, "form"}};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct handed handed;
        handed_open(&handed);
        changes[i].run(&handed);
        struct bundle_report report = check(&handed);
        assert_false(report.holds);
        assert_string_equal(report.what, changes[i].what);
        place_close(&handed.place);
    }
}

// The header promises how many lines there are; who cuts it as well still cannot hide that the run went on.
static void a_cut_run_is_not_finished(void **state)
{
    (void)state;
    struct handed handed;
    handed_open(&handed);
    drop(&handed, handed.count - 1);
    char *at = strstr(handed.rows[0], "\"lines\":8");
    assert_non_null(at);
    at[strlen("\"lines\":")] = '7';
    struct bundle_report report = check(&handed);
    assert_true(report.holds);
    assert_false(report.finished);
    place_close(&handed.place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(checks_alone), cmocka_unit_test(changes_are_seen),
                                       cmocka_unit_test(a_cut_run_is_not_finished)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
