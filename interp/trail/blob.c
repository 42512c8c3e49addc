// Large bodies beside the log. Not for masking: callers hand over bytes without secrets.
// Invariant: a blob is trusted only when its bytes give its name; one that a crash left half is written
// again.
#include "trail/blob.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/file.h"
#include "data/json.h"
#include "data/value.h"
#include "base/text.h"

enum { BLOB_MAX = 64 * 1024 * 1024 };

static bool is_there(const char *name, const char *bytes, size_t length)
{
    size_t got = 0;
    if (!file_exists(name))
        return false;
    struct arena *arena = arena_open();
    const char *found = file_load(arena, name, length, &got, NULL);
    bool same = found != NULL && got == length && memcmp(found, bytes, length) == 0;
    arena_close(arena);
    return same;
}

bool blob_write(struct arena *arena, const char *folder, const char *bytes, size_t length, const char **name,
                const char **digest, struct err *err)
{
    *digest = crypto_sha256_hex(arena, bytes, length);
    *name = arena_printf(arena, "%s/blobs/%s", folder, *digest);
    if (is_there(*name, bytes, length))
        return true;
    struct file file = {.fd = -1};
    bool ok = file_mkdirs(arena_printf(arena, "%s/blobs", folder), err) &&
              file_open(&file, *name, FILE_UPDATE, err) && file_write_at(&file, 0, bytes, length, err) &&
              file_truncate(&file, length, err); // in this order: another may write the same, or stand on it
    file_close(&file);
    return ok;
}

// The bytes of a digest ("sha256:…", as trail_blob gave it), followed by a NUL. NULL: they are not there, or
// are others.
static const char *read_blob(struct arena *arena, const char *folder, const char *digest, size_t *length,
                             struct err *err)
{
    static const char prefix[] = "sha256:";
    const char *hex = text_starts(digest, prefix) ? digest + strlen(prefix) : "";
    if (strlen(hex) != 2 * CRYPTO_HASH_SIZE || strspn(hex, "0123456789abcdef") != strlen(hex)) {
        err_set(err, E_TAMPERED, "'%.80s' is no digest of a body", digest);
        return NULL;
    }
    const char *name = arena_printf(arena, "%s/blobs/%s", folder, hex);
    const char *bytes = file_load(arena, name, BLOB_MAX, length, err);
    if (bytes == NULL)
        return NULL;
    if (strcmp(crypto_sha256_hex(arena, bytes, *length), hex) == 0)
        return bytes;
    err_set(err, E_TAMPERED, "%s is not what the log says it is", name);
    return NULL;
}

static bool is_reference(const struct value *value)
{
    const struct value *blob = value_is(value, VALUE_MAP) ? value_get(value, "$blob") : NULL;
    return blob != NULL && value->count == 1 && value_text_at(blob, "digest") != NULL;
}

const struct value *blob_value(struct arena *arena, const char *folder, const struct value *value,
                               struct err *err)
{
    size_t length;
    if (!is_reference(value))
        return value;
    const char *digest = value_text_at(value_get(value, "$blob"), "digest"),
               *bytes = read_blob(arena, folder, digest, &length, err);
    return bytes == NULL ? NULL : json_parse_own(arena, digest, bytes, length, err);
}

bool blob_sync(struct arena *arena, const char *folder, const char *const *names, size_t count,
               struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        struct file file;
        if (!file_open(&file, names[i], FILE_UPDATE, err))
            return false;
        bool ok = file_sync(&file, err);
        file_close(&file);
        if (!ok)
            return false;
    }
    return count == 0 ||
           (file_sync_dir(arena_printf(arena, "%s/blobs", folder), err) && file_sync_dir(folder, err));
}
