// Inside run/ only: whose turn it is at a resource.
#pragma once
#include "run/run.h"

struct turns *turn_open(struct arena *arena);  // of an engine's live runs, or of one rehearsal
void turn_observes(struct instance *instance); // what is seen from now on is as of now
// True: it is this change's turn, and what it saw still counts. False: it is observed anew, now or when the
// change that has the turn ends (change_comes_on).
bool turn_take(struct instance *instance);
// What is seen in place may be about to go: another process changes the resource at this moment, or this one
// takes something of it back. True: it is observed again.
bool turn_is_others(struct instance *instance);
void turn_end(struct instance *instance);  // the next one's turn comes
void turn_lend(struct instance *instance); // a person is asked about it: other processes may come first
void turn_paused(const struct run *run);   // a person was asked: what was seen before that may be old
