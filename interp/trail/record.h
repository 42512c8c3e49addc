// One record as one line of the log: the members that every line has, then those of its type.
#pragma once
#include <stdint.h>

#include "base/text.h"
#include "trail/tree.h"

struct arena;
struct value;

// Who writes: what is the same on every line of a process, as it stands there; and random bytes for the
// lines' ids, drawn many at a time.
struct record_writer {
    const char *by, *host, *boot;
    int64_t time_ms; // of `time`: many lines are written within a millisecond
    char time[40];
    unsigned char random[64 * CRYPTO_UUID_SIZE];
    size_t drawn;     // bytes that are left
    struct text line; // the one that is being made: what is kept of it takes no more than it needs
};
struct record_writer record_writer_new(struct arena *arena, const char *by, const char *host,
                                       const char *boot);

// A line without what only the commit knows (seq and prev): the text before and behind those.
struct record {
    const char *text; // id, run, rseq; then type, time, …
    size_t front;     // where the second begins
    size_t text_length;
    size_t length; // the most that the whole line can have
};

// `run` NULL: a record of the trail itself, with run and rseq null. A member `by` replaces the writer's;
// other members must not be called as those of every line.
struct record record_new(struct arena *arena, struct record_writer *writer, const char *run, uint64_t rseq,
                         const char *type, const struct value *members);
// Adds the line, without its LF.
void record_write(struct text *out, const struct record *record, uint64_t seq,
                  const unsigned char prev[TREE_HASH]);
