// Policy, register and profile: what their files say, and where they are wrong.
#include "../test.h"

#include "base/text.h"
#include "data/value.h"
#include "data/yaml.h"
#include "policy/cloud.h"
#include "policy/policy.h"
#include "policy/profile.h"
#include "policy/register.h"

static const struct value *yaml(struct arena *arena, const char *text)
{
    struct err err = {0};
    const struct value *value = yaml_parse(arena, "t.yaml", text, strlen(text), &err);
    if (value == NULL)
        fail_msg("%s", err.message);
    return value;
}

static void has_defaults(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err_list *errors = err_list_new(arena);
    const struct policy *parsed = policy_parse(arena, NULL, errors), *lab = policy_default(arena, true);
    const struct policy *both[] = {parsed, lab};
    for (size_t i = 0; i < 2; i++) {
        assert_true(policy_allows(both[i], "keyvault.set_firewall"));
        assert_int_equal(policy_needs(both[i], RISK_READ), 0);
        assert_int_equal(policy_needs(both[i], RISK_CONTAIN), 1);
        assert_int_equal(policy_needs(both[i], RISK_DESTROY), 2);
        assert_true(both[i]->self[RISK_CONTAIN] && !both[i]->self[RISK_DESTROY]);
        assert_int_equal(both[i]->max_changes, 100);
        assert_null(both[i]->max_pos.file); // nobody wrote it
        assert_null(both[i]->approvers[0]);
        assert_false(both[i]->only_signed);
        assert_int_equal(both[i]->protect_count, 0);
    }
    assert_true(lab->approve_all && !parsed->approve_all && !policy_default(arena, false)->approve_all);
    assert_string_equal(risk_word(RISK_CONTAIN), "contain");
    arena_close(arena);
}

static void reads_a_policy(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err_list *errors = err_list_new(arena);
    const struct policy *policy =
        policy_parse(arena,
                     yaml(arena, "allow: [keyvault.*, notify.owner]\n"
                                 "approvals: {destroy: 3}\n"
                                 "self: {contain: false}\n"
                                 "approve_all: true\n"
                                 "max_changes: 7\n"
                                 "approvers: [anna+1234+AAAA]\n"
                                 "protect: [bg@contoso.com, {match: /subscriptions/x, why: w}]\n"),
                     errors);
    assert_non_null(policy);
    assert_true(policy_allows(policy, "keyvault.get_vault") && policy_allows(policy, "notify.owner"));
    assert_false(policy_allows(policy, "entra.disable_user"));
    assert_false(policy_allows(policy, "notify.owners") || policy_allows(policy, "a.keyvault.x"));
    assert_int_equal(policy_needs(policy, RISK_CONTAIN), 1);
    assert_int_equal(policy_needs(policy, RISK_DESTROY), 3);
    assert_false(policy->self[RISK_CONTAIN]);
    assert_true(policy->approve_all);
    assert_int_equal(policy->max_changes, 7);
    assert_string_equal(policy->approvers[0], "anna+1234+AAAA");
    assert_string_equal(policy->protect[1].why, "w");
    arena_close(arena);
}

// A name by which the directory knows nobody would protect nobody, and a URL only who is changed by that one.
static void protects_whom_one_can_look_up(void **state)
{
    (void)state;
    static const char *const names[] = {"Break Glass <bg@contoso.com>",
                                        "break glass@contoso.com",
                                        "*@contoso.com",
                                        "bg/admin@contoso.com",
                                        "https://kv.vault.azure.net/secrets/x",
                                        "HTTPS://graph.microsoft.com/v1.0/users/bg@contoso.com"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct arena *arena = arena_open();
        struct err_list *errors = err_list_new(arena);
        const char *text =
            arena_printf(arena, "allow: ['*']\nprotect:\n  - {match: '%s', why: w}\n", names[i]);
        assert_null(policy_parse(arena, yaml(arena, text), errors));
        assert_string_equal(errors->items[0].message,
                            arena_printf(arena, "'%s' cannot be protected: what is it?", names[i]));
        assert_int_equal(errors->items[0].pos.line, 3);
        assert_int_equal(text_starts(errors->items[0].hint, "no URL"),
                         text_starts_nocase(names[i], "https:"));
        arena_close(arena);
    }
}

static void says_where_a_file_is_wrong(void **state)
{
    (void)state;
    enum { POLICY, PROFILE, REGISTER };
    static const char tenant[] = "tenant: 72f988bf-86f1-41af-91ab-2d7cd011db47\n";
    static const struct {
        int what, line;
        const char *text, *message, *hint;
    } cases[] = {
        {POLICY, 1, "alow: [x]\n", "the policy takes no 'alow'", "did you mean 'allow'?"},
        {POLICY, 1, "approvals: {contain: 21}\n", "approvals are counted from 0 to 20", ""},
        {POLICY, 2, "max_changes: 1\nprotect: [nobody]\n", "'nobody' cannot be protected: what is it?",
         "a resource id that begins with '/', an object or application id, or a user principal name: no "
         "display name, no pattern of names"},
        {POLICY, 1, "protect: [{match: /x, wy: z}]\n", "an entry of 'protect' takes no 'wy'",
         "did you mean 'why'?"},
        {POLICY, 1, "- x\n", "the policy is written as name: value", ""},
        {PROFILE, 1, "auth: {kind: none}\n", "the profile needs 'tenant'", NULL},
        {PROFILE, 2, "auth: {kind: guess}\n",
         "'kind' of 'auth' of the profile must be one of its values, not 'guess'", NULL},
        {PROFILE, 3, "auth: {kind: none}\nproxy: http://me:secret@proxy:80\n",
         "the profile's 'proxy' is none that can be used",
         "http://HOST:PORT, or none; one that wants a password: the variable HTTPS_PROXY"},
        {PROFILE, 3, "auth: {kind: none}\nroute: http://10.0.0.1:80\n",
         "'http://10.0.0.1:80' cannot be a route: it takes requests without encryption", NULL},
        {PROFILE, 3, "auth: {kind: none}\nnotify: {kind: teams}\n",
         "notify through teams needs 'url_env' or 'url_file'", NULL},
        {PROFILE, 3, "auth: {kind: none}\nnotify: {kind: teams, url_env: A, url_file: b}\n",
         "notify through teams needs one of 'url_env' and 'url_file', not both", NULL},
        {PROFILE, 3, "auth: {kind: none}\nnotify: {kind: graph}\n",
         "mail through graph needs 'sender' in the profile", ""},
        {PROFILE, 4, "auth: {kind: none}\nsender: soc@contoso.com\nnotify: {kind: smtp}\n",
         "notify through smtp needs 'url_env' or 'url_file'", NULL},
        {PROFILE, 3, "auth: {kind: none}\nscope: [/subscriptions/x]\n",
         "'/subscriptions/x' cannot be a scope", NULL},
        {PROFILE, 3, "auth: {kind: none}\nscop: []\n", "the profile takes no 'scop'",
         "did you mean 'scope'?"},
        {REGISTER, 1, "owners: [{resource: kv, mail: a@b.example}]\n", "'kv' is not a resource id", NULL},
        {REGISTER, 1, "networks: [{name: HQ, cidr: 300.0.0.0/8}]\n",
         "'cidr' of item 1 of 'networks' of the register must be", NULL},
        {REGISTER, 4,
         "applications:\n- app_id: 22222222-1111-1111-1111-111111111111\n  name: a\n  vaults: [kv]\n",
         "item 1 of 'vaults' of item 1 of 'applications' of the register must be", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_open();
        struct err_list *errors = err_list_new(arena);
        bool head = cases[i].what == PROFILE && cases[i].line > 1;
        const struct value *value =
            yaml(arena, arena_printf(arena, "%s%s", head ? tenant : "", cases[i].text));
        const void *got = cases[i].what == POLICY    ? (const void *)policy_parse(arena, value, errors)
                          : cases[i].what == PROFILE ? (const void *)profile_parse(arena, value, "p", errors)
                                                     : (const void *)register_parse(arena, value, errors);
        assert_null(got);
        assert_int_equal(errors->items[0].pos.line, cases[i].line);
        assert_non_null(strstr(errors->items[0].message, cases[i].message));
        if (cases[i].hint != NULL)
            assert_string_equal(errors->items[0].hint, cases[i].hint);
        arena_close(arena);
    }
}

static void reads_a_profile(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err_list *errors = err_list_new(arena);
    const struct profile *profile = profile_parse(
        arena,
        yaml(arena, "tenant: 72F988BF-86f1-41af-91ab-2d7cd011db47\ncloud: usgov\n"
                    "scope: [/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/a,"
                    " /subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/b]\n"
                    "auth: {kind: client-secret, client_id: 22222222-1111-1111-1111-111111111111}\n"
                    "notify: {kind: teams, url_env: SOC_URL}\nroute: http://127.0.0.1:9000\n"
                    "register: register.yaml\npolicy: policy.yaml\nsender: soc@contoso.com\n"),
        "contoso", errors);
    assert_non_null(profile);
    assert_string_equal(profile->name, "contoso");
    assert_string_equal(cloud_word(profile->cloud), "usgov");
    assert_string_equal(profile->tenant, "72f988bf-86f1-41af-91ab-2d7cd011db47");
    assert_string_equal(profile->auth.secret_env, "AZURE_CLIENT_SECRET");
    assert_string_equal(profile->notify.url_env, "SOC_URL");
    assert_false(profile->lab);
    const struct value *seen = profile_value(arena, profile, profile->scope);
    assert_int_equal(value_count(value_get(seen, "scope")), 1);
    assert_string_equal(value_text(value_item(value_get(seen, "scope"), 0)),
                        "11111111-1111-1111-1111-111111111111");
    assert_null(value_get(seen, "auth"));
    static const char *const routes[] = {"http://127.0.0.1:9000", "http://127.1.2.3:1", "http://localhost:80",
                                         "http://[::1]:8080"};
    static const char *const proxies[] = {"none", "http://proxy:3128", "http://proxy.contoso.com:80",
                                          "http://[::1]:8"};
    static const char *const not_proxies[] = {"",
                                              "proxy:3128",
                                              "https://proxy:3128",
                                              "http://",
                                              "http://:80",
                                              "http://me:secret@proxy:80",
                                              "http://proxy:80/x",
                                              "socks5://proxy:1"};
    for (size_t i = 0; i < sizeof proxies / sizeof proxies[0]; i++)
        assert_true(profile_is_proxy(proxies[i]));
    for (size_t i = 0; i < sizeof not_proxies / sizeof not_proxies[0]; i++)
        if (profile_is_proxy(not_proxies[i]))
            fail_msg("%s", not_proxies[i]);
    static const char *const not_routes[] = {"https://127.0.0.1:1",      "http://127.0.0.1",
                                             "http://127.0.0.1:0",       "http://127.0.0.1:80/x",
                                             "http://127.0.0.1.evil:80", "http://127.evil.example:80",
                                             "http://user@127.0.0.1:80", "http://127.0.0.1:80@evil:80",
                                             "http://localhost.evil:80", "http://:80"};
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        assert_true(profile_is_route(routes[i]));
    for (size_t i = 0; i < sizeof not_routes / sizeof not_routes[0]; i++)
        assert_false(profile_is_route(not_routes[i]));
    arena_close(arena);
}

static void knows_what_is_allowed(void **state)
{
    (void)state;
    static const char *const names[] = {"entra.disable_user", "keyvault.disable_key",
                                        "keyvault.disable_secret", NULL};
    static const struct {
        const char *text;
        int line; // 0: nothing is wrong
        const char *hint;
    } cases[] = {
        {"max_changes: 1\n", 0, ""},
        {"allow: []\n", 0, ""},
        {"allow: ['*']\n", 0, ""},
        {"allow: [keyvault.*, entra.disable_user, '*.disable_*']\n", 0, ""},
        {"allow:\n- keyvault.*\n- keyvault.disable_secert\n", 3, "did you mean 'keyvault.disable_secret'?"},
        {"allow:\n- keyvalt.*\n", 2, "did you mean 'keyvault.*'?"},
        {"allow:\n- entra.disable_user\n- whatever_else\n", 3,
         "`playbook primitives` lists them; 'area.*' stands for all of an area"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_open();
        struct err_list *errors = err_list_new(arena);
        const struct policy *policy = policy_parse(arena, yaml(arena, cases[i].text), errors);
        assert_non_null(policy);
        policy_check_names(arena, policy, names, errors);
        assert_int_equal(errors->errors, cases[i].line != 0);
        if (cases[i].line != 0) {
            assert_int_equal(errors->items[0].pos.line, cases[i].line);
            assert_string_equal(errors->items[0].hint, cases[i].hint);
        }
        arena_close(arena);
    }
    struct arena *arena = arena_open();
    struct err_list *errors = err_list_new(arena);
    policy_check_names(arena, policy_default(arena, false), names, errors);
    assert_int_equal(errors->count, 0);
    arena_close(arena);
}

static void only_signed(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err_list *errors = err_list_new(arena);
    assert_true(policy_parse(arena, yaml(arena, "only_signed: true"), errors)->only_signed);
    assert_false(policy_parse(arena, yaml(arena, "only_signed: false"), errors)->only_signed);
    assert_null(policy_parse(arena, yaml(arena, "only_signed: dana"), errors));
    assert_int_equal(errors->items[0].code, E_TYPE);
    arena_close(arena);
}

// Numbers up to their bounds, and none beyond.
static void bounds(void **state)
{
    (void)state;
    static const char *const good[] = {"approvals: {contain: 0, destroy: 20}", "max_changes: 0",
                                       "max_changes: 100000"};
    static const char *const bad[] = {"approvals: {contain: -1}", "approvals: {destroy: 21}",
                                      "max_changes: -1", "max_changes: 100001"};
    struct arena *arena = arena_open();
    struct err_list *errors = err_list_new(arena);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_non_null(policy_parse(arena, yaml(arena, good[i]), errors));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(policy_parse(arena, yaml(arena, bad[i]), errors));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds),
        cmocka_unit_test(knows_what_is_allowed),
        cmocka_unit_test(has_defaults),
        cmocka_unit_test(only_signed),
        cmocka_unit_test(reads_a_policy),
        cmocka_unit_test(reads_a_profile),
        cmocka_unit_test(protects_whom_one_can_look_up),
        cmocka_unit_test(says_where_a_file_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
