// The door to libcurl: one multi handle for the process, HTTP/1.1 keep-alive, redirects off, answers bounded.
// Nothing is called back: requests are started, the loop is turned, finished ones are taken out.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct value;
struct http;
struct request;
struct response;

enum { HTTP_MAX_RESPONSE = 16 * 1024 * 1024, HTTP_TIMEOUT_S = 90 };

struct http_config {
    const char
        *route; // "http://127.0.0.1:9000": every request goes there in plain HTTP with its Host kept; or NULL
    const char *ca_file; // of the profile, or NULL: the system's (net/trust.c)
    const char *proxy;   // "http://proxy:3128", "none", or NULL: the environment's (HTTPS_PROXY, NO_PROXY)
    long jobs; // how many runs share it: so many connections there may be, 64 at least, half of them to one
               // host
    int timeout_ms; // of one request; 0: HTTP_TIMEOUT_S
};
// How many of these runs can be side by side: the system lets a process have only so many files open
// (ulimit -n). At least one.
long http_most_jobs(long jobs);
// Begins to load libcurl beside what comes before http_open, which then waits less.
void http_open_ahead(void);
MUST_CHECK struct http *http_open(struct arena *arena, const struct http_config *config, struct err *err);
void http_close(struct http *http);

// Starts a request; `arena` receives the response; `owner` comes back with it. Arena, request and form must
// live until then, or until it is given up. `headers` is a NULL-terminated array of "Name: value" lines made
// by the core (Authorization, Content-Type for non-JSON). When `form` is not NULL it is sent as the body
// instead of request->body (sign-in). The body's secrets are written in clear here and only here.
void http_start(struct http *http, struct arena *arena, const struct request *request,
                const char *const *headers, const char *form, void *owner);
// Gives up a started request; nothing comes back for it.
void http_cancel(struct http *http, void *owner);

int http_fd(struct http *http);             // an epoll descriptor: readable when http_turn has work
int64_t http_timeout_ms(struct http *http); // -1: none
void http_turn(struct http *http);          // does what is ready; never blocks
// Takes one finished request out; NULL when there is none. The response lives in the arena given at the
// start.
void *http_take(struct http *http, struct response **response);
size_t http_in_flight(const struct http *http);
bool http_is_calm(const struct http *http); // what is in flight has an outcome, and waits to be taken
// How trust in servers is set up, in words for `doctor`: "certificates in /etc/ssl/certs", …
const char *http_trust(const struct http *http);
