// Commands on a virtual machine: at once (runCommand), and as a resource of the machine that keeps how it
// ended (runCommands). Not for extensions (extension.c). Invariants: only a machine that runs can be reached;
// protected parameters are kept nowhere; the same content is not run again. A script is not run: those that
// ask for the machine's accounts or processes get them, others get nothing.
#include <string.h>

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

static void print(const struct value *machine, const char *line, struct text *out)
{
    static const struct {
        const char *mark, *member;
    } asked[] = {{"/etc/passwd", "_users"},
                 {"Get-LocalUser", "_users"},
                 {"ps -e", "_processes"},
                 {"Get-Process", "_processes"}};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        const struct value *names = value_get(machine, asked[i].member);
        for (size_t n = 0; strstr(line, asked[i].mark) != NULL && n < value_count(names); n++)
            text_addf(out, "%s\n", value_text(value_item(names, n)));
    }
}

void command_run(struct call *call)
{
    const struct value *machine = compute_find(call), *body = machine == NULL ? NULL : call_body(call);
    static const struct check checks[] = {{"commandId!", CHECK_WORD, "RunShellScript RunPowerShellScript"},
                                          {"script![]", CHECK_TEXT, NULL},
                                          {"parameters[].name!", CHECK_TEXT, NULL},
                                          {"parameters[].value!", CHECK_TEXT, NULL}};
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]) ||
        !compute_is_free(call, machine) || !compute_is_running(call, machine))
        return;
    const struct value *script = value_get(body, "script");
    struct text out = text_new(call->arena);
    text_add(&out, "Enable succeeded: \n[stdout]\n");
    for (size_t i = 0; i < value_count(script); i++)
        print(machine, value_text(value_item(script, i)), &out);
    text_add(&out, "\n[stderr]\n");
    const struct value *result =
        make_value(call->arena,
                   "{'value': [{'code': 'ProvisioningState/succeeded', 'level': 'Info', 'displayStatus': "
                   "'Provisioning succeeded', 'message': %s}]}",
                   out.ptr);
    const char *region = arena_strdup(call->arena, value_text_at(machine, "location"));
    compute_put(call, operation_mark(
                          call, value_merge_patch(call->arena, machine,
                                                  make_value(call->arena, "{'_verb': null, '_commanded': %s}",
                                                             clock_rfc3339(call->arena, clock_now_ms())))));
    operation_begin(call, &(struct operation){.status = 202, .region = region, .result = result});
}

static char *command_id(struct call *call, const struct value *machine, const char *name)
{
    return arena_printf(call->arena, "%s/runCommands/%s", value_text_at(machine, "id"), name);
}

static char *command_key(struct call *call, const struct value *machine, const char *name)
{
    return text_lower(call->arena, command_id(call, machine, name));
}

void command_list(struct call *call)
{
    const struct value *machine = compute_find(call);
    if (machine == NULL)
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, command_key(call, machine, ""));
    for (size_t i = range.first; i < range.end; i++)
        if (page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), operation_shown(call, estate_at(call->estate, i)));
    page_close(&page);
}

void command_get(struct call *call)
{
    const struct value *machine = compute_find(call);
    const struct value *found =
        machine == NULL ? NULL : estate_get(call->estate, command_key(call, machine, call->args[3]));
    if (machine != NULL && found == NULL)
        call_missing(call, command_id(call, machine, call->args[3]));
    if (found == NULL)
        return;
    const struct value *view = value_get(found, "_view"), *shown = operation_shown(call, found);
    if (operation_is_busy(found))
        view = make_value(call->arena, "{'executionState': 'Running', 'startTime': %v}",
                          value_get(view, "startTime"));
    if (text_same(call_param(call, "$expand"), "instanceView"))
        shown = value_merge_patch(call->arena, shown,
                                  make_value(call->arena, "{'properties': {'instanceView': %v}}", view));
    call_ok(call, 200, shown);
}

static bool is_same(const struct value *old, const struct value *body)
{
    return value_equal(value_at(old, "properties.source"), value_at(body, "properties.source")) &&
           value_equal(value_at(old, "properties.parameters"), value_at(body, "properties.parameters"));
}

// The command as it is kept: with how it ended.
static const struct value *made(struct call *call, const struct value *machine, const struct value *body)
{
    struct text out = text_new(call->arena);
    char *now = clock_rfc3339(call->arena, clock_now_ms());
    print(machine, value_text_at(body, "properties.source.script"), &out);
    const struct value *own = make_value(
        call->arena,
        "{'id': %s, 'name': %s, 'type': 'Microsoft.Compute/virtualMachines/runCommands', 'properties': "
        "{'protectedParameters': null, 'provisioningState': 'Succeeded'}, '_view': {'executionState': "
        "'Succeeded', 'exitCode': 0, 'output': %s, 'error': '', 'startTime': %s, 'endTime': %s}}",
        command_id(call, machine, call->args[3]), call->args[3], out.ptr, now, now);
    return operation_mark(call, value_merge_patch(call->arena, resource_given(call, body), own));
}

void command_put(struct call *call)
{
    static const struct check checks[] = {{"location", CHECK_TEXT, NULL},
                                          {"tags", CHECK_TAGS, NULL},
                                          {"properties", CHECK_MAP, NULL},
                                          {"properties.source", CHECK_MAP, NULL},
                                          {"properties.source.script", CHECK_TEXT, NULL},
                                          {"properties.parameters[].name!", CHECK_TEXT, NULL},
                                          {"properties.parameters[].value!", CHECK_TEXT, NULL},
                                          {"properties.protectedParameters[].name!", CHECK_TEXT, NULL},
                                          {"properties.protectedParameters[].value!", CHECK_TEXT, NULL},
                                          {"properties.asyncExecution", CHECK_FLAG, NULL},
                                          {"properties.treatFailureAsDeploymentFailure", CHECK_FLAG, NULL},
                                          {"properties.timeoutInSeconds", CHECK_WHOLE, NULL}};
    const struct value *machine = compute_find(call), *body = machine == NULL ? NULL : call_body(call);
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]) ||
        !compute_is_free(call, machine) || !compute_is_running(call, machine))
        return;
    if (value_text_at(body, "location") == NULL || value_text_at(body, "properties.source.script") == NULL) {
        call_fail(call, 400, "InvalidParameter", "A command has a location and a script.");
        return;
    }
    char *key = command_key(call, machine, call->args[3]);
    const struct value *old = estate_get(call->estate, key);
    if (old != NULL && is_same(old, body)) {
        call_ok(call, 200, operation_shown(call, old));
        return;
    }
    compute_put_beneath(call, machine, key, made(call, machine, body));
}

void command_delete(struct call *call)
{
    const struct value *machine = compute_find(call);
    if (machine != NULL)
        compute_delete_beneath(call, machine, command_key(call, machine, call->args[3]));
}
