// Slowing down before the service throttles.
#include "../test.h"

#include "data/value.h"
#include "net/pace.h"
#include "policy/request.h"

#define A "https://management.azure.com/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7"
#define B "https://management.azure.com/subscriptions/fab42902-0eef-4a4c-9642-6d3213a4a46e"

static void tell(struct arena *arena, struct pace *pace, const struct request *request, const char *left)
{
    struct value *headers = value_map(arena);
    const char *kind = strcmp(request->method, "GET") == 0      ? "reads"
                       : strcmp(request->method, "DELETE") == 0 ? "deletes"
                                                                : "writes";
    value_put_text(arena, headers, arena_printf(arena, "x-ms-ratelimit-remaining-subscription-%s", kind),
                   left);
    pace_learn(pace, request, &(struct response){.status = 200, .headers = headers});
}

static void slows_down(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct pace *pace = pace_open(arena);
    const struct request read = {.method = "GET", .url = A "/resources?api-version=2024-03-01"},
                         same = {.method = "GET",
                                 .url = "https://management.azure.com/Subscriptions/"
                                        "4C37D899-9818-4152-8233-89CEA195DBE7"},
                         other = {.method = "GET", .url = B}, write = {.method = "PUT", .url = A "/x"},
                         delete = {.method = "DELETE", .url = A "/x"},
                         graph = {.method = "GET", .url = "https://graph.microsoft.com/v1.0/users"};
    assert_int_equal(pace_wait_ms(pace, &read, 1000), 0);
    tell(arena, pace, &read, "20");
    assert_int_equal(pace_wait_ms(pace, &read, 1000), 0);
    assert_int_equal(pace_wait_ms(pace, &read, 1000), 0);
    tell(arena, pace, &read, "19");
    assert_int_equal(pace_wait_ms(pace, &read, 1000), 0); // then one after the other
    assert_int_equal(pace_wait_ms(pace, &read, 1000), 40);
    assert_int_equal(pace_wait_ms(pace, &same, 1010), 70);
    assert_int_equal(pace_wait_ms(pace, &other, 1010), 0);
    assert_int_equal(pace_wait_ms(pace, &write, 1010), 0);
    assert_int_equal(pace_wait_ms(pace, &graph, 1010), 0);
    assert_int_equal(pace_wait_ms(pace, &read, 5000), 0);
    tell(arena, pace, &write, "0");
    tell(arena, pace, &delete, "3");
    assert_int_equal(pace_wait_ms(pace, &write, 5000), 0);
    assert_int_equal(pace_wait_ms(pace, &write, 5000), 100);
    assert_int_equal(pace_wait_ms(pace, &delete, 5000), 0);
    assert_int_equal(pace_wait_ms(pace, &delete, 5000), 100);
    tell(arena, pace, &read, "lots"); // says nothing
    assert_int_equal(pace_wait_ms(pace, &read, 5000), 40);
    tell(arena, pace, &read, "240"); // it has filled up again
    assert_int_equal(pace_wait_ms(pace, &read, 5000), 0);
    assert_int_equal(pace_wait_ms(pace, &read, 5000), 0);
    assert_int_equal(pace_wait_ms(pace, &write, 5000), 200);
    arena_close(arena);
}

static void tell_compute(struct arena *arena, struct pace *pace, const struct request *request,
                         const char *left)
{
    struct value *headers = value_map(arena);
    value_put_text(arena, headers, "x-ms-ratelimit-remaining-resource", left);
    pace_learn(pace, request, &(struct response){.status = 200, .headers = headers});
}

// Compute's own calls: the scarcest rule of an answer counts, for compute alone.
static void slows_down_compute(void **state)
{
    (void)state;
    static const char *const plenty[] = {"Microsoft.Compute/GetVM3Min;197,Microsoft.Compute/GetVM30Min;997",
                                         "Microsoft.Compute/GetVM3Min;5",
                                         "Microsoft.Compute/GetVM3Min",
                                         "",
                                         ";",
                                         "Microsoft.Compute/GetVM3Min;lots"};
    struct arena *arena = arena_open();
    struct pace *pace = pace_open(arena);
    const struct request read = {.method = "GET", .url = A "/providers/microsoft.compute/virtualMachines/v"},
                         stop = {.method = "POST",
                                 .url = A "/providers/Microsoft.Compute/virtualMachines/v/x"},
                         other = {.method = "GET", .url = B "/providers/Microsoft.Compute/virtualMachines/v"},
                         vault = {.method = "GET", .url = A "/providers/Microsoft.KeyVault/vaults/v"};
    for (size_t i = 0; i < sizeof plenty / sizeof plenty[0]; i++) {
        tell_compute(arena, pace, &read, plenty[i]);
        assert_int_equal(pace_wait_ms(pace, &read, 1000), 0);
        assert_int_equal(pace_wait_ms(pace, &read, 1000), 0);
    }
    tell_compute(arena, pace, &vault, "Microsoft.Compute/GetVM3Min;0"); // not its calls
    assert_int_equal(pace_wait_ms(pace, &vault, 1000), 0);
    assert_int_equal(pace_wait_ms(pace, &vault, 1000), 0);
    tell_compute(arena, pace, &read, "Microsoft.Compute/GetVM3Min;46,Microsoft.Compute/GetVM30Min;4");
    assert_int_equal(pace_wait_ms(pace, &read, 1000), 0);
    assert_int_equal(pace_wait_ms(pace, &read, 1000), 1000);
    assert_int_equal(pace_wait_ms(pace, &stop, 1000), 0);
    assert_int_equal(pace_wait_ms(pace, &stop, 1000), 0);
    assert_int_equal(pace_wait_ms(pace, &other, 1000), 0);
    tell(arena, pace, &read, "3"); // both count: the longer wait it is
    assert_int_equal(pace_wait_ms(pace, &vault, 1000), 0);
    assert_int_equal(pace_wait_ms(pace, &vault, 1000), 40);
    assert_int_equal(pace_wait_ms(pace, &read, 1000), 2000);
    tell_compute(arena, pace, &read, plenty[0]);
    assert_int_equal(pace_wait_ms(pace, &read, 1000), 120);
    arena_close(arena);
}

// Those who are too many are not held up, and do no harm.
static void has_a_bound(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct pace *pace = pace_open(arena);
    for (int i = 0; i < 100; i++) {
        const struct request request = {
            .method = "GET",
            .url = arena_printf(
                arena, "https://management.azure.com/subscriptions/00000000-0000-0000-0000-000000000%03d",
                i)};
        tell(arena, pace, &request, "1");
        assert_int_equal(pace_wait_ms(pace, &request, 0), 0);
        assert_int_equal(pace_wait_ms(pace, &request, 0), i < 64 ? 40 : 0);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(slows_down), cmocka_unit_test(slows_down_compute),
                                       cmocka_unit_test(has_a_bound)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
