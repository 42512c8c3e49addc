// What an alert says was touched: objects of vaults, and domains. Not for other facts (facts.c). Invariant:
// what is no address of an object is no target.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "intake/address.h"
#include "intake/facts_parts.h"

enum { LONGEST_LIST = 60000 };

static struct value *target_known(const struct facts *facts, const char *id)
{
    const struct value *targets = facts->plural[FACT_TARGETS];
    size_t length = strlen(id);
    length -= length > 0 && id[length - 1] == '/';
    for (size_t i = 0; i < value_count(targets); i++) {
        const char *known = value_text_at(value_item(targets, i), "id");
        if (text_starts_nocase(known, id) ? known[strlen(id)] == '\0'
                                          : strlen(known) == length && text_starts_nocase(id, known))
            return (struct value *)(uintptr_t)value_item(targets, i); // its maker is here
    }
    return NULL;
}

static void add_target(struct facts *facts, const char *kind, const char *name, const char *version,
                       const char *id, const struct value *time)
{
    struct value *target = target_known(facts, id);
    if (target == NULL) {
        if (facts_is_full(facts, FACT_TARGETS))
            return;
        static const char *const names[] = {"kind", "name", "version", "id"};
        const char *const texts[] = {kind, name, version, id};
        target = value_map_sized(facts->arena, 5);
        for (size_t i = 0; i < 4; i++)
            if (texts[i] != NULL)
                value_hold(facts->arena, target, names[i], value_held_text(facts->arena, texts[i]));
        facts_append(facts, &facts->plural[FACT_TARGETS], target);
    }
    if (time != NULL && value_get(target, "time") == NULL)
        value_hold(facts->arena, target, "time", time);
}

// An object of a vault by its address, https://VAULT/secrets/NAME[/VERSION], or the vault itself; the address
// of something else, such as the list of all secrets, is passed over.
static void add_object(struct facts *facts, const char *address, const struct value *time)
{
    const char *parts[4];
    size_t count = address_parts(facts->arena, address, parts, 4);
    if (count == 0) {
        facts_warn_of(facts, FACT_TARGETS, "the address of an object", address);
        return;
    }
    if (count == 1)
        add_target(facts, "vault", arena_strndup(facts->arena, parts[0], strcspn(parts[0], ".")), NULL,
                   address, time);
    const char *kind = count == 3 || count == 4
                           ? value_text(value_get_nocase(value_get(facts->terms, "objects"), parts[1]))
                           : NULL;
    if (kind != NULL)
        add_target(facts, kind, parts[2], count == 4 ? parts[3] : NULL, address, time);
}

void facts_targets(struct facts *facts, const char *addresses, const struct value *time)
{
    size_t length = strlen(addresses);
    if (length > LONGEST_LIST) {
        facts_warn(facts, "targets: more than can be read", "", "");
        length = LONGEST_LIST;
    }
    const char *end = addresses + length;
    addresses += *addresses == '[';
    end -= end > addresses && end[-1] == ']';
    while (addresses < end) {
        const char *comma = memchr(addresses, ',', (size_t)(end - addresses)),
                   *stop = comma == NULL ? end : comma;
        while (addresses < stop && *addresses == ' ')
            addresses++;
        const char *last = stop;
        while (last > addresses && last[-1] == ' ')
            last--;
        if (last > addresses)
            add_object(facts, arena_strndup(facts->arena, addresses, (size_t)(last - addresses)), time);
        addresses = stop + 1;
    }
}

void facts_add_domain(struct facts *facts, const char *name)
{
    add_target(facts, "domain", name, NULL, name, NULL);
}
