// Lists folders. Not for making them, nor for what is in a file (file.c).
// Invariant: the order does not depend on the file system.
#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **folder_list(struct arena *arena, const char *name)
{
    size_t count = 0, size = 16;
    char **names = ARENA_ARRAY(arena, char *, size + 1);
    DIR *folder = opendir(name);
    if (folder == NULL)
        return names;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        if (count == size) {
            names = arena_grow(arena, names, count, size * 2 + 1, sizeof *names);
            size *= 2;
        }
        names[count++] = arena_strdup(arena, entry->d_name);
    }
    closedir(folder);
    qsort(names, count, sizeof *names, by_name);
    return names;
}

bool folder_is_writable(struct arena *arena, const char *name)
{
    char *path = arena_strdup(arena, name);
    while (access(path, F_OK) != 0 && errno == ENOENT) {
        char *slash = strrchr(path, '/');
        if (slash == NULL || slash == path)
            return access(slash == NULL ? "." : "/", W_OK | X_OK) == 0;
        *slash = '\0';
    }
    return access(path, W_OK | X_OK) == 0;
}
