// What else of the lab asks about providers in a subscription.
#pragma once
#include <stdbool.h>

struct call;

bool quota_is_registered(struct call *call, const char *subscription, const char *namespace);
void quota_register(struct call *call, const char *subscription, const char *namespace);
