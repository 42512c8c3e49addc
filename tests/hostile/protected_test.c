// What the policy protects, and what nobody may lock himself out of: whatever a playbook calls it, nothing of
// it changes in a live run that everybody has approved.
#include "world.h"

#include <string.h>

#include "base/arena.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/estate.h"
#include "run/engine.h"

#define PRINCIPAL "21498070-b17d-4897-a309-9ed455d8c0b4"
#define SELF "2f6a9d04-58c1-4b7e-8e3d-9c41f7a0b6d2"
#define OMAR "9eee9f14-6928-4996-beb2-4d26f892bfec"
#define OTHER "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54"
#define STRANGER "b10511cc-6b6c-47e9-bbe3-392f60d1796d"
#define STRANGERS_ROLE "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
#define MACHINE "6e6c5ac7-f5dc-47bf-8fda-f66641b219f3"
#define MACHINES_APP "839a1ae5-e8c7-4a71-aea1-3297db948994"
#define ADMINISTRATOR "62e90394-69f5-4237-9190-012177145e10"
#define PROD "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/"
#define VAULT PROD "resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod"
#define CUSTOMER "/subscriptions/662ce12b-cc10-49d2-92d1-f0c5c0fd26f7/"
#define DEV_ID "4bdad6d8-0ca1-4008-be5f-f128e988c706"
#define DEV "/subscriptions/" DEV_ID "/"
#define OTHERS "ae0ad05d-58e1-40b6-9597-8d398a573c5b"
#define SELFS "db16f7a5-039c-468a-9e1f-1f444fffbb05"
#define OMARS "0d3a1c5e-7b20-4c6f-9a41-2e8b6f0d4c17"
#define OWNER "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
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

// Whom the register does not name: the directory tells that it is he.
static void protects_a_stranger(void **state)
{
    (void)state;
    static const struct attempt attempts[] = {
        {"entra.confirm_compromised", "principal: " STRANGER,
         "is protected by the policy as SVC-admin-old@contoso.com"},
        {"entra.revoke_sessions", "principal: " STRANGER,
         "is protected by the policy as SVC-admin-old@contoso.com"},
        {"entra.remove_role", "principal: " STRANGER ", role: " STRANGERS_ROLE,
         "is protected by the policy as SVC-admin-old@contoso.com"},
        {"keyvault.remove_principal", "vault: " VAULT ", principal: " MACHINE, "is protected"},
        {"entra.revoke_sessions", "principal: " OTHER, NULL},
    };
    struct world *world = world_open(&(struct world_config){
        .policy =
            "approve_all: true\nprotect: [SVC-admin-old@contoso.com, " MACHINES_APP ", no@contoso.com]\n"});
    try_all(world, attempts, sizeof attempts / sizeof attempts[0]);
    const char *note = value_text_at(world_record(world, "note", NULL), "message");
    assert_non_null(note);
    assert_string_equal(note, "no@contoso.com, whom the policy protects, is not known to the directory");
    world_close(world);
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
    // One thing in it, which no parameter names as a whole.
    static const struct attempt within[] = {
        {"keyvault.disable_secret", "vault: " VAULT ", name: acr-pull-token", "is protected"},
        {"keyvault.disable_secret", "vault: " VAULT ", name: smtp-relay-password", NULL},
    };
    world = world_open(
        &(struct world_config){.policy = "approve_all: true\nprotect: [" VAULT "/secrets/acr-pull-token]\n"});
    try_all(world, within, sizeof within / sizeof within[0]);
    world_close(world);
    // A machine is known to Defender for Endpoint by another id.
    static const struct attempt elsewhere[] = {
        {"endpoint.isolate_machine", "machine: 7b1f4467e32d3be0fbf9ea8a6f6c5ad1d9a9c2c4", "is protected"},
        {"endpoint.scan_machine", "machine: 7b1f4467e32d3be0fbf9ea8a6f6c5ad1d9a9c2c4", "is protected"},
        {"endpoint.scan_machine", "machine: 1f0a9d2c5b7e48c3a6d4e8f9b0c1d2e3f4a5b6c7", NULL},
    };
    world = world_open(&(struct world_config){
        .policy = "approve_all: true\nprotect: ['/subscriptions/*/virtualMachines/VM-hr-01']\n"});
    try_all(world, elsewhere, sizeof elsewhere / sizeof elsewhere[0]);
    world_close(world);
}

// What everybody is said to have approved beforehand waits for them where the policy wants to ask.
static void asks_where_the_policy_wants_it(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){.policy = "approve_all: false\n"});
    const char *text = step(world->arena, "entra.revoke_sessions", "principal: " OTHER);
    assert_int_equal(world_run(world, world_playbook(world, text), MODE_LIVE, NULL), 3);
    assert_int_equal(world_changes(world, NULL), 0);
    assert_int_equal(world_count(world, "approval.granted", NULL), 0);
    world_close(world);
}

// As many changes as the policy allows are made, and not one more.
static void makes_no_change_more(void **state)
{
    (void)state;
    static const char text[] =
        "playbook: law\nversion: 1.0.0\nsteps:\n"
        "  - id: one\n    do: entra.revoke_sessions\n    with: {principal: " OTHER "}\n"
        "  - id: two\n    do: entra.disable_principal\n    with: {principal: " OTHER "}\n";
    struct world *world = world_open(&(struct world_config){.policy = "approve_all: true\nmax_changes: 1\n"});
    assert_int_equal(world_run(world, world_playbook(world, text), MODE_LIVE, NULL), 6);
    assert_int_equal(world_count(world, "effect.intent", NULL), 1);
    assert_string_equal(value_text_at(world_record(world, "effect.result", "two"), "status"), "refused");
    world_close(world);
}

static enum run_consent grant(void *context, const struct run_approval *approval)
{
    (void)approval;
    ++*(int *)context;
    return CONSENT_GIVEN;
}

// Whoever sits at the keyboard is asked only where his one word is enough.
static void asks_only_whose_word_is_enough(void **state)
{
    (void)state;
    static const struct {
        const char *policy;
        bool unattended;
        int asked, exit;
    } cases[] = {{"{}\n", false, 1, 0},
                 {"{}\n", true, 0, 3},
                 {"self: {contain: false}\n", false, 0, 3},
                 {"approvals: {contain: 2}\n", false, 0, 3},
                 {"approvers: [dana+37aedc94+ASxqBv6wKESBsIW2IE2y6rGDGCLkugc/0KMUQzEQXWHp]\n", false, 0, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct world *world = world_open(&(struct world_config){.policy = cases[i].policy});
        int asked = 0;
        const struct run_request request = {
            .playbook =
                world_playbook(world, step(world->arena, "entra.revoke_sessions", "principal: " OTHER)),
            .mode = MODE_LIVE,
            .person = {.context = &asked, .approve = grant},
            .unattended = cases[i].unattended};
        run_start(world->engine, &request);
        struct run *run = run_engine_take(world->engine);
        if (asked != cases[i].asked || run_exit(run) != cases[i].exit ||
            (world_changes(world, NULL) > 0) != (cases[i].exit == 0))
            fail_msg("%s asked %d times, ended with %d", cases[i].policy, asked, run_exit(run));
        run_close(run);
        world_close(world);
    }
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

// What the estate holds under a key, or NULL: nothing, from now on.
static void put(struct world *world, struct estate *estate, const char *key, const char *text)
{
    struct err err = {0};
    const struct value *value = text == NULL ? NULL : json_parse(world->arena, key, text, strlen(text), &err);
    world_must(text == NULL || value != NULL, &err);
    world_must(estate_begin(estate, true, &err), &err);
    estate_put(estate, key, value);
    world_must(estate_end(estate, &err), &err);
}

static void put_role(struct world *world, struct estate *estate, const char *name, const char *role,
                     const char *principal)
{
    put(world, estate, arena_printf(world->arena, "ra/%s", name),
        arena_printf(world->arena,
                     "{\"id\": \"" DEV "%s%s\", \"name\": \"%s\", \"type\": "
                     "\"Microsoft.Authorization/roleAssignments\", \"properties\": {\"roleDefinitionId\": "
                     "\"/providers/Microsoft.Authorization/roleDefinitions/%s\", \"principalId\": \"%s\", "
                     "\"principalType\": \"%s\", \"scope\": \"/subscriptions/" DEV_ID "\"}}",
                     ASSIGNMENT, name, name, role, principal,
                     strcmp(principal, SELF) == 0 ? "ServicePrincipal" : "User"));
}

// A disabled account is as good as none: the last one that is enabled stays.
static void keeps_the_last_enabled(void **state)
{
    (void)state;
    static const struct attempt alone[] = {
        {"entra.disable_principal", "principal: " OTHER, "nobody else owns /subscriptions/" DEV_ID},
        {"entra.delete_principal", "principal: " OTHER, "nobody else owns /subscriptions/" DEV_ID},
        {"rbac.remove_assignment", "assignment: " DEV ASSIGNMENT OTHERS, "nobody else owns"},
    };
    static const struct attempt by_two[] = {
        {"rbac.remove_assignment", "assignment: " DEV ASSIGNMENT OMARS, "nobody else owns"},
        {"entra.disable_principal", "principal: " OMAR, "nobody else owns"},
        {"entra.disable_principal", "principal: " PRINCIPAL, "nobody else is Global"},
        {"rbac.remove_assignment", "assignment: " DEV ASSIGNMENT OTHERS, NULL},
    };
    static const struct attempt disable_other[] = {{"entra.disable_principal", "principal: " OTHER, NULL}},
                                disable_global[] = {
                                    {"entra.disable_principal", "principal: " PRINCIPAL, NULL}};
    struct world *world = world_open(&(struct world_config){.policy = "approve_all: true\nprotect: []\n"});
    struct err err = {0};
    struct estate *estate = estate_open(world_path(world, "lab"), NULL, &err);
    world_must(estate != NULL, &err);
    put_role(world, estate, SELFS, "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", SELF); // gives roles, owns nothing
    put_role(world, estate, OTHERS, OWNER, OTHER);
    try_all(world, alone, sizeof alone / sizeof alone[0]);
    put_role(world, estate, OMARS, OWNER, OMAR);
    put(world, estate, "graph/roleassignments/otherglobal",
        "{\"id\": \"otherglobal\", \"principalId\": \"" OTHER "\", \"roleDefinitionId\": \"" ADMINISTRATOR
        "\", \"directoryScopeId\": \"/\"}");
    try_all(world, disable_other, 1);
    const char *disabling = arena_strdup(world->arena, world->run);
    try_all(world, by_two, sizeof by_two / sizeof by_two[0]);
    assert_int_equal(world_undo(world, disabling), 0);
    try_all(world, disable_global, 1);
    estate_close(estate);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(protects_an_account),
                                       cmocka_unit_test(protects_a_stranger),
                                       cmocka_unit_test(protects_a_resource),
                                       cmocka_unit_test(makes_no_change_more),
                                       cmocka_unit_test(asks_where_the_policy_wants_it),
                                       cmocka_unit_test(asks_only_whose_word_is_enough),
                                       cmocka_unit_test(locks_nobody_out),
                                       cmocka_unit_test(keeps_the_last_enabled)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
