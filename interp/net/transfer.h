// One request on its way: what libcurl is told of it and what came of it. net/http.c alone uses it.
#pragma once
#include <stdbool.h>

#include "base/text.h"
#include "net/answer.h"
#include "net/libcurl.h"
#include "net/smtp.h"
#include "net/trust.h"

struct arena;
struct request;
struct response;

// What all of them share.
struct transport {
    struct arena *arena;
    struct libcurl curl;
    const char *route, *proxy;
    struct trust trust;
    long timeout_ms;
};

// A handle of the library, with the options that every request shares. It serves one transfer after another.
struct handle {
    struct handle *next;   // pooled
    struct handle *before; // made before it
    CURL *easy;
    struct transfer *transfer; // that it serves
    char why[CURL_ERROR_SIZE];
};

struct transfer {
    struct transfer *next, **at; // in the queue in which it is, and what points to it there
    const struct transport *transport;
    struct handle *handle; // while it is in flight
    void *owner;
    const struct request *request;
    const char *const *headers; // by the core, NULL-terminated
    const char *form;
    struct answer answer;
    struct response *response;
    struct text wire; // the body as sent
    bool secret;      // the answer holds a token: its text is wiped
    bool once;        // a request that must not be repeated by the library on its own
    int sent;         // how often the library began to send it
    struct smtp smtp; // of a letter; its handle serves no other transfer
};

struct handle *handle_new(const struct transport *transport);
// In the arena of the answer; the rest is that of http_start (net/http.h).
struct transfer *transfer_new(const struct transport *transport, struct arena *arena,
                              const struct request *request, const char *const *headers, const char *form);
// Is it one to a mail server? It has a handle of its own.
bool transfer_is_letter(const struct transfer *transfer);
// Tells a handle all of its request. False: it may not leave.
bool transfer_prepare(struct transfer *transfer, struct handle *handle);
struct response *transfer_outcome(struct transfer *transfer, CURLcode code);
// What was sent, and an answer that holds a token, stay nowhere.
void transfer_wipe(struct transfer *transfer);
