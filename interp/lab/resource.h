// Resources in general, for the files that answer about those with manners of their own.
#pragma once
#include <stdbool.h>

struct call;
struct value;

bool resource_same_place(const char *a, const char *b); // "West Europe" is westeurope
// Takes a resource away, with everything that lies beneath it.
void resource_remove(struct call *call, const char *key);
// What a client says of a resource: the body without what is the service's own, and without passwords.
const struct value *resource_given(struct call *call, const struct value *body);
