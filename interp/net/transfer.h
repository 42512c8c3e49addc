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

struct transfer {
    struct transfer *next, **at; // in the queue in which it is, and what points to it there
    const struct transport *transport;
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

// Is it one to a mail server? It has a handle of its own.
bool transfer_is_letter(const struct transport *transport, const struct request *request);
struct transfer *transfer_new(const struct transport *transport);
// Tells its handle all of a request (net/http.h, http_start). False: it may not leave.
bool transfer_prepare(struct transfer *transfer, struct arena *arena, const struct request *request,
                      const char *const *headers, const char *form);
struct response *transfer_outcome(struct transfer *transfer, CURLcode code);
// What was sent, and an answer that holds a token, stay nowhere.
void transfer_wipe(struct transfer *transfer);
