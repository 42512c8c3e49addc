// The lab: a simulated Azure estate behind real HTTP on loopback. The other side of the wire: it shares only
// base/ and data/ with the interpreter, so that it is an independent judge.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct lab;
struct value;

// Made-up constants of the built-in estate. The responder may do everything there; the reader sees everything
// and changes nothing. They are no secrets: they open nothing but the lab.
#define LAB_TENANT "0849def1-eeeb-4630-87f6-a6db8ff871a1"
#define LAB_CLIENT_ID "7b1f0c52-3d7e-4f0a-9a55-6e0c1d2b9f10"
#define LAB_CLIENT_SECRET "lab-only-opens-nothing"
#define LAB_OBJECT_ID "2f6a9d04-58c1-4b7e-8e3d-9c41f7a0b6d2"
#define LAB_PARTNER_TENANT "13c81823-25cf-4470-86c5-600343cd1e23" // of the Partner Center account
#define LAB_REFRESH_TOKEN "lab-only-of-an-admin-agent"
#define LAB_IDENTITY_HEADER "lab-only-of-an-app-service" // what IDENTITY_HEADER holds there
#define LAB_READER_ID "c4a1e6b8-90d2-4c3f-b7a5-18e2d4f6093b"
#define LAB_READER_SECRET "lab-only-reads"
#define LAB_WORKSPACE                                                                                        \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-soc/providers/"                   \
    "Microsoft.OperationalInsights/workspaces/law-contoso-soc"
#define LAB_ADDRESS "192.0.2.10" // where the lab sees its callers

struct lab_config {
    const char *dir;    // STATE/lab: the estate as it is now; made from the seed when it is not there
    const char *estate; // a seed file in place of the built-in one, or NULL (see lab/seed.h)
    const char *fault;  // a fault file (see lab/fault.h), or NULL
    int latency_ms;     // added to every answer
    uint16_t port;      // 0: any
    const char
        *record; // a file that gets one JSON line per request: method, host, target, body, status; or NULL
};
// Opens the estate and listens on 127.0.0.1. No thread: the caller turns the loop.
MUST_CHECK struct lab *lab_open(struct arena *arena, const struct lab_config *config, struct err *err);
void lab_close(struct lab *lab);
uint16_t lab_port(const struct lab *lab);
int lab_fd(const struct lab *lab);             // an epoll descriptor: readable when lab_turn has work
int64_t lab_timeout_ms(const struct lab *lab); // -1: none
void lab_turn(struct lab *lab);                // does what is ready; never blocks

// Back to the seed.
MUST_CHECK bool lab_reset(const struct lab_config *config, struct err *err);
// "sha256:…" over everything in the estate that a client can change, as it is on disk now: the judge of
// "nothing was changed". Not logs of requests. A change and its exact undo give the same digest; see
// lab/digest.c for what is left out (moments and ids that only the service makes).
MUST_CHECK char *lab_digest(struct arena *arena, const struct lab_config *config, struct err *err);
// What the digest is made of: lines KEY<TAB>JSON, sorted.
MUST_CHECK const struct value *lab_lines(struct arena *arena, const struct lab_config *config,
                                         struct err *err);
// What is under a key (lab/estate.h) on disk now; *found NULL: nothing.
MUST_CHECK bool lab_find(struct arena *arena, const struct lab_config *config, const char *key,
                         const struct value **found, struct err *err);
