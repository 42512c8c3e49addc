// The trail's keys: the signing key and the mask key under STATE/keys (0600), the verifier key pinned under
// CONFIG/trusted. The origin of a trail is the name of its key.
#pragma once
#include <stdbool.h>

#include "base/err.h"
#include "trail/note.h"

struct arena;

struct keys {
    struct note_signer signer;
    unsigned char mask[CRYPTO_KEY_SIZE];
    unsigned char seal[CRYPTO_KEY_SIZE]; // authenticates what is derived from the log (frontier.h)
};

// Whether the state directory has a signing key in force.
bool keys_exist(struct arena *arena, const char *state);
// Draws new keys for a new trail of this host and pins the verifier key; they are in force after
// keys_confirm. A mask key that is there already is kept, since old masks depend on it.
MUST_CHECK bool keys_draw(struct arena *arena, const char *state, const char *config_dir, const char *host,
                          struct keys *keys, struct err *err);
// Puts the drawn signing key in force. Fine when one is in force already, or none waits.
MUST_CHECK bool keys_confirm(struct arena *arena, const char *state, struct err *err);
// Reads the keys in force; E_TAMPERED when the pinned verifier key is missing or another.
MUST_CHECK bool keys_load(struct arena *arena, const char *state, const char *config_dir, struct keys *keys,
                          struct err *err);
// For who only reads and may have no right to them: where they are not at hand, the verifier key that is
// pinned for the origin that the head names; no seal fits then.
MUST_CHECK bool keys_load_to_read(struct arena *arena, const char *state, const char *config_dir,
                                  struct keys *keys, struct err *err);
// The verifier key that is pinned for an origin; E_TAMPERED when none is, or the file holds none.
MUST_CHECK bool keys_pinned(struct arena *arena, const char *config_dir, const char *origin,
                            struct note_key *key, struct err *err);
// For readers without a claim to the signing key: the origin that it names, NULL where it is not at hand; and
// the seal that goes with a verifier key, false where the signing key is not at hand or another.
const char *keys_origin(struct arena *arena, const char *state);
bool keys_seal(struct arena *arena, const char *state, const struct note_key *key,
               unsigned char seal[CRYPTO_KEY_SIZE]);
// For others who keep keys (rotate.c, signers.c): a signing key in a file; one line as a whole file; where
// the verifier key of that name is in a folder.
char *keys_read_line(struct arena *arena, const char *name, struct err *err);
char *keys_file_of(struct arena *arena, const char *folder, const char *key);
MUST_CHECK bool keys_read_signer(struct arena *arena, const char *name, struct note_signer *signer,
                                 struct err *err);
MUST_CHECK bool keys_write_line(struct arena *arena, const char *name, const char *line, struct err *err);
// Draws a signing key for a person and writes it to a file (0600) that is not there yet.
MUST_CHECK bool keys_new_signer(struct arena *arena, const char *file, const char *name, struct note_key *key,
                                struct err *err);
void keys_wipe(struct keys *keys);
// CONFIG/trusted/<origin, '/' as '_'>.vkey
char *keys_pin_name(struct arena *arena, const char *config_dir, const char *origin);
