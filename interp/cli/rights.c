// Compares by Azure's rules: an action is held when a role grants a pattern that fits and takes none away
// that does, at the scope or above. Invariant: what could not be read is an error, never a right.
#include "cli/rights.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/reader.h"
#include "cli/session.h"
#include "data/value.h"
#include "net/token.h"
#include "policy/cloud.h"
#include "policy/profile.h"
#include "policy/url.h"

struct rights {
    struct arena *arena;
    struct reader *reader;
    const struct cloud *cloud;
    bool partner; // the organisation is one
    const char *self;
    struct value *roles;  // role definition id → its permissions
    struct value *grants; // {scope, permissions}
    struct value *vaults; // as ARM gives them
    struct value *stated; // audience → the permissions that its token states
};

static bool read_role(struct rights *rights, const char *id, const struct value **out, struct err *err)
{
    *out = value_get(rights->roles, id);
    if (*out != NULL)
        return true;
    const struct value *role =
        reader_get(rights->reader, arena_printf(rights->arena, "arm:%s?api-version=2022-04-01", id), err);
    if (role == NULL)
        return false;
    *out = value_at(role, "properties.permissions");
    if (!value_is(*out, VALUE_LIST))
        return err_set(err, E_NETWORK, "the answer to GET %.200s does not say what the role permits", id);
    value_put(rights->arena, rights->roles, id, *out);
    return true;
}

static bool read_grants(struct rights *rights, const char *subscription, struct err *err)
{
    const struct value *list =
        reader_list(rights->reader,
                    arena_printf(rights->arena,
                                 "arm:/subscriptions/%s/providers/Microsoft.Authorization/roleAssignments"
                                 "?api-version=2022-04-01&$filter=assignedTo('%s')",
                                 subscription, rights->self),
                    err);
    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *assignment = value_item(list, i), *permissions;
        struct value *grant = value_map(rights->arena);
        const char *role = value_text_at(assignment, "properties.roleDefinitionId");
        if (role == NULL || !read_role(rights, role, &permissions, err))
            return false;
        value_put_text(rights->arena, grant, "scope", value_text_at(assignment, "properties.scope"));
        value_put(rights->arena, grant, "permissions", permissions);
        value_append(rights->arena, rights->grants, grant);
    }
    return list != NULL;
}

static bool read_vaults(struct rights *rights, const char *subscription, struct err *err)
{
    const struct value *list = reader_list(
        rights->reader,
        arena_printf(rights->arena,
                     "arm:/subscriptions/%s/providers/Microsoft.KeyVault/vaults?api-version=2023-07-01",
                     subscription),
        err);
    for (size_t i = 0; i < value_count(list); i++)
        value_append(rights->arena, rights->vaults, value_item(list, i));
    return list != NULL;
}

// Whose token states an application permission; NULL: nobody's.
static const char *audience_of(const struct rights *rights, const char *permission)
{
    static const char *const of_endpoint[] = {"Machine.", "Software.", "Vulnerability.", "Alert."};
    if (text_starts(permission, "PartnerSecurity."))
        return rights->partner ? cloud_audience(rights->cloud, HOST_PARTNER_GRAPH) : NULL;
    for (size_t i = 0; i < sizeof of_endpoint / sizeof *of_endpoint; i++)
        if (text_starts(permission, of_endpoint[i]))
            return cloud_audience(rights->cloud, HOST_ENDPOINT);
    return cloud_audience(rights->cloud, HOST_GRAPH);
}

static bool read_stated(struct rights *rights, const struct needs *needs, struct err *err)
{
    for (size_t i = 0; i < needs->count; i++) {
        const char *audience =
            needs->items[i].api == NEED_APP ? audience_of(rights, needs->items[i].permission) : NULL;
        if (audience == NULL || value_get(rights->stated, audience) != NULL)
            continue;
        const struct value *stated = reader_permissions(rights->reader, audience, err);
        if (stated == NULL)
            return false;
        value_put(rights->arena, rights->stated, audience, stated);
    }
    return true;
}

struct rights *rights_open(struct session *session, const struct needs *needs, struct err *err)
{
    struct arena *arena = session->cli->arena;
    struct rights *rights = ARENA_NEW(arena, struct rights);
    *rights = (struct rights){.arena = arena,
                              .reader = reader_open(session, err),
                              .roles = value_map(arena),
                              .grants = value_list(arena),
                              .vaults = value_list(arena),
                              .stated = value_map(arena)};
    rights->cloud = session->settings.profile->cloud;
    rights->partner = session->settings.profile->partner.tenant != NULL;
    const char *const *subscriptions = rights->reader == NULL ? NULL : reader_subscriptions(rights->reader);
    for (; subscriptions != NULL && *subscriptions != NULL; subscriptions++) {
        if (!read_vaults(rights, *subscriptions, err)) // the first request: then it is known who asks
            return NULL;
        rights->self = token_identity(session->tokens).object_id;
        if (!read_grants(rights, *subscriptions, err))
            return NULL;
    }
    return rights->reader != NULL && read_stated(rights, needs, err) ? rights : NULL;
}

const char *const *rights_subscriptions(const struct rights *rights)
{
    return reader_subscriptions(rights->reader);
}

static bool any_fits(const struct value *patterns, const char *permission)
{
    for (size_t i = 0; i < value_count(patterns); i++) {
        const char *pattern = value_text(value_item(patterns, i));
        if (pattern != NULL && text_glob(pattern, permission))
            return true;
    }
    return false;
}

// Is `scope` at `id` or above it?
static bool covers(const char *scope, const char *id)
{
    return scope != NULL && (strcmp(scope, "/") == 0 || url_id_is_beneath(id, scope) ||
                             text_starts_nocase(scope, "/providers/Microsoft.Management/managementGroups/"));
}

static bool is_granted(const struct rights *rights, const char *id, const struct need *need)
{
    bool data = need->api == NEED_DATA;
    for (size_t i = 0; i < value_count(rights->grants); i++) {
        const struct value *grant = value_item(rights->grants, i), *sets = value_get(grant, "permissions");
        if (!covers(value_text_at(grant, "scope"), id))
            continue;
        for (size_t k = 0; k < value_count(sets); k++) {
            const struct value *set = value_item(sets, k);
            if (any_fits(value_get(set, data ? "dataActions" : "actions"), need->permission) &&
                !any_fits(value_get(set, data ? "notDataActions" : "notActions"), need->permission))
                return true;
        }
    }
    return false;
}

// What a permission on a vault's objects is called in an access policy: secrets/setSecret/action is secrets
// and set. NULL: it is none.
static const char *policy_word(struct arena *arena, const char *permission, const char **kind)
{
    static const char *const renamed[][2] = {
        {"readMetadata", "list"}, {"setSecret", "set"}, {"read", "list"}};
    const char *at = permission + strlen("Microsoft.KeyVault/vaults/"), *slash = strchr(at, '/');
    if (slash == NULL)
        return NULL;
    *kind = arena_strndup(arena, at, (size_t)(slash - at));
    const char *word = arena_strndup(arena, slash + 1, strcspn(slash + 1, "/"));
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (strcmp(word, renamed[i][0]) == 0)
            return renamed[i][1];
    return strcmp(*kind, "secrets") == 0 && strcmp(word, "update") == 0 ? "set" : word;
}

static bool policy_grants(const struct rights *rights, const struct value *vault, const struct need *need)
{
    const char *kind, *word = policy_word(rights->arena, need->permission, &kind);
    const struct value *policies = value_at(vault, "properties.accessPolicies");
    for (size_t i = 0; word != NULL && i < value_count(policies); i++) {
        const struct value *policy = value_item(policies, i);
        const struct value *words = value_get(value_get(policy, "permissions"), kind);
        if (text_same(value_text_at(policy, "objectId"), rights->self) &&
            (value_has_text(words, word) || value_has_text(words, "all")))
            return true;
    }
    return false;
}

static bool held_at(const struct rights *rights, const struct value *vault, const struct need *need)
{
    const struct value *by_role = value_at(vault, "properties.enableRbacAuthorization");
    return value_equal(by_role, &value_true) ? is_granted(rights, value_text_at(vault, "id"), need)
                                             : policy_grants(rights, vault, need);
}

// "User.ReadWrite.All" for "User.Read.All" will do.
static bool is_stated(const struct rights *rights, const struct value *stated, const char *permission)
{
    const char *read = strstr(permission, ".Read.");
    const char *wider = read == NULL
                            ? permission
                            : arena_printf(rights->arena, "%.*s.ReadWrite.%s", (int)(read - permission),
                                           permission, read + strlen(".Read."));
    return value_has_text(stated, permission) || value_has_text(stated, wider);
}

static enum rights_answer app_answer(const struct rights *rights, const char *permission, struct value *where)
{
    const char *audience = audience_of(rights, permission);
    const struct value *stated = audience == NULL ? NULL : value_get(rights->stated, audience);
    if (stated == NULL)
        return RIGHTS_UNKNOWN;
    if (is_stated(rights, stated, permission))
        return RIGHTS_HELD;
    value_append(rights->arena, where,
                 value_string(rights->arena, arena_strndup(rights->arena, audience, strcspn(audience, "#"))));
    return RIGHTS_MISSING;
}

enum rights_answer rights_hold(const struct rights *rights, const struct need *need, struct value *where)
{
    size_t asked = 0, missing = 0;
    if (need->api == NEED_PARTNER)
        return RIGHTS_UNKNOWN;
    if (need->api == NEED_APP)
        return app_answer(rights, need->permission, where);
    for (size_t i = 0; need->api == NEED_DATA && i < value_count(rights->vaults); i++, asked++)
        if (!held_at(rights, value_item(rights->vaults, i), need)) {
            missing++;
            value_append(rights->arena, where, value_get(value_item(rights->vaults, i), "name"));
        }
    const char *const *subscription = reader_subscriptions(rights->reader);
    for (; need->api == NEED_ACTION && *subscription != NULL; subscription++, asked++) {
        const char *id = arena_printf(rights->arena, "/subscriptions/%s", *subscription);
        if (!is_granted(rights, id, need)) {
            missing++;
            value_append(rights->arena, where, value_string(rights->arena, id));
        }
    }
    return missing == 0 ? RIGHTS_HELD : missing < asked ? RIGHTS_PARTLY : RIGHTS_MISSING;
}
