// The judgement over every outgoing request. Not for sending, and not for what is learned (known.c).
// Invariant: whatever is not wholly understood is refused; a change is sent only in a mode whose rule is
// SEND, in a phase that writes, as one of the requests of a durable intent, each once.
#include "policy/gate.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "policy/channel.h"
#include "policy/known.h"
#include "policy/mail.h"
#include "policy/post_reads.h"
#include "policy/request.h"
#include "policy/url.h"

struct gate {
    enum mode mode;
    const struct cloud *cloud;
    bool partner;
    const struct channel *channel;
    struct known *known;
};

struct gate *gate_new(struct arena *arena, const struct gate_config *config)
{
    struct gate *gate = ARENA_NEW(arena, struct gate);
    gate->mode = config->mode;
    gate->cloud = config->cloud;
    gate->partner = config->partner;
    gate->channel = config->channel;
    gate->known = known_new(arena, config->cloud, config->tenant, config->scope);
    for (const char *const *id = config->partner_scope; id != NULL && *id != NULL; id++)
        known_add(gate->known, &gate->known->customers, *id);
    return gate;
}

static bool check_method(const struct request *request, struct err *err)
{
    static const char *const methods[] = {"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", NULL};
    return text_is_one_of(request->method, methods) ||
           err_set(err, E_REFUSED, "'%.20s' is not a method that is sent",
                   request->method == NULL ? "" : request->method);
}

// The headers that a primitive may add. Everything that could change the meaning of a request is not among
// them.
static bool check_header(const struct value_field *field, struct err *err)
{
    static const char *const allowed[] = {"If-Match",
                                          "If-None-Match",
                                          "Prefer",
                                          "ConsistencyLevel",
                                          "Accept",
                                          "Content-Type",
                                          "x-ms-client-request-id",
                                          "x-ms-return-client-request-id",
                                          "x-ms-correlation-request-id",
                                          "MS-RequestId",
                                          "MS-CorrelationId",
                                          "MS-ContinuationToken",
                                          "MS-Contract-Version",
                                          "X-NewEventsModel",
                                          "X-Locale",
                                          NULL};
    const char *const *name = allowed;
    while (*name != NULL && !text_same(*name, field->key))
        name++;
    if (*name == NULL)
        return err_set(err, E_REFUSED, "the header '%.60s' may not be sent", field->key);
    const char *text = value_text(field->value);
    if (text == NULL)
        return err_set(err, E_REFUSED, "the header '%s' is not a text", *name);
    for (const char *c = text; *c != '\0'; c++)
        if (*c < 0x20 || *c > 0x7e)
            return err_set(err, E_REFUSED, "the header '%s' holds a control or non-ASCII byte", *name);
    return !text_same(*name, "Content-Type") || strcmp(text, REQUEST_TEXT_TYPE) == 0 ||
           err_set(err, E_REFUSED, "a body is JSON or " REQUEST_TEXT_TYPE ", not %.60s", text);
}

// A body that is a text is sent as it stands, and says so; a body that says so is a text.
static bool check_text_body(const struct request *request, struct err *err)
{
    bool says = value_get_nocase(request->headers, "content-type") != NULL;
    return says == value_is(request->body, VALUE_STRING) ||
           err_set(err, E_REFUSED, "a body of " REQUEST_TEXT_TYPE " is a text, and no other body is");
}

static bool check_headers(const struct request *request, struct err *err)
{
    if (!value_is_null(request->headers) && !value_is(request->headers, VALUE_MAP))
        return err_set(err, E_REFUSED, "the headers of a request are a map");
    for (size_t i = 0; i < value_count(request->headers); i++)
        if (!check_header(&request->headers->fields[i], err))
            return false;
    return check_text_body(request, err);
}

static bool check_host(const struct gate *gate, const struct url *url, enum host_kind *kind, struct err *err)
{
    *kind = cloud_host_kind(gate->cloud, url->host);
    if (*kind == HOST_LOGIN)
        return err_set(err, E_REFUSED, "signing in is the core's alone: %s is refused", url->host);
    if (*kind == HOST_VAULT && !known_has(&gate->known->vaults, url->host)) {
        err_set(err, E_REFUSED, "the vault host %s was not named by Azure Resource Manager in this run",
                url->host);
        err_hint(err, "read the vault first: its vaultUri must come from inside the scope");
        return false;
    }
    if (*kind == HOST_PARTNER && !gate->partner) {
        err_set(err, E_REFUSED, "the profile has no Partner Center account: %s is refused", url->host);
        err_hint(err, "partner: {tenant: …} in the profile names it");
        return false;
    }
    return *kind != HOST_NONE || err_set(err, E_REFUSED, "the host %.100s is not one of the cloud '%s'",
                                         url->host, cloud_word(gate->cloud));
}

static bool is_plain_read(const struct request *request)
{
    return strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
}

// GET /secrets/{name} and /secrets/{name}/{version} answer with the secret itself; its attributes are in the
// lists.
static bool reveals_secret(enum host_kind kind, const struct url *url)
{
    return kind == HOST_VAULT && url->count >= 2 && text_same(url->segments[0], "secrets") &&
           !(url->count == 3 && text_same(url->segments[2], "versions"));
}

static bool check_read(const struct request *request, enum host_kind kind, const struct url *url,
                       struct err *err)
{
    if (!is_plain_read(request))
        return true;
    if (request->body != NULL)
        return err_set(err, E_REFUSED, "a %s with a body is refused", request->method);
    if (reveals_secret(kind, url)) {
        err_set(err, E_REFUSED, "the value of an existing secret is never read");
        err_hint(err, "its attributes are in /secrets/{name}/versions");
        return false;
    }
    return true;
}

// What Partner Center is told about a subscription: only about those that the profile names, if it names any.
// Other changes there (registrations, budgets, whole plans) name no subscription of Azure.
static bool check_customer(const struct gate *gate, const struct url *url, struct err *err)
{
    char id[64] = "/subscriptions/";
    size_t at = url->count == 5 && text_same(url->segments[1], "fraudEvents")         ? 3
                : url->count == 8 && text_same(url->segments[5], "azureEntitlements") ? 6
                                                                                      : 0;
    if (gate->known->customers.count == 0 || at == 0)
        return true;
    strncat(id, url->segments[at], sizeof id - sizeof "/subscriptions/");
    return known_id_in_scope(gate->known, id) ||
           err_set(err, E_REFUSED, "the subscription %s is not one that the profile's partner.scope names",
                   id + strlen("/subscriptions/"));
}

static bool check_change(const struct gate *gate, const struct request *request, enum host_kind kind,
                         const struct url *url, struct err *err)
{
    if (kind == HOST_LOGS)
        return err_set(err, E_REFUSED, "nothing but queries goes to the log host");
    if (kind == HOST_ARM)
        return known_in_scope(gate->known, url) ||
               err_set(err, E_REFUSED, "the change lies outside the scope of the profile");
    if (kind == HOST_PARTNER)
        return check_customer(gate, url, err);
    return kind != HOST_GRAPH || mail_judge(&gate->known->addresses, url, request->body, err);
}

static bool same_request(const struct request *a, const struct request *b)
{
    return strcmp(a->method, b->method) == 0 && strcmp(a->url, b->url) == 0 && value_equal(a->body, b->body);
}

static bool check_permit(const struct request *request, const struct permit *permit, struct err *err)
{
    if (permit == NULL)
        return err_set(err, E_REFUSED, "a change without a permit is never sent");
    if (permit->ticket == 0 || permit->ticket > permit->durable)
        return err_set(err, E_REFUSED, "the intent of this change is not durable yet");
    if (value_find_unknown(request->body) != NULL)
        return err_set(err, E_REFUSED, "a value in the body is not known");
    bool planned = false;
    for (size_t i = 0; i < permit->count; i++) {
        if (!same_request(request, &permit->requests[i]))
            continue;
        planned = true;
        if (!permit->used[i]) {
            permit->used[i] = true;
            return true;
        }
    }
    return planned ? err_set(err, E_REFUSED, "this request of the intent was sent already")
                   : err_set(err, E_REFUSED, "the request is not one that was planned and recorded");
}

static enum gate_verdict judge_change(const struct gate *gate, const struct request *request,
                                      const struct permit *permit, struct err *err)
{
    switch (mode_change_rule(gate->mode)) {
    case CHANGE_HOLD:
        return GATE_HOLD;
    case CHANGE_SEND:
        if (permit != NULL && permit->rehearsal)
            return GATE_HOLD;
        return check_permit(request, permit, err) ? GATE_CHANGE : GATE_REFUSE;
    case CHANGE_REFUSE:
        break;
    }
    err_set(err, E_REFUSED, "there are no changes in the mode '%s'", mode_word(gate->mode));
    return GATE_REFUSE;
}

static bool is_read(const struct request *request, enum host_kind kind, const struct url *url)
{
    return is_plain_read(request) || (strcmp(request->method, "POST") == 0 && post_reads_has(kind, url));
}

// The one URL outside the cloud. It is compared as it stands, so nothing near it is meant; whoever posts
// there changes something. A mail goes to known people only, whoever carries it.
static enum gate_verdict judge_channel(const struct gate *gate, enum phase phase,
                                       const struct request *request, const struct permit *permit,
                                       struct err *err)
{
    bool fine =
        strcmp(request->method, "POST") == 0
            ? phase_writes(phase) || err_set(err, E_REFUSED, "nothing is changed in '%s'", phase_word(phase))
            : err_set(err, E_REFUSED, "only POST goes to the channel of notify");
    if (fine && gate->channel->sender != NULL)
        fine = mail_judge_letter(&gate->known->addresses, gate->channel->sender, request->body, err);
    return fine ? judge_change(gate, request, permit, err) : GATE_REFUSE;
}

static bool is_without_channel(const struct request *request, struct err *err)
{
    if (!text_is(request->url, CHANNEL_NAME))
        return false;
    err_set(err, E_REFUSED,
            "the profile's notify has no channel to post to, or its variable is not set, or its file cannot "
            "be read");
    err_hint(err, "notify: {kind: teams, url_env: NAME}; `playbook doctor` tells what is not there");
    return true;
}

enum gate_verdict gate_judge(const struct gate *gate, enum phase phase, const struct request *request,
                             const struct permit *permit, struct err *err)
{
    struct url url;
    enum host_kind kind;
    if (!check_method(request, err) || !check_headers(request, err) || is_without_channel(request, err))
        return GATE_REFUSE;
    if (gate->channel != NULL && text_is(request->url, gate->channel->shown))
        return judge_channel(gate, phase, request, permit, err);
    if (!url_parse(request->url, &url, err) || !check_host(gate, &url, &kind, err))
        return GATE_REFUSE;
    for (size_t i = 0; i < url.count; i++)
        if (text_same(url.segments[i], "$batch")) {
            err_set(err, E_REFUSED, "a batch hides what it does");
            return GATE_REFUSE;
        }
    if (is_read(request, kind, &url)) {
        if (!check_read(request, kind, &url, err))
            return GATE_REFUSE;
        if (phase_reads(phase))
            return GATE_READ;
        err_set(err, E_REFUSED, "nothing is read in '%s'", phase_word(phase));
        return GATE_REFUSE;
    }
    if (!phase_writes(phase)) {
        err_set(err, E_REFUSED, "nothing is changed in '%s'", phase_word(phase));
        return GATE_REFUSE;
    }
    return check_change(gate, request, kind, &url, err) ? judge_change(gate, request, permit, err)
                                                        : GATE_REFUSE;
}

void gate_learn_answer(struct gate *gate, const struct request *request, const struct response *response)
{
    known_answer(gate->known, request, response);
}

void gate_allow_address(struct gate *gate, const char *address)
{
    known_add(gate->known, &gate->known->addresses, address);
}

bool gate_in_scope(const struct gate *gate, const char *id)
{
    return known_id_in_scope(gate->known, id);
}

const char *const *gate_scope(const struct gate *gate)
{
    return gate->known->scope.items;
}
