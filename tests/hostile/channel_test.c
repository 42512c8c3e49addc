// Notices to the webhook of a chat or to a mail server, with a recorder behind `route:` in its place: a
// dry-run sends nothing, a live run posts once, in the form of the chat (of a mail: what would be written),
// and what makes the URL a credential is nowhere: not on the screen, not in the trail, and not at the
// recorder's either, since behind a route nothing is real.
#include "world.h"

#include "../scratch.h"

#include <stdlib.h>
#include <string.h>

#include "../unit/net/tiny_server.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/lab.h"

enum { TIMEOUT_MS = 60000 };
#define SECRET "T0SECRETB0"
#define HOST "hooks.example.com"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static size_t posts, strangers;
static char posted[65536];
static const char *refusal; // what the chat says in a good answer; NULL: it takes the message

static const char *respond(const char *request)
{
    static const char token[] = "{\"access_token\": \"e30.eyJvaWQiOiJ4IiwiYXBwaWQiOiJ5In0.x\", "
                                "\"token_type\": \"Bearer\", \"expires_in\": 3599}";
    static char signed_in[512];
    pthread_mutex_lock(&lock);
    const char *reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok";
    if (strcasestr(request, "\r\nHost: login.") != NULL) {
        snprintf(signed_in, sizeof signed_in, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n" TINY_JSON "\r\n%s",
                 strlen(token), token);
        reply = signed_in;
    } else if (strcasestr(request, "\r\nHost: " HOST "\r\n") != NULL) {
        posts++;
        snprintf(posted, sizeof posted, "%s", request);
        reply = refusal == NULL ? reply : refusal;
    } else {
        strangers++;
    }
    pthread_mutex_unlock(&lock);
    return reply;
}

struct place {
    struct arena *arena;
    char folder[SCRATCH_SIZE];
    const char *profile, *playbook;
};

static const char *put(struct place *place, const char *name, const char *text)
{
    struct err err = {0};
    const char *path = arena_printf(place->arena, "%s/%s", place->folder, name);
    world_must(file_replace(path, text, strlen(text), &err), &err);
    return path;
}

static void open_place(struct place *place, const char *kind, const char *route)
{
    place->arena = arena_open();
    scratch_open(place->folder);
    put(place, "policy.yaml", "approvals: {contain: 0}\n");
    put(place, "register.yaml", "contacts: {admin: dana@contoso.com}\n");
    place->profile =
        put(place, "p.yaml",
            arena_printf(place->arena,
                         "tenant: " LAB_TENANT "\nauth: {kind: managed-identity}\npolicy: policy.yaml\n"
                         "register: register.yaml\nsender: soc@contoso.com\n"
                         "scope: [/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7]\n"
                         "notify: {kind: %s, url_env: SOC_TEST_URL}\n%s%s\n",
                         kind, route == NULL ? "" : "route: ", route == NULL ? "" : route));
    place->playbook = put(place, "tell.yaml",
                          "playbook: tell\nversion: 1.0.0\nsteps:\n  - id: tell\n    do: notify.owner\n"
                          "    with: {to: [dana@contoso.com], subject: \"Vault <kv> & co\", about: x,\n"
                          "           text: \"[click](https://evil.example) <!channel> grüße\"}\n");
    setenv("PLAYBOOK_STATE", arena_printf(place->arena, "%s/state", place->folder), 1);
    setenv("PLAYBOOK_CONFIG", arena_printf(place->arena, "%s/config", place->folder), 1);
}

static void close_place(struct place *place)
{
    size_t length;
    const char *all =
        world_files(place->arena, arena_printf(place->arena, "%s/state", place->folder), &length);
    assert_null(memmem(all, length, SECRET, strlen(SECRET)));
    scratch_close(place->folder);
    arena_close(place->arena);
}

// Runs the program; its JSON, in which the secret is not.
static const struct value *run(struct place *place, const char *how, int status)
{
    struct process_result result;
    struct err err = {0};
    const char *const argv[] = {getenv("PLAYBOOK"), "run",          place->playbook,
                                "--profile",        place->profile, how,
                                "--json",           "--unattended", NULL};
    const char *live[8] = {argv[0], argv[1], argv[2], argv[3], argv[4], argv[6], argv[7], NULL};
    world_must(process_run(place->arena, how == NULL ? live : argv, TIMEOUT_MS, &result, &err), &err);
    assert_null(strstr(result.output, SECRET));
    assert_null(strstr(result.errors, SECRET));
    if (result.status != status)
        fail_msg("%s: ended with %d: %s%s", how == NULL ? "live" : how, result.status, result.output,
                 result.errors);
    const struct value *json = json_parse(place->arena, "output", result.output, strlen(result.output), &err);
    world_must(json != NULL, &err);
    return json;
}

// The text at "a.0.b", where a number is an item of a list; NULL: there is none.
static const char *at(struct place *place, const struct value *value, const char *path)
{
    char *save = NULL;
    for (char *word = strtok_r(arena_strdup(place->arena, path), ".", &save); word != NULL;
         word = strtok_r(NULL, ".", &save))
        value =
            value_is(value, VALUE_LIST) ? value_item(value, strtoul(word, NULL, 10)) : value_get(value, word);
    const char *text = value_text(value);
    return text == NULL ? "(nothing)" : text;
}

static void check_posted(struct place *place, const char *kind)
{
    static const struct {
        const char *kind, *path, *text;
    } wanted[] = {
        {"teams", "attachments.0.content.body.2.inlines.0.text",
         "[click](https://evil.example) <!channel> grüße"},
        {"teams", "attachments.0.content.body.2.inlines.0.type", "TextRun"},
        {"teams", "attachments.0.content.body.0.inlines.0.text", "Vault <kv> & co"},
        {"slack", "text", "Vault &lt;kv&gt; &amp; co"},
        {"slack", "blocks.2.text.type", "plain_text"},
        {"slack", "blocks.2.text.text", "[click](https://evil.example) <!channel> grüße"},
        {"webhook", "to", "dana@contoso.com"},
        {"webhook", "about", "x"},
        {"smtp", "from", "soc@contoso.com"},
        {"smtp", "to.0", "dana@contoso.com"},
        {"smtp", "subject", "Vault <kv> & co"},
        {"smtp", "text", "[click](https://evil.example) <!channel> grüße"},
    };
    struct err err = {0};
    const char *body = strstr(posted, "\r\n\r\n");
    assert_non_null(body);
    assert_true(
        text_starts(posted, strcmp(kind, "smtp") == 0 ? "POST / HTTP/1.1\r\n" : "POST /route HTTP/1.1\r\n"));
    assert_null(strcasestr(posted, "\r\nAuthorization:"));
    const struct value *json = json_parse(place->arena, "posted", body + 4, strlen(body + 4), &err);
    world_must(json != NULL, &err);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (strcmp(wanted[i].kind, kind) != 0)
            continue;
        const char *got = at(place, json, wanted[i].path);
        if (strcmp(got, wanted[i].text) != 0)
            fail_msg("%s: %s is %s in %s", kind, wanted[i].path, got, body);
    }
}

static void posts_once(void **state)
{
    (void)state;
    static const char chat[] = "https://" HOST "/services/" SECRET "?sig=" SECRET;
    static const struct {
        const char *kind, *url, *shown, *resource;
    } kinds[] = {
        {"teams", chat, "https://" HOST "/…", "https://" HOST "/…"},
        {"slack", chat, "https://" HOST "/…", "https://" HOST "/…"},
        {"webhook", chat, "https://" HOST "/…", "https://" HOST "/…"},
        {"smtp", "smtps://soc:" SECRET "@" HOST, "smtps://" HOST, "mailto:dana@contoso.com"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        setenv("SOC_TEST_URL", kinds[i].url, 1);
        struct tiny *tiny = tiny_open();
        struct place place;
        tiny->answer = respond;
        posts = strangers = 0;
        char route[64];
        snprintf(route, sizeof route, "http://127.0.0.1:%d", tiny->port);
        open_place(&place, kinds[i].kind, route);
        const struct value *json = run(&place, "--dry-run", 0);
        assert_string_equal(at(&place, json, "effects.0.status"), "planned");
        assert_string_equal(at(&place, json, "effects.0.resource"), kinds[i].resource);
        assert_string_equal(at(&place, json, "effects.0.requests.0.url"), kinds[i].shown);
        run(&place, "--audit", 4);
        assert_int_equal(posts, 0);
        json = run(&place, NULL, 0);
        assert_string_equal(at(&place, json, "effects.0.status"), "applied");
        assert_int_equal(posts, 1);
        check_posted(&place, kinds[i].kind);
        json = run(&place, NULL, 0); // told once
        assert_string_equal(at(&place, json, "effects.0.status"), "in-place");
        run(&place, "--audit", 0);
        assert_int_equal(posts, 1);
        assert_int_equal(strangers, 0);
        close_place(&place);
        tiny_close(tiny);
    }
}

static void hears_a_refusal_in_a_good_answer(void **state)
{
    (void)state;
    struct tiny *tiny = tiny_open();
    struct place place;
    char route[64];
    setenv("SOC_TEST_URL", "https://" HOST "/services/" SECRET, 1);
    refusal = "HTTP/1.1 200 OK\r\nContent-Length: 87\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
              "Message delivery to " SECRET " failed: Microsoft Teams endpoint returned HTTP error 429";
    tiny->answer = respond;
    snprintf(route, sizeof route, "http://127.0.0.1:%d", tiny->port);
    open_place(&place, "teams", route);
    const struct value *json = run(&place, NULL, 1);
    assert_string_equal(at(&place, json, "effects.0.status"), "unknown");
    close_place(&place);
    tiny_close(tiny);
    refusal = NULL;
}

static void wants_its_variable(void **state)
{
    (void)state;
    struct place place;
    unsetenv("SOC_TEST_URL");
    open_place(&place, "slack", NULL);
    const struct value *json = run(&place, "--dry-run", 6);
    const char *why = at(&place, json, "diagnostics.0.message");
    assert_non_null(strstr(why, "its variable is not set"));
    setenv("SOC_TEST_URL", "http://" HOST "/" SECRET, 1);
    json = run(&place, "--dry-run", 2);
    assert_non_null(strstr(at(&place, json, "diagnostics.0.message"), "SOC_TEST_URL"));
    unsetenv("SOC_TEST_URL");
    close_place(&place);
}

int main(void)
{
    if (getenv("PLAYBOOK") == NULL)
        return 77;
    const struct CMUnitTest tests[] = {cmocka_unit_test(posts_once),
                                       cmocka_unit_test(hears_a_refusal_in_a_good_answer),
                                       cmocka_unit_test(wants_its_variable)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
