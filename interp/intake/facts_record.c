// The record of an alert, made of its facts. Not for finding them (facts.c). Invariant: a record has every
// member of alert.c's table: null where the payload said nothing, an empty list for plurals.

#include "base/arena.h"
#include "base/text.h"
#include "intake/facts_parts.h"
#include "intake/kind.h"

// A record of texts; those that are not known are left out.
static const struct value *record_of(struct arena *arena, const char *const *names,
                                     const struct value *const *texts, size_t count)
{
    static const struct value none = {.kind = VALUE_MAP};
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        known += !value_is_null(texts[i]);
    if (known == 0)
        return &none;
    struct value *record = value_map_sized(arena, known);
    for (size_t i = 0; i < count; i++)
        if (!value_is_null(texts[i]))
            value_hold(arena, record, names[i], texts[i]);
    return record;
}

static const struct value *party(const struct facts *facts, enum fact tenant, enum fact name)
{
    static const char *const names[] = {"tenant", "name"};
    const struct value *const texts[] = {facts->single[tenant], facts->single[name]};
    return record_of(facts->arena, names, texts, 2);
}

static const struct value *actor_record(const struct facts *facts, size_t i)
{
    static const char *const names[] = {"name", "object_id", "app_id", "kind"};
    const struct facts_actor *actor = i < facts->actor_count ? &facts->actors[i] : &(struct facts_actor){0};
    const struct value *const texts[] = {actor->name, actor->object_id, actor->app_id, actor->kind};
    return record_of(facts->arena, names, texts, 4);
}

static const struct value *resource_record(const struct facts *facts, const struct resource *resource)
{
    static const char *const names[] = {"id", "type", "name", "group", "subscription"};
    static const struct resource none;
    struct arena *arena = facts->arena;
    resource = resource == NULL ? &none : resource;
    const struct value *const texts[] = {
        value_held_text(arena, resource->id), value_held_text(arena, resource->type),
        value_held_text(arena, resource->name), value_held_text(arena, resource->group),
        value_held_text(arena, resource->subscription)};
    return record_of(arena, names, texts, 5);
}

static const struct value *list_or_none(const struct value *list)
{
    static const struct value none = {.kind = VALUE_LIST};
    return list == NULL ? &none : list;
}

// What the machines themselves have is no attacker's.
static const struct value *foreign_ips(const struct facts *facts)
{
    const struct value *all = facts->plural[FACT_IP];
    if (value_count(facts->plural[FACT_OWN_IP]) == 0 || value_count(all) == 0)
        return list_or_none(all);
    struct value *ips = value_list(facts->arena);
    for (size_t i = 0; i < value_count(all); i++)
        if (!value_has_text(facts->plural[FACT_OWN_IP], value_item(all, i)->text))
            value_append(facts->arena, ips, value_item(all, i));
    return ips;
}

static const char *single_text(const struct facts *facts, enum fact fact)
{
    return value_text(facts->single[fact]);
}

// Of an alert whose code is not among the known ones of its kind it is said.
static const char *kind_of_alert(struct facts *facts)
{
    bool known;
    const char *type = single_text(facts, FACT_TYPE), *given = single_text(facts, FACT_KIND);
    const char *kind = kind_find(facts->terms, type, single_text(facts, FACT_COMPONENT),
                                 single_text(facts, FACT_TITLE), &known);
    if (given != NULL) {
        known = known && text_is(kind, given);
        kind = given;
    }
    if (type != NULL && !known && !facts->thin) {
        const char *family = kind == NULL ? "any kind" : arena_printf(facts->arena, "the kind %s", kind);
        facts_warn(facts, "alertType ", type,
                   arena_printf(facts->arena, " is not a known type of %s", family));
    }
    return kind;
}

static const struct value *first(const struct value *list)
{
    return value_item(list, 0);
}

const struct value *facts_record(struct facts *facts, const struct value *raw)
{
    struct arena *arena = facts->arena;
    const struct resource *main =
        facts->single[FACT_MAIN] == NULL ? NULL : facts_add_resource(facts, single_text(facts, FACT_MAIN));
    if (main == NULL && value_count(facts->plural[FACT_RESOURCE]) > 0)
        main = &facts->resources[0];
    const char *kind = kind_of_alert(facts), *confidence = single_text(facts, FACT_CONFIDENCE);
    const struct value *tenants = list_or_none(facts->plural[FACT_TENANT]),
                       *subscriptions = list_or_none(facts->plural[FACT_SUBSCRIPTION]),
                       *ips = foreign_ips(facts);
    struct value *actors = value_list_sized(arena, facts->actor_count);
    for (size_t i = 0; i < facts->actor_count; i++)
        value_append(arena, actors, actor_record(facts, i));
    const struct kind_signs signs = {kind, single_text(facts, FACT_TYPE), single_text(facts, FACT_TITLE),
                                     facts->plural[FACT_WORKLOAD]};
    bool simulated =
        value_is(facts->single[FACT_SIMULATED], VALUE_BOOL) && facts->single[FACT_SIMULATED]->flag;
    const struct {
        const char *name;
        const struct value *value;
    } members[] = {
        {"id", facts->single[FACT_ID]},
        {"kind", value_held_text(arena, kind)},
        {"type", facts->single[FACT_TYPE]},
        {"title", facts->single[FACT_TITLE]},
        {"description", facts->single[FACT_DESCRIPTION]},
        {"severity", facts->single[FACT_SEVERITY]},
        {"confidence", text_same(confidence, "unknown") ? NULL : facts->single[FACT_CONFIDENCE]},
        {"status", facts->single[FACT_STATUS]},
        {"event", facts->single[FACT_EVENT]},
        {"simulated", value_bool(simulated || kind_is_test(facts->terms, &signs))},
        {"start", facts->single[FACT_START]},
        {"end", facts->single[FACT_END]},
        {"tenant", first(tenants)},
        {"tenants", tenants},
        {"subscription", main == NULL ? first(subscriptions) : value_held_text(arena, main->subscription)},
        {"subscriptions", subscriptions},
        {"partner", party(facts, FACT_PARTNER, FACT_PARTNER_NAME)},
        {"customer", party(facts, FACT_CUSTOMER, FACT_CUSTOMER_NAME)},
        {"resource", resource_record(facts, main)},
        {"resources", list_or_none(facts->plural[FACT_RESOURCE])},
        {"actor", facts->actor_count > 0 ? first(actors) : actor_record(facts, 0)},
        {"actors", actors},
        {"ip", first(ips)},
        {"ips", ips},
        {"targets", list_or_none(facts->plural[FACT_TARGETS])},
        {"hosts", list_or_none(facts->plural[FACT_HOST])},
        {"entities", list_or_none(facts->entities)},
        {"raw", raw},
    };
    struct value *record = value_map_sized(arena, sizeof members / sizeof members[0]);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        value_hold(arena, record, members[i].name, members[i].value);
    return record;
}
