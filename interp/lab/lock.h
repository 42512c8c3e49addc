// Locks of Resource Manager.
#pragma once
#include <stdbool.h>

struct call;

// Does no lock forbid the call's change? False after answering 409.
bool lock_allows(struct call *call);
