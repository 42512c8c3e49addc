// The log for outsiders: entry bundles, tiles and the checkpoint, all derived from what is signed already.
// Nothing is signed here, and no key is needed.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "trail/head.h"

struct arena;
struct file;
struct store;
struct tiler;

struct publish {
    const char *folder; // STATE/trail
    struct file *log;
    struct head_state head;
    uint64_t offset;  // of the byte behind the log's line `head.size`
    const char *note; // the slot of the head that says so; becomes the checkpoint as it is
};

// How many entries the checkpoint covers; 0 when there is none. Nothing is verified.
uint64_t publish_size(struct arena *arena, const char *folder);
// Fills a tiler, which stands at a multiple of the width within the `size` entries that are published. False:
// the tiles are not there. Nothing is verified: they must give a signed root.
bool publish_load(struct arena *arena, const char *folder, uint64_t size, struct tiler *tiler);
// Publishes up to the head; where more is published already, nothing is done. `anew`: from the first line on,
// so that what is missing is built again; else from where the checkpoint ends. Another process that publishes
// is awaited, or with !wait nothing is done then. E_TAMPERED, and nothing is written, when the lines do not
// give the head's root, or a file that is there is not what the lines give.
MUST_CHECK bool publish_run(const struct publish *publish, bool anew, bool wait, struct err *err);
// What a process knows of its own publishing; zeroed at first.
struct publish_pace {
    uint64_t published;    // lines that the checkpoint covers
    int64_t not_before_ns; // 0: nothing is known yet
};
// Publishes what a process has committed, when 256 lines more are there and a second is over since it did so
// last, or first could: who responds is not held up by it, save where 16,384 lines wait. `last`: the process
// ends; then not before 1024 lines wait, its own and those of such as it.
MUST_CHECK bool publish_due(const struct store *store, struct publish_pace *pace, bool last, struct err *err);
