// Entra roles: definitions, assignments, the older view by directory role. Invariant: one principal has a
// role at one scope once.

#include "base/arena.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/graph.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/odata.h"

#define ASSIGNMENTS "graph/roleassignments/"
#define DEFINITIONS "graph/roledefinitions/"

static char *key_of(struct call *call, const char *folder, const char *id)
{
    return arena_printf(call->arena, "%s%s", folder, text_lower(call->arena, id));
}

// A definition has nothing that can be expanded.
static struct value *shown(struct call *call, const struct value *assignment)
{
    struct value *copy = odata_select(call, assignment, NULL);
    const char *expand = call_param(call, "$expand"), *role = value_text_at(assignment, "roleDefinitionId"),
               *principal = value_text_at(assignment, "principalId");
    enum graph_kind kind;
    if (role != NULL && text_same(expand, "roleDefinition"))
        value_put(call->arena, copy, "roleDefinition",
                  estate_get(call->estate, key_of(call, DEFINITIONS, role)));
    const struct value *who = text_same(expand, "principal") ? graph_any(call, principal, &kind) : NULL;
    if (who != NULL)
        value_put(call->arena, copy, "principal", graph_object(call, who, kind));
    return copy;
}

static void list_entries(struct call *call, const char *folder, const char *context)
{
    struct odata_filter filter;
    if (!odata_filter(call, &filter))
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, folder);
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i);
        if (odata_fits(&filter, estate_at(call->estate, i)) && page_wants(&page, key))
            page_add(&page, key, shown(call, estate_at(call->estate, i)));
    }
    graph_close(&page, context);
}

void role_list(struct call *call)
{
    list_entries(call, ASSIGNMENTS, "roleManagement/directory/roleAssignments");
}

void role_list_definitions(struct call *call)
{
    list_entries(call, DEFINITIONS, "roleManagement/directory/roleDefinitions");
}

void role_list_schedules(struct call *call)
{
    list_entries(call, arena_printf(call->arena, "graph/pim/%s/", text_lower(call->arena, call->args[0])),
                 arena_printf(call->arena, "roleManagement/directory/%s", call->args[0]));
}

static void get_entry(struct call *call, const char *folder, const char *context)
{
    const struct value *found = estate_get(call->estate, key_of(call, folder, call->args[0]));
    if (found == NULL)
        call_missing(call, call->args[0]);
    else
        graph_answer(call, context, shown(call, found));
}

void role_get(struct call *call)
{
    get_entry(call, ASSIGNMENTS, "roleManagement/directory/roleAssignments/$entity");
}

void role_get_definition(struct call *call)
{
    get_entry(call, DEFINITIONS, "roleManagement/directory/roleDefinitions/$entity");
}

static bool is_assigned(struct call *call, const char *role, const char *principal, const char *scope)
{
    struct estate_range range = estate_range(call->estate, ASSIGNMENTS);
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *now = estate_at(call->estate, i);
        if (text_same(value_text_at(now, "roleDefinitionId"), role) &&
            text_same(value_text_at(now, "principalId"), principal) &&
            text_same(value_text_at(now, "directoryScopeId"), scope))
            return true;
    }
    return false;
}

void role_add(struct call *call)
{
    const struct value *body = call_body(call);
    const char *role = value_text_at(body, "roleDefinitionId"),
               *principal = value_text_at(body, "principalId");
    const char *scope = value_text_at(body, "directoryScopeId");
    enum graph_kind kind;
    if (body == NULL)
        return;
    if (role == NULL || principal == NULL || scope == NULL) {
        call_fail(call, 400, "Request_BadRequest",
                  "principalId, roleDefinitionId and directoryScopeId are required.");
    } else if (estate_get(call->estate, key_of(call, DEFINITIONS, role)) == NULL ||
               graph_any(call, principal, &kind) == NULL) {
        call_missing(call, principal);
    } else if (is_assigned(call, role, principal, scope)) {
        call_fail(call, 400, "Request_BadRequest",
                  "A conflicting object with one or more of the specified property values is present in the "
                  "directory.");
    } else {
        char *id = crypto_base64url(call->arena, crypto_uuid(call->arena), 36);
        struct value *fresh = make_value(
            call->arena, "{'id': %s, 'principalId': %s, 'directoryScopeId': %s, 'roleDefinitionId': %s}", id,
            principal, scope, role);
        estate_put(call->estate, key_of(call, ASSIGNMENTS, id), fresh);
        graph_answer(call, "roleManagement/directory/roleAssignments/$entity", fresh);
        call->status = 201;
    }
}

void role_remove(struct call *call)
{
    char *key = key_of(call, ASSIGNMENTS, call->args[0]);
    if (estate_get(call->estate, key) == NULL) {
        call_missing(call, call->args[0]);
        return;
    }
    estate_put(call->estate, key, NULL);
    call_ok(call, 204, NULL);
}

// A directory role is a definition that somebody has.
static struct value *active_role(struct call *call, const struct value *definition)
{
    const char *id = value_text_at(definition, "id");
    struct estate_range range = estate_range(call->estate, ASSIGNMENTS);
    for (size_t i = range.first; i < range.end; i++)
        if (text_same(value_text_at(estate_at(call->estate, i), "roleDefinitionId"), id))
            return make_value(call->arena,
                              "{'id': %s, 'deletedDateTime': null, 'description': %v, 'displayName': %v, "
                              "'roleTemplateId': %v}",
                              id, value_get(definition, "description"), value_get(definition, "displayName"),
                              value_get(definition, "templateId"));
    return NULL;
}

// It has no pages.
void role_list_active(struct call *call)
{
    struct value *list = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, DEFINITIONS);
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *role = active_role(call, estate_at(call->estate, i));
        if (role != NULL)
            value_append(call->arena, list, role);
    }
    graph_answer(call, "directoryRoles", make_value(call->arena, "{'value': %v}", list));
}

void role_get_active(struct call *call)
{
    const struct value *definition = estate_get(call->estate, key_of(call, DEFINITIONS, call->args[0]));
    struct value *role = definition == NULL ? NULL : active_role(call, definition);
    if (role == NULL)
        call_missing(call, call->args[0]);
    else
        graph_answer(call, "directoryRoles/$entity", role);
}

void role_list_members(struct call *call)
{
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, ASSIGNMENTS);
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i);
        const struct value *assignment = estate_at(call->estate, i);
        enum graph_kind kind;
        if (!text_same(value_text_at(assignment, "roleDefinitionId"), call->args[0]))
            continue;
        const struct value *who = graph_any(call, value_text_at(assignment, "principalId"), &kind);
        if (who != NULL && page_wants(&page, key))
            page_add(&page, key, graph_object(call, who, kind));
    }
    graph_close(&page, "directoryObjects");
}

void role_remove_member(struct call *call)
{
    struct estate_range range = estate_range(call->estate, ASSIGNMENTS);
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *assignment = estate_at(call->estate, i);
        if (text_same(value_text_at(assignment, "roleDefinitionId"), call->args[0]) &&
            text_same(value_text_at(assignment, "principalId"), call->args[1])) {
            estate_put(call->estate, arena_strdup(call->arena, estate_key(call->estate, i)), NULL);
            call_ok(call, 204, NULL);
            return;
        }
    }
    call_missing(call, call->args[1]);
}
