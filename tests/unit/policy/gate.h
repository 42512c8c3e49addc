// A gate's world in small: one subscription, one vault, and answers from which the gate learns.
#pragma once
#include "../test.h"

#include "data/json.h"
#include "data/value.h"
#include "policy/gate.h"
#include "policy/request.h"

#define SUBSCRIPTION "/subscriptions/11111111-1111-1111-1111-111111111111"
#define VAULT SUBSCRIPTION "/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-pay"
#define ARM "https://management.azure.com"

static const char *const scope[] = {SUBSCRIPTION, NULL};

static inline const struct value *json(struct arena *arena, const char *text)
{
    struct err err = {0};
    const struct value *value = json_parse(arena, "test", text, strlen(text), &err);
    assert_non_null(value);
    return value;
}

static inline void learn(struct gate *gate, const char *url, struct response response)
{
    struct request request = {.method = "GET", .url = url};
    response.status = response.status == 0 ? 200 : response.status;
    gate_learn_answer(gate, &request, &response);
}

#define KV(id, uri)                                                                                          \
    "{\"type\":\"microsoft.keyvault/vaults\",\"id\":\"" id "\",\"properties\":{\"vaultUri\":\"" uri "\"}}"
