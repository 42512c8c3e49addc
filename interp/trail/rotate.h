// Another signing key for a trail, so that who trusts the old one can still follow: the last line that the
// old key signs is key.rotated, which names both; the head that covers it is kept under FOLDER/rotated/; from
// then on the new key signs. Steps, each durable: the new key waits beside the old one; line and head; the
// kept head; both slots signed by the new key; its pin; the key in force.
#pragma once
#include <stdbool.h>

#include "base/err.h"
#include "trail/head.h"

struct arena;

struct rotate {
    const char *state, *config_dir, *folder; // STATE, CONFIG, STATE/trail
    struct note_key from;
    struct note_signer to;
};

void rotate_make(struct rotate *rotate); // draws the new key
// Under the lock, before key.rotated is written: the new key waits. Whoever opens the trail takes one that
// waits for what a crash has left, so it never does without the lock. `now`: the key in force, which another
// process may have changed.
MUST_CHECK bool rotate_begin(struct arena *arena, const struct rotate *rotate, const struct note_key *now,
                             struct err *err);
// Under the lock, with key.rotated as the last signed line: all further steps.
MUST_CHECK bool rotate_finish(struct arena *arena, const struct rotate *rotate, struct err *err);
// Before keys are loaded: finishes what a crash has interrupted, or drops a key that was never named.
MUST_CHECK bool rotate_recover(struct arena *arena, const char *state, const char *config_dir,
                               struct err *err);

// One kept head: "FROM\nTO\n" and the note, signed by FROM. False when the file is not of that form, or the
// note is not signed so.
struct rotate_kept {
    struct note_key from, to;
    struct head_state state;
};
bool rotate_read(struct arena *arena, const char *name, struct rotate_kept *kept);
