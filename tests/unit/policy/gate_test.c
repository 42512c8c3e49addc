// The gate: every combination of mode, phase, request and permit; hostile requests.
#include "gate.h"

#include <stdio.h>

#include "base/file.h"
#include "base/text.h"
#include "policy/channel.h"
#include "policy/cloud.h"

static const struct channel webhook = {.url = "https://hooks.example/s3cret",
                                       .shown = "https://hooks.example/…"};

static struct gate *new_gate(struct arena *arena, enum mode mode)
{
    struct gate *gate = gate_new(
        arena, &(struct gate_config){
                   .mode = mode, .cloud = cloud_find("public"), .scope = scope, .channel = &webhook});
    learn(gate, ARM VAULT,
          (struct response){.body = json(arena, KV(VAULT, "https://kv-pay.vault.azure.net/"))});
    return gate;
}

static const char *const verdicts[] = {"read", "change", "hold", "refuse"};
static const char *const phases[] = {"observe", "plan", "apply", "verify", "undo"};
static const char *const classes[] = {"read",        "post-read",    "change",
                                      "secret-read", "foreign-host", "unlearned-vault"};
static const char *const permits[] = {"none", "not-durable", "durable", "other", "rehearsal"};

static size_t index_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    fail_msg("unknown word %s", word);
    return 0;
}

static const struct request requests[] = {
    {.method = "GET", .url = ARM VAULT "?api-version=2023-07-01"},
    {.method = "POST", .url = ARM "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"},
    {.method = "PATCH", .url = ARM VAULT "?api-version=2023-07-01"},
    {.method = "GET", .url = "https://kv-pay.vault.azure.net/secrets/db/0123456789abcdef0123456789abcdef"},
    {.method = "PUT", .url = "https://evil.example/x"},
    {.method = "PATCH", .url = "https://attacker.vault.azure.net/secrets/db/1"},
};

static enum gate_verdict judge_row(struct arena *arena, const char *mode, const char *phase,
                                   const char *class, const char *permit_word)
{
    enum mode m;
    assert_true(mode_from_word(mode, &m));
    struct request request = requests[index_of(class, classes, 6)], other = request;
    request.body = json(arena, "{\"a\":1}");
    if (strcmp(request.method, "GET") == 0)
        request.body = NULL;
    other.body = json(arena, "{\"a\":2}");
    bool used[1] = {false};
    size_t p = index_of(permit_word, permits, 5);
    struct permit permit = {.ticket = 7,
                            .durable = p == 1 ? 6 : 7,
                            .requests = p == 3 ? &other : &request,
                            .count = 1,
                            .used = used,
                            .rehearsal = p == 4};
    struct err err = {0};
    enum gate_verdict verdict = gate_judge(new_gate(arena, m), (enum phase)index_of(phase, phases, 5),
                                           &request, p == 0 ? NULL : &permit, &err);
    assert_int_equal(err.code, verdict == GATE_REFUSE ? E_REFUSED : E_NONE);
    assert_int_equal(used[0], verdict == GATE_CHANGE);
    return verdict;
}

static void judges_every_combination(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    size_t length;
    char *text = file_read(arena, "tables/gate.tab", 1 << 20, &length, &err);
    assert_non_null(text);
    bool seen[3][5][6][5] = {0};
    size_t rows = 0;
    for (char *save = NULL, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char mode[16], phase[16], class[32], permit[16], verdict[16];
        if (line[0] == '#')
            continue;
        assert_int_equal(sscanf(line, "%15s %15s %31s %15s %15s", mode, phase, class, permit, verdict), 5);
        enum mode m;
        assert_true(mode_from_word(mode, &m));
        bool *mark =
            &seen[m][index_of(phase, phases, 5)][index_of(class, classes, 6)][index_of(permit, permits, 5)];
        assert_false(*mark);
        *mark = true;
        rows++;
        const char *got = verdicts[judge_row(arena, mode, phase, class, permit)];
        if (strcmp(got, verdict) != 0)
            fail_msg("%s: got %s", line, got);
    }
    assert_int_equal(rows, 3 * 5 * 6 * 5);
    arena_close(arena);
}

static void judges_hostile_requests(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    size_t length, rows = 0;
    char *text = file_read(arena, "tables/gate_requests.tab", 1 << 20, &length, &err);
    assert_non_null(text);
    struct gate *gate = new_gate(arena, MODE_DRY_RUN);
    for (char *save = NULL, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *field = NULL, *method = strtok_r(arena_strdup(arena, line), "\t", &field);
        if (line[0] == '#')
            continue;
        const char *url = strtok_r(NULL, "\t", &field), *verdict = strtok_r(NULL, "\t", &field),
                   *why = strtok_r(NULL, "\t", &field);
        err = (struct err){0};
        struct request request = {.method = method, .url = url};
        enum gate_verdict got = gate_judge(gate, PHASE_APPLY, &request, NULL, &err);
        if (strcmp(verdicts[got], verdict) != 0 || (why != NULL && strstr(err.message, why) == NULL))
            fail_msg("%s\n  got %s %s", line, verdicts[got], err.message);
        rows++;
    }
    assert_in_range(rows, 100, 200);
    struct request message = {.method = "POST", .url = webhook.shown};
    assert_int_equal(gate_judge(gate, PHASE_OBSERVE, &message, NULL, &err), GATE_REFUSE);
    assert_string_equal(err.message, "nothing is changed in 'observe'");
    arena_close(arena);
}

static enum gate_verdict judge_with(struct gate *gate, struct request request, struct err *err)
{
    *err = (struct err){0};
    return gate_judge(gate, PHASE_APPLY, &request, NULL, err);
}

static void refuses_headers_bodies_lengths(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct gate *gate = new_gate(arena, MODE_DRY_RUN);
    struct err err;
    static const char *const bad[] = {"{\"X-HTTP-Method-Override\":\"DELETE\"}",
                                      "{\"Host\":\"evil.example\"}",
                                      "{\"Authorization\":\"x\"}",
                                      "{\"Content-Length\":\"0\"}",
                                      "{\"If-Match\":\"a\\r\\nX: y\"}",
                                      "{\"If-Match\":1}",
                                      "{\"If-Match\":\"a\\u007f\"}",
                                      "{\"If-Match\":\"é\"}",
                                      "{\"Content-Type\":\"text/powershell\"}",
                                      "[]"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(
            judge_with(gate,
                       (struct request){.method = "GET", .url = ARM VAULT, .headers = json(arena, bad[i])},
                       &err),
            GATE_REFUSE);
    assert_int_equal(judge_with(gate,
                                (struct request){.method = "GET",
                                                 .url = ARM VAULT,
                                                 .headers = json(arena, "{\"if-match\":\"* ~\"}")},
                                &err),
                     GATE_READ);
    assert_int_equal(
        judge_with(gate, (struct request){.method = "GET", .url = ARM VAULT, .body = json(arena, "{}")},
                   &err),
        GATE_REFUSE);
    assert_non_null(strstr(err.message, "with a body"));
    char *url = arena_alloc(arena, 9000);
    memset(url, 'a', 8999);
    memcpy(url, ARM "/", strlen(ARM) + 1);
    assert_int_equal(judge_with(gate, (struct request){.method = "GET", .url = url}, &err), GATE_REFUSE);
    assert_non_null(strstr(err.message, "8 KiB"));
    url[8192] = '\0';
    assert_int_equal(judge_with(gate, (struct request){.method = "GET", .url = url}, &err), GATE_READ);
    arena_close(arena);
}

// The text of a runbook is a body of its own kind; nothing else is, and it is nothing else.
static void knows_two_kinds_of_bodies(void **state)
{
    (void)state;
    static const struct {
        const char *headers, *body;
        enum gate_verdict verdict;
    } cases[] = {{"{\"content-type\":\"text/powershell\"}", "\"Get-Date\"", GATE_HOLD},
                 {"{\"Content-Type\":\"text/powershell\"}", "{}", GATE_REFUSE},
                 {"{\"Content-Type\":\"text/html\"}", "\"Get-Date\"", GATE_REFUSE},
                 {"{\"Content-Type\":\"application/json\"}", "{}", GATE_REFUSE},
                 {"{}", "\"Get-Date\"", GATE_REFUSE},
                 {"{}", "{}", GATE_HOLD}};
    struct arena *arena = arena_open();
    struct gate *gate = new_gate(arena, MODE_DRY_RUN);
    struct err err;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(judge_with(gate,
                                    (struct request){.method = "PUT",
                                                     .url = ARM VAULT,
                                                     .headers = json(arena, cases[i].headers),
                                                     .body = json(arena, cases[i].body)},
                                    &err),
                         cases[i].verdict);
    arena_close(arena);
}

static void lets_each_request_out_once(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct gate *gate = new_gate(arena, MODE_LIVE);
    struct value *body = value_map(arena), *same = value_map(arena), *unknown = value_map(arena);
    value_put(arena, body, "value", value_secret(arena, "s"));
    value_put(arena, same, "value", value_secret(arena, "s"));
    value_put(arena, unknown, "value", value_unknown(arena, "made by the service"));
    struct request planned[] = {
        {.method = "PUT", .url = "https://kv-pay.vault.azure.net/secrets/a", .body = body},
        {.method = "PUT", .url = "https://kv-pay.vault.azure.net/secrets/a", .body = body},
        {.method = "PUT", .url = "https://kv-pay.vault.azure.net/secrets/b", .body = unknown}};
    bool used[3] = {false};
    struct permit permit = {.ticket = 1, .durable = 3, .requests = planned, .count = 3, .used = used};
    struct request request = {
        .method = "PUT", .url = "https://kv-pay.vault.azure.net/secrets/a", .body = same};
    struct err err = {0};
    assert_int_equal(gate_judge(gate, PHASE_APPLY, &request, &permit, &err), GATE_CHANGE);
    assert_int_equal(gate_judge(gate, PHASE_APPLY, &request, &permit, &err), GATE_CHANGE);
    assert_int_equal(gate_judge(gate, PHASE_APPLY, &request, &permit, &err), GATE_REFUSE);
    assert_string_equal(err.message, "this request of the intent was sent already");
    request.body = json(arena, "{\"value\":\"s\"}"); // a plain text is not the secret
    assert_int_equal(gate_judge(gate, PHASE_APPLY, &request, &permit, &err), GATE_REFUSE);
    assert_int_equal(gate_judge(gate, PHASE_APPLY, &planned[2], &permit, &err), GATE_REFUSE);
    assert_string_equal(err.message, "a value in the body is not known");
    assert_false(used[2]);
    used[0] = false;
    struct request others[] = {
        {.method = "PATCH", .url = planned[0].url, .body = same},
        {.method = "PUT", .url = "https://kv-pay.vault.azure.net/secrets/c", .body = same}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(gate_judge(gate, PHASE_APPLY, &others[i], &permit, &err), GATE_REFUSE);
        assert_string_equal(err.message, "the request is not one that was planned and recorded");
    }
    permit.ticket = 0; // no intent at all
    request.body = same;
    assert_int_equal(gate_judge(gate, PHASE_APPLY, &request, &permit, &err), GATE_REFUSE);
    assert_false(used[0]);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_every_combination),       cmocka_unit_test(judges_hostile_requests),
        cmocka_unit_test(refuses_headers_bodies_lengths), cmocka_unit_test(knows_two_kinds_of_bodies),
        cmocka_unit_test(lets_each_request_out_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
