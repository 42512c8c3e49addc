// Signed notes. Not for what a note says (head.c), nor for where keys are kept (keys.c).
// Invariant: whatever parses here is canonical: written again it gives the same bytes.
#include "trail/note.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { TYPE_ED25519 = 0x01, MAX_SIGNATURES = 100, ID_SIZE = 4 };

static const char dash[] = "\xE2\x80\x94 "; // U+2014 and a blank begin every signature line
static const char signer_prefix[] = "PRIVATE+KEY+";

bool note_is_name(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-";
    return *name != '\0' && name[strspn(name, allowed)] == '\0';
}

bool note_same_key(const struct note_key *a, const struct note_key *b)
{
    return strcmp(a->name, b->name) == 0 && memcmp(a->public_key, b->public_key, CRYPTO_KEY_SIZE) == 0;
}

static uint32_t read_id(const unsigned char bytes[ID_SIZE])
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t key_id(const char *name, const unsigned char public_key[CRYPTO_KEY_SIZE])
{
    struct arena *arena = arena_open();
    struct text text = text_new(arena);
    unsigned char hash[CRYPTO_HASH_SIZE];
    text_addf(&text, "%s\n", name);
    text_addc(&text, TYPE_ED25519);
    text_addn(&text, (const char *)public_key, CRYPTO_KEY_SIZE);
    crypto_sha256(text.ptr, text.length, hash);
    arena_close(arena);
    return read_id(hash);
}

struct note_signer note_signer_new(const char *name, const unsigned char seed[CRYPTO_KEY_SIZE])
{
    struct note_signer signer = {.key = {.name = name}};
    memcpy(signer.seed, seed, CRYPTO_KEY_SIZE);
    crypto_ed25519_public(seed, signer.key.public_key);
    signer.key.id = key_id(name, signer.key.public_key);
    return signer;
}

// name, id and base64 of the type byte and 32 bytes.
static char *key_text(struct arena *arena, const char *prefix, const struct note_key *key,
                      const unsigned char bytes[CRYPTO_KEY_SIZE])
{
    unsigned char typed[1 + CRYPTO_KEY_SIZE] = {TYPE_ED25519};
    memcpy(typed + 1, bytes, CRYPTO_KEY_SIZE);
    char *text = arena_printf(arena, "%s%s+%08x+%s", prefix, key->name, (unsigned)key->id,
                              crypto_base64(arena, typed, sizeof typed));
    crypto_wipe(typed, sizeof typed);
    return text;
}

char *note_key_text(struct arena *arena, const struct note_key *key)
{
    return key_text(arena, "", key, key->public_key);
}

char *note_signer_text(struct arena *arena, const struct note_signer *signer)
{
    return key_text(arena, signer_prefix, &signer->key, signer->seed);
}

// Splits at the first two '+': base64 may hold more. Fills name and bytes; the id is compared by the caller.
static bool parse_key_text(struct arena *arena, const char *text, struct note_key *key,
                           unsigned char bytes[CRYPTO_KEY_SIZE])
{
    const char *first = strchr(text, '+');
    const char *second = first == NULL ? NULL : strchr(first + 1, '+');
    if (second == NULL || second - first != 9 || strspn(first + 1, "0123456789abcdef") != 8)
        return false;
    key->name = arena_strndup(arena, text, (size_t)(first - text));
    key->id = 0;
    for (const char *c = first + 1; c < second; c++)
        key->id = key->id << 4 | (uint32_t)text_hex_value(*c);
    size_t length;
    unsigned char *typed = crypto_base64_decode(arena, second + 1, &length);
    if (typed == NULL || length != 1 + CRYPTO_KEY_SIZE || typed[0] != TYPE_ED25519 ||
        !note_is_name(key->name))
        return false;
    memcpy(bytes, typed + 1, CRYPTO_KEY_SIZE);
    return true;
}

bool note_parse_key(struct arena *arena, const char *text, struct note_key *key, struct err *err)
{
    if (!parse_key_text(arena, text, key, key->public_key))
        return err_set(err, E_SYNTAX, "not a verifier key (name+hash+base64, Ed25519)");
    if (key->id != key_id(key->name, key->public_key))
        return err_set(err, E_SYNTAX, "the verifier key's hash does not belong to its name and key");
    return true;
}

bool note_parse_signer(struct arena *arena, const char *text, struct note_signer *signer, struct err *err)
{
    struct note_key key;
    unsigned char seed[CRYPTO_KEY_SIZE];
    if (!text_starts(text, signer_prefix) ||
        !parse_key_text(arena, text + sizeof signer_prefix - 1, &key, seed))
        return err_set(err, E_SYNTAX, "not a signing key (PRIVATE+KEY+name+hash+base64, Ed25519)");
    *signer = note_signer_new(key.name, seed);
    crypto_wipe(seed, sizeof seed);
    if (signer->key.id != key.id)
        return err_set(err, E_SYNTAX, "the signing key's hash does not belong to its name and key");
    return true;
}

char *note_sign(struct arena *arena, const struct note_signer *signer, const char *text)
{
    unsigned char bytes[ID_SIZE + CRYPTO_SIGNATURE_SIZE];
    for (int i = 0; i < ID_SIZE; i++)
        bytes[i] = (unsigned char)(signer->key.id >> (24 - 8 * i));
    crypto_ed25519_sign(signer->seed, signer->key.public_key, text, strlen(text), bytes + ID_SIZE);
    return arena_printf(arena, "%s\n%s%s %s\n", text, dash, signer->key.name,
                        crypto_base64(arena, bytes, sizeof bytes));
}

char *note_line(struct arena *arena, const char **at)
{
    const char *end = strchr(*at, '\n');
    if (end == NULL)
        return NULL;
    char *line = arena_strndup(arena, *at, (size_t)(end - *at));
    *at = end + 1;
    return line;
}

static bool is_clean(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        unsigned code;
        size_t size = text_utf8(bytes + i, length - i, &code);
        if (size == 0 || (code < 0x20 && code != '\n'))
            return false;
        i += size;
    }
    return length > 0 && bytes[length - 1] == '\n';
}

bool note_parse_signature(struct arena *arena, const char *line, struct note_signature *out)
{
    if (!text_starts(line, dash))
        return false;
    const char *name = line + sizeof dash - 1, *blank = strchr(name, ' ');
    if (blank == NULL || blank == name || memchr(name, '+', (size_t)(blank - name)) != NULL)
        return false;
    size_t length;
    unsigned char *bytes = crypto_base64_decode(arena, blank + 1, &length);
    if (bytes == NULL || length <= ID_SIZE)
        return false;
    *out = (struct note_signature){arena_strndup(arena, name, (size_t)(blank - name)), read_id(bytes),
                                   bytes + ID_SIZE, length - ID_SIZE};
    return true;
}

// Walks the signature lines. *valid: the key (may be NULL) has signed the text; false: malformed, or the
// key's own line does not verify.
static bool check_signatures(struct arena *arena, const char *lines, const char *text,
                             const struct note_key *key, bool *valid)
{
    int count = 0;
    *valid = false;
    while (*lines != '\0') {
        struct note_signature signature;
        const char *line = note_line(arena, &lines);
        if (line == NULL || !note_parse_signature(arena, line, &signature) || ++count > MAX_SIGNATURES)
            return false;
        if (key == NULL || signature.id != key->id || strcmp(signature.name, key->name) != 0 || *valid)
            continue;
        *valid = signature.length == CRYPTO_SIGNATURE_SIZE &&
                 crypto_ed25519_verify(key->public_key, text, strlen(text), signature.bytes);
        if (!*valid)
            return false;
    }
    return count > 0;
}

// The text, when the note is well formed and (with a key) signed by it.
static char *open_note(struct arena *arena, const char *bytes, size_t length, const struct note_key *key)
{
    if (!is_clean(bytes, length))
        return NULL;
    const char *copy = arena_strndup(arena, bytes, length), *blank = NULL;
    for (const char *at = copy; (at = strstr(at, "\n\n")) != NULL; at++)
        blank = at;
    if (blank == NULL)
        return NULL;
    char *text = arena_strndup(arena, copy, (size_t)(blank - copy) + 1);
    bool valid;
    if (!check_signatures(arena, blank + 2, text, key, &valid))
        return NULL;
    return key == NULL || valid ? text : NULL;
}

char *note_text(struct arena *arena, const char *bytes, size_t length)
{
    return open_note(arena, bytes, length, NULL);
}

char *note_open(struct arena *arena, const char *bytes, size_t length, const struct note_key *key)
{
    return open_note(arena, bytes, length, key);
}

char *note_claimed(struct arena *arena, const char *bytes, size_t length)
{
    struct note_signature signature;
    const char *text = note_text(arena, bytes, length);
    const char *lines = text == NULL ? NULL : arena_strndup(arena, bytes, length) + strlen(text) + 1;
    const char *line = lines == NULL ? NULL : note_line(arena, &lines);
    if (line == NULL || !note_parse_signature(arena, line, &signature))
        return NULL;
    return arena_printf(arena, "%s+%08x", signature.name, (unsigned)signature.id);
}

bool note_parse_decimal(const char *text, uint64_t *number)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 16 || text[digits] != '\0' || (digits > 1 && text[0] == '0'))
        return false;
    *number = 0;
    for (size_t i = 0; i < digits; i++)
        *number = *number * 10 + (uint64_t)(text[i] - '0');
    return *number <= (uint64_t)1 << 53;
}

bool note_parse_hash(struct arena *arena, const char *text, unsigned char hash[CRYPTO_HASH_SIZE])
{
    size_t length;
    unsigned char *bytes = crypto_base64_decode(arena, text, &length);
    if (bytes == NULL || length != CRYPTO_HASH_SIZE)
        return false;
    memcpy(hash, bytes, CRYPTO_HASH_SIZE);
    return true;
}
