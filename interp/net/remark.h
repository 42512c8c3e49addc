// What an answer says beside the answer: that the token must hold more, that the clocks differ.
#pragma once
#include "base/err.h"

struct arena;
struct response;

// The claims, as JSON, that a 401 wants in the next token (continuous access evaluation, Conditional Access);
// NULL: it wants none.
char *remark_claims(struct arena *arena, const struct response *response);
// False when the answer's Date is more than five minutes off this machine's clock: err, a warning, says so.
MUST_CHECK bool remark_clock(const struct response *response, struct err *err);
