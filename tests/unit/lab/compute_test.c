// Virtual machines in the lab, and the operations that take a while.
#include "harness.h"

#include <time.h>

#include "base/text.h"

#define MACHINE PROD_SUB "/resourceGroups/rg-batch/providers/Microsoft.Compute/virtualMachines/vm-batch-07"
#define API "?api-version=2024-03-01"

static const char *header(struct bench *bench, const char *name)
{
    for (size_t i = 0; i < bench->last.header_count; i++)
        if (text_same(bench->last.headers[i].name, name))
            return bench->last.headers[i].value;
    return NULL;
}

// The target of an absolute link, which leads to the same host by https.
static const char *target_of(struct bench *bench, const char *name)
{
    const char *link = header(bench, name);
    assert_non_null(link);
    assert_true(text_starts(link, "https://" ARM "/"));
    return arena_strdup(bench->arena, link + strlen("https://" ARM));
}

static void wait_a_little(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 800000000}, NULL);
}

static const char *power(struct bench *bench)
{
    const struct value *view = want(bench, 200, "GET", ARM, MACHINE "/instanceView" API, NULL);
    return value_text_at(value_item(value_get(view, "statuses"), 1), "code");
}

static void leads_through_an_operation(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    assert_string_equal(power(&bench), "PowerState/running");
    want(&bench, 202, "POST", ARM, MACHINE "/deallocate" API, NULL);
    assert_null(bench.last.answer);
    assert_string_equal(header(&bench, "Retry-After"), "1");
    const char *status = target_of(&bench, "Azure-AsyncOperation"), *result = target_of(&bench, "Location");
    const struct value *at = want(&bench, 200, "GET", ARM, status, NULL);
    assert_string_equal(value_text_at(at, "status"), "InProgress");
    want(&bench, 202, "GET", ARM, result, NULL);
    assert_non_null(header(&bench, "Location"));
    assert_string_equal(power(&bench), "PowerState/deallocating");
    want(&bench, 409, "POST", ARM, MACHINE "/start" API, NULL); // one at a time
    wait_a_little();
    at = want(&bench, 200, "GET", ARM, status, NULL);
    assert_string_equal(value_text_at(at, "status"), "Succeeded");
    assert_non_null(value_text_at(at, "endTime"));
    want(&bench, 200, "GET", ARM, result, NULL); // as clients made from the description want it: no 204
    assert_null(bench.last.answer);
    assert_string_equal(power(&bench), "PowerState/deallocated");
    assert_string_not_equal(before, digest_now(&bench));
    want(&bench, 202, "POST", ARM, MACHINE "/start" API, NULL);
    wait_a_little();
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void keeps_an_operation_over_a_restart(void **state)
{
    (void)state;
    struct bench bench;
    struct err err;
    bench_open(&bench, NULL);
    want(&bench, 202, "POST", ARM, MACHINE "/powerOff" API, NULL);
    const char *status = target_of(&bench, "Azure-AsyncOperation");
    estate_close(bench.core->estate);
    bench.core->estate = estate_open(bench.dir, NULL, &err);
    assert_non_null(bench.core->estate);
    assert_non_null(value_text_at(want(&bench, 200, "GET", ARM, status, NULL), "status"));
    char *other = arena_strdup(bench.arena, status);
    memcpy(strstr(other, "4c37d899"), "fab42902-0eef-4a4c-9642-6d3213a4a46e", 36);
    want(&bench, 404, "GET", ARM, other, NULL); // another subscription's
    bench_close(&bench);
}

static void shows_a_machine_without_what_is_its_own(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *machine = want(&bench, 200, "GET", ARM, MACHINE API "&$expand=instanceView", NULL);
    assert_non_null(value_at(machine, "properties.instanceView.vmAgent"));
    assert_null(strstr(json_text(bench.arena, machine), "\"_"));
    machine = want(&bench, 200, "GET", ARM, MACHINE API, NULL);
    assert_null(value_at(machine, "properties.instanceView"));
    want(&bench, 400, "GET", ARM, MACHINE API "&$expand=everything", NULL);
    want(&bench, 400, "GET", ARM, MACHINE, NULL);
    want(&bench, 404, "GET", ARM, MACHINE "8" API, NULL);
    want(&bench, 200, "GET", ARM, MACHINE "?api-version=2026-03-01", NULL);
    want(&bench, 400, "GET", ARM, MACHINE "?api-version=2026-03-02", NULL);
    const struct value *all =
        want(&bench, 200, "GET", ARM, PROD_SUB "/providers/Microsoft.Compute/virtualMachines" API, NULL);
    assert_int_equal(value_count(value_get(all, "value")), 3);
    bench_close(&bench);
}

// A change that names what it has seen is made to nothing else.
static void keeps_what_another_one_changed(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *tags = "{'tags': {'owner': 'x@contoso.com'}}";
    const char *seen = value_text_at(want(&bench, 200, "GET", ARM, MACHINE API, NULL), "etag");
    want(&bench, 200, "PATCH", ARM, MACHINE API, tags);
    wait_a_little();
    bench.if_match = seen;
    want(&bench, 412, "PATCH", ARM, MACHINE API, tags);
    bench.if_match = value_text_at(want(&bench, 200, "GET", ARM, MACHINE API, NULL), "etag");
    want(&bench, 200, "PATCH", ARM, MACHINE API, tags);
    bench_close(&bench);
}

static void makes_the_disk_of_the_system_anew(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *disk = "properties.storageProfile.osDisk.managedDisk.id";
    const char *old = value_text_at(want(&bench, 200, "GET", ARM, MACHINE API, NULL), disk);
    old = arena_printf(bench.arena, "%s?api-version=2023-10-02", old);
    want(&bench, 200, "PATCH", ARM, MACHINE API,
         "{'properties': {'storageProfile': {'osDisk': {'deleteOption': 'Detach'}}}}");
    assert_non_null(header(&bench, "Azure-AsyncOperation"));
    wait_a_little();
    want(&bench, 202, "POST", ARM, MACHINE "/reimage" API, NULL);
    const char *young = value_text_at(want(&bench, 200, "GET", ARM, MACHINE API, NULL), disk);
    young = arena_printf(bench.arena, "%s?api-version=2023-10-02", young);
    assert_string_not_equal(old, young);
    assert_string_equal(value_text_at(want(&bench, 200, "GET", ARM, old, NULL), "properties.diskState"),
                        "Unattached");
    assert_string_equal(value_text_at(want(&bench, 200, "GET", ARM, young, NULL), "properties.diskState"),
                        "Attached");
    bench_close(&bench);
}

static void tells_in_the_end_that_it_failed(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 202, "POST", ARM,
         "/subscriptions/4bdad6d8-0ca1-4008-be5f-f128e988c706/resourceGroups/rg-dev/providers/"
         "Microsoft.Compute/virtualMachines/vm-dev-box3/start" API,
         NULL);
    const char *status = target_of(&bench, "Azure-AsyncOperation"), *result = target_of(&bench, "Location");
    wait_a_little();
    const struct value *at = want(&bench, 200, "GET", ARM, status, NULL); // the reading went well
    assert_string_equal(value_text_at(at, "status"), "Failed");
    assert_string_equal(value_text_at(at, "error.code"), "AllocationFailed");
    want(&bench, 409, "GET", ARM, result, NULL);
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

#define COMMAND MACHINE "/runCommands/look" API
#define SCRIPT(text) "{'location': 'westeurope', 'properties': {'source': {'script': '" text "'}}}"

static const char *started(struct bench *bench)
{
    const struct value *command = want(bench, 200, "GET", ARM, COMMAND "&$expand=instanceView", NULL);
    assert_string_equal(value_text_at(command, "properties.instanceView.executionState"), "Succeeded");
    assert_int_equal(value_int_at(command, "properties.instanceView.exitCode", -1), 0);
    return value_text_at(command, "properties.instanceView.startTime");
}

static void runs_the_same_content_once(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 400, "PUT", ARM, COMMAND, "{'location': 'westeurope', 'properties': {}}");
    want(&bench, 404, "GET", ARM, COMMAND, NULL);
    want(&bench, 201, "PUT", ARM, COMMAND, SCRIPT("ps -e"));
    assert_string_equal(value_text_at(want(&bench, 200, "GET", ARM, COMMAND "&$expand=instanceView", NULL),
                                      "properties.instanceView.executionState"),
                        "Running");
    wait_a_little();
    const char *first = started(&bench);
    want(&bench, 200, "PUT", ARM, COMMAND, SCRIPT("ps -e"));
    assert_string_equal(first, started(&bench));
    assert_null(value_at(want(&bench, 200, "GET", ARM, COMMAND, NULL), "properties.instanceView"));
    want(&bench, 200, "PUT", ARM, COMMAND, SCRIPT("cut -d: -f1 /etc/passwd"));
    wait_a_little();
    assert_string_not_equal(first, started(&bench));
    want(&bench, 202, "DELETE", ARM, COMMAND, NULL);
    wait_a_little();
    want(&bench, 204, "DELETE", ARM, COMMAND, NULL);
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

#define DISKS PROD_SUB "/resourceGroups/rg-tmp-9f2/providers/Microsoft.Compute/"
#define DISK DISKS "disks/disk-9f2-out"
#define SNAPSHOT DISKS "snapshots/kept?api-version=2023-10-02"

static void keeps_a_disk_that_is_in_use(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 409, "DELETE", ARM,
         PROD_SUB "/resourceGroups/rg-batch/providers/Microsoft.Compute/disks/vm-batch-07_OsDisk_1_5d0c7a11"
                  "?api-version=2023-10-02",
         NULL);
    want(&bench, 400, "PUT", ARM, SNAPSHOT,
         "{'location': 'westeurope', 'properties': {'creationData': {'createOption': 'Copy'}}}");
    want(&bench, 404, "PUT", ARM, SNAPSHOT,
         "{'location': 'westeurope', 'properties': {'creationData': {'createOption': 'Copy', "
         "'sourceResourceId': "
         "'" DISK "0'}}}");
    want(&bench, 202, "PUT", ARM, SNAPSHOT,
         "{'location': 'westeurope', 'properties': {'creationData': {'createOption': 'Copy', "
         "'sourceResourceId': "
         "'" DISK "'}}}");
    wait_a_little();
    const struct value *kept = want(&bench, 200, "GET", ARM, SNAPSHOT, NULL);
    assert_int_equal(value_int_at(kept, "properties.diskSizeGB", 0), 512);
    want(&bench, 202, "DELETE", ARM, SNAPSHOT, NULL);
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 202, "DELETE", ARM, DISK "?api-version=2023-10-02", NULL);
    want(&bench, 204, "DELETE", ARM, DISK "?api-version=2023-10-02", NULL);
    bench_close(&bench);
}

#define GROUP PROD_SUB "/resourceGroups/rg-contoso-prod"
#define WEB GROUP "/providers/Microsoft.Compute/virtualMachines/vm-web-01"
#define OLD GROUP "/providers/Microsoft.Compute/disks/vm-web-01_OsDisk_1_5d0c7a11"
#define YOUNG GROUP "/providers/Microsoft.Compute/disks/young"
#define DISK_API "?api-version=2023-10-02"
#define CARD GROUP "/providers/Microsoft.Network/networkInterfaces/nic-web-01?api-version=2023-05-01"
#define SWAP "{'properties': {'storageProfile': {'osDisk': {'managedDisk': {'id': '%s'}}}}}"

static void belongs_to(struct bench *bench, const char *disk, const char *machine)
{
    const struct value *shown =
        want(bench, 200, "GET", ARM, arena_printf(bench->arena, "%s" DISK_API, disk), NULL);
    assert_string_equal(value_text_at(shown, "properties.diskState"),
                        machine == NULL ? "Unattached" : "Attached");
    const char *user = value_text_at(shown, "managedBy");
    assert_true(machine == NULL ? user == NULL : user != NULL && strcmp(user, machine) == 0);
}

static void swap(struct bench *bench, int status, const char *disk)
{
    want(bench, status, "PATCH", ARM, WEB API, arena_printf(bench->arena, SWAP, disk));
    wait_a_little();
}

static void a_disk_goes_with_its_machine(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 202, "PUT", ARM, YOUNG DISK_API,
         "{'location': 'westeurope', 'properties': {'creationData': {'createOption': 'Copy', "
         "'sourceResourceId': '" OLD "'}}}");
    want(&bench, 202, "POST", ARM, WEB "/deallocate" API, NULL);
    wait_a_little();
    char *before = digest_now(&bench);
    swap(&bench, 409,
         PROD_SUB "/resourceGroups/rg-batch/providers/Microsoft.Compute/disks/vm-batch-07_OsDisk_1_5d0c7a11");
    assert_string_equal(before, digest_now(&bench));
    swap(&bench, 200, YOUNG);
    belongs_to(&bench, OLD, NULL);
    belongs_to(&bench, YOUNG, WEB);
    want(&bench, 409, "DELETE", ARM, YOUNG DISK_API, NULL);
    swap(&bench, 200, OLD);
    assert_string_equal(before, digest_now(&bench));
    swap(&bench, 200, YOUNG);
    want(&bench, 202, "DELETE", ARM, OLD DISK_API, NULL);
    // The machine says that its disk goes with it; its interface stays, and is free.
    want(&bench, 202, "DELETE", ARM, WEB API, NULL);
    want(&bench, 404, "GET", ARM, YOUNG DISK_API, NULL);
    const struct value *card = want(&bench, 200, "GET", ARM, CARD, NULL);
    assert_null(value_at(card, "properties.virtualMachine"));
    bench_close(&bench);
}

// Older clients read what a command printed where they read that it is done.
static void tells_the_output_with_the_status(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 202, "POST", ARM, MACHINE "/runCommand" API,
         "{'commandId': 'RunShellScript', 'script': ['ps aux']}");
    const char *at = target_of(&bench, "Azure-AsyncOperation");
    assert_null(value_get(want(&bench, 200, "GET", ARM, at, NULL), "properties"));
    wait_a_little();
    const struct value *over = want(&bench, 200, "GET", ARM, at, NULL);
    assert_int_equal(value_count(value_at(over, "properties.output.value")), 1);
    want(&bench, 202, "POST", ARM, MACHINE "/restart" API, NULL);
    at = target_of(&bench, "Azure-AsyncOperation");
    wait_a_little();
    assert_null(value_get(want(&bench, 200, "GET", ARM, at, NULL), "properties"));
    bench_close(&bench);
}

static void what_lies_beneath_a_machine_goes_with_it(void **state)
{
    (void)state;
    static const char *const beneath[] = {"/extensions/e", "/runCommands/c"};
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 201, "PUT", ARM, WEB "/extensions/e" API,
         "{'location': 'West Europe', 'properties': {'publisher': 'p', 'type': 't'}}");
    wait_a_little();
    want(&bench, 201, "PUT", ARM, WEB "/runCommands/c" API,
         "{'location': 'West Europe', 'properties': {'source': {'script': 'true'}}}");
    want(&bench, 202, "DELETE", ARM, WEB API, NULL);
    for (size_t i = 0; i < 2; i++)
        assert_null(estate_get(bench.core->estate,
                               text_lower(bench.arena, arena_printf(bench.arena, WEB "%s", beneath[i]))));
    // However a region is written, the links are well formed.
    want(&bench, 202, "PUT", ARM, YOUNG DISK_API,
         "{'location': 'West Europe', 'properties': {'creationData': {'createOption': 'Empty'}}}");
    assert_non_null(strstr(target_of(&bench, "Location"), "/locations/westeurope/operationResults/"));
    want(&bench, 202, "GET", ARM, target_of(&bench, "Location"), NULL);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leads_through_an_operation),
        cmocka_unit_test(keeps_an_operation_over_a_restart),
        cmocka_unit_test(shows_a_machine_without_what_is_its_own),
        cmocka_unit_test(tells_in_the_end_that_it_failed),
        cmocka_unit_test(keeps_what_another_one_changed),
        cmocka_unit_test(makes_the_disk_of_the_system_anew),
        cmocka_unit_test(runs_the_same_content_once),
        cmocka_unit_test(keeps_a_disk_that_is_in_use),
        cmocka_unit_test(a_disk_goes_with_its_machine),
        cmocka_unit_test(what_lies_beneath_a_machine_goes_with_it),
        cmocka_unit_test(tells_the_output_with_the_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
