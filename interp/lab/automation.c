// Automation accounts and their runbooks. Not for what starts a runbook: automation_links.c. Invariants: what
// was published stays until the next publishing; a deleted runbook takes its webhooks, schedule links and
// jobs with it.
#include "lab/automation.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/operation.h"

#define TYPE "Microsoft.Automation/AutomationAccounts"
#define KINDS                                                                                                \
    "Script Graph PowerShellWorkflow PowerShell GraphPowerShellWorkflow GraphPowerShell Python2 Python3 "    \
    "PowerShell72"

char *automation_account(struct call *call)
{
    char *key = arena_printf(
        call->arena,
        "/subscriptions/%s/resourcegroups/%s/providers/microsoft.automation/automationaccounts/%s",
        call->args[0], call->args[1], call->args[2]);
    key = text_lower(call->arena, key);
    if (estate_get(call->estate, key) != NULL)
        return key;
    call_missing(call, call->args[2]);
    return NULL;
}

char *automation_key(struct call *call, const char *account, const char *folder, const char *name)
{
    return arena_printf(call->arena, "%s/%s/%s", account, folder, text_lower(call->arena, name));
}

const struct value *automation_shown(struct call *call, const struct value *resource)
{
    struct value *shown = value_map(call->arena);
    for (size_t i = 0; i < value_count(resource); i++)
        if (resource->fields[i].key[0] != '_')
            value_put(call->arena, shown, resource->fields[i].key, resource->fields[i].value);
    return shown;
}

void automation_missing(struct call *call, const char *what, const char *name)
{
    call_fail(call, 404, "NotFound", "The %s %s was not found.", what, name);
}

void automation_list(struct call *call, const char *folder,
                     const struct value *(*thin)(struct call *call, const struct value *resource))
{
    char *account = automation_account(call);
    if (account == NULL)
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, automation_key(call, account, folder, ""));
    for (size_t i = range.first; i < range.end; i++)
        if (page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), thin(call, estate_at(call->estate, i)));
    page_close(&page);
}

// Removes the entries of a folder that belong to a runbook.
static void drop(struct call *call, const char *account, const char *folder, const char *runbook)
{
    char *prefix = automation_key(call, account, folder, "");
    struct estate_range range = estate_range(call->estate, prefix);
    for (size_t i = range.first; i < range.end;) {
        if (text_same(value_text_at(estate_at(call->estate, i), "properties.runbook.name"), runbook)) {
            estate_put(call->estate, arena_strdup(call->arena, estate_key(call->estate, i)), NULL);
            range = estate_range(call->estate, prefix);
            i = range.first;
        } else {
            i++;
        }
    }
}

// A list tells neither who changed a runbook last nor its parameters.
static const struct value *thin_runbook(struct call *call, const struct value *runbook)
{
    const struct value *p = value_get(runbook, "properties");
    return make_value(
        call->arena,
        "{'id': %v, 'name': %v, 'type': %v, 'location': %v, 'tags': %v, 'properties': {'runbookType': %v, "
        "'state': %v, 'creationTime': %v, 'lastModifiedTime': %v, 'description': %v}}",
        value_get(runbook, "id"), value_get(runbook, "name"), value_get(runbook, "type"),
        value_get(runbook, "location"), value_get(runbook, "tags"), value_get(p, "runbookType"),
        value_get(p, "state"), value_get(p, "creationTime"), value_get(p, "lastModifiedTime"),
        value_get(p, "description"));
}

void automation_list_runbooks(struct call *call)
{
    automation_list(call, "runbooks", thin_runbook);
}

static char *runbook_key(struct call *call)
{
    char *account = automation_account(call);
    return account == NULL ? NULL : automation_key(call, account, "runbooks", call->args[3]);
}

static const struct value *find_runbook(struct call *call)
{
    char *key = runbook_key(call);
    const struct value *found = key == NULL ? NULL : estate_get(call->estate, key);
    if (key != NULL && found == NULL)
        automation_missing(call, "Runbook", call->args[3]);
    return found;
}

void automation_get_runbook(struct call *call)
{
    const struct value *found = find_runbook(call);
    if (found != NULL)
        call_ok(call, 200, automation_shown(call, found));
}

static void answer_text(struct call *call, const char *member)
{
    const struct value *found = find_runbook(call);
    if (found == NULL)
        return;
    const char *text = value_text_at(found, member);
    if (text == NULL) {
        automation_missing(call, "content of the runbook", call->args[3]);
        return;
    }
    call_ok(call, 200, NULL);
    call->text = text;
}

void automation_get_content(struct call *call)
{
    answer_text(call, "_content");
}

void automation_get_draft(struct call *call)
{
    answer_text(call, "_draft");
}

static struct value *new_runbook(struct call *call, const struct value *body, const struct value *asked)
{
    const char *now = clock_rfc3339(call->arena, clock_now_ms());
    const struct value *location = value_get(body, "location");
    return make_value(call->arena,
                      "{'id': %s, 'name': %s, 'type': '" TYPE
                      "/Runbooks', 'location': %v, 'tags': %v, 'properties': {'runbookType': "
                      "%v, 'state': 'New', 'logVerbose': %b, 'logProgress': %b, 'logActivityTrace': 0, "
                      "'jobCount': 0, 'parameters': "
                      "{}, 'outputTypes': [], 'description': %v, 'creationTime': %s, 'lastModifiedTime': %s, "
                      "'lastModifiedBy': %s, "
                      "'provisioningState': 'Succeeded'}}",
                      arena_printf(call->arena,
                                   "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Automation/"
                                   "automationAccounts/%s/runbooks/%s",
                                   call->args[0], call->args[1], call->args[2], call->args[3]),
                      call->args[3], location, value_get(body, "tags"), value_get(asked, "runbookType"),
                      (int)value_flag_at(asked, "logVerbose"), (int)value_flag_at(asked, "logProgress"),
                      value_get(asked, "description"), now, now, call->app_id);
}

void automation_put_runbook(struct call *call)
{
    char *key = runbook_key(call);
    const struct value *body = key == NULL ? NULL : call_body(call), *asked = value_get(body, "properties");
    static const struct check checks[] = {{"name", CHECK_TEXT, NULL},
                                          {"location", CHECK_TEXT, NULL},
                                          {"tags", CHECK_TAGS, NULL},
                                          {"properties.runbookType", CHECK_WORD, KINDS},
                                          {"properties.logVerbose", CHECK_FLAG, NULL},
                                          {"properties.logProgress", CHECK_FLAG, NULL},
                                          {"properties.description", CHECK_TEXT, NULL},
                                          {"properties.logActivityTrace", CHECK_WHOLE, NULL},
                                          {"properties.draft", CHECK_MAP, NULL}};
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (value_get(asked, "runbookType") == NULL ||
        (value_get(asked, "draft") == NULL && value_get(asked, "publishContentLink") == NULL)) {
        call_fail(call, 400, "BadRequest", "A runbook needs runbookType, and draft or publishContentLink.");
        return;
    }
    const struct value *now = estate_get(call->estate, key);
    struct value *runbook = new_runbook(call, body, asked);
    if (now != NULL) { // what was published stays, and who made it when
        runbook = value_map(call->arena);
        value_put_all(
            call->arena, runbook,
            value_merge_patch(call->arena, now,
                              make_value(call->arena,
                                         "{'properties': {'description': %v, 'logVerbose': %v, "
                                         "'logProgress': %v}}",
                                         value_get(asked, "description"), value_get(asked, "logVerbose"),
                                         value_get(asked, "logProgress"))));
        if (value_get(body, "tags") != NULL)
            value_put(call->arena, runbook, "tags", value_get(body, "tags"));
    }
    estate_put(call->estate, key, runbook);
    call_ok(call, now == NULL ? 201 : 200, automation_shown(call, runbook));
}

void automation_put_draft(struct call *call)
{
    const struct value *found = find_runbook(call);
    if (found == NULL)
        return;
    if (call->content_type != NULL && !text_starts_nocase(call->content_type, CALL_TEXT_TYPE)) {
        call_fail(call, 415, "UnsupportedMediaType", "The content of a runbook is " CALL_TEXT_TYPE ".");
        return;
    }
    for (size_t at = 0, size; at < call->length; at += size) {
        size = text_utf8(call->bytes + at, call->length - at, NULL);
        if (size == 0 || call->bytes[at] == '\0') {
            call_fail(call, 400, "BadRequest", "The content of a runbook is UTF-8.");
            return;
        }
    }
    const char *text = arena_strndup(call->arena, call->bytes, call->length);
    estate_put(
        call->estate, runbook_key(call),
        value_merge_patch(call->arena, found,
                          make_value(call->arena, "{'_draft': %s, 'properties': {'state': 'Edit'}}", text)));
    call_ok(call, 200, NULL);
}

void automation_publish(struct call *call)
{
    const struct value *found = find_runbook(call), *draft = value_get(found, "_draft");
    if (found == NULL)
        return;
    if (draft == NULL) {
        call_fail(call, 400, "BadRequest", "The runbook %s has no draft.", call->args[3]);
        return;
    }
    const struct value *published = value_merge_patch(
        call->arena, found,
        make_value(call->arena, "{'_content': %v, '_draft': null, 'properties': {'state': 'Published'}}",
                   draft));
    estate_put(call->estate, runbook_key(call), published);
    operation_begin(call, &(struct operation){.status = 202, .links = OPERATION_LOCATION});
}

void automation_delete_runbook(struct call *call)
{
    char *account = automation_account(call), *key = account == NULL ? NULL : runbook_key(call);
    if (account == NULL)
        return;
    const struct value *found = estate_get(call->estate, key);
    if (found == NULL) {
        call_ok(call, 204, NULL);
        return;
    }
    const char *name = arena_strdup(call->arena, value_text_at(found, "name"));
    estate_put(call->estate, key, NULL);
    drop(call, account, "webhooks", name);
    drop(call, account, "jobschedules", name);
    drop(call, account, "jobs", name);
    call_ok(call, 200, NULL);
}
