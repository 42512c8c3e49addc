// The door to libcurl. Not for what may be sent (policy/gate.c), for signing in (token.c) or for sending
// again (retry.c): it carries what it is given, once, and hands back what came. Invariant: a transfer is in
// exactly one of three places: free (pooled), in flight (in the multi handle), done.
#include "net/http.h"

#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/panic.h"
#include "base/text.h"
#include "net/answer.h"
#include "net/libcurl.h"
#include "net/smtp.h"
#include "net/trust.h"
#include "net/wire.h"
#include "policy/request.h"

enum { BUFFER_SIZE = 16 * 1024, CONNECT_TIMEOUT_MS = 15 * 1000, LEAST_CONNECTIONS = 64 };

struct transfer {
    struct transfer *next; // in the free, in-flight or done list
    struct transfer **at;  // in flight: what points to it
    struct http *http;
    CURL *easy;
    void *owner;
    const struct request *request;
    struct answer answer;
    struct response *response;
    struct text wire; // the body as sent
    bool secret;      // the answer holds a token: its text is wiped
    bool once;        // a request that must not be repeated by the library on its own
    int sent;         // how often the library began to send it
    struct smtp smtp; // of a letter; its handle serves no other transfer
    char why[CURL_ERROR_SIZE];
};

struct http {
    struct arena *arena;
    struct libcurl curl;
    CURLM *multi;
    int epoll;
    int64_t deadline_ns; // of the library's timer; -1: none
    const char *route, *proxy;
    struct trust trust;
    long timeout_ms;
    struct transfer *free, *flying, *done, **done_end;
    size_t in_flight;
};

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
        http->curl.multi_assign(http->multi, fd, http);
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

static size_t on_header(char *line, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    answer_header(&transfer->answer, line, size * count);
    return size * count;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    return answer_body(&transfer->answer, bytes, size * count) ? size * count : 0;
}

// Runs each time that the request is about to leave on a connection. The library sends again by itself when a
// kept connection breaks before any byte of an answer; for a change that could act twice.
static int on_send(void *context, char *peer, char *own, int peer_port, int own_port)
{
    (void)peer;
    (void)own;
    (void)peer_port;
    (void)own_port;
    struct transfer *transfer = context;
    return ++transfer->sent > 1 && transfer->once ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

// The options that every request shares, once per handle.
static struct transfer *transfer_new(struct http *http)
{
    const struct libcurl *curl = &http->curl;
    struct transfer *transfer = ARENA_NEW(http->arena, struct transfer);
    CURL *easy = curl->easy_init();
    REQUIRE(easy != NULL);
    transfer->http = http;
    transfer->easy = easy;
    curl->easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->why);
    curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl->easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl->easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)BUFFER_SIZE);
    curl->easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)BUFFER_SIZE);
    curl->easy_setopt(easy, CURLOPT_TIMEOUT_MS, http->timeout_ms);
    curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl->easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl->easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl->easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_send);
    curl->easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
    curl->easy_setopt(easy, CURLOPT_USERAGENT, "playbook/" PLAYBOOK_VERSION);
    if (http->route == NULL) {
        curl->easy_setopt(easy, CURLOPT_CAPATH, http->trust.folder);
        curl->easy_setopt(easy, CURLOPT_CAINFO, http->trust.file);
    }
    return transfer;
}

static void open_multi(struct http *http, long jobs)
{
    const struct libcurl *curl = &http->curl;
    long most = jobs > LEAST_CONNECTIONS ? jobs : LEAST_CONNECTIONS;
    http->multi = curl->multi_init();
    http->epoll = epoll_create1(EPOLL_CLOEXEC);
    REQUIRE(http->multi != NULL && http->epoll >= 0);
    curl->multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl->multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
    curl->multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl->multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
    // Else the library's cache shrinks with the number of handles and connections are opened over and over.
    curl->multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, most);
    curl->multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, most);
    if (http->route == NULL) // behind a route all hosts are one
        curl->multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, most / 2);
}

struct http *http_open(struct arena *arena, const struct http_config *config, struct err *err)
{
    struct http *http = ARENA_NEW(arena, struct http);
    http->arena = arena;
    http->deadline_ns = -1;
    http->done_end = &http->done;
    http->timeout_ms = config->timeout_ms > 0 ? config->timeout_ms : HTTP_TIMEOUT_S * 1000L;
    http->route = config->route;
    http->proxy = config->proxy;
    if (!libcurl_load(&http->curl, err))
        return NULL;
    const curl_version_info_data *built = http->curl.version_info(CURLVERSION_NOW);
    if (http->route != NULL)
        http->trust.words = arena_printf(arena, "none: everything goes to %s in plain HTTP", http->route);
    else if (!trust_find(arena, config->ca_file, built->capath, built->cainfo, &http->trust, err))
        return NULL;
    open_multi(http, config->jobs);
    return http;
}

void http_close(struct http *http)
{
    if (http == NULL)
        return;
    for (struct transfer *t = http->flying; t != NULL; t = t->next)
        http->curl.multi_remove_handle(http->multi, t->easy);
    struct transfer *lists[] = {http->free, http->flying, http->done};
    for (size_t i = 0; i < 3; i++)
        for (struct transfer *t = lists[i]; t != NULL; t = t->next)
            http->curl.easy_cleanup(t->easy);
    http->curl.multi_cleanup(http->multi);
    close(http->epoll);
    http->curl.global_cleanup();
}

static void set_method(struct transfer *transfer, enum wire_body body, const char *form)
{
    const struct libcurl *curl = &transfer->http->curl;
    CURL *easy = transfer->easy;
    const char *method = transfer->request->method;
    bool get = strcmp(method, "GET") == 0, head = strcmp(method, "HEAD") == 0;
    curl->easy_setopt(easy, CURLOPT_HTTPGET, 1L); // clears what the last request on this handle left
    curl->easy_setopt(easy, CURLOPT_CUSTOMREQUEST, get || head ? NULL : method);
    if (head)
        curl->easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (body == WIRE_NONE)
        return;
    wire_write(&transfer->wire, body, transfer->request, form);
    curl->easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->wire.ptr);
    curl->easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->wire.length);
}

// False: it may not leave.
static bool set_request(struct transfer *transfer, const char *const *headers, const char *form)
{
    const struct http *http = transfer->http;
    const struct libcurl *curl = &http->curl;
    struct arena *arena = transfer->answer.arena;
    const char *host, *url = wire_url(arena, http->route, transfer->request->url, &host);
    if (!wire_may_go(http->route, url))
        return false;
    bool plain = text_starts(url, "http://");
    curl->easy_setopt(transfer->easy, CURLOPT_URL, url);
    curl->easy_setopt(transfer->easy, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
    // Only https may go through a proxy: what is plain stays on this machine.
    bool direct = plain || http->route != NULL || (http->proxy != NULL && strcmp(http->proxy, "none") == 0);
    curl->easy_setopt(transfer->easy, CURLOPT_PROXY, direct ? "" : http->proxy);
    enum wire_body body = wire_body(transfer->request, form);
    set_method(transfer, body, form);
    const char **lines = wire_headers(arena, transfer->request, host, body, headers);
    curl->easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, libcurl_list(arena, lines));
    return true;
}

static void land(struct transfer *transfer)
{
    *transfer->at = transfer->next;
    if (transfer->next != NULL)
        transfer->next->at = transfer->at;
}

static void finish(struct transfer *transfer, struct response *response)
{
    struct http *http = transfer->http;
    land(transfer);
    crypto_wipe(transfer->wire.ptr, transfer->wire.length);
    if (transfer->secret)
        crypto_wipe(transfer->answer.body.ptr, transfer->answer.body.length);
    transfer->response = response;
    transfer->next = NULL;
    *http->done_end = transfer;
    http->done_end = &transfer->next;
}

void http_start(struct http *http, struct arena *arena, const struct request *request,
                const char *const *headers, const char *form, void *owner)
{
    bool letter = http->route == NULL && smtp_leads_to(request->url);
    struct transfer *transfer = http->free != NULL && !letter ? http->free : transfer_new(http);
    if (transfer == http->free)
        http->free = transfer->next;
    transfer->owner = owner;
    transfer->request = request;
    transfer->answer = answer_new(arena);
    transfer->wire = text_new(arena);
    transfer->secret = form != NULL || text_starts(request->url, "http://"); // an identity endpoint
    transfer->once = strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0;
    transfer->sent = 0;
    transfer->why[0] = '\0';
    transfer->next = http->flying;
    transfer->at = &http->flying;
    if (transfer->next != NULL)
        transfer->next->at = &transfer->next;
    http->flying = transfer;
    http->in_flight++;
    if (letter) {
        transfer->smtp = (struct smtp){.curl = &http->curl, .easy = transfer->easy};
        smtp_prepare(&transfer->smtp, request, &transfer->wire);
    } else if (!set_request(transfer, headers, form)) {
        finish(transfer, answer_failure(&transfer->answer, true, "only https leaves this machine"));
        return;
    }
    REQUIRE(http->curl.multi_add_handle(http->multi, transfer->easy) == CURLM_OK);
}

static void release(struct transfer *transfer)
{
    struct http *http = transfer->http;
    http->in_flight--;
    if (transfer->smtp.curl != NULL) {
        http->curl.easy_cleanup(transfer->easy);
        return;
    }
    transfer->next = http->free;
    http->free = transfer;
}

void http_cancel(struct http *http, void *owner)
{
    for (struct transfer *t = http->flying, *next; t != NULL; t = next) {
        next = t->next;
        if (t->owner != owner)
            continue;
        land(t);
        http->curl.multi_remove_handle(http->multi, t->easy);
        crypto_wipe(t->wire.ptr, t->wire.length);
        release(t);
    }
    http->done_end = &http->done;
    for (struct transfer *t; (t = *http->done_end) != NULL;) {
        if (t->owner == owner) {
            *http->done_end = t->next;
            release(t);
        } else {
            http->done_end = &t->next;
        }
    }
}

int http_fd(struct http *http)
{
    return http->epoll;
}

int64_t http_timeout_ms(struct http *http)
{
    if (http->done != NULL)
        return 0;
    if (http->deadline_ns < 0)
        return -1;
    int64_t left = http->deadline_ns - clock_monotonic_ns();
    return left <= 0 ? 0 : (left + 999999) / 1000000;
}

static struct response *outcome(struct transfer *transfer, CURLcode code)
{
    const struct libcurl *curl = &transfer->http->curl;
    const char *why = transfer->why[0] != '\0' ? transfer->why : curl->easy_strerror(code);
    long status = 0;
    struct answer *answer = &transfer->answer;
    if (transfer->smtp.curl != NULL)
        return smtp_finish(&transfer->smtp, answer, code, why);
    if (code == CURLE_OK) {
        curl->easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
        return answer_finish(answer, transfer->request, (int)status);
    }
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return answer_failure(answer, false, "the connection was lost before an answer came");
    return answer_failure(answer, transfer->sent == 0, why);
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
        http->curl.multi_socket_action(http->multi, events[i].data.fd, what, &running);
    }
    if (http->deadline_ns >= 0 && http->deadline_ns <= clock_monotonic_ns()) {
        http->deadline_ns = -1;
        http->curl.multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    for (CURLMsg *message; (message = http->curl.multi_info_read(http->multi, &left)) != NULL;) {
        struct transfer *transfer = NULL;
        CURLcode code = message->data.result;
        CURL *easy = message->easy_handle;
        http->curl.easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
        struct response *response = outcome(transfer, code);
        http->curl.multi_remove_handle(http->multi, easy);
        finish(transfer, response);
    }
}

void *http_take(struct http *http, struct response **response)
{
    struct transfer *transfer = http->done;
    if (transfer == NULL)
        return NULL;
    http->done = transfer->next;
    if (http->done == NULL)
        http->done_end = &http->done;
    *response = transfer->response;
    void *owner = transfer->owner;
    release(transfer);
    return owner;
}

size_t http_in_flight(const struct http *http)
{
    return http->in_flight;
}

const char *http_trust(const struct http *http)
{
    return http->trust.words;
}
