// Inside run/ only: what the policy says to a change.
#pragma once
#include "net/token.h"
#include "run/run.h"

// Whom the run is signed in as; of a replay, whom that run was. "" where it is not known.
struct token_identity allow_identity(const struct run *run);

// Allow list and protection, on the resolved target. Judged when the change is planned, and again before a
// request of it leaves: only after a sign-in is it known who the run is.
MUST_CHECK bool allow_target(const struct instance *instance, struct err *err);
// The same, and the number of changes, when a change is planned. False: the instance has been ended as
// refused.
MUST_CHECK bool allow_change(struct instance *instance);
// A run that planned more changes than it may: how many, how many are allowed, and where that is said.
void allow_tell_excess(struct run *run);
