// What a service answers, turned into a response: the headers that are kept, and what cannot be used.
#include "../test.h"

#include "base/arena.h"
#include "data/value.h"
#include "net/answer.h"
#include "policy/request.h"

static void keeps_clean_headers(void **state)
{
    (void)state;
    static const struct {
        const char *lines[3], *name, *value;
    } cases[] = {
        {{"ETag: \"1\"\r\n"}, "etag", "\"1\""},
        {{"etag:\t \"1\" \t\r\n"}, "etag", "\"1\""},
        {{"ETag: \"1\"\r\n", "etag: \"2\"\r\n"},
         "etag",
         "\"1\""}, // whoever adds one behind it changes nothing
        {{"ETag: \"1\"\r\n", "HTTP/1.1 200 OK\r\n"}, "etag", NULL},
        {{"Location: https://a.example/gr\xc3\xbc\xc3\x9f\x65\r\n"},
         "location",
         "https://a.example/gr\xc3\xbc\xc3\x9f\x65"},
        {{"Location: https://a.example/\x1b[2J\r\n"}, "location", NULL},
        {{"Location: https://a.example/\xe2\x80\xae\r\n"}, "location", NULL}, // turns what follows around
        {{"Location: https://a.example/\xff\r\n"}, "location", NULL},
        {{"X-Other: 1\r\n"}, "x-other", NULL},
        {{"etagg: 1\r\n"}, "etag", NULL},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer answer = answer_new(arena);
        for (size_t k = 0; k < 3 && cases[i].lines[k] != NULL; k++)
            assert_true(answer_header(&answer, cases[i].lines[k], strlen(cases[i].lines[k])));
        const char *value = value_text_at(answer.headers, cases[i].name);
        if (cases[i].value == NULL ? value != NULL : value == NULL || strcmp(value, cases[i].value) != 0)
            fail_msg("%s: %s", cases[i].lines[0], value == NULL ? "nothing" : value);
    }
    arena_close(arena);
}

// What came whole and cannot be used would come so again: nobody asks for it again.
static void tells_what_is_unusable(void **state)
{
    (void)state;
    static const struct {
        const char *method, *type, *body;
        int status;
        bool usable;
    } cases[] = {
        {"GET", "application/json", "{}", 200, true}, {"GET", "application/json", "{", 200, false},
        {"GET", "text/html", "<p>", 200, false},      {"GET", "text/html", "<p>", 302, true},
        {"GET", "text/html", "<p>", 502, true},       {"GET", REQUEST_TEXT_TYPE, "\xff", 200, false},
        {"PUT", "application/json", "{", 200, true},  {"PUT", "text/html", "<p>", 200, true},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer answer = answer_new(arena);
        const char *line = arena_printf(arena, "Content-Type: %s\r\n", cases[i].type);
        assert_true(answer_header(&answer, line, strlen(line)));
        assert_true(answer_body(&answer, cases[i].body, strlen(cases[i].body)));
        const struct response *response =
            answer_finish(&answer, &(struct request){.method = cases[i].method, .url = "https://a.example/"},
                          cases[i].status);
        assert_int_equal(response->status, cases[i].usable ? cases[i].status : 0);
        assert_int_equal(response->unusable, !cases[i].usable);
        assert_int_equal(response->failure != NULL, !cases[i].usable);
        assert_false(response->unsent);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_clean_headers),
                                       cmocka_unit_test(tells_what_is_unusable)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
