// twin PLAN ROUTE [JOURNAL [RUNS [ATONCE]]]: the same job as a run of the program, or as many runs side by
// side, written by hand for libcurl's multi interface, epoll and cJSON: the requests of the plan, wave after
// wave, each answer parsed, sign-in where the plan has it (with several runs once, before the first). With a
// journal ("-": none) it is durable as cheaply as can be: intents of changes before their wave, results
// behind it, the end of a run, each flushed once for all runs of a turn. It is the limit that bench/run.sh
// measures against, so it shares no code with the program and decides nothing. Invariant: it fails when an
// answer is not of the kind that the run got.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>

enum { MOST_FIELDS = 6, MOST_LINES = 4096, MOST_WAVES = 512, MOST_RUNS = 1024, MOST_TOKENS = 8, EVENTS = 64 };
static const char tenant[] = "0849def1-eeeb-4630-87f6-a6db8ff871a1";
static const char credential[] =
    "client_id=7b1f0c52-3d7e-4f0a-9a55-6e0c1d2b9f10&grant_type=client_credentials&"
    "client_secret=lab-only-opens-nothing&scope=";

struct line { // of the plan, cut into fields
    char *fields[MOST_FIELDS];
};

struct run {
    int wave, open; // which it is at, and how many of its answers are still to come
    bool held;      // the intents of its next wave are not durable yet
};

struct call {
    struct call *next; // of those that are free
    CURL *easy;
    struct run *run;
    const struct line *line;
    struct curl_slist *headers;
    char *form, *bytes;
    size_t length, size;
};

static struct twin {
    CURLM *multi;
    int epoll;
    double due_ms; // when libcurl wants to be called, or -1
    const char *route;
    int journal;
    char *notes; // to be appended and flushed
    size_t noted, notes_size;
    struct line lines[MOST_LINES];
    int line_count, wave_begin[MOST_WAVES + 1], waves;
    struct {
        const char *audience;
        char *header;
    } tokens[MOST_TOKENS];
    size_t token_count;
    struct call *free;
    struct run runs[MOST_RUNS];
    long left; // runs to begin
} twin;

static bool is(const struct line *line, const char *kind)
{
    return strcmp(line->fields[0], kind) == 0;
}

static void give_up(const char *why, const struct line *line)
{
    fprintf(stderr, "twin: %s: %s %s %s\n", why, line->fields[0], line->fields[1], line->fields[4]);
    exit(1);
}

static void read_plan(FILE *plan)
{
    char *text = NULL;
    size_t size = 0;
    while (getline(&text, &size, plan) > 0) {
        text[strcspn(text, "\n")] = '\0';
        if (twin.line_count == MOST_LINES || twin.waves == MOST_WAVES)
            abort();
        if (strcmp(text, "wave") == 0) {
            twin.wave_begin[++twin.waves] = twin.line_count;
            continue;
        }
        char *at = strdup(text);
        for (size_t i = 0; i < MOST_FIELDS; i++)
            twin.lines[twin.line_count].fields[i] = at == NULL ? (char *)"" : strsep(&at, "\t");
        twin.wave_begin[twin.waves + 1] = ++twin.line_count;
    }
    twin.waves++;
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

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known)
{
    (void)easy, (void)context;
    struct epoll_event event = {.data.fd = fd};
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);
    epoll_ctl(twin.epoll,
              what == CURL_POLL_REMOVE ? EPOLL_CTL_DEL
              : known == NULL          ? EPOLL_CTL_ADD
                                       : EPOLL_CTL_MOD,
              fd, &event);
    curl_multi_assign(twin.multi, fd, &twin);
    return 0;
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int on_timer(CURLM *multi, long timeout_ms, void *context)
{
    (void)multi, (void)context;
    twin.due_ms = timeout_ms < 0 ? -1 : now_ms() + (double)timeout_ms;
    return 0;
}

static const char *token_for(const char *audience)
{
    for (size_t i = 0; i < twin.token_count; i++)
        if (strcmp(twin.tokens[i].audience, audience) == 0)
            return twin.tokens[i].header;
    return NULL;
}

static struct call *call_new(struct run *run, const struct line *line)
{
    struct call *call = twin.free;
    if (call == NULL) {
        call = calloc(1, sizeof *call);
        call->easy = curl_easy_init();
    } else {
        twin.free = call->next;
    }
    call->run = run;
    call->line = line;
    call->length = 0;
    run->open++;
    return call;
}

static void send_to(struct call *call, const char *host, int length, const char *path)
{
    char url[8192], header[512];
    snprintf(url, sizeof url, "%s%s", twin.route, path);
    snprintf(header, sizeof header, "Host: %.*s", length, host);
    call->headers = curl_slist_append(call->headers, header);
    call->headers = curl_slist_append(call->headers, "Accept: application/json");
    call->headers = curl_slist_append(call->headers, "Expect:");
    curl_easy_setopt(call->easy, CURLOPT_URL, url);
    curl_easy_setopt(call->easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(call->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(call->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(call->easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(call->easy, CURLOPT_PRIVATE, call);
    curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
    curl_multi_add_handle(twin.multi, call->easy);
}

static void start_sign_in(struct run *run, const struct line *line)
{
    static const char host[] = "login.microsoftonline.com";
    struct call *call = call_new(run, line);
    char path[256];
    snprintf(path, sizeof path, "/%s/oauth2/v2.0/token", tenant);
    if (asprintf(&call->form, "%s%s/.default", credential, line->fields[1]) < 0)
        abort();
    curl_easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, NULL);
    curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, call->form);
    send_to(call, host, (int)strlen(host), path);
}

static void start_request(struct run *run, const struct line *line)
{
    struct call *call = call_new(run, line);
    const char *method = line->fields[1], *body = line->fields[5], *token = token_for(line->fields[3]);
    const char *host = strstr(line->fields[4], "://") + 3, *path = host + strcspn(host, "/");
    call->headers = curl_slist_append(NULL, token == NULL ? "Authorization:" : token);
    curl_easy_setopt(call->easy, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, NULL);
    if (strcmp(method, "GET") != 0) {
        if (body[0] != '\0')
            call->headers = curl_slist_append(call->headers, "Content-Type: application/json");
        if (body[0] != '\0' || strcmp(method, "POST") == 0)
            curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, method);
    }
    send_to(call, host, (int)(path - host), path);
}

static void note(const char *what, const struct line *line)
{
    if (twin.journal < 0)
        return;
    if (twin.notes_size - twin.noted < 16 * 1024) {
        twin.notes_size = twin.notes_size * 2 + 64 * 1024;
        twin.notes = realloc(twin.notes, twin.notes_size);
    }
    twin.noted += (size_t)snprintf(twin.notes + twin.noted, twin.notes_size - twin.noted,
                                   "{\"type\":\"%s\",\"method\":\"%s\",\"url\":\"%s\",\"body\":%s}\n", what,
                                   line->fields[1], line->fields[4],
                                   line->fields[5][0] == '\0' ? "null" : line->fields[5]);
}

static void flush(void)
{
    if (twin.noted > 0 &&
        (write(twin.journal, twin.notes, twin.noted) != (ssize_t)twin.noted || fdatasync(twin.journal) != 0))
        exit(1);
    twin.noted = 0;
}

// Notes what changes of the run's wave are to come or were made; true: there are some.
static bool note_changes(const struct run *run, const char *what)
{
    bool some = false;
    for (int i = twin.wave_begin[run->wave]; i < twin.wave_begin[run->wave + 1]; i++)
        if (is(&twin.lines[i], "change")) {
            note(what, &twin.lines[i]);
            some = true;
        }
    return some;
}

static void start_wave(struct run *run)
{
    run->held = false;
    for (int i = twin.wave_begin[run->wave]; i < twin.wave_begin[run->wave + 1]; i++) {
        const struct line *line = &twin.lines[i];
        if (!is(line, "sign-in"))
            start_request(run, line);
        else if (token_for(line->fields[1]) == NULL)
            start_sign_in(run, line);
    }
}

// On to the next wave that asks for something, or to the next run; false: there is none.
static bool advance(struct run *run)
{
    while (run->open == 0 && !run->held) {
        if (run->wave >= 0)
            note_changes(run, "result");
        if (++run->wave == twin.waves) {
            if (twin.journal >= 0)
                note("end", &twin.lines[0]);
            if (twin.left-- <= 0)
                return false;
            run->wave = 0;
        }
        run->held = note_changes(run, "intent");
        if (!run->held)
            start_wave(run);
    }
    return true;
}

static void take_answer(struct call *call)
{
    long status = 0;
    const struct line *line = call->line;
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    int wanted = is(line, "read") ? (int)strtol(line->fields[2], NULL, 10) : 0;
    if (wanted == 0 ? status / 100 != 2 : status != wanted) {
        fprintf(stderr, "twin: %ld %.*s\n", status, (int)call->length, call->length == 0 ? "" : call->bytes);
        give_up("another answer than in the run", line);
    }
    cJSON *value = cJSON_ParseWithLength(call->length == 0 ? "" : call->bytes, call->length);
    if (call->length > 0 && value == NULL)
        give_up("not JSON", line);
    if (is(line, "sign-in")) {
        const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(value, "access_token"));
        twin.tokens[twin.token_count].audience = line->fields[1];
        if (asprintf(&twin.tokens[twin.token_count++].header, "Authorization: Bearer %s", text) < 0)
            abort();
    }
    cJSON_Delete(value);
}

static void end_calls(void)
{
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(twin.multi, &left)) != NULL;) {
        struct call *call = NULL;
        CURLcode result = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
        if (result != CURLE_OK)
            give_up(curl_easy_strerror(result), call->line);
        take_answer(call);
        curl_multi_remove_handle(twin.multi, call->easy);
        curl_slist_free_all(call->headers);
        free(call->form);
        call->headers = NULL;
        call->form = NULL;
        call->run->open--;
        call->next = twin.free;
        twin.free = call;
    }
}

static void turn(void)
{
    struct epoll_event events[EVENTS];
    double left = twin.due_ms - now_ms();
    int running, count = epoll_wait(twin.epoll, events, EVENTS,
                                    twin.due_ms < 0 ? -1
                                    : left > 0      ? (int)left + 1
                                                    : 0);
    for (int i = 0; i < count; i++)
        curl_multi_socket_action(twin.multi, events[i].data.fd,
                                 (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                                     (events[i].events & ~(unsigned)EPOLLOUT ? CURL_CSELECT_IN : 0),
                                 &running);
    if (twin.due_ms >= 0 && now_ms() >= twin.due_ms) {
        twin.due_ms = -1;
        curl_multi_socket_action(twin.multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    end_calls();
}

// With several runs: every token once, before the first.
static void sign_in_first(void)
{
    struct run run = {0};
    for (int i = 0; i < twin.line_count; i++)
        if (is(&twin.lines[i], "sign-in"))
            start_sign_in(&run, &twin.lines[i]);
    while (run.open > 0)
        turn();
}

static void run_all(long at_once)
{
    long active = at_once;
    twin.left -= at_once;
    for (long i = 0; i < at_once; i++)
        twin.runs[i].wave = -1;
    while (active > 0) {
        active = 0;
        for (long i = 0; i < at_once; i++)
            active += twin.runs[i].wave < twin.waves && advance(&twin.runs[i]);
        flush();
        for (long i = 0; i < at_once; i++)
            if (twin.runs[i].held)
                start_wave(&twin.runs[i]);
        if (active > 0)
            turn();
    }
}

int main(int argc, char **argv)
{
    FILE *plan = argc >= 3 && argc <= 6 ? fopen(argv[1], "r") : NULL;
    twin.left = argc > 4 ? strtol(argv[4], NULL, 10) : 1;
    long at_once = argc > 5 ? strtol(argv[5], NULL, 10) : 1;
    if (plan == NULL || at_once < 1 || at_once > MOST_RUNS || twin.left < at_once) {
        fprintf(stderr, "usage: twin PLAN ROUTE [JOURNAL [RUNS [ATONCE]]]\n");
        return 2;
    }
    read_plan(plan);
    twin.route = argv[2];
    twin.journal = argc > 3 && strcmp(argv[3], "-") != 0
                       ? open(argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)
                       : -1;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    twin.epoll = epoll_create1(EPOLL_CLOEXEC);
    twin.multi = curl_multi_init();
    long connections = at_once > 64 ? at_once : 64; // as many as the program has
    curl_multi_setopt(twin.multi, CURLMOPT_MAXCONNECTS, connections);
    curl_multi_setopt(twin.multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
    curl_multi_setopt(twin.multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(twin.multi, CURLMOPT_TIMERFUNCTION, on_timer);
    if (twin.left > 1)
        sign_in_first();
    run_all(at_once);
    return 0;
}
