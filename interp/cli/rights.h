// What the sign-in may do, as its role assignments, the vaults' access policies and its tokens say. Deny
// assignments and conditions are not looked at.
#pragma once
#include "cli/needs.h"

struct reader;
struct rights;
struct session;

enum rights_answer { RIGHTS_HELD, RIGHTS_PARTLY, RIGHTS_MISSING, RIGHTS_UNKNOWN };

// Reads the assignments of the sign-in in all subscriptions of the profile's scope, the roles that they name,
// the vaults, and which application permissions the tokens state that these needs go with. NULL: err says
// why.
MUST_CHECK struct rights *rights_open(struct session *session, const struct needs *needs, struct err *err);
// Is it held everywhere? `where` gets names of subscriptions, vaults and APIs where it is not. UNKNOWN: who
// grants it does not tell (roles in Partner Center).
enum rights_answer rights_hold(const struct rights *rights, const struct need *need, struct value *where);
const char *const *rights_subscriptions(const struct rights *rights);
