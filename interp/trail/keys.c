// Where keys are kept. Not for signing (note.c).
// Invariant: a signing key under its final name belongs to a trail that was once whole; a drawn key waits
// beside until the trail's folder is in place. So a missing trail beside a key in force is a loss, never a
// new beginning.
#include "trail/keys.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "trail/head.h"

enum { MAX_KEY_FILE = 1024 };

static char *signer_name(struct arena *arena, const char *state)
{
    return arena_printf(arena, "%s/keys/trail.key", state);
}

static char *drawn_name(struct arena *arena, const char *state)
{
    return arena_printf(arena, "%s/keys/trail.key.drawn", state);
}

static char *mask_name(struct arena *arena, const char *state)
{
    return arena_printf(arena, "%s/keys/mask.key", state);
}

bool keys_exist(struct arena *arena, const char *state)
{
    return file_exists(signer_name(arena, state));
}

char *keys_file_of(struct arena *arena, const char *folder, const char *key)
{
    char *name = arena_strdup(arena, key);
    for (char *c = name; *c != '\0'; c++)
        if (*c == '/')
            *c = '_';
    return arena_printf(arena, "%s/%s.vkey", folder, name);
}

char *keys_pin_name(struct arena *arena, const char *config_dir, const char *origin)
{
    return keys_file_of(arena, arena_printf(arena, "%s/trusted", config_dir), origin);
}

// "playbook/<host>/<twelve random digits>", with characters that a key name may have.
static char *draw_origin(struct arena *arena, const char *host)
{
    uint64_t random;
    char *name = arena_strndup(arena, host, strnlen(host, 64));
    for (char *c = name; *c != '\0'; c++)
        if (*c == '/' || !note_is_name((const char[]){*c, '\0'}))
            *c = '-';
    crypto_random(&random, sizeof random);
    return arena_printf(arena, "playbook/%s/%012llu", *name == '\0' ? "host" : name,
                        (unsigned long long)(random % 1000000000000));
}

bool keys_write_line(struct arena *arena, const char *name, const char *line, struct err *err)
{
    const char *text = arena_printf(arena, "%s\n", line);
    return file_replace(name, text, strlen(text), err);
}

char *keys_read_line(struct arena *arena, const char *name, struct err *err)
{
    size_t length;
    char *text = file_load(arena, name, MAX_KEY_FILE, &length, err);
    while (text != NULL && length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        text[--length] = '\0';
    return text;
}

static void derive_seal(struct keys *keys)
{
    static const char purpose[] = "playbook trail frontier";
    crypto_hmac_sha256(keys->signer.seed, CRYPTO_KEY_SIZE, purpose, sizeof purpose - 1, keys->seal);
}

static bool load_mask(struct arena *arena, const char *state, struct keys *keys, struct err *err)
{
    size_t length = 0;
    const char *line = keys_read_line(arena, mask_name(arena, state), err);
    const unsigned char *bytes = line == NULL ? NULL : crypto_base64_decode(arena, line, &length);
    if (line == NULL)
        return false;
    if (bytes == NULL || length != CRYPTO_KEY_SIZE)
        return err_set(err, E_TRAIL, "%s does not hold a key", mask_name(arena, state));
    memcpy(keys->mask, bytes, CRYPTO_KEY_SIZE);
    return true;
}

static bool draw_mask(struct arena *arena, const char *state, struct keys *keys, struct err *err)
{
    if (file_exists(mask_name(arena, state)))
        return load_mask(arena, state, keys, err);
    crypto_random(keys->mask, sizeof keys->mask);
    return keys_write_line(arena, mask_name(arena, state),
                           crypto_base64(arena, keys->mask, sizeof keys->mask), err);
}

bool keys_draw(struct arena *arena, const char *state, const char *config_dir, const char *host,
               struct keys *keys, struct err *err)
{
    unsigned char seed[CRYPTO_KEY_SIZE];
    crypto_random(seed, sizeof seed);
    keys->signer = note_signer_new(draw_origin(arena, host), seed);
    crypto_wipe(seed, sizeof seed);
    derive_seal(keys);
    const char *pin = keys_pin_name(arena, config_dir, keys->signer.key.name);
    return file_mkdirs(arena_printf(arena, "%s/keys", state), err) &&
           file_mkdirs(arena_printf(arena, "%s/trusted", config_dir), err) &&
           draw_mask(arena, state, keys, err) &&
           keys_write_line(arena, drawn_name(arena, state), note_signer_text(arena, &keys->signer), err) &&
           keys_write_line(arena, pin, note_key_text(arena, &keys->signer.key), err) &&
           file_sync_dir(config_dir, err) && file_sync_dir(arena_printf(arena, "%s/..", config_dir), err);
}

bool keys_confirm(struct arena *arena, const char *state, struct err *err)
{
    const char *drawn = drawn_name(arena, state);
    return keys_exist(arena, state) || !file_exists(drawn) ||
           file_rename(drawn, signer_name(arena, state), err);
}

bool keys_pinned(struct arena *arena, const char *config_dir, const char *origin, struct note_key *key,
                 struct err *err)
{
    struct err own;
    err = err == NULL ? &own : err;
    const char *name = keys_pin_name(arena, config_dir, origin);
    if (file_is_gone(name)) {
        err_set(err, E_TAMPERED, "the trail's verifier key is not pinned: %s is missing", name);
        err_hint(err,
                 "restore that file from where the key was recorded, or give the key to the audit commands "
                 "with --key; the trail's own folder is no source of trust");
        return false;
    }
    const char *line = keys_read_line(arena, name, err);
    if (line == NULL || !note_parse_key(arena, line, key, err)) {
        err_note(err, "while reading %s", name);
        return false;
    }
    return strcmp(key->name, origin) == 0 ||
           err_set(err, E_TAMPERED, "the verifier key pinned in %s is of another trail, %s", name, key->name);
}

static bool check_pin(struct arena *arena, const char *config_dir, const struct note_key *key,
                      struct err *err)
{
    struct note_key pinned;
    if (!keys_pinned(arena, config_dir, key->name, &pinned, err))
        return false;
    return note_same_key(&pinned, key) ||
           err_set(err, E_TAMPERED, "the trail's signing key is not the one pinned in %s",
                   keys_pin_name(arena, config_dir, key->name));
}

bool keys_read_signer(struct arena *arena, const char *name, struct note_signer *signer, struct err *err)
{
    char *line = keys_read_line(arena, name, err);
    if (line == NULL)
        return false;
    bool parsed = note_parse_signer(arena, line, signer, err);
    crypto_wipe(line, strlen(line));
    if (!parsed)
        err_note(err, "while reading %s", name);
    return parsed;
}

bool keys_new_signer(struct arena *arena, const char *file, const char *name, struct note_key *key,
                     struct err *err)
{
    unsigned char seed[CRYPTO_KEY_SIZE];
    if (!note_is_name(name))
        return err_set(err, E_USAGE, "the name of a key has letters, digits and . _ / -, not '%.60s'", name);
    if (file_exists(file))
        return err_set(err, E_FILE, "%s is there already, and what it signed would be lost with it", file);
    crypto_random(seed, sizeof seed);
    struct note_signer signer = note_signer_new(name, seed);
    crypto_wipe(seed, sizeof seed);
    *key = signer.key;
    char *line = note_signer_text(arena, &signer);
    bool ok = keys_write_line(arena, file, line, err);
    crypto_wipe(line, strlen(line));
    crypto_wipe(signer.seed, sizeof signer.seed);
    return ok;
}

bool keys_load(struct arena *arena, const char *state, const char *config_dir, struct keys *keys,
               struct err *err)
{
    if (!keys_read_signer(arena, signer_name(arena, state), &keys->signer, err))
        return false;
    derive_seal(keys);
    return load_mask(arena, state, keys, err) && check_pin(arena, config_dir, &keys->signer.key, err);
}

bool keys_load_to_read(struct arena *arena, const char *state, const char *config_dir, struct keys *keys,
                       struct err *err)
{
    if (keys_exist(arena, state))
        return keys_load(arena, state, config_dir, keys, err);
    size_t length;
    const char *name = arena_printf(arena, "%s/trail/head", state),
               *head = file_load(arena, name, HEAD_FILE, &length, err);
    if (head == NULL)
        return false;
    const char *origin = length < HEAD_FILE ? NULL : head_origin(arena, (const unsigned char *)head);
    crypto_random(keys->seal, sizeof keys->seal);
    return origin != NULL ? keys_pinned(arena, config_dir, origin, &keys->signer.key, err)
                          : err_set(err, E_TAMPERED, "%s does not say whose trail it is", name);
}

const char *keys_origin(struct arena *arena, const char *state)
{
    struct note_signer signer;
    if (!keys_exist(arena, state) || !keys_read_signer(arena, signer_name(arena, state), &signer, NULL))
        return NULL;
    crypto_wipe(signer.seed, sizeof signer.seed);
    return signer.key.name;
}

bool keys_seal(struct arena *arena, const char *state, const struct note_key *key,
               unsigned char seal[CRYPTO_KEY_SIZE])
{
    struct keys keys;
    if (!keys_exist(arena, state) || !keys_read_signer(arena, signer_name(arena, state), &keys.signer, NULL))
        return false;
    derive_seal(&keys);
    memcpy(seal, keys.seal, CRYPTO_KEY_SIZE);
    crypto_wipe(&keys.signer.seed, CRYPTO_KEY_SIZE);
    return memcmp(keys.signer.key.public_key, key->public_key, CRYPTO_KEY_SIZE) == 0;
}

void keys_wipe(struct keys *keys)
{
    crypto_wipe(keys->signer.seed, sizeof keys->signer.seed);
    crypto_wipe(keys->mask, sizeof keys->mask);
    crypto_wipe(keys->seal, sizeof keys->seal);
}
