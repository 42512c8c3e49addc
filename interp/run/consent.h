// Who has approved which changes, as the trail tells it, and whose word counts.
#pragma once
#include <stdbool.h>

struct arena;
struct note_signer;
struct policy;
struct recall;
struct value;

// How many approvals there are of the changes with that digest, and whether somebody refused them.
int consent_count(const struct recall *recall, const struct policy *policy, const char *digest,
                  bool *refused);
// Why `who` cannot approve what `opened` (a record approval.opened) shows; NULL: they can. `signer`: the key
// that they sign with, or NULL.
const char *consent_bar(struct arena *arena, const struct recall *recall, const struct policy *policy,
                        const struct value *opened, const char *who, const struct note_signer *signer);
// Signs a decision: `members` are those of approval.granted or approval.refused, and get `key` and
// `signature`. The signed note says which changes (their digest) of which run at which path, what was
// decided, and when.
void consent_sign(struct arena *arena, const struct note_signer *signer, const char *run, bool granted,
                  struct value *members);
