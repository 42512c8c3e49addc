// Policy, protection, register and profile: what their files say, where they are wrong, what follows.
#include "../test.h"

#include "data/value.h"
#include "data/yaml.h"
#include "policy/policy.h"
#include "policy/profile.h"
#include "policy/register.h"

static const struct value *yaml(struct arena *arena, const char *text)
{
    struct err err = {0};
    const struct value *value = yaml_parse(arena, "t.yaml", text, strlen(text), &err);
    if (value == NULL)
        fail_msg("%s", err.message);
    return value;
}

// Whoever mends a file mends all of it.
static void says_all_that_is_wrong(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err_list *errors = err_list_new(arena);
    assert_null(profile_parse(arena,
                              yaml(arena, "tenat: 72f988bf-86f1-41af-91ab-2d7cd011db47\n"
                                          "cloud: privat\n"
                                          "auth: {kind: none, client_id: me}\n"
                                          "scope: [here, /subscriptions/x, there]\n"),
                              "p", errors));
    assert_int_equal(errors->count, 6); // no tenat, no tenant, cloud, two of the scope, client_id
    errors = err_list_new(arena);
    assert_null(profile_parse(arena,
                              yaml(arena, "tenant: 72f988bf-86f1-41af-91ab-2d7cd011db47\n"
                                          "auth: {kind: none}\nroute: ftp://x\nproxy: ftp://y\n"
                                          "scope: [/subscriptions/x]\nnotify: {kind: smtp}\n"),
                              "p", errors));
    assert_int_equal(errors->count, 5); // route, proxy, sender and url of notify, scope
    errors = err_list_new(arena);
    assert_null(policy_parse(arena,
                             yaml(arena, "approvals: {contain: 21, destroy: -1}\nmax_changes: -1\n"
                                         "protect: [nobody, {mtch: /x}, 3]\n"),
                             errors));
    assert_int_equal(errors->count, 7); // two numbers, changes, nobody, no mtch, no match, 3
    errors = err_list_new(arena);
    assert_null(
        register_parse(arena,
                       yaml(arena, "owners: [{resource: kv, mail: a@b.example},"
                                   " {resource: kw, mail: a@b.example}]\nresources: [{resource: k}]\n"),
                       errors));
    assert_int_equal(errors->count, 3);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(says_all_that_is_wrong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
