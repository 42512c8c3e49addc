// Secrets in records: a keyed hash stands for the text, equal for equal secrets within one trail and nowhere
// else.
#pragma once
#include "base/crypto.h"

struct arena;
struct value;

// "hmac-sha256:<hex>".
char *mask_text(struct arena *arena, const unsigned char key[CRYPTO_KEY_SIZE], const char *secret);
// A copy in which every secret is {"$secret": "hmac-sha256:…"}; a value without secrets is returned as it is.
const struct value *mask_value(struct arena *arena, const unsigned char key[CRYPTO_KEY_SIZE],
                               const struct value *value);
