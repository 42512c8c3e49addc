// Resources in general, for the files that answer about those with manners of their own.
#pragma once

struct call;

// Takes a resource away, with everything that lies beneath it.
void resource_remove(struct call *call, const char *key);
