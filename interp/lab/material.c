// Made-up key material. Not cryptography: nothing here protects anything; the signature of a certificate is
// noise. Invariant: a certificate is well-formed DER that any X.509 reader takes.
#include "lab/material.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/panic.h"
#include "base/text.h"

enum { MODULUS = 256, DER_MAX = 2048 };

static unsigned char *noise(struct arena *arena, const char *label, size_t length)
{
    unsigned char *bytes = arena_alloc(arena, length + CRYPTO_HASH_SIZE);
    for (size_t done = 0; done < length; done += CRYPTO_HASH_SIZE) {
        char *block = arena_printf(arena, "%s/%zu", label, done);
        crypto_sha256(block, strlen(block), bytes + done);
    }
    return bytes;
}

char *material_bytes(struct arena *arena, const char *label, size_t length)
{
    return crypto_base64url(arena, noise(arena, label, length), length);
}

static unsigned char *modulus(struct arena *arena, const char *label)
{
    unsigned char *bytes = noise(arena, label, MODULUS);
    bytes[0] |= 0x80;
    bytes[MODULUS - 1] |= 0x01;
    return bytes;
}

char *material_modulus(struct arena *arena, const char *label)
{
    return crypto_base64url(arena, modulus(arena, label), MODULUS);
}

char *material_version(struct arena *arena)
{
    unsigned char bytes[16];
    crypto_random(bytes, sizeof bytes);
    return crypto_hex(arena, bytes, sizeof bytes);
}

// DER is written backwards, so that every length is known when its tag is written.
struct der {
    unsigned char bytes[DER_MAX];
    size_t at; // first byte in use
};

static void der_put(struct der *der, const void *bytes, size_t length)
{
    REQUIRE(length <= der->at);
    der->at -= length;
    memcpy(der->bytes + der->at, bytes, length);
}

// Closes what was written since `end` under a tag.
static void der_tag(struct der *der, unsigned char tag, size_t end)
{
    size_t length = end - der->at;
    unsigned char head[4] = {tag, (unsigned char)length};
    size_t size = 2;
    if (length > 255) {
        head[1] = 0x82;
        head[2] = (unsigned char)(length >> 8);
        head[3] = (unsigned char)length;
        size = 4;
    } else if (length > 127) {
        head[1] = 0x81;
        head[2] = (unsigned char)length;
        size = 3;
    }
    der_put(der, head, size);
}

static void der_leaf(struct der *der, unsigned char tag, const void *bytes, size_t length)
{
    size_t end = der->at;
    der_put(der, bytes, length);
    der_tag(der, tag, end);
}

static void der_algorithm(struct der *der, unsigned char last)
{
    const unsigned char oid[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, last};
    size_t end = der->at;
    der_leaf(der, 0x05, "", 0);
    der_leaf(der, 0x06, oid, sizeof oid);
    der_tag(der, 0x30, end);
}

static void der_name(struct der *der, const char *name)
{
    static const unsigned char common_name[] = {0x55, 0x04, 0x03};
    size_t end = der->at;
    der_leaf(der, 0x0c, name, strnlen(name, 64));
    der_leaf(der, 0x06, common_name, sizeof common_name);
    der_tag(der, 0x30, end);
    der_tag(der, 0x31, end);
    der_tag(der, 0x30, end);
}

// GeneralizedTime "20261122021530Z" from "20261122T021530Z".
static void der_time(struct der *der, struct arena *arena, int64_t ms)
{
    char *compact = clock_compact(arena, ms);
    memmove(compact + 8, compact + 9, strlen(compact + 9) + 1);
    der_leaf(der, 0x18, compact, strlen(compact));
}

static void der_bits(struct der *der, size_t end)
{
    der_put(der, "\0", 1);
    der_tag(der, 0x03, end);
}

static void der_public_key(struct der *der, const unsigned char *number)
{
    size_t end = der->at, sequence = der->at;
    der_leaf(der, 0x02, "\x01\x00\x01", 3);
    size_t integer = der->at;
    der_put(der, number, MODULUS);
    der_put(der, "\0", 1);
    der_tag(der, 0x02, integer);
    der_tag(der, 0x30, sequence);
    der_bits(der, end);
    der_algorithm(der, 0x01);
    der_tag(der, 0x30, end);
}

char *material_certificate(struct arena *arena, const char *label, const char *subject, int64_t from,
                           int64_t until)
{
    const char *name = text_starts_nocase(subject, "CN=") ? subject + 3 : subject;
    struct der *der = ARENA_NEW(arena, struct der);
    der->at = DER_MAX;
    der_put(der, noise(arena, arena_printf(arena, "signature/%s", label), MODULUS), MODULUS);
    der_bits(der, DER_MAX);
    der_algorithm(der, 0x0b);
    size_t end = der->at;
    der_public_key(der, modulus(arena, label));
    der_name(der, name);
    size_t validity = der->at;
    der_time(der, arena, until);
    der_time(der, arena, from);
    der_tag(der, 0x30, validity);
    der_name(der, name);
    der_algorithm(der, 0x0b);
    unsigned char serial[17];
    memcpy(serial, noise(arena, arena_printf(arena, "serial/%s", label), 16), 16);
    serial[0] = (unsigned char)((serial[0] & 0x3f) | 0x40);
    der_leaf(der, 0x02, serial, 16);
    size_t version = der->at;
    der_leaf(der, 0x02, "\0", 1);
    der->bytes[der->at + 2] = 2; // X.509 version 3
    der_tag(der, 0xa0, version);
    der_tag(der, 0x30, end);
    der_tag(der, 0x30, DER_MAX);
    return crypto_base64(arena, der->bytes + der->at, DER_MAX - der->at);
}

char *material_thumbprint(struct arena *arena, const char *certificate)
{
    unsigned char thumbprint[CRYPTO_THUMBPRINT_SIZE];
    struct text pem = text_new(arena);
    text_add(&pem, "-----BEGIN CERTIFICATE-----\n");
    for (size_t at = 0, length = strlen(certificate); at < length; at += 64)
        text_addf(&pem, "%.64s\n", certificate + at);
    text_add(&pem, "-----END CERTIFICATE-----\n");
    REQUIRE(crypto_certificate_thumbprint(pem.ptr, pem.length, thumbprint));
    return crypto_base64url(arena, thumbprint, sizeof thumbprint);
}
