// The door to libcurl against a real server: what leaves, what comes back, and what never happens twice.
#include "../test.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tiny_server.h"

#include "base/clock.h"
#include "data/value.h"
#include "net/http.h"
#include "policy/request.h"

struct fixture {
    struct tiny *server;
    struct arena *arena;
    struct http *http;
};

static int setup_with(void **state, int timeout_ms)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->server = tiny_open();
    f->arena = arena_open();
    struct err err = {0};
    struct http_config config = {.route = arena_printf(f->arena, "http://127.0.0.1:%d", f->server->port),
                                 .timeout_ms = timeout_ms};
    f->http = http_open(f->arena, &config, &err);
    assert_non_null(f->http);
    *state = f;
    return 0;
}

static int setup(void **state)
{
    return setup_with(state, 0);
}

static int setup_short(void **state)
{
    return setup_with(state, 200);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    http_close(f->http);
    tiny_close(f->server);
    arena_close(f->arena);
    free(f);
    return 0;
}

static const struct response *wait_for(struct fixture *f, void *owner)
{
    for (int64_t end = clock_monotonic_ns() + 5000000000; clock_monotonic_ns() < end;) {
        struct response *response = NULL;
        void *got = http_take(f->http, &response);
        if (got != NULL) {
            assert_ptr_equal(got, owner);
            return response;
        }
        int64_t timeout = http_timeout_ms(f->http);
        struct pollfd fd = {.fd = http_fd(f->http), .events = POLLIN};
        poll(&fd, 1, timeout < 0 || timeout > 1000 ? 1000 : (int)timeout);
        http_turn(f->http);
    }
    fail_msg("no answer in time");
    return NULL;
}

static const struct response *ask(struct fixture *f, const char *method, const char *url,
                                  const struct value *body)
{
    struct request *request = ARENA_NEW(f->arena, struct request);
    *request = (struct request){.method = method, .url = url, .body = body};
    http_start(f->http, f->arena, request, NULL, NULL, request);
    return wait_for(f, request);
}

static void keeps_the_connection(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 20; i++) {
        const struct response *r = ask(f, i % 2 ? "GET" : "PATCH", "https://management.azure.com/json?x=1",
                                       i % 2 ? NULL : value_map(f->arena));
        assert_int_equal(r->status, 200);
        assert_int_equal(value_int_at(r->body, "a", 0), 1);
    }
    assert_int_equal(f->server->connections, 1);
    assert_int_equal(f->server->requests, 20);
}

static bool sent(struct fixture *f, const char *text)
{
    return strstr(f->server->last, text) != NULL;
}

static void sends_headers(void **state)
{
    struct fixture *f = *state;
    ask(f, "GET", "https://management.azure.com:443/a%2Bb/../c?api-version=1", NULL);
    assert_true(sent(f, "GET /a%2Bb/../c?api-version=1 HTTP/1.1\r\n"));
    assert_true(sent(f, "\r\nHost: management.azure.com\r\n"));
    assert_true(sent(f, "\r\nUser-Agent: playbook/" PLAYBOOK_VERSION "\r\n"));
    assert_true(sent(f, "\r\nAccept: application/json\r\n"));
    assert_true(sent(f, "\r\nx-ms-client-request-id: "));
    assert_false(sent(f, "Content-Type"));
    assert_false(sent(f, "Expect"));
    ask(f, "POST", "https://graph.microsoft.com/v1.0/x", NULL);
    assert_true(sent(f, "\r\nContent-Length: 0\r\n"));
    assert_false(sent(f, "Content-Type"));
    ask(f, "DELETE", "https://graph.microsoft.com/v1.0/x", NULL);
    assert_true(sent(f, "DELETE /v1.0/x "));
    assert_false(sent(f, "Content-Length"));
    ask(f, "HEAD", "https://graph.microsoft.com/v1.0/x", NULL);
    assert_true(sent(f, "HEAD /v1.0/x "));
    ask(f, "GET", "https://graph.microsoft.com", NULL);
    assert_true(sent(f, "GET / HTTP/1.1"));
}

static void sends_secrets_and_extras(void **state)
{
    struct fixture *f = *state;
    struct value *body = value_map(f->arena), *headers = value_map(f->arena);
    value_put(f->arena, body, "value", value_secret(f->arena, "s\"1"));
    value_put_text(f->arena, headers, "If-Match", "\"7\"");
    struct request request = {
        .method = "PUT", .url = "https://kv.vault.azure.net/secrets/a", .body = body, .headers = headers};
    static const char *const lines[] = {"Authorization: Bearer t", NULL};
    http_start(f->http, f->arena, &request, lines, NULL, f);
    wait_for(f, f);
    assert_true(sent(f, "\r\nContent-Type: application/json\r\n"));
    assert_true(sent(f, "\r\nIf-Match: \"7\"\r\n"));
    assert_true(sent(f, "\r\nAuthorization: Bearer t\r\n"));
    assert_true(sent(f, "\r\n\r\n{\"value\":\"s\\\"1\"}"));
    headers = value_map(f->arena);
    value_put_text(f->arena, headers, "Content-Type", "text/powershell");
    request = (struct request){.method = "PUT",
                               .url = "https://management.azure.com/r",
                               .body = value_string(f->arena, "Get-Date\n\"x\""),
                               .headers = headers};
    http_start(f->http, f->arena, &request, NULL, NULL, f);
    wait_for(f, f);
    assert_true(sent(f, "\r\nContent-Type: text/powershell\r\n"));
    assert_true(sent(f, "\r\n\r\nGet-Date\n\"x\""));
    request =
        (struct request){.method = "POST", .url = "https://login.microsoftonline.com/t/oauth2/v2.0/token"};
    http_start(f->http, f->arena, &request, NULL, "a=b&c=d", f);
    wait_for(f, f);
    assert_true(sent(f, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
    assert_true(sent(f, "\r\n\r\na=b&c=d"));
}

static void bounds_answers(void **state)
{
    struct fixture *f = *state;
    const struct response *r = ask(f, "GET", "https://management.azure.com/big/200000", NULL);
    assert_int_equal(r->status, 200);
    assert_int_equal(strlen(value_text_at(r->body, "s")), 200000 - 8);
    r = ask(f, "GET", arena_printf(f->arena, "https://management.azure.com/big/%d", HTTP_MAX_RESPONSE + 1),
            NULL);
    assert_int_equal(r->status, 0);
    assert_string_equal(r->failure, "the answer is larger than 16 MiB");
    assert_false(r->unsent);
    assert_int_equal(ask(f, "GET", "https://management.azure.com/json", NULL)->status, 200);
}

// Trailers without end, and interim answers: the library would keep all of them.
static const char *trailers(const char *request)
{
    enum { LINE = 1000, LINES = 300 };
    static char text[LINE * (LINES + 2)];
    bool interim = strstr(request, "/interim") != NULL;
    size_t length = (size_t)snprintf(
        text, sizeof text, "%s",
        interim ? "" : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" TINY_JSON "\r\n2\r\n{}\r\n0\r\n");
    for (int i = 0; i < LINES; i++)
        length +=
            (size_t)snprintf(text + length, sizeof text - length, "%sX: %0*d\r\n%s",
                             interim ? "HTTP/1.1 100 Continue\r\n" : "", LINE - 40, i, interim ? "\r\n" : "");
    snprintf(text + length, sizeof text - length, "\r\n");
    return strstr(request, "/bounded") != NULL ? text : NULL;
}

static void bounds_headers(void **state)
{
    struct fixture *f = *state;
    f->server->answer = trailers;
    static const char *const urls[] = {"https://management.azure.com/bounded/trailers",
                                       "https://management.azure.com/bounded/interim"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        const struct response *r = ask(f, "GET", urls[i], NULL);
        assert_int_equal(r->status, 0);
        assert_string_equal(r->failure, "the answer has more than 256 KiB of headers");
        assert_true(r->unusable);
    }
    assert_int_equal(ask(f, "GET", "https://management.azure.com/json", NULL)->status, 200);
}

static void reads_answers(void **state)
{
    struct fixture *f = *state;
    const struct response *r = ask(f, "GET", "https://management.azure.com/redirect", NULL);
    assert_int_equal(r->status, 302);
    assert_string_equal(value_text_at(r->headers, "location"), "/json");
    assert_int_equal(f->server->requests, 1);
    r = ask(f, "GET", "https://management.azure.com/html", NULL);
    assert_int_equal(r->status, 0);
    assert_string_equal(r->failure, "the answer is text/html, not JSON");
    r = ask(f, "GET", "https://management.azure.com/runbook", NULL);
    assert_string_equal(value_text(r->body), "\xef\xbb\xbfGet-Date\r\n");
    r = ask(f, "GET", "https://management.azure.com/bytes", NULL);
    assert_string_equal(r->failure, "the answer is a text that is not UTF-8");
    r = ask(f, "POST", "https://management.azure.com/html", NULL);
    assert_int_equal(r->status, 200);
    assert_null(r->body);
    r = ask(f, "GET", "https://management.azure.com/gone", NULL);
    assert_int_equal(r->status, 404);
    assert_null(r->body);
    r = ask(f, "GET", "https://management.azure.com/interim", NULL);
    assert_string_equal(value_text_at(r->headers, "etag"), "\"7\"");
    assert_string_equal(value_text_at(r->headers, "retry-after"), "2");
    assert_null(value_get(r->headers, "x-other"));
}

// The library would repeat a request on a kept connection that breaks; a change must not be.
static void never_repeats_changes(void **state)
{
    struct fixture *f = *state;
    ask(f, "GET", "https://management.azure.com/json", NULL);
    const struct response *r = ask(f, "POST", "https://management.azure.com/drop", value_map(f->arena));
    assert_int_equal(r->status, 0);
    assert_false(r->unsent);
    assert_string_equal(r->failure, "the connection was lost before an answer came");
    assert_int_equal(f->server->drops, 1);
    ask(f, "GET", "https://management.azure.com/json", NULL);
    r = ask(f, "DELETE", "https://management.azure.com/drop", NULL);
    assert_int_equal(r->status, 0);
    assert_int_equal(f->server->drops, 2);
}

static void gives_up(void **state)
{
    struct fixture *f = *state;
    int64_t start = clock_monotonic_ns();
    const struct response *r = ask(f, "GET", "https://management.azure.com/slow", NULL);
    assert_int_equal(r->status, 0);
    assert_non_null(strstr(r->failure, "timed out"));
    assert_in_range((clock_monotonic_ns() - start) / 1000000, 150, 500);
    int owner;
    struct request request = {.method = "GET", .url = "https://management.azure.com/slow"};
    http_start(f->http, f->arena, &request, NULL, NULL, &owner);
    assert_int_equal(http_in_flight(f->http), 1);
    http_cancel(f->http, &owner);
    assert_int_equal(http_in_flight(f->http), 0);
    assert_int_equal(ask(f, "GET", "https://management.azure.com/json", NULL)->status, 200);
}

static void carries_many(void **state)
{
    struct fixture *f = *state;
    enum { COUNT = 200 };
    struct request request = {.method = "GET", .url = "https://management.azure.com/json"};
    for (int i = 0; i < COUNT; i++)
        http_start(f->http, f->arena, &request, NULL, NULL, f);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(wait_for(f, f)->status, 200);
    assert_in_range(f->server->connections, 1, 64);
    assert_int_equal(http_in_flight(f->http), 0);
}

static const char *slowly(const char *request)
{
    (void)request;
    clock_sleep_ms(20);
    return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
}

// So many requests that not all may be there at once: a host gets its share, and no more.
static void spares_a_host(void **state)
{
    (void)state;
    enum { COUNT = 60, MOST = 32 };
    struct fixture f = {.arena = arena_open(), .server = tiny_open()};
    struct err err = {0};
    f.server->answer = slowly;
    f.http = http_open(f.arena, &(struct http_config){.ca_file = "/dev/null"}, &err);
    assert_non_null(f.http);
    struct request request = {.method = "GET",
                              .url = arena_printf(f.arena, "http://127.0.0.1:%d/", f.server->port)};
    for (int i = 0; i < COUNT; i++)
        http_start(f.http, f.arena, &request, NULL, NULL, &f);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(wait_for(&f, &f)->status, 200);
    assert_int_equal(f.server->connections, MOST);
    http_close(f.http);
    tiny_close(f.server);
    arena_close(f.arena);
}

// A port that nobody listens on, for as long as the socket is open.
static int closed_port(unsigned *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&address, length) == 0 &&
                getsockname(fd, (struct sockaddr *)&address, &length) == 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static void says_when_nothing_left(void **state)
{
    (void)state;
    struct fixture f = {.arena = arena_open()};
    struct err err = {0};
    unsigned port;
    int fd = closed_port(&port);
    const char *route = arena_printf(f.arena, "http://127.0.0.1:%u", port);
    f.http = http_open(f.arena, &(struct http_config){.route = route}, &err);
    const struct response *r = ask(&f, "POST", "https://management.azure.com/x", NULL);
    assert_int_equal(r->status, 0);
    assert_true(r->unsent);
    http_close(f.http);
    close(fd);
    f.http = http_open(f.arena, &(struct http_config){0}, &err);
    assert_non_null(f.http);
    r = ask(&f, "GET", "http://management.azure.com/x", NULL);
    assert_string_equal(r->failure, "only https leaves this machine");
    assert_true(r->unsent);
    http_close(f.http);
    arena_close(f.arena);
}

// Where the system lets it open nothing more, that is the system's doing, and no bug.
static void needs_files(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err;
    struct http *http = http_open(arena, &(struct http_config){0}, &err); // loads what it needs
    assert_non_null(http);
    http_close(http);
    pid_t child = fork();
    if (child == 0) {
        bool ok = setrlimit(RLIMIT_NOFILE, &(struct rlimit){3, 3}) == 0 &&
                  http_open(arena, &(struct http_config){.ca_file = "/dev/null"}, &err) == NULL &&
                  err.code == E_LIMIT;
        _exit(ok ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    arena_close(arena);
}

#define IN_FIXTURE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FIXTURE(keeps_the_connection),
        IN_FIXTURE(sends_headers),
        IN_FIXTURE(sends_secrets_and_extras),
        IN_FIXTURE(bounds_answers),
        IN_FIXTURE(bounds_headers),
        IN_FIXTURE(reads_answers),
        IN_FIXTURE(never_repeats_changes),
        cmocka_unit_test_setup_teardown(gives_up, setup_short, teardown),
        IN_FIXTURE(carries_many),
        cmocka_unit_test(spares_a_host),
        cmocka_unit_test(says_when_nothing_left),
        cmocka_unit_test(needs_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
