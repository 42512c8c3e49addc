// Bytes too long for a line, under FOLDER/blobs/ by their SHA-256.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct value;

// Writes the bytes unless they are there already; nothing is synced. *name is the file's name, *digest its
// hex.
MUST_CHECK bool blob_write(struct arena *arena, const char *folder, const char *bytes, size_t length,
                           const char **name, const char **digest, struct err *err);
// What a reference to what was too long for a line stands for: {"$blob": {"digest", "size"}} and nothing
// else. Any other value is itself. NULL as above, or when it is no JSON.
MUST_CHECK const struct value *blob_value(struct arena *arena, const char *folder, const struct value *value,
                                          struct err *err);
// Makes blobs of this folder durable.
MUST_CHECK bool blob_sync(struct arena *arena, const char *folder, const char *const *names, size_t count,
                          struct err *err);
