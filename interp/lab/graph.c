// Reading the directory. Not for changes (principal.c) nor roles (role.c). Invariant: what begins with "_" is
// followed, never shown.
#include "lab/graph.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/lab.h"
#include "lab/make.h"
#include "lab/odata.h"

#define METADATA "https://graph.microsoft.com/%s/$metadata#%s"
#define USER_FIELDS                                                                                          \
    "id businessPhones displayName givenName jobTitle mail mobilePhone officeLocation "                      \
    "preferredLanguage surname userPrincipalName"

static const struct {
    const char *word, *type, *usual;
} kinds[] = {
    [GRAPH_USER] = {"users", "#microsoft.graph.user", USER_FIELDS},
    [GRAPH_SERVICE] = {"servicePrincipals", "#microsoft.graph.servicePrincipal", NULL},
    [GRAPH_APPLICATION] = {"applications", "#microsoft.graph.application", NULL},
    [GRAPH_GROUP] = {"groups", "#microsoft.graph.group", NULL},
};

static char *folder(struct call *call, enum graph_kind kind)
{
    return arena_printf(call->arena, "graph/%s/", text_lower(call->arena, kinds[kind].word));
}

char *graph_key(struct call *call, enum graph_kind kind, const char *id)
{
    return arena_printf(call->arena, "%s%s", folder(call, kind), text_lower(call->arena, id));
}

enum graph_kind graph_kind_of(const struct call *call)
{
    for (size_t i = 0; i < GRAPH_KINDS; i++)
        if (text_same(call->segments[1], kinds[i].word))
            return (enum graph_kind)i;
    return GRAPH_USER;
}

static const struct value *find_by(struct call *call, enum graph_kind kind, const char *member,
                                   const char *text)
{
    struct estate_range range = estate_range(call->estate, folder(call, kind));
    for (size_t i = range.first; i < range.end; i++)
        if (text_same(value_text_at(estate_at(call->estate, i), member), text))
            return estate_at(call->estate, i);
    return NULL;
}

const struct value *graph_find(struct call *call, enum graph_kind kind)
{
    const char *name = call->segments[2];
    const struct value *found = NULL;
    if (text_starts_nocase(name, "appId='"))
        found = find_by(call, kind, "appId", arena_strndup(call->arena, name + 7, strcspn(name + 7, "'")));
    else if (kind == GRAPH_USER && !schema_is_guid(name))
        found = find_by(call, kind, "userPrincipalName", name);
    else
        found = estate_get(call->estate, graph_key(call, kind, name));
    if (found == NULL)
        call_missing(call, name);
    return found;
}

const struct value *graph_any(struct call *call, const char *id, enum graph_kind *kind)
{
    for (size_t i = 0; i < GRAPH_KINDS && id != NULL; i++) {
        const struct value *found = estate_get(call->estate, graph_key(call, (enum graph_kind)i, id));
        if (found != NULL) {
            *kind = (enum graph_kind)i;
            return found;
        }
    }
    return NULL;
}

const struct value *graph_object(struct call *call, const struct value *object, enum graph_kind kind)
{
    struct value *shown = odata_select(call, object, kinds[kind].usual);
    return value_merge_patch(call->arena, make_value(call->arena, "{'@odata.type': %s}", kinds[kind].type),
                             shown);
}

void graph_answer(struct call *call, const char *context, const struct value *entity)
{
    struct value *answer = make_value(call->arena, "{'@odata.context': %s}",
                                      arena_printf(call->arena, METADATA, call->segments[0], context));
    value_put_all(call->arena, answer, entity);
    call_ok(call, 200, answer);
}

void graph_answer_object(struct call *call, const struct value *object)
{
    struct value *copy = value_map(call->arena);
    value_put_all(call->arena, copy, object);
    graph_answer(call, "directoryObjects/$entity", copy);
}

void graph_close(struct page *page, const char *context)
{
    struct call *call = page->call;
    page_close(page);
    struct value *list = value_map(call->arena);
    if (text_same(call_param(call, "$count"), "true"))
        value_put(call->arena, list, "@odata.count", value_int(call->arena, (int64_t)page->total));
    value_put_all(call->arena, list, call->answer);
    graph_answer(call, context, list);
}

void graph_list(struct call *call)
{
    enum graph_kind kind = graph_kind_of(call);
    struct odata_filter filter;
    if (!odata_filter(call, &filter))
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, folder(call, kind));
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i);
        const struct value *object = estate_at(call->estate, i);
        if (odata_fits(&filter, object) && page_wants(&page, key))
            page_add(&page, key, odata_select(call, object, kinds[kind].usual));
    }
    graph_close(&page, kinds[kind].word);
}

void graph_get(struct call *call)
{
    enum graph_kind kind = graph_kind_of(call);
    const struct value *object = graph_find(call, kind);
    if (object != NULL)
        graph_answer(call, arena_printf(call->arena, "%s/$entity", kinds[kind].word),
                     odata_select(call, object, kinds[kind].usual));
}

void graph_get_object(struct call *call)
{
    enum graph_kind kind;
    const struct value *object = graph_any(call, call->args[0], &kind);
    if (object == NULL)
        call_missing(call, call->args[0]);
    else
        graph_answer_object(call, graph_object(call, object, kind));
}

static bool is_wanted(const struct value *types, enum graph_kind kind)
{
    for (size_t i = 0; i < value_count(types); i++)
        if (text_same(value_text(value_item(types, i)), strrchr(kinds[kind].type, '.') + 1) ||
            text_same(value_text(value_item(types, i)), "directoryObject"))
            return true;
    return value_count(types) == 0;
}

void graph_get_by_ids(struct call *call)
{
    const struct value *body = call_body(call), *ids = value_get(body, "ids");
    static const struct check checks[] = {{"ids![]", CHECK_TEXT, NULL}, {"types[]", CHECK_TEXT, NULL}};
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (value_count(ids) == 0 || value_count(ids) > 1000) {
        call_fail(call, 400, "Request_BadRequest", "ids must hold between 1 and 1000 ids.");
        return;
    }
    struct value *list = value_list(call->arena);
    for (size_t i = 0; i < value_count(ids); i++) {
        enum graph_kind kind;
        const struct value *object = graph_any(call, value_text(value_item(ids, i)), &kind);
        if (object != NULL && is_wanted(value_get(body, "types"), kind))
            value_append(call->arena, list, graph_object(call, object, kind));
    }
    graph_answer(call, "directoryObjects", make_value(call->arena, "{'value': %v}", list));
}

// A collection of the objects with these ids.
static void list_ids(struct call *call, const struct value *ids)
{
    struct page page = page_open(call);
    for (size_t i = 0; i < value_count(ids); i++) {
        enum graph_kind kind;
        const struct value *object = graph_any(call, value_text(value_item(ids, i)), &kind);
        char *key = arena_printf(call->arena, "%06zu", i);
        if (object != NULL && page_wants(&page, key))
            page_add(&page, key, graph_object(call, object, kind));
    }
    graph_close(&page, "directoryObjects");
}

void graph_get_manager(struct call *call)
{
    const struct value *user = graph_find(call, GRAPH_USER);
    const char *id = value_text_at(user, "_manager");
    enum graph_kind kind;
    const struct value *manager = id == NULL ? NULL : graph_any(call, id, &kind);
    if (user == NULL)
        return;
    if (manager == NULL) {
        call_missing(call, "manager");
        return;
    }
    struct value *shown = odata_select(call, manager, USER_FIELDS);
    value_put_text(call->arena, shown, "@odata.type", kinds[GRAPH_USER].type);
    graph_answer(call, "directoryObjects/$entity", shown);
}

void graph_list_owners(struct call *call)
{
    const struct value *object = graph_find(call, graph_kind_of(call));
    if (object != NULL)
        list_ids(call, value_get(object, "_owners"));
}

void graph_list_members(struct call *call)
{
    const struct value *group = graph_find(call, GRAPH_GROUP);
    if (group != NULL)
        list_ids(call, value_get(group, "_members"));
}

static bool holds(const struct value *ids, const char *id)
{
    for (size_t i = 0; i < value_count(ids); i++)
        if (text_same(value_text(value_item(ids, i)), id))
            return true;
    return false;
}

// The ids of all objects whose relation names the object; groups are also what a directory role's member is
// in.
static const struct value *related(struct call *call, const char *id, const char *relation)
{
    struct value *ids = value_list(call->arena);
    for (size_t k = 0; k < GRAPH_KINDS; k++) {
        struct estate_range range = estate_range(call->estate, folder(call, (enum graph_kind)k));
        for (size_t i = range.first; i < range.end; i++)
            if (holds(value_get(estate_at(call->estate, i), relation), id))
                value_append(call->arena, ids, value_get(estate_at(call->estate, i), "id"));
    }
    return ids;
}

void graph_list_member_of(struct call *call)
{
    const struct value *object = graph_find(call, graph_kind_of(call));
    if (object != NULL)
        list_ids(call, related(call, value_text_at(object, "id"), "_members"));
}

void graph_list_owned(struct call *call)
{
    const struct value *object = graph_find(call, graph_kind_of(call));
    if (object != NULL)
        list_ids(call, related(call, value_text_at(object, "id"), "_owners"));
}

static const struct value *with_members(struct call *call, const struct value *group,
                                        const struct value *members)
{
    return value_merge_patch(call->arena, group, make_value(call->arena, "{'_members': %v}", members));
}

void graph_add_member(struct call *call)
{
    const struct value *group = graph_find(call, GRAPH_GROUP), *body = group == NULL ? NULL : call_body(call);
    const char *link = value_text(value_get(body, "@odata.id"));
    const char *id = link == NULL ? NULL : strrchr(link, '/');
    enum graph_kind kind;
    if (body == NULL)
        return;
    if (id == NULL || graph_any(call, id + 1, &kind) == NULL) {
        call_fail(call, 400, "Request_BadRequest", "The member to add does not exist.");
        return;
    }
    struct value *members = value_list(call->arena);
    const struct value *now = value_get(group, "_members");
    if (holds(now, id + 1)) {
        call_fail(call, 400, "Request_BadRequest",
                  "One or more added object references already exist for the following modified properties: "
                  "'members'.");
        return;
    }
    for (size_t i = 0; i < value_count(now); i++)
        value_append(call->arena, members, value_item(now, i));
    value_append(call->arena, members, value_string(call->arena, id + 1));
    estate_put(call->estate, graph_key(call, GRAPH_GROUP, call->segments[2]),
               with_members(call, group, members));
    call_ok(call, 204, NULL);
}

void graph_remove_member(struct call *call)
{
    const struct value *group = graph_find(call, GRAPH_GROUP), *now = value_get(group, "_members");
    struct value *members = value_list(call->arena);
    if (group == NULL)
        return;
    for (size_t i = 0; i < value_count(now); i++)
        if (!text_same(value_text(value_item(now, i)), call->args[1]))
            value_append(call->arena, members, value_item(now, i));
    if (value_count(members) == value_count(now)) {
        call_missing(call, call->args[1]);
        return;
    }
    estate_put(call->estate, graph_key(call, GRAPH_GROUP, call->segments[2]),
               with_members(call, group, members));
    call_ok(call, 204, NULL);
}

void graph_me(struct call *call)
{
    call_fail(call, 400, "BadRequest", "/me request is only valid with delegated authentication flow.");
}

void graph_list_organization(struct call *call)
{
    graph_answer(
        call, "organization",
        make_value(call->arena,
                   "{'value': [{'id': '" LAB_TENANT "', 'displayName': 'Contoso', 'countryLetterCode': 'NL', "
                   "'tenantType': 'AAD', 'verifiedDomains': [{'name': 'contoso.com', 'isDefault': true, "
                   "'isInitial': false, 'type': 'Managed'}, {'name': 'contoso.onmicrosoft.com', "
                   "'isDefault': false, 'isInitial': true, 'type': 'Managed'}]}]}"));
}
