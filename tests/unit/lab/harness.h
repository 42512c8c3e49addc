// A lab without a wire: requests go straight to lab/core.h, in a fresh estate of their own.
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../test.h"

#include "data/json.h"
#include "data/value.h"
#include "lab/core.h"
#include "lab/digest.h"
#include "lab/estate.h"
#include "lab/lab.h"

#define ARM "management.azure.com"
#define GRAPH "graph.microsoft.com"
#define LOGS "api.loganalytics.io"
#define PARTNER "api.partnercenter.microsoft.com"
#define LOGIN "login.microsoftonline.com"
#define PROD_VAULT "kv-contoso-prod.vault.azure.net"
#define PROD_SUB "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7"
#define PROD_ID PROD_SUB "/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod"
#define VAULT_API "?api-version=2023-07-01"
#define DATA_API "?api-version=7.4"
#define DANA "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54"

struct bench {
    struct arena *arena;
    struct core *core;
    char folder[SCRATCH_SIZE], dir[64]; // the estate's in it
    const char *client, *secret;        // who signs in
    const char *if_match;               // sent with every request; NULL: none
    struct call last;
};

static inline void bench_open(struct bench *bench, const char *seed)
{
    struct err err;
    memset(bench, 0, sizeof *bench);
    bench->arena = arena_open();
    scratch_open(bench->folder);
    snprintf(bench->dir, sizeof bench->dir, "%s/lab", bench->folder);
    bench->core = ARENA_NEW(bench->arena, struct core);
    bench->core->estate = estate_open(bench->dir, seed, &err);
    if (bench->core->estate == NULL)
        fail_msg("%s", err.message);
    bench->client = LAB_CLIENT_ID;
    bench->secret = LAB_CLIENT_SECRET;
}

static inline void bench_close(struct bench *bench)
{
    estate_close(bench->core->estate);
    scratch_close(bench->folder);
    arena_close(bench->arena);
}

// One request; a body without " is written with ' in its place.
static inline const struct value *send_raw(struct bench *bench, const char *authorization, const char *method,
                                           const char *host, const char *target, const char *body)
{
    struct call call = {.arena = bench->arena,
                        .method = method,
                        .host_name = host,
                        .target = target,
                        .authorization = authorization,
                        .if_match = bench->if_match,
                        .content_type = "application/json",
                        .metadata = "true"};
    char *bytes = body == NULL ? NULL : arena_strdup(bench->arena, body);
    bool plain = bytes != NULL && strcmp(host, LOGIN) != 0 && strchr(bytes, '"') == NULL;
    for (char *at = bytes; plain && (at = strchr(at, '\'')) != NULL;)
        *at = '"';
    call.bytes = bytes;
    call.length = bytes == NULL ? 0 : strlen(bytes);
    core_answer(bench->core, &call);
    bench->last = call;
    return call.answer;
}

static inline char *sign_in(struct bench *bench, const char *resource)
{
    char *form = arena_printf(bench->arena,
                              "grant_type=client_credentials&client_id=%s&client_secret=%s&scope=%s/.default",
                              bench->client, bench->secret, resource);
    const struct value *answer =
        send_raw(bench, NULL, "POST", LOGIN, "/" LAB_TENANT "/oauth2/v2.0/token", form);
    assert_int_equal(bench->last.status, 200);
    return arena_printf(bench->arena, "Bearer %s", value_text_at(answer, "access_token"));
}

// A token of the partner's directory: for a person with a refresh token, else for the application.
static inline char *sign_in_partner(struct bench *bench, const char *resource, bool person)
{
    char *form = arena_printf(
        bench->arena,
        "client_id=" LAB_CLIENT_ID "&client_secret=" LAB_CLIENT_SECRET
        "&resource=%s&grant_type=%s&scope=openid",
        resource, person ? "refresh_token&refresh_token=" LAB_REFRESH_TOKEN : "client_credentials");
    const struct value *answer =
        send_raw(bench, NULL, "POST", LOGIN, "/" LAB_PARTNER_TENANT "/oauth2/token", form);
    assert_int_equal(bench->last.status, 200);
    return arena_printf(bench->arena, "Bearer %s", value_text_at(answer, "access_token"));
}

static inline const struct value *ask(struct bench *bench, const char *method, const char *host,
                                      const char *target, const char *body)
{
    const char *resource = strcmp(host, ARM) == 0     ? "https://management.azure.com"
                           : strcmp(host, GRAPH) == 0 ? "https://graph.microsoft.com"
                           : strcmp(host, LOGS) == 0  ? "https://api.loganalytics.io"
                                                      : "https://vault.azure.net";
    return send_raw(bench, sign_in(bench, resource), method, host, target, body);
}

// The same, and the status must be this one.
static inline const struct value *want(struct bench *bench, int status, const char *method, const char *host,
                                       const char *target, const char *body)
{
    const struct value *answer = ask(bench, method, host, target, body);
    if (bench->last.status != status)
        fail_msg("%s https://%s%s: %d instead of %d: %s", method, host, target, bench->last.status, status,
                 answer == NULL ? "" : json_text(bench->arena, answer));
    return answer;
}

static inline char *digest_now(struct bench *bench)
{
    return digest_estate(bench->arena, bench->core->estate);
}
