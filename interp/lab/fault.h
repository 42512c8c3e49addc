// Faults on order. A fault plan is a list, in YAML or JSON:
//
//   - {match: "PATCH *.vault.azure.net/secrets/*", nth: 2, times: 1, do: status 503, retry_after: 1}
//
// match: a glob (* and ?) over "METHOD host/path", without query; nth: from which request that matches (1);
// times: how often (1; 0: for ever); do, one of
//   status N      answered with N instead of being served
//   delay N       served, answered N milliseconds later
//   hold N        served only N milliseconds later
//   truncate      served, half of the answer arrives
//   garble        served, the answer's body is no JSON any more
//   upper         served, ids of resources in the answer are in upper case, as Azure writes them in logs
//   drop          served, the answer is lost
//   lose          never served, the connection closes
//   redirect URL  answered with 307 to there
//   claims NAME   answered with 401 and a challenge for a token of that authentication context, unless it is
//                 one (the directory knows c1)
//   remaining N   served, with N calls left to the subscription (and to compute's own rules)
//   clock N       served, by a clock that is N seconds ahead (or behind: -N)
#pragma once

#include "base/err.h"

struct arena;
struct call;
struct fault_list;

enum fault_kind {
    FAULT_NONE,
    FAULT_STATUS,
    FAULT_DELAY,
    FAULT_HOLD,
    FAULT_TRUNCATE,
    FAULT_GARBLE,
    FAULT_UPPER,
    FAULT_LOSE,
    FAULT_DROP,
    FAULT_REDIRECT,
    FAULT_CLAIMS,
    FAULT_REMAINING,
    FAULT_CLOCK
};
struct fault {
    enum fault_kind kind;
    int number;         // what stands for N
    int retry_after;    // seconds; 0: none is said
    const char *target; // where a redirect leads; an authentication context
};
MUST_CHECK struct fault_list *fault_read(struct arena *arena, const char *file, struct err *err);
// What happens to this request; counts it. `list` may be NULL.
struct fault fault_next(struct fault_list *list, struct call *call);
