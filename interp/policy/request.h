// One request to the outside world, as data. Lua makes it, the gate judges it, net/ sends it.
#pragma once
#include <stdbool.h>

struct value;

// The one kind of body besides JSON: what a runbook of Azure Automation says. Such a body is a VALUE_STRING.
#define REQUEST_TEXT_TYPE "text/powershell"

struct request {
    const char *method;          // upper case
    const char *url;             // absolute, the real one: https://management.azure.com/…?api-version=…
    const struct value *headers; // map of extra headers (If-Match, Prefer), or NULL
    const struct value
        *body; // JSON value, may hold secrets; a text, with such a Content-Type; or NULL for none
    // What a held change predicts (the overlay). NULL: for PUT, PATCH and DELETE their own URL and body.
    const char *resource;        // id or URL whose state becomes …
    const struct value *becomes; // … patched so (VALUE_NULL: gone)
    const char *list;            // URL of a list in which a new entry appears, or NULL
    const char *secret;          // member of the answer that is a secret which the service makes, or NULL
    bool as_bytes;               // of a GET: whatever a good answer holds, as a text in base64
    bool underway;               // of a GET: that it lasts still (202) is an answer too
};

// What came back. status 0: no answer (the message of `failure` says why).
struct response {
    int status;
    const struct value *headers; // map, lower-case names, those that the core keeps (net/answer.c)
    const struct value *body;    // parsed JSON, the text of a runbook, or NULL when there was none
    const char *failure;         // transport failure in words, or NULL
    bool unusable;               // with a failure: asking again would not make it better
    bool unsent; // certain that it was not acted on, but may be if sent again: no connection was made, or a
                 // mail server put it off
    bool predicted; // made by the overlay, never sent
};
