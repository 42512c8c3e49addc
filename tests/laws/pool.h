// Cases in processes of their own, some at once: a case that dies is seen, and what it leaves behind is its
// own.
#pragma once
#include <stddef.h>

enum { POOL_FAILED = 99 }; // a case that failed says so by this status, after it has printed why

// Runs one(context, i) for each i below count; `judge` gets each case's wait status (sys/wait.h) and says
// whether it is as it must be. The number of cases that are not.
size_t pool_run(size_t count, int (*one)(void *context, size_t i),
                int (*judge)(void *context, size_t i, int status), void *context);
// Every how-many-th case of `all` is to be tried so that about `most` are: 1 when PLAYBOOK_FULL is set.
size_t pool_stride(size_t all, size_t most);
// Where that begins: by chance, or by PLAYBOOK_SEED; printed, so that the same cases can be had again.
size_t pool_begin(size_t stride);
