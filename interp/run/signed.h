// Who vouches for a playbook. A writer signs it: a signed note over its name, version and the digest of its
// bytes, beside it as FILE.sig. What is built in is vouched for by the program. A signature is over one
// playbook: each that it calls has its own.
#pragma once
#include "base/err.h"

struct arena;
struct catalog;
struct linked;
struct note_signer;
struct playbook;
struct prepared_playbook;
struct signers;
struct value;

struct signature {
    const struct playbook *playbook;
    const char
        *by; // the verifier key of who signed it, and is trusted; "playbook VERSION": built in; or NULL
    const char *fault; // where nobody vouches: what is wrong, as in "… is not signed"
    const char *hint;
    bool is_there; // it has been signed, by whomever
};

const char *signed_file(struct arena *arena, const struct playbook *playbook); // FILE.sig
// The note, to be written there.
const char *signed_note(struct arena *arena, const struct playbook *playbook,
                        const struct note_signer *signer);
// Looks at one playbook, at the bytes that were read of it.
struct signature signed_look(struct arena *arena, const struct playbook *playbook,
                             const struct signers *signers);
// Looks at a prepared playbook and at all that it calls. The keys are read only where one is not built in.
MUST_CHECK bool signed_look_all(struct arena *arena, const char *config_dir,
                                struct prepared_playbook *prepared, struct err *err);
// "NAME@VERSION" → who vouches for it, or null: what the trail says of a run that was looked at.
const struct value *signed_value(struct arena *arena, const struct prepared_playbook *prepared);
// Does somebody vouch for all that would run? Otherwise E_REFUSED at the first playbook that nobody vouches
// for, or for a library of one's own, which nobody can vouch for.
MUST_CHECK bool signed_holds(const struct prepared_playbook *prepared, const struct catalog *catalog,
                             struct err *err);
