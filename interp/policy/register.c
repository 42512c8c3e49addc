// Reading and asking the register. Not for what a playbook does with it: Lua sees it as a value.
// Invariant: the value is in its normal form, so that every list is there and every GUID is in lower case.
#include "policy/register.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "policy/shape.h"

// Asked for at every value of every change.
struct named {
    const struct value *entry;
    const char *names[4]; // that it has, NULL-terminated
};

struct register_book {
    const struct value *value;
    struct named *users, *applications; // the last has no entry
};

#define RECORDS(fields)                                                                                      \
    "{\"type\": \"list\", \"default\": [], \"of\": {\"type\": \"record\", \"fields\": {" fields "}}}"
#define IDS "{\"type\": \"list\", \"of\": \"id\", \"default\": []}"
#define NETWORKS RECORDS("\"name\": \"string\", \"cidr\": \"cidr\"")
#define CIDRS "{\"type\": \"list\", \"of\": \"cidr\", \"default\": []}"
#define APPLICATIONS                                                                                         \
    RECORDS("\"app_id\": \"guid\", \"object_id\": \"guid?\", \"name\": \"string\", \"owner\": \"email?\","   \
            " \"vaults\": " IDS)
#define USERS                                                                                                \
    RECORDS("\"upn\": \"upn\", \"object_id\": \"guid?\", \"name\": \"string\", \"mail\": \"email?\","        \
            " \"manager\": \"email?\", \"title\": \"string?\"")
#define OWNERS RECORDS("\"resource\": \"string\", \"mail\": \"email\", \"name\": \"string?\"")
#define RESOURCES RECORDS("\"resource\": \"string\", \"name\": \"string?\"")
#define CONTACTS                                                                                             \
    "{\"type\": \"record\", \"default\": {},"                                                                \
    " \"fields\": {\"admin\": \"email?\", \"security\": \"email?\"}}"

static const char shape[] = "{\"networks\": " NETWORKS ", \"responders\": " CIDRS
                            ", \"applications\": " APPLICATIONS ", \"users\": " USERS ", \"owners\": " OWNERS
                            ", \"resources\": " RESOURCES ", \"contacts\": " CONTACTS "}";

// Every row of the list names a resource, or what fits many.
static void check_resources(const struct value *rows, struct err_list *errors)
{
    for (size_t i = 0; i < value_count(rows); i++) {
        const struct value *resource = value_get(value_item(rows, i), "resource");
        if (resource->text[0] != '/' && strcmp(resource->text, "*") != 0)
            err_hint(err_list_add(errors, ERR_ERROR, E_CONFIG, value_pos(resource),
                                  "'%.80s' is not a resource id", resource->text),
                     "it begins with '/', and may hold * and ?");
    }
}

static struct named *named_of(struct arena *arena, const struct value *list, const char *const fields[3])
{
    struct named *all = ARENA_ARRAY(arena, struct named, value_count(list) + 1);
    for (size_t i = 0; i < value_count(list); i++) {
        const char **name = all[i].names;
        all[i].entry = value_item(list, i);
        for (int k = 0; k < 3; k++)
            if (fields[k] != NULL && (*name = value_text_at(all[i].entry, fields[k])) != NULL)
                name++;
    }
    return all;
}

const struct register_book *register_parse(struct arena *arena, const struct value *value,
                                           struct err_list *errors)
{
    static const char *const of_user[] = {"object_id", "upn", "mail"};
    static const char *const of_application[] = {"app_id", "object_id", NULL};
    struct register_book *book = ARENA_NEW(arena, struct register_book);
    size_t before = errors->errors;
    book->value = shape_check(arena, shape, value, "the register", errors);
    check_resources(value_get(book->value, "owners"), errors);
    check_resources(value_get(book->value, "resources"), errors);
    if (errors->errors > before)
        return NULL;
    book->users = named_of(arena, value_get(book->value, "users"), of_user);
    book->applications = named_of(arena, value_get(book->value, "applications"), of_application);
    return book;
}

const struct value *register_value(const struct register_book *book)
{
    return book->value;
}

// Calls for every mail address in the register; counts them when `out` is NULL.
static size_t gather(const struct register_book *book, const char **out)
{
    static const struct {
        const char *list, *field;
    } places[] = {{"applications", "owner"},
                  {"users", "upn"},
                  {"users", "mail"},
                  {"users", "manager"},
                  {"owners", "mail"}};
    size_t count = 0;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const struct value *list = value_get(book->value, places[i].list);
        for (size_t k = 0; k < value_count(list); k++) {
            const char *mail = value_text_at(value_item(list, k), places[i].field);
            if (mail != NULL && out != NULL)
                out[count] = mail;
            count += mail != NULL;
        }
    }
    const struct value *contacts = value_get(book->value, "contacts");
    for (size_t i = 0; i < value_count(contacts); i++, count++)
        if (out != NULL)
            out[count] = value_text(contacts->fields[i].value);
    return count;
}

const char **register_addresses(struct arena *arena, const struct register_book *book)
{
    const char **addresses = ARENA_ARRAY(arena, const char *, gather(book, NULL) + 1);
    gather(book, addresses);
    return addresses;
}

bool register_hits_responder(const struct register_book *book, const char *network)
{
    struct cidr hit, responder;
    const struct value *list = value_get(book->value, "responders");
    if (!schema_parse_cidr(network, &hit))
        return false;
    for (size_t i = 0; i < value_count(list); i++)
        if (schema_parse_cidr(value_text(value_item(list, i)), &responder) &&
            (schema_cidr_contains(&hit, &responder) || schema_cidr_contains(&responder, &hit)))
            return true;
    return false;
}

static const struct value *find(const struct named *all, const char *who)
{
    for (; who != NULL && all->entry != NULL; all++)
        for (const char *const *name = all->names; *name != NULL; name++)
            if (text_same(*name, who))
                return all->entry;
    return NULL;
}

const struct value *register_user(const struct register_book *book, const char *who)
{
    return find(book->users, who);
}

const struct value *register_application(const struct register_book *book, const char *who)
{
    return find(book->applications, who);
}
