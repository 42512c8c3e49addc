// Locks: what keeps a resource, a group or a subscription from being deleted or changed. Invariant: a lock
// holds at its scope and beneath it, whoever asks, and what is locked keeps what it lies in from being
// deleted.
#include "lab/lock.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/access.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

#define LOCKS "lock/"
#define MARK "/providers/Microsoft.Authorization/locks/"

static char *lock_key(struct call *call)
{
    return text_lower(call->arena,
                      arena_printf(call->arena, LOCKS "%s" MARK "%s", call->scope, call->args[0]));
}

// Where a lock holds, from its id.
static const char *scope_of(struct call *call, const struct value *lock)
{
    const char *id = value_text_at(lock, "id"), *mark = text_find_nocase(id, MARK);
    return mark == NULL ? id : arena_strndup(call->arena, id, (size_t)(mark - id));
}

// Locks at the scope, above it and below it.
void lock_list(struct call *call)
{
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, LOCKS);
    for (size_t i = range.first; i < range.end; i++) {
        const char *scope = scope_of(call, estate_at(call->estate, i));
        if ((access_covers(scope, call->scope) || access_covers(call->scope, scope)) &&
            page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), estate_at(call->estate, i));
    }
    page_close(&page);
}

void lock_get(struct call *call)
{
    const struct value *found = estate_get(call->estate, lock_key(call));
    if (found != NULL)
        call_ok(call, 200, found);
    else
        call_fail(call, 404, "LockNotFound", "The lock '%s' could not be found.", call->args[0]);
}

void lock_put(struct call *call)
{
    static const struct check checks[] = {
        {"properties.level", CHECK_WORD, "CanNotDelete ReadOnly NotSpecified"},
        {"properties.owners[].applicationId", CHECK_TEXT, NULL},
        {"properties.notes", CHECK_TEXT, NULL}};
    const struct value *body = call_body(call), *asked = value_get(body, "properties");
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (value_get(asked, "level") == NULL) {
        call_fail(call, 400, "LockLevelNotSpecified", "A lock needs a level.");
        return;
    }
    bool there = estate_get(call->estate, lock_key(call)) != NULL;
    const struct value *lock =
        make_value(call->arena,
                   "{'id': %s, 'name': %s, 'type': 'Microsoft.Authorization/locks', 'properties': {'level': "
                   "%v, 'notes': %v}}",
                   arena_printf(call->arena, "%s" MARK "%s", call->scope, call->args[0]), call->args[0],
                   value_get(asked, "level"), value_get(asked, "notes"));
    estate_put(call->estate, lock_key(call), lock);
    call_ok(call, there ? 200 : 201, lock);
}

void lock_delete(struct call *call)
{
    bool there = estate_get(call->estate, lock_key(call)) != NULL;
    if (there)
        estate_put(call->estate, lock_key(call), NULL);
    call_ok(call, there ? 200 : 204, NULL);
}

// What is not about the resource itself, or only reads: queries of logs and exports.
static bool is_free(const struct call *call, const char *target)
{
    return !call_changes(call) || call->host != CALL_ARM || text_find_nocase(target, MARK) != NULL ||
           text_ends(target, "/api/query") || text_ends(target, "/exportTemplate") ||
           text_find_nocase(target, "/providers/Microsoft.Security/") != NULL;
}

bool lock_allows(struct call *call)
{
    char *target = call_id(call);
    if (is_free(call, target))
        return true;
    bool deletes = strcmp(call->method, "DELETE") == 0;
    struct estate_range range = estate_range(call->estate, LOCKS);
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *lock = estate_at(call->estate, i);
        const char *scope = scope_of(call, lock);
        bool holds = deletes ? access_covers(scope, target) || access_covers(target, scope)
                             : access_covers(scope, target) &&
                                   text_same(value_text_at(lock, "properties.level"), "ReadOnly");
        if (!holds)
            continue;
        call_fail(
            call, 409, "ScopeLocked",
            "The scope '%s' cannot perform %s operation because following scope(s) are locked: '%s'. Please "
            "remove the lock and try again.",
            target, deletes ? "delete" : "write", scope);
        return false;
    }
    return true;
}
