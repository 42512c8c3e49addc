// Collects what steps need. Not for what somebody has (rights.c). Invariant: a permission stands once,
// whoever needs it.
#include "cli/needs.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "playbook/playbook.h"
#include "policy/policy.h"
#include "policy/protect.h"
#include "run/link.h"
#include "vm/prim.h"

const char *need_api_word(enum need_api api)
{
    static const char *const words[] = {
#define X(api, word) word,
        NEED_APIS
#undef X
    };
    return words[api];
}

struct collecting {
    struct arena *arena;
    struct vm *vm;
    struct needs *needs;
    struct err *err;
    bool good;
};

// What is behind a vault's own door: such operations are no actions on the resource.
static bool is_data(const char *permission)
{
    static const char *const prefixes[] = {"Microsoft.KeyVault/vaults/secrets/",
                                           "Microsoft.KeyVault/vaults/keys/",
                                           "Microsoft.KeyVault/vaults/certificates/"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (text_starts(permission, prefixes[i]))
            return true;
    return false;
}

static bool only_reads(const char *permission)
{
    return text_ends(permission, "/read") || text_ends(permission, "/readMetadata/action") ||
           (strstr(permission, ".Read.") != NULL || text_ends(permission, ".Read"));
}

static struct need *need_at(struct arena *arena, struct needs *needs, const char *permission)
{
    for (size_t i = 0; i < needs->count; i++)
        if (strcmp(needs->items[i].permission, permission) == 0)
            return &needs->items[i];
    needs->items = arena_room(arena, needs->items, needs->count, sizeof *needs->items);
    struct need *need = &needs->items[needs->count++];
    bool path = strchr(permission, '/') != NULL;
    *need = (struct need){.permission = permission,
                          .api = text_starts(permission, "Partner Center: ") ? NEED_PARTNER
                                 : !path                                     ? NEED_APP
                                 : is_data(permission)                       ? NEED_DATA
                                                                             : NEED_ACTION,
                          .reads = only_reads(permission),
                          .primitives = value_list(arena),
                          .steps = value_list(arena)};
    return need;
}

static void add_primitive(struct collecting *collecting, const struct step *step, const char *name)
{
    const struct primitive *primitive = primitive_find(collecting->vm, name, collecting->err);
    collecting->good = collecting->good && primitive != NULL;
    if (primitive != NULL)
        value_append_once(collecting->arena, collecting->needs->primitives, primitive->name);
    for (size_t i = 0; primitive != NULL && i < value_count(primitive->permissions); i++) {
        struct need *need =
            need_at(collecting->arena, collecting->needs, value_text(value_item(primitive->permissions, i)));
        value_append_once(collecting->arena, need->primitives, primitive->name);
        value_append_once(collecting->arena, need->steps, step->id);
    }
}

static void add_list(struct collecting *collecting, const struct step_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct step *step = list->items[i];
        if (step->kind == STEP_DO)
            add_primitive(collecting, step, step->primitive);
        for (size_t k = 0; step->script != NULL && k < step->script->mention_count; k++)
            if (step->script->mentions[k].call && strcmp(step->script->mentions[k].root, "call") == 0 &&
                step->script->mentions[k].fields[0] != NULL)
                add_primitive(collecting, step, step->script->mentions[k].fields[0]);
        add_list(collecting, &step->steps);
        for (size_t k = 0; k < step->case_count; k++)
            add_list(collecting, &step->cases[k].steps);
    }
}

static int by_permission(const void *a, const void *b)
{
    return strcmp(((const struct need *)a)->permission, ((const struct need *)b)->permission);
}

static void sort(struct needs *needs)
{
    if (needs->count > 0)
        qsort(needs->items, needs->count, sizeof *needs->items, by_permission);
}

bool needs_collect(struct arena *arena, struct vm *vm, const struct linked *linked, struct needs *out,
                   struct err *err)
{
    *out = (struct needs){.primitives = value_list(arena)};
    struct collecting collecting = {arena, vm, out, err, true};
    for (size_t i = 0; i < linked->count; i++)
        add_list(&collecting, &linked->playbooks[i]->steps);
    sort(out);
    return collecting.good;
}

void needs_add_protected(struct arena *arena, struct needs *needs, const struct policy *policy,
                         const struct register_book *book)
{
    for (size_t i = 0; i < policy->protect_count; i++) {
        bool application = schema_is_guid(policy->protect[i].what);
        if (protect_is_asked(&policy->protect[i], book))
            need_at(arena, needs, application ? "Application.Read.All" : "User.Read.All")->protects = true;
    }
    sort(needs);
}

static const struct value *names(struct arena *arena, const struct needs *needs, enum need_api api,
                                 bool reads)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < needs->count; i++)
        if (needs->items[i].api == api && (needs->items[i].reads || !reads))
            value_append(arena, list, value_string(arena, needs->items[i].permission));
    return list;
}

const struct value *needs_role(struct arena *arena, const struct needs *needs, const char *playbook,
                               bool reads, const struct value *scopes)
{
    struct value *role = value_map(arena);
    value_put(arena, role, "Name", value_printf(arena, "%s %s", playbook, reads ? "reader" : "responder"));
    value_put(arena, role, "IsCustom", &value_true);
    value_put(arena, role, "Description",
              value_printf(arena, "What the playbook %s needs %s", playbook,
                           reads ? "for rehearsals and audits" : "to respond"));
    value_put(arena, role, "Actions", names(arena, needs, NEED_ACTION, reads));
    value_put(arena, role, "NotActions", value_list(arena));
    value_put(arena, role, "DataActions", names(arena, needs, NEED_DATA, reads));
    value_put(arena, role, "NotDataActions", value_list(arena));
    value_put(arena, role, "AssignableScopes", scopes);
    return role;
}
