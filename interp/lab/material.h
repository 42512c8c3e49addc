// Key material that looks right and opens nothing: RSA moduli, X.509 certificates, their thumbprints,
// passwords. The same label gives the same bytes, so that two estates made from one seed hold the same keys.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct arena;

char *material_bytes(struct arena *arena, const char *label, size_t length); // base64url
char *material_modulus(struct arena *arena, const char *label);              // base64url, 2048 bits, odd
char *material_version(struct arena *arena);                                 // 32 fresh hexadecimal digits
// DER in base64; `subject` is "CN=…"; valid from and until these times (milliseconds).
char *material_certificate(struct arena *arena, const char *label, const char *subject, int64_t from,
                           int64_t until);
char *material_thumbprint(struct arena *arena, const char *certificate); // SHA-1, base64url
