// Whoever answers in Azure's place means harm: a server of our own behind `route:` that the run takes for the
// whole cloud. It hands out next pages, vault addresses and redirects that lead elsewhere, and answers
// without end or measure. The run ends as it must, asks nobody but the cloud's hosts, and changes nothing.
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "../unit/net/tiny_server.h"

#include "base/text.h"
#include "data/value.h"
#include "lab/lab.h"
#include "vm/prim.h"

#define PROD                                                                                                 \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-prod"
#define VAULT(id, address)                                                                                   \
    "{\"id\": \"" id "\", \"name\": \"kv-contoso-prod\", \"type\": \"Microsoft.KeyVault/vaults\", "          \
    "\"location\": \"westeurope\", \"properties\": {\"vaultUri\": \"" address                                \
    "\", \"tenantId\": \"" LAB_TENANT "\"}}"
#define LIST(link) "{\"value\": [], \"nextLink\": \"" link "\"}"

static const char *const list = "keyvault.list_vaults", *const disable = "keyvault.disable_secret";

static const struct {
    const char *name, *primitive, *status, *headers, *body;
    int exit;
    const char *reason;
} scenes[] = {
    {"next page at a stranger's", NULL, "200 OK", "", LIST("https://evil.example/next?api-version=1"), 6,
     "is not one of the cloud"},
    {"next page in plain", NULL, "200 OK", "", LIST("http://management.azure.com/next?api-version=1"), 6,
     "does not begin with https"},
    {"next page with a user", NULL, "200 OK", "", LIST("https://management.azure.com@evil.example/next"), 6,
     "a user stands before its host"},
    {"next page by a backslash", NULL, "200 OK", "",
     LIST("https://evil.example\\\\@management.azure.com/next"), 6, "backslash"},
    {"the sign-in as next page", NULL, "200 OK", "", LIST("https://login.microsoftonline.com/common"), 6,
     "signing in is the core's"},
    {"next page without end", NULL, "200 OK", "", LIST("https://management.azure.com/again?page=%zu"), 1,
     "more than 400 pages"},
    {"a next page that leads back", NULL, "200 OK", "", LIST("https://management.azure.com/again?page=1"), 1,
     "leads back to a page"},
    {"a next page that is no text", NULL, "200 OK", "", "{\"value\": [], \"nextLink\": {\"a\": 1}}", 1, ""},
    {"a vault at a stranger's", "d", "200 OK", "",
     VAULT(PROD, "https://kv-contoso-prod.vault.azure.net.evil.example/"), 6, "is not one of the cloud"},
    {"a vault with a user", "d", "200 OK", "",
     VAULT(PROD, "https://kv-contoso-prod.vault.azure.net@evil.example/"), 1, "cannot stand here"},
    {"a vault with a port", "d", "200 OK", "", VAULT(PROD, "https://kv-contoso-prod.vault.azure.net:8443/"),
     6, "its port is not 443"},
    {"a vault outside the scope", "d", "200 OK", "",
     VAULT("/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/r/providers/"
           "Microsoft.KeyVault/vaults/a",
           "https://attacker.vault.azure.net/"),
     6, "was not named by Azure Resource Manager"},
    {"a vault with a path", "d", "200 OK", "",
     VAULT(PROD, "https://kv-contoso-prod.vault.azure.net/secrets/"), 6,
     "was not named by Azure Resource Manager"},
    {"a vault whose address is no text", "d", "200 OK", "",
     "{\"id\": \"" PROD "\", \"type\": \"Microsoft.KeyVault/vaults\", \"properties\": {\"vaultUri\": [1]}}",
     1, ""},
    {"no vault but a text", "d", "200 OK", "", "\"x\"", 1, ""},
    {"a redirect", "d", "307 Temporary Redirect", "Location: https://evil.example/\r\n", "", 1,
     "was answered 307"},
    {"a permanent redirect", "d", "301 Moved Permanently", "Location: http://127.0.0.1:1/\r\n", "", 1,
     "was answered 301"},
    {"an error for a terminal", "d", "400 Bad Request", "",
     "{\"error\": {\"code\": \"\\u001b]0;owned\\u0007\\u001b[2J\", \"message\": \"\\u009b31m "
     "ok\\r\\nDONE\"}}",
     1, "was answered 400"},
    {"an error that reverses", "d", "400 Bad Request", "",
     "{\"error\": {\"code\": \"A\", \"message\": \"\\u202egnp.exe\"}}", 1, "was answered 400"},
    {"a patience without end", "d", "429 Too Many Requests", "Retry-After: 999999\r\n", "{}", 1,
     "was answered 429"},
    {"a patience that is no number", "d", "403 Forbidden", "Retry-After: -1e99\r\n", "{}", 1,
     "was answered 403"},
    {"a sign-in that is never enough", "d", "401 Unauthorized", "WWW-Authenticate: Basic\r\n", "{}", -1, ""},
    {"an answer that says it twice", "d", "200 OK", "", "{\"id\": \"a\", \"id\": \"b\"}", -1,
     "not JSON that is accepted: the key \"id\" stands twice"},
    {"an answer that is cut", "d", "200 OK", "", "{\"id\": \"a\"", -1, "not JSON that is accepted"},
    {"an answer of zeros", NULL, "200 OK", "",
     "{\"value\": [{\"name\": \"a\\u0000b\"}], \"nextLink\": "
     "\"https://management.azure.com\\u0000.evil.example/n\"}",
     6, "non-ASCII byte"},
    {"half a character in a name", "d", "200 OK", "",
     "{\"id\": \"" PROD "\", \"name\": \"\\ud800\", \"type\": \"Microsoft.KeyVault/vaults\", "
     "\"tags\": {\"\\udc00\": \"1\", \"\\ud800\": \"2\"}, \"properties\": {\"vaultUri\": "
     "\"https://kv-contoso-prod.vault.azure.net:1/\"}}",
     6, "its port is not 443"},
    {"an answer that is too deep", "d", "200 OK", "", NULL, -1, "not JSON that is accepted"},
};
enum { SCENES = sizeof scenes / sizeof scenes[0], MOST_SEEN = 4096 };

// What the server's threads share.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static size_t scene, seen;
static char hosts[MOST_SEEN][128], methods[MOST_SEEN][16];
static char answer[1 << 20];

static void note_request(const char *request)
{
    const char *host = strcasestr(request, "\r\nHost: ");
    if (seen == MOST_SEEN || host == NULL)
        return;
    host += 8;
    snprintf(hosts[seen], sizeof hosts[seen], "%.*s", (int)strcspn(host, "\r\n"), host);
    snprintf(methods[seen], sizeof methods[seen], "%.*s", (int)strcspn(request, " "), request);
    seen++;
}

static const char *deep(void)
{
    static char text[200000];
    memset(text, '[', sizeof text - 1);
    return text;
}

static const char *respond(const char *request)
{
    static const char token[] = "{\"access_token\": \"e30.eyJvaWQiOiJ4IiwiYXBwaWQiOiJ5In0.x\", "
                                "\"token_type\": \"Bearer\", \"expires_in\": 3599}";
    pthread_mutex_lock(&lock);
    note_request(request);
    bool sign_in = strcasestr(request, "\r\nHost: login.") != NULL;
    static size_t page;
    char numbered[400];
    const char *body = sign_in ? token : scenes[scene].body != NULL ? scenes[scene].body : deep();
    if (strstr(body, "%zu") != NULL) {
        snprintf(numbered, sizeof numbered, "%.*s%zu%s", (int)(strstr(body, "%zu") - body), body, ++page,
                 strstr(body, "%zu") + 3);
        body = numbered;
    }
    snprintf(answer, sizeof answer, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s" TINY_JSON "\r\n%s",
             sign_in ? "200 OK" : scenes[scene].status, strlen(body), sign_in ? "" : scenes[scene].headers,
             body);
    pthread_mutex_unlock(&lock);
    return answer;
}

static size_t strangers(void)
{
    static const char *const ours[] = {"login.microsoftonline.com", "management.azure.com"};
    size_t count = 0;
    for (size_t i = 0; i < seen; i++) {
        bool ok = (strcmp(methods[i], "GET") == 0 && strcmp(hosts[i], ours[1]) == 0) ||
                  (strcmp(methods[i], "POST") == 0 && strcmp(hosts[i], ours[0]) == 0);
        if (!ok)
            print_error("%s: %s to %s\n", scenes[scene].name, methods[i], hosts[i]);
        count += !ok;
    }
    return count;
}

static size_t play(const char *route)
{
    struct world *world = world_open(&(struct world_config){.route = route, .timeout_ms = 5000});
    struct err err = {0};
    const struct primitive *primitive =
        primitive_find(world->vm, scenes[scene].primitive == NULL ? list : disable, &err);
    assert_non_null(primitive);
    seen = 0;
    int status = world_run(world, world_step(world, primitive), MODE_LIVE, NULL);
    const struct value *step = world_record(world, "step.finished", "one");
    const char *reason = step == NULL ? "" : value_text_at(step, "reason");
    bool fine = (status == scenes[scene].exit || (scenes[scene].exit < 0 && (status == 1 || status == 7))) &&
                reason != NULL && strstr(reason, scenes[scene].reason) != NULL && world_trail_is_whole(world);
    if (!fine) {
        print_error("%s: ended with %d: %s\n", scenes[scene].name, status, reason);
        world_print(world);
    }
    size_t wrong = !fine + strangers();
    world_close(world);
    return wrong;
}

static void nobody_is_led_astray(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (scene = 0; scene < SCENES; scene++) {
        struct tiny *tiny = tiny_open();
        char route[64];
        tiny->answer = respond;
        snprintf(route, sizeof route, "http://127.0.0.1:%d", tiny->port);
        wrong += play(route);
        tiny_close(tiny);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nobody_is_led_astray)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
