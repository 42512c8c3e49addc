// The round-trip law: every sample, written in every shape, reads back as it was written, as far as the shape
// can say.
#include "../alert_world.h"

#include "base/clock.h"
#include "base/text.h"
#include "cli/sample.h"

static const char *const defender[] = {"arm",
                                       "arm-list",
                                       "logicapp",
                                       "logicapp-body",
                                       "eventhub",
                                       "eventhub-batch",
                                       "securityalert",
                                       "securityalert-table",
                                       "sentinel-incident",
                                       "sentinel-alerts",
                                       "graph-v2",
                                       "graph-v1",
                                       "eventgrid",
                                       "activitylog",
                                       "activitylog-records",
                                       NULL};
static const char *const partner[] = {"fraudevents-new", "fraudevents-old", "graph-partner",
                                      "partner-webhook", NULL};

static const char *const fields[] = {
    "id",        "type",     "kind",     "title",     "description", "severity",     "confidence",
    "simulated", "start",    "end",      "tenant",    "tenants",     "subscription", "subscriptions",
    "partner",   "customer", "resource", "resources", "ip",          "ips",          "hosts",
};

// What a shape has no place for.
static const struct {
    const char *shape, *lacks;
} poor[] = {
    {"graph-v1", " targets confidence app_id "},
    {"graph-v2", " kind-of-actor "},
    {"sentinel-alerts", " tenant tenants name kind-of-actor hosts "},
    {"eventgrid",
     " type kind title description severity confidence simulated start end subscription subscriptions "
     "resource resources actors ip ips targets hosts "},
    {"activitylog", " type end tenant tenants subscriptions resource resources actors ip ips targets hosts "},
    {"activitylog-records",
     " type end tenant tenants subscriptions resource resources actors ip ips targets hosts "},
    {"fraudevents-old", " type severity confidence title description simulated resources ip ips "},
    {"graph-partner", " partner customer tenants "},
    {"partner-webhook",
     " id type severity confidence title description end tenant tenants partner customer resource "
     "resources ip ips hosts "},
};

static bool lacks(const char *shape, const char *field)
{
    for (size_t i = 0; i < sizeof poor / sizeof poor[0]; i++)
        if (strcmp(poor[i].shape, shape) == 0) {
            char word[64];
            snprintf(word, sizeof word, " %s ", field);
            return strstr(poor[i].lacks, word) != NULL;
        }
    return false;
}

// Graph writes severities and types in its own case.
static bool same(const char *shape, const struct value *a, const struct value *b)
{
    if (value_text(a) != NULL && value_text(b) != NULL && text_starts(shape, "graph"))
        return text_same(value_text(a), value_text(b));
    return value_equal(a != NULL ? a : &value_null, b != NULL ? b : &value_null);
}

static void check_actors(const char *shape, const struct value *sample, const struct value *got)
{
    static const char *const members[] = {"name", "object_id", "app_id", "kind"};
    const struct value *a = value_get(sample, "actors"), *b = value_get(got, "actors");
    if (lacks(shape, "actors"))
        return;
    assert_int_equal(value_count(a), value_count(b));
    for (size_t i = 0; i < value_count(a); i++)
        for (size_t m = 0; m < 4; m++) {
            const char *word = m == 3 ? "kind-of-actor" : members[m];
            const char *x = value_text_at(value_item(a, i), members[m]);
            const char *y = value_text_at(value_item(b, i), members[m]);
            if (!lacks(shape, word) && !text_same(x, y))
                fail_msg("%s, %s: actor's %s is %s, not %s", shape, value_text_at(sample, "type"), members[m],
                         y != NULL ? y : "nil", x != NULL ? x : "nil");
        }
}

static void check_targets(const char *shape, const struct value *sample, const struct value *got)
{
    const struct value *a = value_get(sample, "targets"), *b = value_get(got, "targets");
    if (lacks(shape, "targets"))
        return;
    assert_int_equal(value_count(a), value_count(b));
    for (size_t i = 0; i < value_count(a); i++) {
        assert_string_equal(value_text_at(value_item(a, i), "id"), value_text_at(value_item(b, i), "id"));
        assert_string_equal(value_text_at(value_item(a, i), "kind"), value_text_at(value_item(b, i), "kind"));
        assert_string_equal(value_text_at(value_item(a, i), "name"), value_text_at(value_item(b, i), "name"));
    }
}

// Rows of Log Analytics name a tenant only with an account.
static bool says_no_tenant(const char *shape, const struct value *sample)
{
    return text_starts(shape, "securityalert") && value_count(value_get(sample, "actors")) == 0;
}

static void check_pair(struct world *world, const char *shape, const struct value *sample)
{
    struct err err = {0};
    const char *type = value_text_at(sample, "type");
    struct err_list *notes = err_list_new(world->arena);
    world->run.instructions = 0;
    const struct value *payload = vm_sample_alert(world->vm, &world->run, shape, sample, &err);
    if (payload == NULL)
        fail_msg("%s, %s: %s", shape, type, err.message);
    const char *json = json_text(world->arena, payload);
    const struct value *raw = json_parse(world->arena, shape, json, strlen(json), &err);
    const struct value *alerts =
        raw == NULL ? NULL : vm_read_alerts(world->vm, &world->run, raw, notes, &err);
    if (alerts == NULL)
        fail_msg("%s, %s: %s", shape, type, err.message);
    if (notes->count > 0)
        fail_msg("%s, %s: %s", shape, type, notes->items[0].message);
    assert_int_equal(value_count(alerts), 1);
    const struct value *got = value_item(alerts, 0);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const struct value *a = value_get(sample, fields[i]), *b = value_get(got, fields[i]);
        if (text_starts(fields[i], "tenant") && says_no_tenant(shape, sample))
            continue;
        if (!lacks(shape, fields[i]) && !same(shape, a, b))
            fail_msg("%s, %s: %s is %s, not %s", shape, type, fields[i], json_text(world->arena, b),
                     json_text(world->arena, a != NULL ? a : &value_null));
    }
    check_actors(shape, sample, got);
    check_targets(shape, sample, got);
}

static size_t check_all(struct world *world, const char *const *shapes, const char *kind, bool simulated)
{
    struct err err = {0};
    int64_t now = 0;
    assert_true(clock_parse("2026-11-22T02:15:30Z", &now));
    const struct value *samples =
        sample_records(world->arena, world->vm, world->catalog, now, simulated, &err);
    if (samples == NULL)
        fail_msg("%s", err.message);
    size_t pairs = 0;
    for (; *shapes != NULL; shapes++)
        for (size_t i = 0; i < value_count(samples); i++)
            if (strcmp(value_text_at(value_item(samples, i), "kind"), kind) == 0) {
                check_pair(world, *shapes, value_item(samples, i));
                pairs++;
            }
    return pairs;
}

static void key_vault(void **state)
{
    assert_int_equal(check_all(*state, defender, "keyvault", false), 14 * 15);
}

static void fraud(void **state)
{
    assert_int_equal(check_all(*state, partner, "csp-fraud", false), 6 * 4);
}

static void names_and_operations(void **state)
{
    // The activity log tells the kind by the title, and Resource Manager's are reworded too often to be
    // known.
    const char *telling[sizeof defender / sizeof *defender] = {NULL};
    for (size_t i = 0; strcmp(defender[i], "activitylog") != 0; i++)
        telling[i] = defender[i];
    assert_int_equal(check_all(*state, defender, "dns", false), 13 * 15);
    assert_int_equal(check_all(*state, telling, "resource-manager", false), 46 * 13);
    assert_int_equal(check_all(*state, telling, "kubernetes", false), 2 * 13);
}

static void simulated_ones(void **state)
{
    static const char *const shapes[] = {"arm", "eventhub", "securityalert", "graph-v2", NULL};
    assert_int_equal(check_all(*state, shapes, "keyvault", true), 14 * 4);
}

// What was read from a real payload writes and reads back too.
static void real_payloads(void **state)
{
    static const char *const files[] = {"kv-01-tor-access.arm.json", "kv-04-unusual-user-app-pair.arm.json",
                                        "kv-07-unusual-operation-pattern.arm.json",
                                        "kv-09-account-many-vaults.arm.json",
                                        "kv-11-unusual-user-denied.arm.json"};
    struct world *world = *state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct err err = {0};
        const struct value *alerts =
            read_file(world, arena_printf(world->arena, "alerts/%s", files[i]), NULL, &err);
        assert_non_null(alerts);
        check_pair(world, "arm", value_item(alerts, 0));
        check_pair(world, "logicapp", value_item(alerts, 0));
        check_pair(world, "sentinel-incident", value_item(alerts, 0));
    }
}

static void payloads(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    const struct value *samples =
        sample_records(world->arena, world->vm, world->catalog, 1795313730000, false, &err);
    const struct value *one = sample_payload(world->vm, &world->run, "arm", "kv_toraccess", samples, &err);
    assert_string_equal(value_text_at(one, "properties.alertType"), "KV_TORAccess");
    const struct value *all = sample_payload(world->vm, &world->run, "arm-list", NULL, samples, &err);
    assert_int_equal(value_count(all), 14 + 13 + 46 + 2);
    assert_int_equal(value_count(vm_read_alerts(world->vm, &world->run, all, NULL, &err)), 14 + 13 + 46 + 2);
    assert_int_equal(value_count(sample_payload(world->vm, &world->run, "arm", "KV_*", samples, &err)), 14);
    assert_null(sample_payload(world->vm, &world->run, "arm", "KV_TorAcess", samples, &err));
    assert_int_equal(err.code, E_UNKNOWN_NAME);
    assert_non_null(strstr(err.hint, "KV_TORAccess"));
    assert_null(sample_payload(world->vm, &world->run, "nothing", NULL, samples, &err));
    // No more than once: ids differ.
    for (size_t i = 1; i < value_count(samples); i++)
        assert_string_not_equal(value_text_at(value_item(samples, i), "id"),
                                value_text_at(value_item(samples, i - 1), "id"));
}

static char *estate(struct world *world, const char *name)
{
    struct err err = {0};
    size_t length;
    char *text = file_read(world->arena, arena_printf(world->arena, "../interp/lab/estate/%s.json", name),
                           JSON_MAX_FILE, &length, &err);
    assert_non_null(text);
    return text;
}

// Samples are about vaults, objects and principals that the lab has, so that responding to one leads
// somewhere.
static void in_the_estate(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    const char *vaults = estate(world, "vaults"), *objects = estate(world, "objects");
    const char *directory = estate(world, "directory");
    const struct value *samples =
        sample_records(world->arena, world->vm, world->catalog, 1795313730000, false, &err);
    assert_non_null(samples);
    for (size_t i = 0; i < value_count(samples); i++) {
        const struct value *sample = value_item(samples, i), *targets = value_get(sample, "targets");
        if (strcmp(value_text_at(sample, "kind"), "keyvault") != 0)
            continue;
        for (size_t r = 0; r < value_count(value_get(sample, "resources")); r++)
            assert_non_null(strstr(vaults, value_text(value_item(value_get(sample, "resources"), r))));
        assert_non_null(strstr(directory, value_text_at(sample, "actor.object_id")));
        const char *vault = value_text_at(sample, "resource.name");
        for (size_t t = 0; t < value_count(targets); t++) {
            const struct value *target = value_item(targets, t);
            char *key = arena_printf(world->arena, "\"kv/%s/%ss/%s\"", vault, value_text_at(target, "kind"),
                                     value_text_at(target, "name"));
            if (strstr(objects, key) == NULL)
                fail_msg("the lab has no %s", key);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_vault),      cmocka_unit_test(fraud),
        cmocka_unit_test(simulated_ones), cmocka_unit_test(names_and_operations),
        cmocka_unit_test(real_payloads),  cmocka_unit_test(payloads),
        cmocka_unit_test(in_the_estate)};
    return cmocka_run_group_tests(tests, open_world, close_world);
}
