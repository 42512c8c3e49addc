// Secrets in answers: which texts are hidden, of which host, however deep they stand.
#include "../test.h"

#include "base/arena.h"
#include "data/json.h"
#include "data/value.h"
#include "policy/cloud.h"
#include "policy/secret_fields.h"

#define ARM "https://management.azure.com/x"
#define VAULT "https://kv.vault.azure.net/secrets"
#define GRAPH "https://graph.microsoft.com/v1.0/x"

static void hides(void **state)
{
    (void)state;
    static const struct {
        const char *from, *body, *where; // of the secret; NULL: the body is as it was
    } cases[] = {
        {VAULT, "{\"value\":\"s\"}", "value"},
        {VAULT, "{\"value\":[{\"id\":\"x\"}]}", NULL},
        {GRAPH, "{\"secretText\":\"s\"}", "secretText"},
        {GRAPH, "{\"SecretText\":\"s\"}", "SecretText"},
        {GRAPH, "{\"a\":{\"b\":{\"password\":\"s\"}}}", "a.b.password"},
        {ARM, "{\"properties\":{\"keys\":{\"primaryKey\":\"s\"}}}", "properties.keys.primaryKey"},
        {ARM, "{\"value\":\"s\"}", NULL}, // elsewhere it is no secret
        {GRAPH, "{\"primaryKey\":\"s\"}", NULL},
        {ARM, "{\"primaryKey\":{\"name\":\"s\"}}", NULL},
        {"https://a.example/x", "{\"primaryKey\":\"s\"}", NULL},
    };
    struct arena *arena = arena_open();
    const struct cloud *cloud = cloud_find("public");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct value *body = json_parse(arena, NULL, cases[i].body, strlen(cases[i].body), NULL);
        const struct value *shown = secret_fields_hide(arena, cloud, cases[i].from, body);
        assert_int_equal(shown == body, cases[i].where == NULL);
        if (cases[i].where != NULL && !value_is(value_at(shown, cases[i].where), VALUE_SECRET))
            fail_msg("%s", cases[i].body);
    }
    static const char list[] = "[{\"name\":\"a\"},[{\"primaryKey\":\"s\"}]]";
    const struct value *shown =
        secret_fields_hide(arena, cloud, ARM, json_parse(arena, NULL, list, strlen(list), NULL));
    assert_true(value_is(value_get(value_item(value_item(shown, 1), 0), "primaryKey"), VALUE_SECRET));
    assert_string_equal(value_text_at(value_item(shown, 0), "name"), "a");
    assert_null(secret_fields_hide(arena, cloud, ARM, NULL));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(hides)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
