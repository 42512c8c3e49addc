// Keyed hashes of secrets. Not for finding secrets: a secret is a kind of value (data/value.h).
// Invariant: what mask_value returns holds no secret, so it can be written.
#include "trail/mask.h"

#include <string.h>

#include "base/arena.h"
#include "data/value.h"

char *mask_text(struct arena *arena, const unsigned char key[CRYPTO_KEY_SIZE], const char *secret)
{
    unsigned char mac[CRYPTO_HASH_SIZE];
    crypto_hmac_sha256(key, CRYPTO_KEY_SIZE, secret, strlen(secret), mac);
    return arena_printf(arena, "hmac-sha256:%s", crypto_hex(arena, mac, sizeof mac));
}

const struct value *mask_value(struct arena *arena, const unsigned char key[CRYPTO_KEY_SIZE],
                               const struct value *value)
{
    if (!value_has_secret(value))
        return value;
    struct value *copy;
    if (value->kind == VALUE_LIST) {
        copy = value_list(arena);
        for (size_t i = 0; i < value->count; i++)
            value_append(arena, copy, mask_value(arena, key, value->items[i]));
    } else if (value->kind == VALUE_MAP) {
        copy = value_map(arena);
        for (size_t i = 0; i < value->count; i++)
            value_add(arena, copy, value->fields[i].key, mask_value(arena, key, value->fields[i].value));
    } else {
        copy = value_map(arena);
        value_put_text(arena, copy, "$secret", mask_text(arena, key, value->text));
    }
    return copy;
}
