// Reads from the estate, one request after the other, without a run: nothing is decided on it and nothing is
// recorded. Not for runs, whose requests run/carry.c carries. Invariant: only what the gate calls a read is
// sent.
#include "cli/reader.h"

#include <poll.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/session.h"
#include "data/value.h"
#include "lab/lab.h"
#include "net/http.h"
#include "net/remark.h"
#include "net/retry.h"
#include "net/token.h"
#include "policy/cloud.h"
#include "policy/gate.h"
#include "policy/profile.h"
#include "policy/request.h"
#include "vm/vm.h"

enum { FRAUD_PAGE = 200, MAX_PAGES = 400, MAX_TURN_MS = 250 };

struct reader {
    struct session *session;
    struct arena *arena;
    const struct cloud *cloud;
    struct gate *gate;
    const char **subscriptions;
    int64_t sent_ns;              // the newest request
    const struct response *timed; // the newest answer that told the time, or NULL
};

// Waits for whatever comes next and lets both sides do what is ready.
static void turn(struct session *session)
{
    int64_t wait = http_timeout_ms(session->http);
    wait = wait < 0 || wait > MAX_TURN_MS ? MAX_TURN_MS : wait;
    if (session->lab != NULL) {
        int64_t other = lab_timeout_ms(session->lab);
        wait = other >= 0 && other < wait ? other : wait;
    }
    struct pollfd fds[2] = {{.fd = http_fd(session->http), .events = POLLIN},
                            {.fd = session->lab == NULL ? -1 : lab_fd(session->lab), .events = POLLIN}};
    poll(fds, 2, (int)wait);
    token_turn(session->tokens, session->http);
    if (session->lab != NULL)
        lab_turn(session->lab);
    http_turn(session->http);
}

// Takes what has come: answers to sign-ins go to their store. The response that belongs to `owner`, or NULL.
static const struct response *take(struct session *session, const void *owner)
{
    struct response *response;
    for (void *got; (got = http_take(session->http, &response)) != NULL;)
        if (!token_take(session->tokens, session->http, got, response) && got == owner)
            return response;
    return NULL;
}

static bool interrupted(struct err *err)
{
    return *interrupt_flag() != 0 && !err_set(err, E_NETWORK, "interrupted before the estate had answered");
}

static bool sign_in(struct reader *reader, const char *audience, const char **header, struct err *err)
{
    struct session *session = reader->session;
    enum token_state state;
    while ((state = token_get(session->tokens, session->http, audience, header, err)) == TOKEN_WAIT) {
        if (interrupted(err))
            return false;
        turn(session);
        take(session, NULL);
    }
    return state == TOKEN_READY;
}

const struct value *reader_permissions(struct reader *reader, const char *audience, struct err *err)
{
    const char *header;
    if (!sign_in(reader, audience, &header, err))
        return NULL;
    return token_permissions(reader->arena, reader->session->tokens, audience);
}

static const struct response *note_time(struct reader *reader, const struct response *response)
{
    if (value_get(response->headers, "date") != NULL)
        reader->timed = response;
    return response;
}

// Sends once, with a token, and waits for the answer.
static const struct response *send(struct reader *reader, struct request *request, const char *audience,
                                   struct err *err)
{
    struct session *session = reader->session;
    const char *headers[2] = {NULL, NULL};
    if (!sign_in(reader, audience, &headers[0], err))
        return NULL;
    reader->sent_ns = clock_monotonic_ns();
    http_start(session->http, reader->arena, request, headers, NULL, request);
    for (;;) {
        turn(session);
        const struct response *response = take(session, request);
        if (response != NULL)
            return note_time(reader, response);
        if (interrupted(err)) {
            http_cancel(session->http, request);
            return NULL;
        }
    }
}

static const struct value *refuse(const struct request *request, const struct response *response,
                                  struct err *err)
{
    const char *words = value_text_at(response->body, "error.message");
    if (response->status == 0)
        err_set(err, E_NETWORK, "GET %.200s: %s", request->url,
                response->failure != NULL ? response->failure : "no answer");
    else
        err_set(err, response->status == 401 || response->status == 403 ? E_SIGN_IN : E_NETWORK,
                "GET %.200s was answered %d%s%.200s", request->url, response->status,
                words != NULL ? ": " : "", words != NULL ? words : "");
    return NULL;
}

int reader_knock(struct reader *reader, const char *url, struct err *err)
{
    struct request request = {.method = "GET", .url = cloud_url(reader->arena, reader->cloud, url)};
    if (strcmp(request.url, url) == 0)
        return -1;
    const char *audience = cloud_url_audience(reader->cloud, request.url);
    if (gate_judge(reader->gate, PHASE_OBSERVE, &request, NULL, err) != GATE_READ)
        return 0;
    const struct response *response = send(reader, &request, audience, err);
    if (response != NULL && response->status == 0)
        err_set(err, E_NETWORK, "%s", response->failure != NULL ? response->failure : "no answer");
    return response == NULL ? 0 : response->status;
}

int reader_clock(const struct reader *reader, struct err *err)
{
    return reader->timed == NULL ? -1 : remark_clock(reader->timed, err);
}

static const struct value *get(struct reader *reader, const char *url, const struct value *headers,
                               struct err *err)
{
    struct request request = {
        .method = "GET", .url = cloud_url(reader->arena, reader->cloud, url), .headers = headers};
    const char *audience = cloud_url_audience(reader->cloud, request.url);
    bool signed_in_again = false;
    if (gate_judge(reader->gate, PHASE_OBSERVE, &request, NULL, err) != GATE_READ)
        return NULL;
    for (int attempt = 1;; attempt++) {
        int64_t delay_ms;
        const struct response *response = send(reader, &request, audience, err);
        if (response == NULL)
            return NULL;
        if (response->status == 401 && audience != NULL && !signed_in_again) {
            signed_in_again = true;
            token_drop(reader->session->tokens, audience, reader->sent_ns, response);
            continue;
        }
        if (attempt < RETRY_MAX_ATTEMPTS && retry_again(true, false, response, attempt, &delay_ms)) {
            clock_sleep_ms(delay_ms);
            continue;
        }
        if (response->status / 100 != 2)
            return refuse(&request, response, err);
        gate_learn_answer(reader->gate, &request, response);
        return response->body != NULL ? response->body : &value_null;
    }
}

const struct value *reader_get(struct reader *reader, const char *url, struct err *err)
{
    return get(reader, url, NULL, err);
}

// An answer that says nothing does not say that there is none.
static bool is_list(const struct value *list, const char *url, struct err *err)
{
    return value_is(list, VALUE_LIST) || err_set(err, E_NETWORK, "the answer to GET %.200s is no list", url);
}

const struct value *reader_list(struct reader *reader, const char *url, struct err *err)
{
    struct value *items = value_list(reader->arena);
    for (int page = 0; url != NULL && url[0] != '\0'; page++) {
        if (page >= MAX_PAGES) {
            err_set(err, E_LIMIT, "a list has more than %d pages", MAX_PAGES);
            return NULL;
        }
        const struct value *body = reader_get(reader, url, err), *list = value_get(body, "value");
        if (body == NULL || !is_list(list, url, err))
            return NULL;
        for (size_t i = 0; i < value_count(list); i++)
            value_append(reader->arena, items, value_item(list, i));
        url = value_text_at(body, "nextLink");
    }
    return items;
}

// The subscriptions of the scope, each once: it may name groups and resources in them.
static void find_subscriptions(struct reader *reader)
{
    static const char prefix[] = "/subscriptions/";
    size_t count = 0;
    struct value *seen = value_map(reader->arena);
    for (const char *const *id = gate_scope(reader->gate); id != NULL && *id != NULL; id++)
        if (strncmp(*id, prefix, strlen(prefix)) == 0) {
            const char *name = *id + strlen(prefix);
            value_put(reader->arena, seen, arena_strndup(reader->arena, name, strcspn(name, "/")),
                      &value_true);
        }
    reader->subscriptions = ARENA_ARRAY(reader->arena, const char *, value_count(seen) + 1);
    for (; count < value_count(seen); count++)
        reader->subscriptions[count] = seen->fields[count].key;
}

const char *const *reader_subscriptions(const struct reader *reader)
{
    return reader->subscriptions;
}

struct reader *reader_open(struct session *session, struct err *err)
{
    struct arena *arena = session->cli->arena;
    const struct profile *profile = session->settings.profile;
    const struct gate_config config = {.mode = MODE_DRY_RUN,
                                       .cloud = profile->cloud,
                                       .tenant = profile->tenant,
                                       .partner = profile->partner.tenant != NULL,
                                       .scope = profile->scope};
    struct reader *reader = ARENA_NEW(arena, struct reader);
    *reader = (struct reader){
        .session = session, .arena = arena, .cloud = profile->cloud, .gate = gate_new(arena, &config)};
    if (profile->scope == NULL &&
        reader_list(reader, "arm:/subscriptions?api-version=2022-12-01", err) == NULL)
        return NULL;
    find_subscriptions(reader);
    return reader;
}

// The fraud events of the profile's partner account, if it has one. What stands in the way is a remark: the
// alerts of Defender are there all the same.
static void add_fraud_events(struct reader *reader, struct value *items, struct err_list *errors)
{
    struct value *headers = value_map(reader->arena);
    struct err err = {0};
    value_put_text(reader->arena, headers, "X-NewEventsModel", "true");
    for (int page = 1; page <= MAX_PAGES; page++) {
        const char *url = arena_printf(reader->arena, "partner:/v1/fraudEvents?PageSize=%d&PageNumber=%d",
                                       FRAUD_PAGE, page);
        const struct value *list = get(reader, url, headers, &err);
        if (list == NULL || !is_list(list, url, &err)) {
            err.severity = ERR_WARNING;
            err_list_append(errors, &err);
            return;
        }
        if (value_count(list) > 0)
            value_append(reader->arena, items, list);
        if (value_count(list) < FRAUD_PAGE)
            return;
    }
}

const struct value *reader_alerts(struct session *session, struct err_list *errors, struct err *err)
{
    struct arena *arena = session->cli->arena;
    struct reader *reader = reader_open(session, err);
    struct value *items = value_list(arena), *alerts = value_list(arena);
    if (reader == NULL)
        return NULL;
    for (const char **where = reader->subscriptions; *where != NULL; where++) {
        const struct value *found = reader_list(
            reader,
            arena_printf(arena,
                         "arm:/subscriptions/%s/providers/Microsoft.Security/alerts?api-version=2022-01-01",
                         *where),
            err);
        if (found == NULL)
            return NULL;
        for (size_t i = 0; i < value_count(found); i++)
            value_append(arena, items, value_item(found, i));
    }
    if (session->settings.profile->partner.tenant != NULL)
        add_fraud_events(reader, items, errors);
    struct vm_run run = {.arena = arena, .now = clock_rfc3339(arena, clock_now_ms())};
    vm_run_open(session->vm, &run);
    for (size_t i = 0; i < value_count(items); i++) {
        struct err bad = {0};
        run.instructions = 0; // each by itself
        const struct value *read = vm_read_alerts(session->vm, &run, value_item(items, i), NULL, &bad);
        if (read == NULL)
            err_list_append(errors, &bad);
        for (size_t k = 0; k < value_count(read); k++)
            value_append(arena, alerts, value_item(read, k));
    }
    vm_run_close(session->vm, &run);
    return alerts;
}
