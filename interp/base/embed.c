// Looks files up in the table that the build made (embed.cmake). Not for files on disk (file.c).
// Invariant: the table is sorted by path, so a binary search finds what is there.
#include "base/embed.h"

#include <string.h>

const struct embed_file *embed_find(const char *path)
{
    size_t low = 0, high = embed_file_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(path, embed_files[middle].path);
        if (order == 0)
            return &embed_files[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
