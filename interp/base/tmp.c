// Makes and removes folders of passing use. Not for what must last (file.c). Invariant: only what
// tmp_open has made is removed, and no link is followed out of it, for this program makes none.
#include "base/tmp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
#include "base/folder.h"

const char *tmp_open(struct arena *arena, struct err *err)
{
    const char *parent = env_get("TMPDIR");
    char *folder = arena_printf(arena, "%s/playbook-XXXXXX", parent == NULL ? "/tmp" : parent);
    if (mkdtemp(folder) != NULL)
        return folder;
    err_set(err, E_FILE, "cannot make a folder such as %s: %s", folder, strerror(errno));
    err_hint(err, "set TMPDIR to a folder that can be written");
    return NULL;
}

void tmp_close(struct arena *arena, const char *folder)
{
    if (folder == NULL)
        return;
    for (char **name = folder_list(arena, folder); *name != NULL; name++) {
        const char *path = arena_printf(arena, "%s/%s", folder, *name);
        if (file_is_dir(path))
            tmp_close(arena, path);
        else
            file_remove(path);
    }
    file_remove(folder);
}
