// Resource Graph: whose public address it is, for those who may read the resource; other queries are refused.
#include "harness.h"

#define TARGET "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"
#define WHOSE(address)                                                                                       \
    "{'query': 'resources | where type =~ \\u0022microsoft.network/publicipaddresses\\u0022 | where "        \
    "properties.ipAddress == \\u0022" address "\\u0022 | project id, name'}"

static void finds_an_own_address(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const struct value *found =
        value_get(want(&bench, 200, "POST", ARM, TARGET, WHOSE("192.0.2.70")), "data");
    assert_int_equal(value_count(found), 1);
    assert_string_equal(value_text_at(value_item(found, 0), "name"), "pip-web-01");
    found = value_get(want(&bench, 200, "POST", ARM, TARGET, WHOSE("203.0.113.1")), "data");
    assert_int_equal(value_count(found), 0);
    want(&bench, 400, "POST", ARM, TARGET, "{'query': 'resources | count'}");
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_an_own_address)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
