// What is put into a virtual machine: extensions. Not for the machine itself (compute.c) nor for commands
// (command.c). Invariants: protected settings are kept nowhere; only a machine that runs can be reached.

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/compute.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/operation.h"
#include "lab/resource.h"

static char *extension_id(struct call *call, const struct value *machine, const char *name)
{
    return arena_printf(call->arena, "%s/extensions/%s", value_text_at(machine, "id"), name);
}

static char *extension_key(struct call *call, const struct value *machine, const char *name)
{
    return text_lower(call->arena, extension_id(call, machine, name));
}

void extension_list(struct call *call)
{
    const struct value *machine = compute_find(call);
    if (machine == NULL)
        return;
    struct value *list = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, extension_key(call, machine, ""));
    for (size_t i = range.first; i < range.end; i++)
        value_append(call->arena, list, operation_shown(call, estate_at(call->estate, i)));
    call_ok(call, 200, make_value(call->arena, "{'value': %v}", list));
}

void extension_get(struct call *call)
{
    const struct value *machine = compute_find(call);
    const struct value *found =
        machine == NULL ? NULL : estate_get(call->estate, extension_key(call, machine, call->args[3]));
    if (found != NULL)
        call_ok(call, 200, operation_shown(call, found));
    else if (machine != NULL)
        call_missing(call, extension_id(call, machine, call->args[3]));
}

static bool is_access(const struct value *extension)
{
    return check_word(value_text_at(extension, "properties.type"), "VMAccessForLinux VMAccessAgent");
}

// A machine has one extension of a type.
static bool is_single(struct call *call, const struct value *machine, const struct value *body)
{
    struct estate_range range = estate_range(call->estate, extension_key(call, machine, ""));
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *other = estate_at(call->estate, i);
        if (text_same(value_text_at(other, "properties.type"), value_text_at(body, "properties.type")) &&
            !text_same(value_text_at(other, "name"), call->args[3])) {
            call_fail(call, 409, "Conflict",
                      "Multiple VMExtensions per handler not supported for OS type 'Linux'. VMExtension '%s' "
                      "with handler '%s' already added.",
                      value_text_at(other, "name"), value_text_at(body, "properties.type"));
            return false;
        }
    }
    return true;
}

// The account that the extension gave a new password: the machine knows since when it has it.
static const struct value *with_password(struct call *call, const struct value *machine,
                                         const struct value *body)
{
    const char *user = value_text_at(body, "properties.protectedSettings.username");
    if (user == NULL)
        user = value_text_at(body, "properties.settings.UserName");
    struct value *passwords = value_map(call->arena);
    if (user != NULL && is_access(body))
        value_put_text(call->arena, passwords, user, clock_rfc3339(call->arena, clock_now_ms()));
    return value_merge_patch(call->arena, machine,
                             make_value(call->arena, "{'_passwords': %v, '_verb': null}", passwords));
}

void extension_put(struct call *call)
{
    static const struct check checks[] = {{"location", CHECK_TEXT, NULL},
                                          {"properties.publisher", CHECK_TEXT, NULL},
                                          {"properties.type", CHECK_TEXT, NULL},
                                          {"properties.typeHandlerVersion", CHECK_TEXT, NULL},
                                          {"properties.forceUpdateTag", CHECK_TEXT, NULL},
                                          {"properties.autoUpgradeMinorVersion", CHECK_FLAG, NULL},
                                          {"properties.enableAutomaticUpgrade", CHECK_FLAG, NULL},
                                          {"properties.settings", CHECK_MAP, NULL},
                                          {"properties.protectedSettings", CHECK_MAP, NULL}};
    const struct value *machine = compute_find(call), *body = machine == NULL ? NULL : call_body(call);
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]) ||
        !compute_is_free(call, machine) || !compute_is_running(call, machine) ||
        !is_single(call, machine, body))
        return;
    if (value_at(body, "properties.publisher") == NULL || value_at(body, "properties.type") == NULL) {
        call_fail(call, 400, "InvalidParameter", "An extension has a publisher and a type.");
        return;
    }
    const struct value *kept = value_merge_patch(
        call->arena, resource_given(call, body),
        make_value(call->arena,
                   "{'id': %s, 'name': %s, 'type': 'Microsoft.Compute/virtualMachines/extensions', "
                   "'properties': {'protectedSettings': null, 'provisioningState': 'Succeeded'}}",
                   extension_id(call, machine, call->args[3]), call->args[3]));
    compute_put_beneath(call, with_password(call, machine, body), extension_key(call, machine, call->args[3]),
                        operation_mark(call, kept));
}

void extension_delete(struct call *call)
{
    const struct value *machine = compute_find(call);
    if (machine != NULL)
        compute_delete_beneath(call, machine, extension_key(call, machine, call->args[3]));
}
