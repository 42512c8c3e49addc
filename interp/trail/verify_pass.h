// Inside verify*.c: one reading of a trail.
#pragma once
#include "base/file.h"
#include "trail/entry.h"
#include "trail/frontier.h"
#include "trail/head.h"
#include "trail/rotate.h"
#include "trail/verify.h"

// A tree that the key has signed, or sealed.
struct verify_mark {
    const char *name; // "the head", "checkpoint", a file
    struct head_state state;
    int64_t time;     // a witness saw it then (ms); 0: none is known
    bool published;   // it is the published checkpoint
    bool met, failed; // the log's first `size` lines give that root, or another
};

enum { VERIFY_RING = 64, VERIFY_MAX_SINCE = 32, VERIFY_RUNS = 4096, VERIFY_BLOBS = 64, VERIFY_MAX_KEYS = 16 };

// Where the chain of seq and prev breaks first, and what follows.
struct verify_chain {
    unsigned char ring[VERIFY_RING][TREE_HASH]; // leaves of the newest lines, by seq
    bool broken;
    uint64_t at; // the line that does not follow
    bool formless;
    uint64_t seq;                  // that it gives
    unsigned char good[TREE_HASH]; // leaf of the line before
    int64_t inserted_from;         // it follows from line inserted_from - 1: what is between was inserted
    int64_t resumed, strayed,
        second; // later lines: that follows from `good`; that has seq `at`; that breaks again
};

// What is known of one run; a run that was not seen for long is forgotten.
struct verify_run {
    uint64_t name; // hash of its id; 0: none
    uint64_t next; // rseq
    int64_t time;  // of its newest line
    uint64_t boot; // hash of the boot's id, and nanoseconds since then
    uint64_t mono_ns;
};

// A change of the signing key.
struct verify_handover {
    struct rotate_kept kept;
    bool named; // by the log's own line
};

struct verify_tiles;

struct verify_pass {
    const struct verify_config *config;
    struct verify_report *report;
    struct arena *arena; // the report's
    struct arena *scratch;
    const char *folder;
    struct note_key key;                                   // the one that signs now
    struct verify_handover handovers[VERIFY_MAX_KEYS + 1]; // oldest first
    size_t handover_count;
    struct file log, heads;
    uint64_t log_size;
    unsigned char slots[HEAD_FILE];
    const char *checkpoint; // the published note, as it was when the head was read; NULL: none
    size_t checkpoint_length;
    unsigned char sealed[FRONTIER_FILE]; // what a writer of this machine verified last, read with the head
    size_t sealed_length;                // 0: there is none
    struct head head;
    struct verify_mark marks[VERIFY_MAX_SINCE + VERIFY_MAX_KEYS + 4];
    size_t mark_count;
    struct tree tree;
    unsigned char last[TREE_HASH];
    struct verify_chain chain;
    struct verify_tiles *tiles; // NULL: nothing is published, or it is not to be looked at
    int64_t changed;            // the first entry that tiles, signed for, know otherwise; -1: not known
    int64_t no_json;            // the first signed line that is none; -1: all are
    struct verify_run *runs;
    uint64_t clock_count, number_count, late_count; // findings of the kinds that may be many
    char blobs[VERIFY_BLOBS][2 * CRYPTO_HASH_SIZE]; // digests of bodies that were read lately
};

// Adds a finding; those beyond the most are only counted in the verdict.
void verify_add(struct verify_pass *pass, enum verify_verdict verdict, const char *what, int64_t first,
                int64_t last, const char *format, ...) __attribute__((format(printf, 6, 7)));

// Opens the files, finds the key that is trusted, reads the head. *go_on: there is something to read further.
MUST_CHECK bool verify_open(struct verify_pass *pass, bool *go_on, struct err *err);
// The trees that lines will be compared with; findings for those that the head does not reach.
MUST_CHECK bool verify_marks_collect(struct verify_pass *pass, struct err *err);
void verify_marks_meet(struct verify_pass *pass);  // after each line
void verify_marks_judge(struct verify_pass *pass); // when the head's own tree was met
void verify_chain_watch(struct verify_pass *pass, const struct entry *entry,
                        const unsigned char leaf[TREE_HASH]);
// Names what was done to a log that does not give the signed root.
void verify_chain_name(struct verify_pass *pass);
void verify_runs_watch(struct verify_pass *pass, const struct entry *entry);
// From the trusted key to the one that signs now, by the kept heads; what they say is judged with the lines.
void verify_keys_follow(struct verify_pass *pass);
// A checkpoint that any of the trail's keys has signed, in its time.
bool verify_keys_open(struct verify_pass *pass, const char *bytes, size_t length, struct head_state *state);
void verify_keys_watch(struct verify_pass *pass, const struct entry *entry, const char *line, size_t length);
void verify_keys_judge(struct verify_pass *pass);
void verify_tiles_begin(struct verify_pass *pass);
void verify_tiles_watch(struct verify_pass *pass, const char *line, size_t length,
                        const unsigned char leaf[TREE_HASH]);
void verify_tiles_judge(struct verify_pass *pass);
// Waits until nobody writes (name: "lock") or publishes ("publish.lock"); what cannot be locked is not.
MUST_CHECK struct file verify_lock(struct verify_pass *pass, const char *name);
// Files that a line speaks of; after all lines, traces of an interruption.
void verify_beside_watch(struct verify_pass *pass, const struct entry *entry, const char *line,
                         size_t length);
void verify_beside_look(struct verify_pass *pass);
