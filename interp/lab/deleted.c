// Soft delete of secrets, keys and certificates. Invariants: a deleted name is taken until it is recovered or
// purged; what a certificate manages goes and comes back with it; purge protection holds.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/object.h"

static const struct object_kind *kind_of(const struct call *call)
{
    static const struct object_kind *const kinds[] = {&object_secrets, &object_keys, &object_certificates};
    for (size_t i = 0; i < 3; i++)
        if (text_same(call->segments[0], kinds[i]->word) || text_same(call->segments[0], kinds[i]->deleted))
            return kinds[i];
    return &object_secrets;
}

static char *action(struct call *call, const struct object_kind *kind, const char *word)
{
    return arena_printf(call->arena, "%s/%s", kind->provider, word);
}

// A bundle or an entry of a list, with what only deleted objects have.
static const struct value *with_deletion(struct call *call, const struct object_kind *kind,
                                         const struct value *object, const struct value *vault,
                                         struct value *bundle)
{
    int64_t at = value_int_at(object, "deleted", 0);
    int64_t days = value_int_at(vault, "properties.softDeleteRetentionInDays", 90);
    value_put_text(call->arena, bundle, "recoveryId",
                   object_url(call, kind->deleted, value_text_at(object, "name"), NULL));
    value_put(call->arena, bundle, "deletedDate", value_int(call->arena, at));
    value_put(call->arena, bundle, "scheduledPurgeDate", value_int(call->arena, at + days * 86400));
    return bundle;
}

static const struct value *whole(struct call *call, const struct object_kind *kind,
                                 const struct value *object, const struct value *vault)
{
    return with_deletion(call, kind, object, vault,
                         object_bundle(call, kind, object, object_current(object), false));
}

enum change { DELETE, RECOVER, PURGE };

// Deletes, recovers or purges the object, and what it manages with it.
static void apply(struct call *call, const struct object_kind *kind, const char *name, enum change change)
{
    static const struct object_kind *const all[] = {&object_certificates, &object_keys, &object_secrets};
    const struct value *when = change == DELETE ? value_int(call->arena, clock_now_ms() / 1000) : &value_null;
    for (size_t i = 0; i < 3; i++) {
        char *key = object_key(call, all[i], name);
        const struct value *object = estate_get(call->estate, key);
        bool along = kind == &object_certificates && value_flag_at(object_current(object), "managed");
        if (object == NULL || (all[i] != kind && !along))
            continue;
        estate_put(call->estate, key,
                   change == PURGE ? NULL
                                   : value_merge_patch(call->arena, object,
                                                       make_value(call->arena, "{'deleted': %v}", when)));
    }
}

void deleted_make(struct call *call)
{
    const struct object_kind *kind = kind_of(call);
    const struct value *vault = object_allow(call, kind, "delete", action(call, kind, "delete"));
    const struct value *object = vault == NULL ? NULL : object_find(call, kind, call->args[1]);
    if (object == NULL)
        return;
    if (kind != &object_certificates && value_flag_at(object_current(object), "managed")) {
        call_fail(call, 403, "Forbidden", "%s is managed by a certificate; delete the certificate.",
                  call->args[1]);
        return;
    }
    apply(call, kind, call->args[1], DELETE);
    object = estate_get(call->estate, object_key(call, kind, call->args[1]));
    call_ok(call, 200, whole(call, kind, object, vault));
}

void deleted_list(struct call *call)
{
    const struct object_kind *kind = kind_of(call);
    const struct value *vault = object_allow(call, kind, kind->list, kind->list_action);
    if (vault == NULL)
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, object_key(call, kind, ""));
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i);
        const struct value *object = estate_at(call->estate, i);
        if (value_get(object, "deleted") != NULL && page_wants(&page, key))
            page_add(&page, key,
                     with_deletion(call, kind, object, vault,
                                   object_item(call, kind, object, object_current(object), NULL)));
    }
    page_close(&page);
}

// The deleted object that the call names; NULL after answering.
static const struct value *find_deleted(struct call *call, const struct object_kind *kind)
{
    const struct value *object = estate_get(call->estate, object_key(call, kind, call->args[1]));
    if (value_get(object, "deleted") != NULL)
        return object;
    call_fail(call, 404, kind->missing, "Deleted %.*s not found: %s", (int)strlen(kind->word) - 1, kind->word,
              call->args[1]);
    return NULL;
}

void deleted_get(struct call *call)
{
    const struct object_kind *kind = kind_of(call);
    const struct value *vault = object_allow(call, kind, kind->get, kind->list_action);
    const struct value *object = vault == NULL ? NULL : find_deleted(call, kind);
    if (object != NULL)
        call_ok(call, 200, whole(call, kind, object, vault));
}

void deleted_recover(struct call *call)
{
    const struct object_kind *kind = kind_of(call);
    if (object_allow(call, kind, "recover", action(call, kind, "recover/action")) == NULL ||
        find_deleted(call, kind) == NULL)
        return;
    apply(call, kind, call->args[1], RECOVER);
    const struct value *object = estate_get(call->estate, object_key(call, kind, call->args[1]));
    call_ok(call, 200, object_bundle(call, kind, object, object_current(object), false));
}

void deleted_purge(struct call *call)
{
    const struct object_kind *kind = kind_of(call);
    const struct value *vault = object_allow(call, kind, "purge", action(call, kind, "purge/action"));
    if (vault == NULL || find_deleted(call, kind) == NULL)
        return;
    if (value_flag_at(vault, "properties.enablePurgeProtection")) {
        call_fail_inner(call, 403, "Forbidden", "ForbiddenByPolicy",
                        "Operation \"purge\" is not enabled for this vault.");
        return;
    }
    apply(call, kind, call->args[1], PURGE);
    call_ok(call, 204, NULL);
}
