// Answers: headers, error envelopes, pages. Not for any one API's resources. Invariant: a call is answered
// once, and links lead to the host that was asked, by https.
#include "lab/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/make.h"

bool call_changes(const struct call *call)
{
    return strcmp(call->method, "GET") != 0 && strcmp(call->method, "HEAD") != 0;
}

const char *call_param(const struct call *call, const char *name)
{
    for (size_t i = 0; i < call->param_count; i++)
        if (text_same(call->params[i].name, name))
            return call->params[i].value;
    return NULL;
}

const struct value *call_body(struct call *call)
{
    if (call->length > 0 &&
        (call->content_type == NULL || !text_starts_nocase(call->content_type, "application/json"))) {
        call_fail(call, 415, "UnsupportedMediaType",
                  "The content type of a request with a body is application/json.");
        return NULL;
    }
    struct err err;
    const struct value *body =
        call->length == 0 ? NULL : json_parse(call->arena, "body", call->bytes, call->length, &err);
    if (value_is(body, VALUE_MAP))
        return body;
    const char *code = call->host == CALL_GRAPH   ? "BadRequest"
                       : call->host == CALL_VAULT ? "BadParameter"
                                                  : "InvalidRequestContent";
    call_fail(call, 400, code, "The request content was invalid and could not be deserialized.");
    return NULL;
}

void call_header(struct call *call, const char *name, const char *value)
{
    REQUIRE(call->header_count < CALL_MAX_HEADERS);
    call->headers[call->header_count++] = (struct call_pair){name, value};
}

void call_ok(struct call *call, int status, const struct value *answer)
{
    call->status = status;
    call->answer = answer;
}

static const struct value *graph_error(struct call *call, const char *code, const char *message)
{
    const char *id = call->client_request_id == NULL ? crypto_uuid(call->arena) : call->client_request_id;
    return make_value(call->arena,
                      "{'error': {'code': %s, 'message': %s, 'innerError': {'date': %s, 'request-id': %s, "
                      "'client-request-id': %s}}}",
                      code, message, clock_rfc3339(call->arena, clock_now_ms()), crypto_uuid(call->arena),
                      id);
}

void call_fail(struct call *call, int status, const char *code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *message = arena_vprintf(call->arena, format, args);
    va_end(args);
    if (call->host == CALL_GRAPH)
        call_ok(call, status, graph_error(call, code, message));
    else
        call_ok(call, status,
                make_value(call->arena, "{'error': {'code': %s, 'message': %s}}", code, message));
}

void call_fail_inner(struct call *call, int status, const char *code, const char *inner, const char *message)
{
    call_ok(call, status,
            make_value(call->arena, "{'error': {'code': %s, 'message': %s, 'innererror': {'code': %s}}}",
                       code, message, inner));
}

void call_missing(struct call *call, const char *what)
{
    if (call->host == CALL_GRAPH)
        call_fail(
            call, 404, "Request_ResourceNotFound",
            "Resource '%s' does not exist or one of its queried reference-property objects are not present.",
            what);
    else
        call_fail(call, 404, "ResourceNotFound",
                  "The Resource '%s' was not found. For more details please go to "
                  "https://aka.ms/ARMResourceNotFoundFix",
                  what);
}

// The names of the skip token, of the page size, of the link, and the page sizes, by API.
static const struct {
    const char *skip, *size, *link;
    size_t usual, most;
} paging[] = {
    [CALL_ARM] = {"$skipToken", "$top", "nextLink", 8, 100},
    [CALL_VAULT] = {"$skiptoken", "maxresults", "nextLink", 10, 25},
    [CALL_GRAPH] = {"$skiptoken", "$top", "@odata.nextLink", 10, 999},
    [CALL_LOGS] = {"$skiptoken", "$top", "nextLink", 100, 100},
    [CALL_LOGIN] = {"$skiptoken", "$top", "nextLink", 100, 100},
    [CALL_METADATA] = {"$skiptoken", "$top", "nextLink", 100, 100},
    [CALL_NOWHERE] = {"$skiptoken", "$top", "nextLink", 100, 100},
};

struct page page_open(struct call *call)
{
    struct page page = {.call = call, .items = value_list(call->arena), .limit = paging[call->host].usual};
    const char *size = call_param(call, paging[call->host].size);
    long wanted = size == NULL ? 0 : strtol(size, NULL, 10);
    if (wanted > 0)
        page.limit = (size_t)wanted < paging[call->host].most ? (size_t)wanted : paging[call->host].most;
    const char *skip = call_param(call, paging[call->host].skip);
    size_t length;
    if (skip != NULL)
        page.after = (const char *)crypto_base64url_decode(call->arena, skip, &length);
    return page;
}

bool page_wants(struct page *page, const char *key)
{
    if (page->after != NULL && strcmp(key, page->after) <= 0)
        return false;
    if (value_count(page->items) < page->limit)
        return true;
    page->more = true;
    return false;
}

void page_add(struct page *page, const char *key, const struct value *item)
{
    value_append(page->call->arena, page->items, item);
    page->last = arena_strdup(page->call->arena, key);
}

static const char *next_link(const struct page *page)
{
    struct call *call = page->call;
    struct text link = text_new(call->arena);
    text_addf(&link, "https://%s%s%s?", call->host_name, call->host == CALL_VAULT ? ":443" : "", call->path);
    for (size_t i = 0; i < call->param_count; i++) {
        if (text_same(call->params[i].name, paging[call->host].skip))
            continue;
        text_addf(&link, "%s=", call->params[i].name);
        text_add_percent(&link, call->params[i].value);
        text_addc(&link, '&');
    }
    text_addf(&link, "%s=%s", paging[call->host].skip,
              crypto_base64url(call->arena, page->last, strlen(page->last)));
    return link.ptr;
}

void page_close(struct page *page)
{
    struct call *call = page->call;
    struct value *answer = make_value(call->arena, "{'value': %v}", page->items);
    if (page->more)
        value_put_text(call->arena, answer, paging[call->host].link, next_link(page));
    call_ok(call, 200, answer);
}
