// Disks, and snapshots of them. Not for the disk that a machine's system gets anew (compute.c). Invariants: a
// disk that a machine uses is not deleted; what is copied is there.
#include "lab/disk.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/operation.h"
#include "lab/resource.h"

// The third argument says which: "disks" or "snapshots".
static bool is_snapshot(struct call *call)
{
    return text_same(call->args[2], "snapshots");
}

static char *own_id(struct call *call)
{
    return arena_printf(call->arena, "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Compute/%s/%s",
                        call->args[0], call->args[1], is_snapshot(call) ? "snapshots" : "disks",
                        call->args[3]);
}

static char *own_key(struct call *call)
{
    return text_lower(call->arena, own_id(call));
}

void disk_give(struct call *call, const char *id, const char *machine)
{
    char *key = text_lower(call->arena, id);
    const struct value *disk = estate_get(call->estate, key);
    const struct value *user = machine == NULL ? &value_null : value_string(call->arena, machine);
    if (disk != NULL)
        estate_put(
            call->estate, key,
            value_merge_patch(call->arena, disk,
                              make_value(call->arena, "{'managedBy': %v, 'properties': {'diskState': %s}}",
                                         user, machine == NULL ? "Unattached" : "Attached")));
}

void disk_get(struct call *call)
{
    const struct value *found = estate_get(call->estate, own_key(call));
    if (found == NULL)
        call_missing(call, own_id(call));
    else
        call_ok(call, 200, operation_shown(call, found));
}

// What a disk or snapshot is made from: it, or nothing where it is made otherwise. False after answering.
static bool read_source(struct call *call, const struct value *body, const struct value **source)
{
    const char *option = value_text_at(body, "properties.creationData.createOption");
    const char *id = value_text_at(body, "properties.creationData.sourceResourceId");
    *source = NULL;
    if (value_text_at(body, "location") == NULL || option == NULL ||
        (text_same(option, "Copy") && id == NULL)) {
        call_fail(call, 400, "InvalidParameter",
                  "Required parameter is missing: location, creationData.createOption or sourceResourceId.");
        return false;
    }
    if (id == NULL)
        return true;
    *source = estate_get(call->estate, text_lower(call->arena, id));
    if (*source == NULL)
        call_fail(call, 404, "NotFound", "%s was not found.", id);
    return *source != NULL;
}

void disk_put(struct call *call)
{
    static const struct check checks[] = {
        {"location", CHECK_TEXT, NULL},
        {"tags", CHECK_TAGS, NULL},
        {"sku.name", CHECK_WORD,
         "Standard_LRS Standard_ZRS StandardSSD_LRS StandardSSD_ZRS Premium_LRS Premium_ZRS PremiumV2_LRS "
         "UltraSSD_LRS"},
        {"properties", CHECK_MAP, NULL},
        {"properties.incremental", CHECK_FLAG, NULL},
        {"properties.osType", CHECK_WORD, "Windows Linux"},
        {"properties.hyperVGeneration", CHECK_WORD, "V1 V2"},
        {"properties.diskSizeGB", CHECK_WHOLE, NULL},
        {"properties.creationData", CHECK_MAP, NULL},
        {"properties.creationData.createOption", CHECK_WORD, "Copy FromImage Restore Empty Import Attach"},
        {"properties.creationData.sourceResourceId", CHECK_TEXT, NULL}};
    const struct value *body = call_body(call), *source;
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]) ||
        !read_source(call, body, &source))
        return;
    const struct value *old = estate_get(call->estate, own_key(call));
    const struct value *made = old != NULL
                                   ? value_at(old, "properties.timeCreated")
                                   : value_string(call->arena, clock_rfc3339(call->arena, clock_now_ms()));
    const struct value *whole = make_value(
        call->arena,
        "{'id': %s, 'name': %s, 'type': %s, 'managedBy': %v, 'properties': {'osType': %v, 'diskSizeGB': %v}}",
        own_id(call), call->args[3],
        is_snapshot(call) ? "Microsoft.Compute/snapshots" : "Microsoft.Compute/disks",
        value_get(old, "managedBy"), value_at(source, "properties.osType"),
        value_at(source, "properties.diskSizeGB"));
    whole = value_merge_patch(call->arena, whole, resource_given(call, body));
    whole = value_merge_patch(
        call->arena, whole,
        make_value(call->arena,
                   "{'_created': %v, 'properties': {'provisioningState': 'Succeeded', 'timeCreated': %v, "
                   "'diskState': %s}}",
                   made, made, value_get(old, "managedBy") != NULL ? "Attached" : "Unattached"));
    const struct value *done = operation_shown(call, whole);
    whole = operation_mark(call, whole);
    estate_put(call->estate, own_key(call), whole);
    operation_begin(call, &(struct operation){.status = 202,
                                              .region = value_text_at(body, "location"),
                                              .answer = operation_shown(call, whole),
                                              .result = done});
}

void disk_delete(struct call *call)
{
    const struct value *found = estate_get(call->estate, own_key(call));
    const char *user = value_text_at(found, "managedBy"), *region = value_text_at(found, "location");
    if (found == NULL) {
        call_ok(call, 204, NULL);
    } else if (user != NULL) {
        call_fail(call, 409, "OperationNotAllowed", "Disk %s is attached to VM %s.", call->args[3], user);
    } else {
        region = arena_strdup(call->arena, region);
        estate_put(call->estate, own_key(call), NULL);
        operation_begin(call, &(struct operation){.status = 202, .region = region});
    }
}
