// Fraud events as other handlers need them.
#pragma once
#include <stdbool.h>

struct call;
struct value;

// The events of a subscription, those with these ids (NULL or empty: all), copied: they outlive changes.
const struct value *fraud_all(struct call *call, const char *subscription, const struct value *ids,
                              bool open_only);
// Sets an event's status; with Resolved also why. The event as it is then.
const struct value *fraud_resolve(struct call *call, const struct value *event, const char *status,
                                  const char *reason);
