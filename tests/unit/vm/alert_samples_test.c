// Every payload of tests/alerts against what manifest.tsv says of it.
#include "../alert_world.h"

#include "base/clock.h"
#include "base/text.h"
#include "data/schema.h"
#include "intake/alert.h"

enum { MAX_COLUMNS = 24 };

// How a column of the manifest is found in a record: a member, or one member of each item of a list.
struct column {
    const char *name, *list, *member;
};
static const struct column singles[] = {{"alert_type", NULL, "type"},
                                        {"alert_id", NULL, "id"},
                                        {"severity", NULL, "severity"},
                                        {"status", NULL, "status"}};
static const struct column plurals[] = {
    {"resource_ids", "resources", NULL},
    {"ip_addresses", "ips", NULL},
    {"upns", "actors", "name"},
    {"object_ids", "actors", "object_id"},
    {"app_ids", "actors", "app_id"},
    {"tenant_ids", "tenants", NULL},
    {"targets", "targets", "id"},
    {"subscription_ids", "subscriptions", NULL},
    {"hosts", "hosts", NULL},
};

struct row {
    struct arena *arena;
    const char *names[MAX_COLUMNS], *cells[MAX_COLUMNS];
    size_t count;
};

static size_t split(struct arena *arena, const char *line, char separator, const char **cells, size_t max)
{
    size_t count = 0;
    for (;;) {
        const char *end = strchr(line, separator);
        assert_true(count < max);
        cells[count++] = end == NULL ? line : arena_strndup(arena, line, (size_t)(end - line));
        if (end == NULL)
            return count;
        line = end + 1;
    }
}

static const char *cell(const struct row *row, const char *name)
{
    for (size_t i = 0; i < row->count; i++)
        if (strcmp(row->names[i], name) == 0)
            return row->cells[i];
    fail_msg("the manifest has no column %s", name);
    return "";
}

static void check_singles(const struct row *row, const struct value *alerts)
{
    for (size_t c = 0; c < sizeof singles / sizeof singles[0]; c++) {
        const char *wanted = cell(row, singles[c].name);
        if (strcmp(wanted, "*") == 0)
            continue;
        struct text got = text_new(row->arena);
        for (size_t i = 0; i < value_count(alerts); i++) {
            const char *text = value_text_at(value_item(alerts, i), singles[c].member);
            text_addf(&got, "%s%s", i > 0 ? ";" : "", text != NULL ? text : "");
        }
        if (strcmp(wanted, got.ptr) != 0)
            fail_msg("%s: %s is '%s', not '%s'", cell(row, "file"), singles[c].name, got.ptr, wanted);
    }
}

static void check_times(const struct row *row, const struct value *alerts)
{
    static const char *const names[] = {"start", "end"};
    for (size_t n = 0; n < 2; n++) {
        const char *wanted[8] = {NULL};
        if (strcmp(cell(row, names[n]), "*") == 0)
            continue;
        size_t count = split(row->arena, cell(row, names[n]), ';', wanted, 8);
        for (size_t i = 0; i < count; i++) {
            const char *got = value_text_at(value_item(alerts, i), names[n]);
            int64_t a = 0, b = 0;
            if (wanted[i][0] == '\0') {
                assert_null(got);
                continue;
            }
            assert_true(clock_parse(wanted[i], &a));
            if (got == NULL || !clock_parse(got, &b) || a != b)
                fail_msg("%s: %s is %s, not %s", cell(row, "file"), names[n], got != NULL ? got : "nil",
                         wanted[i]);
            // RFC 3339: a zone is always there.
            assert_true(text_ends(got, "Z") || got[strlen(got) - 6] == '+' || got[strlen(got) - 6] == '-');
        }
    }
}

static bool has(const char *const *items, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i], text) == 0)
            return true;
    return false;
}

// Both sides as sets: the manifest joins the facts of all alerts of a file.
static void check_plurals(const struct row *row, const struct value *alerts)
{
    for (size_t c = 0; c < sizeof plurals / sizeof plurals[0]; c++) {
        const char *wanted[64], *got[64], *text = cell(row, plurals[c].name);
        if (strcmp(text, "*") == 0)
            continue;
        size_t wanted_count = text[0] == '\0' ? 0 : split(row->arena, text, ';', wanted, 64), count = 0;
        for (size_t i = 0; i < value_count(alerts); i++) {
            const struct value *list = value_get(value_item(alerts, i), plurals[c].list);
            assert_true(value_is(list, VALUE_LIST));
            for (size_t k = 0; k < value_count(list); k++) {
                const struct value *item = value_item(list, k);
                const char *fact = value_text(plurals[c].member ? value_get(item, plurals[c].member) : item);
                if (fact == NULL || has(got, count, fact))
                    continue;
                if (!has(wanted, wanted_count, fact))
                    fail_msg("%s: %s has '%s'", cell(row, "file"), plurals[c].name, fact);
                got[count++] = fact;
            }
        }
        for (size_t i = 0; i < wanted_count; i++)
            if (!has(got, count, wanted[i]))
                fail_msg("%s: %s lacks '%s'", cell(row, "file"), plurals[c].name, wanted[i]);
    }
}

static const char *kind_of(const char *family)
{
    static const char *const names[][2] = {{"kv", "keyvault"},
                                           {"dns", "dns"},
                                           {"arm", "resource-manager"},
                                           {"csp", "csp-fraud"},
                                           {"aks", "kubernetes"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], family) == 0)
            return names[i][1];
    return NULL;
}

// What a record says in one field and in the plural beside it is the same.
static void check_main(const struct row *row, const struct value *alert)
{
    static const char *const pairs[][2] = {
        {"ip", "ips"}, {"tenant", "tenants"}, {"actor.object_id", "actors"}};
    for (size_t i = 0; i < 2; i++) {
        const struct value *first = value_item(value_get(alert, pairs[i][1]), 0);
        if (!value_equal(first != NULL ? first : &value_null, value_get(alert, pairs[i][0])))
            fail_msg("%s: %s is not the first of %s", cell(row, "file"), pairs[i][0], pairs[i][1]);
    }
    const char *id = value_text_at(alert, "resource.id"),
               *subscription = value_text_at(alert, "resource.subscription");
    if (id != NULL) {
        assert_non_null(value_text_at(alert, "resource.name"));
        assert_non_null(value_text_at(alert, "resource.type"));
        assert_string_equal(subscription, value_text_at(alert, "subscription"));
    }
    assert_true(value_is(value_get(alert, "partner"), VALUE_MAP) &&
                value_is(value_get(alert, "customer"), VALUE_MAP));
    assert_false(value_is_null(value_get(alert, "raw")));
}

static void check_file(struct world *world, const struct row *row)
{
    struct err err = {0};
    struct err_list *notes = err_list_new(world->arena);
    const char *file = cell(row, "file"), *family = cell(row, "family");
    const struct value *alerts = read_file(world, arena_printf(row->arena, "alerts/%s", file), notes, &err);
    if (alerts == NULL)
        fail_msg("%s:%d:%d: %s", file, err.pos.line, err.pos.column, err.message);
    if (notes->count > 0)
        fail_msg("%s: %s", file, notes->items[0].message);
    for (size_t i = 0; i < value_count(alerts); i++)
        if (schema_check(world->arena, alert_schema(world->arena), value_item(alerts, i), "the alert",
                         &err) == NULL)
            fail_msg("%s: %s", file, err.message);
    check_singles(row, alerts);
    check_times(row, alerts);
    check_plurals(row, alerts);
    bool test = strstr(file, "test-alert") || strstr(file, "simulated") || strstr(file, "advisory");
    for (size_t i = 0; i < value_count(alerts); i++) {
        const struct value *alert = value_item(alerts, i);
        check_main(row, alert);
        if (strcmp(family, "mixed") != 0 && !text_same(kind_of(family), value_text_at(alert, "kind")))
            fail_msg("%s: kind is %s", file, value_text_at(alert, "kind"));
        if (value_flag_at(alert, "simulated") != test)
            fail_msg("%s: simulated is wrong", file);
    }
}

static void manifest(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    size_t length;
    char *text = file_read(world->arena, "alerts/manifest.tsv", 1024 * 1024, &length, &err);
    assert_non_null(text);
    struct row row = {.arena = world->arena};
    size_t files = 0;
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        if (row.count == 0) {
            row.count = split(world->arena, line, '\t', row.names, MAX_COLUMNS);
            continue;
        }
        assert_int_equal(split(world->arena, line, '\t', row.cells, MAX_COLUMNS), row.count);
        check_file(world, &row);
        files++;
    }
    assert_int_equal(files, 49);
}

// Facts that the manifest has no column for.
static void details(void **state)
{
    static const struct {
        const char *file, *path, *wanted;
    } cases[] = {
        {"kv-01-tor-access.arm.json", "resource.name", "kv-contoso-prod"},
        {"kv-01-tor-access.arm.json", "resource.group", "rg-contoso-prod"},
        {"kv-01-tor-access.arm.json", "resource.type", "Microsoft.KeyVault/vaults"},
        {"kv-01-tor-access.arm.json", "actor.kind", "user"},
        {"kv-13-user-without-object-id.arm.json", "actor.name", "kenji.sato@contoso.com"},
        {"kv-13-user-without-object-id.arm.json", "actor.app_id", "1225d047-9fd2-41da-96fc-b065a8d464c8"},
        {"kv-01-tor-access.arm.json", "title", "Access from a TOR exit node to a key vault"},
        {"arm-01-suspicious-ip.arm.json", "resource.type", "Microsoft.Resources/subscriptions"},
        {"csp-01-crypto-mining.fraudevents.json", "partner.name", "Contoso Cloud Partner"},
        {"csp-01-crypto-mining.fraudevents.json", "customer.tenant", "53930895-ff43-4808-a11e-99816b51822a"},
        {"csp-01-crypto-mining.fraudevents.json", "tenant", "53930895-ff43-4808-a11e-99816b51822a"},
        {"csp-01-crypto-mining.fraudevents.json", "confidence", "high"},
        {"csp-08-webhook.json", "event", "azure-fraud-event-detected"},
        {"kv-10-suspicious-ip.eventgrid.json", "event", "Microsoft.Graph.AlertCreated"},
    };
    struct world *world = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        char *name = arena_printf(world->arena, "alerts/%s", cases[i].file);
        const struct value *alerts = read_file(world, name, NULL, &err);
        const char *got = value_text_at(value_item(alerts, 0), cases[i].path);
        if (got == NULL || strcmp(got, cases[i].wanted) != 0)
            fail_msg("%s: %s is %s", cases[i].file, cases[i].path, got != NULL ? got : "nil");
    }
    struct err err = {0};
    const struct value *alerts =
        read_file(world, "alerts/kv-03-secret-listing-then-get.arm.json", NULL, &err);
    const struct value *target = value_item(value_get(value_item(alerts, 0), "targets"), 4);
    assert_string_equal(value_text_at(target, "kind"), "certificate");
    assert_string_equal(value_text_at(target, "name"), "wildcard-contoso-com");
    assert_string_equal(value_text_at(target, "time"),
                        "2024-09-16T13:06:15Z"); // from the supporting evidence
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(manifest), cmocka_unit_test(details)};
    return cmocka_run_group_tests(tests, open_world, close_world);
}
