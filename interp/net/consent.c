// The file of a renewed consent. Not for signing in (sign_in.c). Invariant: the file says of which consent it
// is the renewal, by its digest, and is readable by its owner alone; the consent that was given is never
// written.
#include "net/consent.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"

enum { LARGEST = 64 * 1024 };

static const char *digest_of(struct arena *arena, const char *given)
{
    return crypto_sha256_hex(arena, given, strlen(given));
}

const char *consent_load(struct arena *arena, const char *file, const char *given)
{
    size_t length;
    struct err err;
    if (file == NULL || !file_exists(file))
        return given;
    const char *bytes = file_load(arena, file, LARGEST, &length, &err);
    const struct value *kept = bytes == NULL ? NULL : json_parse(arena, NULL, bytes, length, &err);
    const char *of = value_text_at(kept, "of"), *token = value_text_at(kept, "refresh_token");
    return of != NULL && token != NULL && strcmp(of, digest_of(arena, given)) == 0 ? token : given;
}

bool consent_keep(struct arena *arena, const char *file, const char *given, const char *renewed,
                  struct err *err)
{
    struct text text = text_new(arena);
    if (file == NULL)
        return true;
    text_addf(&text, "{\"of\":\"%s\",\"refresh_token\":", digest_of(arena, given));
    json_write_string(&text, renewed);
    text_add(&text, "}\n");
    const char *slash = strrchr(file, '/');
    bool kept = slash != NULL && file_mkdirs(arena_strndup(arena, file, (size_t)(slash - file)), err) &&
                file_replace(file, text.ptr, text.length, err);
    crypto_wipe(text.ptr, text.length);
    return kept;
}
