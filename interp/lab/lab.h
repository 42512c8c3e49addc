// The lab: a simulated Azure estate behind real HTTP on loopback. The other side of the wire: it shares only base/
// and data/ with the interpreter, so that it is an independent judge.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct lab;

struct lab_config {
    const char *dir;     // STATE/lab: the estate as it is now; made from the seed when it is not there
    const char *estate;  // a seed file in place of the built-in one, or NULL
    const char *fault;   // a fault file (see lab/fault.h), or NULL
    int latency_ms;      // added to every answer
    uint16_t port;       // 0: any
};
// Opens the estate and listens on 127.0.0.1. No thread: the caller turns the loop.
MUST_CHECK struct lab *lab_open(struct arena *arena, const struct lab_config *config, struct err *err);
void lab_close(struct lab *lab);
uint16_t lab_port(const struct lab *lab);
int lab_fd(const struct lab *lab);             // an epoll descriptor: readable when lab_turn has work
int64_t lab_timeout_ms(const struct lab *lab); // -1: none
void lab_turn(struct lab *lab);                // does what is ready; never blocks

// Back to the seed.
MUST_CHECK bool lab_reset(struct arena *arena, const struct lab_config *config, struct err *err);
// "sha256:…" over everything in the estate that a client can change, as it is on disk now: the judge of "nothing
// was changed". Not logs of requests.
MUST_CHECK char *lab_digest(struct arena *arena, const struct lab_config *config, struct err *err);
