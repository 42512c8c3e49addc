// What tests of signing in share: a store, and a small server in the place of all that it asks.
#pragma once
#include "../test.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "tiny_server.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "net/http.h"
#include "net/token.h"
#include "policy/request.h"

#define TENANT "72f988bf-86f1-41af-91ab-2d7cd011db47"
#define ARM "https://management.azure.com"
#define VAULT "https://vault.azure.net"

static const char *variables[] = {"AZURE_CLIENT_ID",
                                  "AZURE_CLIENT_CERTIFICATE_PATH",
                                  "AZURE_FEDERATED_TOKEN_FILE",
                                  "IDENTITY_ENDPOINT",
                                  "IDENTITY_HEADER",
                                  "IMDS_ENDPOINT"};

struct fixture {
    struct tiny *server;
    struct arena *arena;
    struct http *http;
    struct token_store *store;
    char folder[SCRATCH_SIZE];
};

static const char *reply; // what the server says, the same for every request
static inline const char *say(const char *request)
{
    (void)request;
    return reply;
}

static inline int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    f->server = tiny_open();
    f->server->answer = say;
    f->arena = arena_open();
    scratch_open(f->folder);
    struct err err = {0};
    struct http_config config = {.route = arena_printf(f->arena, "http://127.0.0.1:%d", f->server->port)};
    f->http = http_open(f->arena, &config, &err);
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    http_close(f->http);
    token_close(f->store);
    tiny_close(f->server);
    scratch_close(f->folder);
    arena_close(f->arena);
    free(f);
    return 0;
}

static inline const char *json_reply(struct fixture *f, const char *status, const char *headers,
                                     const char *body)
{
    return arena_printf(f->arena,
                        "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n%s\r\n%s",
                        status, strlen(body), headers, body);
}

static inline const char *token_reply(struct fixture *f, const char *claims, int lifetime)
{
    return json_reply(f, "200 OK", "",
                      arena_printf(f->arena, "{\"access_token\":\"h.%s.s\",\"expires_in\":\"%d\"}",
                                   crypto_base64url(f->arena, claims, strlen(claims)), lifetime));
}

static inline struct token_config config_of(const char *kind)
{
    return (struct token_config){.kind = kind,
                                 .tenant = TENANT,
                                 .authority = "https://login.microsoftonline.com",
                                 .client_id = "app-1",
                                 .client_secret = "s e&c"};
}

static inline void open_store(struct fixture *f, struct token_config config)
{
    struct err err = {0};
    f->store = token_open(f->arena, &config, &err);
    if (f->store == NULL)
        fail_msg("%s", err.message);
}

// Turns the loop once.
static inline void pump(struct fixture *f)
{
    struct response *response;
    struct pollfd fd = {.fd = http_fd(f->http), .events = POLLIN};
    int64_t timeout = http_timeout_ms(f->http);
    poll(&fd, 1, timeout < 0 || timeout > 10 ? 10 : (int)timeout);
    http_turn(f->http);
    token_turn(f->store, f->http);
    for (void *owner; (owner = http_take(f->http, &response)) != NULL;)
        assert_true(token_take(f->store, f->http, owner, response));
}

// Turns it until the audience's token is there or has failed.
static inline enum token_state get(struct fixture *f, const char *audience, const char **header,
                                   struct err *err)
{
    for (int64_t end = clock_monotonic_ns() + 10000000000; clock_monotonic_ns() < end; pump(f)) {
        enum token_state now = token_get(f->store, f->http, audience, header, err);
        if (now != TOKEN_WAIT)
            return now;
    }
    fail_msg("no token in time");
    return TOKEN_FAILED;
}

static inline bool sent(struct fixture *f, const char *text)
{
    return strstr(f->server->last, text) != NULL;
}

static inline void write_file(struct fixture *f, const char *name, const char *bytes, size_t length, int mode)
{
    int fd = open(arena_printf(f->arena, "%s/%s", f->folder, name), O_CREAT | O_WRONLY | O_TRUNC, mode);
    assert_int_equal(write(fd, bytes, length), length);
    close(fd);
}

#define IN_FIXTURE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
