// What answers say beside the answer.
#include "../test.h"

#include <time.h>

#include "base/crypto.h"
#include "data/value.h"
#include "net/remark.h"
#include "policy/request.h"

static const char *claims(struct arena *arena, int status, const char *challenge)
{
    struct value *headers = value_map(arena);
    value_put_text(arena, headers, "www-authenticate", challenge);
    return remark_claims(arena, &(struct response){.status = status, .headers = headers});
}

static void reads_claims(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    // {"a":{"b":"?>~"}} in both alphabets, with and without padding
    static const char json[] = "{\"a\":{\"b\":\"?>~\"}}";
    static const char *const good[] = {
        "Bearer error=\"insufficient_claims\", claims=\"eyJhIjp7ImIiOiI/Pn4ifX0=\"",
        "Bearer error=\"insufficient_claims\",claims=\"eyJhIjp7ImIiOiI_Pn4ifX0\"",
        "Bearer realm=\"\", Claims=\"eyJhIjp7ImIiOiI_Pn4ifX0\", Error=\"insufficient_claims\""};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const char *found = claims(arena, 401, good[i]);
        if (found == NULL || strcmp(found, json) != 0)
            fail_msg("%s: %s", good[i], found == NULL ? "nothing" : found);
        assert_null(claims(arena, 403, good[i]));
    }
    static const char *const bad[] = {
        NULL,
        "Bearer",
        "Bearer error=\"invalid_token\", claims=\"eyJhIjp7ImIiOiI/Pn4ifX0=\"",
        "Bearer claims=\"eyJhIjp7ImIiOiI/Pn4ifX0=\"",
        "Bearer error=\"insufficient_claims\"",
        "Bearer error=\"insufficient_claims\", claims=\"%%%\"",
        "Bearer error=\"insufficient_claims\", xclaims=\"eyJhIjp7ImIiOiI/Pn4ifX0=\"",
        "Bearer error=\"insufficient_claims\", claims=\"WzFd\"", // a list
        "Bearer error=\"insufficient_claims\", claims=\"eA==\""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (claims(arena, 401, bad[i]) != NULL)
            fail_msg("%s", bad[i]);
    for (int length = 4096; length <= 4097; length++) {
        const char *large = arena_printf(arena, "{\"a\":%*d}", length - 6, 1);
        const char *challenge = arena_printf(arena, "Bearer error=\"insufficient_claims\", claims=\"%s\"",
                                             crypto_base64(arena, large, strlen(large)));
        assert_int_equal(claims(arena, 401, challenge) != NULL, length == 4096);
    }
    arena_close(arena);
}

static bool clock_fits(struct arena *arena, long off_s, struct err *err)
{
    char text[64];
    time_t when = time(NULL) + off_s;
    struct tm parts;
    gmtime_r(&when, &parts);
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    struct value *headers = value_map(arena);
    value_put_text(arena, headers, "date", text);
    return remark_clock(&(struct response){.status = 200, .headers = headers}, err);
}

static void compares_clocks(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    assert_true(clock_fits(arena, 0, &err) && clock_fits(arena, 290, &err) && clock_fits(arena, -290, &err));
    assert_false(clock_fits(arena, 600, &err));
    assert_string_equal(err.message, "this machine's clock is 10 minutes behind the service's");
    assert_int_equal(err.severity, ERR_WARNING);
    assert_false(clock_fits(arena, -3600, &err));
    assert_string_equal(err.message, "this machine's clock is 60 minutes ahead of the service's");
    assert_true(remark_clock(&(struct response){.status = 200}, &err));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_claims), cmocka_unit_test(compares_clocks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
