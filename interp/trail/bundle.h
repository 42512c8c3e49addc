// One run handed over: its lines, each with its proof, as JSON lines that can be checked without the rest of
// the log. The first: {"bundle": "run", "run", "origin", "size", "lines"}; then {"entry": the exact line,
// "proof": a whole tlog-proof} for each line of the run.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trail/note.h"

struct arena;
struct proof_maker;
struct text;
struct value;

enum { BUNDLE_MAX = 256 * 1024 * 1024 };

struct bundle_line {
    uint64_t seq;
    const char *line;
    size_t length;
};
struct bundle_lines {
    struct bundle_line *items;
    size_t count;
};
void bundle_append(struct arena *arena, struct bundle_lines *lines, uint64_t seq, const char *line,
                   size_t length);

// `checkpoint` is a signed note over all leaves that the maker was given; its first lines are origin and
// size.
void bundle_write(struct text *out, const char *run, const struct bundle_lines *lines,
                  const struct proof_maker *maker, const char *checkpoint);

struct bundle_report {
    bool holds;
    const char *what,
        *text; // what does not hold: edit, foreign, splice, delete, insert, reorder, truncation, form
    const char *run, *origin;
    uint64_t size, lines;       // of the checkpoint; of the run
    bool finished;              // the last line says that the run ended: nothing is left out behind it
    const struct value *start;  // run.started, NULL when it does not begin with that
    const struct value *finish; // run.finished, NULL when it does not end with that
};
// The origin that a bundle names, not verified; NULL when it is none.
const char *bundle_origin(struct arena *arena, const char *bytes, size_t length);
void bundle_check(struct arena *arena, const char *bytes, size_t length, const struct note_key *key,
                  struct bundle_report *report);
