// A request that Partner Center sent to a webhook: is it Partner Center's? Pure: fetches nothing.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/crypto.h"
#include "base/err.h"

struct arena;

enum { CALLBACK_MAX = 1024 * 1024, CALLBACK_MAX_HEADERS = 100 };

struct callback {
    const char *signature;       // base64, as it stands in Authorization or x-ms-signature
    const char *algorithm;       // "rsa-sha256"
    const char *certificate_url; // of whoever signed, as the request says
    struct crypto_bytes body;    // as received
};
// A whole HTTP request, byte for byte. E_SYNTAX when it is none; E_REFUSED when it is not signed.
MUST_CHECK bool callback_read(struct arena *arena, const char *name, const char *bytes, size_t length,
                              struct callback *out, struct err *err);
// May the certificate be fetched from there? `hosts`: NULL-terminated. The address comes from whoever sent
// the request, so it counts only on a host that is known beforehand, by https. E_REFUSED.
MUST_CHECK bool callback_check_address(const struct callback *callback, const char *const *hosts,
                                       struct err *err);
// Does the certificate lead to a trusted root (`roots`: see crypto_certificate_fault), is it the
// organisation's, and is the signature over exactly these bytes its own? E_REFUSED.
MUST_CHECK bool callback_verify(struct arena *arena, const struct callback *callback,
                                const struct crypto_bytes *certificate, const struct crypto_bytes *roots,
                                const char *organization, struct err *err);
