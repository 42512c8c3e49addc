// Reading from the estate outside a run, one request after the other: nothing is decided on it and nothing is
// recorded.
#pragma once

#include "base/err.h"

struct reader;
struct session;
struct value;

// A reader of what the session's profile may see (session_reach was called). NULL: the scope cannot be read.
MUST_CHECK struct reader *reader_open(struct session *session, struct err *err);
// The subscriptions of its scope: their ids, each once.
const char *const *reader_subscriptions(const struct reader *reader);
// The body of what stands at a URL (`arm:…`), and every item of every page; E_SIGN_IN where that is not
// allowed.
MUST_CHECK const struct value *reader_get(struct reader *reader, const char *url, struct err *err);
MUST_CHECK const struct value *reader_list(struct reader *reader, const char *url, struct err *err);
// Signs in for a host of the profile's cloud (`arm:`, `graph:`, `logs:`, …) and asks it for `path`: the
// status of its answer, whatever that is; 0 with err filled where there was none. A host that the cloud does
// not have: -1.
int reader_knock(struct reader *reader, const char *url, struct err *err);
// Does this machine's clock go as that of the newest answer? 0: no, err says how far off; -1: none told the
// time.
int reader_clock(const struct reader *reader, struct err *err);
// What the sign-in's token for an audience says that it may do there. NULL: it does not sign in, or needs no
// token.
const struct value *reader_permissions(struct reader *reader, const char *audience, struct err *err);
// The alerts of all these subscriptions, as records with raw. One that cannot be read is told in `errors` and
// left out. NULL when the estate cannot be read.
MUST_CHECK const struct value *reader_alerts(struct session *session, struct err_list *errors,
                                             struct err *err);
