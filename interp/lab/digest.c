// The estate's digest: SHA-256 over the canonical form of every entry but logs and what is the lab's own.
// Invariant: a change and its exact undo give the same digest, and so do two estates that were made from one
// seed and treated alike, whenever. Therefore left out or made coarse: who touched something last and when;
// key material and secret values (a version never changes its own); ids that the service made since the
// estate began. Moments count as "before the estate began" or "since"; ends that clients set count from its
// beginning; sets count without order. Where clients choose the names of members (tags), every name counts.
#include "lab/digest.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/make.h"

#define ELIGIBLE "pim/roleeligibilityscheduleinstances/"

struct digest {
    struct arena *arena;
    int64_t created; // milliseconds
    bool is_arm;     // what is looked at is a resource of Resource Manager
};

static const char *const ignored[] = {
    "systemData",     "createdOn",        "updatedOn",      "createdBy",    "updatedBy",
    "etag",           "_ready",           "_verb",          "creationTime", "_created",
    "enablementTime", "lastModifiedTime", "lastModifiedBy", "activityLogs", NULL};
// Of what is no resource of Resource Manager. (Their providers may call anything so.)
static const char *const ignored_elsewhere[] = {"created", "updated", "value", "cer",        "x5t",
                                                "n",       "csr",     "ready", "request_id", "target",
                                                "sent",    "hint",    "at",    NULL};

// Until when something holds, as a client has said.
static const char *const ends[] = {"expirationDateUtc", "remediationDueDate", "endDateTime",
                                   "endDate",           "expiryTime",         NULL};
// What is in these is the client's own.
static const char *const free_maps[] = {"tags", "parameters", "settings", NULL};

static const struct value *canonical(struct digest *digest, const struct value *value);

static bool is_ignored(const struct digest *digest, const struct value *map, const char *key)
{
    // `value` is a secret's where it stands beside attributes; elsewhere (an ip rule) it counts.
    if (strcmp(key, "value") == 0 && value_get(map, "attributes") == NULL)
        return false;
    return text_is_one_of(key, ignored) || (!digest->is_arm && text_is_one_of(key, ignored_elsewhere));
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct value_field *)a)->key, ((const struct value_field *)b)->key);
}

static int by_text(const void *a, const void *b)
{
    return strcmp((*(const struct value *const *)a)->text, (*(const struct value *const *)b)->text);
}

// Lists are sets here: each item's canonical text, sorted.
static const struct value *canonical_list(struct digest *digest, const struct value *list)
{
    struct value *texts = value_list(digest->arena);
    for (size_t i = 0; i < value_count(list); i++)
        value_append(
            digest->arena, texts,
            value_string(digest->arena, json_text(digest->arena, canonical(digest, value_item(list, i)))));
    if (value_count(texts) > 1)
        qsort(texts->items, texts->count, sizeof *texts->items, by_text);
    return texts;
}

// Of attributes: those of something that was made since the estate began.
static bool made_since(struct digest *digest, const struct value *attributes)
{
    return value_int_at(attributes, "created", 0) >= digest->created / 1000;
}

static bool is_new_version(struct digest *digest, const struct value *map)
{
    return value_get(map, "attributes") != NULL &&
           value_int_at(map, "attributes.created", 0) >= digest->created / 1000;
}

static bool is_new_password(struct digest *digest, const struct value *map)
{
    const char *start = value_text_at(map, "startDateTime");
    int64_t ms;
    return value_get(map, "keyId") != NULL && start != NULL && clock_parse(start, &ms) &&
           ms >= digest->created;
}

// In whole days: what is counted from now is counted a little later in another estate.
static const struct value *end_of(struct digest *digest, const struct value *value)
{
    static const int64_t day = INT64_C(86400000);
    int64_t ms;
    const char *text = value_text(value);
    return text != NULL && clock_parse(text, &ms)
               ? value_int(digest->arena, (ms - digest->created + day / 2) / day)
               : value;
}

static const struct value *canonical_free(struct digest *digest, const struct value *map)
{
    struct value *result = value_map(digest->arena);
    for (size_t i = 0; i < map->count; i++) {
        const struct value *value = map->fields[i].value;
        value_add(digest->arena, result, map->fields[i].key,
                  value_is(value, VALUE_MAP) ? canonical_free(digest, value) : canonical(digest, value));
    }
    if (result->count > 1)
        qsort(result->fields, result->count, sizeof *result->fields, by_key);
    return result;
}

static const struct value *canonical_map(struct digest *digest, const struct value *map)
{
    bool new_version = is_new_version(digest, map), new_password = is_new_password(digest, map);
    struct value *result = value_map(digest->arena);
    for (size_t i = 0; i < value_count(map); i++) {
        const struct value_field *field = &map->fields[i];
        if (is_ignored(digest, map, field->key) || (new_version && strcmp(field->key, "id") == 0) ||
            (new_password && strcmp(field->key, "keyId") == 0))
            continue;
        const struct value *value = field->value;
        if (text_is_one_of(field->key, ends))
            value = end_of(digest, value);
        if (strcmp(field->key, "deleted") == 0)
            value = &value_true;
        else if ((strcmp(field->key, "exp") == 0 || strcmp(field->key, "nbf") == 0) &&
                 value_is(value, VALUE_INT)) // of what was made since, the service counted them from then
            value = made_since(digest, map)
                        ? &value_true
                        : value_int(digest->arena, value->integer - digest->created / 1000);
        value = value_is(value, VALUE_MAP) && text_is_one_of(field->key, free_maps)
                    ? canonical_free(digest, value)
                    : canonical(digest, value);
        // Absent, null and an empty list are the same to every service here.
        if (!value_is_null(value) && (value->kind != VALUE_LIST || value_count(value) > 0))
            value_add(digest->arena, result, field->key, value);
    }
    if (result->count > 1)
        qsort(result->fields, result->count, sizeof *result->fields, by_key);
    return result;
}

static const struct value *canonical(struct digest *digest, const struct value *value)
{
    int64_t ms;
    if (value_is(value, VALUE_MAP))
        return canonical_map(digest, value);
    if (value_is(value, VALUE_LIST))
        return canonical_list(digest, value);
    if (value_is(value, VALUE_STRING) && strlen(value->text) >= 20 && value->text[4] == '-' &&
        clock_parse(value->text, &ms))
        return value_string(digest->arena, ms < digest->created ? "before" : "since");
    return value;
}

// A vault says nothing where it has the usual: the same as saying it.
static const struct value *with_usual(struct digest *digest, const struct value *vault)
{
    const struct value *usual = make_value(
        digest->arena,
        "{'properties': {'publicNetworkAccess': 'Enabled', 'networkAcls': {'bypass': 'AzureServices', "
        "'defaultAction': 'Allow', 'ipRules': [], 'virtualNetworkRules': []}}}");
    return value_merge_patch(digest->arena, usual, vault);
}

// A vault gives no version up: one that was made since and is disabled is as good as taken back. NULL: all of
// the object's are such.
static const struct value *without_taken_back(struct digest *digest, const struct value *object)
{
    const struct value *versions = value_get(object, "versions");
    struct value *left = value_list(digest->arena);
    for (size_t i = 0; i < value_count(versions); i++) {
        const struct value *version = value_item(versions, i);
        if (!is_new_version(digest, version) || value_flag_at(version, "attributes.enabled"))
            value_append(digest->arena, left, version);
    }
    if (value_count(left) == value_count(versions))
        return object;
    return value_count(left) == 0 ? NULL
                                  : value_merge_patch(digest->arena, object,
                                                      make_value(digest->arena, "{'versions': %v}", left));
}

// Logs, and what is the lab's own: not which providers a subscription has not registered.
static bool is_left_out(const char *key)
{
    return text_starts(key, "log/") || (text_starts(key, "lab/") && !text_starts(key, "lab/unregistered/")) ||
           text_starts(key, "rd/") || (text_starts(key, "pim/") && !text_starts(key, ELIGIBLE)) ||
           text_starts(key, "endpoint/actions/") || strcmp(key, "graph/signins") == 0 ||
           strcmp(key, "graph/audits") == 0 || text_starts(key, "graph/roledefinitions/");
}

// What of an entry counts, and under which name; NULL: nothing.
static const struct value *counted(struct digest *digest, const char *key, const struct value *value,
                                   const char **name)
{
    if (is_left_out(key))
        return NULL;
    *name = key;
    if (text_starts(key, "kv/"))
        return without_taken_back(digest, value);
    if (text_starts(key, ELIGIBLE)) { // given again with another id, it is the same
        *name = arena_printf(digest->arena, ELIGIBLE "%s%s%s", value_text_at(value, "properties.principalId"),
                             value_text_at(value, "properties.roleDefinitionId"),
                             value_text_at(value, "properties.scope"));
        return &value_true;
    }
    if (text_starts(key, "graph/roleassignments/")) {
        // Restored with another id, it is the same assignment.
        *name =
            arena_printf(digest->arena, "graph/roleassignments/%s/%s/%s", value_text_at(value, "principalId"),
                         value_text_at(value, "roleDefinitionId"), value_text_at(value, "directoryScopeId"));
        return &value_true;
    }
    if (text_starts(key, "graph/oauth2permissiongrants/") || text_starts(key, "graph/approleassignments/")) {
        *name = arena_printf(digest->arena, "%.*s", (int)(strrchr(key, '/') - key), key);
        return value_merge_patch(digest->arena, value,
                                 make_value(digest->arena, "{'id': null, 'createdDateTime': null}"));
    }
    const char *link = strstr(key, "/jobschedules/");
    if (link != NULL) {
        *name = arena_strndup(digest->arena, key, (size_t)(link - key));
        return make_value(digest->arena, "{'link': %v, 'to': %v, 'parameters': %v, 'on': %v}",
                          value_at(value, "properties.runbook.name"),
                          value_at(value, "properties.schedule.name"),
                          value_at(value, "properties.parameters"), value_at(value, "properties.runOn"));
    }
    if (text_starts(key, "graph/outbox/")) {
        *name = "graph/outbox";
        return make_value(digest->arena, "{'from': %v, 'to': %v}", value_get(value, "from"),
                          value_get(value, "to"));
    }
    if (text_starts(key, "alert/"))
        return make_value(digest->arena, "{'status': %v}", value_at(value, "properties.status"));
    if (text_starts(key, "partner/validations/")) {
        *name = "partner/validations";
        return &value_true;
    }
    if (text_starts(key, "partner/entitlements/")) {
        // On its way to a status, it is as good as there.
        const struct value *next = value_get(value, "_next");
        return make_value(digest->arena, "{'status': %v}", next != NULL ? next : value_get(value, "status"));
    }
    if (text_find_nocase(key, "/providers/microsoft.quota/quotas/") != NULL) {
        const struct value *next = value_get(value, "_next");
        return make_value(digest->arena, "{'limit': %v}",
                          next != NULL ? next : value_at(value, "properties.limit.value"));
    }
    if (text_find_nocase(key, "/providers/microsoft.consumption/budgets/") != NULL) // the eTag follows
        return value_get(value, "properties");
    return text_find_nocase(key, "/providers/microsoft.keyvault/vaults/") != NULL &&
                   value_get(value, "properties") != NULL
               ? with_usual(digest, value)
               : value;
}

const struct value *digest_lines(struct arena *arena, struct estate *estate)
{
    struct digest digest = {.arena = arena, .created = estate_created(estate)};
    struct value *lines = value_list(arena);
    for (size_t i = 0; i < estate_count(estate); i++) {
        const char *name;
        digest.is_arm = estate_key(estate, i)[0] == '/';
        const struct value *value = counted(&digest, estate_key(estate, i), estate_at(estate, i), &name);
        if (value == NULL)
            continue;
        struct text line = text_new(arena);
        text_addf(&line, "%s\t", name);
        json_write(&line, canonical(&digest, value));
        value_append(arena, lines, value_string(arena, line.ptr));
    }
    if (value_count(lines) > 1)
        qsort(lines->items, lines->count, sizeof *lines->items, by_text);
    return lines;
}

char *digest_estate(struct arena *arena, struct estate *estate)
{
    const struct value *lines = digest_lines(arena, estate);
    struct text all = text_new(arena);
    for (size_t i = 0; i < value_count(lines); i++)
        text_addf(&all, "%s\n", value_text(value_item(lines, i)));
    unsigned char hash[CRYPTO_HASH_SIZE];
    crypto_sha256(all.ptr, all.length, hash);
    return arena_printf(arena, "sha256:%s", crypto_hex(arena, hash, sizeof hash));
}
