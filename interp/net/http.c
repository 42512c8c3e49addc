// The door to libcurl. Not for what may be sent (policy/gate.c), for signing in (token.c) or for sending
// again (retry.c) nor for what the library is told of a request (transfer.c): it carries what it is given,
// once, and hands back what came. Invariant: a transfer is in exactly one of three places: waiting for a
// connection, in flight (in the multi handle), done; only in flight it has a handle.
#include "net/http.h"

#include <sys/epoll.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/panic.h"
#include "net/transfer.h"

enum {
    LEAST_CONNECTIONS = 64,
    FILES_OF_RUN = 4, // its claim, a connection, and a pair while a name is looked up, or the lab's end of it
    FILES_OF_OTHERS = 48
};

struct queue {
    struct transfer *first, **end;
};

struct http {
    struct transport transport;
    CURLM *multi;
    int epoll;
    int64_t deadline_ns; // of the library's timer; -1: none
    struct handle *newest, *free;
    struct queue waiting, flying, done;
    size_t most, flying_count; // in flight
    size_t in_flight;          // in all three
};

static void queue_open(struct queue *queue)
{
    queue->first = NULL;
    queue->end = &queue->first;
}

static void queue_add(struct queue *queue, struct transfer *transfer)
{
    transfer->next = NULL;
    transfer->at = queue->end;
    *queue->end = transfer;
    queue->end = &transfer->next;
}

static void queue_take(struct queue *queue, struct transfer *transfer)
{
    *transfer->at = transfer->next;
    if (transfer->next != NULL)
        transfer->next->at = transfer->at;
    else
        queue->end = transfer->at;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known)
{
    (void)easy;
    struct http *http = context;
    struct epoll_event event = {.data.fd = fd};
    if (what == CURL_POLL_REMOVE) {
        // Fails when the descriptor is closed already, which removed it.
        epoll_ctl(http->epoll, EPOLL_CTL_DEL, fd, &event);
        return 0;
    }
    if (what & CURL_POLL_IN)
        event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT)
        event.events |= EPOLLOUT;
    if (known == NULL) {
        REQUIRE(epoll_ctl(http->epoll, EPOLL_CTL_ADD, fd, &event) == 0);
        http->transport.curl.multi_assign(http->multi, fd, http);
    } else {
        REQUIRE(epoll_ctl(http->epoll, EPOLL_CTL_MOD, fd, &event) == 0);
    }
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *context)
{
    (void)multi;
    struct http *http = context;
    http->deadline_ns = timeout_ms < 0 ? -1 : clock_monotonic_ns() + (int64_t)timeout_ms * 1000000;
    return 0;
}

long http_most_jobs(long jobs)
{
    size_t wanted = FILES_OF_OTHERS + FILES_OF_RUN * (size_t)jobs, files = env_open_files(wanted);
    if (files >= wanted)
        return jobs;
    return files < FILES_OF_OTHERS + FILES_OF_RUN ? 1 : (long)((files - FILES_OF_OTHERS) / FILES_OF_RUN);
}

// False: the system lets this process open no more files.
static bool open_multi(struct http *http, long jobs)
{
    const struct libcurl *curl = &http->transport.curl;
    long most = http_most_jobs(jobs > LEAST_CONNECTIONS ? jobs : LEAST_CONNECTIONS);
    http->most = (size_t)most;
    http->multi = curl->multi_init();
    http->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (http->multi == NULL || http->epoll < 0)
        return false;
    curl->multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl->multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
    curl->multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl->multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
    // Else the library's cache shrinks with the number of handles and connections are opened over and over.
    curl->multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, most);
    curl->multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, most);
    if (http->transport.route == NULL) // behind a route all hosts are one
        curl->multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (most + 1) / 2);
    return true;
}

void http_open_ahead(void)
{
    libcurl_load_ahead();
}

struct http *http_open(struct arena *arena, const struct http_config *config, struct err *err)
{
    struct http *http = ARENA_NEW(arena, struct http);
    struct transport *transport = &http->transport;
    http->deadline_ns = -1;
    queue_open(&http->waiting);
    queue_open(&http->flying);
    queue_open(&http->done);
    transport->arena = arena;
    transport->timeout_ms = config->timeout_ms > 0 ? config->timeout_ms : HTTP_TIMEOUT_S * 1000L;
    transport->route = config->route;
    transport->proxy = config->proxy;
    if (!libcurl_load(&transport->curl, err))
        return NULL;
    const curl_version_info_data *built = transport->curl.version_info(CURLVERSION_NOW);
    if (config->route != NULL)
        transport->trust.words =
            arena_printf(arena, "none: everything goes to %s in plain HTTP", config->route);
    else if (!trust_find(arena, config->ca_file, built->capath, built->cainfo, &transport->trust, err))
        return NULL;
    if (open_multi(http, config->jobs))
        return http;
    http_close(http);
    err_set(err, E_LIMIT, "too few files may be open at once to speak to anybody");
    err_hint(err, "let the process have more of them: ulimit -n");
    return NULL;
}

// The handle of a letter serves no other.
static void release(struct http *http, struct transfer *transfer)
{
    struct handle *handle = transfer->handle;
    transfer->handle = NULL;
    if (transfer_is_letter(transfer)) {
        http->transport.curl.easy_cleanup(handle->easy);
        handle->easy = NULL;
        return;
    }
    handle->next = http->free;
    http->free = handle;
}

static bool prepare(struct http *http, struct transfer *transfer)
{
    struct handle *handle = http->free;
    if (handle == NULL || transfer_is_letter(transfer)) {
        handle = handle_new(&http->transport);
        handle->before = http->newest;
        http->newest = handle;
    } else {
        http->free = handle->next;
    }
    if (transfer_prepare(transfer, handle))
        return true;
    release(http, transfer);
    return false;
}

static void land(struct http *http, struct transfer *transfer)
{
    http->transport.curl.multi_remove_handle(http->multi, transfer->handle->easy);
    queue_take(&http->flying, transfer);
    http->flying_count--;
    release(http, transfer);
}

static void finish(struct http *http, struct transfer *transfer, struct response *response)
{
    transfer_wipe(transfer);
    transfer->response = response;
    queue_add(&http->done, transfer);
}

// What waits flies as soon as there may be a connection for it. More would wait in the library, which goes
// through all that wait there each time that one is over, and counts the wait as time without an answer.
static void fly(struct http *http)
{
    for (struct transfer *t; (t = http->waiting.first) != NULL && http->flying_count < http->most;) {
        queue_take(&http->waiting, t);
        if (!prepare(http, t)) {
            finish(http, t, answer_failure(&t->answer, true, "only https leaves this machine"));
            continue;
        }
        queue_add(&http->flying, t);
        http->flying_count++;
        REQUIRE(http->transport.curl.multi_add_handle(http->multi, t->handle->easy) == CURLM_OK);
    }
}

void http_start(struct http *http, struct arena *arena, const struct request *request,
                const char *const *headers, const char *form, void *owner)
{
    struct transfer *transfer = transfer_new(&http->transport, arena, request, headers, form);
    transfer->owner = owner;
    http->in_flight++;
    queue_add(&http->waiting, transfer);
    fly(http);
}

void http_cancel(struct http *http, void *owner)
{
    struct queue *queues[] = {&http->waiting, &http->flying, &http->done};
    for (size_t i = 0; i < sizeof queues / sizeof *queues; i++)
        for (struct transfer *t = queues[i]->first, *next; t != NULL; t = next) {
            next = t->next;
            if (t->owner != owner)
                continue;
            if (queues[i] == &http->flying)
                land(http, t);
            else
                queue_take(queues[i], t);
            transfer_wipe(t);
            http->in_flight--;
        }
    fly(http);
}

void http_close(struct http *http)
{
    if (http == NULL)
        return;
    // Those in flight too, whose owners may be gone.
    for (struct handle *handle = http->newest; handle != NULL; handle = handle->before)
        if (handle->easy != NULL) {
            http->transport.curl.multi_remove_handle(http->multi, handle->easy);
            http->transport.curl.easy_cleanup(handle->easy);
        }
    http->transport.curl.multi_cleanup(http->multi);
    close(http->epoll);
    http->transport.curl.global_cleanup();
}

int http_fd(struct http *http)
{
    return http->epoll;
}

int64_t http_timeout_ms(struct http *http)
{
    if (http->done.first != NULL)
        return 0;
    if (http->deadline_ns < 0)
        return -1;
    int64_t left = http->deadline_ns - clock_monotonic_ns();
    return left <= 0 ? 0 : (left + 999999) / 1000000;
}

void http_turn(struct http *http)
{
    struct epoll_event events[64];
    int running, left;
    int count = epoll_wait(http->epoll, events, 64, 0);
    for (int i = 0; i < count; i++) {
        unsigned bits = events[i].events;
        int what = (bits & (EPOLLIN | EPOLLHUP | EPOLLERR) ? CURL_CSELECT_IN : 0) |
                   (bits & EPOLLOUT ? CURL_CSELECT_OUT : 0) | (bits & EPOLLERR ? CURL_CSELECT_ERR : 0);
        http->transport.curl.multi_socket_action(http->multi, events[i].data.fd, what, &running);
    }
    if (http->deadline_ns >= 0 && http->deadline_ns <= clock_monotonic_ns()) {
        http->deadline_ns = -1;
        http->transport.curl.multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    for (CURLMsg *message; (message = http->transport.curl.multi_info_read(http->multi, &left)) != NULL;) {
        struct handle *handle = NULL;
        CURLcode code = message->data.result;
        http->transport.curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &handle);
        struct transfer *transfer = handle->transfer;
        struct response *response = transfer_outcome(transfer, code);
        land(http, transfer);
        finish(http, transfer, response);
    }
    fly(http);
}

void *http_take(struct http *http, struct response **response)
{
    struct transfer *transfer = http->done.first;
    if (transfer == NULL)
        return NULL;
    queue_take(&http->done, transfer);
    *response = transfer->response;
    http->in_flight--;
    return transfer->owner;
}

size_t http_in_flight(const struct http *http)
{
    return http->in_flight;
}

bool http_is_calm(const struct http *http)
{
    return http->waiting.first == NULL && http->flying.first == NULL;
}

const char *http_trust(const struct http *http)
{
    return http->transport.trust.words;
}
