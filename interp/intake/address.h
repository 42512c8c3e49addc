// Parts of addresses in payloads.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct arena;

// A segment that is neither empty nor climbing, and has nothing in it that a URL reads otherwise.
bool address_is_plain(const char *segment, size_t length);
// What stands behind a word of an address ("/subscriptions/ID/…"), letters without case; NULL: nothing plain.
const char *address_behind(struct arena *arena, const char *address, const char *word);
// The value of a parameter in an address; NULL when it is not there or empty.
const char *address_parameter(struct arena *arena, const char *address, const char *name);
// Cuts an address https://HOST/a/b into host and segments (at most `most`, an empty last one dropped);
// returns their number with the host, 0 when it is none or too long.
size_t address_parts(struct arena *arena, const char *address, const char **parts, size_t most);
