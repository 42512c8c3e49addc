// The door to what a folder holds.
#pragma once

struct arena;

// Names in a folder, sorted, without those that begin with a dot; NULL-terminated. A missing folder is empty.
char **folder_list(struct arena *arena, const char *name);
