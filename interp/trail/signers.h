// The keys whose signature under a playbook counts on this machine: CONFIG/trusted/playbooks/NAME.vkey, one
// verifier key each. The pins of trails lie beside that folder, in CONFIG/trusted/: neither counts for the
// other.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "trail/note.h"

struct arena;

struct signers {
    struct note_key *keys; // in the order of their files' names
    size_t count;
};

// None where there is no such folder. E_CONFIG when a file there holds no verifier key: what is damaged is
// not taken for what was never there.
MUST_CHECK bool signers_load(struct arena *arena, const char *config_dir, struct signers *signers,
                             struct err *err);
// Pins a key. One that is pinned already is fine; another of that name is E_USAGE: remove that first.
MUST_CHECK bool signers_add(struct arena *arena, const char *config_dir, const struct note_key *key,
                            struct err *err);
// E_UNKNOWN_NAME, with the nearest one, when no key of that name is pinned.
MUST_CHECK bool signers_remove(struct arena *arena, const char *config_dir, const char *name,
                               struct err *err);
// Where a key of that name is.
const char *signers_file(struct arena *arena, const char *config_dir, const char *name);
