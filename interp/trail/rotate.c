// Changes the signing key. Not for following such changes (verify_keys.c). Invariants: a new key is in force
// only after a line that the old key has signed names it; both keys sign the same tree at that point, and no
// smaller or other one later; whatever step a crash comes before, the trail opens again.
#include "trail/rotate.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "trail/entry.h"
#include "trail/keys.h"
#include "trail/lines.h"

enum { MAX_KEPT = 16 * 1024 };

static char *next_name(struct arena *arena, const char *state)
{
    return arena_printf(arena, "%s/keys/trail.key.next", state);
}

static char *kept_name(struct arena *arena, const char *folder, uint64_t size)
{
    return arena_printf(arena, "%s/rotated/%016llu", folder, (unsigned long long)size);
}

void rotate_make(struct rotate *rotate)
{
    unsigned char seed[CRYPTO_KEY_SIZE];
    crypto_random(seed, sizeof seed);
    rotate->to = note_signer_new(rotate->from.name, seed);
    crypto_wipe(seed, sizeof seed);
}

bool rotate_begin(struct arena *arena, const struct rotate *rotate, const struct note_key *now,
                  struct err *err)
{
    if (now->id != rotate->from.id) {
        err_set(err, E_TRAIL, "another process has just changed the key");
        err_hint(err, "try again, if it is still meant");
        return false;
    }
    return keys_write_line(arena, next_name(arena, rotate->state), note_signer_text(arena, &rotate->to), err);
}

static char *head_name(struct arena *arena, const struct rotate *rotate)
{
    return arena_printf(arena, "%s/head", rotate->folder);
}

static bool read_head(struct arena *arena, const struct rotate *rotate, unsigned char slots[HEAD_FILE],
                      struct head *head, struct err *err)
{
    size_t length;
    const char *bytes = file_load(arena, head_name(arena, rotate), HEAD_FILE, &length, err);
    if (bytes == NULL)
        return false;
    if (length != HEAD_FILE)
        return err_set(err, E_TAMPERED, "the head of the trail has %zu bytes", length);
    memcpy(slots, bytes, HEAD_FILE);
    return head_read(slots, &rotate->from, true, head, err);
}

// From the kept head on. The lines that it covers are durable, and no later ones are signed. The slot that
// counts stands until the other one does.
static bool put_in_force(struct arena *arena, const struct rotate *rotate, const struct head_state *state,
                         int counting, struct err *err)
{
    unsigned char slot[HEAD_SLOT];
    struct file heads;
    head_write(&rotate->to, state, slot);
    if (!file_open(&heads, head_name(arena, rotate), FILE_UPDATE, err))
        return false;
    uint64_t last = (uint64_t)counting * HEAD_SLOT, first = HEAD_SLOT - last;
    bool ok = file_write_at(&heads, first, slot, HEAD_SLOT, err) && file_sync(&heads, err) &&
              file_write_at(&heads, last, slot, HEAD_SLOT, err) && file_sync(&heads, err);
    file_close(&heads);
    return ok &&
           keys_write_line(arena, keys_pin_name(arena, rotate->config_dir, rotate->to.key.name),
                           note_key_text(arena, &rotate->to.key), err) &&
           file_rename(next_name(arena, rotate->state),
                       arena_printf(arena, "%s/keys/trail.key", rotate->state), err);
}

bool rotate_finish(struct arena *arena, const struct rotate *rotate, struct err *err)
{
    unsigned char slots[HEAD_FILE];
    struct head head;
    if (!read_head(arena, rotate, slots, &head, err))
        return false;
    const char *folder = arena_printf(arena, "%s/rotated", rotate->folder);
    const char *kept =
        arena_printf(arena, "%s\n%s\n%s", note_key_text(arena, &rotate->from),
                     note_key_text(arena, &rotate->to.key), (const char *)slots + head.slot * HEAD_SLOT);
    return file_mkdirs(folder, err) && file_sync_dir(rotate->folder, err) &&
           file_replace(kept_name(arena, rotate->folder, head.now.size), kept, strlen(kept), err) &&
           put_in_force(arena, rotate, &head.now, head.slot, err);
}

bool rotate_read(struct arena *arena, const char *name, struct rotate_kept *kept)
{
    size_t length;
    const char *bytes = file_load(arena, name, MAX_KEPT, &length, NULL), *at = bytes;
    const char *from = at == NULL ? NULL : note_line(arena, &at),
               *to = from == NULL ? NULL : note_line(arena, &at);
    return to != NULL && note_parse_key(arena, from, &kept->from, NULL) &&
           note_parse_key(arena, to, &kept->to, NULL) && strcmp(kept->from.name, kept->to.name) == 0 &&
           head_parse(at, length - (size_t)(at - bytes), &kept->from, true, &kept->state);
}

// The kept head that hands over to the new key; false when that step was not reached.
static bool find_kept(struct arena *arena, const struct rotate *rotate, struct head_state *state)
{
    const char *folder = arena_printf(arena, "%s/rotated", rotate->folder);
    struct rotate_kept kept;
    for (char **name = folder_list(arena, folder); *name != NULL; name++)
        if (rotate_read(arena, arena_printf(arena, "%s/%s", folder, *name), &kept) &&
            note_same_key(&kept.to, &rotate->to.key)) {
            *state = kept.state;
            return true;
        }
    return false;
}

// Whether the last line that the old key has signed names the new one.
static bool is_named(struct arena *arena, const struct rotate *rotate, const struct head *head, bool *named,
                     struct err *err)
{
    struct file log;
    const char *member = arena_printf(arena, "\"to\":\"%s\"", note_key_text(arena, &rotate->to.key));
    *named = false;
    if (!file_open(&log, arena_printf(arena, "%s/log.jsonl", rotate->folder), FILE_READ, err))
        return false;
    struct lines lines = lines_new(arena, &log, 0);
    struct entry entry;
    bool ok = true;
    for (uint64_t i = 0; ok && i < head->now.size; i++)
        ok = lines_next(&lines, err) &&
             (lines.line != NULL || err_set(err, E_TAMPERED, "%s ends before line %llu, which is signed",
                                            log.name, (unsigned long long)head->now.size - 1));
    if (ok && lines.line != NULL)
        *named = entry_read(lines.line, lines.length, &entry) && entry_is(&entry, "key.rotated") &&
                 memmem(lines.line, lines.length, member, strlen(member)) != NULL;
    file_close(&log);
    return ok;
}

// Under the lock. The new key is removed only where all that could name it was read.
static bool recover(struct arena *arena, struct rotate *rotate, struct err *err)
{
    unsigned char slots[HEAD_FILE];
    struct head head;
    struct head_state kept;
    struct err why;
    bool by_old = read_head(arena, rotate, slots, &head, &why), named = false;
    if (find_kept(arena, rotate, &kept) && (!by_old || head.now.size <= kept.size))
        return put_in_force(arena, rotate, &kept, by_old ? head.slot : 0, err);
    if (!by_old && file_exists(head_name(arena, rotate))) {
        *err = why;
        return false;
    }
    if (by_old && !is_named(arena, rotate, &head, &named, err))
        return false;
    if (named)
        return rotate_finish(arena, rotate, err);
    file_remove(next_name(arena, rotate->state)); // it was never named, or others went on with the old key
    return true;
}

bool rotate_recover(struct arena *arena, const char *state, const char *config_dir, struct err *err)
{
    struct rotate rotate = {
        .state = state, .config_dir = config_dir, .folder = arena_printf(arena, "%s/trail", state)};
    const char *now = arena_printf(arena, "%s/keys/trail.key", state), *next = next_name(arena, state);
    struct note_signer from = {0};
    struct file lock;
    bool had;
    if (!file_exists(next) || !file_is_dir(rotate.folder))
        return true;
    if (!file_open(&lock, arena_printf(arena, "%s/lock", rotate.folder), FILE_UPDATE, err))
        return false;
    bool ok = file_lock(&lock, true, &had, err);
    if (ok && file_exists(next)) { // no other process has finished it meanwhile
        ok = keys_read_signer(arena, now, &from, err) && keys_read_signer(arena, next, &rotate.to, err);
        rotate.from = from.key;
        ok = ok && recover(arena, &rotate, err);
        crypto_wipe(from.seed, sizeof from.seed);
        crypto_wipe(rotate.to.seed, sizeof rotate.to.seed);
    }
    file_close(&lock);
    return ok;
}
