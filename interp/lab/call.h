// One request to the lab and its answer: what every handler gets. Handlers know nothing of HTTP's bytes,
// sockets or other requests; they read and change the estate and say what is answered.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct estate;
struct value;

enum call_host {
    CALL_ARM,
    CALL_VAULT,
    CALL_GRAPH,
    CALL_LOGS,
    CALL_ENDPOINT,
    CALL_LOGIN,
    CALL_METADATA,
    CALL_PARTNER,
    CALL_NOWHERE
};
enum {
    CALL_MAX_ARGS = 7,
    CALL_MAX_SEGMENTS = 64,
    CALL_MAX_PARAMS = 32,
    CALL_MAX_HEADERS = 16,
    CALL_MAX_BODY = 1 << 20
};

#define CALL_TEXT_TYPE "text/powershell"

struct call_pair {
    const char *name, *value;
};

struct call {
    struct arena *arena; // of this request
    struct estate *estate;
    // The request as it came. Headers that are absent are NULL.
    const char *method, *target, *host_name;
    const char *authorization, *content_type, *client_request_id, *correlation_id, *metadata, *identity;
    const char *if_match;
    const char *new_model, *continuation; // Partner Center: X-NewEventsModel, MS-ContinuationToken
    const char *bytes;
    size_t length;
    // Faults that were asked for.
    const char *context; // that the token must have; NULL: none
    int remaining;       // calls of the subscription; -1: plenty
    const char *id;      // what the service calls this request
    // Filled by route.c.
    enum call_host host;
    const char *path;                        // raw, without query
    const char *vault;                       // the first label of a vault's host, lower case
    const char *segments[CALL_MAX_SEGMENTS]; // decoded
    size_t segment_count;
    struct call_pair params[CALL_MAX_PARAMS]; // decoded
    size_t param_count;
    const char *args[CALL_MAX_ARGS]; // what stood for {…} in the route's template, in order
    const char *scope;               // what stood for {+}: "/subscriptions/…", "" for the root
    bool bare;                       // the provider answers errors without an envelope
    bool filtered;                   // the handler has read $filter
    // Filled by access.c: who asks.
    const char *oid, *app_id, *tenant;
    bool person;        // somebody who consented, by an application; else the application for itself
    const char *action; // what is asked of ARM, as roles name it; NULL where no role is needed
    // The answer.
    int status;
    const struct value *answer; // NULL: no body
    const char *text;           // in its place: the text of a runbook (CALL_TEXT_TYPE)
    struct call_pair headers[CALL_MAX_HEADERS];
    size_t header_count;
};

bool call_changes(const struct call *call);                        // by its method
const char *call_param(const struct call *call, const char *name); // NULL when absent; names without case
const char *
call_filter(struct call *call); // $filter, which the caller evaluates: else a list that has one is refused
char *call_id(const struct call *call); // the path, decoded: what names a resource of Resource Manager
// The body as a JSON object; NULL after answering 400 or 415.
const struct value *call_body(struct call *call);

char *call_etag(struct call *call, const struct value *value); // the same of what is the same
void call_header(struct call *call, const char *name, const char *value);
void call_ok(struct call *call, int status, const struct value *answer);
// An error in the envelope of the API that was asked. call_fail_inner adds innererror (Key Vault, Log
// Analytics).
void call_fail(struct call *call, int status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void call_fail_inner(struct call *call, int status, const char *code, const char *inner, const char *message);
// "Not found" in the API's own words.
void call_missing(struct call *call, const char *what);

// Page size and skip token, if there are any: are they such? False after answering 400.
bool page_fits(struct call *call);
// A list in pages. Items are offered in the order of their keys:
//     struct page page = page_open(call);
//     … if (page_wants(&page, key)) page_add(&page, key, item);
//     page_close(&page);
struct page {
    struct call *call;
    const char *after, *last; // keys
    size_t limit, total;      // total: what was offered
    struct value *items;
    bool more;
};
struct page page_open(struct call *call);
bool page_wants(struct page *page, const char *key);
void page_add(struct page *page, const char *key, const struct value *item);
const char *page_next(const struct page *page); // where the next one is; NULL: nowhere
void page_close(struct page *page);
