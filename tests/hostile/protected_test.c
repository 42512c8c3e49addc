// What the policy protects, and what nobody may lock himself out of: whatever a playbook calls it, nothing of
// it changes in a live run that everybody has approved.
#include "world.h"

#include <string.h>

#include "base/arena.h"
#include "data/value.h"

#define PRINCIPAL "21498070-b17d-4897-a309-9ed455d8c0b4"
#define SELF "2f6a9d04-58c1-4b7e-8e3d-9c41f7a0b6d2"
#define OMAR "9eee9f14-6928-4996-beb2-4d26f892bfec"
#define OTHER "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54"
#define ADMINISTRATOR "62e90394-69f5-4237-9190-012177145e10"
#define PROD "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/"
#define VAULT PROD "resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod"
#define CUSTOMER "/subscriptions/662ce12b-cc10-49d2-92d1-f0c5c0fd26f7/"
#define ASSIGNMENT "providers/Microsoft.Authorization/roleAssignments/"

static const char *step(struct arena *arena, const char *primitive, const char *with)
{
    return arena_printf(arena,
                        "playbook: law\nversion: 1.0.0\nsteps:\n  - id: one\n    do: %s\n    with: {%s}\n",
                        primitive, with);
}

struct attempt {
    const char *primitive, *with, *why; // why NULL: it is done
};

static void try_all(struct world *world, const struct attempt *attempts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct attempt *attempt = &attempts[i];
        const char *before = world_digest(world);
        const char *text = step(world->arena, attempt->primitive, attempt->with);
        int status = world_run(world, world_playbook(world, text), MODE_LIVE, NULL);
        const char *reason = value_text_at(world_record(world, "step.finished", "one"), "reason");
        bool changed = world_changes(world, NULL) > 0 || strcmp(world_digest(world), before) != 0;
        bool fine = attempt->why == NULL
                        ? status == 0 && changed
                        : status == 6 && !changed && reason != NULL && strstr(reason, attempt->why) != NULL;
        if (!fine)
            fail_msg("%s {%s}: ended with %d (%s)%s", attempt->primitive, attempt->with, status,
                     reason == NULL ? "" : reason, changed ? ", and changed something" : "");
    }
}

// The account, by whatever the policy calls it and by whatever the playbook does.
static void protects_an_account(void **state)
{
    (void)state;
    static const char *const policies[] = {
        "approve_all: true\nprotect: [BreakGlass@contoso.com, omar.haddad@contoso.com]\n",
        "approve_all: true\nprotect: [21498070-B17D-4897-A309-9ED455D8C0B4, "
        "9EEE9F14-6928-4996-BEB2-4D26F892BFEC]\n"};
    static const struct attempt attempts[] = {
        {"entra.disable_principal", "principal: " OMAR, "is protected"},
        {"entra.disable_principal", "principal: 9EEE9F14-6928-4996-BEB2-4D26F892BFEC", "is protected"},
        {"entra.disable_principal", "principal: 21498070-B17D-4897-A309-9ED455D8C0B4",
         "nobody else is Global"},
        {"entra.revoke_sessions", "principal: " PRINCIPAL, "is protected"},
        {"entra.delete_principal", "principal: " OMAR, "is protected"},
        {"entra.reset_password", "principal: " PRINCIPAL, "is protected"},
        {"entra.remove_role", "principal: " PRINCIPAL ", role: " ADMINISTRATOR, "nobody else is Global"},
        {"rbac.remove_assignment", "assignment: " PROD ASSIGNMENT "1023c580-35b1-4b96-8be4-090e92c1f472",
         "is protected"},
        {"entra.disable_principal", "principal: " OTHER, NULL},
    };
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        struct world *world = world_open(&(struct world_config){.policy = policies[i]});
        try_all(world, attempts, sizeof attempts / sizeof attempts[0]);
        world_close(world);
    }
}

// A resource with all that is in it, in any case of its id, also through another door.
static void protects_a_resource(void **state)
{
    (void)state;
    static const struct attempt attempts[] = {
        {"keyvault.set_firewall", "vault: " VAULT, "is protected"},
        {"keyvault.set_firewall",
         "vault: "
         "/SUBSCRIPTIONS/4C37D899-9818-4152-8233-89CEA195DBE7/resourcegroups/RG-CONTOSO-PROD/PROVIDERS/"
         "microsoft.keyvault/VAULTS/KV-CONTOSO-PROD",
         "is protected"},
        {"keyvault.disable_secret", "vault: " VAULT ", name: acr-pull-token", "is protected"},
        {"keyvault.remove_principal", "vault: " VAULT ", principal: " OTHER, "is protected"},
    };
    struct world *world = world_open(&(struct world_config){
        .policy = "approve_all: true\nprotect: [/subscriptions/*/resourceGroups/rg-Contoso-prod]\n"});
    try_all(world, attempts, sizeof attempts / sizeof attempts[0]);
    world_close(world);
}

// With nothing protected: the run's own identity, the last owner, the last administrator.
static void locks_nobody_out(void **state)
{
    (void)state;
    static const struct attempt attempts[] = {
        {"entra.disable_principal", "principal: " SELF ", kind: application", "own identity"},
        {"keyvault.remove_principal", "vault: " VAULT ", principal: " SELF, "own identity"},
        {"rbac.remove_assignment", "assignment: " PROD ASSIGNMENT "a309e23c-04a8-4002-90c8-14df9f25fa51",
         "own"},
        {"rbac.remove_assignment", "assignment: " CUSTOMER ASSIGNMENT "6575dab6-33ab-4ce3-8d37-a32c4d513cfd",
         NULL},
        {"rbac.remove_assignment", "assignment: " CUSTOMER ASSIGNMENT "73232195-c39d-483d-8a0c-fb38589c2e6f",
         "nobody else owns"},
        {"entra.remove_role", "principal: " PRINCIPAL ", role: " ADMINISTRATOR, "nobody else is Global"},
        {"entra.disable_principal", "principal: " PRINCIPAL, "nobody else is Global"},
        {"entra.delete_principal", "principal: " PRINCIPAL, "nobody else is Global"},
    };
    struct world *world = world_open(&(struct world_config){.policy = "approve_all: true\nprotect: []\n"});
    try_all(world, attempts, sizeof attempts / sizeof attempts[0]);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(protects_an_account),
                                       cmocka_unit_test(protects_a_resource),
                                       cmocka_unit_test(locks_nobody_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
