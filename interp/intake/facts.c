// The facts of one alert. Not for where they stand in a payload (reading.c), nor for the record that is made
// of them (facts_record.c). Invariant: each fact stands once, in the order in which it was found, the first
// of a plural is the main one, and no plural has more than FACTS_MOST.
#include "intake/facts.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "intake/facts_parts.h"

enum { MOST_WARNINGS = 32, SHOWN = 60, LONGEST_ADDRESSES = 8192 };

static const struct {
    const char *name;
    enum fact_how how;
} facts_table[] = {
#define X(id, how, name) {name, FACT_IS_##how},
#include "intake/facts.def"
#undef X
};

enum fact fact_find(const char *name)
{
    enum fact fact = 0;
    while (fact < FACT_COUNT && strcmp(facts_table[fact].name, name) != 0)
        fact++;
    return fact;
}

enum fact_how fact_how(enum fact fact)
{
    return facts_table[fact].how;
}

struct facts *facts_new(struct arena *arena, const struct value *terms, struct err_list *notes,
                        struct src_pos pos)
{
    struct facts *facts = ARENA_NEW(arena, struct facts);
    facts->arena = arena;
    facts->terms = terms;
    facts->notes = notes;
    facts->pos = pos;
    return facts;
}

void facts_begin(struct facts *facts, bool thin)
{
    *facts = (struct facts){
        .arena = facts->arena, .terms = facts->terms, .notes = facts->notes, .pos = facts->pos, .thin = thin};
}

void facts_append(struct facts *facts, struct value **list, const struct value *item)
{
    if (*list == NULL)
        *list = value_list(facts->arena);
    value_append(facts->arena, *list, item);
}

void facts_warn(struct facts *facts, const char *before, const char *text, const char *behind)
{
    struct text whole = text_new(facts->arena);
    text_add(&whole, before);
    size_t length = strlen(text), cut = length > SHOWN ? SHOWN - 3 : length;
    while (cut > 0 && cut < length && ((unsigned char)text[cut] & 0xC0) == 0x80)
        cut--; // no half of a character
    text_addn(&whole, text, cut);
    text_add(&whole, cut < length ? "..." : "");
    text_add(&whole, behind);
    for (size_t i = 0; i < value_count(facts->warned); i++)
        if (strcmp(value_text(value_item(facts->warned, i)), whole.ptr) == 0)
            return;
    if (value_count(facts->warned) == MOST_WARNINGS)
        return;
    facts_append(facts, &facts->warned, value_held_text(facts->arena, whole.ptr));
    if (facts->notes != NULL)
        err_list_add(facts->notes, ERR_WARNING, E_ALERT, facts->pos, "%s", whole.ptr);
}

static const char *plural_name(enum fact fact)
{
    static const char *const names[FACT_COUNT] = {
        [FACT_TENANT] = "tenants",     [FACT_SUBSCRIPTION] = "subscriptions",
        [FACT_HOST] = "hosts",         [FACT_IP] = "ips",
        [FACT_RESOURCE] = "resources", [FACT_TARGETS] = "targets",
        [FACT_APPLICATION] = "actors", [FACT_WORKLOAD] = "workloads",
    };
    return names[fact];
}

void facts_warn_of(struct facts *facts, enum fact fact, const char *what, const char *text)
{
    facts_warn(facts, arena_printf(facts->arena, "%s: not %s: ", plural_name(fact), what), text, "");
}

bool facts_is_full(struct facts *facts, enum fact fact)
{
    if (value_count(facts->plural[fact]) < FACTS_MOST)
        return false;
    facts_warn(facts, arena_printf(facts->arena, "more than %d %s", FACTS_MOST, plural_name(fact)), "", "");
    return true;
}

static void add_once(struct facts *facts, enum fact fact, const struct value *text)
{
    if (!value_has_text(facts->plural[fact], text->text) && !facts_is_full(facts, fact))
        facts_append(facts, &facts->plural[fact], text);
}

static void add_guid(struct facts *facts, enum fact fact, const struct value *text)
{
    if (schema_is_guid(text->text))
        add_once(facts, fact, text);
    else
        facts_warn_of(facts, fact, "a GUID", text->text);
}

static const struct resource *resource_known(const struct facts *facts, const char *id)
{
    for (size_t i = 0; i < value_count(facts->plural[FACT_RESOURCE]); i++)
        if (text_same(facts->resources[i].id, id))
            return &facts->resources[i];
    return NULL;
}

const struct resource *facts_add_resource(struct facts *facts, const char *id)
{
    struct resource resource;
    const size_t count = value_count(facts->plural[FACT_RESOURCE]);
    const struct resource *same = resource_known(facts, id);
    if (same != NULL)
        return same;
    if (!resource_read(facts->arena, value_get(facts->terms, "words"), id, &resource)) {
        facts_warn_of(facts, FACT_RESOURCE, "the id of a resource", id);
        return NULL;
    }
    const struct resource *known = resource_known(facts, resource.id);
    if (!value_has_text(facts->plural[FACT_SUBSCRIPTION], resource.subscription))
        add_once(facts, FACT_SUBSCRIPTION, value_held_text(facts->arena, resource.subscription));
    if (known != NULL || facts_is_full(facts, FACT_RESOURCE))
        return known;
    facts->resources = arena_room(facts->arena, facts->resources, count, sizeof resource);
    facts->resources[count] = resource;
    facts_append(facts, &facts->plural[FACT_RESOURCE], value_held_text(facts->arena, resource.id));
    return &facts->resources[count];
}

// Every address in a text: alone, joined by commas, in brackets, or a JSON list written into a text. A port
// behind an IPv4 address is dropped.
static void add_addresses(struct facts *facts, enum fact fact, const char *text)
{
    static const char apart[] = " \t\r\n\"',;[]";
    const char *end = text + strnlen(text, LONGEST_ADDRESSES);
    while (text < end) {
        text += strspn(text, apart);
        size_t length = strcspn(text, apart);
        char *word = arena_strndup(facts->arena, text, length), *colon = strchr(word, ':');
        text += length;
        if (colon != NULL && strchr(colon + 1, ':') == NULL) {
            *colon = '\0';
            if (!schema_is_ip(word))
                *colon = ':';
        }
        if (*word == '\0')
            continue;
        if (fact == FACT_OWN_IP || schema_is_ip(word))
            add_once(facts, fact, value_held_text(facts->arena, word));
        else
            facts_warn_of(facts, fact, "an address", word);
    }
}

static bool same_text(const struct value *a, const struct value *b)
{
    return a != NULL && b != NULL && text_same(a->text, b->text);
}

// Of a caller only the application is known that was used, and nothing says that there was nobody behind it.
static bool is_application_used(const struct facts_actor *known)
{
    return known->name == NULL && known->object_id == NULL && known->kind == NULL;
}

static bool same_actor(const struct facts_actor *known, const struct facts_actor *actor)
{
    if (known->object_id != NULL && actor->object_id != NULL)
        return same_text(known->object_id, actor->object_id);
    if (known->name != NULL && actor->name != NULL)
        return same_text(known->name, actor->name);
    if (actor->name != NULL || actor->object_id != NULL)
        return is_application_used(known) && actor->app_id == NULL;
    return same_text(known->app_id, actor->app_id);
}

static const struct value *guid_of_actor(struct facts *facts, const struct value *text)
{
    if (text == NULL || schema_is_guid(text->text))
        return text;
    facts_warn_of(facts, FACT_APPLICATION, "a GUID", text->text);
    return NULL;
}

void facts_actor(struct facts *facts, const struct facts_actor *actor)
{
    static const struct value user = {.kind = VALUE_STRING, .text = "user"};
    struct facts_actor found = *actor;
    found.object_id = guid_of_actor(facts, actor->object_id);
    found.app_id = guid_of_actor(facts, actor->app_id);
    if (found.name == NULL && found.object_id == NULL && found.app_id == NULL)
        return;
    if (found.kind == NULL && found.name != NULL && strchr(found.name->text, '@') != NULL)
        found.kind = &user;
    for (size_t i = 0; i < facts->actor_count; i++) {
        struct facts_actor *known = &facts->actors[i];
        if (!same_actor(known, &found))
            continue;
        known->name = known->name == NULL ? found.name : known->name;
        known->object_id = known->object_id == NULL ? found.object_id : known->object_id;
        known->app_id = known->app_id == NULL ? found.app_id : known->app_id;
        known->kind = known->kind == NULL ? found.kind : known->kind;
        return;
    }
    if (facts->actor_count == FACTS_MOST)
        return;
    facts->actors = arena_room(facts->arena, facts->actors, facts->actor_count, sizeof found);
    facts->actors[facts->actor_count++] = found;
}

// An application that was used: it completes the main actor, else it is an actor of its own.
static void add_application(struct facts *facts, const struct value *app_id)
{
    static const struct value application = {.kind = VALUE_STRING, .text = "application"};
    for (size_t i = 0; i < facts->actor_count; i++)
        if (same_text(facts->actors[i].app_id, app_id))
            return;
    if (facts->actor_count > 0 && facts->actors[0].app_id == NULL && schema_is_guid(app_id->text))
        facts->actors[0].app_id = app_id;
    else
        facts_actor(facts, &(struct facts_actor){.app_id = app_id, .kind = &application});
}

void facts_hosts_of(struct facts *facts, const char *type)
{
    for (size_t i = 0; i < value_count(facts->plural[FACT_RESOURCE]); i++)
        if (text_same(facts->resources[i].type, type))
            add_once(facts, FACT_HOST, value_held_text(facts->arena, facts->resources[i].name));
}

void facts_entity(struct facts *facts, const struct value *entity)
{
    facts_append(facts, &facts->entities, entity);
}

bool facts_has(const struct facts *facts, enum fact fact)
{
    return facts->single[fact] != NULL;
}

void facts_add(struct facts *facts, enum fact fact, const struct value *value)
{
    switch (fact) {
    case FACT_TENANT:
    case FACT_SUBSCRIPTION:
        add_guid(facts, fact, value);
        return;
    case FACT_HOST:
    case FACT_WORKLOAD:
        add_once(facts, fact, value);
        return;
    case FACT_IP:
    case FACT_OWN_IP:
        add_addresses(facts, fact, value->text);
        return;
    case FACT_RESOURCE:
        (void)facts_add_resource(facts, value->text);
        return;
    case FACT_TARGETS:
        facts_targets(facts, value->text, NULL);
        return;
    case FACT_DOMAIN:
        facts_add_domain(facts, value->text);
        return;
    case FACT_APPLICATION:
        add_application(facts, value);
        return;
    default:
        if (facts->single[fact] == NULL)
            facts->single[fact] = value;
    }
}
