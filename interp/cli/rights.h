// What the sign-in may do, as its role assignments and the vaults' access policies say. Deny assignments and
// conditions are not looked at.
#pragma once
#include "cli/needs.h"

struct reader;
struct rights;
struct session;

enum rights_answer { RIGHTS_HELD, RIGHTS_PARTLY, RIGHTS_MISSING, RIGHTS_UNKNOWN };

// Reads the assignments of the sign-in in all subscriptions of the profile's scope, the roles that they name,
// and the vaults. NULL: err says why.
MUST_CHECK struct rights *rights_open(struct session *session, struct err *err);
// Is it held everywhere? `where` gets names of subscriptions and vaults where it is not. UNKNOWN: who grants
// it does not tell (application permissions).
enum rights_answer rights_hold(const struct rights *rights, const struct need *need, struct value *where);
const char *const *rights_subscriptions(const struct rights *rights);
