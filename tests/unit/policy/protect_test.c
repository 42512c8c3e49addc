// What a change must never hit, by whatever name; and what the register says of whom.
#include "../test.h"

#include "data/value.h"
#include "data/yaml.h"
#include "policy/policy.h"
#include "policy/protect.h"
#include "policy/register.h"

static const struct value *yaml(struct arena *arena, const char *text)
{
    struct err err = {0};
    const struct value *value = yaml_parse(arena, "t.yaml", text, strlen(text), &err);
    if (value == NULL)
        fail_msg("%s", err.message);
    return value;
}

static const struct register_book *book_of(struct arena *arena)
{
    struct err_list *errors = err_list_new(arena);
    const struct register_book *book = register_parse(
        arena,
        yaml(arena, "networks: [{name: HQ, cidr: 198.51.100.0/24}]\n"
                    "responders: [198.51.100.10, 192.0.2.0/28]\n"
                    "applications: [{app_id: AAAAAAAA-1111-1111-1111-111111111111, object_id: "
                    "EEEEEEEE-1111-1111-1111-111111111111, name: Pay, owner: pay@contoso.com}]\n"
                    "users: [{upn: bg@contoso.com, object_id: BBBBBBBB-1111-1111-1111-111111111111, name: BG,"
                    " manager: boss@contoso.com}]\n"
                    "owners: [{resource: /subscriptions/*/vaults/kv-pay, mail: dana@contoso.com},"
                    " {resource: '*', mail: ops@contoso.com}]\n"
                    "contacts: {security: soc@contoso.com}\n"),
        errors);
    if (book == NULL)
        fail_msg("%s", errors->items[0].message);
    return book;
}

static void answers_from_the_register(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err_list *errors = err_list_new(arena);
    const struct register_book *book = book_of(arena);
    assert_true(register_hits_responder(book, "198.51.100.0/28") &&
                register_hits_responder(book, "198.51.100.10"));
    assert_false(register_hits_responder(book, "198.51.100.11"));
    assert_string_equal(value_text_at(register_user(book, "BG@contoso.com"), "name"), "BG");
    assert_non_null(register_user(book, "bbbbbbbb-1111-1111-1111-111111111111"));
    assert_null(register_user(book, "x@contoso.com"));
    assert_string_equal(
        value_text_at(register_application(book, "aaaaaaaa-1111-1111-1111-111111111111"), "owner"),
        "pay@contoso.com");
    const char **addresses = register_addresses(arena, book);
    size_t count = 0;
    while (addresses[count] != NULL)
        count++;
    assert_int_equal(count, 6);
    assert_string_equal(addresses[count - 1], "soc@contoso.com");
    const struct register_book *empty = register_parse(arena, NULL, errors);
    assert_true(value_is(value_get(register_value(empty), "users"), VALUE_LIST));
    assert_null(register_addresses(arena, empty)[0]);
    arena_close(arena);
}

#define SELF_OID "cccccccc-1111-1111-1111-111111111111"
#define SELF_APP "ffffffff-1111-1111-1111-111111111111"

static const char protecting[] =
    "allow: [entra.*, keyvault.*, network.*, notify.*]\n"
    "protect: [bg@contoso.com, aaaaaaaa-1111-1111-1111-111111111111,"
    " {match: /subscriptions/*/vaults/tier0*, why: tier 0},"
    " /subscriptions/9/groups/r/kept*, /subscriptions/9/groups/r(mü)/kept,"
    " /subscriptions/99999999-1111-1111-1111-AAAAAAAAAAAA, /subscriptions/7/groups/Ärzte, "
    "/subscriptions/7/groups/É*/kept, ÄRZTE@contoso.com]\n";

static const struct {
    const char *primitive;
    enum risk risk;
    const char *resource, *params, *before, *refused;
} targets[] = {
    {"entra.disable_user", RISK_CONTAIN, NULL, "user: eve@contoso.com", NULL, NULL},
    {"entra.disable_user", RISK_CONTAIN, NULL, "user: boss@contoso.com", NULL, NULL},
    {"entra.disable_user", RISK_CONTAIN, NULL, "user: BG@contoso.com", NULL, "protected"},
    {"entra.disable_user", RISK_CONTAIN, NULL, "user: bbbbbbbb-1111-1111-1111-111111111111", NULL,
     "protected"},
    {"entra.disable_user", RISK_CONTAIN, "https://graph.microsoft.com/v1.0/users/bg%40contoso.com", "a: b",
     NULL, "protected"},
    {"entra.disable_user", RISK_CONTAIN, NULL, "user: dddddddd-1111-1111-1111-111111111111",
     "userPrincipalName: bg@contoso.com", "protected"},
    {"entra.remove_assignment", RISK_CONTAIN, NULL, "id: /x",
     "properties: {principalId: bbbbbbbb-1111-1111-1111-111111111111}", "protected"},
    {"keyvault.remove_principal", RISK_CONTAIN, "/subscriptions/1/vaults/kv",
     "principal: {object_id: " SELF_OID "}", NULL, "own identity"},
    {"entra.disable_user", RISK_CONTAIN, NULL, "user: " SELF_APP, NULL, "own identity"},
    {"entra.disable_user", RISK_CONTAIN, NULL, "users: [eve@contoso.com, bg@contoso.com]", NULL, "protected"},
    {"entra.disable_user", RISK_CONTAIN, NULL, "users: [bg@contoso.com, eve@contoso.com]", NULL, "protected"},
    {"entra.disable_user", RISK_CONTAIN, NULL, "{user: bg@contoso.com, why: eve}", NULL, "protected"},
    {"entra.disable_user", RISK_CONTAIN, NULL, "user: eeeeeeee-1111-1111-1111-111111111111", NULL,
     "protected by the policy as aaaaaaaa"},
    {"entra.disable_user", RISK_CONTAIN, "https://graph.microsoft.com/x?a=1&id=bg%40contoso.com", "a: b",
     NULL, "protected"},
    {"entra.disable_user", RISK_CONTAIN, NULL, "a: b", "mail: bg@contoso.com", "protected"},
    {"entra.disable_user", RISK_CONTAIN, NULL, "a: b", "id: bbbbbbbb-1111-1111-1111-111111111111",
     "protected"},
    {"entra.disable_user", RISK_CONTAIN, NULL, "a: b", "appId: aaaaaaaa-1111-1111-1111-111111111111",
     "protected"},
    {"entra.disable_user", RISK_CONTAIN, NULL, "a: b", "principalId: bbbbbbbb-1111-1111-1111-111111111111",
     "protected"},
    {"keyvault.set_firewall", RISK_CONTAIN, "/subscriptions/1/vaults/tier0-a", "a: b", NULL, "protected"},
    {"keyvault.set_firewall", RISK_CONTAIN, "/subscriptions/1/vaults/Tier0-a/secrets/x", "a: b", NULL,
     "protected"},
    {"keyvault.set_firewall", RISK_DESTROY,
     "https://api.partnercenter.microsoft.com/v1/customers/5/azureEntitlements/"
     "99999999-1111-1111-1111-aaaaaaaaaaaa",
     "a: b", NULL, "protected"},
    {"keyvault.delete_vault", RISK_DESTROY, "/Subscriptions/9/groups/R", "a: b", NULL, "lies in it"},
    {"keyvault.delete_vault", RISK_DESTROY, "/subscriptions/9/groups/rr", "a: b", NULL, NULL},
    {"keyvault.delete_vault", RISK_DESTROY, NULL, "a: b", NULL, NULL},
    {"keyvault.set_firewall", RISK_CONTAIN, "/subscriptions/9/groups/R", "a: b", NULL, NULL},
    {"keyvault.delete_vault", RISK_DESTROY, "/subscriptions/9/groups/r%28m%C3%BC%29", "a: b", NULL,
     "lies in it"},
    {"keyvault.set_firewall", RISK_CONTAIN, "/subscriptions/9/groups/r%28m%C3%BC%29/kept/x", "a: b", NULL,
     "protected"},
    {"keyvault.set_firewall", RISK_CONTAIN, "/subscriptions/7/groups/%C3%A4RZTE/x", "a: b", NULL,
     "protected"},
    {"keyvault.set_firewall", RISK_CONTAIN, "/subscriptions/7/groups/école/KEPT", "a: b", NULL, "protected"},
    {"keyvault.set_firewall", RISK_CONTAIN, "/subscriptions/7/groups/ärzte2", "a: b", NULL, NULL},
    {"keyvault.delete_vault", RISK_DESTROY, "/subscriptions/7/groups/é*", "a: b", NULL, "lies in it"},
    {"entra.disable_user", RISK_CONTAIN, NULL, "user: ärzte@contoso.com", NULL, "protected"},
    {"keyvault.disable_secret", RISK_CONTAIN, "https://tier0.vault.azure.net/secrets/a/1",
     "vault: /subscriptions/1/vaults/tier0-a", NULL, "protected"},
    {"keyvault.set_firewall", RISK_CONTAIN, "/subscriptions/1/vaults/kv", "add: [198.51.100.10]", NULL, NULL},
    {"keyvault.get_vault", RISK_READ, "/subscriptions/1/vaults/tier0-a", "a: b", NULL, NULL},
    {"network.block_address", RISK_CONTAIN, NULL, "addresses: [203.0.113.7]", NULL, NULL},
    {"network.block_address", RISK_CONTAIN, NULL, "addresses: [198.51.100.0/24]", NULL, "responders"},
    {"network.block_address", RISK_CONTAIN, NULL, "addresses: [192.0.2.3]", NULL, "responders"},
    {"network.block_address", RISK_CONTAIN, NULL, "{group: edge, addresses: [203.0.113.7]}", NULL, NULL},
    {"network.block_address", RISK_CONTAIN, NULL, "{a: 198.51.100.10, b: x}", NULL, "responders"},
    {"network.block_address", RISK_CONTAIN, NULL, "addresses: [198.51.100.10, 203.0.113.7]", NULL,
     "responders"},
    {"network.block_address", RISK_CONTAIN, NULL, "rules: [{from: 198.51.100.10}]", NULL, "responders"},
    {"network.block_address", RISK_CONTAIN, NULL, "allow_from: [198.51.100.10]", NULL, NULL},
    {"notify.owner", RISK_CONTAIN, NULL, "to: bg@contoso.com", NULL, NULL},
    {"resource.delete", RISK_DESTROY, NULL, "a: b", NULL, "does not allow"},
};

static void protects(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    struct err_list *errors = err_list_new(arena);
    const struct register_book *book = book_of(arena);
    const struct policy *policy = policy_parse(arena, yaml(arena, protecting), errors);
    struct protect_self self = {.object_id = SELF_OID, .app_id = SELF_APP};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        err = (struct err){0};
        struct protect_target target = {.primitive = targets[i].primitive,
                                        .risk = targets[i].risk,
                                        .resource = targets[i].resource,
                                        .params = yaml(arena, targets[i].params),
                                        .before = targets[i].before == NULL ? NULL
                                                                            : yaml(arena, targets[i].before)};
        bool fine = protect_judge(arena, policy, book, &self, &target, &err);
        if (fine != (targets[i].refused == NULL) ||
            (!fine && strstr(err.message, targets[i].refused) == NULL))
            fail_msg("target %zu: %s", i, err.message);
        assert_int_equal(err.code, fine ? E_NONE : E_REFUSED);
    }
    // Without a register nothing is known of responders.
    struct protect_target rule = {.primitive = "network.block_address",
                                  .risk = RISK_CONTAIN,
                                  .params = yaml(arena, "addresses: [198.51.100.10]")};
    assert_true(protect_judge(arena, policy, NULL, &self, &rule, &err));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(protects),
        cmocka_unit_test(answers_from_the_register),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
