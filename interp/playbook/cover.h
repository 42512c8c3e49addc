// A playbook against its procedure's clause catalogue, and against the alerts there are.
#pragma once
#include "playbook/scope.h"

// Clauses that steps name exist; clauses that nobody names (in any playbook of the procedure) get a warning.
void cover_check_clauses(struct check *check);
void cover_check_alerts(struct check *check);
extern const char *const cover_alerts[]; // kinds and types that are known, NULL-terminated
