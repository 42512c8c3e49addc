// Reading from the estate outside a run: which alerts there are.
#pragma once

#include "base/err.h"

struct session;
struct value;

// The alerts of all subscriptions in the scope of the session's profile (session_reach was called), as
// records with raw. One that cannot be read is told in `errors` and left out. NULL when the estate cannot be
// read.
MUST_CHECK const struct value *estate_alerts(struct session *session, struct err_list *errors,
                                             struct err *err);
