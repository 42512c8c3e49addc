// Inside trail/: the open trail, for the files that work on it.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "trail/keys.h"
#include "trail/publish.h"
#include "trail/record.h"
#include "trail/runs.h"
#include "trail/store.h"

struct arena;
struct claim;

struct queued {
    struct record record;
    struct runs_state *run; // NULL: of the trail itself
    bool intent;
};

struct trail {
    struct arena *arena;
    const char *state, *config_dir;
    struct keys keys;
    struct store store;
    struct record_writer writer;
    struct arena *queue_arena; // of everything queued; replaced after each commit
    struct queued *queue;
    size_t count, size, bytes;
    const char **blobs; // written since the last commit
    size_t blob_count;
    uint64_t tickets, durable;
    struct runs runs;
    uint64_t commits;           // by this process
    uint64_t size_then, others; // the size after its last one; so many found that others had written
    struct publish_pace pace;
    struct err first;     // what poisoned it; E_NONE: nothing has
    struct claim *claims; // runs that this process works on
};

// Under the lock, after `why`: has another process changed the key? Then the new one is loaded.
bool trail_key_changed(struct trail *trail, const struct err *why);
// Every failure of the trail is one of two: it does not verify, or it cannot be written. False.
bool trail_fail(struct err *err);
