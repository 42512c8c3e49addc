// Faults of the disk, for tests: builds with -DPLAYBOOK_FAULTS can be told to fail. Elsewhere none is
// injected.
#pragma once
#include <stdbool.h>
#include <stddef.h>

// The n-th durable operation (sync, rename, reservation, sync of a folder) from now ends the process with
// SIGKILL (kind 'k'), or fails with EIO ('e') or ENOSPC ('s'); kind 'w': the n-th write from now writes half
// of its bytes and then fails with ENOSPC. n = 0: none. Set from PLAYBOOK_FAULT=k:7 by cli/.
void fault_set(char kind, unsigned n);
// How many durable operations were made so far.
unsigned fault_points(void);

// For base/file.c. Before every operation that makes something durable; false: it is to fail with errno set.
bool fault_point(void);
// Before every write. True: only half of it is to be written, then it fails with errno set.
bool fault_cuts(size_t *length);
