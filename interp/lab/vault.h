// What the files about vaults share.
#pragma once
#include <stdbool.h>

struct call;
struct value;

// Puts the vault under a key among the deleted ones: what is inside stays.
void vault_bury(struct call *call, const char *key);
// Is each of these access policies whole and well formed? False after answering 400.
bool vault_policies_fit(struct call *call, const struct value *list);
