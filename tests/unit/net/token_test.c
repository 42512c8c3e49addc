// Tokens, against a small server: what is asked, what is kept, what follows from a refusal.
#include "data/value.h"
#include "token_world.h"

#include "base/file.h"

// Partner Center's tokens come from the partner's directory, and say nothing of who the run is.
static void signs_in_as_a_partner(void **state)
{
    struct fixture *f = *state;
    const char *header;
    struct err err = {0};
    struct token_config config = config_of("client-secret");
    config.partner_audience = "https://api.partnercenter.microsoft.com";
    config.partner_tenant = "partner-1";
    config.refresh_token = "r-1";
    open_store(f, config);
    reply = token_reply(f, "{\"oid\":\"o2\"}", 3599);
    assert_int_equal(get(f, "https://graph.microsoft.com#partner", &header, &err), TOKEN_READY);
    assert_true(sent(f, "POST /partner-1/oauth2/token HTTP/1.1"));
    assert_true(
        sent(f, "resource=https%3A%2F%2Fgraph.microsoft.com&grant_type=refresh_token&refresh_token=r-1"));
    assert_string_equal(token_identity(f->store).object_id, "");
}

static int mode_of(const char *file)
{
    struct stat info;
    return stat(file, &info) == 0 ? (int)(info.st_mode & 0777) : -1;
}

// A consent that is renewed with an answer is used from then on, also by the next process; another consent
// that a person gave counts from the beginning.
static void keeps_a_renewed_consent(void **state)
{
    struct fixture *f = *state;
    const char *header;
    struct err err = {0};
    struct token_config config = config_of("client-secret");
    config.partner_audience = "https://api.partnercenter.microsoft.com";
    config.partner_tenant = "partner-1";
    config.refresh_token = "r-1";
    config.consent_file = arena_printf(f->arena, "%s/config/consent-csp.json", f->folder);
    reply = json_reply(f, "200 OK", "",
                       "{\"access_token\":\"h.e30.s\",\"expires_in\":\"3599\",\"refresh_token\":\"r-2\"}");
    static const struct {
        const char *given, *sent;
    } turns[] = {{"r-1", "refresh_token=r-1"}, {"r-1", "refresh_token=r-2"}, {"r-9", "refresh_token=r-9"}};
    for (size_t i = 0; i < 3; i++) {
        config.refresh_token = turns[i].given;
        token_close(f->store);
        open_store(f, config);
        assert_int_equal(get(f, config.partner_audience, &header, &err), TOKEN_READY);
        if (!sent(f, turns[i].sent))
            fail_msg("turn %zu: %s", i, f->server->last);
        assert_int_equal(mode_of(config.consent_file), 0600);
    }
    // What comes with a token for anything else is no consent of the partner's.
    reply = json_reply(f, "200 OK", "",
                       "{\"access_token\":\"h.e30.s\",\"expires_in\":\"3599\",\"refresh_token\":\"r-7\"}");
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    token_close(f->store);
    open_store(f, config);
    assert_int_equal(get(f, config.partner_audience, &header, &err), TOKEN_READY);
    assert_true(sent(f, "refresh_token=r-2"));
    size_t length;
    const char *kept = file_read(f->arena, config.consent_file, 4096, &length, &err);
    assert_null(strstr(kept, "r-1"));
    assert_null(strstr(kept, "r-9"));
}

// A renewal that cannot be kept serves this process, and is told, without a word of what it is.
static void tells_a_consent_that_is_lost(void **state)
{
    struct fixture *f = *state;
    const char *header;
    struct err err = {0};
    struct token_config config = config_of("client-secret");
    config.partner_audience = "https://api.partnercenter.microsoft.com";
    config.partner_tenant = "partner-1";
    config.refresh_token = "given-1";
    const char *file = arena_printf(f->arena, "%s/file", f->folder);
    assert_true(file_replace(file, "x", 1, &err));
    config.consent_file = arena_printf(f->arena, "%s/consent-csp.json", file);
    reply =
        json_reply(f, "200 OK", "",
                   "{\"access_token\":\"h.e30.s\",\"expires_in\":\"3599\",\"refresh_token\":\"renewed-2\"}");
    token_close(f->store);
    open_store(f, config);
    assert_null(token_unkept(f->store));
    assert_int_equal(get(f, config.partner_audience, &header, &err), TOKEN_READY);
    const struct err *lost = token_unkept(f->store);
    assert_non_null(lost);
    assert_int_equal(lost->severity, ERR_WARNING);
    assert_non_null(strstr(lost->message, "the renewal is lost"));
    assert_non_null(strstr(lost->hint, config.consent_file));
    assert_null(strstr(lost->message, "given-1"));
    assert_null(strstr(lost->message, "renewed-2"));
}

static void signs_in_with_a_secret(void **state)
{
    struct fixture *f = *state;
    const char *header, *again;
    struct err err = {0};
    open_store(f, config_of("client-secret"));
    assert_string_equal(token_identity(f->store).object_id, "");
    reply = token_reply(f, "{\"oid\":\"o1\",\"appid\":\"a1\",\"tid\":\"t1\"}", 3599);
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    assert_true(strncmp(header, "Authorization: Bearer h.", 24) == 0);
    assert_true(sent(f, "POST /" TENANT "/oauth2/v2.0/token HTTP/1.1"));
    assert_true(sent(f, "\r\nHost: login.microsoftonline.com\r\n"));
    assert_true(sent(f, "client_id=app-1&scope=https%3A%2F%2Fmanagement.azure.com%2F.default&"
                        "grant_type=client_credentials&client_secret=s%20e%26c"));
    assert_string_equal(token_identity(f->store).object_id, "o1");
    assert_string_equal(token_identity(f->store).app_id, "a1");
    assert_string_equal(token_identity(f->store).tenant, "t1");
    assert_int_equal(get(f, ARM, &again, &err), TOKEN_READY);
    assert_ptr_equal(again, header);
    assert_int_equal(f->server->requests, 1);
    assert_int_equal(get(f, VAULT, &again, &err), TOKEN_READY);
    assert_true(sent(f, "scope=https%3A%2F%2Fvault.azure.net%2F.default"));
    assert_int_equal(f->server->requests, 2);
    const struct response refused = {.status = 401};
    token_drop(f->store, ARM, clock_monotonic_ns(), &refused);
    assert_int_equal(get(f, ARM, &again, &err), TOKEN_READY);
    assert_int_equal(f->server->requests, 3);
    assert_int_equal(get(f, NULL, &again, &err), TOKEN_READY);
    assert_null(again);
}

static void lives_with_lives_of_any_length(void **state)
{
    struct fixture *f = *state;
    const char *header;
    struct err err = {0};
    static const char *const lives[] = {"0", "-9223372036854775807", "9223372036854775807", "9300000000",
                                        "\"999999999999\""};
    for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
        token_close(f->store);
        open_store(f, config_of("client-secret"));
        f->server->requests = 0;
        reply =
            json_reply(f, "200 OK", "",
                       arena_printf(f->arena, "{\"access_token\":\"h.e30.s\",\"expires_in\":%s}", lives[i]));
        assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
        assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
        assert_int_equal(f->server->requests, 1);
    }
}

// While one sign-in waits to be tried again, another one comes through.
static void holds_up_nobody_else(void **state)
{
    struct fixture *f = *state;
    const char *header;
    struct err err = {0};
    open_store(f, config_of("client-secret"));
    reply = json_reply(f, "503 Busy", "Retry-After: 1\r\n", "{}");
    assert_int_equal(token_timeout_ms(f->store), -1);
    assert_int_equal(token_get(f->store, f->http, ARM, &header, &err), TOKEN_WAIT);
    while (token_timeout_ms(f->store) < 0)
        pump(f);
    assert_in_range(token_timeout_ms(f->store), 1, 1300);
    reply = token_reply(f, "{}", 3599);
    int64_t began = clock_monotonic_ns();
    assert_int_equal(get(f, VAULT, &header, &err), TOKEN_READY);
    assert_true(token_timeout_ms(f->store) > 0); // the other one still waits
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    assert_true(clock_monotonic_ns() - began > 500000000);
    assert_int_equal(f->server->requests, 3);
}

#define CHALLENGE                                                                                            \
    "Bearer authorization_uri=\"https://login.microsoftonline.com/x\", error=\"insufficient_claims\", "      \
    "claims=\"eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJ2YWx1ZSI6ImMxIn19fQ==\""
#define CLAIMS_FIELD "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22value%22%3A%22c1%22%7D%7D%7D"

// A 401 that wants claims gets a token that was asked for with them, once for all who were turned away; also
// the next one is.
static void answers_a_challenge(void **state)
{
    struct fixture *f = *state;
    const char *header;
    struct err err = {0};
    struct value *headers = value_map(f->arena);
    value_put_text(f->arena, headers, "www-authenticate", CHALLENGE);
    const struct response refused = {.status = 401, .headers = headers}, plain = {.status = 401};
    open_store(f, config_of("client-secret"));
    reply = token_reply(f, "{}", 3599);
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    assert_false(sent(f, "claims"));
    int64_t asked = clock_monotonic_ns();
    token_drop(f->store, ARM, asked, &refused);
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    assert_true(sent(f, CLAIMS_FIELD));
    token_drop(f->store, ARM, asked, &refused); // was on its way with the old token
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    assert_int_equal(f->server->requests, 2);
    token_drop(f->store, ARM, clock_monotonic_ns(), &plain);
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    assert_true(sent(f, CLAIMS_FIELD));
    assert_int_equal(get(f, VAULT, &header, &err), TOKEN_READY); // its tokens are its own
    assert_false(sent(f, "claims"));
}

// A machine's identity cannot say what its token should hold: it gets another one.
static void a_machine_cannot_answer_it(void **state)
{
    struct fixture *f = *state;
    const char *header;
    struct err err = {0};
    struct value *headers = value_map(f->arena);
    value_put_text(f->arena, headers, "www-authenticate", CHALLENGE);
    const struct response refused = {.status = 401, .headers = headers};
    open_store(f, config_of("managed-identity"));
    reply = token_reply(f, "{}", 3599);
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    token_drop(f->store, ARM, clock_monotonic_ns(), &refused);
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    assert_int_equal(f->server->requests, 2);
    assert_false(sent(f, "claims"));
}

static void says_why_it_failed(void **state)
{
    struct fixture *f = *state;
    const char *header;
    struct err err = {0};
    open_store(f, config_of("client-secret"));
    reply = json_reply(
        f, "401 Unauthorized", "",
        "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid secret.\\r\\nTrace\"}");
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_FAILED);
    assert_int_equal(err.code, E_SIGN_IN);
    assert_string_equal(err.message,
                        "signing in was answered with 401 invalid_client: AADSTS7000215: Invalid secret.");
    assert_string_equal(err.hint, "the secret or certificate is wrong or has expired");
    assert_null(header);
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_FAILED);
    assert_int_equal(f->server->requests, 1);
    // A clock that is off explains more than the error does.
    reply =
        json_reply(f, "400 Bad", "Date: Sun, 22 Nov 2020 02:15:30 GMT\r\n", "{\"error\":\"invalid_client\"}");
    assert_int_equal(get(f, "https://api.loganalytics.io", &header, &err), TOKEN_FAILED);
    assert_non_null(strstr(err.hint, "minutes ahead of the service's"));
    assert_int_equal(f->server->requests, 2);
    reply = json_reply(f, "503 Busy", "x-ms-retry-after-ms: 1\r\n", "{}");
    assert_int_equal(get(f, VAULT, &header, &err), TOKEN_FAILED);
    assert_int_equal(f->server->requests, 5);
    reply = json_reply(f, "200 OK", "", "{\"access_token\":\"a b\"}");
    assert_int_equal(get(f, "https://graph.microsoft.com", &header, &err), TOKEN_FAILED);
    assert_string_equal(err.message, "signing in was answered without a token");
}

// What was sent as a credential is not said again, as it is or as it was written.
static void says_no_credential(void **state)
{
    struct fixture *f = *state;
    const char *header;
    struct err err = {0};
    struct token_config partner = config_of("client-secret"), workload = config_of("workload");
    partner.partner_audience = ARM;
    partner.partner_tenant = "partner-1";
    partner.refresh_token = "r-1";
    write_file(f, "federated", "h.e30.assertion", strlen("h.e30.assertion"), 0600);
    workload.federated_token = arena_printf(f->arena, "%s/federated", f->folder);
    const struct {
        struct token_config config;
        const char *said;
    } cases[] = {{config_of("client-secret"), "'s e&c' is no secret"},
                 {config_of("client-secret"), "client_secret=s%20e%26c is none"},
                 {partner, "r-1 has expired"},
                 {workload, "h.e30.assertion is of nobody"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        token_close(f->store);
        open_store(f, cases[i].config);
        reply =
            json_reply(f, "400 Bad", "",
                       arena_printf(f->arena, "{\"error\":\"invalid_client\",\"error_description\":\"%s\"}",
                                    cases[i].said));
        assert_int_equal(get(f, ARM, &header, &err), TOKEN_FAILED);
        assert_string_equal(err.message, "signing in was answered with 400 invalid_client");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FIXTURE(signs_in_as_a_partner),          IN_FIXTURE(keeps_a_renewed_consent),
        IN_FIXTURE(tells_a_consent_that_is_lost),   IN_FIXTURE(signs_in_with_a_secret),
        IN_FIXTURE(lives_with_lives_of_any_length), IN_FIXTURE(says_why_it_failed),
        IN_FIXTURE(holds_up_nobody_else),           IN_FIXTURE(answers_a_challenge),
        IN_FIXTURE(a_machine_cannot_answer_it),     IN_FIXTURE(says_no_credential),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
