// Wire → response. Not for sending, and not for what a status means (retry.c, run/).
// Invariant: nothing that is not valid UTF-8 without controls gets into a header value, and a body is JSON,
// the text of a runbook, or absent.
#include "net/answer.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "policy/request.h"

enum { MOST_HEADERS = 256 * 1024 };

// What others read from headers; everything else is dropped.
static const char *const kept[] = {
    "location",
    "azure-asyncoperation",
    "retry-after",
    "retry-after-ms",
    "x-ms-retry-after-ms",
    "x-ms-ratelimit-remaining-subscription-reads",
    "x-ms-ratelimit-remaining-subscription-writes",
    "x-ms-ratelimit-remaining-subscription-deletes",
    "x-ms-ratelimit-remaining-tenant-reads",
    "x-ms-ratelimit-remaining-tenant-writes",
    "x-ms-ratelimit-remaining-resource",
    "www-authenticate",
    "etag",
    "x-ms-request-id",
    "request-id",
    "x-ms-correlation-request-id",
    "date",
    "content-type",
};

struct answer answer_new(struct arena *arena)
{
    return (struct answer){.arena = arena, .headers = value_map(arena), .body = text_new(arena)};
}

static bool is_clean(const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        unsigned code;
        bool plain = *text >= ' ' && *text <= '~'; // nearly all
        size_t length = plain ? 1 : text_utf8(text, left, &code);
        if (!plain && (length == 0 || text_is_hidden(code)))
            return false;
        text += length;
        left -= length;
    }
    return true;
}

static void keep_header(struct answer *answer, const char *line, size_t length)
{
    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        answer->headers = value_map(answer->arena);
        return;
    }
    const char *colon = memchr(line, ':', length);
    if (colon == NULL)
        return;
    const char *end = line + length, *start = colon + 1;
    while (end > start && strchr("\r\n \t", end[-1]) != NULL)
        end--;
    while (start < end && (*start == ' ' || *start == '\t'))
        start++;
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (strlen(kept[i]) != (size_t)(colon - line) || !text_starts_nocase(line, kept[i]))
            continue;
        const char *value = arena_strndup(answer->arena, start, (size_t)(end - start));
        if (strlen(value) == (size_t)(end - start) && is_clean(value) &&
            value_get(answer->headers, kept[i]) == NULL)
            value_put_text(answer->arena, answer->headers, kept[i], value);
        return;
    }
}

bool answer_header(struct answer *answer, const char *line, size_t length)
{
    answer->headers_length += length;
    if (answer->headers_length > MOST_HEADERS)
        answer->too_large =
            arena_printf(answer->arena, "the answer has more than %d KiB of headers", MOST_HEADERS >> 10);
    else
        keep_header(answer, line, length);
    return answer->too_large == NULL;
}

bool answer_body(struct answer *answer, const void *bytes, size_t length)
{
    if (length > HTTP_MAX_RESPONSE - answer->body.length) {
        answer->too_large =
            arena_printf(answer->arena, "the answer is larger than %d MiB", HTTP_MAX_RESPONSE >> 20);
        return false;
    }
    text_addn(&answer->body, bytes, length);
    return true;
}

struct response *answer_failure(struct answer *answer, bool unsent, const char *why)
{
    struct response *response = ARENA_NEW(answer->arena, struct response);
    response->headers = answer->headers;
    response->unsent = unsent;
    response->unusable = answer->too_large != NULL;
    response->failure = answer->too_large != NULL ? answer->too_large : arena_strdup(answer->arena, why);
    return response;
}

// It came whole, and would come so again.
static struct response *unusable(struct answer *answer, const char *why)
{
    struct response *response = answer_failure(answer, false, why);
    response->unusable = true;
    return response;
}

static bool is_json(const struct value *headers)
{
    const char *type = value_text(value_get(headers, "content-type"));
    if (type == NULL)
        return false;
    size_t length = strcspn(type, "; \t");
    return (length == 16 && text_starts_nocase(type, "application/json")) ||
           (length == 9 && text_starts_nocase(type, "text/json")) ||
           (length > 5 && text_starts_nocase(type + length - 5, "+json"));
}

static bool is_of(const struct value *headers, const char *wanted)
{
    const char *type = value_text(value_get(headers, "content-type"));
    size_t length = strlen(wanted);
    return type != NULL && strcspn(type, "; \t") == length && text_starts_nocase(type, wanted);
}

// UTF-8 without a NUL: what a value can hold.
static bool is_readable(const struct text *body)
{
    for (size_t at = 0, size; at < body->length; at += size) {
        size = text_utf8(body->ptr + at, body->length - at, NULL);
        if (size == 0 || body->ptr[at] == '\0')
            return false;
    }
    return true;
}

static bool is_blank(const struct text *body)
{
    return strspn(body->ptr, " \t\r\n") == body->length;
}

struct response *answer_finish(struct answer *answer, const struct request *request, int status)
{
    struct response *response = ARENA_NEW(answer->arena, struct response);
    response->status = status;
    response->headers = answer->headers;
    if (is_blank(&answer->body))
        return response;
    bool reads = strcmp(request->method, "GET") == 0, matters = status >= 200 && status < 300 && reads;
    if (request->as_bytes && matters) {
        response->body =
            value_string(answer->arena, crypto_base64(answer->arena, answer->body.ptr, answer->body.length));
        return response;
    }
    if (is_of(answer->headers, REQUEST_TEXT_TYPE) && matters) {
        if (!is_readable(&answer->body))
            return unusable(answer, "the answer is a text that is not UTF-8");
        response->body = value_string(answer->arena, answer->body.ptr);
        return response;
    }
    // What a chat's webhook says to a message.
    if (is_of(answer->headers, "text/plain") && !reads && is_readable(&answer->body))
        response->body = value_string(answer->arena, answer->body.ptr);
    if (!is_json(answer->headers)) {
        const char *type = value_text(value_get(answer->headers, "content-type"));
        if (matters)
            return unusable(answer, arena_printf(answer->arena, "the answer is %.100s, not JSON",
                                                 type == NULL ? "of no stated type" : type));
        return response;
    }
    struct err err = {0};
    response->body = json_parse(answer->arena, NULL, answer->body.ptr, answer->body.length, &err);
    if (response->body == NULL && matters)
        return unusable(
            answer, arena_printf(answer->arena, "the answer is not JSON that is accepted: %s", err.message));
    return response;
}
