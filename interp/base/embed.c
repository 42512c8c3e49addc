// Looks files up in the table that the build made (embed.cmake). Not for files on disk (file.c).
// Invariant: the table is sorted by path, so a binary search finds what is there.
#include "base/embed.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

// The bytes lie in pages of the binary that nobody writes to, so they can be read from it again.
void embed_release(void)
{
    uintptr_t first = UINTPTR_MAX, end = 0, page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (size_t i = 0; i < embed_file_count; i++) {
        const struct embed_file *file = &embed_files[i];
        const char *last =
            file->compiled == NULL ? file->bytes + file->length : file->compiled + file->compiled_length;
        first = (uintptr_t)file->bytes < first ? (uintptr_t)file->bytes : first;
        end = (uintptr_t)last > end ? (uintptr_t)last : end;
    }
    first = (first + page - 1) / page * page;
    end = end / page * page;
    if (first < end)
        (void)!madvise((void *)first, end - first, MADV_DONTNEED);
}
