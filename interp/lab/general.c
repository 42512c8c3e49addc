// Resources of any other type: the manners that all of Resource Manager has, so that what nobody built into
// the lab can be tried in it. Not for types with rows of their own. Invariants: a resource has a parent that
// is there; what is the service's own (id, type, provisioningState) no client changes.
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
#include "lab/provider.h"
#include "lab/resource.h"

// How many segments the parent's id has: of a top-level resource what stands in front of its provider, else
// all but the last two.
static size_t parent_end(const struct call *call, size_t own)
{
    size_t end = call->segment_count - own;
    return end >= 2 && text_same(call->segments[end - 2], "providers") ? end - 2 : end;
}

// Is the parent there? False after answering 404.
static bool has_parent(struct call *call, const char *action, const char *type, size_t own)
{
    struct call parent = *call;
    parent.segment_count = parent_end(call, own);
    char *id = call_id(&parent);
    if (parent.segment_count == 0 || estate_get(call->estate, text_lower(call->arena, id)) != NULL)
        return true;
    call_fail(
        call, 404, "ParentResourceNotFound",
        "Failed to perform '%s' on resource(s) of type '%s', because the parent resource '%s' could not "
        "be found.",
        action, type, id);
    return false;
}

// Namespaces have a dot in them; which there are the lab cannot know. No name has a slash in it. False after
// answering 400, 404 or 409.
static bool is_served(struct call *call)
{
    for (size_t i = 0; i < call->segment_count; i++)
        if (strchr(call->segments[i], '/') != NULL) {
            call_fail(call, 400, "InvalidResourceName", "Resource name '%s' is invalid.", call->segments[i]);
            return false;
        }
    if (strchr(call->args[0], '.') != NULL)
        return provider_allows(call, call->args[0]);
    call_fail(call, 404, "InvalidResourceNamespace", "The resource namespace '%s' is invalid.",
              call->args[0]);
    return false;
}

// "providers" can stand where a type or a name should. NULL after answering 404.
static const char *type_of(struct call *call, const char *id)
{
    const char *type = provider_type(call->arena, id);
    if (type == NULL)
        call_fail(call, 404, "InvalidResourceType", "The path '%s' names no type of resource.", call->path);
    return type;
}

void general_list(struct call *call)
{
    const char *type = type_of(call, arena_printf(call->arena, "%s/x", call_id(call)));
    if (type == NULL)
        return;
    if (!provider_offers(call, type))
        call_fail(call, 404, "InvalidResourceType",
                  "The lab has nothing of the type '%s', and does not know it.", type);
    else if (has_parent(call, "read", type, 1))
        resource_list_type(call);
}

// What the body says of a resource; NULL after answering. What is somewhere does not move.
static const struct value *read_body(struct call *call, const struct value *now)
{
    static const struct check checks[] = {
        {"location", CHECK_TEXT, NULL},  {"tags", CHECK_TAGS, NULL}, {"kind", CHECK_TEXT, NULL},
        {"properties", CHECK_MAP, NULL}, {"sku", CHECK_MAP, NULL},   {"sku.name", CHECK_TEXT, NULL},
        {"identity", CHECK_MAP, NULL},   {"plan", CHECK_MAP, NULL},  {"extendedLocation", CHECK_MAP, NULL}};
    const struct value *body = call_body(call);
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return NULL;
    const char *there = value_text_at(now, "location"), *asked = value_text_at(body, "location");
    if (there == NULL || asked == NULL || resource_same_place(there, asked))
        return resource_given(call, body);
    call_fail(call, 409, "InvalidResourceLocation",
              "The resource '%s' already exists in location '%s'. A resource with the same name cannot be "
              "created in location '%s'. Please select a new resource name.",
              value_text_at(now, "name"), there, asked);
    return NULL;
}

static void keep(struct call *call, const struct value *resource, int status)
{
    estate_put(call->estate, text_lower(call->arena, call_id(call)), resource);
    call_ok(call, status, operation_shown(call, resource));
}

void general_put(struct call *call)
{
    const char *id = call_id(call), *type = NULL;
    const struct value *now = estate_get(call->estate, text_lower(call->arena, id)), *given;
    if (!is_served(call) || (type = type_of(call, id)) == NULL || !has_parent(call, "write", type, 2) ||
        (given = read_body(call, now)) == NULL)
        return;
    bool in_group = call->segment_count == 8 && text_same(call->segments[2], "resourceGroups");
    if (in_group && value_text_at(given, "location") == NULL) {
        call_fail(call, 400, "LocationRequired", "The location property is required for this definition.");
        return;
    }
    const struct value *own =
        now != NULL ? now
                    : make_value(call->arena,
                                 "{'id': %s, 'name': %s, 'type': %s, '_created': %s, "
                                 "'properties': {'provisioningState': 'Succeeded'}}",
                                 id, strrchr(id, '/') + 1, type, clock_rfc3339(call->arena, clock_now_ms()));
    const struct value *state = value_at(own, "properties.provisioningState");
    given = value_merge_patch(call->arena, value_map(call->arena), given); // null: absent
    given = value_merge_patch(
        call->arena, given,
        make_value(
            call->arena,
            "{'id': %v, 'name': %v, 'type': %v, '_created': %v, 'properties': {'provisioningState': %v}}",
            value_get(own, "id"), value_get(own, "name"), value_get(own, "type"), value_get(own, "_created"),
            state == NULL ? &value_null : state));
    keep(call, given, now == NULL ? 201 : 200);
}

void general_patch(struct call *call)
{
    const struct value *now = estate_get(call->estate, text_lower(call->arena, call_id(call))), *given;
    if (now == NULL) {
        call_missing(call, call->path);
    } else if ((given = read_body(call, now)) != NULL) {
        const struct value *state = value_at(now, "properties.provisioningState"),
                           *place = value_get(now, "location");
        const struct value *own =
            make_value(call->arena, "{'location': %v, 'properties': {'provisioningState': %v}}",
                       place == NULL ? &value_null : place, state == NULL ? &value_null : state);
        keep(call, value_merge_patch(call->arena, value_merge_patch(call->arena, now, given), own), 200);
    }
}
