// What the gate learns from answers, and what it does not.
#include "gate.h"

#include <stdio.h>

#include "policy/cloud.h"
#include "policy/known.h"

static bool knows_vault(struct gate *gate, const char *host)
{
    char url[256];
    snprintf(url, sizeof url, "https://%s/secrets", host);
    return gate_judge(gate, PHASE_OBSERVE, &(struct request){.method = "GET", .url = url}, NULL,
                      &(struct err){0}) == GATE_READ;
}

static struct gate *new_gate(struct arena *arena, enum mode mode)
{
    struct gate *gate =
        gate_new(arena, &(struct gate_config){.mode = mode, .cloud = cloud_find("public"), .scope = scope});
    learn(gate, ARM VAULT,
          (struct response){.body = json(arena, KV(VAULT, "https://kv-pay.vault.azure.net/"))});
    return gate;
}

static enum gate_verdict judge_with(struct gate *gate, struct request request, struct err *err)
{
    *err = (struct err){0};
    return gate_judge(gate, PHASE_APPLY, &request, NULL, err);
}

static void learns_vaults(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct gate *gate = new_gate(arena, MODE_LIVE);
    learn(gate, ARM VAULT,
          (struct response){.body = json(arena, KV(VAULT, "https://kv-a.vault.azure.net/"))});
    assert_true(knows_vault(gate, "KV-A.vault.azure.net"));
    static const struct {
        const char *url, *body;
        int status;
        bool predicted;
    } not_learned[] = {
        {ARM VAULT,
         KV("/subscriptions/22222222-2222-2222-2222-222222222222/x", "https://kv-b.vault.azure.net/"), 200,
         false},
        {ARM VAULT,
         KV(SUBSCRIPTION "/../22222222-2222-2222-2222-222222222222/x", "https://kv-b.vault.azure.net/"), 200,
         false},
        {ARM VAULT, KV(VAULT, "https://kv-b.vault.azure.net/"), 404, false},
        {ARM VAULT,
         "{\"type\":\"Microsoft.Compute/disks\",\"id\":\"" VAULT
         "\",\"properties\":{\"vaultUri\":\"https://kv-b.vault.azure.net/\"}}",
         200, false},
        {ARM VAULT, KV(VAULT, "https://kv-b.vault.azure.net/"), 200, true},
        {ARM VAULT, KV(VAULT, "https://kv-b.vault.azure.net/x"), 200, false},
        {ARM VAULT, KV(VAULT, "http://kv-b.vault.azure.net/"), 200, false},
        {ARM VAULT, KV(VAULT, "https://evil.example/"), 200, false},
        {"https://graph.microsoft.com/v1.0/x", KV(VAULT, "https://kv-b.vault.azure.net/"), 200, false},
        {"https://kv-pay.vault.azure.net/keys", KV(VAULT, "https://kv-b.vault.azure.net/"), 200, false},
    };
    for (size_t i = 0; i < sizeof not_learned / sizeof not_learned[0]; i++)
        learn(gate, not_learned[i].url,
              (struct response){.status = not_learned[i].status,
                                .predicted = not_learned[i].predicted,
                                .body = json(arena, not_learned[i].body)});
    gate_learn_answer(
        gate, &(struct request){.method = "POST", .url = ARM VAULT},
        &(struct response){.status = 200, .body = json(arena, KV(VAULT, "https://kv-b.vault.azure.net/"))});
    assert_false(knows_vault(gate, "kv-b.vault.azure.net"));
    assert_false(knows_vault(gate, "evil.example"));
    learn(gate, ARM SUBSCRIPTION "/providers/Microsoft.KeyVault/vaults",
          (struct response){.body =
                                json(arena, "{\"value\":[" KV(VAULT, "https://kv-c.vault.azure.net") "]}")});
    assert_true(knows_vault(gate, "kv-c.vault.azure.net"));
    arena_close(arena);
}

static void learns_addresses(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct gate *gate = new_gate(arena, MODE_DRY_RUN);
    gate_allow_address(gate, "soc@contoso.com");
    learn(gate, "https://graph.microsoft.com/v1.0/users/x",
          (struct response){.body = json(arena, "{\"mail\":null,\"userPrincipalName\":\"dana@contoso.com\","
                                                "\"otherMails\":[\"d@home.example\"]}")});
    learn(gate, "https://graph.microsoft.com/v1.0/users?$top=2",
          (struct response){.body = json(arena, "{\"value\":[{\"mail\":\"m@contoso.com\"}]}")});
    learn(gate, "https://graph.microsoft.com/v1.0/users/y",
          (struct response){.body = json(arena, "{\"userPrincipalName\":\"erik\"}")});
    static const struct {
        const char *message;
        enum gate_verdict verdict;
    } cases[] = {
        {"{\"message\":{\"toRecipients\":[{\"emailAddress\":{\"address\":\"DANA@contoso.com\"}}]}}",
         GATE_HOLD},
        {"{\"message\":{\"toRecipients\":[{\"emailAddress\":{\"address\":\"soc@contoso.com\"}},"
         "{\"emailAddress\":{\"address\":\"d@home.example\"}}]},\"saveToSentItems\":true}",
         GATE_HOLD},
        {"{\"message\":{\"toRecipients\":[{\"emailAddress\":{\"address\":\"m@contoso.com\"}}]}}", GATE_HOLD},
        {"{\"message\":{\"toRecipients\":[{\"emailAddress\":{\"address\":\"x@evil.example\"}}]}}",
         GATE_REFUSE},
        {"{\"message\":{\"toRecipients\":[{\"emailAddress\":{\"address\":\"soc@contoso.com\"}}],"
         "\"bccRecipients\":[{\"emailAddress\":{\"address\":\"x@evil.example\"}}]}}",
         GATE_REFUSE},
        {"{\"message\":{\"toRecipients\":[{\"emailAddress\":{\"address\":\"soc@contoso.com\"}}],"
         "\"BccRecipients\":[{\"emailAddress\":{\"address\":\"x@evil.example\"}}]}}",
         GATE_REFUSE},
        {"{\"message\":{\"toRecipients\":[{\"emailAddress\":{\"address\":\"erik\"}}]}}", GATE_REFUSE},
        {"{\"message\":{\"toRecipients\":[{\"emailAddress\":{\"address\":\"soc@contoso.com\"}},"
         "{\"emailAddress\":{\"address\":\"x@evil.example\"}}]}}",
         GATE_REFUSE},
        {"{\"message\":{\"toRecipients\":[{\"emailAddress\":{\"address\":\"soc@contoso.com\"}}],"
         "\"replyTo\":[{\"emailAddress\":{\"address\":\"x@evil.example\"}}]}}",
         GATE_REFUSE},
        {"{\"message\":{\"toRecipients\":[{\"emailAddress\":{\"address\":\"soc@contoso.com\"}}],"
         "\"bccRecipients\":\"x@evil.example\"}}",
         GATE_REFUSE},
        {"{\"message\":{\"toRecipients\":[]}}", GATE_REFUSE},
        {"{\"message\":{\"toRecipients\":[{\"emailAddress\":{}}]}}", GATE_REFUSE},
        {"{\"Message\":{},\"message\":{\"toRecipients\":[{\"emailAddress\":{\"address\":\"soc@contoso.com\"}}"
         "]}}",
         GATE_REFUSE},
    };
    struct err err;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(
            judge_with(gate,
                       (struct request){.method = "POST",
                                        .url = "https://graph.microsoft.com/v1.0/users/s/sendMail",
                                        .body = json(arena, cases[i].message)},
                       &err),
            cases[i].verdict);
    arena_close(arena);
}

// What is learned has an end.
static void learns_no_more_than_there_is_room_for(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct gate *gate = new_gate(arena, MODE_DRY_RUN);
    for (int i = 0; i <= KNOWN_MAX; i++)
        gate_allow_address(gate, arena_printf(arena, "p%d@contoso.com", i));
    for (int i = KNOWN_MAX - 1; i <= KNOWN_MAX; i++) {
        struct err err;
        const char *message = arena_printf(
            arena, "{\"message\":{\"toRecipients\":[{\"emailAddress\":{\"address\":\"p%d@contoso.com\"}}]}}",
            i);
        struct request mail = {.method = "POST",
                               .url = "https://graph.microsoft.com/v1.0/users/s/sendMail",
                               .body = json(arena, message)};
        assert_int_equal(judge_with(gate, mail, &err), i < KNOWN_MAX ? GATE_HOLD : GATE_REFUSE);
    }
    arena_close(arena);
}

static void learns_scope(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct gate *gate = gate_new(
        arena, &(struct gate_config){.mode = MODE_DRY_RUN, .cloud = cloud_find("usgov"), .tenant = "t1"});
    struct err err;
    struct request change = {.method = "PUT",
                             .url = "https://management.usgovcloudapi.net/subscriptions/s1/x"};
    assert_null(gate_scope(gate)[0]);
    assert_int_equal(judge_with(gate, change, &err), GATE_REFUSE);
    learn(gate, "https://management.usgovcloudapi.net/subscriptions?api-version=2022-12-01",
          (struct response){.body = json(arena, "{\"value\":[{\"subscriptionId\":\"s1\",\"tenantId\":\"T1\"},"
                                                "{\"subscriptionId\":\"s2\",\"tenantId\":\"t2\"}]}")});
    assert_string_equal(gate_scope(gate)[0], "/subscriptions/s1");
    assert_null(gate_scope(gate)[1]);
    assert_int_equal(judge_with(gate, change, &err), GATE_HOLD);
    assert_true(gate_in_scope(gate, "/SUBSCRIPTIONS/S1/resourceGroups/rg"));
    assert_false(gate_in_scope(gate, "/subscriptions/s11"));
    assert_false(gate_in_scope(gate, "/subscriptions/s1/../s2"));
    gate = new_gate(arena, MODE_DRY_RUN); // a scope that the profile has is not widened
    learn(gate, ARM "/subscriptions?api-version=2022-12-01",
          (struct response){.body = json(arena, "{\"value\":[{\"subscriptionId\":\"s2\"}]}")});
    assert_null(gate_scope(gate)[1]);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(learns_vaults),
        cmocka_unit_test(learns_addresses),
        cmocka_unit_test(learns_no_more_than_there_is_room_for),
        cmocka_unit_test(learns_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
