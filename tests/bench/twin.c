// twin PLAN ROUTE [JOURNAL]: the same job as a run of the program, written by hand for libcurl and cJSON: the
// requests of the plan, wave after wave, each answer parsed, sign-in where the plan has it. With a journal it
// is durable as cheaply as can be: before a wave with changes their intents are appended and flushed, behind
// it their results. It is the limit that bench/run.sh measures against, so it shares no code with the program
// and decides nothing. Invariant: it fails when an answer is not of the kind that the run got.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>

enum { MOST_FIELDS = 6, MOST_WAVE = 256, MOST_TOKENS = 8 };
static const char tenant[] = "0849def1-eeeb-4630-87f6-a6db8ff871a1";
static const char credential[] =
    "client_id=7b1f0c52-3d7e-4f0a-9a55-6e0c1d2b9f10&grant_type=client_credentials&"
    "client_secret=lab-only-opens-nothing&scope=";

struct call {
    CURL *easy;
    struct curl_slist *headers;
    char *line; // of the plan, cut into fields
    char *fields[MOST_FIELDS];
    char *form;
    char *bytes;
    size_t length, size;
};

struct token {
    char *audience, *header;
};

struct twin {
    CURLM *multi;
    const char *route;
    int journal;
    struct call calls[MOST_WAVE];
    size_t count;
    struct token tokens[MOST_TOKENS];
    size_t token_count;
};

static void give_up(const char *why, const struct call *call)
{
    fprintf(stderr, "twin: %s: %s %s\n", why, call->fields[0],
            call->fields[0] != NULL ? call->fields[1] : "");
    exit(1);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct call *call = context;
    size_t more = size * count;
    if (call->length + more + 1 > call->size) {
        call->size = (call->length + more) * 2 + 4096;
        call->bytes = realloc(call->bytes, call->size);
    }
    memcpy(call->bytes + call->length, bytes, more);
    call->length += more;
    return more;
}

static bool is(const struct call *call, const char *kind)
{
    return strcmp(call->fields[0], kind) == 0;
}

static void cut(struct call *call)
{
    char *at = call->line;
    at[strcspn(at, "\n")] = '\0';
    for (size_t i = 0; i < MOST_FIELDS; i++)
        call->fields[i] = at == NULL ? (char *)"" : strsep(&at, "\t");
}

static const char *authorization(const struct twin *twin, const char *audience)
{
    for (size_t i = 0; i < twin->token_count; i++)
        if (strcmp(twin->tokens[i].audience, audience) == 0)
            return twin->tokens[i].header;
    return "Authorization:";
}

static void send_to(struct twin *twin, struct call *call, const char *host, int length, const char *path)
{
    char url[8192], header[512];
    snprintf(url, sizeof url, "%s%s", twin->route, path);
    snprintf(header, sizeof header, "Host: %.*s", length, host);
    call->headers = curl_slist_append(NULL, header);
    call->headers = curl_slist_append(call->headers, "Accept: application/json");
    call->headers = curl_slist_append(call->headers, "Expect:");
    if (call->easy == NULL)
        call->easy = curl_easy_init();
    curl_easy_setopt(call->easy, CURLOPT_URL, url);
    curl_easy_setopt(call->easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(call->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(call->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(call->easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(call->easy, CURLOPT_PRIVATE, call);
    curl_easy_setopt(call->easy, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, NULL);
}

static void start_sign_in(struct twin *twin, struct call *call)
{
    char path[256];
    static const char host[] = "login.microsoftonline.com";
    snprintf(path, sizeof path, "/%s/oauth2/v2.0/token", tenant);
    if (asprintf(&call->form, "%s%s/.default", credential, call->fields[1]) < 0)
        abort();
    send_to(twin, call, host, (int)strlen(host), path);
    curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, call->form);
}

static void start_request(struct twin *twin, struct call *call)
{
    const char *method = call->fields[1], *body = call->fields[5];
    const char *host = strstr(call->fields[4], "://") + 3, *path = host + strcspn(host, "/");
    send_to(twin, call, host, (int)(path - host), path);
    call->headers = curl_slist_append(call->headers, authorization(twin, call->fields[3]));
    if (strcmp(method, "GET") == 0)
        return;
    curl_easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, method);
    if (body[0] != '\0')
        call->headers = curl_slist_append(call->headers, "Content-Type: application/json");
    if (body[0] != '\0' || strcmp(method, "POST") == 0)
        curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, body);
}

static void take_answer(struct twin *twin, struct call *call)
{
    long status = 0;
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    int wanted = is(call, "read") ? (int)strtol(call->fields[2], NULL, 10) : 0;
    if (wanted == 0 ? status / 100 != 2 : status != wanted) {
        fprintf(stderr, "twin: %ld %.*s\n", status, (int)call->length, call->length == 0 ? "" : call->bytes);
        give_up("another answer than in the run", call);
    }
    cJSON *value = cJSON_ParseWithLength(call->bytes == NULL ? "" : call->bytes, call->length);
    if (call->length > 0 && value == NULL)
        give_up("not JSON", call);
    if (is(call, "sign-in")) {
        struct token *token = &twin->tokens[twin->token_count++];
        const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(value, "access_token"));
        token->audience = strdup(call->fields[1]);
        if (asprintf(&token->header, "Authorization: Bearer %s", text) < 0)
            abort();
    }
    cJSON_Delete(value);
}

static void note(struct twin *twin, const char *what)
{
    static char text[1024 * 1024];
    size_t length = 0;
    for (size_t i = 0; i < twin->count; i++) {
        const struct call *call = &twin->calls[i];
        if (is(call, "change"))
            length += (size_t)snprintf(text + length, sizeof text - length,
                                       "{\"type\":\"%s\",\"method\":\"%s\",\"url\":\"%s\",\"body\":%s}\n",
                                       what, call->fields[1], call->fields[4],
                                       call->fields[5][0] == '\0' ? "null" : call->fields[5]);
    }
    if (length == 0 || twin->journal < 0)
        return;
    if (write(twin->journal, text, length) != (ssize_t)length || fdatasync(twin->journal) != 0)
        exit(1);
}

static void run_wave(struct twin *twin)
{
    int running = 1, left;
    note(twin, "intent");
    for (size_t i = 0; i < twin->count; i++) {
        struct call *call = &twin->calls[i];
        call->length = 0;
        is(call, "sign-in") ? start_sign_in(twin, call) : start_request(twin, call);
        curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
        curl_multi_add_handle(twin->multi, call->easy);
    }
    while (curl_multi_perform(twin->multi, &running) == CURLM_OK && running > 0)
        curl_multi_poll(twin->multi, NULL, 0, 1000, NULL);
    for (CURLMsg *message; (message = curl_multi_info_read(twin->multi, &left)) != NULL;) {
        struct call *call = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
        if (message->data.result != CURLE_OK)
            give_up(curl_easy_strerror(message->data.result), call);
        take_answer(twin, call);
        curl_multi_remove_handle(twin->multi, call->easy);
        curl_slist_free_all(call->headers);
    }
    note(twin, "result");
    for (size_t i = 0; i < twin->count; i++) {
        free(twin->calls[i].line);
        free(twin->calls[i].form);
        twin->calls[i].form = NULL;
    }
    twin->count = 0;
}

int main(int argc, char **argv)
{
    static struct twin twin;
    char *line = NULL;
    size_t size = 0;
    FILE *plan = argc == 3 || argc == 4 ? fopen(argv[1], "r") : NULL;
    if (plan == NULL) {
        fprintf(stderr, "usage: twin PLAN ROUTE [JOURNAL]\n");
        return 2;
    }
    twin.route = argv[2];
    twin.journal = argc == 4 ? open(argv[3], O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    twin.multi = curl_multi_init();
    curl_multi_setopt(twin.multi, CURLMOPT_MAXCONNECTS, 64L);
    while (getline(&line, &size, plan) > 0) {
        if (strcmp(line, "wave\n") == 0) {
            run_wave(&twin);
            continue;
        }
        if (twin.count == MOST_WAVE)
            abort();
        struct call *call = &twin.calls[twin.count++];
        call->line = strdup(line);
        cut(call);
    }
    run_wave(&twin);
    return 0;
}
