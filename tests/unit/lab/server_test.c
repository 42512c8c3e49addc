// The wire: real sockets against the server, turned by hand. What it refuses itself, faults, latency, the
// record.
#include "harness.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/text.h"

struct wire {
    struct bench bench;
    struct lab *lab;
    struct lab_config config;
    int socket;
};

static void wire_open(struct wire *wire, const char *faults, int latency_ms)
{
    struct err err;
    memset(wire, 0, sizeof *wire);
    bench_open(&wire->bench, NULL);
    wire->config = (struct lab_config){.dir = wire->bench.dir, .latency_ms = latency_ms};
    wire->config.record = arena_printf(wire->bench.arena, "%s/record.jsonl", wire->bench.dir);
    if (faults != NULL) {
        wire->config.fault = arena_printf(wire->bench.arena, "%s/faults.json", wire->bench.dir);
        assert_true(file_replace(wire->config.fault, faults, strlen(faults), &err));
    }
    wire->lab = lab_open(wire->bench.arena, &wire->config, &err);
    if (wire->lab == NULL)
        fail_msg("%s", err.message);
    wire->socket = -1;
}

static void wire_close(struct wire *wire)
{
    if (wire->socket >= 0)
        close(wire->socket);
    lab_close(wire->lab);
    bench_close(&wire->bench);
}

static void wire_connect(struct wire *wire)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(lab_port(wire->lab))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (wire->socket >= 0)
        close(wire->socket);
    wire->socket = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(wire->socket, (struct sockaddr *)&address, sizeof address), 0);
}

static bool is_whole(const char *text)
{
    const char *length = text_find_nocase(text, "content-length: "), *body = strstr(text, "\r\n\r\n");
    return body != NULL && length != NULL && strlen(body + 4) >= strtoul(length + 16, NULL, 10);
}

// Sends bytes and reads one answer: what came until it was whole, the connection closed, or 2 s were over.
static char *talk(struct wire *wire, const char *bytes)
{
    struct text got = text_new(wire->bench.arena);
    int64_t end = clock_monotonic_ns() + 2000000000;
    wire_connect(wire);
    while (clock_monotonic_ns() < end && !is_whole(got.ptr)) {
        // The server takes only when it is turned, so what is long goes piece by piece.
        ssize_t sent = send(wire->socket, bytes, strlen(bytes), MSG_NOSIGNAL | MSG_DONTWAIT);
        bytes += sent > 0 ? sent : 0;
        struct pollfd fds[2] = {{lab_fd(wire->lab), POLLIN, 0}, {wire->socket, POLLIN, 0}};
        int64_t timeout = lab_timeout_ms(wire->lab);
        poll(fds, 2, timeout < 0 || timeout > 20 ? 20 : (int)timeout);
        lab_turn(wire->lab);
        char buffer[4096];
        ssize_t n = recv(wire->socket, buffer, sizeof buffer, MSG_DONTWAIT);
        if (n == 0)
            break;
        if (n > 0)
            text_addn(&got, buffer, (size_t)n);
    }
    return got.ptr;
}

static char *get_vault(struct wire *wire)
{
    char *token = sign_in(&wire->bench, "https://management.azure.com");
    return talk(wire,
                arena_printf(wire->bench.arena,
                             "GET " PROD_ID VAULT_API " HTTP/1.1\r\nHost: " ARM "\r\nAuthorization: %s\r\n"
                             "x-ms-client-request-id: 11111111-2222-4333-8444-555555555555\r\n\r\n",
                             token));
}

static int status_of(const char *answer)
{
    return text_starts(answer, "HTTP/1.1 ") ? (int)strtol(answer + 9, NULL, 10) : 0;
}

static void serves_over_http(void **state)
{
    (void)state;
    struct wire wire;
    wire_open(&wire, NULL, 0);
    char *answer = get_vault(&wire);
    assert_int_equal(status_of(answer), 200);
    assert_non_null(strstr(answer, "x-ms-client-request-id: 11111111-2222-4333-8444-555555555555"));
    assert_non_null(text_find_nocase(answer, "\r\nDate: "));
    assert_non_null(strstr(answer, "kv-contoso-prod"));
    answer = talk(&wire, "GET " PROD_ID VAULT_API " HTTP/1.1\r\nHost: " ARM ":443\r\n\r\n");
    assert_int_equal(status_of(answer), 401);
    answer = talk(&wire, "POST /" LAB_TENANT "/oauth2/v2.0/token HTTP/1.1\r\nHost: " LOGIN
                         "\r\nContent-Length: 5\r\n\r\na=b&c");
    assert_int_equal(status_of(answer), 400);
    size_t length;
    char *record = file_read(wire.bench.arena, wire.config.record, 1 << 20, &length, NULL);
    assert_non_null(strstr(record, "\"method\":\"GET\",\"host\":\"management.azure.com\""));
    assert_null(strstr(record, "a=b&c"));
    wire_close(&wire);
}

static void refuses_what_is_no_clean_request(void **state)
{
    (void)state;
    struct wire wire;
    wire_open(&wire, NULL, 0);
    static const char *const bad[] = {
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: " ARM "\r\nHost: " GRAPH "\r\n\r\n",
        "GET https://" ARM "/ HTTP/1.1\r\nHost: " ARM "\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: " ARM
        "\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "GET /a%00b HTTP/1.1\r\nHost: " ARM "\r\n\r\n",
        "GET /a%zz HTTP/1.1\r\nHost: " ARM "\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (status_of(talk(&wire, bad[i])) != 400)
            fail_msg("not refused: %s", bad[i]);
    char *huge = arena_alloc(wire.bench.arena, (2 << 20) + 200);
    int head = snprintf(huge, 200, "POST / HTTP/1.1\r\nHost: " ARM "\r\nContent-Length: %d\r\n\r\n", 3 << 19);
    memset(huge + head, 'x', 3 << 19);
    assert_int_equal(status_of(talk(&wire, huge)), 413);
    wire_close(&wire);
}

static void makes_faults_on_order(void **state)
{
    (void)state;
    struct wire wire;
    wire_open(&wire,
              "[{\"match\": \"GET management.azure.com/*\", \"do\": \"status 429\", \"retry_after\": 7},"
              " {\"match\": \"GET management.azure.com/*\", \"nth\": 2, \"do\": \"truncate\"},"
              " {\"match\": \"GET management.azure.com/*\", \"nth\": 3, \"do\": \"drop\"},"
              " {\"match\": \"GET management.azure.com/*\", \"nth\": 4, \"do\": \"lose\"},"
              " {\"match\": \"GET management.azure.com/*\", \"nth\": 5, \"do\": \"redirect "
              "https://evil.example/\"},"
              " {\"match\": \"GET management.azure.com/*\", \"nth\": 6, \"do\": \"delay 60\"},"
              " {\"match\": \"GET management.azure.com/*\", \"nth\": 7, \"do\": \"garble\"}]",
              0);
    char *answer = get_vault(&wire);
    assert_int_equal(status_of(answer), 429);
    assert_non_null(strstr(answer, "Retry-After: 7"));
    answer = get_vault(&wire);
    assert_int_equal(status_of(answer), 200);
    assert_false(is_whole(answer));
    assert_string_equal(get_vault(&wire), "");
    assert_string_equal(get_vault(&wire), "");
    answer = get_vault(&wire);
    assert_int_equal(status_of(answer), 307);
    assert_non_null(strstr(answer, "Location: https://evil.example/"));
    int64_t start = clock_monotonic_ns();
    assert_int_equal(status_of(get_vault(&wire)), 200);
    assert_true(clock_monotonic_ns() - start >= 60000000);
    answer = get_vault(&wire);
    assert_int_equal(status_of(answer), 200);
    assert_null(strstr(answer, "\"id\""));
    assert_int_equal(status_of(get_vault(&wire)), 200);
    // The record holds every one that came, served or not.
    size_t length, came = 0;
    char *record = file_read(wire.bench.arena, wire.config.record, 1 << 20, &length, NULL);
    for (char *at = record; (at = strstr(at, "\"GET\"")) != NULL; at++)
        came++;
    assert_int_equal(came, 8);
    assert_non_null(strstr(record, "\"status\":429"));
    assert_non_null(strstr(record, "\"status\":0"));
    wire_close(&wire);
}

static void takes_its_time(void **state)
{
    (void)state;
    struct wire wire;
    wire_open(&wire, NULL, 30);
    assert_int_equal(lab_timeout_ms(wire.lab), -1);
    int64_t start = clock_monotonic_ns();
    assert_int_equal(status_of(get_vault(&wire)), 200);
    assert_true(clock_monotonic_ns() - start >= 30000000);
    wire_close(&wire);
}

static void closes_with_requests_waiting(void **state)
{
    (void)state;
    struct wire wire;
    wire_open(&wire, NULL, 60000);
    wire_connect(&wire);
    const char *bytes = "GET / HTTP/1.1\r\nHost: " ARM "\r\n\r\n";
    assert_int_equal(send(wire.socket, bytes, strlen(bytes), 0), (ssize_t)strlen(bytes));
    for (int i = 0; i < 20; i++) {
        lab_turn(wire.lab);
        clock_sleep_ms(2);
    }
    assert_true(lab_timeout_ms(wire.lab) > 1000);
    wire_close(&wire);
}

static void refuses_a_bad_fault_file(void **state)
{
    (void)state;
    struct wire wire;
    struct err err;
    wire_open(&wire, NULL, 0);
    static const char *const bad[] = {"[{\"match\": \"*\"}]",
                                      "[{\"match\": \"*\", \"do\": \"explode\"}]",
                                      "[{\"match\": \"*\", \"do\": \"status x\"}]",
                                      "[{\"do\": \"drop\"}]",
                                      "[{\"match\": \"*\", \"do\": \"drop\", \"retry-after\": 1}]",
                                      "{"};
    struct lab_config config = wire.config;
    config.fault = arena_printf(wire.bench.arena, "%s/faults.json", wire.bench.dir);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_true(file_replace(config.fault, bad[i], strlen(bad[i]), &err));
        assert_null(lab_open(wire.bench.arena, &config, &err));
        assert_int_equal(err_exit_status(err.code), 2);
    }
    wire_close(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serves_over_http),
        cmocka_unit_test(refuses_what_is_no_clean_request),
        cmocka_unit_test(makes_faults_on_order),
        cmocka_unit_test(takes_its_time),
        cmocka_unit_test(closes_with_requests_waiting),
        cmocka_unit_test(refuses_a_bad_fault_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
