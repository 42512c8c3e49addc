// The trees that the key has signed, and whether the log gives them: both slots of the head, the published
// checkpoint, checkpoints from elsewhere. Not for what was done to a log that gives none (verify_chain.c).
// Invariant: a mark counts as met only when the root of the log's own lines was compared with it.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "trail/cosign.h"
#include "trail/keys.h"
#include "trail/verify_pass.h"

enum { MAX_NOTE = 64 * 1024 };

static void add_mark(struct verify_pass *pass, const char *name, const struct head_state *state)
{
    pass->marks[pass->mark_count++] = (struct verify_mark){.name = name, .state = *state};
}

static void add_checkpoint(struct verify_pass *pass)
{
    struct head_state state;
    if (pass->checkpoint == NULL)
        return;
    if (!verify_keys_open(pass, pass->checkpoint, pass->checkpoint_length, &state)) {
        verify_add(pass, VERIFY_TAMPERED, "checkpoint", -1, -1,
                   "the published checkpoint is not one that the trusted key has signed");
        return;
    }
    pass->report->published = (int64_t)state.size;
    add_mark(pass, "the published checkpoint", &state);
    pass->marks[pass->mark_count - 1].published = true;
}

// When the last of the witnesses signed it; false: one of them did not.
static bool ask_witnesses(struct verify_pass *pass, const char *note, size_t length, const char *name,
                          struct verify_mark *mark, struct err *err)
{
    for (const char *const *text = pass->config->witnesses; text != NULL && *text != NULL; text++) {
        struct note_key witness;
        uint64_t time;
        if (!cosign_parse_key(pass->arena, *text, &witness, err))
            return false;
        if (!cosign_holds(note, length, &witness, &time))
            verify_add(pass, VERIFY_TAMPERED, "witness", -1, -1, "%s is not signed by the witness %s", name,
                       witness.name);
        else if (time <= INT64_MAX / 1000 && (mark->time == 0 || (int64_t)time * 1000 < mark->time))
            mark->time = (int64_t)time * 1000;
    }
    if (mark->time > 0 && (pass->report->witnessed_at < 0 || mark->time < pass->report->witnessed_at))
        pass->report->witnessed_at = mark->time;
    return true;
}

// Copied from a page, or sent as text, a note has other line ends, and none or too many at its end. What is
// signed is what stands in the lines.
static const char *as_written(struct arena *arena, const char *bytes, size_t *length)
{
    char *note = arena_alloc(arena, *length + 2);
    size_t kept = 0;
    for (size_t i = 0; i < *length; i++)
        if (bytes[i] != '\r' || bytes[i + 1] != '\n')
            note[kept++] = bytes[i];
    while (kept > 0 && note[kept - 1] == '\n')
        kept--;
    note[kept++] = '\n';
    note[kept] = '\0';
    *length = kept;
    return note;
}

// A checkpoint, or the one at the end of a tlog-proof.
static bool add_since(struct verify_pass *pass, const char *name, struct err *err)
{
    static const char proof[] = "c2sp.org/tlog-proof@v1\n";
    struct head_state state;
    size_t length;
    const char *bytes = file_read(pass->arena, name, MAX_NOTE, &length, err);
    if (bytes == NULL)
        return false;
    bytes = as_written(pass->arena, bytes, &length);
    const char *note = bytes;
    if (text_starts(bytes, proof)) {
        note = strstr(bytes, "\n\n");
        note = note == NULL ? "" : note + 2;
    }
    if (verify_keys_open(pass, note, length - (size_t)(note - bytes), &state)) {
        add_mark(pass, name, &state);
        return ask_witnesses(pass, note, length - (size_t)(note - bytes), name,
                             &pass->marks[pass->mark_count - 1], err);
    }
    verify_add(pass, VERIFY_TAMPERED, "checkpoint", -1, -1,
               "%s is no checkpoint that the trusted key has signed for this log", name);
    return true;
}

// What this installation itself verified last, where its private key is at hand.
static void add_sealed(struct verify_pass *pass)
{
    unsigned char seal[CRYPTO_KEY_SIZE];
    struct frontier at;
    if (!keys_seal(pass->arena, pass->config->state, &pass->key, seal))
        return;
    if (frontier_read(pass->sealed, pass->sealed_length, seal, &at)) {
        struct head_state state = {.size = at.tree.size};
        tree_root(&at.tree, state.root);
        add_mark(pass, "what was verified last on this machine", &state);
    }
    crypto_wipe(seal, sizeof seal);
}

bool verify_marks_collect(struct verify_pass *pass, struct err *err)
{
    const struct head_state *head = &pass->head.now;
    add_mark(pass, "the head", head);
    if (pass->head.has_old)
        add_mark(pass, "the head's other slot", &pass->head.old);
    for (size_t i = 0; i < pass->handover_count; i++)
        add_mark(pass, "a change of the signing key", &pass->handovers[i].kept.state);
    add_checkpoint(pass);
    add_sealed(pass);
    size_t count = 0;
    for (const char *const *name = pass->config->since; name != NULL && *name != NULL; name++)
        if (++count > VERIFY_MAX_SINCE)
            return err_set(err, E_LIMIT, "more than %d earlier checkpoints", VERIFY_MAX_SINCE);
        else if (!add_since(pass, *name, err))
            return false;
    for (size_t i = 1; i < pass->mark_count; i++)
        if (pass->marks[i].state.size > head->size)
            verify_add(pass, VERIFY_TAMPERED, "rollback", (int64_t)head->size,
                       (int64_t)pass->marks[i].state.size - 1,
                       "the log was rolled back: %s knows %llu lines, the head only %llu%s",
                       pass->marks[i].name, (unsigned long long)pass->marks[i].state.size,
                       (unsigned long long)head->size,
                       pass->head.torn ? ", and its other slot is destroyed" : "");
    return true;
}

void verify_marks_meet(struct verify_pass *pass)
{
    unsigned char root[TREE_HASH];
    bool rooted = false;
    for (size_t i = 0; i < pass->mark_count; i++) {
        struct verify_mark *mark = &pass->marks[i];
        if (mark->state.size != pass->tree.size)
            continue;
        if (!rooted)
            tree_root(&pass->tree, root);
        rooted = true;
        mark->met = memcmp(root, mark->state.root, TREE_HASH) == 0;
        mark->failed = !mark->met;
        if (mark->met && (pass->report->proven_by == NULL || mark->state.size > pass->report->proven)) {
            pass->report->proven = mark->state.size;
            pass->report->proven_by = mark->name;
        }
    }
}

void verify_marks_judge(struct verify_pass *pass)
{
    for (size_t i = 1; i < pass->mark_count; i++)
        if (pass->marks[i].failed)
            verify_add(pass, VERIFY_TAMPERED, "fork", 0, (int64_t)pass->marks[i].state.size - 1,
                       "two histories were signed: %s has another tree of %llu lines", pass->marks[i].name,
                       (unsigned long long)pass->marks[i].state.size);
}
