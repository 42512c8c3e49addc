// The two-slot head. Not for the file it stands in (store.c).
// Invariant: a slot counts only as a whole: valid note, our origin, nothing but NULs behind it.
#include "trail/head.h"

#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"

void head_write(const struct note_signer *signer, const struct head_state *state,
                unsigned char slot[HEAD_SLOT])
{
    struct arena *arena = arena_open();
    const char *text =
        arena_printf(arena, "%s\n%llu\n%s\n", signer->key.name, (unsigned long long)state->size,
                     crypto_base64(arena, state->root, TREE_HASH));
    const char *note = note_sign(arena, signer, text);
    REQUIRE(strlen(note) < HEAD_SLOT);
    memset(slot, 0, HEAD_SLOT);
    memcpy(slot, note, strlen(note));
    arena_close(arena);
}

static bool is_blank(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

// Origin, size and root, and no line more.
static bool parse_text(struct arena *arena, const char *text, const char *origin, struct head_state *state)
{
    const char *name = note_line(arena, &text), *size = name == NULL ? NULL : note_line(arena, &text);
    const char *root = size == NULL ? NULL : note_line(arena, &text);
    if (root == NULL || *text != '\0' || strcmp(name, origin) != 0 ||
        !note_parse_decimal(size, &state->size) || !note_parse_hash(arena, root, state->root))
        return false;
    if (state->size > 0)
        return true;
    unsigned char nothing[TREE_HASH];
    tree_root(&(struct tree){0}, nothing);
    return memcmp(state->root, nothing, TREE_HASH) == 0;
}

bool head_parse(const char *bytes, size_t length, const struct note_key *key, bool verify,
                struct head_state *state)
{
    struct arena *arena = arena_open();
    const char *text = verify ? note_open(arena, bytes, length, key) : note_text(arena, bytes, length);
    bool ok = text != NULL && parse_text(arena, text, key->name, state);
    arena_close(arena);
    return ok;
}

static bool read_slot(const unsigned char slot[HEAD_SLOT], const struct note_key *key, bool verify,
                      struct head_state *state)
{
    size_t length = strnlen((const char *)slot, HEAD_SLOT);
    return is_blank(slot + length, HEAD_SLOT - length) &&
           head_parse((const char *)slot, length, key, verify, state);
}

bool head_read(const unsigned char bytes[HEAD_FILE], const struct note_key *key, bool verify,
               struct head *head, struct err *err)
{
    struct head_state states[2];
    bool valid[2];
    for (int i = 0; i < 2; i++)
        valid[i] = read_slot(bytes + i * HEAD_SLOT, key, verify, &states[i]);
    if (!valid[0] && !valid[1]) {
        err_set(err, E_TAMPERED, "the trail's head has no slot that its key has signed");
        err_note(err, "the key is %s+%08x", key->name, (unsigned)key->id);
        return false;
    }
    if (valid[0] && valid[1] && states[0].size == states[1].size &&
        memcmp(states[0].root, states[1].root, TREE_HASH) != 0)
        return err_set(err, E_TAMPERED, "the trail's head holds two different trees of size %llu",
                       (unsigned long long)states[0].size);
    head->slot = valid[1] && (!valid[0] || states[1].size > states[0].size);
    head->now = states[head->slot];
    head->has_old = valid[0] && valid[1];
    if (head->has_old)
        head->old = states[!head->slot];
    bool fresh = head->slot == 0 && head->now.size == 0 && is_blank(bytes + HEAD_SLOT, HEAD_SLOT);
    head->torn = !head->has_old && !fresh;
    return true;
}

const char *head_origin(struct arena *arena, const unsigned char bytes[HEAD_FILE])
{
    const char *text = NULL;
    for (int slot = 0; text == NULL && slot < 2; slot++) {
        const char *start = (const char *)bytes + slot * HEAD_SLOT;
        text = note_text(arena, start, strnlen(start, HEAD_SLOT));
    }
    return text == NULL ? NULL : note_line(arena, &text);
}
