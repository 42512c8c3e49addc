// Hosts and audiences of each cloud; prefixes; modes and phases.
#include "../test.h"

#include "policy/cloud.h"
#include "policy/mode.h"

static void knows_hosts(void **state)
{
    (void)state;
    const struct cloud *public = cloud_find("public"), *china = cloud_find("china");
    assert_int_equal(cloud_host_kind(public, "Management.Azure.Com"), HOST_ARM);
    assert_int_equal(cloud_host_kind(public, "kv.vault.azure.net"), HOST_VAULT);
    assert_int_equal(cloud_host_kind(public, "a.b.vault.azure.net"), HOST_NONE);
    assert_int_equal(cloud_host_kind(public, ".vault.azure.net"), HOST_NONE);
    assert_int_equal(cloud_host_kind(public, "kv.vault.azure.cn"), HOST_NONE);
    assert_int_equal(cloud_host_kind(china, "kv.vault.azure.cn"), HOST_VAULT);
    assert_int_equal(cloud_host_kind(china, "microsoftgraph.chinacloudapi.cn"), HOST_GRAPH);
    assert_int_equal(cloud_host_kind(public, "login.microsoftonline.com"), HOST_LOGIN);
    assert_null(cloud_find("mars"));
    assert_string_equal(cloud_audience(public, HOST_VAULT), "https://vault.azure.net");
    assert_null(cloud_audience(public, HOST_LOGIN));
    assert_string_equal(cloud_url_audience(public, "https://kv.vault.azure.net:443/secrets"),
                        "https://vault.azure.net");
    assert_null(cloud_url_audience(public, "https://hooks.example/x"));
    assert_string_equal(cloud_word(china), "china");
}

static void resolves_prefixes(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const struct cloud *public = cloud_find("public"), *gov = cloud_find("usgov");
    assert_string_equal(cloud_url(arena, public, "arm:/subscriptions?x=1"),
                        "https://management.azure.com/subscriptions?x=1");
    assert_string_equal(cloud_url(arena, gov, "graph:users/x"), "https://graph.microsoft.us/v1.0/users/x");
    assert_string_equal(cloud_url(arena, gov, "logs:/v1/x"), "https://api.loganalytics.us/v1/x");
    assert_string_equal(cloud_url(arena, public, "endpoint:machines/x"),
                        "https://api.security.microsoft.com/api/machines/x");
    assert_string_equal(cloud_url_audience(public, "https://eu.api.security.microsoft.com/api/machines"),
                        "https://api.securitycenter.microsoft.com");
    assert_string_equal(cloud_url(arena, gov, "endpoint:machines/x"),
                        "https://api-gov.securitycenter.microsoft.us/api/machines/x");
    assert_string_equal(cloud_url_audience(gov, "https://api-gov.securitycenter.microsoft.us/api/machines"),
                        "https://api-gov.securitycenter.microsoft.us");
    assert_string_equal(cloud_url(arena, gov, "partner:/v1/profiles"),
                        "https://api.partnercenter.microsoft.com/v1/profiles");
    assert_string_equal(cloud_url(arena, cloud_find("china"), "partner:/v1/profiles"),
                        "https://partner.partnercenterapi.microsoftonline.cn/v1/profiles");
    // A cloud without it: the name goes to the gate as it is, which refuses what is no https.
    assert_string_equal(cloud_url(arena, cloud_find("china"), "endpoint:machines"), "endpoint:machines");
    assert_string_equal(cloud_url(arena, gov, "https://a/b"), "https://a/b");
    assert_string_equal(cloud_authority(arena, gov), "https://login.microsoftonline.us");
    arena_close(arena);
}

static void knows_modes(void **state)
{
    (void)state;
    enum mode mode;
    assert_true(mode_from_word("dry-run", &mode));
    assert_int_equal(mode, MODE_DRY_RUN);
    assert_false(mode_from_word("Live", &mode));
    assert_false(mode_from_word(NULL, &mode)); // of a record that names none
    assert_false(mode_word_sends(NULL) || mode_word_sends("dry-run") || !mode_word_sends("live"));
    assert_int_equal(mode_change_rule(MODE_LIVE), CHANGE_SEND);
    assert_int_equal(mode_change_rule(MODE_DRY_RUN), CHANGE_HOLD);
    assert_int_equal(mode_change_rule(MODE_AUDIT), CHANGE_REFUSE);
    assert_true(mode_judges(MODE_AUDIT) && !mode_judges(MODE_LIVE) && mode_asks(MODE_LIVE) &&
                !mode_asks(MODE_AUDIT));
    assert_string_equal(mode_word(MODE_AUDIT), "audit");
    assert_true(phase_reads(PHASE_OBSERVE) && !phase_writes(PHASE_OBSERVE) && phase_writes(PHASE_UNDO));
    assert_false(phase_reads(PHASE_PLAN) || phase_reads(PHASE_VERIFY));
    assert_string_equal(phase_word(PHASE_APPLY), "apply");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(knows_hosts), cmocka_unit_test(resolves_prefixes),
                                       cmocka_unit_test(knows_modes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
