// Keeping tokens: one slot per audience, one sign-in at a time for each. Not for how to ask (sign_in.c).
// Invariant: a token lives in its slot's header line and nowhere else for longer than its sign-in; the line
// is wiped when it is renewed, dropped or the store is closed.
#include "net/token.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/value.h"
#include "net/consent.h"
#include "net/http.h"
#include "net/remark.h"
#include "net/retry.h"
#include "net/sign_in.h"
#include "policy/request.h"

enum {
    MOST_SLOTS = 16,
    MOST_ATTEMPTS = 3,
    MOST_PAUSE_MS = 5000,
    RENEW_S = 300,
    LEAST_S = 60,
    MOST_S = 30 * 3600, // no token lives longer
    KEEP_FAILURE_S = 30
};
static const int64_t second_ns = 1000000000;
static const char bearer[] = "Authorization: Bearer ";

enum slot_state { SLOT_EMPTY, SLOT_FLYING, SLOT_PAUSED, SLOT_READY, SLOT_FAILED };

struct slot {
    enum slot_state state;
    const char *audience;
    struct arena *arena; // of the sign-in in flight
    struct sign_in sign_in;
    int attempt;
    bool challenged;
    char *header;
    const char *claims; // that its tokens must hold, as JSON; NULL: none were wanted
    int64_t since_ns;   // READY
    int64_t until_ns;   // PAUSED: when it is tried again; READY: when it is renewed; FAILED: how long that is
                        // remembered
    struct err err;
};

struct token_store {
    struct arena *arena;
    struct token_config config; // its refresh token is the newest
    const char *given;          // the refresh token as the caller read it
    struct err unkept;          // why its renewal is lost; code E_NONE: it is not
    struct slot slots[MOST_SLOTS];
    size_t count;
    struct token_identity identity;
};

struct token_store *token_open(struct arena *arena, const struct token_config *config, struct err *err)
{
    if (!sign_in_check(config, err))
        return NULL;
    struct token_store *store = ARENA_NEW(arena, struct token_store);
    store->arena = arena;
    store->config = *config;
    store->given = config->refresh_token;
    if (store->given != NULL)
        store->config.refresh_token = consent_load(arena, config->consent_file, store->given);
    store->identity = (struct token_identity){"", "", ""};
    return store;
}

static void forget(struct slot *slot)
{
    if (slot->header != NULL)
        crypto_wipe(slot->header, strlen(slot->header));
    slot->header = NULL;
    slot->state = SLOT_EMPTY;
}

// The sign-in's own memory: the form holds the credential, the answer the token.
static void end_sign_in(struct slot *slot, const struct response *answer)
{
    static const char *const names[] = {"access_token", "refresh_token"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *token = answer == NULL ? NULL : value_text_at(answer->body, names[i]);
        if (token != NULL)
            crypto_wipe((char *)(uintptr_t)token, strlen(token));
    }
    if (slot->sign_in.form != NULL)
        crypto_wipe((char *)slot->sign_in.form, strlen(slot->sign_in.form));
    slot->sign_in = (struct sign_in){0};
    arena_close(slot->arena);
    slot->arena = NULL;
}

void token_close(struct token_store *store)
{
    if (store == NULL)
        return;
    for (size_t i = 0; i < store->count; i++) {
        forget(&store->slots[i]);
        end_sign_in(&store->slots[i], NULL);
    }
}

static struct slot *slot_of(struct token_store *store, const char *audience)
{
    for (size_t i = 0; i < store->count; i++)
        if (strcmp(store->slots[i].audience, audience) == 0)
            return &store->slots[i];
    REQUIRE(store->count < MOST_SLOTS);
    struct slot *slot = &store->slots[store->count++];
    slot->audience = arena_strdup(store->arena, audience);
    return slot;
}

static void fail(struct slot *slot, const struct err *err)
{
    slot->state = SLOT_FAILED;
    slot->err = *err;
    slot->until_ns = clock_monotonic_ns() + KEEP_FAILURE_S * second_ns;
}

static const char *keep(struct token_store *store, const char *claim)
{
    return claim == NULL ? "" : arena_strdup(store->arena, claim);
}

// Entra may hand out another refresh token with each answer; the older one ends some day.
static void renew_consent(struct token_store *store, const struct slot *slot, const struct response *answer)
{
    const char *renewed = value_text_at(answer->body, "refresh_token");
    if (store->given == NULL || renewed == NULL || !sign_in_is_partner(&store->config, slot->audience) ||
        strcmp(renewed, store->config.refresh_token) == 0)
        return;
    store->config.refresh_token = arena_strdup(store->arena, renewed);
    struct err err = {0};
    if (consent_keep(slot->arena, store->config.consent_file, store->given, renewed, &err)) {
        store->unkept = (struct err){0};
        return;
    }
    err_set(&store->unkept, E_CONFIG,
            "the consent that signs in at Partner Center was renewed, and the renewal is lost: %s",
            err.message);
    err_hint(&store->unkept,
             "let `playbook` write %s; the consent that was given ends some day, and then a "
             "person has to consent anew",
             store->config.consent_file);
    store->unkept.severity = ERR_WARNING;
}

const struct err *token_unkept(const struct token_store *store)
{
    return store == NULL || store->unkept.code == E_NONE ? NULL : &store->unkept;
}

// Does a refusal say what was sent as a credential?
static bool is_echo(struct arena *arena, const char *form, const char *said)
{
    static const char *const names[] = {"client_secret=", "client_assertion=", "refresh_token="};
    struct text encoded = text_new(arena);
    text_add_percent(&encoded, said);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = strstr(form, names[i]);
        if (value == NULL)
            continue;
        value += strlen(names[i]);
        size_t length = strcspn(value, "&");
        if (length > 0 && (memmem(encoded.ptr, encoded.length, value, length) != NULL ||
                           memmem(said, strlen(said), value, length) != NULL))
            return true;
    }
    return false;
}

static void take_answer(struct token_store *store, struct slot *slot, const struct response *answer)
{
    struct err err = {0};
    struct sign_in_token read;
    struct response mute = *answer;
    const char *said = value_text_at(answer->body, "error_description");
    if (said != NULL && slot->sign_in.form != NULL && is_echo(slot->arena, slot->sign_in.form, said)) {
        struct value *body = value_map(slot->arena);
        value_put_text(slot->arena, body, "error", value_text_at(answer->body, "error"));
        mute.body = body;
    }
    if (!sign_in_read(slot->arena, &mute, &read, &err)) {
        fail(slot, &err);
        return;
    }
    renew_consent(store, slot, answer);
    slot->header = arena_printf(store->arena, "%s%s", bearer, read.token);
    // A short life is halved; none at all is not believed, nor one without end that no clock can hold: else
    // every use would sign in again, for ever.
    int64_t life = read.lifetime_s < LEAST_S ? LEAST_S : read.lifetime_s > MOST_S ? MOST_S : read.lifetime_s;
    slot->since_ns = clock_monotonic_ns();
    slot->until_ns = slot->since_ns + (life - (life / 2 < RENEW_S ? life / 2 : RENEW_S)) * second_ns;
    slot->state = SLOT_READY;
    if (store->identity.object_id[0] == '\0' && !sign_in_is_partner(&store->config, slot->audience))
        store->identity = (struct token_identity){keep(store, read.object_id), keep(store, read.app_id),
                                                  keep(store, read.tenant)};
}

static void start(struct token_store *store, struct http *http, struct slot *slot, const char *challenge)
{
    struct err err = {0};
    struct response answer;
    if (slot->arena == NULL)
        slot->arena = arena_open();
    if (strcmp(sign_in_kind(&store->config), "azure-cli") == 0) {
        if (sign_in_by_program(slot->arena, &store->config, slot->audience, &answer, &err))
            take_answer(store, slot, &answer);
        else
            fail(slot, &err);
        end_sign_in(slot, slot->state == SLOT_READY ? &answer : NULL);
        return;
    }
    if (!sign_in_make(slot->arena, &store->config, slot->audience, challenge, &slot->sign_in, &err)) {
        fail(slot, &err);
        end_sign_in(slot, NULL);
        return;
    }
    sign_in_want(slot->arena, &slot->sign_in, slot->claims);
    slot->state = SLOT_FLYING;
    slot->attempt++;
    http_start(http, slot->arena, &slot->sign_in.request, slot->sign_in.headers, slot->sign_in.form, slot);
}

enum token_state token_get(struct token_store *store, struct http *http, const char *audience,
                           const char **header, struct err *err)
{
    *header = NULL;
    if (audience == NULL || strcmp(store->config.kind, "none") == 0)
        return TOKEN_READY;
    struct slot *slot = slot_of(store, audience);
    bool settled = slot->state == SLOT_READY || slot->state == SLOT_FAILED;
    if (settled && clock_monotonic_ns() >= slot->until_ns)
        forget(slot);
    if (slot->state == SLOT_EMPTY) {
        slot->attempt = 0;
        slot->challenged = false;
        start(store, http, slot, NULL);
    }
    if (slot->state == SLOT_FLYING || slot->state == SLOT_PAUSED)
        return TOKEN_WAIT;
    *header = slot->header;
    if (slot->state == SLOT_FAILED)
        *err = slot->err;
    return slot->state == SLOT_READY ? TOKEN_READY : TOKEN_FAILED;
}

bool token_take(struct token_store *store, struct http *http, void *owner, const struct response *response)
{
    struct slot *slot = NULL;
    for (size_t i = 0; i < store->count; i++)
        if (owner == &store->slots[i])
            slot = &store->slots[i];
    if (slot == NULL)
        return false;
    int64_t pause;
    const char *challenge = value_text_at(response->headers, "www-authenticate");
    bool machine = strcmp(sign_in_kind(&store->config), "managed-identity") == 0;
    if (response->status == 401 && challenge != NULL && !slot->challenged && machine) {
        slot->challenged = true;
        start(store, http, slot, challenge);
        return true;
    }
    struct response passing = *response;
    if (machine && (response->status == 404 || response->status == 410)) // the endpoint is being set up
        passing.status = 503;
    // A machine that has just been started waits for its identity; where nobody answers there is none.
    int most = machine && response->status != 0 ? RETRY_MAX_ATTEMPTS : MOST_ATTEMPTS;
    if (slot->attempt < most && retry_again(true, false, &passing, slot->attempt, &pause)) {
        pause = pause < MOST_PAUSE_MS ? pause : MOST_PAUSE_MS;
        slot->state = SLOT_PAUSED;
        slot->until_ns = clock_monotonic_ns() + pause * 1000000;
        end_sign_in(slot, NULL);
        return true;
    }
    take_answer(store, slot, response);
    end_sign_in(slot, response);
    return true;
}

int64_t token_timeout_ms(const struct token_store *store)
{
    int64_t least_ns = -1, now_ns = clock_monotonic_ns();
    for (size_t i = 0; i < store->count; i++) {
        const struct slot *slot = &store->slots[i];
        int64_t left_ns = slot->until_ns > now_ns ? slot->until_ns - now_ns : 0;
        if (slot->state == SLOT_PAUSED && (least_ns < 0 || left_ns < least_ns))
            least_ns = left_ns;
    }
    return least_ns < 0 ? -1 : (least_ns + 999999) / 1000000;
}

void token_turn(struct token_store *store, struct http *http)
{
    for (size_t i = 0; i < store->count; i++)
        if (store->slots[i].state == SLOT_PAUSED && clock_monotonic_ns() >= store->slots[i].until_ns)
            start(store, http, &store->slots[i], NULL);
}

void token_drop(struct token_store *store, const char *audience, int64_t sent_ns,
                const struct response *response)
{
    struct slot *slot = slot_of(store, audience);
    const char *claims = remark_claims(store->arena, response);
    if (claims != NULL)
        slot->claims = claims;
    if (slot->state == SLOT_READY && slot->since_ns <= sent_ns)
        forget(slot);
}

const struct value *token_permissions(struct arena *arena, const struct token_store *store,
                                      const char *audience)
{
    for (size_t i = 0; i < store->count; i++)
        if (strcmp(store->slots[i].audience, audience) == 0 && store->slots[i].state == SLOT_READY)
            return sign_in_permissions(arena, store->slots[i].header + strlen(bearer));
    return NULL;
}

struct token_identity token_identity(const struct token_store *store)
{
    return store->identity;
}
