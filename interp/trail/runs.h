// Where each run stands in the log: the next number of its records, and its first and last durable line.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct value;

struct runs_state {
    const char *run;
    uint64_t next;       // rseq of its next record
    int64_t first, last; // seq of its durable lines; -1: none
    bool silent;         // an intent of it could not be written: nothing more is
};

struct runs {
    struct arena *arena;
    struct runs_state **items; // sorted by run
    size_t count;
};

const struct runs_state *runs_find(const struct runs *runs, const char *run); // NULL: not seen here
struct runs_state *runs_get(struct runs *runs, const char *run);              // made when it is new
// Notes that a line of the log has this number.
void runs_note(struct runs_state *state, int64_t seq);
// Learns from a verified line where its run stands, so that another process can go on with the run's numbers.
void runs_learn(struct runs *runs, const struct value *line);
