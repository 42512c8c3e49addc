// What starts runbooks: webhooks, links to schedules, jobs. Invariants: a webhook's address is told once, to
// whoever made it, so it is not in here at all; a job that has ended stays ended.

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "lab/automation.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

static char *key_in(struct call *call, const char *folder)
{
    char *account = automation_account(call);
    return account == NULL ? NULL : automation_key(call, account, folder, call->args[3]);
}

static void answer_one(struct call *call, const char *folder, const char *what)
{
    char *key = key_in(call, folder);
    const struct value *found = key == NULL ? NULL : estate_get(call->estate, key);
    if (found != NULL)
        call_ok(call, 200, automation_shown(call, found));
    else if (key != NULL)
        automation_missing(call, what, call->args[3]);
}

static void delete_one(struct call *call, const char *folder, const char *what)
{
    char *key = key_in(call, folder);
    if (key == NULL)
        return;
    if (estate_get(call->estate, key) == NULL) {
        automation_missing(call, what, call->args[3]);
        return;
    }
    estate_put(call->estate, key, NULL);
    call_ok(call, 200, NULL);
}

void automation_list_webhooks(struct call *call)
{
    automation_list(call, "webhooks", automation_shown);
}

void automation_get_webhook(struct call *call)
{
    answer_one(call, "webhooks", "Webhook");
}

// Both of PUT and PATCH: only an existing webhook is changed, for a new one's address would have to be told.
void automation_set_webhook(struct call *call)
{
    char *key = key_in(call, "webhooks");
    const struct value *found = key == NULL ? NULL : estate_get(call->estate, key),
                       *body = found == NULL ? NULL : call_body(call);
    static const struct check checks[] = {{"name", CHECK_TEXT, NULL},
                                          {"properties.isEnabled", CHECK_FLAG, NULL},
                                          {"properties.description", CHECK_TEXT, NULL},
                                          {"properties.uri", CHECK_TEXT, NULL},
                                          {"properties.expiryTime", CHECK_TIME, NULL},
                                          {"properties.runbook.name", CHECK_TEXT, NULL},
                                          {"properties.parameters", CHECK_TAGS, NULL}};
    if (key != NULL && found == NULL)
        automation_missing(call, "Webhook", call->args[3]);
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    const char *name = value_text_at(body, "name");
    bool named = name != NULL || strcmp(call->method, "PATCH") != 0;
    if (named && !text_same(name, value_text_at(found, "name"))) {
        call_fail(call, 400, "BadRequest", "The name in the body is not that of the webhook.");
        return;
    }
    const struct value *asked = value_get(body, "properties");
    const struct value *changed = value_merge_patch(
        call->arena, found,
        make_value(call->arena,
                   "{'properties': {'isEnabled': %v, 'description': %v, 'lastModifiedTime': %s}}",
                   value_get(asked, "isEnabled"), value_get(asked, "description"),
                   clock_rfc3339(call->arena, clock_now_ms())));
    estate_put(call->estate, key, changed);
    call_ok(call, 200, automation_shown(call, changed));
}

void automation_delete_webhook(struct call *call)
{
    delete_one(call, "webhooks", "Webhook");
}

void automation_list_links(struct call *call)
{
    automation_list(call, "jobschedules", automation_shown);
}

void automation_get_link(struct call *call)
{
    answer_one(call, "jobschedules", "JobSchedule");
}

void automation_put_link(struct call *call)
{
    char *account = automation_account(call), *key = account == NULL ? NULL : key_in(call, "jobschedules");
    const struct value *body = key == NULL ? NULL : call_body(call), *asked = value_get(body, "properties");
    const char *runbook = value_text_at(asked, "runbook.name"),
               *schedule = value_text_at(asked, "schedule.name");
    static const struct check checks[] = {{"properties.runbook.name", CHECK_TEXT, NULL},
                                          {"properties.schedule.name", CHECK_TEXT, NULL},
                                          {"properties.parameters", CHECK_TAGS, NULL},
                                          {"properties.runOn", CHECK_TEXT, NULL}};
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (!schema_is_guid(call->args[3]) || runbook == NULL || schedule == NULL) {
        call_fail(call, 400, "BadRequest",
                  "A job schedule is named by a GUID, and needs a runbook and a schedule.");
        return;
    }
    if (estate_get(call->estate, automation_key(call, account, "runbooks", runbook)) == NULL) {
        automation_missing(call, "Runbook", runbook);
        return;
    }
    if (estate_get(call->estate, key) != NULL) {
        call_fail(call, 409, "Conflict", "There is a job schedule %s.", call->args[3]);
        return;
    }
    const struct value *link = make_value(
        call->arena,
        "{'id': %s, 'name': %s, 'type': 'Microsoft.Automation/AutomationAccounts/JobSchedules', "
        "'properties': "
        "{'jobScheduleId': %s, 'runbook': {'name': %s}, 'schedule': {'name': %s}, 'runOn': %v, 'parameters': "
        "%v}}",
        arena_printf(
            call->arena,
            "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Automation/automationAccounts/%s/"
            "jobSchedules/%s",
            call->args[0], call->args[1], call->args[2], call->args[3]),
        call->args[3], call->args[3], runbook, schedule, value_get(asked, "runOn"),
        value_get(asked, "parameters"));
    estate_put(call->estate, key, link);
    call_ok(call, 201, link);
}

void automation_delete_link(struct call *call)
{
    delete_one(call, "jobschedules", "JobSchedule");
}

// A list does not say who started a job.
static const struct value *listed_job(struct call *call, const struct value *job)
{
    return value_merge_patch(call->arena, automation_shown(call, job),
                             make_value(call->arena, "{'properties': {'startedBy': null}}"));
}

void automation_list_jobs(struct call *call)
{
    automation_list(call, "jobs", listed_job);
}

void automation_get_job(struct call *call)
{
    answer_one(call, "jobs", "Job");
}

void automation_stop_job(struct call *call)
{
    char *key = key_in(call, "jobs");
    const struct value *found = key == NULL ? NULL : estate_get(call->estate, key);
    if (key == NULL)
        return;
    if (found == NULL) {
        automation_missing(call, "Job", call->args[3]);
        return;
    }
    if (!check_word(value_text_at(found, "properties.status"),
                    "New Activating Running Blocked Suspended Suspending "
                    "Resuming Disconnected")) {
        call_fail(call, 400, "BadRequest", "The job %s is not in a state in which it can be stopped.",
                  call->args[3]);
        return;
    }
    const char *now = clock_rfc3339(call->arena, clock_now_ms());
    estate_put(call->estate, key,
               value_merge_patch(
                   call->arena, found,
                   make_value(call->arena,
                              "{'properties': {'status': 'Stopped', 'endTime': %s, 'lastModifiedTime': %s}}",
                              now, now)));
    call_ok(call, 200, NULL);
}
