// The order in which a request is judged: target, token, route, api-version, permission, query options,
// handler. Invariant:
// what a handler changed is on disk, or the answer is 500 and nothing changed.
#include "lab/core.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/access.h"
#include "lab/activity.h"
#include "lab/estate.h"
#include "lab/lock.h"
#include "lab/make.h"
#include "lab/odata.h"
#include "lab/route.h"

void core_judge(struct call *call)
{
    if (call->host == CALL_LOGIN && !route_read_form(call))
        return;
    void (*handler)(struct call * call) = route_find(call);
    if (handler == NULL || !access_allows(call) || !lock_allows(call) || !page_fits(call))
        return;
    if (call->host == CALL_GRAPH && !odata_options(call))
        return;
    // These providers describe their errors so; what stands in front of them does not.
    call->bare = text_find_nocase(call->path, "/providers/microsoft.insights/") != NULL ||
                 text_find_nocase(call->path, "/providers/microsoft.automation/") != NULL;
    handler(call);
    if (!call->filtered && call->status == 200 && !call_changes(call) && call_param(call, "$filter") != NULL)
        call_fail(call, 400,
                  call->host == CALL_GRAPH ? "Request_UnsupportedQuery" : "InvalidFilterInQueryString",
                  "The lab does not evaluate a $filter here.");
    activity_note(call);
}

// Compute counts calls by rules of its own, beside Resource Manager.
static void stamp_compute(struct call *call)
{
    const char *kind = strcmp(call->method, "GET") == 0      ? "Get"
                       : strcmp(call->method, "DELETE") == 0 ? "Delete"
                       : strcmp(call->method, "POST") == 0   ? "Post"
                                                             : "Put";
    int left = call->remaining >= 0 ? call->remaining : 197;
    bool machines = call->path != NULL &&
                    text_find_nocase(call->path, "/providers/Microsoft.Compute/virtualMachines") != NULL;
    if (machines)
        call_header(call, "x-ms-ratelimit-remaining-resource",
                    arena_printf(call->arena, "Microsoft.Compute/%sVM3Min;%d,Microsoft.Compute/%sVM30Min;%d",
                                 kind, left, kind, left + 1000));
}

static void stamp(struct call *call)
{
    const char *id = call->id;
    switch (call->host) {
    case CALL_ARM:
        call_header(call, "x-ms-request-id", id);
        call_header(call, "x-ms-correlation-request-id",
                    call->correlation_id != NULL ? call->correlation_id : crypto_uuid(call->arena));
        call_header(call, "x-ms-routing-request-id", arena_printf(call->arena, "WESTEUROPE:%s", id));
        call_header(call,
                    call_changes(call) ? "x-ms-ratelimit-remaining-subscription-writes"
                                       : "x-ms-ratelimit-remaining-subscription-reads",
                    call->remaining >= 0 ? arena_printf(call->arena, "%d", call->remaining)
                    : call_changes(call) ? "199"
                                         : "249");
        stamp_compute(call);
        break;
    case CALL_VAULT:
        call_header(call, "x-ms-keyvault-region", "westeurope");
        call_header(call, "x-ms-keyvault-service-version", "1.9.2000.1");
        call_header(call, "x-ms-keyvault-network-info", "conn_type=Ipv4;act_addr_fam=InterNetwork;");
        call_header(call, "x-ms-request-id", id);
        break;
    case CALL_GRAPH:
        call_header(call, "request-id", id);
        call_header(call, "client-request-id",
                    call->client_request_id != NULL ? call->client_request_id : id);
        break;
    case CALL_PARTNER:
        call_header(call, "MS-RequestId", call->client_request_id != NULL ? call->client_request_id : id);
        call_header(call, "MS-CorrelationId",
                    call->correlation_id != NULL ? call->correlation_id : crypto_uuid(call->arena));
        call_header(call, "MS-ServerId", "201022015");
        break;
    case CALL_LOGS:
    case CALL_ENDPOINT:
    case CALL_LOGIN:
    case CALL_METADATA:
    case CALL_NOWHERE:
        call_header(call, "x-ms-request-id", id);
        break;
    }
    if (call->client_request_id != NULL && call->host != CALL_GRAPH && call->host != CALL_PARTNER)
        call_header(call, "x-ms-client-request-id", call->client_request_id);
    call_header(call, "Cache-Control", "no-cache");
}

void core_answer(struct core *core, struct call *call)
{
    struct err err;
    call->estate = core->estate;
    call->id = crypto_uuid(call->arena);
    call->host = CALL_NOWHERE;
    if (route_read(call)) {
        bool change = call_changes(call) && call->host != CALL_LOGIN;
        if (!estate_begin(core->estate, change, &err)) {
            call_fail(call, 500, "InternalServerError", "The lab cannot read its estate: %s", err.message);
        } else {
            if (access_sign_in(&core->tokens, call))
                core_judge(call);
            if (!estate_end(core->estate, &err) || estate_is_broken(core->estate))
                call_fail(call, 500, "InternalServerError", "The lab cannot keep its estate.");
        }
    }
    stamp(call);
}

static const char *visible(const char *text)
{
    return text != NULL && route_is_visible(text) ? text : "(not well formed)";
}

void core_record(struct core *core, struct call *call)
{
    const struct value *body = NULL;
    if (!core->recording)
        return;
    // Sign-in is recorded without its body: it holds the secret.
    if (call->length > 0 && call->host != CALL_LOGIN) {
        body = json_parse(call->arena, NULL, call->bytes, call->length, NULL);
        if (body == NULL)
            body = value_string(call->arena, arena_printf(call->arena, "(%zu bytes)", call->length));
    }
    struct text line = text_new(call->arena);
    json_write(&line,
               make_value(call->arena, "{'method': %s, 'host': %s, 'target': %s, 'body': %v, 'status': %d}",
                          visible(call->method), visible(call->host_name), visible(call->target), body,
                          (int64_t)call->status));
    text_addc(&line, '\n');
    if (!file_append(&core->record, line.ptr, line.length, NULL))
        core->recording = false; // a full disk must not change what the lab answers
}

static const char *code_of(int status)
{
    static const struct {
        int status;
        const char *code;
    } codes[] = {{401, "Unauthorized"},       {403, "Forbidden"},           {404, "NotFound"},
                 {409, "Conflict"},           {412, "PreconditionFailed"},  {413, "RequestEntityTooLarge"},
                 {429, "TooManyRequests"},    {500, "InternalServerError"}, {502, "BadGateway"},
                 {503, "ServiceUnavailable"}, {504, "GatewayTimeout"}};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].status == status)
            return codes[i].code;
    return "BadRequest";
}

void core_refuse(struct call *call, int status, const char *message)
{
    bool throttled = status == 429 && text_same(call->host_name, "api.partnercenter.microsoft.com");
    call->host = CALL_NOWHERE;
    if (throttled) // by what stands in front of Partner Center, which has an envelope of its own
        call_ok(call, 429, make_value(call->arena, "{'statusCode': 429, 'message': %s}", message));
    else
        call_fail(call, status, code_of(status), "%s", message);
}
