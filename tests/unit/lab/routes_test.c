// What holds of every route of the lab (lab/routes.def), whatever it is about: who is not signed in learns
// nothing, an api-version is required and known, no body and no name ends in a fault of the lab's own, what
// is refused is refused in the API's envelope and changes nothing, a read changes nothing, and who only reads
// can change nothing.
#include "harness.h"

#include <sys/stat.h>

#include "base/text.h"

#define ENDPOINT "api.security.microsoft.com"

// A version that each set of route.c takes.
#define VERSIONS_NONE NULL
#define VERSIONS_ANY "2024-01-01"
#define VERSIONS_SUBSCRIPTION "2022-12-01"
#define VERSIONS_CLOUD "2022-09-01"
#define VERSIONS_VAULT "2023-07-01"
#define VERSIONS_SECURITY "2022-01-01"
#define VERSIONS_SUPPRESSION "2019-01-01-preview"
#define VERSIONS_GOVERNANCE "2022-01-01-preview"
#define VERSIONS_SOFTWARE "2021-05-01-preview"
#define VERSIONS_AUTHORIZATION "2022-04-01"
#define VERSIONS_COST "2023-11-01"
#define VERSIONS_QUOTA "2023-02-01"
#define VERSIONS_CAPACITY "2020-10-25"
#define VERSIONS_SUPPORT "2020-04-01"
#define VERSIONS_INVENTORY "2022-10-01"
#define VERSIONS_INSIGHTS "2015-04-01"
#define VERSIONS_AUTOMATION "2023-11-01"
#define VERSIONS_WEBHOOK "2015-10-31"
#define VERSIONS_QUERY "2017-01-01-preview"
#define VERSIONS_WORKSPACE "2022-10-01"
#define VERSIONS_COMPUTE "2024-03-01"
#define VERSIONS_DISK "2023-10-02"
#define VERSIONS_NETWORK "2024-01-01"
#define VERSIONS_DATA "7.4"

static const struct row {
    enum call_host host;
    const char *method, *template, *version, *handler;
} rows[] = {
#define X(host, method, template, versions, handler)                                                         \
    {CALL_##host, method, template, VERSIONS_##versions, #handler},
#include "lab/routes.def"
#undef X
};
enum { ROWS = sizeof rows / sizeof *rows, HOSTS = CALL_PARTNER + 1 };

static const char *const names[HOSTS] = {
    [CALL_ARM] = ARM,          [CALL_GRAPH] = GRAPH,      [CALL_LOGS] = LOGS,
    [CALL_VAULT] = PROD_VAULT, [CALL_LOGIN] = LOGIN,      [CALL_METADATA] = "169.254.169.254",
    [CALL_PARTNER] = PARTNER,  [CALL_ENDPOINT] = ENDPOINT};

// What stands in the estate, by the segment in front of it.
static const char *there(const char *before)
{
    static const char *const known[][2] = {
        {"subscriptions", "4c37d899-9818-4152-8233-89cea195dbe7"},
        {"vaults", "kv-contoso-prod"},
        {"virtualMachines", "vm-web-01"},
        {"disks", "vm-web-01_OsDisk_1_5d0c7a11"},
        {"{disks|snapshots}", "vm-web-01_OsDisk_1_5d0c7a11"},
        {"networkInterfaces", "nic-web-01"},
        {"networkSecurityGroups", "nsg-web"},
        {"automationAccounts", "aa-contoso-ops"},
        {"runbooks", "Rotate-Logs"},
        {"webhooks", "w-9921"},
        {"jobSchedules", "0c7d1f36-5e2a-4b90-8d44-a3f1b6c2e758"},
        {"jobs", "9dddd5ce-1b13-45bc-897f-eeb871842d4b"},
        {"workspaces", "law-contoso-soc"},
        {"locations", "westeurope"},
        {"pricings", "KeyVaults"},
        {"providers", "Microsoft.Storage"},
        {"resourceProviders", "Microsoft.Compute"},
        {"{secrets|keys|certificates}", "sql-prod-connection"},
        {"secrets", "sql-prod-connection"},
        {"keys", "invoice-signing"},
        {"certificates", "wildcard-contoso-com"},
        {"{users|servicePrincipals|applications|groups}", DANA},
        {"{users|servicePrincipals|applications}", DANA},
        {"{users|servicePrincipals|groups}", DANA},
        {"{users|servicePrincipals}", DANA},
        {"users", DANA},
        {"directoryObjects", DANA},
        {"servicePrincipals", "d533c62f-e44b-4bb8-b2d6-68c6102cecf0"},
        {"{servicePrincipals|applications}", "d533c62f-e44b-4bb8-b2d6-68c6102cecf0"},
        {"{servicePrincipals|applications|groups}", "d533c62f-e44b-4bb8-b2d6-68c6102cecf0"},
        {"groups", "91296762-667e-4411-8db3-6f1956de486d"},
        {"roleDefinitions", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"},
        {"roleAssignments", "ba16ac7634d502756f1f79c7d588d2cc46464872"},
        {"directoryRoles", "62e90394-69f5-4237-9190-012177145e10"},
        {"riskyUsers", "b10511cc-6b6c-47e9-bbe3-392f60d1796d"},
        {"machines", "7b1f4467e32d3be0fbf9ea8a6f6c5ad1d9a9c2c4"},
        {"machineactions", "0d1b7a52-5c1e-4b7e-9d0f-3f6c2a8e4b10"},
        {"customers", "059aea6e-a354-4082-b4b2-e80d82113b79"},
        {"servicerequests", "615102093024569"},
        {"oauth2PermissionGrants", "kQ3s8vE0TkSmtNaqi2Jx26vy15QQbINO"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (text_is(known[i][0], before))
            return known[i][1];
    return "none";
}

static const char *group_of(const char *template)
{
    return strstr(template, "Microsoft.Automation") != NULL            ? "rg-automation"
           : strstr(template, "Microsoft.OperationalInsights") != NULL ? "rg-soc"
                                                                       : "rg-contoso-prod";
}

// In place of the names of what is there (NULL).
static const char *const namings[] = {"none", "providers", NULL};
enum { NAMINGS = sizeof namings / sizeof *namings };

// The path of a row, about what is called so.
static char *path_of(struct arena *arena, const struct row *row, const char *called)
{
    struct text path = text_new(arena);
    const char *before = "";
    for (const char *at = row->template; *at != '\0';) {
        at += *at == '/';
        size_t length = strcspn(at, "/");
        char *segment = arena_strndup(arena, at, length), *bar = strchr(segment, '|');
        if (text_is(segment, "{+}"))
            text_addf(&path, PROD_SUB "/resourceGroups/%s", group_of(row->template));
        else if (bar != NULL)
            text_addf(&path, "/%.*s", (int)(bar - segment - 1), segment + 1);
        else if (segment[0] == '{' && text_is(before, "resourceGroups"))
            text_addf(&path, "/%s", group_of(row->template));
        else if (segment[0] == '{')
            text_addf(&path, "/%s",
                      called == NULL || text_is(before, "subscriptions") ? there(before) : called);
        else
            text_addf(&path, "/%s", segment);
        before = segment;
        at += length;
    }
    return path.ptr;
}

static char *with_version(struct arena *arena, const char *path, const char *version)
{
    return version == NULL ? arena_strdup(arena, path)
                           : arena_printf(arena, "%s?api-version=%s", path, version);
}

// One estate for as many requests as leave it as it is.
struct estate_in_use {
    struct bench bench;
    char *tokens[HOSTS], *digest;
    off_t written; // of the journal, when the digest was made
};

static off_t journal_size(const struct bench *bench)
{
    struct stat journal;
    const char *name = arena_printf(bench->arena, "%s/journal.jsonl", bench->dir);
    assert_int_equal(stat(name, &journal), 0);
    return journal.st_size;
}

static void open_estate(struct estate_in_use *use, const char *client)
{
    bench_open(&use->bench, NULL);
    if (client != NULL) {
        use->bench.client = client;
        use->bench.secret = LAB_READER_SECRET;
    }
    use->tokens[CALL_ARM] = sign_in(&use->bench, "https://management.azure.com");
    use->tokens[CALL_GRAPH] = sign_in(&use->bench, "https://graph.microsoft.com");
    use->tokens[CALL_LOGS] = sign_in(&use->bench, "https://api.loganalytics.io");
    use->tokens[CALL_VAULT] = sign_in(&use->bench, "https://vault.azure.net");
    use->tokens[CALL_ENDPOINT] = sign_in(&use->bench, "https://api.securitycenter.microsoft.com");
    use->tokens[CALL_PARTNER] =
        client != NULL ? NULL : sign_in_partner(&use->bench, "https://" PARTNER, true);
    use->tokens[CALL_LOGIN] = use->tokens[CALL_METADATA] = NULL;
    use->digest = digest_now(&use->bench);
    use->written = journal_size(&use->bench);
}

static void renew_estate(struct estate_in_use *use, const char *client)
{
    bench_close(&use->bench);
    open_estate(use, client);
}

static const struct value *send(struct estate_in_use *use, const struct row *row, const char *target,
                                const char *body)
{
    // The partner's alerts are shown to the partner's directory alone.
    const char *token = strstr(row->template, "/partner/") != NULL && use->tokens[CALL_PARTNER] != NULL
                            ? sign_in_partner(&use->bench, "https://" GRAPH, true)
                            : use->tokens[row->host];
    return send_raw(&use->bench, token, row->method, names[row->host], target, body);
}

static bool is_unchanged(struct estate_in_use *use)
{
    if (journal_size(&use->bench) == use->written)
        return true;
    return text_is(digest_now(&use->bench), use->digest);
}

static void is_said_properly(struct estate_in_use *use, const struct row *row, const char *target,
                             const struct value *answer)
{
    int status = use->bench.last.status;
    const char *said = answer == NULL ? "" : json_text(use->bench.arena, answer);
    if (status >= 500 || status < 200)
        fail_msg("%s %s: %d %s", row->method, target, status, said);
    if (status < 400)
        return;
    const char *code = row->host == CALL_PARTNER ? value_text_at(answer, "code")
                       : row->host == CALL_LOGIN ? value_text_at(answer, "error")
                                                 : value_text_at(answer, "error.code");
    const struct value *number = value_get(answer, "code");
    if (row->host != CALL_METADATA && (code == NULL || *code == '\0') && number == NULL)
        fail_msg("%s %s: %d without the envelope of its API: %s", row->method, target, status, said);
    if (!is_unchanged(use))
        fail_msg("%s %s: refused with %d, and the estate has changed", row->method, target, status);
}

static bool reads(const struct row *row)
{
    return text_is(row->method, "GET");
}

static void whatever_is_sent_is_answered(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        NULL,
        "{",
        "[]",
        "7",
        "{}",
        "{'properties': 1}",
        "{'value': []}",
        "{'properties': {'a': [1, {}]}, 'a': null}",
    };
    struct estate_in_use use;
    open_estate(&use, NULL);
    for (size_t i = 0; i < ROWS; i++)
        for (int n = 0; n < NAMINGS; n++)
            for (size_t b = 0; b < (reads(&rows[i]) ? 1 : sizeof bodies / sizeof *bodies); b++) {
                const char *target = with_version(
                    use.bench.arena, path_of(use.bench.arena, &rows[i], namings[n]), rows[i].version);
                const struct value *answer = send(&use, &rows[i], target, bodies[b]);
                is_said_properly(&use, &rows[i], target, answer);
                bool unchanged = use.bench.last.status >= 400 || is_unchanged(&use);
                if (reads(&rows[i]) && !unchanged)
                    fail_msg("GET %s has changed the estate", target);
                if (!unchanged)
                    renew_estate(&use, NULL);
            }
    bench_close(&use.bench);
}

static void an_api_version_is_required_and_known(void **state)
{
    (void)state;
    struct estate_in_use use;
    open_estate(&use, NULL);
    for (size_t i = 0; i < ROWS; i++) {
        const char *path = path_of(use.bench.arena, &rows[i], NULL);
        if (rows[i].version == NULL)
            continue;
        const struct value *answer = send(&use, &rows[i], path, reads(&rows[i]) ? NULL : "{}");
        if (use.bench.last.status != 400)
            fail_msg("%s %s without an api-version: %d", rows[i].method, path, use.bench.last.status);
        is_said_properly(&use, &rows[i], path, answer);
        const char *old = with_version(use.bench.arena, path, "1999-01-01");
        answer = send(&use, &rows[i], old, reads(&rows[i]) ? NULL : "{}");
        if (use.bench.last.status != 400)
            fail_msg("%s %s: %d", rows[i].method, old, use.bench.last.status);
        is_said_properly(&use, &rows[i], old, answer);
    }
    assert_true(is_unchanged(&use));
    bench_close(&use.bench);
}

static void who_is_not_signed_in_learns_nothing(void **state)
{
    (void)state;
    struct estate_in_use use;
    open_estate(&use, NULL);
    memset(use.tokens, 0, sizeof use.tokens);
    for (size_t i = 0; i < ROWS; i++) {
        bool open = rows[i].host == CALL_LOGIN || rows[i].host == CALL_METADATA ||
                    text_is(rows[i].handler, "cloud_endpoints");
        for (int n = 0; !open && n < NAMINGS; n++) {
            const char *target = with_version(use.bench.arena, path_of(use.bench.arena, &rows[i], namings[n]),
                                              rows[i].version);
            const struct value *answer = send(&use, &rows[i], target, reads(&rows[i]) ? NULL : "{}");
            if (use.bench.last.status != 401)
                fail_msg("%s %s: %d", rows[i].method, target, use.bench.last.status);
            is_said_properly(&use, &rows[i], target, answer);
        }
    }
    assert_true(is_unchanged(&use));
    bench_close(&use.bench);
}

static void who_only_reads_changes_nothing(void **state)
{
    (void)state;
    struct estate_in_use use;
    open_estate(&use, LAB_READER_ID);
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].host == CALL_LOGIN || rows[i].host == CALL_METADATA || rows[i].host == CALL_PARTNER ||
            strstr(rows[i].template, "/partner/") != NULL)
            continue;
        const char *target =
            with_version(use.bench.arena, path_of(use.bench.arena, &rows[i], NULL), rows[i].version);
        is_said_properly(&use, &rows[i], target,
                         send(&use, &rows[i], target, reads(&rows[i]) ? NULL : "{'properties': {}}"));
        if (!is_unchanged(&use))
            fail_msg("%s %s: %d for a reader, and the estate has changed", rows[i].method, target,
                     use.bench.last.status);
    }
    bench_close(&use.bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_sent_is_answered),
        cmocka_unit_test(an_api_version_is_required_and_known),
        cmocka_unit_test(who_is_not_signed_in_learns_nothing),
        cmocka_unit_test(who_only_reads_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
