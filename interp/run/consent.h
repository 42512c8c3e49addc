// Who has approved which changes, as the trail tells it, and whose word counts.
#pragma once
#include <stdbool.h>

struct arena;
struct policy;
struct recall;
struct value;

// How many approvals there are of the changes with that digest, and whether somebody refused them.
int consent_count(const struct recall *recall, const struct policy *policy, const char *digest,
                  bool *refused);
// Why `who` cannot approve what `opened` (a record approval.opened) shows; NULL: they can.
const char *consent_bar(struct arena *arena, const struct recall *recall, const struct policy *policy,
                        const struct value *opened, const char *who);
