// Protection: what a change must never hit, whatever a playbook says. Judged on the resolved target, after
// parameters are filled in. Pure.
#pragma once
#include <stdbool.h>

#include "base/err.h"
#include "policy/policy.h"

struct arena;
struct register_book;
struct value;

// Who the run is: never acted against. "" or NULL where not known.
struct protect_self {
    const char *object_id, *app_id;
};

struct protect_target {
    const char *primitive;
    enum risk risk;
    const char *resource;       // id or URL of what is changed, or NULL
    const struct value *params; // resolved
    const struct value *people; // what the directory says of those who are protected, a list; or NULL
    const struct value
        *before; // the state observed, or NULL: its own id, userPrincipalName, mail, appId and resource count
};

// True: may be changed. False with E_REFUSED: the primitive is not allowed, the target, or what lies in it
// and would be destroyed with it, is protected by the policy (what register or directory know of somebody
// stand for each other), it is the run's own identity, or a block of network traffic would hit a responder's
// address. `book` may be NULL.
MUST_CHECK bool protect_judge(struct arena *arena, const struct policy *policy,
                              const struct register_book *book, const struct protect_self *self,
                              const struct protect_target *target, struct err *err);

// Is it of an area that tells people something? A protected person may well be told.
bool protect_only_tells(const char *primitive);

// Has a person or an application of `protect` other names, which the register does not tell and the directory
// is asked for? False for resources.
bool protect_is_asked(const struct policy_protect *entry, const struct register_book *book);
