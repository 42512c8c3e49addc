// What lies beside the log: bodies in blobs/, what recoveries set aside, traces of an interruption. Not for
// tiles (verify_tiles.c). Invariant: a file counts as evidence only when its bytes give the digest that a
// signed line holds.
#include <string.h>

#include "base/arena.h"
#include "base/folder.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "trail/verify_pass.h"

enum { CHUNK = 64 * 1024, HEX = 2 * CRYPTO_HASH_SIZE };

static const char blob_mark[] = "{\"$blob\":{\"digest\":\"sha256:";

enum fate { SAME, CHANGED, GONE };

static enum fate fate_of(const char *name, const char *hex)
{
    struct arena *arena = arena_open();
    size_t length = 0;
    enum fate fate = GONE;
    if (file_exists(name)) {
        const char *bytes = file_load(arena, name, JSON_MAX_FILE, &length, NULL);
        bool same = bytes != NULL && strncmp(crypto_sha256_hex(arena, bytes, length), hex, HEX) == 0;
        fate = same ? SAME : CHANGED;
    }
    arena_close(arena);
    return fate;
}

static void judge(struct verify_pass *pass, const char *what, const char *file, const char *hex)
{
    int64_t at = (int64_t)pass->tree.size;
    enum fate fate = fate_of(arena_printf(pass->scratch, "%s/%s", pass->folder, file), hex);
    if (fate == CHANGED)
        verify_add(pass, VERIFY_TAMPERED, what, at, at, "%s is not what line %lld of log.jsonl says", file,
                   (long long)at + 1);
    else if (fate == GONE)
        verify_add(pass, VERIFY_CLEAN, "gone", at, at,
                   "%s, which line %lld of log.jsonl speaks of, is not there any more", file,
                   (long long)at + 1);
}

// Many lines may speak of one body: those that were read lately are not read again.
static bool seen_lately(struct verify_pass *pass, const char *hex)
{
    unsigned slot = 0;
    for (int i = 0; i < 8; i++)
        slot = slot * 31 + (unsigned char)hex[i];
    char *kept = pass->blobs[slot % VERIFY_BLOBS];
    if (memcmp(kept, hex, HEX) == 0)
        return true;
    memcpy(kept, hex, HEX);
    return false;
}

void verify_beside_watch(struct verify_pass *pass, const struct entry *entry, const char *line, size_t length)
{
    const char *end = line + length;
    for (const char *at = line;
         (at = memmem(at, (size_t)(end - at), blob_mark, sizeof blob_mark - 1)) != NULL;) {
        at += sizeof blob_mark - 1;
        if (end - at > HEX && strspn(at, "0123456789abcdef") == HEX && !seen_lately(pass, at))
            judge(pass, "blob", arena_printf(pass->scratch, "blobs/%.*s", HEX, at), at);
    }
    if (!entry_is(entry, "trail.recovered"))
        return;
    const struct value *value = json_parse_own(pass->scratch, NULL, line, length, NULL);
    const char *file = value_text_at(value, "file"), *digest = value_text_at(value, "digest");
    if (file == NULL || digest == NULL || strlen(digest) != 7 + HEX || !text_starts(file, "aside/") ||
        strstr(file, "..") != NULL)
        return;
    const char *waiting = arena_printf(pass->scratch, "%s.waiting", file);
    bool settled = !file_exists(arena_printf(pass->scratch, "%s/%s", pass->folder, waiting));
    judge(pass, "aside", settled ? file : waiting, digest + 7);
}

static void look_into(struct verify_pass *pass, const char *folder)
{
    for (char **name = folder_list(pass->scratch, folder); *name != NULL; name++)
        if (text_ends(*name, ".waiting"))
            verify_add(pass, VERIFY_INTERRUPTED, "recovery", -1, -1,
                       "a recovery is not finished: %s waits for the next commit to name it", *name);
        else if (text_ends(*name, ".new"))
            verify_add(pass, VERIFY_INTERRUPTED, "temporary", -1, -1, "%s was left half written", *name);
}

void verify_beside_look(struct verify_pass *pass)
{
    // What is being written just now is not half written.
    struct file publishing = verify_lock(pass, "publish.lock"), writing = verify_lock(pass, "lock");
    look_into(pass, pass->folder);
    look_into(pass, arena_printf(pass->scratch, "%s/aside", pass->folder));
    file_close(&writing);
    file_close(&publishing);
}
