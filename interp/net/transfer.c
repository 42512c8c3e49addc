// What libcurl is told of a request. Not for when it leaves (http.c). Invariant: a body's secrets are written
// in clear here and only here, and are wiped when the request is over.
#include "net/transfer.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/panic.h"
#include "base/text.h"
#include "net/wire.h"
#include "policy/request.h"

// A connection that was idle for longer is not used again: the service may be about to close it, and of a
// change that had just left on it nobody would know whether it arrived.
enum { BUFFER_SIZE = 16 * 1024, CONNECT_TIMEOUT_MS = 15 * 1000, IDLE_S = 30 };

static size_t on_header(char *line, size_t size, size_t count, void *context)
{
    const struct handle *handle = context;
    return answer_header(&handle->transfer->answer, line, size * count) ? size * count : 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    const struct handle *handle = context;
    return answer_body(&handle->transfer->answer, bytes, size * count) ? size * count : 0;
}

// Runs each time that the request is about to leave on a connection. The library sends again by itself when a
// kept connection breaks before any byte of an answer; for a change that could act twice.
static int on_send(void *context, char *peer, char *own, int peer_port, int own_port)
{
    (void)peer;
    (void)own;
    (void)peer_port;
    (void)own_port;
    struct transfer *transfer = ((const struct handle *)context)->transfer;
    return ++transfer->sent > 1 && transfer->once ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

struct handle *handle_new(const struct transport *transport)
{
    const struct libcurl *curl = &transport->curl;
    struct handle *handle = ARENA_NEW(transport->arena, struct handle);
    CURL *easy = curl->easy_init();
    REQUIRE(easy != NULL);
    handle->easy = easy;
    curl->easy_setopt(easy, CURLOPT_PRIVATE, handle);
    curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, handle->why);
    curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl->easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl->easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)BUFFER_SIZE);
    curl->easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)BUFFER_SIZE);
    curl->easy_setopt(easy, CURLOPT_TIMEOUT_MS, transport->timeout_ms);
    curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl->easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)IDLE_S);
    curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl->easy_setopt(easy, CURLOPT_HEADERDATA, handle);
    curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl->easy_setopt(easy, CURLOPT_WRITEDATA, handle);
    curl->easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_send);
    curl->easy_setopt(easy, CURLOPT_PREREQDATA, handle);
    curl->easy_setopt(easy, CURLOPT_USERAGENT, "playbook/" PLAYBOOK_VERSION);
    if (transport->route == NULL) {
        curl->easy_setopt(easy, CURLOPT_CAPATH, transport->trust.folder);
        curl->easy_setopt(easy, CURLOPT_CAINFO, transport->trust.file);
    }
    return handle;
}

static void set_method(struct transfer *transfer, enum wire_body body)
{
    const struct libcurl *curl = &transfer->transport->curl;
    CURL *easy = transfer->handle->easy;
    const char *method = transfer->request->method;
    bool get = strcmp(method, "GET") == 0, head = strcmp(method, "HEAD") == 0;
    curl->easy_setopt(easy, CURLOPT_HTTPGET, 1L); // clears what the last request on this handle left
    curl->easy_setopt(easy, CURLOPT_CUSTOMREQUEST, get || head ? NULL : method);
    if (head)
        curl->easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (body == WIRE_NONE)
        return;
    wire_write(&transfer->wire, body, transfer->request, transfer->form);
    curl->easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->wire.ptr);
    curl->easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->wire.length);
}

// False: it may not leave.
static bool set_request(struct transfer *transfer)
{
    const struct transport *transport = transfer->transport;
    const struct libcurl *curl = &transport->curl;
    CURL *easy = transfer->handle->easy;
    struct arena *arena = transfer->answer.arena;
    const char *host, *url = wire_url(arena, transport->route, transfer->request->url, &host);
    if (!wire_may_go(transport->route, url))
        return false;
    bool plain = text_starts(url, "http://");
    curl->easy_setopt(easy, CURLOPT_URL, url);
    curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
    // Only https may go through a proxy: what is plain stays on this machine.
    bool direct = plain || transport->route != NULL || text_is(transport->proxy, "none");
    curl->easy_setopt(easy, CURLOPT_PROXY, direct ? "" : transport->proxy);
    enum wire_body body = wire_body(transfer->request, transfer->form);
    set_method(transfer, body);
    const char **lines = wire_headers(arena, transfer->request, host, body, transfer->headers);
    curl->easy_setopt(easy, CURLOPT_HTTPHEADER, libcurl_list(arena, lines));
    return true;
}

struct response *transfer_outcome(struct transfer *transfer, CURLcode code)
{
    const struct libcurl *curl = &transfer->transport->curl;
    const char *why = transfer->handle->why[0] != '\0' ? transfer->handle->why : curl->easy_strerror(code);
    long status = 0;
    struct answer *answer = &transfer->answer;
    if (transfer->smtp.curl != NULL)
        return smtp_finish(&transfer->smtp, answer, code, why);
    if (code == CURLE_OK) {
        curl->easy_getinfo(transfer->handle->easy, CURLINFO_RESPONSE_CODE, &status);
        return answer_finish(answer, transfer->request, (int)status);
    }
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return answer_failure(answer, false, "the connection was lost before an answer came");
    return answer_failure(answer, transfer->sent == 0, why);
}

static const char *const *copy_lines(struct arena *arena, const char *const *lines)
{
    size_t count = 0;
    while (lines != NULL && lines[count] != NULL)
        count++;
    const char **copy = ARENA_ARRAY(arena, const char *, count + 1);
    if (count > 0)
        memcpy(copy, lines, count * sizeof *copy);
    return copy;
}

struct transfer *transfer_new(const struct transport *transport, struct arena *arena,
                              const struct request *request, const char *const *headers, const char *form)
{
    struct transfer *transfer = ARENA_NEW(arena, struct transfer);
    transfer->transport = transport;
    transfer->request = request;
    transfer->headers = copy_lines(arena, headers);
    transfer->form = form;
    transfer->answer = answer_new(arena);
    transfer->wire = text_new(arena);
    transfer->secret = form != NULL || text_starts(request->url, "http://"); // an identity endpoint
    transfer->once = strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0;
    return transfer;
}

bool transfer_is_letter(const struct transfer *transfer)
{
    return transfer->transport->route == NULL && smtp_leads_to(transfer->request->url);
}

bool transfer_prepare(struct transfer *transfer, struct handle *handle)
{
    transfer->handle = handle;
    handle->transfer = transfer;
    handle->why[0] = '\0';
    if (!transfer_is_letter(transfer))
        return set_request(transfer);
    transfer->smtp = (struct smtp){.curl = &transfer->transport->curl, .easy = handle->easy};
    smtp_prepare(&transfer->smtp, transfer->request, &transfer->wire);
    return true;
}

void transfer_wipe(struct transfer *transfer)
{
    crypto_wipe(transfer->wire.ptr, transfer->wire.length);
    if (transfer->secret)
        crypto_wipe(transfer->answer.body.ptr, transfer->answer.body.length);
}
