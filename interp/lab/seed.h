// Makes an estate from seed files: JSON objects of key → resource (keys as in estate.h) in which these stand
// for what depends on the moment or on key material:
//
//   {"$ago": "2h30m"}, {"$ahead": "90d"}   a time counted from the making, RFC 3339; with "as": "epoch" in
//   seconds,
//                                          with "as": "us" as MM/DD/YYYY hh:mm:ss
//   {"$modulus": LABEL}                    an RSA modulus
//   {"$certificate": "CN=…", "label": LABEL, "ago": …, "ahead": …}, {"$thumbprint": the same}
//
// With "$base": "built-in" a file says only what is otherwise than in the built-in seed: each resource is
// merged into that one's (RFC 7396), null takes it away, and others are added; of what is new at Resource
// Manager the key says id, name and type.
#pragma once
#include <stdint.h>

#include "base/err.h"

struct arena;
struct text;

// Appends the lines "KEY<TAB>JSON" in the order of their keys. `file` NULL: the seed that is built in.
MUST_CHECK bool seed_write(struct arena *arena, const char *file, int64_t created, struct text *out,
                           struct err *err);
