// A receipt stands for the request that it answered, and for no other.
#include "../trail/estate.h"

#include "base/crypto.h"
#include "run/engine.h"
#include "run/loop.h"
#include "run/receipt.h"
#include "run/recall.h"

#define URL "https://a.example/reimage"

static const struct value *line(struct arena *arena, const char *url, const char *method, const char *body)
{
    struct value *line = value_map(arena);
    value_put_text(arena, line, "url", url);
    value_put_text(arena, line, "method", method);
    if (body != NULL)
        value_put_text(arena, line, "body_digest", crypto_digest(arena, body, strlen(body)));
    return line;
}

static void stands_for_one_request(void **state)
{
    (void)state;
    static const struct {
        const char *url, *method, *body;
        int attempt;
        bool covers;
    } cases[] = {{URL, "POST", "null", 1, true},
                 {URL, "POST", "null", 2, false}, // what an attempt left is not the next one's
                 {URL "/other", "POST", "null", 1, false},
                 {URL, "DELETE", "null", 1, false},
                 {URL, "POST", "{}", 1, false}};
    struct place place;
    place_open(&place);
    struct trail *trail = place_trail(&place);
    const struct engine_config config = {.trail = trail};
    struct run run = {.arena = place.arena, .engine = run_engine_open(place.arena, &config)};
    struct value *intent = value_map(place.arena), *requests = value_list(place.arena);
    value_append(place.arena, requests, line(place.arena, URL, "POST", NULL));
    value_put(place.arena, intent, "requests", requests);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct recall_line lines[] = {
            {"effect.intent", "anew", intent},
            {"effect.receipt", "anew", line(place.arena, cases[i].url, cases[i].method, cases[i].body)}};
        const struct recall_line *sorted[] = {&lines[0], &lines[1]};
        struct recall recall = {.arena = place.arena, .lines = lines, .count = 2, .sorted = sorted};
        run.recall = &recall;
        const struct instance instance = {.run = &run, .path = "anew", .attempt = cases[i].attempt};
        if (receipt_covers(&instance) != cases[i].covers)
            fail_msg("case %zu", i);
    }
    value_append(place.arena, requests, line(place.arena, URL "/other", "POST", NULL));
    struct recall_line lines[] = {{"effect.intent", "anew", intent},
                                  {"effect.receipt", "anew", line(place.arena, URL, "POST", "null")}};
    const struct recall_line *sorted[] = {&lines[0], &lines[1]};
    struct recall recall = {.arena = place.arena, .lines = lines, .count = 2, .sorted = sorted};
    run.recall = &recall;
    assert_false(receipt_covers(&(struct instance){.run = &run, .path = "anew", .attempt = 1})); // of two
    trail_close(trail);
    place_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(stands_for_one_request)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
