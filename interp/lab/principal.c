// Changing users, service principals and applications. Invariants: a password is never kept, only the moment
// of its change; a deleted object comes back as it was.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/graph.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/model.h"

static char *now_text(struct call *call)
{
    return clock_rfc3339(call->arena, clock_now_ms());
}

static char *stored_key(struct call *call, enum graph_kind kind, const struct value *object)
{
    return graph_key(call, kind, value_text_at(object, "id"));
}

static bool password_is_good(const char *password)
{
    size_t length = strlen(password);
    size_t lower = strcspn(password, "abcdefghijklmnopqrstuvwxyz") < length;
    size_t upper = strcspn(password, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") < length;
    size_t digit = strcspn(password, "0123456789") < length;
    size_t other =
        strspn(password, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") < length;
    return length >= 8 && lower + upper + digit + other >= 3;
}

// The part of a PATCH that sets a password becomes the moment of its change. False after answering 400.
static bool take_password(struct call *call, struct value *change)
{
    const struct value *profile = value_get(change, "passwordProfile");
    const char *password = value_text_at(profile, "password");
    if (profile == NULL)
        return true;
    if (password == NULL || !password_is_good(password)) {
        call_fail(
            call, 400, "Request_BadRequest",
            "The specified password does not comply with password complexity requirements. Please provide a "
            "different password.");
        return false;
    }
    value_put_text(call->arena, change, "lastPasswordChangeDateTime", now_text(call));
    value_put(call->arena, change, "passwordProfile", &value_null);
    value_put(call->arena, change, "_mustChangePassword",
              value_get(profile, "forceChangePasswordNextSignIn"));
    return true;
}

void principal_patch(struct call *call)
{
    static const char *const fixed[] = {"id", "createdDateTime", "deletedDateTime", "appId"};
    enum graph_kind kind = graph_kind_of(call);
    const struct value *object = graph_find(call, kind), *body = object == NULL ? NULL : call_body(call);
    struct value *change = value_map(call->arena);
    static const struct check checks[] = {
        {"accountEnabled", CHECK_FLAG, NULL},
        {"displayName", CHECK_TEXT, NULL},
        {"passwordProfile", CHECK_MAP, NULL},
        {"passwordProfile.password", CHECK_TEXT, NULL},
        {"passwordProfile.forceChangePasswordNextSignIn", CHECK_FLAG, NULL}};
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    for (size_t i = 0; i < value_count(body); i++) {
        const struct value_field *field = &body->fields[i];
        for (size_t f = 0; f < sizeof fixed / sizeof fixed[0]; f++)
            if (text_same(field->key, fixed[f]) || field->key[0] == '_') {
                call_fail(call, 400, "Request_BadRequest", "Property '%.64s' is read-only and cannot be set.",
                          field->key);
                return;
            }
        if (field->key[0] == '@')
            continue;
        if (!model_knows(call, model_of(call), field->key, "Invalid property"))
            return;
        value_put(call->arena, change, field->key, field->value);
    }
    if (!take_password(call, change))
        return;
    estate_put(call->estate, stored_key(call, kind, object), value_merge_patch(call->arena, object, change));
    call_ok(call, 204, NULL);
}

void principal_delete(struct call *call)
{
    enum graph_kind kind = graph_kind_of(call);
    const struct value *object = graph_find(call, kind);
    if (object == NULL)
        return;
    estate_put(
        call->estate,
        arena_printf(call->arena, "graph/deleted/%s", text_lower(call->arena, value_text_at(object, "id"))),
        make_value(call->arena, "{'kind': %d, 'at': %s, 'object': %v}", (int64_t)kind, now_text(call),
                   object));
    estate_put(call->estate, stored_key(call, kind, object), NULL);
    call_ok(call, 204, NULL);
}

static char *deleted_key(struct call *call)
{
    return arena_printf(call->arena, "graph/deleted/%s", text_lower(call->arena, call->args[0]));
}

void principal_get_deleted(struct call *call)
{
    const struct value *found = estate_get(call->estate, deleted_key(call));
    if (found == NULL) {
        call_missing(call, call->args[0]);
        return;
    }
    const struct value *shown =
        graph_object(call, value_get(found, "object"), (enum graph_kind)value_int_at(found, "kind", 0));
    graph_answer_object(
        call, value_merge_patch(call->arena, shown,
                                make_value(call->arena, "{'deletedDateTime': %v}", value_get(found, "at"))));
}

void principal_restore(struct call *call)
{
    const struct value *found = estate_get(call->estate, deleted_key(call)),
                       *object = value_get(found, "object");
    if (found == NULL) {
        call_missing(call, call->args[0]);
        return;
    }
    enum graph_kind kind = (enum graph_kind)value_int_at(found, "kind", 0);
    estate_put(call->estate, stored_key(call, kind, object), object);
    estate_put(call->estate, deleted_key(call), NULL);
    graph_answer_object(call, graph_object(call, object, kind));
}

void principal_revoke(struct call *call)
{
    const struct value *user = graph_find(call, GRAPH_USER);
    if (user == NULL)
        return;
    estate_put(call->estate, stored_key(call, GRAPH_USER, user),
               value_merge_patch(
                   call->arena, user,
                   make_value(call->arena, "{'signInSessionsValidFromDateTime': %s}", now_text(call))));
    graph_answer(call, "Edm.Boolean", make_value(call->arena, "{'value': true}"));
}

static struct value *copy_list(struct call *call, const struct value *list, const char *without)
{
    struct value *copy = value_list(call->arena);
    for (size_t i = 0; i < value_count(list); i++)
        if (without == NULL || !text_same(value_text_at(value_item(list, i), "keyId"), without))
            value_append(call->arena, copy, value_item(list, i));
    return copy;
}

static void store_passwords(struct call *call, enum graph_kind kind, const struct value *object,
                            const struct value *list)
{
    estate_put(
        call->estate, stored_key(call, kind, object),
        value_merge_patch(call->arena, object, make_value(call->arena, "{'passwordCredentials': %v}", list)));
}

void principal_add_password(struct call *call)
{
    enum graph_kind kind = graph_kind_of(call);
    const struct value *object = graph_find(call, kind), *body = object == NULL ? NULL : call_body(call);
    static const struct check checks[] = {{"passwordCredential.displayName", CHECK_TEXT, NULL},
                                          {"passwordCredential.startDateTime", CHECK_TIME, NULL},
                                          {"passwordCredential.endDateTime", CHECK_TIME, NULL}};
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    const struct value *asked = value_get(body, "passwordCredential"), *end = value_get(asked, "endDateTime"),
                       *start = value_get(asked, "startDateTime");
    if (value_is_null(start))
        start = value_string(call->arena, now_text(call));
    if (value_is_null(end))
        end = value_string(call->arena, clock_rfc3339(call->arena, clock_now_ms() + 730 * INT64_C(86400000)));
    unsigned char bytes[30];
    crypto_random(bytes, sizeof bytes);
    char *secret = crypto_base64url(call->arena, bytes, sizeof bytes);
    const struct value *entry =
        make_value(call->arena,
                   "{'customKeyIdentifier': null, 'displayName': %v, 'endDateTime': %v, 'hint': %s, 'keyId': "
                   "%s, 'secretText': null, "
                   "'startDateTime': %v}",
                   value_get(asked, "displayName"), end, arena_strndup(call->arena, secret, 3),
                   crypto_uuid(call->arena), start);
    struct value *list = copy_list(call, value_get(object, "passwordCredentials"), NULL);
    value_append(call->arena, list, entry);
    store_passwords(call, kind, object, list);
    const struct value *shown =
        value_merge_patch(call->arena, entry, make_value(call->arena, "{'secretText': %s}", secret));
    struct value *answer = value_map(call->arena);
    value_put_all(call->arena, answer, shown);
    graph_answer(call, "microsoft.graph.passwordCredential", answer);
}

void principal_remove_password(struct call *call)
{
    enum graph_kind kind = graph_kind_of(call);
    const struct value *object = graph_find(call, kind), *body = object == NULL ? NULL : call_body(call);
    const char *id = value_text_at(body, "keyId");
    const struct value *now = value_get(object, "passwordCredentials");
    if (body == NULL)
        return;
    struct value *list = copy_list(call, now, id == NULL ? "" : id);
    if (value_count(list) == value_count(now)) {
        call_fail(call, 400, "Request_BadRequest", "No password credential found with keyId.");
        return;
    }
    store_passwords(call, kind, object, list);
    call_ok(call, 204, NULL);
}
