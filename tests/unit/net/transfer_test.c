// A request's bytes when it is over.
#include "../test.h"

#include "base/arena.h"
#include "net/transfer.h"
#include "policy/request.h"

// What was sent may hold a secret; the answer to a sign-in, or of an identity endpoint, is one.
static void wipes_secrets(void **state)
{
    (void)state;
    static const struct {
        const char *url, *form;
        bool answer;
    } cases[] = {{"https://login.example/token", "client_secret=s", true},
                 {"http://169.254.169.254/metadata", NULL, true},
                 {"https://a.example/", NULL, false}};
    static const char secret[] = "s3cret", nothing[sizeof secret];
    struct arena *arena = arena_open();
    const struct transport transport = {.arena = arena};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct request request = {.method = "GET", .url = cases[i].url};
        struct transfer *transfer = transfer_new(&transport, arena, &request, NULL, cases[i].form);
        text_add(&transfer->wire, secret);
        text_add(&transfer->answer.body, secret);
        transfer_wipe(transfer);
        assert_memory_equal(transfer->wire.ptr, nothing, sizeof nothing);
        assert_memory_equal(transfer->answer.body.ptr, cases[i].answer ? nothing : secret, sizeof nothing);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(wipes_secrets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
