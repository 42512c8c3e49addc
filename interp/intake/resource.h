// Ids of resources, as payloads write them.
#pragma once
#include <stdbool.h>

struct arena;
struct value;

struct resource {
    const char *id, *type, *name, *group, *subscription; // group: NULL outside one
};

// Reads the id of a resource, resource group or subscription; its fixed words become those of `words` (a
// list), whatever their case, and backslashes slashes. False: it is none.
bool resource_read(struct arena *arena, const struct value *words, const char *id, struct resource *resource);
