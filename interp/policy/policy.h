// The policy of a profile: which primitives may run, what must be approved by whom, what is protected.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct value;

enum risk {
#define X(risk, word, needs, self) risk,
#include "policy/risk.def"
#undef X
    RISK_COUNT
};
const char *risk_word(enum risk risk);
bool risk_from_word(const char *word, enum risk *risk); // word NULL: none

// What nobody may change: a resource id with * and ? (and all beneath it), an object or application id, or a
// user principal name.
struct policy_protect {
    const char *what;
    const char *why; // NULL: none given
    struct src_pos pos;
};

struct policy {
    const char **allow;              // patterns of primitive names, NULL-terminated; default: everything
    const struct src_pos *allow_pos; // where each of them stands; NULL when none was written
    int approvals[RISK_COUNT];
    bool self[RISK_COUNT];  // may the requester count among the approvers?
    const char **approvers; // verifier keys, NULL-terminated; none: approvals are unsigned
    const struct src_pos *approver_pos;
    int max_changes;        // of one run
    struct src_pos max_pos; // where that number stands; no file: nobody wrote it
    bool only_signed; // live, only playbooks that somebody signed whom this machine trusts (run/signed.h)
    bool approve_all; // may --approve-all stand for approvals? Never without a policy, except in the lab
    const struct policy_protect *protect;
    size_t protect_count;
};

// What holds without a policy file; `lab`: --approve-all is allowed.
const struct policy *policy_default(struct arena *arena, bool lab);
//   allow: [keyvault.*]              approvals: {contain: 1, destroy: 2}     approvers: [vkey, …]
//   self: {contain: true, destroy: false}      max_changes: 100              approve_all: false
//   only_signed: false
//   protect: [breakglass@contoso.com, {match: /subscriptions/…/vaults/kv-tier0*, why: tier 0}]
// NULL with every mistake (E_CONFIG, E_TYPE, E_MISSING, E_UNKNOWN_NAME) at its place. NULL value: the
// defaults.
MUST_CHECK const struct policy *policy_parse(struct arena *arena, const struct value *value,
                                             struct err_list *errors);
// The same, and what can be read of one with mistakes: only to look for more of them, never to act by.
MUST_CHECK const struct policy *policy_read(struct arena *arena, const struct value *value,
                                            struct err_list *errors);

// Does every pattern that was written in `allow` fit a primitive? `names`: all there are, NULL-terminated. A
// name that fits none would refuse, in silence, the change that was meant.
void policy_check_names(struct arena *arena, const struct policy *policy, const char *const *names,
                        struct err_list *errors);
bool policy_allows(const struct policy *policy, const char *primitive);
int policy_needs(const struct policy *policy, enum risk risk); // approvals; 0: none
