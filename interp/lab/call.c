// Answers: headers and error envelopes. Not for any one API's resources, nor for pages (page.c). Invariant: a
// call is answered once.
#include "lab/call.h"

#include <stdarg.h>
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

char *call_id(const struct call *call)
{
    struct text id = text_new(call->arena);
    for (size_t i = 0; i < call->segment_count; i++)
        text_addf(&id, "/%s", call->segments[i]);
    return id.ptr;
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
        call->length == 0 ? NULL : json_parse(call->arena, NULL, call->bytes, call->length, &err);
    if (value_is(body, VALUE_MAP))
        return body;
    const char *code = call->host == CALL_GRAPH     ? "BadRequest"
                       : call->host == CALL_VAULT   ? "BadParameter"
                       : call->host == CALL_PARTNER ? "2000"
                                                    : "InvalidRequestContent";
    call_fail(call, 400, code, "The request content was invalid and could not be deserialized.");
    return NULL;
}

const char *call_filter(struct call *call)
{
    call->filtered = true;
    return call_param(call, "$filter");
}

char *call_etag(struct call *call, const struct value *value)
{
    unsigned char hash[CRYPTO_HASH_SIZE];
    const char *text = json_text(call->arena, value);
    crypto_sha256(text, strlen(text), hash);
    return arena_printf(call->arena, "\"%s\"", crypto_hex(call->arena, hash, 8));
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
    const char *id = call->client_request_id == NULL ? call->id : call->client_request_id;
    return make_value(call->arena,
                      "{'error': {'code': %s, 'message': %s, 'innerError': {'date': %s, 'request-id': %s, "
                      "'client-request-id': %s}}}",
                      code, message, clock_rfc3339(call->arena, clock_now_ms()), call->id, id);
}

// Partner Center's codes are numbers, but for those of what stands in front of it.
static const struct value *partner_error(struct call *call, const char *code, const char *message)
{
    bool number = code[0] != '\0' && strspn(code, "0123456789") == strlen(code);
    const struct value *shown =
        number ? value_int(call->arena, strtol(code, NULL, 10)) : value_string(call->arena, code);
    return make_value(call->arena, "{'code': %v, 'description': %s, 'data': [], 'source': 'PartnerFD'}",
                      shown, message);
}

void call_fail(struct call *call, int status, const char *code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *message = arena_vprintf(call->arena, format, args);
    va_end(args);
    if (call->host == CALL_GRAPH)
        call_ok(call, status, graph_error(call, code, message));
    else if (call->host == CALL_PARTNER)
        call_ok(call, status, partner_error(call, code, message));
    else if (call->host == CALL_LOGIN || call->host == CALL_METADATA)
        call_ok(call, status,
                make_value(call->arena, "{'error': 'invalid_request', 'error_description': %s}", message));
    else if (call->bare)
        call_ok(call, status, make_value(call->arena, "{'code': %s, 'message': %s}", code, message));
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
