// Virtual machines: what they are, their power, their disks' end at a reimage. Not for what reaches into them
// (extension.c) nor for their network (network.c). Invariant: one change at a time, and a machine is shown as
// being changed until that is through.
#include "lab/compute.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/disk.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/operation.h"
#include "lab/resource.h"

#define MACHINES "/providers/microsoft.compute/virtualmachines/"

static char *machine_key(struct call *call)
{
    return text_lower(call->arena,
                      arena_printf(call->arena, "/subscriptions/%s/resourcegroups/%s" MACHINES "%s",
                                   call->args[0], call->args[1], call->args[2]));
}

const struct value *compute_find(struct call *call)
{
    const struct value *machine = estate_get(call->estate, machine_key(call));
    if (machine == NULL)
        call_fail(
            call, 404, "ResourceNotFound",
            "The Resource 'Microsoft.Compute/virtualMachines/%s' under resource group '%s' was not found.",
            call->args[2], call->args[1]);
    return machine;
}

void compute_put(struct call *call, const struct value *machine)
{
    estate_put(call->estate, machine_key(call), machine);
}

void compute_put_beneath(struct call *call, const struct value *machine, const char *key,
                         const struct value *part)
{
    int status = estate_get(call->estate, key) == NULL ? 201 : 200;
    const char *region = arena_strdup(call->arena, value_text_at(machine, "location"));
    compute_put(call, operation_mark(call, machine));
    estate_put(call->estate, key, part);
    operation_begin(call, &(struct operation){.status = status,
                                              .links = OPERATION_STATUS,
                                              .region = region,
                                              .answer = operation_shown(call, part)});
}

void compute_delete_beneath(struct call *call, const struct value *machine, const char *key)
{
    if (!compute_is_free(call, machine))
        return;
    if (estate_get(call->estate, key) == NULL) {
        call_ok(call, 204, NULL);
        return;
    }
    const char *region = arena_strdup(call->arena, value_text_at(machine, "location"));
    compute_put(call, operation_mark(call, machine));
    estate_put(call->estate, key, NULL);
    operation_begin(call, &(struct operation){.status = 202, .region = region});
}

bool compute_is_free(struct call *call, const struct value *machine)
{
    if (!operation_is_busy(machine))
        return true;
    call_fail(call, 409, "Conflict",
              "The request failed due to conflict with a concurrent request to VM '%s'. Please retry later.",
              call->args[2]);
    return false;
}

static const char *power_of(const struct value *machine)
{
    const char *power = value_text_at(machine, "_power");
    return power == NULL ? "running" : power;
}

bool compute_is_running(struct call *call, const struct value *machine)
{
    if (strcmp(power_of(machine), "running") == 0)
        return true;
    call_fail(call, 409, "OperationNotAllowed",
              "Cannot modify extensions in the VM when the VM is not running.");
    return false;
}

// The verbs that change a machine's power: what it is afterwards, and meanwhile.
static const struct power {
    const char *verb, *after, *meanwhile;
} powers[] = {{"deallocate", "deallocated", "deallocating"},
              {"powerOff", "stopped", "stopping"},
              {"start", "running", "starting"},
              {"restart", "running", "starting"},
              {"redeploy", "running", "starting"},
              {"reimage", "running", "starting"}};
enum { POWERS = sizeof powers / sizeof powers[0] };

static const struct power *power_find(const char *verb)
{
    for (size_t i = 0; i < POWERS; i++)
        if (text_same(powers[i].verb, verb))
            return &powers[i];
    return NULL;
}

static const struct value *instance_view(struct call *call, const struct value *machine)
{
    const char *power = power_of(machine);
    bool busy = operation_is_busy(machine);
    const struct power *change = busy ? power_find(value_text_at(machine, "_verb")) : NULL;
    if (change != NULL)
        power = change->meanwhile;
    bool agent = strcmp(power, "running") == 0;
    return make_value(
        call->arena,
        "{'computerName': %v, 'vmAgent': {'vmAgentVersion': '2.11.1.12', 'statuses': [{'code': %s, 'level': "
        "%s, 'displayStatus': %s}]}, 'statuses': [{'code': %s, 'level': 'Info', 'displayStatus': %s}, "
        "{'code': %s, 'level': 'Info', 'displayStatus': %s}]}",
        value_at(machine, "properties.osProfile.computerName"),
        agent ? "ProvisioningState/succeeded" : "ProvisioningState/Unavailable", agent ? "Info" : "Warning",
        agent ? "Ready" : "Not Ready", busy ? "ProvisioningState/updating" : "ProvisioningState/succeeded",
        busy ? "Updating" : "Provisioning succeeded", arena_printf(call->arena, "PowerState/%s", power),
        arena_printf(call->arena, "VM %s", power));
}

static const struct value *shown_machine(struct call *call, const struct value *machine)
{
    return value_merge_patch(call->arena, operation_shown(call, machine),
                             make_value(call->arena, "{'etag': %s}", call_etag(call, machine)));
}

// The same with its state, if that is asked for.
static const struct value *expanded(struct call *call, const struct value *machine)
{
    bool wanted = text_same(call_param(call, "$expand"), "instanceView") ||
                  text_same(call_param(call, "statusOnly"), "true");
    return value_merge_patch(call->arena, shown_machine(call, machine),
                             make_value(call->arena, "{'properties': {'instanceView': %v}}",
                                        wanted ? instance_view(call, machine) : NULL));
}

// Is it the one that the client has seen? False after answering.
static bool is_expected(struct call *call, const struct value *machine)
{
    if (call->if_match == NULL || strcmp(call->if_match, "*") == 0 ||
        strcmp(call->if_match, call_etag(call, machine)) == 0)
        return true;
    call_fail(call, 412, "ConditionNotMet", "The etag provided in 'if-match' header '%.80s' does not match.",
              call->if_match);
    return false;
}

void compute_get(struct call *call)
{
    const struct value *machine = compute_find(call);
    const char *expand = call_param(call, "$expand");
    if (machine == NULL)
        return;
    if (expand == NULL || check_word(expand, "instanceView userData"))
        call_ok(call, 200, expanded(call, machine));
    else
        call_fail(call, 400, "InvalidParameter", "The value '%.40s' of parameter $expand is invalid.",
                  expand);
}

void compute_get_view(struct call *call)
{
    const struct value *machine = compute_find(call);
    if (machine != NULL)
        call_ok(call, 200, instance_view(call, machine));
}

void compute_list(struct call *call)
{
    struct page page = page_open(call);
    char *prefix = call->args[1] == NULL
                       ? arena_printf(call->arena, "/subscriptions/%s/resourcegroups/", call->args[0])
                       : arena_printf(call->arena, "/subscriptions/%s/resourcegroups/%s" MACHINES,
                                      call->args[0], call->args[1]);
    struct estate_range range = estate_range(call->estate, text_lower(call->arena, prefix));
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i), *name = strstr(key, MACHINES);
        if (name != NULL && strchr(name + strlen(MACHINES), '/') == NULL && page_wants(&page, key))
            page_add(&page, key, expanded(call, estate_at(call->estate, i)));
    }
    page_close(&page);
}

static void begin(struct call *call, const struct value *machine)
{
    compute_put(call, operation_mark(call, machine));
    operation_begin(call, &(struct operation){.status = 202, .region = value_text_at(machine, "location")});
}

static const struct value *with_power(struct call *call, const struct value *machine, const char *verb)
{
    const struct power *power = power_find(verb);
    bool running = strcmp(power->after, "running") == 0;
    // What ran in it is gone, and nothing brings that back.
    const char *restarted =
        check_word(verb, "restart redeploy") ? clock_rfc3339(call->arena, clock_now_ms()) : NULL;
    return value_merge_patch(call->arena, machine,
                             make_value(call->arena, "{'_power': %v, '_verb': %s, '_restarted': %s}",
                                        running ? &value_null : value_string(call->arena, power->after),
                                        power->verb, restarted));
}

// Where its size is scarce ("_scarce"), a machine that has given its place up gets none again: that shows
// only in the end.
static bool finds_no_place(const struct value *machine, const char *verb)
{
    return value_flag_at(machine, "_scarce") && strcmp(power_of(machine), "deallocated") == 0 &&
           text_same(verb, "start");
}

void compute_power(struct call *call)
{
    const struct value *machine = compute_find(call);
    if (machine == NULL || !compute_is_free(call, machine))
        return;
    if (!finds_no_place(machine, call->args[3])) {
        begin(call, with_power(call, machine, call->args[3]));
        return;
    }
    compute_put(call, operation_mark(call, machine));
    operation_begin(call,
                    &(struct operation){.status = 202,
                                        .region = value_text_at(machine, "location"),
                                        .code = "AllocationFailed",
                                        .message = "Allocation failed. We do not have sufficient capacity "
                                                   "for the requested VM size in this region."});
}

static char *disk_key(struct call *call, const char *name)
{
    return text_lower(call->arena,
                      arena_printf(call->arena,
                                   "/subscriptions/%s/resourcegroups/%s/providers/microsoft.compute/disks/%s",
                                   call->args[0], call->args[1], name));
}

// The disk that was the system's goes away, or stays without a machine: as the machine says.
static void leave_disk(struct call *call, const struct value *machine, bool stays)
{
    const char *id = value_text_at(machine, "properties.storageProfile.osDisk.managedDisk.id");
    if (id != NULL && stays)
        disk_give(call, id, NULL);
    else if (id != NULL)
        estate_put(call->estate, text_lower(call->arena, id), NULL);
}

static bool disk_is(const struct value *machine, const char *option)
{
    return text_same(value_text_at(machine, "properties.storageProfile.osDisk.deleteOption"), option);
}

static const struct value *new_disk(struct call *call, const struct value *machine)
{
    char *name = arena_printf(call->arena, "%s_OsDisk_1_%.8s", call->args[2], crypto_uuid(call->arena));
    const struct value *disk = make_value(
        call->arena,
        "{'id': %s, 'name': %s, 'type': 'Microsoft.Compute/disks', 'location': %v, 'managedBy': %v, "
        "'properties': {'osType': %v, 'diskState': 'Attached', 'diskSizeGB': 30, 'timeCreated': %s, "
        "'provisioningState': 'Succeeded', 'creationData': {'createOption': 'FromImage'}}}",
        arena_printf(call->arena, "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Compute/disks/%s",
                     call->args[0], call->args[1], name),
        name, value_get(machine, "location"), value_get(machine, "id"),
        value_at(machine, "properties.storageProfile.osDisk.osType"),
        clock_rfc3339(call->arena, clock_now_ms()));
    estate_put(call->estate, disk_key(call, name), disk);
    return disk;
}

// The system's disk is made anew from the machine's image; data disks, identity and rights stay.
void compute_reimage(struct call *call)
{
    const struct value *machine = compute_find(call);
    if (machine == NULL || !compute_is_free(call, machine))
        return;
    const struct value *body = call->length == 0 ? &value_null : call_body(call);
    if (body == NULL)
        return;
    static const struct check checks[] = {{"tempDisk", CHECK_FLAG, NULL},
                                          {"exactVersion", CHECK_TEXT, NULL},
                                          {"osProfile.adminPassword", CHECK_TEXT, NULL}};
    if (!value_is_null(body) && !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (value_at(machine, "properties.storageProfile.imageReference") == NULL) {
        call_fail(call, 409, "OperationNotAllowed",
                  "Reimage is not supported for the VM '%s', which was made from a specialized disk.",
                  call->args[2]);
        return;
    }
    leave_disk(call, machine, disk_is(machine, "Detach"));
    const struct value *disk = new_disk(call, machine);
    machine = value_merge_patch(
        call->arena, machine,
        make_value(call->arena,
                   "{'properties': {'storageProfile': {'osDisk': {'name': %v, 'managedDisk': {'id': %v}}}}}",
                   value_get(disk, "name"), value_get(disk, "id")));
    begin(call, with_power(call, machine, "reimage"));
}

static const struct check patched[] = {
    {"tags", CHECK_TAGS, NULL},
    {"identity.type", CHECK_TEXT, NULL},
    {"properties.storageProfile.osDisk.name", CHECK_TEXT, NULL},
    {"properties.storageProfile.osDisk.managedDisk.id", CHECK_TEXT, NULL},
    {"properties.storageProfile.osDisk.deleteOption", CHECK_WORD, "Delete Detach"}};

// The disk that the machine shall start from, instead of the one that it has. False after answering.
static bool swap_disk(struct call *call, const struct value *machine, const char *disk)
{
    const char *old = value_text_at(machine, "properties.storageProfile.osDisk.managedDisk.id");
    const struct value *found = estate_get(call->estate, text_lower(call->arena, disk));
    const char *user = value_text_at(found, "managedBy"), *own = value_text_at(machine, "id");
    if (found == NULL)
        call_fail(call, 404, "NotFound", "Disk '%.200s' was not found.", disk);
    else if (!text_same(value_text_at(machine, "_power"), "deallocated"))
        call_fail(call, 409, "OperationNotAllowed",
                  "The OS disk can be changed only when the VM is deallocated.");
    else if (user != NULL && !text_same(user, own))
        call_fail(call, 409, "OperationNotAllowed", "Disk %.200s is attached to VM %s.", disk, user);
    if (call->status != 0)
        return false;
    if (old != NULL)
        disk_give(call, old, NULL);
    disk_give(call, disk, own);
    return true;
}

void compute_patch(struct call *call)
{
    const struct value *machine = compute_find(call);
    const struct value *body = machine == NULL ? NULL : call_body(call);
    if (body == NULL || !compute_is_free(call, machine) || !is_expected(call, machine) ||
        !check_body(call, body, patched, sizeof patched / sizeof patched[0]))
        return;
    const char *disk = value_text_at(body, "properties.storageProfile.osDisk.managedDisk.id");
    if (disk != NULL && !swap_disk(call, machine, disk))
        return;
    machine = operation_mark(call, value_merge_patch(call->arena, machine, resource_given(call, body)));
    compute_put(call, machine);
    operation_begin(call, &(struct operation){.status = 200,
                                              .links = OPERATION_STATUS,
                                              .region = value_text_at(machine, "location"),
                                              .answer = shown_machine(call, machine)});
}

// What it had goes on without it, but for a disk that was to go with it.
static void leave_all(struct call *call, const struct value *machine)
{
    const struct value *disks = value_at(machine, "properties.storageProfile.dataDisks"),
                       *cards = value_at(machine, "properties.networkProfile.networkInterfaces");
    leave_disk(call, machine, !disk_is(machine, "Delete"));
    for (size_t i = 0; i < value_count(disks); i++)
        if (value_text_at(value_item(disks, i), "managedDisk.id") != NULL)
            disk_give(call, value_text_at(value_item(disks, i), "managedDisk.id"), NULL);
    for (size_t i = 0; i < value_count(cards); i++) {
        const char *id = value_text_at(value_item(cards, i), "id");
        const struct value *card = id == NULL ? NULL : estate_get(call->estate, text_lower(call->arena, id));
        if (card != NULL)
            estate_put(
                call->estate, text_lower(call->arena, id),
                value_merge_patch(call->arena, card,
                                  make_value(call->arena, "{'properties': {'virtualMachine': null}}")));
    }
}

void compute_delete(struct call *call)
{
    const struct value *machine = estate_get(call->estate, machine_key(call));
    if (machine == NULL) {
        call_ok(call, 204, NULL);
        return;
    }
    const char *region = arena_strdup(call->arena, value_text_at(machine, "location"));
    leave_all(call, machine);
    resource_remove(call, machine_key(call));
    operation_begin(call, &(struct operation){.status = 202, .region = region});
}
