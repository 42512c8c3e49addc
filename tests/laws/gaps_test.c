// What an alert may lack, and what becomes of a response then: every row of the table goes through a
// rehearsal, an audit, a live run, and both again. None may fail; what is not known is left to people, by a
// task that says so; and what was done once is not done again.
#include "world.h"

#include <string.h>

#include "pool.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/sample.h"
#include "data/json.h"
#include "data/value.h"
#include "vm/vm.h"

static const enum mode modes[] = {MODE_DRY_RUN, MODE_AUDIT, MODE_LIVE, MODE_AUDIT, MODE_LIVE};
static const char *const names[] = {"rehearsal", "audit", "live run", "audit afterwards", "second live run"};
enum { RUNS = sizeof modes / sizeof modes[0] };

static const struct {
    const char *type;  // of the sample, or a file of tests/alerts without ".arm.json"
    const char *lacks; // members of the record
    int audit;         // what the first audit ends with: 4 where something can be done at all
    const char *task;  // must be open after the live run; NULL: none in particular
} gaps[] = {
    {"KV_ListGetAnomaly", "", 4, NULL},
    {"KV_TORAccess", "", 4, NULL},
    {"KV_PutGetAnomaly", "", 4, NULL},
    {"KV_UserAppAnomaly", "", 4, NULL},
    {"KV_AppAnomaly", "", 4, NULL},
    {"KV_UserAnomaly", "", 4, NULL},
    {"KV_OperationPatternAnomaly", "", 4, NULL},
    {"KV_OperationVolumeAnomaly", "", 4, NULL},
    {"KV_AccountVolumeAnomaly", "", 4, NULL},
    {"KV_SuspiciousIPAccess", "", 4, NULL},
    {"KV_UnusualAccessSuspiciousIP", "", 4, NULL},
    {"KV_SuspiciousIPAccessDenied", "", 4, NULL},
    {"KV_UserAccessDeniedAnomaly", "", 4, NULL},
    {"KV_AccountVolumeAccessDeniedAnomaly", "", 4, NULL},
    {"KV_ListGetAnomaly", "start", 4, NULL},
    {"KV_ListGetAnomaly", "end", 4, NULL},
    {"KV_ListGetAnomaly", "start end", 4, "people/find_time"},
    {"KV_ListGetAnomaly", "object_id", 4, "people/find_caller"},
    {"KV_ListGetAnomaly", "name", 4, NULL},
    {"KV_ListGetAnomaly", "app_id", 4, NULL},
    {"KV_ListGetAnomaly", "object_id name app_id kind", 4, "people/find_caller"},
    {"KV_ListGetAnomaly", "actor actors", 4, "people/find_caller"},
    {"KV_ListGetAnomaly", "ip ips", 4, NULL},
    {"KV_ListGetAnomaly", "actor actors ip ips", 4, "people/find_address"},
    {"KV_ListGetAnomaly", "targets", 4, NULL},
    {"KV_ListGetAnomaly", "resource resources", 4, "people/find_vault"},
    {"KV_ListGetAnomaly", "resource", 4, NULL},
    {"KV_ListGetAnomaly", "subscription subscriptions", 4, NULL},
    {"KV_ListGetAnomaly", "tenant tenants", 4, NULL},
    {"KV_ListGetAnomaly", "id", 4, NULL},
    {"KV_ListGetAnomaly", "title description severity", 4, NULL},
    {"KV_ListGetAnomaly", "start end targets", 4, "people/find_time"},
    {"KV_ListGetAnomaly", "start end actor actors ip ips", 4, "people/find_time"},
    {"KV_OperationVolumeAnomaly", "start end", 4, "people/find_time"},
    {"KV_OperationPatternAnomaly", "start end object_id", 4, "people/find_time"},
    {"KV_PutGetAnomaly", "start end", 4, "people/find_time"},
    {"KV_AccountVolumeAnomaly", "start end", 4, "people/find_time"},
    {"KV_UserAppAnomaly", "app_id", 4, NULL},
    {"KV_AppAnomaly", "object_id", 4, "people/find_caller"},
    {"KV_TORAccess",
     "id title description severity start end tenant tenants subscription subscriptions resource resources "
     "actor "
     "actors ip ips targets",
     0, "people/find_vault"},
    {"arm-01-suspicious-ip", "", 4, NULL},
    {"arm-02-microburst-run-code", "", 4, NULL},
    {"arm-03-microburst-vm-command", "", 4, NULL},
    {"arm-04-role-assignment", "", 4, NULL},
    {"arm-05-compute-creation", "", 4, NULL},
    {"arm-06-vault-recovery", "", 4, NULL},
    {"arm-07-webhook-persistence", "", 4, NULL},
    {"arm-01-suspicious-ip", "start", 4, NULL},
    {"arm-01-suspicious-ip", "start end", 4, "people/find_time"},
    {"arm-01-suspicious-ip", "actor actors", 4, "people/find_account"},
    {"arm-01-suspicious-ip", "object_id", 4, NULL},
    {"arm-01-suspicious-ip", "name", 4, NULL},
    {"arm-01-suspicious-ip", "object_id name app_id kind", 4, NULL},
    {"arm-01-suspicious-ip", "ip ips", 4, NULL},
    {"arm-01-suspicious-ip", "resource resources", 4, NULL},
    {"arm-01-suspicious-ip", "subscription subscriptions", 4, "people/find_subscription"},
    {"arm-01-suspicious-ip", "id title description severity", 4, NULL},
    {"arm-03-microburst-vm-command", "hosts entities", 4, NULL},
    {"RM_MicroBurst.AzureRmVMBulkCMD", "object_id name app_id kind", 4,
     NULL}, // answered for its family alone
    {"arm-03-microburst-vm-command",
     "id title description severity start end tenant tenants subscription subscriptions resource resources "
     "actor actors ip ips hosts",
     0, "people/find_account"},
};
enum { GAPS = sizeof gaps / sizeof gaps[0] };

// Who answers an alert of that type; NULL: nobody here.
static const char *playbook_of(const char *type)
{
    static const struct {
        const char *prefix, *playbook;
    } answers[] = {{"KV_", "keyvault-alert"},          {"arm-", "resource-manager-alert"},
                   {"ARM_", "resource-manager-alert"}, {"RM_", "resource-manager-alert"},
                   {"AzureDNS_", "dns-alert"},         {"K8S", "kubernetes-test-alert"}};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        if (text_starts_nocase(type, answers[i].prefix))
            return answers[i].playbook;
    return NULL;
}

static bool is_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = strstr(words, word); at != NULL; at = strstr(at + 1, word))
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

// The value without the members that `lacks` names, at every depth: an empty record or list stays in place of
// one.
static const struct value *without(struct arena *arena, const struct value *value, const char *lacks)
{
    if (value_is(value, VALUE_LIST)) {
        struct value *list = value_list(arena);
        for (size_t i = 0; i < value_count(value); i++)
            value_append(arena, list, without(arena, value_item(value, i), lacks));
        return list;
    }
    if (!value_is(value, VALUE_MAP))
        return value;
    struct value *map = value_map(arena);
    for (size_t i = 0; i < value_count(value); i++) {
        const struct value *member = value->fields[i].value;
        const char *key = value->fields[i].key;
        if (!is_word(lacks, key))
            value_put(arena, map, key, without(arena, member, lacks));
        else if (value_is(member, VALUE_MAP))
            value_put(arena, map, key, value_map(arena));
        else if (value_is(member, VALUE_LIST))
            value_put(arena, map, key, value_list(arena));
    }
    return map;
}

// The same of an alert. Its own kind stays: an intake always says it, and it decides who answers.
static const struct value *lacking(struct arena *arena, const struct value *alert, const char *lacks)
{
    struct value *left = value_map(arena);
    value_put_all(arena, left, without(arena, alert, lacks));
    value_put(arena, left, "kind", value_get(alert, "kind"));
    return left;
}

static const struct value *samples_of(struct world *world)
{
    struct err err = {0};
    const struct value *samples =
        sample_records(world->arena, world->vm, world->catalog, clock_now_ms(), false, &err);
    world_must(samples != NULL, &err);
    return samples;
}

static const struct value *read_alert(struct world *world, const char *name)
{
    struct err err = {0};
    size_t length;
    struct vm_run run = {.arena = world->arena, .now = clock_rfc3339(world->arena, clock_now_ms())};
    const char *file = arena_printf(world->arena, "alerts/%s.arm.json", name);
    const char *bytes = file_read(world->arena, file, JSON_MAX_FILE, &length, &err);
    const struct value *raw = bytes == NULL ? NULL : json_parse(world->arena, file, bytes, length, &err);
    world_must(raw != NULL, &err);
    vm_run_open(world->vm, &run);
    const struct value *alerts = vm_read_alerts(world->vm, &run, raw, NULL, &err);
    vm_run_close(world->vm, &run);
    world_must(alerts != NULL, &err);
    return value_item(alerts, 0);
}

static const struct value *alert_of(struct world *world, size_t row)
{
    if (text_starts(gaps[row].type, "arm-"))
        return lacking(world->arena, read_alert(world, gaps[row].type), gaps[row].lacks);
    const struct value *samples = samples_of(world);
    for (size_t i = 0; i < value_count(samples); i++)
        if (strcmp(value_text_at(value_item(samples, i), "type"), gaps[row].type) == 0)
            return lacking(world->arena, value_item(samples, i), gaps[row].lacks);
    fail_msg("there is no sample of %s", gaps[row].type);
    return NULL;
}

static int complain(struct world *world, size_t row, size_t run, int status)
{
    print_error("%s without %s: the %s ended with %d\n", gaps[row].type, gaps[row].lacks, names[run], status);
    for (size_t i = 0; i < value_count(world->records); i++) {
        const struct value *record = value_item(world->records, i);
        const char *is = value_text_at(record, "members.status");
        if (is != NULL && strcmp(is, "failed") == 0)
            print_error("  %.400s\n", json_text(world->arena, record));
    }
    return POOL_FAILED;
}

static int one(void *context, size_t row)
{
    (void)context;
    struct world *world = world_open(&(struct world_config){0});
    const struct value *alert = alert_of(world, row);
    const char *task = gaps[row].task, *example = "";
    int result = 0;
    for (size_t run = 0; run < RUNS && result == 0; run++) {
        int status = world_run(world, world_shipped(world, playbook_of(gaps[row].type)), modes[run], alert);
        size_t changes = world_changes(world, &example);
        if (status != (run == 1 ? gaps[row].audit : 0))
            result = complain(world, row, run, status);
        if (changes > 0 && run != 2) {
            print_error("%s without %s: the %s sent %s\n", gaps[row].type, gaps[row].lacks, names[run],
                        example);
            result = POOL_FAILED;
        }
        if (run == 2 && task != NULL && world_record(world, "task.opened", task) == NULL) {
            print_error("%s without %s: no task %s\n", gaps[row].type, gaps[row].lacks, task);
            result = POOL_FAILED;
        }
    }
    world_close(world);
    return result;
}

static int judge(void *context, size_t row, int status)
{
    (void)context, (void)row;
    return status == 0;
}

static void nothing_fails_for_want_of_a_fact(void **state)
{
    (void)state;
    assert_int_equal(pool_run(GAPS, one, judge, NULL), 0);
}

// Every type that somebody answers with every gap, as far as a rehearsal goes: a sample of them, all with
// PLAYBOOK_FULL.
struct rehearsals {
    const struct value *alerts;
    size_t stride, begin;
};

static int rehearse(void *context, size_t i)
{
    const struct rehearsals *all = context;
    size_t at = i * all->stride + all->begin;
    const struct value *sample = value_item(all->alerts, at / GAPS);
    const char *type = value_text_at(sample, "type"), *lacks = gaps[at % GAPS].lacks;
    struct world *world = world_open(&(struct world_config){0});
    int status = world_run(world, world_shipped(world, playbook_of(type)), MODE_DRY_RUN,
                           lacking(world->arena, sample, lacks));
    if (status != 0)
        print_error("%s without %s: %d\n", type, lacks, status);
    world_close(world);
    return status == 0 ? 0 : POOL_FAILED;
}

static void no_type_fails(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    const struct value *samples = samples_of(world);
    struct value *answered = value_list(world->arena);
    for (size_t i = 0; i < value_count(samples); i++)
        if (playbook_of(value_text_at(value_item(samples, i), "type")) != NULL)
            value_append(world->arena, answered, value_item(samples, i));
    size_t count = value_count(answered) * GAPS;
    struct rehearsals all = {.alerts = answered, .stride = pool_stride(count, 60)};
    all.begin = pool_begin(all.stride);
    assert_true(count > 1000);
    print_message("%zu of %zu cases\n", count / all.stride, count);
    assert_int_equal(pool_run(count / all.stride, rehearse, judge, &all), 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_fails_for_want_of_a_fact),
                                       cmocka_unit_test(no_type_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
