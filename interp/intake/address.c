// Addresses in payloads. Not for ids of resources (resource.c). Invariant: nothing is taken from one that is
// longer than addresses are.
#include "intake/address.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { LONGEST_OBJECT = 2048, LONGEST_ADDRESS = 4096 };

bool address_is_plain(const char *segment, size_t length)
{
    if (length == 0 || (length <= 2 && segment[0] == '.' && segment[length - 1] == '.'))
        return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)segment[i] <= ' ' || strchr("#%?\x7F", segment[i]) != NULL)
            return false;
    return true;
}

const char *address_behind(struct arena *arena, const char *address, const char *word)
{
    size_t length = strlen(word);
    if (strlen(address) > LONGEST_ADDRESS)
        return NULL;
    for (const char *part = address; part != NULL; part = strchr(part, '/')) {
        part += *part == '/';
        if (!text_starts_nocase(part, word) || part[length] != '/')
            continue;
        const char *next = part + length + 1;
        size_t width = strcspn(next, "/");
        return address_is_plain(next, width) ? arena_strndup(arena, next, width) : NULL;
    }
    return NULL;
}

const char *address_parameter(struct arena *arena, const char *address, const char *name)
{
    size_t length = strlen(name);
    const char *at = strlen(address) > LONGEST_ADDRESS ? NULL : strchr(address, '?');
    for (; at != NULL; at = strchr(at, '&')) {
        at++;
        if (!text_starts_nocase(at, name) || at[length] != '=')
            continue;
        size_t width = strcspn(at + length + 1, "&?");
        return width == 0 ? NULL : arena_strndup(arena, at + length + 1, width);
    }
    return NULL;
}

size_t address_parts(struct arena *arena, const char *address, const char **parts, size_t most)
{
    size_t count = 0;
    if (strlen(address) > LONGEST_OBJECT || !text_starts_nocase(address, "https://"))
        return 0;
    for (const char *at = address + 8;; at++) {
        size_t length = strcspn(at, "/");
        if (at[length] == '\0' && length == 0)
            return count;
        if (count == most)
            return most + 1;
        parts[count++] = arena_strndup(arena, at, length);
        at += length;
        if (*at == '\0')
            return count;
    }
}
