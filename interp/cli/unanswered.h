// Of many alerts those that a playbook does not answer: for them there is no run.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct arena;
struct playbook;
struct session;
struct value;

// What only announces an alert is fetched first, and counts as answered until then.
bool unanswered_is(struct arena *arena, const struct playbook *playbook, const struct value *alert);
void unanswered_why(const struct playbook *playbook, const struct value *alert, struct err *err);
// Tells people how many there are, and the commands with the playbooks that answer them.
void unanswered_tell(struct session *session, const struct playbook *playbook, const struct value *alerts,
                     size_t of);
