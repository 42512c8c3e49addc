// Signatures under playbooks: made, and looked at. Not for which keys are trusted (trail/signers.c), nor for
// what is done where nobody vouches (run/admit.c). Invariant: what is compared is the bytes that run, never
// the file as it is by then.
#include "run/signed.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "run/prepare.h"
#include "trail/note.h"
#include "trail/signers.h"

enum { MAX_NOTE = 64 * 1024 };

static const char program[] = "playbook " PLAYBOOK_VERSION;

const char *signed_file(struct arena *arena, const struct playbook *playbook)
{
    return arena_printf(arena, "%s.sig", playbook->file->name);
}

static const char *text_of(struct arena *arena, const struct playbook *playbook)
{
    return arena_printf(arena, "playbook.signature/v1\n%s\n%s\n%s\n", playbook->name, playbook->version,
                        crypto_digest(arena, playbook->file->bytes, playbook->file->length));
}

const char *signed_note(struct arena *arena, const struct playbook *playbook,
                        const struct note_signer *signer)
{
    return note_sign(arena, signer, text_of(arena, playbook));
}

// What somebody who has read it can mend.
static void find_fault(struct arena *arena, struct signature *signature, const char *fault)
{
    signature->fault = fault;
    signature->hint = arena_printf(arena, "`playbook sign %s` signs it, once somebody has read it",
                                   signature->playbook->file->name);
}

// Whose signature it is; a trusted one's that is over something else is a fault.
static void judge(struct arena *arena, struct signature *signature, const char *note, size_t length,
                  const struct signers *signers)
{
    const char *claimed = note_claimed(arena, note, length);
    for (size_t i = 0; claimed != NULL && i < signers->count; i++) {
        const struct note_key *key = &signers->keys[i];
        const char *text = note_open(arena, note, length, key), *vkey = note_key_text(arena, key);
        bool named = text_starts(vkey, claimed); // both end in an id of eight digits
        if (text == NULL && !named)
            continue;
        if (text == NULL)
            find_fault(arena, signature, arena_printf(arena, "has a signature that is not %s's", key->name));
        else if (strcmp(text, text_of(arena, signature->playbook)) != 0)
            find_fault(arena, signature,
                       arena_printf(arena, "is not what %s signed: it was changed", key->name));
        else
            signature->by = vkey;
        return;
    }
    if (claimed == NULL) {
        find_fault(arena, signature, "has a signature that is no signed note");
        return;
    }
    signature->fault = arena_printf(arena, "is signed by %s, whom nobody here trusts", claimed);
    signature->hint = "`playbook trust VKEY` trusts a key; get it from its owner, not from where the "
                      "playbook came from";
}

struct signature signed_look(struct arena *arena, const struct playbook *playbook,
                             const struct signers *signers)
{
    struct signature signature = {.playbook = playbook};
    struct err err = {0};
    const char *file = signed_file(arena, playbook);
    size_t length;
    if (playbook->file->embedded) {
        signature.by = program;
        return signature;
    }
    signature.is_there = file_exists(file);
    const char *note = signature.is_there ? file_read(arena, file, MAX_NOTE, &length, &err) : NULL;
    if (note != NULL)
        judge(arena, &signature, note, length, signers);
    else
        find_fault(arena, &signature,
                   signature.is_there
                       ? arena_printf(arena, "has a signature that cannot be read: %s", err.message)
                       : "is not signed");
    return signature;
}

bool signed_look_all(struct arena *arena, const char *config_dir, struct prepared_playbook *prepared,
                     struct err *err)
{
    const struct linked *linked = &prepared->linked;
    struct signature *signatures = ARENA_ARRAY(arena, struct signature, linked->count);
    struct signers signers = {0};
    bool own = false;
    for (size_t i = 0; i < linked->count; i++)
        own = own || !linked->playbooks[i]->file->embedded;
    if (own && !signers_load(arena, config_dir, &signers, err))
        return false;
    for (size_t i = 0; i < linked->count; i++)
        signatures[i] = signed_look(arena, linked->playbooks[i], &signers);
    prepared->signatures = signatures;
    return true;
}

const struct value *signed_value(struct arena *arena, const struct prepared_playbook *prepared)
{
    struct value *map = value_map(arena);
    for (size_t i = 0; i < prepared->linked.count; i++) {
        const struct signature *signature = &prepared->signatures[i];
        value_put_text(arena, map,
                       arena_printf(arena, "%s@%s", signature->playbook->name, signature->playbook->version),
                       signature->by);
    }
    return map;
}

bool signed_holds(const struct prepared_playbook *prepared, const struct catalog *catalog, struct err *err)
{
    const char *library = catalog_own_library(catalog);
    REQUIRE(prepared->signatures != NULL);
    for (size_t i = 0; i < prepared->linked.count; i++) {
        const struct signature *signature = &prepared->signatures[i];
        if (signature->by != NULL)
            continue;
        err_set_at(err, E_REFUSED, signature->playbook->pos, "%s %s %s (the policy says only_signed)",
                   signature->playbook->name, signature->playbook->version, signature->fault);
        err_hint(err, "%s", signature->hint);
        return false;
    }
    if (library == NULL)
        return true;
    err_set(err, E_REFUSED,
            "%s/stdlib stands before the library that is built in, and nobody can sign it "
            "(the policy says only_signed)",
            library);
    err_hint(err, "leave that folder out, or run where the policy does not say only_signed");
    return false;
}
