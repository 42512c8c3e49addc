// Interfaces and security groups of the lab, for the files that answer about them.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct call;
struct value;

// The key of the group that stands for {s}, {g}, {n} of the template, the first three arguments.
char *network_group_key(struct call *call);
// A group as it is shown, with its rules and the interfaces that use it.
const struct value *network_group_shown(struct call *call, const struct value *group);
const struct value *network_interface_shown(struct call *call, const struct value *interface);
// May it be changed now? False after answering 429 (another change is under way) or 412 (it is not the one
// that If-Match means).
bool network_may_change(struct call *call, const struct value *resource);
// The rules of a group, as they are shown alone and with it.
struct value *network_rules_shown(struct call *call, const struct value *group);
char *network_next_etag(struct call *call, const struct value *old);
// Is this rule of the list one, beside those in front of it? False after answering 400.
bool network_rule_fits(struct call *call, const struct value *rules, size_t index);
