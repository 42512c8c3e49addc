// Defender for Endpoint: the machines that have its agent, their software, and actions on them, which take a
// while. Invariant: a machine has at most one action of a kind under way, and what an action did is kept at
// the machine ("_isolation", "_scanned"), since the API itself shows no such state.

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/odata.h"

#define MACHINES "endpoint/machines/"
#define ACTIONS "endpoint/actions/"
#define CONTEXT "https://api.securitycenter.microsoft.com/api/$metadata#"
enum { STARTS_MS = 200, ENDS_MS = 600 };

static char *machine_key(struct call *call, const char *id)
{
    return arena_printf(call->arena, MACHINES "%s", text_lower(call->arena, id));
}

static const struct value *find_machine(struct call *call)
{
    const struct value *machine = estate_get(call->estate, machine_key(call, call->args[0]));
    if (machine == NULL)
        call_fail(call, 404, "ResourceNotFound", "Machine %.60s was not found.", call->args[0]);
    return machine;
}

static void close_with(struct page *page, const char *type)
{
    page_close(page);
    struct call *call = page->call;
    struct value *whole =
        make_value(call->arena, "{'@odata.context': %s}", arena_printf(call->arena, CONTEXT "%s", type));
    call_ok(call, call->status, value_merge_patch(call->arena, whole, call->answer));
}

void endpoint_list(struct call *call)
{
    struct odata_filter filter;
    if (!odata_filter(call, &filter))
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, MACHINES);
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *machine = estate_at(call->estate, i);
        if (odata_fits(&filter, machine) && page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), odata_select(call, machine, NULL));
    }
    close_with(&page, "Machines");
}

void endpoint_get(struct call *call)
{
    const struct value *machine = find_machine(call);
    if (machine != NULL)
        call_ok(call, 200, odata_select(call, machine, NULL));
}

void endpoint_list_software(struct call *call)
{
    const struct value *machine = find_machine(call), *software = value_get(machine, "_software");
    if (machine == NULL)
        return;
    struct page page = page_open(call);
    for (size_t i = 0; i < value_count(software); i++) {
        const struct value *one = value_item(software, i);
        char *key = arena_printf(call->arena, "%06zu", i);
        if (!page_wants(&page, key))
            continue;
        page_add(&page, key,
                 make_value(call->arena,
                            "{'id': %s, 'name': %v, 'vendor': %v, 'weaknesses': %v, 'publicExploit': %v, "
                            "'activeAlert': false, 'exposedMachines': 1, 'impactScore': 0}",
                            arena_printf(call->arena, "%s-_-%s", value_text_at(one, "vendor"),
                                         value_text_at(one, "name")),
                            value_get(one, "name"), value_get(one, "vendor"), value_get(one, "weaknesses"),
                            value_get(one, "publicExploit")));
    }
    close_with(&page, "Software");
}

static int64_t began_at(const struct value *action)
{
    int64_t ms;
    const char *began = value_text_at(action, "_began");
    return began != NULL && clock_parse(began, &ms) ? ms : 0;
}

// Where the action stands: by the clock.
static const char *status_of(const struct value *action)
{
    int64_t age = clock_now_ms() - began_at(action);
    return age < STARTS_MS ? "Pending" : age < ENDS_MS ? "InProgress" : "Succeeded";
}

static bool is_over(const struct value *action)
{
    return !check_word(status_of(action), "Pending InProgress");
}

static const struct value *shown(struct call *call, const struct value *action)
{
    int64_t began = began_at(action);
    const struct value *both = value_merge_patch(
        call->arena, action,
        make_value(
            call->arena,
            "{'status': %s, 'creationDateTimeUtc': %s, 'lastUpdateDateTimeUtc': %s, 'errorHResult': 0}",
            status_of(action), clock_rfc3339(call->arena, began),
            clock_rfc3339(call->arena, is_over(action) ? began + ENDS_MS : clock_now_ms())));
    return odata_select(call, both, NULL);
}

static bool is_pending(struct call *call, const char *machine, const char *type)
{
    struct estate_range range = estate_range(call->estate, ACTIONS);
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *action = estate_at(call->estate, i);
        if (text_same(value_text_at(action, "machineId"), machine) &&
            text_same(value_text_at(action, "type"), type) && !is_over(action))
            return true;
    }
    return false;
}

// What the verbs are called as actions, what must be said, and what becomes of the machine.
static const struct verb {
    const char *verb, *type, *scope, *words, *shape;
} verbs[] = {
    {"isolate", "Isolate", "IsolationType", "Full Selective UnManagedDevice", "{'_isolation': %s}"},
    {"unisolate", "Unisolate", NULL, NULL, "{'_isolation': null}"},
    {"runAntiVirusScan", "RunAntiVirusScan", "ScanType", "Quick Full", "{'_scan': %s}"},
};

static const struct verb *find_verb(const char *word)
{
    const struct verb *verb = verbs;
    while (!text_same(verb->verb, word))
        verb++;
    return verb;
}

static bool says_enough(struct call *call, const struct verb *verb, const struct value *body)
{
    const char *scope = verb->scope == NULL ? NULL : value_text_at(body, verb->scope);
    const char *comment = value_text_at(body, "Comment");
    if (comment == NULL || *comment == '\0')
        call_fail(call, 400, "MissingRequiredParameter", "A comment is required.");
    else if (verb->scope != NULL && !check_word(scope, verb->words))
        call_fail(call, 400, "InvalidInput", "%s is one of: %s.", verb->scope, verb->words);
    else
        return true;
    return false;
}

void endpoint_act(struct call *call)
{
    const struct verb *verb = find_verb(call->args[1]);
    const struct value *machine = find_machine(call), *body = machine == NULL ? NULL : call_body(call);
    if (body == NULL || !says_enough(call, verb, body))
        return;
    if (is_pending(call, call->args[0], verb->type)) {
        call_fail(call, 400, "ActiveRequestAlreadyExists", "Action is already in progress.");
        return;
    }
    char *id = crypto_uuid(call->arena);
    const char *scope = verb->scope == NULL ? NULL : value_text_at(body, verb->scope);
    const struct value *action = make_value(
        call->arena,
        "{'id': %s, 'type': %s, 'scope': %s, 'requestor': %s, 'requestorComment': %v, 'machineId': %v, "
        "'computerDnsName': %v, '_began': %s}",
        id, verb->type, scope, call->app_id, value_get(body, "Comment"), value_get(machine, "id"),
        value_get(machine, "computerDnsName"), clock_rfc3339(call->arena, clock_now_ms()));
    estate_put(call->estate, machine_key(call, call->args[0]),
               value_merge_patch(call->arena, machine, make_value(call->arena, verb->shape, scope)));
    estate_put(call->estate, arena_printf(call->arena, ACTIONS "%s", id), action);
    call_ok(call, 201, shown(call, action));
}

void endpoint_list_actions(struct call *call)
{
    struct odata_filter filter;
    if (!odata_filter(call, &filter))
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, ACTIONS);
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *action = shown(call, estate_at(call->estate, i));
        if (odata_fits(&filter, action) && page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), action);
    }
    close_with(&page, "MachineActions");
}

void endpoint_get_action(struct call *call)
{
    const struct value *action = estate_get(
        call->estate, arena_printf(call->arena, ACTIONS "%s", text_lower(call->arena, call->args[0])));
    if (action == NULL)
        call_fail(call, 404, "ResourceNotFound", "Machine action %.60s was not found.", call->args[0]);
    else
        call_ok(call, 200, shown(call, action));
}
