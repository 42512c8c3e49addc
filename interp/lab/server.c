// The lab's door to HTTP: libmicrohttpd on loopback, turned by the caller's loop, without threads. Not for
// what is answered: core.c. Invariant: a request is judged once, when it is whole; what libmicrohttpd is
// lenient about (no Host or two, absolute targets, a length beside chunks) is refused here.
#include "lab/lab.h"

#include <string.h>
#include <netinet/in.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/core.h"
#include "lab/digest.h"
#include "lab/estate.h"
#include "lab/fault.h"
#include "lab/microhttpd.h"

enum { CONNECTION_MEMORY = 32 * 1024, MOST_CONNECTIONS = 1024, OTHER_FILES = 32 };

struct exchange {
    struct exchange *next; // in the list of those that wait
    struct lab *lab;
    struct MHD_Connection *connection;
    struct call call;
    struct text body;
    const char *text; // of the answer
    size_t text_length;
    struct fault fault;
    int64_t due_ns; // when the answer may leave
    unsigned hosts, lengths, chunked;
    bool begun, too_long, admitted, judged;
};

struct lab {
    struct microhttpd mhd;
    struct MHD_Daemon *daemon;
    struct core core;
    struct fault_list *faults;
    int latency_ms;
    uint16_t port;
    int fd;
    struct exchange *waiting;
};

// libmicrohttpd calls this first, with the raw target.
static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    struct arena *arena = arena_open();
    struct exchange *exchange = ARENA_NEW(arena, struct exchange);
    exchange->lab = context;
    exchange->connection = connection;
    exchange->call.arena = arena;
    exchange->call.target = arena_strdup(arena, target);
    exchange->call.remaining = -1;
    return exchange;
}

static void on_end(void *context, struct MHD_Connection *connection, void **request,
                   enum MHD_RequestTerminationCode code)
{
    (void)context, (void)connection, (void)code;
    struct exchange *exchange = *request;
    if (exchange == NULL)
        return;
    for (struct exchange **at = &exchange->lab->waiting; *at != NULL; at = &(*at)->next)
        if (*at == exchange) {
            *at = exchange->next;
            break;
        }
    *request = NULL;
    arena_close(exchange->call.arena);
}

static enum MHD_Result on_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    struct exchange *exchange = context;
    struct call *call = &exchange->call;
    const struct {
        const char *name, **place;
    } kept[] = {{"Host", &call->host_name},
                {"Authorization", &call->authorization},
                {"Content-Type", &call->content_type},
                {"x-ms-client-request-id", &call->client_request_id},
                {"client-request-id", &call->client_request_id},
                {"x-ms-correlation-request-id", &call->correlation_id},
                {"Metadata", &call->metadata},
                {"X-IDENTITY-HEADER", &call->identity},
                {"If-Match", &call->if_match},
                {"MS-RequestId", &call->client_request_id},
                {"MS-CorrelationId", &call->correlation_id},
                {"X-NewEventsModel", &call->new_model},
                {"MS-ContinuationToken", &call->continuation}};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (text_same(name, kept[i].name))
            *kept[i].place = arena_strdup(call->arena, value == NULL ? "" : value);
    exchange->hosts += text_same(name, "Host");
    exchange->lengths += text_same(name, "Content-Length");
    exchange->chunked += text_same(name, "Transfer-Encoding");
    return MHD_YES;
}

static void begin(struct exchange *exchange, const char *method)
{
    exchange->begun = true;
    exchange->call.method = arena_strdup(exchange->call.arena, method);
    exchange->body = text_new(exchange->call.arena);
    exchange->lab->mhd.get_connection_values(exchange->connection, MHD_HEADER_KIND, on_header, exchange);
}

// As long as it was, and no JSON any more.
static const char *garbled(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (size_t i = 0, length = strlen(copy); i < length; i += 3)
        copy[i] = '~';
    return copy;
}

// False after refusing it.
static bool is_well_formed(struct exchange *exchange)
{
    struct call *call = &exchange->call;
    if (exchange->hosts != 1 || call->host_name[0] == '\0') {
        core_refuse(call, 400, "A request has exactly one Host.");
    } else if (call->target[0] != '/') {
        core_refuse(call, 400, "The target of a request is a path.");
    } else if (exchange->lengths > 0 && exchange->chunked > 0) {
        core_refuse(call, 400, "A request has a length or is chunked, not both.");
    } else if (exchange->too_long) {
        core_refuse(call, 413, "The body is too long.");
    }
    return call->status == 0;
}

static const char *shouted(struct arena *arena, const char *text)
{
    static const char mark[] = "\"/subscriptions/";
    char *copy = arena_strdup(arena, text);
    for (char *at = copy; (at = strstr(at, mark)) != NULL;)
        for (at++; *at != '"'; at++)
            if (*at >= 'a' && *at <= 'z')
                *at = (char)(*at - 'a' + 'A');
    return copy;
}

static void judge(struct exchange *exchange)
{
    struct call *call = &exchange->call;
    call->bytes = exchange->body.ptr;
    call->length = exchange->body.length;
    exchange->judged = true;
    if (call->status == 0) {
        switch (exchange->fault.kind) {
        case FAULT_STATUS:
            core_refuse(call, exchange->fault.number, "A fault that was asked for.");
            if (exchange->fault.retry_after > 0)
                call_header(call, "Retry-After",
                            arena_printf(call->arena, "%d", exchange->fault.retry_after));
            break;
        case FAULT_REDIRECT:
            call->status = 307;
            call_header(call, "Location", exchange->fault.target);
            break;
        case FAULT_LOSE:
            break;
        case FAULT_CLAIMS:
        case FAULT_REMAINING:
        case FAULT_CLOCK:
        case FAULT_NONE:
        case FAULT_DELAY:
        case FAULT_HOLD:
        case FAULT_TRUNCATE:
        case FAULT_GARBLE:
        case FAULT_UPPER:
        case FAULT_DROP:
            if (exchange->fault.kind == FAULT_CLAIMS)
                call->context = exchange->fault.target;
            if (exchange->fault.kind == FAULT_REMAINING)
                call->remaining = exchange->fault.number;
            core_answer(&exchange->lab->core, call);
            break;
        }
    }
    core_record(&exchange->lab->core, call);
    exchange->text = call->text != NULL     ? call->text
                     : call->answer == NULL ? ""
                                            : json_text(call->arena, call->answer);
    exchange->text_length = strlen(exchange->text);
    if (exchange->fault.kind == FAULT_GARBLE)
        exchange->text = garbled(call->arena, exchange->text);
    if (exchange->fault.kind == FAULT_UPPER)
        exchange->text = shouted(call->arena, exchange->text);
}

// Half of the answer, then the connection breaks.
static ssize_t half(void *context, uint64_t at, char *buffer, size_t size)
{
    struct exchange *exchange = context;
    size_t end = exchange->text_length / 2;
    if (at >= end)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    size_t length = end - (size_t)at < size ? end - (size_t)at : size;
    memcpy(buffer, exchange->text + at, length);
    return (ssize_t)length;
}

static const char *http_date(struct arena *arena, int off_s)
{
    char text[64];
    time_t when = (time_t)(clock_now_ms() / 1000) + off_s;
    struct tm parts;
    gmtime_r(&when, &parts);
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return arena_strdup(arena, text);
}

static enum MHD_Result answer(struct exchange *exchange)
{
    const struct microhttpd *mhd = &exchange->lab->mhd;
    struct call *call = &exchange->call;
    enum fault_kind kind = exchange->fault.kind;
    if (kind == FAULT_DROP || kind == FAULT_LOSE)
        return MHD_NO;
    struct MHD_Response *response =
        kind == FAULT_TRUNCATE && exchange->text_length > 1
            ? mhd->create_response_from_callback(exchange->text_length, 4096, half, exchange, NULL)
            : mhd->create_response_from_buffer(exchange->text_length, (void *)(uintptr_t)exchange->text,
                                               MHD_RESPMEM_PERSISTENT);
    if (response == NULL)
        return MHD_NO;
    if (call->text != NULL)
        mhd->add_response_header(response, "Content-Type", CALL_TEXT_TYPE);
    else if (call->answer != NULL)
        mhd->add_response_header(response, "Content-Type", "application/json; charset=utf-8");
    for (size_t i = 0; i < call->header_count; i++)
        mhd->add_response_header(response, call->headers[i].name, call->headers[i].value);
    if (kind == FAULT_CLOCK) // in place of the library's own
        mhd->add_response_header(response, "Date", http_date(call->arena, exchange->fault.number));
    enum MHD_Result result = mhd->queue_response(exchange->connection, (unsigned)call->status, response);
    mhd->destroy_response(response);
    return result;
}

static void wait_for(struct exchange *exchange, int delay_ms)
{
    exchange->due_ns = clock_monotonic_ns() + delay_ms * INT64_C(1000000);
    exchange->next = exchange->lab->waiting;
    exchange->lab->waiting = exchange;
    exchange->lab->mhd.suspend_connection(exchange->connection);
}

// Called when headers are there, for each piece of the body, when the body is whole, and after a wait.
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *piece, size_t *size,
                                  void **request)
{
    (void)context, (void)connection, (void)url, (void)version;
    struct exchange *exchange = *request;
    if (!exchange->begun) {
        begin(exchange, method);
        return MHD_YES;
    }
    if (*size > 0) {
        exchange->too_long = exchange->too_long || exchange->body.length + *size > CALL_MAX_BODY;
        if (!exchange->too_long)
            text_addn(&exchange->body, piece, *size);
        *size = 0;
        return MHD_YES;
    }
    if (!exchange->admitted) {
        exchange->admitted = true;
        if (is_well_formed(exchange))
            exchange->fault = fault_next(exchange->lab->faults, &exchange->call);
        if (exchange->fault.kind == FAULT_HOLD) {
            wait_for(exchange, exchange->fault.number);
            return MHD_YES;
        }
    }
    if (!exchange->judged) {
        judge(exchange);
        int delay =
            exchange->lab->latency_ms + (exchange->fault.kind == FAULT_DELAY ? exchange->fault.number : 0);
        if (delay > 0) {
            wait_for(exchange, delay);
            return MHD_YES;
        }
    }
    return answer(exchange);
}

static bool listen_on(struct lab *lab, uint16_t port, struct err *err)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    env_open_files(MOST_CONNECTIONS + OTHER_FILES);
    lab->daemon = lab->mhd.start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, port, NULL, NULL, on_request, lab, MHD_OPTION_SOCK_ADDR,
        &address, MHD_OPTION_URI_LOG_CALLBACK, on_target, lab, MHD_OPTION_NOTIFY_COMPLETED, on_end, lab,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)MOST_CONNECTIONS, MHD_OPTION_END);
    if (lab->daemon == NULL)
        return err_set(err, E_NETWORK, "the lab cannot listen on 127.0.0.1:%u", (unsigned)port);
    const union MHD_DaemonInfo *info = lab->mhd.get_daemon_info(lab->daemon, MHD_DAEMON_INFO_BIND_PORT);
    lab->port = info == NULL ? port : info->port;
    info = lab->mhd.get_daemon_info(lab->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    lab->fd = info == NULL ? -1 : info->epoll_fd;
    return true;
}

struct lab *lab_open(struct arena *arena, const struct lab_config *config, struct err *err)
{
    struct lab *lab = ARENA_NEW(arena, struct lab);
    lab->latency_ms = config->latency_ms;
    lab->core.record.fd = -1;
    lab->core.estate = estate_open(config->dir, config->estate, err);
    bool ok = lab->core.estate != NULL;
    if (ok && config->fault != NULL)
        ok = (lab->faults = fault_read(arena, config->fault, err)) != NULL;
    if (ok && config->record != NULL)
        ok = lab->core.recording = file_open(&lab->core.record, config->record, FILE_APPEND, err);
    ok = ok && microhttpd_load(&lab->mhd, err);
    if (ok && listen_on(lab, config->port, err))
        return lab;
    lab_close(lab);
    return NULL;
}

static void wake_all(struct lab *lab, int64_t until)
{
    for (struct exchange **at = &lab->waiting; *at != NULL;) {
        struct exchange *exchange = *at;
        if (exchange->due_ns > until) {
            at = &exchange->next;
            continue;
        }
        *at = exchange->next;
        lab->mhd.resume_connection(exchange->connection);
    }
}

void lab_close(struct lab *lab)
{
    if (lab == NULL)
        return;
    if (lab->daemon != NULL) {
        wake_all(lab, INT64_MAX); // libmicrohttpd wants no suspended connection when it stops
        lab->mhd.stop_daemon(lab->daemon);
    }
    file_close(&lab->core.record);
    estate_close(lab->core.estate);
}

uint16_t lab_port(const struct lab *lab)
{
    return lab->port;
}

int lab_fd(const struct lab *lab)
{
    return lab->fd;
}

int64_t lab_timeout_ms(const struct lab *lab)
{
    MHD_UNSIGNED_LONG_LONG timeout;
    int64_t least = lab->mhd.get_timeout(lab->daemon, &timeout) == MHD_YES ? (int64_t)timeout : -1;
    int64_t now = lab->waiting == NULL ? 0 : clock_monotonic_ns();
    for (const struct exchange *exchange = lab->waiting; exchange != NULL; exchange = exchange->next) {
        int64_t left = exchange->due_ns <= now ? 0 : (exchange->due_ns - now + 999999) / 1000000;
        if (least < 0 || left < least)
            least = left;
    }
    return least;
}

void lab_turn(struct lab *lab)
{
    if (lab->waiting != NULL)
        wake_all(lab, clock_monotonic_ns());
    lab->mhd.run(lab->daemon);
}
