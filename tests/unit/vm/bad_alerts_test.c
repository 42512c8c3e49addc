// tests/alerts/bad: refused with place and reason, or accepted with a warning, as its README says; and every
// member that is read, given a wrong type.
#include "../alert_world.h"

#include "base/text.h"

static const struct {
    const char *file, *reason; // a part of the message; NULL: accepted
    int line;                  // 0: any
} cases[] = {
    {"01-missing-id", "names the alert", 0},
    {"02-wrong-types", "id must be a text", 2},
    {"03-truncated", "", 0},
    {"04-deep-nesting", "deep", 0},
    {"05-invalid-utf8", "UTF-8", 0},
    {"07-duplicate-keys", "twice", 0},
    {"08-unknown-alerttype", NULL, 0},
    {"09-trailing-garbage", "", 0},
    {"10-bom", NULL, 0},
    {"11-empty", "", 0},
    {"12-control-and-escapes", "", 0},
    {"13-no-characters", NULL, 0},
    {"14-no-code", NULL, 0},
};

static void bad_files(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        struct err_list *notes = err_list_new(world->arena);
        char *name = arena_printf(world->arena, "alerts/bad/%s.json", cases[i].file);
        const struct value *alerts = read_file(world, name, notes, &err);
        if (cases[i].reason == NULL) {
            if (alerts == NULL)
                fail_msg("%s: %s", cases[i].file, err.message);
            assert_int_equal(value_count(alerts), 1);
            continue;
        }
        if (alerts != NULL)
            fail_msg("%s was accepted", cases[i].file);
        assert_int_equal(err_exit_status(err.code), 2);
        assert_string_equal(err.pos.file, name);
        if (err.message[0] == '\0' || strstr(err.message, cases[i].reason) == NULL || err.pos.line < 1)
            fail_msg("%s:%d: %s", cases[i].file, err.pos.line, err.message);
        if (cases[i].line > 0)
            assert_int_equal(err.pos.line, cases[i].line);
    }
}

static void unknown_type(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    struct err_list *notes = err_list_new(world->arena);
    const struct value *alerts = read_file(world, "alerts/bad/08-unknown-alerttype.json", notes, &err);
    const struct value *alert = value_item(alerts, 0);
    assert_string_equal(value_text_at(alert, "kind"), "keyvault");
    assert_string_equal(value_text_at(alert, "type"), "KV_FutureAnomaly");
    assert_int_equal(notes->count, 1);
    assert_int_equal(notes->errors, 0);
    assert_non_null(strstr(notes->items[0].message, "KV_FutureAnomaly"));
}

// A good alert whose description is 2 MiB long: past the limit of one text, and refused without being kept.
static void huge_string(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    struct text text = text_new(world->arena);
    text_add(&text,
             "{\"id\": \"/x\", \"type\": \"Microsoft.Security/Locations/alerts\",\n \"description\": \"");
    for (size_t i = 0; i < 2 * 1024 * 1024 / 16; i++)
        text_add(&text, "a very long text");
    text_add(&text, "\"}");
    assert_null(json_parse(world->arena, "06-huge-string.json", text.ptr, text.length, &err));
    assert_int_equal(err_exit_status(err.code), 2);
    assert_int_equal(err.pos.line, 2);
}

// The place is that of the member itself, also inside lists and where the payload spells keys otherwise.
static void places(void **state)
{
    struct world *world = *state;
    static const char text[] = "{\"type\": \"Microsoft.Security/Locations/alerts\", \"name\": \"a\",\n"
                               "\"Properties\": {\"alertType\": \"KV_TORAccess\", \"Entities\": [\n"
                               "{\"type\": \"ip\", \"address\": \"192.0.2.1\"},\n"
                               "{\"type\": \"ip\", \"address\": 7}]}}";
    struct err err = {0};
    const struct value *raw = json_parse(world->arena, "places.json", text, strlen(text), &err);
    assert_null(vm_read_alerts(world->vm, &world->run, raw, NULL, &err));
    assert_string_equal(err.message, "properties.entities[1].address must be a text, and it is a number");
    assert_int_equal(err.pos.line, 4);
    assert_true(err.pos.column > 10);
    static const char batch[] =
        "[{\"AlertType\": \"KV_A\", \"SystemAlertId\": \"a\"},\n {\"AlertType\": \"KV_A\",\n"
        "\"severity\": [],\n\"SystemAlertId\": \"b\"}]";
    raw = json_parse(world->arena, "batch.json", batch, strlen(batch), &err);
    assert_null(vm_read_alerts(world->vm, &world->run, raw, NULL, &err));
    assert_string_equal(err.message, "[1].Severity must be a text, and it is a list");
    assert_int_equal(err.pos.line, 3);
}

static const char *const bases[] = {"alerts/kv-03-secret-listing-then-get.arm.json",
                                    "alerts/kv-03-secret-listing-then-get.eventhub.json",
                                    "alerts/kv-02-policy-change-then-get.securityalert.json",
                                    "alerts/kv-10-suspicious-ip.graph-v2.json",
                                    "alerts/kv-06-unusual-user.graph-v1.json",
                                    "alerts/csp-09-crypto-mining.graph-partner.json",
                                    "alerts/csp-01-crypto-mining.fraudevents.json",
                                    "alerts/csp-08-webhook.json",
                                    "alerts/kv-10-suspicious-ip.eventgrid.json",
                                    "alerts/aks-02-test-alert.activitylog.json",
                                    "alerts/dns-01-currency-mining.eventhub.json",
                                    "alerts/kv-03-secret-listing-then-get.sentinel-incident.json"};

// A copy of `value` in which the n-th scalar or container (in document order) is replaced; *n counts down.
static const struct value *replace(struct arena *arena, const struct value *value, size_t *n,
                                   const struct value *with)
{
    if ((*n)-- == 0)
        return with;
    if (value_is(value, VALUE_MAP)) {
        struct value *copy = value_map(arena);
        for (size_t i = 0; i < value_count(value); i++)
            value_add(arena, copy, value->fields[i].key,
                      *n == SIZE_MAX ? value->fields[i].value
                                     : replace(arena, value->fields[i].value, n, with));
        return copy;
    }
    if (value_is(value, VALUE_LIST)) {
        struct value *copy = value_list(arena);
        for (size_t i = 0; i < value_count(value); i++)
            value_append(arena, copy,
                         *n == SIZE_MAX ? value_item(value, i)
                                        : replace(arena, value_item(value, i), n, with));
        return copy;
    }
    return value;
}

static size_t count_nodes(const struct value *value)
{
    size_t count = 1;
    for (size_t i = 0; i < value_count(value); i++)
        count += count_nodes(value_is(value, VALUE_MAP) ? value->fields[i].value : value_item(value, i));
    return count;
}

// Whatever stands in a member, reading ends in a checked record or in a refusal that names a field: never in
// the script failing by itself.
static void any_type_anywhere(void **state)
{
    struct world *world = *state;
    for (size_t b = 0; b < sizeof bases / sizeof bases[0]; b++) {
        struct err err = {0};
        size_t length, refused = 0;
        char *bytes = file_read(world->arena, bases[b], JSON_MAX_FILE, &length, &err);
        const struct value *raw = json_parse(world->arena, bases[b], bytes, length, &err);
        assert_non_null(raw);
        struct value *list = value_list(world->arena), *map = value_map(world->arena);
        value_append(world->arena, list, value_int(world->arena, 7));
        value_put_text(world->arena, map, "type", "ip");
        const struct value *const others[] = {value_int(world->arena, 12), &value_true, list, map,
                                              &value_null};
        for (size_t node = 0, nodes = count_nodes(raw); node < nodes; node++)
            for (size_t o = 0; o < sizeof others / sizeof others[0]; o++) {
                size_t n = node;
                struct err got = {0};
                const struct value *changed = replace(world->arena, raw, &n, others[o]);
                world->run.instructions = 0;
                if (vm_read_alerts(world->vm, &world->run, changed, NULL, &got) != NULL)
                    continue;
                refused++;
                if (got.code != E_ALERT ||
                    (strstr(got.message, " must be ") == NULL && strstr(got.message, "known shape") == NULL &&
                     strstr(got.message, "no alert in it") == NULL))
                    fail_msg("%s, node %zu, type %zu: %s: %s", bases[b], node, o, err_name(got.code),
                             got.message);
            }
        assert_true(refused > 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bad_files), cmocka_unit_test(unknown_type),
                                       cmocka_unit_test(huge_string), cmocka_unit_test(places),
                                       cmocka_unit_test(any_type_anywhere)};
    return cmocka_run_group_tests(tests, open_world, close_world);
}
