// What a change must never hit. Not for requests (gate.c): this looks at the target as a person would name
// it. Invariant: a target is compared by every name that it is known under: its id, the parts of its URL,
// what the observed state calls it, and what register and directory know about a protected person or
// application.
#include "policy/protect.h"

#include <string.h>

#include "base/arena.h"
#include "base/letters.h"
#include "base/text.h"
#include "data/value.h"
#include "policy/register.h"
#include "policy/url.h"

struct hunt {
    struct arena *arena;
    const struct policy *policy;
    const struct register_book *book;
    const struct protect_self *self;
    const struct value *people;
    struct err *err;
};

static bool same(const struct hunt *hunt, const char *a, const char *b)
{
    return text_same(letters_fold(hunt->arena, a), letters_fold(hunt->arena, b));
}

static bool is_named(const struct hunt *hunt, const struct value *record, const char *text)
{
    static const char *const names[] = {"object_id", "app_id",           "upn", "mail", "id",
                                        "appId",     "userPrincipalName"}; // the directory's
    for (size_t i = 0; record != NULL && i < sizeof names / sizeof names[0]; i++)
        if (same(hunt, value_text_at(record, names[i]), text))
            return true;
    return false;
}

// Does `text` stand for the protected person or application?
static bool is_principal(const struct hunt *hunt, const char *protected, const char *text)
{
    if (same(hunt, protected, text))
        return true;
    for (size_t i = 0; i < value_count(hunt->people); i++)
        if (is_named(hunt, value_item(hunt->people, i), protected) &&
            is_named(hunt, value_item(hunt->people, i), text))
            return true;
    if (hunt->book == NULL)
        return false;
    return is_named(hunt, register_user(hunt->book, protected), text) ||
           is_named(hunt, register_application(hunt->book, protected), text);
}

static bool is_beneath(const struct hunt *hunt, const char *pattern, const char *resource)
{
    pattern = letters_fold(hunt->arena, pattern);
    resource = letters_fold(hunt->arena, resource);
    return text_glob(pattern, resource) || text_glob(arena_printf(hunt->arena, "%s/*", pattern), resource);
}

// Goes with it what the pattern names? Only what the pattern says outright is known to be in there.
static bool is_above(const struct hunt *hunt, const char *pattern, const char *resource)
{
    const char *within = letters_fold(hunt->arena, pattern);
    const char *above = arena_printf(hunt->arena, "%s/", letters_fold(hunt->arena, resource));
    return text_starts_nocase(within, above);
}

static bool is_path(const char *text)
{
    return text[0] == '/' || text_starts(text, "https://");
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
    for (size_t i = 0; i < hunt->policy->protect_count; i++) {
        const struct policy_protect *entry = &hunt->policy->protect[i];
        if (is_path(entry->what) ? !is_path(text) || !is_beneath(hunt, entry->what, text)
                                 : !is_principal(hunt, entry->what, text))
            continue;
        bool named = is_path(entry->what) || text_same(entry->what, text);
        err_set(hunt->err, E_REFUSED, "%.200s is protected by the policy%s%.200s", text, named ? "" : " as ",
                named ? "" : entry->what);
        if (entry->why != NULL)
            err_hint(hunt->err, "%.200s", entry->why);
        return false;
    }
    return true;
}

static bool check_value(const struct hunt *hunt, const struct value *value)
{
    bool fine = check_text(hunt, value_text(value));
    if (value_is(value, VALUE_LIST))
        for (size_t i = 0; fine && i < value_count(value); i++)
            fine = check_value(hunt, value_item(value, i));
    if (value_is(value, VALUE_MAP))
        for (size_t i = 0; fine && i < value_count(value); i++)
            fine = check_value(hunt, value->fields[i].value);
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
    for (size_t i = 0; i < hunt->policy->protect_count; i++)
        if (is_above(hunt, hunt->policy->protect[i].what, whole))
            return err_set(hunt->err, E_REFUSED, "%.200s lies in it, and is protected by the policy",
                           hunt->policy->protect[i].what);
    return true;
}

// Who the observed state says that the target is.
static bool check_before(const struct hunt *hunt, const struct value *before)
{
    static const char *const names[] = {"id",    "userPrincipalName", "mail",
                                        "appId", "principalId",       "properties.principalId"};
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
    if (value_is(value, VALUE_LIST))
        for (size_t i = 0; i < value_count(value); i++)
            if (!check_network(hunt, value_item(value, i)))
                return false;
    if (value_is(value, VALUE_MAP))
        for (size_t i = 0; i < value_count(value); i++)
            if (!check_network(hunt, value->fields[i].value))
                return false;
    return true;
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
    struct hunt hunt = {arena, policy, book, self, target->people, err};
    if (!policy_allows(policy, target->primitive))
        return err_set(err, E_REFUSED, "the policy does not allow %.80s", target->primitive);
    if (target->risk == RISK_READ || protect_only_tells(target->primitive))
        return true;
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
    if (is_path(entry->what))
        return false;
    return book == NULL || (value_get(register_user(book, entry->what), "object_id") == NULL &&
                            value_get(register_application(book, entry->what), "object_id") == NULL);
}
