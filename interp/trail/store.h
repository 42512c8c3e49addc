// The files of a trail and how far they are verified: log.jsonl, head, lock, and the derived frontier.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "trail/frontier.h"
#include "trail/head.h"
#include "trail/index.h"
#include "trail/keys.h"

struct arena;

// The lines behind the last whole block of the index, as far as a reader has verified them: who looks for
// something else goes on from there.
struct tail {
    struct tree blocks, tree; // of what stands before it, and up to its end
    uint64_t offset;          // of its end in the log
    struct index_keys keys;   // what its lines speak of
};

struct store {
    struct arena *arena;
    const char *folder;
    const struct keys *keys;
    struct file lock, log, heads, cache;
    struct index_shelf *shelf;
    struct tail tail;
    bool reads; // nothing is written
    bool loaded;
    struct frontier at; // what the head covers
    struct head head;
    bool old_known;                 // the older head's root has come out as well
    unsigned char slots[HEAD_FILE]; // the head file as it was read or written last
};

// Makes a whole empty trail in a folder beside, then renames it to `folder`.
MUST_CHECK bool store_create(struct arena *arena, const char *folder, const struct keys *keys,
                             struct err *err);
MUST_CHECK bool store_open(struct store *store, struct arena *arena, const char *folder,
                           const struct keys *keys, bool reads, struct err *err);
void store_close(struct store *store);
MUST_CHECK bool store_lock(struct store *store, struct err *err);
void store_unlock(struct store *store);

bool store_is_behind(const struct store *store); // has another process written since it was read?
// Under the lock: reads the head again, follows the log to it, and sets an unsigned tail aside (a store that
// only reads leaves it). E_TAMPERED when files are missing or exchanged, the log is shorter than the head
// says or gives another root, or the head went back.
MUST_CHECK bool store_refresh(struct store *store, struct err *err);
// Under the lock, after store_refresh, in this order, the second as often as wanted. After a failure the
// store must not be used again. Makes room for that many bytes of lines and of what will have to follow them.
MUST_CHECK bool store_reserve(struct store *store, uint64_t length, struct err *err);
// Writes whole lines behind the log; nothing is promised yet.
MUST_CHECK bool store_write(struct store *store, const char *lines, size_t length, struct err *err);
// Syncs what was written, signs, syncs. `next` is the position behind it.
MUST_CHECK bool store_seal(struct store *store, const struct frontier *next, struct err *err);
// Reads the head file; for readers that verify by themselves (replay.c).
MUST_CHECK bool store_read_heads(struct store *store, unsigned char slots[HEAD_FILE], struct err *err);
