// Any bytes as a log, signed as it is by a key of our own, then with one byte changed. Invariants that are
// held: what is signed is never called changed (it may be called forged: signed, and no chain), a torn end is
// an interruption, a changed byte is always seen, and what is read of a line's front is what stands there.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "trail/entry.h"
#include "trail/head.h"
#include "trail/trail.h"
#include "trail/verify.h"

#include "../scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const unsigned char seed[CRYPTO_KEY_SIZE] = {5};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static char folder[SCRATCH_SIZE];
static char state_name[64];

static void write_file(struct arena *arena, const char *name, const void *bytes, size_t length)
{
    struct file file;
    if (state_name[0] == '\0') {
        scratch_open(folder);
        snprintf(state_name, sizeof state_name, "%s/state", folder);
        must(file_mkdirs(arena_printf(arena, "%s/trail", state_name), NULL));
    }
    must(file_open(&file, arena_printf(arena, "%s/trail/%s", state_name, name), FILE_UPDATE, NULL));
    must(file_truncate(&file, 0, NULL) && file_write_at(&file, 0, bytes, length, NULL));
    file_close(&file);
}

// Signs the whole lines in front; gives the bytes that they take.
static size_t sign(struct arena *arena, const struct note_signer *signer, const uint8_t *data, size_t size)
{
    struct tree tree = {0};
    struct head_state state = {0};
    unsigned char slots[HEAD_FILE] = {0}, leaf[TREE_HASH];
    size_t at = 0;
    for (const uint8_t *end; at < size && (end = memchr(data + at, '\n', size - at)) != NULL;) {
        size_t length = (size_t)(end - (data + at));
        if (length > TRAIL_MAX_LINE)
            break;
        if (tree.size % 2 == 0) { // the other slot covers a part
            state.size = tree.size;
            tree_root(&tree, state.root);
            head_write(signer, &state, slots + HEAD_SLOT);
        }
        tree_leaf(data + at, length, leaf);
        tree_append(&tree, leaf);
        at += length + 1;
    }
    state.size = tree.size;
    tree_root(&tree, state.root);
    head_write(signer, &state, slots);
    write_file(arena, "head", slots, sizeof slots);
    return at;
}

static enum verify_verdict judge(struct arena *arena, const char *vkey, bool *forged)
{
    struct verify_config config = {.state = state_name, .config_dir = "/nowhere", .vkey = vkey};
    struct verify_report report;
    must(verify_trail(arena, &config, &report, NULL));
    *forged = false;
    for (size_t i = 0; i < report.count; i++) {
        bool is_forged = strcmp(report.findings[i].what, "forged") == 0;
        must(report.findings[i].verdict <= report.verdict &&
             report.findings[i].first <= (int64_t)report.lines);
        *forged = *forged || is_forged;
    }
    return report.verdict;
}

static void try_entry(struct arena *arena, const uint8_t *data, size_t size)
{
    struct entry entry;
    const char *line = (const char *)data;
    if (!entry_read(line, size, &entry))
        return;
    const char *front = arena_printf(
        arena, "{\"v\":1,\"seq\":%llu,\"id\":\"%.36s\",\"run\":", (unsigned long long)entry.seq, entry.id);
    must(strncmp(front, line, strlen(front)) == 0);
    must(entry.type > line && entry.type + entry.type_length < line + size && entry.type[-1] == '"');
    must(!entry.has_run || (entry.run > line && entry.run + entry.run_length < entry.type));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_open();
    struct note_signer signer = note_signer_new("fuzz/trail", seed);
    const char *vkey = note_key_text(arena, &signer.key);
    bool forged;
    write_file(arena, "log.jsonl", data, size);
    size_t covered = sign(arena, &signer, data, size);
    try_entry(arena, data, covered > 0 ? strcspn((const char *)data, "\n") : 0);
    enum verify_verdict verdict = judge(arena, vkey, &forged);
    must(verdict != VERIFY_TAMPERED || forged);
    must(covered == size || verdict >= VERIFY_INTERRUPTED);
    if (covered > 0) {
        uint8_t *copy = arena_alloc(arena, size);
        memcpy(copy, data, size);
        copy[(size * 2654435761u) % covered] ^= (uint8_t)(1 + size % 255);
        write_file(arena, "log.jsonl", copy, size);
        must(judge(arena, vkey, &forged) == VERIFY_TAMPERED && !forged);
    }
    arena_close(arena);
    return 0;
}
