// A run that is disturbed at its points in turn, each time in a process and a folder of its own; a new
// process judges what is left of it.
#pragma once
#include <stddef.h>

struct world;

struct disturb {
    const char *name;   // of the folders
    const char *lib;    // of the worlds, or NULL
    const char *faults; // of the world that is disturbed, or NULL
    // Calls disturb_now where the points begin; the exit status.
    int (*act)(const struct disturb *disturb, struct world *world);
    // What is wrong with what is left, or comes of going on with it; NULL: nothing.
    const char *(*judge)(const struct disturb *disturb, struct world *world);
    const void *context;
    // k: killed at the n-th durable write, e, s: that one fails (fault_set); r: killed at the n-th record,
    // i: interrupted there
    char kind;
    size_t at, stride, begin; // every stride-th point from there
};

void disturb_now(const struct disturb *disturb, struct world *world);
// About `samples` of so many points, all with PLAYBOOK_FULL; the number of those that went wrong.
size_t disturb_all(struct disturb disturb, char kind, size_t points, size_t samples);
