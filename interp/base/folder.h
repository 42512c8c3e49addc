// The door to what a folder holds.
#pragma once
#include <stdbool.h>

struct arena;

// Names in a folder, sorted, without those that begin with a dot; NULL-terminated. A missing folder is empty.
char **folder_list(struct arena *arena, const char *name);
// Can a file be made there, or, where it is not there, the folder itself?
bool folder_is_writable(struct arena *arena, const char *name);
