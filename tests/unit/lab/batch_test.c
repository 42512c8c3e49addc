// Several requests to Graph in one: each is answered as if it had come alone.
#include "harness.h"

#define BATCH "/v1.0/$batch"
#define USER "/users/" DANA

static const struct value *answer_to(const struct value *answer, const char *id)
{
    const struct value *answers = value_get(answer, "responses");
    for (size_t i = 0; i < value_count(answers); i++)
        if (strcmp(value_text_at(value_item(answers, i), "id"), id) == 0)
            return value_item(answers, i);
    fail_msg("no answer to %s", id);
    return NULL;
}

static int64_t status_of(const struct value *answer, const char *id)
{
    return value_int_at(answer_to(answer, id), "status", 0);
}

static bool is_enabled(struct bench *bench)
{
    return value_flag_at(want(bench, 200, "GET", GRAPH, "/v1.0" USER "?$select=accountEnabled", NULL),
                         "accountEnabled");
}

static void answers_each_part(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *answer =
        want(&bench, 200, "POST", GRAPH, BATCH,
             "{'requests': [{'id': 'a', 'method': 'GET', 'url': '" USER "?$select=displayName'}, "
             "{'id': 'b', 'method': 'PATCH', 'url': '" USER "', 'headers': {'content-type': "
             "'application/json'}, 'body': {'accountEnabled': false}, 'dependsOn': ['a']}, "
             "{'id': 'c', 'method': 'GET', 'url': 'users/nobody', 'dependsOn': ['b']}, "
             "{'id': 'd', 'method': 'DELETE', 'url': '" USER "', 'dependsOn': ['c']}, "
             "{'id': 'e', 'method': 'GET', 'url': '/nothing'}]}");
    assert_int_equal(value_count(value_get(answer, "responses")), 5);
    assert_int_equal(status_of(answer, "a"), 200);
    assert_string_equal(value_text_at(answer_to(answer, "a"), "body.displayName"), "Dana Levy");
    assert_string_equal(value_text_at(answer_to(answer, "a"), "headers.Content-Type"), "application/json");
    assert_int_equal(status_of(answer, "b"), 204);
    assert_null(value_get(answer_to(answer, "b"), "body"));
    assert_int_equal(status_of(answer, "c"), 404);
    assert_string_equal(value_text_at(answer_to(answer, "c"), "body.error.code"), "Request_ResourceNotFound");
    assert_int_equal(status_of(answer, "d"), 424);
    assert_int_equal(status_of(answer, "e"), 400);
    assert_false(is_enabled(&bench));
    // What is of another type than it should be is as if it were not there.
    answer =
        want(&bench, 200, "POST", GRAPH, BATCH,
             "{'requests': [{'id': '1', 'method': 'GET', 'url': '" USER "', 'headers': ['Content-Type'], "
             "'body': 'text'}, {'id': '2', 'method': 'PATCH', 'url': '" USER "', 'headers': 'none', "
             "'body': {'accountEnabled': true}}]}");
    assert_int_equal(status_of(answer, "1"), 200);
    assert_int_equal(status_of(answer, "2"), 415);
    bench_close(&bench);
}

static void judges_who_asks(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    bench.client = LAB_READER_ID;
    bench.secret = LAB_READER_SECRET;
    const struct value *answer =
        want(&bench, 200, "POST", GRAPH, BATCH,
             "{'requests': [{'id': '1', 'method': 'GET', 'url': '" USER "'}, {'id': '2', 'method': "
             "'DELETE', 'url': '" USER "'}]}");
    assert_int_equal(status_of(answer, "1"), 200);
    assert_int_equal(status_of(answer, "2"), 403);
    send_raw(&bench, NULL, "POST", GRAPH, BATCH, "{'requests': []}");
    assert_int_equal(bench.last.status, 401);
    bench_close(&bench);
}

static void changes_nothing_where_it_is_not_well_formed(void **state)
{
    (void)state;
#define GOES                                                                                                 \
    "{'id': '1', 'method': 'PATCH', 'url': '" USER "', 'headers': {'Content-Type': "                         \
    "'application/json'}, 'body': {'accountEnabled': false}}"
    static const char *const broken[] = {
        "{'requests': []}",
        "{'requests': [" GOES ", {'id': '1', 'method': 'GET', 'url': '/users'}]}",
        "{'requests': [" GOES ", {'method': 'GET', 'url': '/users'}]}",
        "{'requests': [" GOES ", {'id': '2', 'method': 'GET'}]}",
        "{'requests': [" GOES ", {'id': '2', 'method': 'GET', 'url': '/users', 'dependsOn': ['3']}]}",
        "{'requests': [" GOES ", {'id': '2', 'method': 'GET', 'url': '/users', 'dependsOn': ['2']}]}",
        "{'requests': [" GOES ", {'id': '2', 'method': 'POST', 'url': '/$batch', 'body': {}}]}",
    };
    struct bench bench;
    bench_open(&bench, NULL);
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        want(&bench, 400, "POST", GRAPH, BATCH, broken[i]);
    char *many = arena_strdup(bench.arena, "{'requests': [" GOES);
    for (int i = 2; i <= 21; i++)
        many = arena_printf(bench.arena, "%s, {'id': '%d', 'method': 'GET', 'url': '/users'}", many, i);
    want(&bench, 400, "POST", GRAPH, BATCH, arena_printf(bench.arena, "%s]}", many));
    assert_true(is_enabled(&bench));
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_each_part),
        cmocka_unit_test(judges_who_asks),
        cmocka_unit_test(changes_nothing_where_it_is_not_well_formed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
