// Azure role assignments and definitions. Invariants: an assignment's name is unique in the tenant; the last
// Owner of a subscription stays; nobody is granted the same role at the same scope twice.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "lab/access.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

#define OWNER "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"

// What a list is filtered by.
struct filter {
    bool at_scope, direct; // direct: principalId eq, not through groups
    const char *principal; // NULL: everybody's
};

// Takes "'…'" behind `at`; NULL when there is none.
static const char *quoted(struct call *call, const char **at)
{
    if (**at != '\'')
        return NULL;
    size_t length = strcspn(*at + 1, "'");
    const char *text = arena_strndup(call->arena, *at + 1, length);
    *at += length + 1;
    *at += **at == '\'';
    return text;
}

static bool eat(const char **at, const char *word)
{
    while (**at == ' ')
        (*at)++;
    if (!text_starts_nocase(*at, word))
        return false;
    *at += strlen(word);
    while (**at == ' ')
        (*at)++;
    return true;
}

static bool read_filter(struct call *call, struct filter *filter)
{
    const char *at = call_filter(call);
    *filter = (struct filter){0};
    bool ok = true;
    while (ok && at != NULL && *at != '\0') {
        if (eat(&at, "atScope()")) {
            filter->at_scope = true;
        } else if (eat(&at, "asTarget()")) {
            filter->principal = call->oid;
        } else if (eat(&at, "principalId eq ")) {
            filter->direct = true;
            filter->principal = quoted(call, &at);
        } else if (eat(&at, "assignedTo(")) {
            filter->principal = quoted(call, &at);
            ok = eat(&at, ")");
        } else {
            ok = false;
        }
        ok = ok && (filter->at_scope || filter->principal != NULL) && (*at == '\0' || eat(&at, "and "));
    }
    if (!ok)
        call_fail(call, 400, "InvalidFilter", "The filter '%.200s' is not supported.",
                  call_param(call, "$filter"));
    return ok;
}

static bool fits(struct call *call, const struct filter *filter, const struct value *assignment)
{
    const struct value *properties = value_get(assignment, "properties");
    const char *scope = value_text_at(properties, "scope"),
               *principal = value_text_at(properties, "principalId");
    bool above = access_covers(scope, call->scope), below = access_covers(call->scope, scope);
    // atScope(): at and above; else below as well.
    if (!above && (filter->at_scope || !below))
        return false;
    if (filter->principal == NULL)
        return true;
    return filter->direct ? text_same(principal, filter->principal)
                          : access_is_member(call->estate, filter->principal, principal);
}

void authorization_list(struct call *call)
{
    struct filter filter;
    if (!read_filter(call, &filter))
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, "ra/");
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i);
        const struct value *assignment = estate_at(call->estate, i);
        if (fits(call, &filter, assignment) && page_wants(&page, key))
            page_add(&page, key, assignment);
    }
    page_close(&page);
}

static char *assignment_key(struct call *call)
{
    return arena_printf(call->arena, "ra/%s", text_lower(call->arena, call->args[0]));
}

static const struct value *find_assignment(struct call *call)
{
    const struct value *found = estate_get(call->estate, assignment_key(call));
    return found != NULL && text_same(value_text_at(found, "properties.scope"),
                                      *call->scope == '\0' ? "/" : call->scope)
               ? found
               : NULL;
}

void authorization_get(struct call *call)
{
    const struct value *found = find_assignment(call);
    if (found != NULL)
        call_ok(call, 200, found);
    else
        call_fail(call, 404, "RoleAssignmentNotFound", "The role assignment '%s' is not found.",
                  call->args[0]);
}

static bool is_owner_of(const struct value *assignment, const char *scope)
{
    const char *role = value_text_at(assignment, "properties.roleDefinitionId");
    return role != NULL && text_ends(role, OWNER) &&
           text_same(value_text_at(assignment, "properties.scope"), scope);
}

static bool is_last_owner(struct call *call, const struct value *assignment)
{
    const char *scope = value_text_at(assignment, "properties.scope");
    if (!is_owner_of(assignment, scope) || strchr(scope + 1, '/') != strrchr(scope, '/'))
        return false;
    size_t owners = 0;
    struct estate_range range = estate_range(call->estate, "ra/");
    for (size_t i = range.first; i < range.end; i++)
        owners += is_owner_of(estate_at(call->estate, i), scope);
    return owners == 1;
}

void authorization_delete(struct call *call)
{
    const struct value *found = find_assignment(call);
    if (found == NULL) {
        call_ok(call, 204, NULL);
    } else if (is_last_owner(call, found)) {
        call_fail(call, 409, "RoleAssignmentDeleteNotPermitted",
                  "Cannot delete the last RBAC admin assignment.");
    } else {
        estate_put(call->estate, assignment_key(call), NULL);
        call_ok(call, 200, found);
    }
}

// "User", "ServicePrincipal" or "Group"; NULL when nobody has this id.
static const char *principal_type(struct call *call, const char *id)
{
    static const struct {
        const char *folder, *type;
    } kinds[] = {{"users", "User"}, {"serviceprincipals", "ServicePrincipal"}, {"groups", "Group"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (estate_get(call->estate, arena_printf(call->arena, "graph/%s/%s", kinds[i].folder,
                                                  text_lower(call->arena, id))))
            return kinds[i].type;
    return NULL;
}

static const char *role_guid(const char *role)
{
    const char *slash = role == NULL ? NULL : strrchr(role, '/');
    return slash == NULL ? "" : slash + 1;
}

static bool same_grant(const struct value *a, const struct value *b)
{
    return text_same(role_guid(value_text_at(a, "properties.roleDefinitionId")),
                     role_guid(value_text_at(b, "properties.roleDefinitionId"))) &&
           text_same(value_text_at(a, "properties.principalId"),
                     value_text_at(b, "properties.principalId")) &&
           text_same(value_text_at(a, "properties.scope"), value_text_at(b, "properties.scope"));
}

static bool granted_already(struct call *call, const struct value *wanted)
{
    struct estate_range range = estate_range(call->estate, "ra/");
    for (size_t i = range.first; i < range.end; i++)
        if (same_grant(estate_at(call->estate, i), wanted))
            return true;
    return false;
}

static struct value *new_assignment(struct call *call, const struct value *asked)
{
    const char *now = clock_rfc3339(call->arena, clock_now_ms()),
               *type = principal_type(call, value_text_at(asked, "principalId"));
    return make_value(
        call->arena,
        "{'id': %s, 'name': %s, 'type': 'Microsoft.Authorization/roleAssignments', 'properties': {"
        "'roleDefinitionId': %v, 'principalId': %v, 'principalType': %s, 'scope': %s, 'condition': %v, "
        "'conditionVersion': %v, 'description': %v, 'createdOn': %s, 'updatedOn': %s, 'createdBy': %s, "
        "'updatedBy': %s}}",
        arena_printf(call->arena, "%s/providers/Microsoft.Authorization/roleAssignments/%s", call->scope,
                     call->args[0]),
        call->args[0], value_get(asked, "roleDefinitionId"), value_get(asked, "principalId"), type,
        *call->scope == '\0' ? "/" : call->scope, value_get(asked, "condition"),
        value_get(asked, "conditionVersion"), value_get(asked, "description"), now, now, call->oid,
        call->oid);
}

void authorization_put(struct call *call)
{
    const struct value *body = call_body(call), *asked = value_get(body, "properties");
    const char *role = value_text_at(asked, "roleDefinitionId"),
               *principal = value_text_at(asked, "principalId");
    if (body == NULL)
        return;
    static const struct check checks[] = {
        {"properties.principalType", CHECK_WORD, "User Group ServicePrincipal ForeignGroup Device"},
        {"properties.principalId", CHECK_GUID, NULL},
        {"properties.condition", CHECK_TEXT, NULL},
        {"properties.description", CHECK_TEXT, NULL}};
    if (!check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (role == NULL || principal == NULL || !schema_is_guid(call->args[0])) {
        call_fail(call, 400, "BadRequest",
                  "A role assignment is named by a GUID and needs roleDefinitionId and "
                  "principalId.");
        return;
    }
    if (estate_get(call->estate,
                   arena_printf(call->arena, "rd/%s", text_lower(call->arena, role_guid(role)))) == NULL) {
        call_fail(call, 404, "RoleDefinitionDoesNotExist",
                  "The specified role definition '%s' does not exist.", role);
        return;
    }
    if (principal_type(call, principal) == NULL) {
        call_fail(call, 400, "PrincipalNotFound", "Principal %s does not exist in the directory.", principal);
        return;
    }
    struct value *wanted = new_assignment(call, asked);
    const struct value *now = estate_get(call->estate, assignment_key(call));
    if (now != NULL && same_grant(now, wanted)) {
        call_ok(call, 200, now);
    } else if (now != NULL) {
        call_fail(call, 400, "RoleAssignmentUpdateNotPermitted",
                  "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.");
    } else if (granted_already(call, wanted)) {
        call_fail(call, 409, "RoleAssignmentExists", "The role assignment already exists.");
    } else {
        estate_put(call->estate, assignment_key(call), wanted);
        call_ok(call, 201, wanted);
    }
}

static const struct value *shown_role(struct call *call, const struct value *role)
{
    char *id = arena_printf(call->arena, "%s/providers/Microsoft.Authorization/roleDefinitions/%s",
                            call->scope, value_text_at(role, "name"));
    return value_merge_patch(call->arena, role, make_value(call->arena, "{'id': %s}", id));
}

void authorization_list_roles(struct call *call)
{
    const char *at = call_filter(call), *name = NULL, *type = NULL;
    while (at != NULL && *at != '\0') {
        if (eat(&at, "roleName eq "))
            name = quoted(call, &at);
        else if (eat(&at, "type eq "))
            type = quoted(call, &at);
        else if (!eat(&at, "atScopeAndBelow()") && !eat(&at, "and ")) {
            call_fail(call, 400, "InvalidFilter", "The filter is not supported.");
            return;
        }
    }
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, "rd/");
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i);
        const struct value *role = estate_at(call->estate, i);
        if ((name == NULL || text_same(value_text_at(role, "properties.roleName"), name)) &&
            (type == NULL || text_same(value_text_at(role, "properties.type"), type)) &&
            page_wants(&page, key))
            page_add(&page, key, shown_role(call, role));
    }
    page_close(&page);
}

void authorization_get_role(struct call *call)
{
    char *key = arena_printf(call->arena, "rd/%s", text_lower(call->arena, call->args[0]));
    const struct value *role = estate_get(call->estate, key);
    if (role != NULL)
        call_ok(call, 200, shown_role(call, role));
    else
        call_fail(call, 404, "RoleDefinitionDoesNotExist",
                  "The specified role definition with ID '%s' does not exist.", call->args[0]);
}

// Eligible and active assignments of Privileged Identity Management at this scope.
void authorization_list_schedules(struct call *call)
{
    struct filter filter;
    if (!read_filter(call, &filter))
        return;
    struct page page = page_open(call);
    char *prefix = arena_printf(call->arena, "pim/%s/", text_lower(call->arena, call->args[0]));
    struct estate_range range = estate_range(call->estate, prefix);
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i);
        if (fits(call, &filter, estate_at(call->estate, i)) && page_wants(&page, key))
            page_add(&page, key, estate_at(call->estate, i));
    }
    page_close(&page);
}

void authorization_list_none(struct call *call)
{
    call_filter(call); // of nothing
    call_ok(call, 200, make_value(call->arena, "{'value': []}"));
}
