// An intent tells what an undo needs: with which parameters the primitive was called, defaults and all, and
// no secret among them.
#include "world.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"

#define VAULT                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-prod"

static const char text[] = "playbook: law\nversion: 1.0.0\nsteps:\n"
                           "  - id: one\n    do: fx.tag\n    with: {vault: " VAULT ", value: red}\n"
                           "  - id: two\n    do: keyvault.set_firewall\n"
                           "    with: {vault: " VAULT ", default_action: Deny, add: [203.0.113.7]}\n";

static const char *params_of(struct world *world, const char *path)
{
    const struct value *intent = world_record(world, "effect.intent", path);
    assert_non_null(intent);
    return json_text(world->arena, value_get(intent, "params"));
}

static void tells_the_parameters(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){.lib = "fixtures/run"});
    const struct prepared_playbook *playbook = world_playbook(world, text);
    int status = world_run(world, playbook, MODE_LIVE, NULL);
    if (status != 0)
        world_print(world);
    assert_int_equal(status, 0);
    assert_string_equal(params_of(world, "one"), "{\"value\":\"red\",\"vault\":\"" VAULT "\"}");
    const char *firewall = params_of(world, "two");
    assert_non_null(strstr(firewall, "\"add\":[\"203.0.113.7\"]"));
    assert_non_null(strstr(firewall, "\"replace\":false")); // a default that nobody wrote
    // The same stands in the trail.
    size_t length;
    const char *trail =
        world_files(world->arena, arena_printf(world->arena, "%s/trail", world->state), &length);
    assert_non_null(memmem(trail, length, firewall, strlen(firewall)));
    assert_true(world_trail_is_whole(world));
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tells_the_parameters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
