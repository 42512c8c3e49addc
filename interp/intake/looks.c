// Looks. Not for taking facts (reading.c). Invariant: a look never fails; what is of another type does not
// hold.
#include "intake/looks.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "intake/address.h"
#include "intake/names.h"
#include "intake/resource.h"

enum verb { HAS, IS, STARTS, HOLDS, A, BEHIND, RESOURCE, EXACT, ANY, END };

static const char *const verbs[] = {
    [IS] = "is",         [STARTS] = "starts",     [HOLDS] = "holds", [A] = "a",
    [BEHIND] = "behind", [RESOURCE] = "resource", [EXACT] = "exact"};

struct look {
    enum verb verb; // END: the list is over
    bool lacks;
    const struct names *names;
    const struct value *wanted;
    const struct look **lists; // of ANY
    size_t list_count;
};

static bool read_any(struct arena *arena, const struct value *written, struct look *look, struct err *err)
{
    look->verb = ANY;
    look->list_count = value_count(written);
    look->lists = ARENA_ARRAY(arena, const struct look *, look->list_count);
    for (size_t i = 0; i < look->list_count; i++) {
        look->lists[i] = looks_new(arena, value_item(written, i), err);
        if (look->lists[i] == NULL)
            return false;
    }
    return true;
}

static bool read_look(struct arena *arena, const struct value *written, struct look *look, struct err *err)
{
    if (value_get(written, "any") != NULL)
        return read_any(arena, value_get(written, "any"), look, err);
    const struct value *has = value_get(written, "has"), *lacks = value_get(written, "lacks");
    look->lacks = lacks != NULL;
    look->names = names_new(arena, look->lacks ? lacks : has, err);
    for (enum verb verb = IS; look->names != NULL && verb < ANY; verb++)
        if (value_get(written, verbs[verb]) != NULL) {
            look->verb = verb;
            look->wanted = value_get(written, verbs[verb]);
        }
    return look->names != NULL &&
           (value_count(written) == (look->verb == HAS ? 1 : 2) ||
            err_set(err, E_CHECK, "a look has a member's name, and what is wanted of it"));
}

const struct look *looks_new(struct arena *arena, const struct value *written, struct err *err)
{
    size_t count = value_count(written);
    struct look *looks = ARENA_ARRAY(arena, struct look, count + 1);
    for (size_t i = 0; i < count; i++)
        if (!read_look(arena, value_item(written, i), &looks[i], err))
            return NULL;
    looks[count].verb = END;
    return looks;
}

static bool holds_one(const struct value *list, const struct value *wanted)
{
    for (size_t i = 0; value_is(list, VALUE_LIST) && i < value_count(list); i++)
        if (value_has_text(wanted, value_text(value_item(list, i))))
            return true;
    return false;
}

static bool has(struct arena *arena, const struct look *look, const struct value *map)
{
    struct resource resource;
    const struct value *found = names_find(look->names, map, NULL);
    const char *text = value_text(found);
    switch (look->verb) {
    case IS:
        return value_has_text(look->wanted, text);
    case STARTS:
        return text != NULL && text_starts_nocase(text, look->wanted->text);
    case HOLDS:
        return holds_one(found, look->wanted);
    case A:
        return value_is(found, strcmp(look->wanted->text, "list") == 0 ? VALUE_LIST : VALUE_MAP);
    case BEHIND:
        return text != NULL && address_behind(arena, text, look->wanted->text) != NULL;
    case EXACT:
        return names_spelt(look->names, map);
    case RESOURCE:
        return text != NULL && resource_read(arena, NULL, text, &resource) &&
               text_same(resource.type, look->wanted->text);
    default:
        return found != NULL;
    }
}

static bool holds(struct arena *arena, const struct look *look, const struct value *map)
{
    if (look->verb != ANY)
        return has(arena, look, map) != look->lacks;
    for (size_t i = 0; i < look->list_count; i++)
        if (looks_hold(arena, look->lists[i], map))
            return true;
    return false;
}

bool looks_hold(struct arena *arena, const struct look *looks, const struct value *map)
{
    while (looks->verb != END && holds(arena, looks, map))
        looks++;
    return looks->verb == END;
}

// The best of several lists: how many of its looks hold.
static size_t count_best(struct arena *arena, const struct look *any, const struct value *map,
                         struct lacking *lacking)
{
    size_t best = 0;
    for (size_t i = 0; i < any->list_count; i++) {
        struct lacking other;
        size_t count = looks_count(arena, any->lists[i], map, &other);
        if (i == 0 || count > best) {
            best = count;
            *lacking = other;
        }
    }
    return best;
}

size_t looks_count(struct arena *arena, const struct look *looks, const struct value *map,
                   struct lacking *lacking)
{
    size_t count = 0;
    *lacking = (struct lacking){0};
    for (; looks->verb != END; looks++) {
        struct lacking here = {0};
        if (looks->verb == ANY)
            count += count_best(arena, looks, map, &here);
        else if (!holds(arena, looks, map))
            here = (struct lacking){names_first(looks->names), names_find(looks->names, map, NULL) != NULL};
        else
            count += !looks->lacks;
        if (lacking->name == NULL)
            *lacking = here;
    }
    return count;
}
