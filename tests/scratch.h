// The folder of a test's own, and what it must not hold: when a test is through with its folder, every byte
// in it is searched for tokens and secrets before it goes.
#pragma once

enum { SCRATCH_SIZE = 32 };

// A fresh one; it goes with the process, if not before, and also when that is ended by a signal that can be
// caught.
void scratch_open(char folder[SCRATCH_SIZE]);
// Removes it. A token or a secret in it ends the test as failed.
void scratch_close(const char *folder);
// How many files of a folder, or whether a file, holds one; says which.
int scratch_search(const char *path);
