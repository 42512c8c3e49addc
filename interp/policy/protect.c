// What a change must never hit. Not for requests (gate.c): this looks at the target as a person would name
// it. Invariant: a target is compared by every name that it is known under: its id, the parts of its URL,
// what the observed state calls it, and what register and directory know about a protected person or
// application.
#include "policy/protect.h"

#include <string.h>

#include "base/arena.h"
#include "base/letters.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "policy/register.h"
#include "policy/url.h"

// An entry of the policy with every name that it is known under, or with the patterns that it is; folded.
struct guarded {
    const struct policy_protect *entry;
    bool path;
    const char **names;
    size_t count;
};

struct hunt {
    struct arena *arena;
    const struct register_book *book;
    const struct protect_self *self;
    struct guarded *guarded;
    size_t count;
    struct err *err;
};

// What register and directory call a person or an application.
static const char *const name_keys[] = {"object_id", "app_id",           "upn", "mail", "id",
                                        "appId",     "userPrincipalName"};
enum { NAME_KEYS = sizeof name_keys / sizeof name_keys[0] };

static const char *name_of(struct arena *arena, const struct value *record, size_t key)
{
    return letters_fold(arena, value_text_at(record, name_keys[key]));
}

static bool is_named(struct arena *arena, const struct value *record, const char *folded)
{
    for (size_t i = 0; i < NAME_KEYS; i++)
        if (text_same(name_of(arena, record, i), folded))
            return true;
    return false;
}

static void add_names(struct arena *arena, struct guarded *guarded, const struct value *record)
{
    for (size_t i = 0; record != NULL && i < NAME_KEYS; i++) {
        const char *name = name_of(arena, record, i);
        if (name != NULL)
            guarded->names[guarded->count++] = name;
    }
}

static struct guarded know(struct arena *arena, const struct policy_protect *entry,
                           const struct register_book *book, const struct value *people)
{
    struct guarded guarded = {.entry = entry, .path = entry->what[0] == '/'};
    const char *what = letters_fold(arena, entry->what);
    guarded.names = ARENA_ARRAY(arena, const char *, 3 + NAME_KEYS * (value_count(people) + 2));
    guarded.names[guarded.count++] = what;
    if (guarded.path) {
        guarded.names[guarded.count++] = arena_printf(arena, "%s/*", what);
        const char *last = strrchr(what, '/') + 1; // Partner Center knows a subscription by this alone
        if (schema_is_guid(last))
            guarded.names[guarded.count++] = last;
        return guarded;
    }
    for (size_t i = 0; i < value_count(people); i++)
        if (is_named(arena, value_item(people, i), what))
            add_names(arena, &guarded, value_item(people, i));
    if (book != NULL) {
        add_names(arena, &guarded, register_user(book, entry->what));
        add_names(arena, &guarded, register_application(book, entry->what));
    }
    return guarded;
}

// Does the text stand for what is guarded, or for something in it?
static bool is_guarded(const struct guarded *guarded, const char *folded)
{
    for (size_t i = 0; i < guarded->count; i++)
        if (guarded->path ? text_glob(guarded->names[i], folded) : text_same(guarded->names[i], folded))
            return true;
    return false;
}

// Goes with it what the pattern names? Only what the pattern says outright is known to be in there.
static bool is_above(struct arena *arena, const struct guarded *guarded, const char *resource)
{
    return text_starts_nocase(guarded->names[0], arena_printf(arena, "%s/", letters_fold(arena, resource)));
}

static bool is_set(const char *text)
{
    return text != NULL && *text != '\0';
}

static bool check_text(const struct hunt *hunt, const char *text)
{
    if (!is_set(text))
        return true;
    if ((is_set(hunt->self->object_id) && text_same(hunt->self->object_id, text)) ||
        (is_set(hunt->self->app_id) && text_same(hunt->self->app_id, text))) {
        err_set(hunt->err, E_REFUSED, "the target is the run's own identity (%.60s)", text);
        err_hint(hunt->err, "a run never acts against itself; let a person do it");
        return false;
    }
    const char *folded = letters_fold(hunt->arena, text);
    for (size_t i = 0; i < hunt->count; i++) {
        const struct policy_protect *entry = hunt->guarded[i].entry;
        if (!is_guarded(&hunt->guarded[i], folded))
            continue;
        bool named = hunt->guarded[i].path || text_same(entry->what, text);
        err_set(hunt->err, E_REFUSED, "%.200s is protected by the policy%s%.200s", text, named ? "" : " as ",
                named ? "" : entry->what);
        if (entry->why != NULL)
            err_hint(hunt->err, "%.200s", entry->why);
        return false;
    }
    return true;
}

static const struct value *entry(const struct value *value, size_t index)
{
    return value_is(value, VALUE_MAP) ? value->fields[index].value : value_item(value, index);
}

static bool check_value(const struct hunt *hunt, const struct value *value)
{
    bool fine = check_text(hunt, value_text(value));
    for (size_t i = 0; fine && i < value_count(value); i++)
        fine = check_value(hunt, entry(value, i));
    return fine;
}

static bool check_resource(const struct hunt *hunt, const char *resource)
{
    char segment[512], whole[URL_MAX + 1];
    url_decode(resource, strlen(resource), whole, sizeof whole);
    if (!check_text(hunt, whole))
        return false;
    for (const char *at = resource; *at != '\0';) {
        size_t length = strcspn(at, "/?&=");
        url_decode(at, length, segment, sizeof segment);
        if (!check_text(hunt, segment))
            return false;
        at += length + (at[length] != '\0');
    }
    return true;
}

// Nothing that is protected lies in what is destroyed.
static bool check_beneath(const struct hunt *hunt, const char *resource)
{
    char whole[URL_MAX + 1];
    url_decode(resource, strlen(resource), whole, sizeof whole);
    for (size_t i = 0; i < hunt->count; i++)
        if (is_above(hunt->arena, &hunt->guarded[i], whole))
            return err_set(hunt->err, E_REFUSED, "%.200s lies in it, and is protected by the policy",
                           hunt->guarded[i].entry->what);
    return true;
}

// Who the observed state says that the target is.
static bool check_before(const struct hunt *hunt, const struct value *before)
{
    static const char *const names[] = {"id",          "userPrincipalName",      "mail",    "appId",
                                        "principalId", "properties.principalId", "resource"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (!check_text(hunt, value_text_at(before, names[i])))
            return false;
    return true;
}

// A rule that blocks traffic must not shut out those who respond.
static bool check_network(const struct hunt *hunt, const struct value *value)
{
    const char *text = value_text(value);
    if (text != NULL && register_hits_responder(hunt->book, text)) {
        err_set(hunt->err, E_REFUSED, "%.60s holds an address of the responders", text);
        err_hint(hunt->err, "blocking it would shut the response out; see 'responders' in the register");
        return false;
    }
    bool fine = true;
    for (size_t i = 0; fine && i < value_count(value); i++)
        fine = check_network(hunt, entry(value, i));
    return fine;
}

// What is let in (parameters that begin with "allow") may well be the responders'.
static bool check_blocked(const struct hunt *hunt, const struct value *params)
{
    for (size_t i = 0; value_is(params, VALUE_MAP) && i < value_count(params); i++)
        if (!text_starts(params->fields[i].key, "allow") && !check_network(hunt, params->fields[i].value))
            return false;
    return true;
}

bool protect_only_tells(const char *primitive)
{
    static const char *const areas[] = {"notify.", "support.", "alert.", "register."};
    for (size_t i = 0; i < sizeof areas / sizeof areas[0]; i++)
        if (text_starts(primitive, areas[i]))
            return true;
    return false;
}

bool protect_judge(struct arena *arena, const struct policy *policy, const struct register_book *book,
                   const struct protect_self *self, const struct protect_target *target, struct err *err)
{
    if (!policy_allows(policy, target->primitive))
        return err_set(err, E_REFUSED, "the policy does not allow %.80s", target->primitive);
    if (target->risk == RISK_READ || protect_only_tells(target->primitive))
        return true;
    struct hunt hunt = {
        .arena = arena, .book = book, .self = self, .count = policy->protect_count, .err = err};
    hunt.guarded = ARENA_ARRAY(arena, struct guarded, hunt.count);
    for (size_t i = 0; i < hunt.count; i++)
        hunt.guarded[i] = know(arena, &policy->protect[i], book, target->people);
    if (target->resource != NULL && !check_resource(&hunt, target->resource))
        return false;
    if (target->resource != NULL && target->risk == RISK_DESTROY && !check_beneath(&hunt, target->resource))
        return false;
    if (!check_value(&hunt, target->params) || !check_before(&hunt, target->before))
        return false;
    return book == NULL || !text_starts(target->primitive, "network.") ||
           check_blocked(&hunt, target->params);
}

bool protect_is_asked(const struct policy_protect *entry, const struct register_book *book)
{
    if (entry->what[0] == '/')
        return false;
    return book == NULL || (value_get(register_user(book, entry->what), "object_id") == NULL &&
                            value_get(register_application(book, entry->what), "object_id") == NULL);
}
