// An intent tells what an undo needs: with which parameters the primitive was called, defaults and all, and
// no secret among them.
#include "world.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "vm/prim.h"

#define VAULT                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-prod"

#define ENTRY "kv/kv-contoso-prod/secrets/release-pipeline\t"

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

// A resource is called as Azure calls it, and as the policy and the activity log know it, not as its URL is
// written.
static void names_the_resource(void **state)
{
    (void)state;
    static const char id[] =
        "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg(é)/providers/"
        "Microsoft.KeyVault/vaults/kv";
    struct world *world = world_open(&(struct world_config){.lib = "fixtures/run"});
    const char *add = arena_printf(world->arena,
                                   "playbook: law\nversion: 1.0.0\nsteps:\n  - id: one\n    do: fx.add\n"
                                   "    with: {vault: %s, name: a b}\n",
                                   id);
    assert_int_equal(world_run(world, world_playbook(world, add), MODE_DRY_RUN, NULL), 0);
    const struct value *planned = world_record(world, "effect.planned", "one");
    assert_string_equal(
        value_text_at(planned, "resource"),
        arena_printf(world->arena, "%s/providers/Microsoft.Insights/diagnosticSettings/a b", id));
    const char *requests = json_text(world->arena, value_get(planned, "requests"));
    assert_non_null(strstr(requests, "/rg%28%C3%A9%29/"));
    assert_non_null(strstr(requests, "/a%20b?"));
    world_close(world);
}

// The directory tells a new secret of an application once: it stands in the vault and nowhere else.
static void tells_no_secret_of_a_service(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    struct err err = {0};
    size_t length;
    const struct primitive *primitive = primitive_find(world->vm, "entra.add_credential", &err);
    world_must(primitive != NULL, &err);
    assert_int_equal(world_run(world, world_step(world, primitive), MODE_LIVE, NULL), 0);
    const char *estate = world_files(world->arena, world_path(world, "lab"), &length);
    const char *at = memmem(estate, length, ENTRY, strlen(ENTRY));
    const char *value = at == NULL ? NULL : strstr(at, "\"value\":\"");
    assert_non_null(value);
    value += strlen("\"value\":\"");
    char *secret = arena_strndup(world->arena, value, strcspn(value, "\""));
    assert_int_equal(strlen(secret), 40); // 30 bytes of the lab's own
    const char *trail =
        world_files(world->arena, arena_printf(world->arena, "%s/trail", world->state), &length);
    assert_null(memmem(trail, length, secret, strlen(secret)));
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tells_the_parameters),
                                       cmocka_unit_test(names_the_resource),
                                       cmocka_unit_test(tells_no_secret_of_a_service)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
