// What the documented procedure wants of single types of alert: who is contained besides the caller that the
// alert names, what is asked of whom, what is left to people. Each row is one sample of the lab, rehearsed.
#include "world.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/sample.h"
#include "data/json.h"
#include "data/value.h"

#define AMELIE "49e95443-4296-489d-9c36-e77640dcfb8b"
#define PAYROLL "87d36960-f687-470c-95f4-8d5c2cad9591"
#define ADMIN "b10511cc-6b6c-47e9-bbe3-392f60d1796d"
#define MARCO "baf0a4cc-51ff-4da8-a55c-00aece3ee424"
#define GUEST "318f20e4-c050-4c96-8d97-83ee664d5171"
#define UNLOGGED_VAULT                                                                                       \
    "/subscriptions/4bdad6d8-0ca1-4008-be5f-f128e988c706/resourceGroups/rg-dev/providers/"                   \
    "Microsoft.KeyVault/vaults/kv-contoso-dev"

static const struct {
    const char *type, *vault; // vault: in place of the sample's, or NULL
    const char *record;       // type of record that must be there
    const char *path;         // of what
    const char *holds;        // what its JSON must hold; NULL: the record must not be there
} rows[] = {
    {"KV_UserAppAnomaly", NULL, "effect.planned", "contain/rights/remove[0]", AMELIE},
    {"KV_UserAppAnomaly", NULL, "effect.planned", "contain/further_rights[0]/remove_further[0]", PAYROLL},
    {"KV_UserAppAnomaly", NULL, "step.finished", "contain/further_directory[" PAYROLL "]/their_roles",
     "\"done\""},
    {"KV_AppAnomaly", NULL, "effect.planned", "contain/further_rights[0]/remove_further[0]", NULL},
    {"KV_OperationPatternAnomaly", NULL, "effect.planned", "contain/rights/remove[0]", PAYROLL},
    // Marco is known, so that without an answer he stays; the forgotten administrator is not.
    {"KV_OperationPatternAnomaly", NULL, "ask.answered", "callers_each[" MARCO "]/meant", "otherwise"},
    {"KV_OperationPatternAnomaly", NULL, "step.finished", "callers_each[" MARCO "]/ask_them", "\"planned\""},
    {"KV_OperationPatternAnomaly", NULL, "ask.answered", "callers_each[" ADMIN "]/meant", "otherwise"},
    {"KV_OperationPatternAnomaly", NULL, "effect.planned", "contain/further_rights[0]/remove_further[0]",
     ADMIN},
    {"KV_OperationPatternAnomaly", NULL, "ask.answered",
     "contain/further_directory[" ADMIN "]/reduce/entra_further", "leave"},
    {"KV_OperationPatternAnomaly", NULL, "effect.planned", "renewal/rotate_secrets[1]", "settlement-sftp"},
    {"KV_OperationPatternAnomaly", NULL, "task.opened", "people/review_callers", NULL},
    {"KV_OperationVolumeAnomaly", NULL, "task.opened", "people/review_callers", "kv-contoso-dev"},
    // What Marco gave to a guest, as the activity log has it.
    {"KV_PutGetAnomaly", NULL, "effect.planned", "contain/take_back[0]", GUEST},
    {"KV_PutGetAnomaly", NULL, "task.opened", "people/undo_policy_change", "1 changes of the vault"},
    {"KV_UserAnomaly", NULL, "effect.planned", "contain/take_back[0]", NULL},
    // Suspicious addresses count as foreign; who else would be cut off, and what stands above the vault, is
    // told.
    {"KV_SuspiciousIPAccess", NULL, "step.finished", "contain/cut_off[0]", "\"done\""},
    {"KV_SuspiciousIPAccess", NULL, "task.opened", "people/let_in",
     "svc-admin-old@contoso.com (203.0.113.9)"},
    {"KV_SuspiciousIPAccess", NULL, "task.opened", "people/take_rights_above", "rg-payments"},
    // A role that is held through a group counts.
    {"KV_AccountVolumeAnomaly", NULL, "task.opened", "people/review_directory",
     "User Administrator through grp-directory-operators"},
    {"KV_ListGetAnomaly", UNLOGGED_VAULT, "ask.opened", "unlogged/everything", NULL},
    {"KV_ListGetAnomaly", UNLOGGED_VAULT, "step.finished", "unlogged/all", "\"done\""},
    {"KV_UserAnomaly", UNLOGGED_VAULT, "ask.answered", "unlogged/everything", "otherwise"},
    {"KV_UserAnomaly", UNLOGGED_VAULT, "step.finished", "unlogged/all", "\"skipped\""},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static const struct value *sample_of(struct world *world, const char *type, const char *vault)
{
    struct err err = {0};
    struct arena *arena = world->arena;
    const struct value *samples =
        sample_records(arena, world->vm, world->catalog, clock_now_ms(), false, &err);
    world_must(samples != NULL, &err);
    size_t at = 0;
    while (at < value_count(samples) && strcmp(value_text_at(value_item(samples, at), "type"), type) != 0)
        at++;
    assert_true(at < value_count(samples));
    const struct value *sample = value_item(samples, at);
    if (vault == NULL)
        return sample;
    struct value *moved = value_map(arena), *resource = value_map(arena), *resources = value_list(arena);
    value_put_all(arena, moved, sample);
    value_append(arena, resources, value_string(arena, vault));
    value_put_text(arena, resource, "id", vault);
    value_put_text(arena, resource, "name", strrchr(vault, '/') + 1);
    value_put(arena, moved, "resource", resource);
    value_put(arena, moved, "resources", resources);
    return moved;
}

static bool is_as_documented(struct world *world, size_t row)
{
    const struct value *record = world_record(world, rows[row].record, rows[row].path);
    const char *json = record != NULL ? json_text(world->arena, record) : NULL;
    if (rows[row].holds == NULL ? json == NULL : json != NULL && strstr(json, rows[row].holds) != NULL)
        return true;
    print_error("%s: %s of %s is %s\n", rows[row].type, rows[row].record, rows[row].path,
                json != NULL ? json : "not there");
    return false;
}

static bool same_run(size_t a, size_t b)
{
    return strcmp(rows[a].type, rows[b].type) == 0 && (rows[a].vault == NULL) == (rows[b].vault == NULL);
}

static void each_type_is_answered_as_documented(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    size_t wrong = 0;
    for (size_t i = 0; i < ROWS; i++) {
        if (i == 0 || !same_run(i, i - 1)) {
            const struct value *alert = sample_of(world, rows[i].type, rows[i].vault);
            assert_int_equal(world_run(world, world_shipped(world, "keyvault-alert"), MODE_DRY_RUN, alert),
                             0);
        }
        wrong += !is_as_documented(world, i);
    }
    world_close(world);
    assert_int_equal(wrong, 0);
}

// Roles that cannot be read are not taken for none: the run goes on without them, has failed, and a person
// looks.
static void unreadable_roles_are_for_people(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){
        .faults = "[{\"match\": \"GET graph.microsoft.com/v1.0/roleManagement/*\", \"times\": 0, "
                  "\"do\": \"status 403\"}]"});
    const struct value *alert = sample_of(world, "KV_UserAnomaly", NULL);
    assert_int_equal(world_run(world, world_shipped(world, "keyvault-alert"), MODE_LIVE, alert), 1);
    assert_non_null(world_record(world, "task.opened", "people/unreadable_roles"));
    const struct value *step = world_record(world, "step.finished", "exposed/disable_secrets[0]");
    assert_non_null(step);
    assert_string_equal(value_text_at(step, "status"), "done");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_type_is_answered_as_documented),
                                       cmocka_unit_test(unreadable_roles_are_for_people)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
