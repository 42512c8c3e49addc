// What has fallen due in the trail: leases whose time is over, and questions that nobody answered in time.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct trail;

enum due_kind { DUE_QUESTION, DUE_LEASE };
struct due {
    enum due_kind kind;
    const char *run, *path;
    int64_t at_ms; // wall clock
    int64_t seq;   // of the line that says so
    bool revised;  // there may be nothing left of it
};
struct due_list {
    struct due *items; // by time, the earliest first; of the questions of a run only the first
    size_t count;
};
// What is due at `now_ms`. Whether a run with a late question still waits is not looked at here.
MUST_CHECK bool due_find(struct arena *arena, struct trail *trail, int64_t now_ms, struct due_list *out,
                         struct err *err);
// Until when a lease of a run holds, with all extensions; E_UNKNOWN_NAME: the run has none at that path, or
// what it stood for has been taken back.
MUST_CHECK bool due_lease(struct arena *arena, struct trail *trail, const char *run, const char *path,
                          int64_t *until_ms, struct err *err);
// The number of the line with which the last undoing began that takes back what the run changed there; -1:
// none has.
MUST_CHECK bool due_ended(struct trail *trail, const char *run, const char *path, int64_t *seq,
                          struct err *err);
