// The estate on disk: two processes, torn lines, resets, broken files; and the seed.
#include "harness.h"

#include "base/clock.h"
#include "base/text.h"
#include "lab/seed.h"

static struct estate *open_again(struct bench *bench)
{
    struct err err;
    struct estate *estate = estate_open(bench->dir, NULL, &err);
    assert_non_null(estate);
    return estate;
}

static void put(struct estate *estate, struct arena *arena, const char *key, const char *text)
{
    struct err err;
    struct value *value = value_map(arena);
    value_put_text(arena, value, "text", text);
    assert_true(estate_begin(estate, true, &err));
    estate_put(estate, key, text == NULL ? NULL : value);
    assert_true(estate_end(estate, &err));
}

static const char *get(struct estate *estate, const char *key)
{
    struct err err;
    assert_true(estate_begin(estate, false, &err));
    const char *text = value_text_at(estate_get(estate, key), "text");
    assert_true(estate_end(estate, &err));
    return text;
}

static void is_shared_by_two(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    struct estate *one = bench.core->estate, *two = open_again(&bench);
    put(one, bench.arena, "test/a", "from one");
    assert_string_equal(get(two, "test/a"), "from one");
    put(two, bench.arena, "test/b", "from two");
    put(two, bench.arena, "test/a", NULL);
    assert_string_equal(get(one, "test/b"), "from two");
    assert_null(get(one, "test/a"));
    struct estate *three = open_again(&bench);
    assert_string_equal(get(three, "test/b"), "from two");
    assert_string_equal(digest_estate(bench.arena, one), digest_estate(bench.arena, three));
    estate_close(three);
    estate_close(two);
    bench_close(&bench);
}

static void survives_a_torn_line(void **state)
{
    (void)state;
    struct bench bench;
    struct err err;
    struct file file;
    bench_open(&bench, NULL);
    put(bench.core->estate, bench.arena, "test/a", "whole");
    assert_true(
        file_open(&file, arena_printf(bench.arena, "%s/journal.jsonl", bench.dir), FILE_APPEND, &err));
    assert_true(file_append(&file, "test/a\t{\"text\":\"to", 17, &err));
    file_close(&file);
    struct estate *two = open_again(&bench);
    assert_string_equal(get(two, "test/a"), "whole");
    put(two, bench.arena, "test/b", "after");
    assert_string_equal(get(bench.core->estate, "test/a"), "whole");
    assert_string_equal(get(bench.core->estate, "test/b"), "after");
    assert_false(estate_is_broken(bench.core->estate));
    estate_close(two);
    bench_close(&bench);
}

// A change is the first that hears of the reset: what it writes belongs to the new estate.
static void is_reset_under_a_writer(void **state)
{
    (void)state;
    struct bench bench;
    struct err err;
    bench_open(&bench, NULL);
    struct estate *one = bench.core->estate;
    put(one, bench.arena, "test/a", "before");
    assert_true(estate_reset(bench.dir, NULL, &err));
    put(one, bench.arena, "test/b", "after");
    struct estate *two = open_again(&bench);
    assert_string_equal(get(two, "test/b"), "after");
    assert_null(get(two, "test/a"));
    estate_close(two);
    bench_close(&bench);
}

static void is_reset_under_a_reader(void **state)
{
    (void)state;
    struct bench bench;
    struct err err;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    char *token = sign_in(&bench, "https://management.azure.com");
    send_raw(&bench, token, "GET", ARM, PROD_ID VAULT_API, NULL);
    assert_int_equal(bench.last.status, 200);
    put(bench.core->estate, bench.arena, "test/a", "gone soon");
    assert_string_not_equal(before, digest_now(&bench));
    clock_sleep_ms(1001); // so that every text of a time is another one
    assert_true(estate_reset(bench.dir, NULL, &err));
    assert_null(get(bench.core->estate, "test/a"));
    // Another making of the same seed is the same estate, at another time.
    assert_string_equal(before, digest_now(&bench));
    send_raw(&bench, token, "GET", ARM, PROD_ID VAULT_API, NULL);
    assert_int_equal(bench.last.status, 401);
    bench_close(&bench);
}

static uint64_t journal_size(struct bench *bench)
{
    struct file file;
    struct err err;
    uint64_t size;
    assert_true(
        file_open(&file, arena_printf(bench->arena, "%s/journal.jsonl", bench->dir), FILE_READ, &err));
    assert_true(file_size(&file, &size, &err));
    file_close(&file);
    return size;
}

static void folds_a_long_journal_in(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *long_text = arena_alloc(bench.arena, 100001);
    memset(long_text, 'x', 100000);
    for (int i = 0; i < 12; i++)
        put(bench.core->estate, bench.arena, arena_printf(bench.arena, "test/%02d", i), long_text);
    put(bench.core->estate, bench.arena, "test/03", NULL);
    char *before = digest_now(&bench);
    struct estate *two = open_again(&bench);
    assert_true(journal_size(&bench) < ESTATE_MAX_JOURNAL);
    assert_string_equal(before, digest_estate(bench.arena, two));
    put(two, bench.arena, "test/99", "x");
    assert_string_equal(get(bench.core->estate, "test/99"), "x");
    assert_null(get(bench.core->estate, "test/03"));
    estate_close(two);
    bench_close(&bench);
}

// Neither does the journal of a lab that goes on for long grow with every change, nor is anybody signed out
// by somebody who only looks.
static void a_long_journal_ends_no_token(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *token = sign_in(&bench, "https://management.azure.com"),
         *long_text = arena_alloc(bench.arena, 100001);
    memset(long_text, 'x', 100000);
    for (int i = 0; i < 12; i++)
        put(bench.core->estate, bench.arena, "test/one", long_text);
    estate_close(open_again(&bench));
    send_raw(&bench, token, "GET", ARM, PROD_ID VAULT_API, NULL);
    assert_int_equal(bench.last.status, 200);
    for (int i = 0; i < 30; i++)
        put(bench.core->estate, bench.arena, "test/one", long_text);
    put(bench.core->estate, bench.arena, "test/two", "y");
    assert_true(journal_size(&bench) < ESTATE_MAX_JOURNAL + 200000);
    assert_string_equal(get(bench.core->estate, "test/one"), long_text);
    struct estate *two = open_again(&bench);
    assert_string_equal(get(two, "test/two"), "y");
    estate_close(two);
    bench_close(&bench);
}

static void refuses_what_is_no_estate(void **state)
{
    (void)state;
    struct bench bench;
    struct err err;
    bench_open(&bench, NULL);
    assert_true(file_replace(arena_printf(bench.arena, "%s/estate.jsonl", bench.dir), "{}\n", 3, &err));
    assert_null(estate_open(bench.dir, NULL, &err));
    assert_int_equal(err.code, E_FILE);
    assert_non_null(strstr(err.hint, "lab reset"));
    assert_true(estate_reset(bench.dir, NULL, &err));
    bench_close(&bench);
}

static bool seed_is_good(struct bench *bench, const char *seed, char **lines, struct err *err)
{
    struct text out = text_new(bench->arena);
    char *name = arena_printf(bench->arena, "%s/seed.json", bench->dir);
    assert_true(file_replace(name, seed, strlen(seed), err));
    bool good = seed_write(bench->arena, name, 1000000000000, &out, err);
    *lines = out.ptr;
    file_remove(name);
    return good;
}

static void counts_times_from_its_making(void **state)
{
    (void)state;
    struct bench bench;
    struct err err;
    char *lines;
    bench_open(&bench, NULL);
    assert_true(
        seed_is_good(&bench,
                     "{\"B\": {\"at\": {\"$ago\": \"1d2h\"}}, \"a\": {\"at\": {\"$ahead\": \"10s\", \"as\": "
                     "\"epoch\"}, \"us\": {\"$ago\": \"0s\", \"as\": \"us\"}}}",
                     &lines, &err));
    assert_string_equal(lines, "a\t{\"at\":1000000010,\"us\":\"09/09/2001 01:46:40\"}\n"
                               "b\t{\"at\":\"2001-09-07T23:46:40.000Z\"}\n");
    assert_false(seed_is_good(&bench, "{\"a\": {\"at\": {\"$ago\": \"soon\"}}}", &lines, &err));
    assert_false(seed_is_good(&bench, "{\"a\": {},\n \"A\": {}}", &lines, &err));
    assert_int_equal(err.pos.line, 2);
    assert_false(seed_is_good(&bench, "[]", &lines, &err));
    bench_close(&bench);
}

// With a base a seed says only what is otherwise.
static void is_built_on_the_built_in_one(void **state)
{
    (void)state;
    struct bench bench;
    struct err err;
    char *lines;
    bench_open(&bench, NULL);
    assert_false(
        seed_is_good(&bench, "{\"$base\": \"built-in\",\n \"kv/kv-contoso-none\": null}", &lines, &err));
    assert_int_equal(err.code, E_UNKNOWN_NAME);
    assert_int_equal(err.pos.line, 2);
    assert_true(seed_is_good(&bench,
                             "{\"$base\": \"built-in\", \"Lab/Caller\": {\"address\": \"192.0.2.99\"}, "
                             "\"new/one\": {\"at\": {\"$ago\": \"1d\"}, \"none\": null}, "
                             "\"" PROD_SUB "\": {\"state\": \"Disabled\", \"tags\": null}, \"" PROD_ID
                             "\": null}",
                             &lines, &err));
    assert_non_null(strstr(lines, "lab/caller\t{\"address\":\"192.0.2.99\"}\n"));
    assert_non_null(strstr(lines, "new/one\t{\"at\":\"2001-09-08T01:46:40.000Z\"}\n"));
    assert_non_null(strstr(lines, "\"displayName\":\"contoso-production\",\"state\":\"Disabled\""));
    assert_null(strstr(lines, "/vaults/kv-contoso-prod\t"));
    assert_null(strstr(lines, "$base"));
    // What is new need not say what its id says.
    assert_true(seed_is_good(&bench,
                             "{\"$base\": \"built-in\", \"" PROD_SUB
                             "/resourceGroups/R/providers/Microsoft.Web/sites/A\": {\"kind\": \"app\"}}",
                             &lines, &err));
    assert_non_null(strstr(lines,
                           "/resourcegroups/r/providers/microsoft.web/sites/a\t{\"id\":\"" PROD_SUB
                           "/resourceGroups/R/providers/Microsoft.Web/sites/A\",\"name\":\"A\",\"type\":"
                           "\"Microsoft.Web/sites\",\"kind\":\"app\"}\n"));
    assert_false(seed_is_good(&bench, "{\"$base\": \"other\"}", &lines, &err));
    assert_false(seed_is_good(&bench, "{\"$base\": \"built-in\", \"a\": {}, \"A\": {}}", &lines, &err));
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_shared_by_two),
        cmocka_unit_test(survives_a_torn_line),
        cmocka_unit_test(is_reset_under_a_reader),
        cmocka_unit_test(is_reset_under_a_writer),
        cmocka_unit_test(folds_a_long_journal_in),
        cmocka_unit_test(a_long_journal_ends_no_token),
        cmocka_unit_test(refuses_what_is_no_estate),
        cmocka_unit_test(counts_times_from_its_making),
        cmocka_unit_test(is_built_on_the_built_in_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
