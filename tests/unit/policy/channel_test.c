// The URL of notify's channel: which ones are taken, how they are shown, and that a refusal does not tell
// them.
#include "../test.h"

#include <string.h>

#include "policy/cloud.h"
#include "policy/profile.h"
#include "policy/channel.h"

static struct profile profile_of(const char *kind, const char *route)
{
    return (struct profile){.cloud = cloud_find("public"),
                            .route = route,
                            .notify = {.kind = kind, .url_env = "SOC_URL", .pos = {"p.yaml", 7, 9}}};
}

static void takes_urls_as_chats_give_them(void **state)
{
    (void)state;
    static const char *const urls[][2] = {
        {"https://hooks.slack.com/services/T0/B0/s3cret", "https://hooks.slack.com/…"},
        {"https://contoso.webhook.office.com/webhookb2/a1@b2/IncomingWebhook/c3/d4",
         "https://contoso.webhook.office.com/…"},
        {"https://prod-12.westeurope.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke"
         "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=s3cret-x_y",
         "https://prod-12.westeurope.logic.azure.com/…"},
        {"https://Chat.Example", "https://chat.example/…"},
    };
    struct arena *arena = arena_open();
    struct profile profile = profile_of("teams", NULL), routed = profile_of("teams", "http://127.0.0.1:9");
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        const struct channel *channel = NULL;
        struct err err = {0};
        if (!channel_read(arena, &profile, urls[i][0], &channel, &err))
            fail_msg("%s: %s", urls[i][0], err.message);
        assert_string_equal(channel->url, urls[i][0]);
        assert_string_equal(channel->shown, urls[i][1]);
        assert_string_equal(channel_mask(channel, "notify:"), urls[i][1]);
        assert_string_equal(channel_mask(channel, "notify:x"), "notify:x");
        // Behind a route the host is all that is left.
        assert_true(channel_read(arena, &routed, urls[i][0], &channel, &err));
        assert_string_equal(channel->shown, urls[i][1]);
        assert_null(strstr(channel->url, "s3cret"));
        assert_null(strstr(channel->url, "a1@b2"));
    }
    arena_close(arena);
}

static void takes_mail_servers(void **state)
{
    (void)state;
    static const char *const urls[][2] = {
        {"smtp://mail.contoso.com", "smtp://mail.contoso.com"},
        {"smtp://soc%40contoso.com:s3cret%2F@smtp.office365.com:587", "smtp://smtp.office365.com:587"},
        {"smtps://soc:s3cret@mail.contoso.com:465", "smtps://mail.contoso.com:465"},
        {"smtp://127.0.0.1:2525", "smtp://127.0.0.1:2525"},
        {"smtp://s3cret@localhost:25", "smtp://localhost:25"},
    };
    static const char *const bad[] = {
        "s3cret",
        "https://mail.contoso.com/s3cret",
        "smtp://",
        "smtp://@mail.contoso.com",
        "smtp://:s3cret@mail.contoso.com",
        "smtp://u:s3cret@10.0.0.7:25",
        "smtp://u:s3cret@127.0.0.1",
        "smtp://u:s3cret@mail.contoso.com:0",
        "smtp://u:s3cret@mail.contoso.com:smtp",
        "smtp://u:s3cret@mail.contoso.com:",
        "smtp://u:s3cret@mail.contoso.com:25x",
        "smtp://u:s3cret@mail.contoso.com:123456",
        "smtp://u:s3cret#@mail.contoso.com",
        "smtp://u:s3cret\x7f@mail.contoso.com",
        "smtp://u:s3cr\xc3\xa9t@mail.contoso.com",
        "smtp://u:s3cret@mail.contoso.com/x",
        "smtp://u:s3cret@@mail.contoso.com",
        "smtp://u:s3cret@ma il.contoso.com",
        "smtp://u:s3cret\r\n@mail.contoso.com",
    };
    struct arena *arena = arena_open();
    struct profile profile = profile_of("smtp", NULL), routed = profile_of("smtp", "http://127.0.0.1:9");
    const struct channel *channel = NULL;
    struct err err = {0};
    profile.sender = routed.sender = "soc@contoso.com";
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        if (!channel_read(arena, &profile, urls[i][0], &channel, &err))
            fail_msg("%s: %s", urls[i][0], err.message);
        assert_string_equal(channel->url, urls[i][0]);
        assert_string_equal(channel->shown, urls[i][1]);
        assert_string_equal(channel->sender, "soc@contoso.com");
        assert_true(channel_read(arena, &routed, urls[i][0], &channel, &err));
        assert_string_equal(channel->url, urls[i][1]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (channel_read(arena, &profile, bad[i], &channel, &err))
            fail_msg("taken: %s", bad[i]);
        assert_int_equal(err.code, E_CONFIG);
        assert_null(strstr(err.message, "s3cret"));
    }
    arena_close(arena);
}

static void refuses_and_does_not_tell(void **state)
{
    (void)state;
    static const char *const urls[] = {"",
                                       "s3cret",
                                       "http://hooks.example/s3cret",
                                       "https://s3cret@hooks.example/",
                                       "https://hooks.example:8443/s3cret",
                                       "https://hooks.example/s3cret#x",
                                       "https://hooks.example/s3cret x",
                                       "https://management.azure.com/s3cret",
                                       "https://login.microsoftonline.com/s3cret",
                                       "https://s3cret.vault.azure.net/secrets"};
    struct arena *arena = arena_open();
    struct profile profile = profile_of("slack", NULL);
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        const struct channel *channel = NULL;
        struct err err = {0};
        if (channel_read(arena, &profile, urls[i], &channel, &err))
            fail_msg("'%s' is taken", urls[i]);
        assert_int_equal(err.code, E_CONFIG);
        assert_int_equal(err.pos.line, 7);
        assert_non_null(strstr(err.message, "SOC_URL"));
        assert_null(strstr(err.message, "s3cret"));
        assert_null(strstr(err.hint, "s3cret"));
    }
    arena_close(arena);
}

static void may_be_missing(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct profile none = profile_of(NULL, NULL), mail = profile_of("graph", NULL),
                   unset = profile_of("webhook", NULL), routed = profile_of("webhook", "http://127.0.0.1:9");
    const struct channel *channel;
    struct err err = {0};
    assert_true(channel_read(arena, &none, "https://a.example/x", &channel, &err));
    assert_null(channel);
    assert_true(channel_read(arena, &mail, "https://a.example/x", &channel, &err));
    assert_null(channel);
    assert_true(channel_read(arena, &unset, NULL, &channel, &err));
    assert_null(channel);
    assert_string_equal(channel_mask(channel, "notify:"), "notify:");
    assert_true(channel_read(arena, &routed, NULL, &channel, &err));
    assert_string_equal(channel->shown, "https://webhook.invalid/…");
    assert_true(channel_wanted(&unset));
    assert_false(channel_wanted(&mail));
    assert_false(channel_wanted(&none));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_urls_as_chats_give_them), cmocka_unit_test(takes_mail_servers),
        cmocka_unit_test(refuses_and_does_not_tell), cmocka_unit_test(may_be_missing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
